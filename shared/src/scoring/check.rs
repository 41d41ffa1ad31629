//! What is wrong with a scheme, each fault with its place: an odd but legal 考评办法 passes.

mod group;
mod rule;

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::{
    measure::{Amount, Measure},
    rollup::Rollup,
    scheme::{Combine, Indicator, Item, SCHEMA, Scheme, SchemeIssue},
    worth::planned_field,
};
use crate::{inspection::CLASSES, t, unit::Group};

/// The fewest units that a comparison among them says something about.
const PEERS_MIN: usize = 3;

/// Everything that is wrong with a scheme.
pub(super) fn issues(scheme: &Scheme) -> Vec<SchemeIssue> {
    let mut found = Found { scheme, issues: Vec::new() };
    if scheme.schema != SCHEMA {
        found.add("schema", t!("scoring.scheme.schema", found = scheme.schema, known = SCHEMA));
    }
    if scheme.effective_until.is_some_and(|until| until < scheme.effective_from) {
        found.add("effective_until", t!("scoring.scheme.ends_before"));
    }
    if scheme.ceiling <= Decimal::ZERO {
        found.add("ceiling", t!("scoring.scheme.ceiling"));
    }
    if !(Decimal::ZERO..=Decimal::ONE).contains(&scheme.minimum_applicable) {
        found.add("minimum_applicable", t!("scoring.scheme.not_a_share"));
    }
    schedules(&mut found);
    indicators(&mut found);
    for headline in &scheme.headlines {
        found.unknown(&format!("headline.{}", headline.key), &headline.of);
    }
    for (group, rules) in &scheme.groups {
        group::issues(rules, &format!("group.{}", group.code()), &mut found);
    }
    found.issues
}

/// What is odd though legal, for groups of so many units.
pub(super) fn warnings(scheme: &Scheme, sizes: &BTreeMap<Group, usize>) -> Vec<SchemeIssue> {
    let mut found = Found { scheme, issues: Vec::new() };
    for (group, rules) in &scheme.groups {
        let size = sizes.get(group).copied().unwrap_or_default();
        for item in &rules.items {
            let place = format!("group.{}.item.{}", group.code(), item.key);
            if item.rule.looks_at_peers() && size < PEERS_MIN {
                found.add(&place, t!("scoring.scheme.few_peers", count = size, least = PEERS_MIN));
            }
            let units = found.units(item);
            if item.combine == Combine::Joint && units.len() > 1 && rule::adds_indicators(&item.rule) {
                let units: Vec<&str> = units.into_iter().collect();
                found.add(&place, t!("scoring.scheme.mixed_units", units = units.join(&t!("scoring.explain.and"))));
            }
        }
    }
    found.issues
}

fn schedules(found: &mut Found<'_>) {
    let scheme = found.scheme;
    for (name, schedule) in &scheme.schedules {
        let place = format!("schedules.{name}");
        if let Some(fault) = schedule.fault() {
            found.add(&place, t!(&format!("scoring.scheme.schedule.{fault}")));
        }
        for chosen in schedule.chosen().filter(|chosen| !scheme.schedules.contains_key(*chosen)) {
            found.add(&place, t!("scoring.scheme.unknown_schedule", name = chosen));
        }
        let chosen = |name: &str| -> Vec<&str> {
            scheme.schedules.get(name).into_iter().flat_map(|schedule| schedule.chosen().map(String::as_str)).collect()
        };
        if let Some(round) = circle(name, &chosen) {
            found.add(&place, t!("scoring.scheme.circular", names = round));
        }
    }
}

fn indicators(found: &mut Found<'_>) {
    let scheme = found.scheme;
    let mut keys = BTreeSet::new();
    for indicator in &scheme.indicators {
        let place = format!("indicator.{}", indicator.key);
        if !keys.insert(indicator.key.as_str()) {
            found.add(&place, t!("scoring.scheme.twice"));
        }
        if !scheme.schedules.contains_key(&indicator.schedule) {
            found.add(&place, t!("scoring.scheme.unknown_schedule", name = indicator.schedule));
        }
        if let Some((one, other)) = indicator.measure.parts() {
            found.unknown(&place, one);
            found.unknown(&place, other);
            if one.is_empty() || other.is_empty() {
                found.add(&place, t!("scoring.scheme.indicator.parts"));
            }
            let parts = |key: &str| -> Vec<&str> {
                let parts = scheme.indicator(key).and_then(|indicator| indicator.measure.parts());
                parts.into_iter().flat_map(|(one, other)| one.iter().chain(other)).map(String::as_str).collect()
            };
            if let Some(round) = circle(&indicator.key, &parts) {
                found.add(&place, t!("scoring.scheme.circular", names = round));
            }
        }
        if let Some(fault) = indicator_fault(scheme, indicator) {
            found.add(&place, t!(&format!("scoring.scheme.indicator.{fault}")));
        }
    }
}

/// What is wrong with an indicator by itself, as the last part of a catalogue key.
fn indicator_fault(scheme: &Scheme, indicator: &Indicator) -> Option<&'static str> {
    let fault = |is_wrong: bool, name: &'static str| is_wrong.then_some(name);
    let of_measure = match &indicator.measure {
        Measure::Count(filter) | Measure::Stock(filter) | Measure::Event(filter) => {
            fault(filter.field != Amount::TotalInvestment, "field")
        }
        Measure::Points(tables) => fault(tables.tables.iter().all(Vec::is_empty), "tables"),
        Measure::Rating { class, .. } => fault(!CLASSES.contains(&class.as_str()), "class"),
        Measure::Sum(_)
        | Measure::Incident { .. }
        | Measure::Share { .. }
        | Measure::Growth { .. }
        | Measure::Reported { .. }
        | Measure::Rate { .. } => None,
    };
    let is_planned = matches!(&indicator.measure, Measure::Count(filter) | Measure::Sum(filter) if planned_field(filter.stage).is_some());
    let is_weightless = match &indicator.rollup {
        Rollup::Weighted(weights) => {
            weights.iter().any(Decimal::is_sign_negative) || weights.iter().sum::<Decimal>().is_zero()
        }
        Rollup::Latest | Rollup::Mean | Rollup::Sum | Rollup::Max => false,
    };
    of_measure
        .or_else(|| fault(scheme.is_listed(indicator) && !is_planned, "list"))
        .or_else(|| fault(indicator.is_bare() && indicator.target.is_some(), "target"))
        .or_else(|| fault(indicator.target.is_some_and(|target| target.is_sign_negative()), "negative_target"))
        .or_else(|| fault(is_weightless, "rollup"))
}

/// The names on the way from a name back to itself, where there is one.
fn circle<'a>(start: &'a str, next: &impl Fn(&str) -> Vec<&'a str>) -> Option<String> {
    let (mut way, mut seen) = (vec![vec![start]], BTreeSet::new());
    while let Some(path) = way.pop() {
        for name in path.last().map(|last| next(last)).unwrap_or_default() {
            let mut longer = path.clone();
            longer.push(name);
            if name == start {
                return Some(longer.join(" → "));
            }
            if seen.insert(name) {
                way.push(longer);
            }
        }
    }
    None
}

/// Issues so far, and the scheme that names are looked up in.
struct Found<'a> {
    scheme: &'a Scheme,
    issues: Vec<SchemeIssue>,
}

impl<'a> Found<'a> {
    fn add(&mut self, place: &str, message: String) {
        self.issues.push(SchemeIssue { place: place.to_owned(), message });
    }

    fn unknown(&mut self, place: &str, named: &[String]) {
        for key in named.iter().filter(|key| self.scheme.indicator(key).is_none()) {
            self.add(place, t!("scoring.scheme.unknown_indicator", name = key));
        }
    }

    /// Names that must be incidents.
    fn not_incidents(&mut self, place: &str, named: &[String]) {
        self.unknown(place, named);
        for key in named {
            let measure = self.scheme.indicator(key).map(|indicator| &indicator.measure);
            if measure.is_some_and(|measure| !matches!(measure, Measure::Incident { .. })) {
                self.add(place, t!("scoring.scheme.not_an_incident", name = key));
            }
        }
    }

    /// Whether some of the indicators have no target.
    fn any_bare(&self, keys: &[String]) -> bool {
        keys.iter().filter_map(|key| self.scheme.indicator(key)).any(Indicator::is_bare)
    }

    fn units(&self, item: &Item) -> BTreeSet<&'a str> {
        let indicators = item.of.iter().filter_map(|key| self.scheme.indicator(key));
        indicators.map(|indicator| indicator.unit.as_str()).collect()
    }
}
