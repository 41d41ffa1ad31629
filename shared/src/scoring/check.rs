//! What is wrong with a scheme, each fault with its place: an odd but legal 考评办法 passes.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::{
    rule::Rule,
    scheme::{Combine, GroupScheme, Indicator, Item, SCHEMA, Scheme, SchemeIssue, Scope, Tie},
};
use crate::t;

/// Everything that is wrong with a scheme.
pub(super) fn issues(scheme: &Scheme) -> Vec<SchemeIssue> {
    let mut found = Found::default();
    if scheme.schema != SCHEMA {
        found.add("schema", t!("scoring.scheme.schema", found = scheme.schema, known = SCHEMA));
    }
    if scheme.effective_until.is_some_and(|until| until < scheme.effective_from) {
        found.add("effective_until", t!("scoring.scheme.ends_before"));
    }
    for (name, schedule) in &scheme.schedules {
        if let Some(fault) = schedule.fault() {
            found.add(&format!("schedules.{name}"), t!(&format!("scoring.scheme.schedule.{fault}")));
        }
    }
    let mut keys = BTreeSet::new();
    for Indicator { key, schedule, .. } in &scheme.indicators {
        let place = format!("indicator.{key}");
        if !keys.insert(key.as_str()) {
            found.add(&place, t!("scoring.scheme.twice"));
        }
        if !scheme.schedules.contains_key(schedule) {
            found.add(&place, t!("scoring.scheme.unknown_schedule", name = schedule));
        }
    }
    for headline in &scheme.headlines {
        found.unknown(&keys, &format!("headline.{}", headline.key), &headline.of);
    }
    for (group, rules) in &scheme.groups {
        group_issues(rules, &keys, &format!("group.{}", group.code()), &mut found);
    }
    found.0
}

fn group_issues(group: &GroupScheme, indicators: &BTreeSet<&str>, place: &str, found: &mut Found) {
    let total: Decimal = group.items.iter().map(|item| item.points).sum();
    if total != Decimal::ONE_HUNDRED {
        found.add(place, t!("scoring.scheme.weights", total = total.normalize()));
    }
    let mut keys = BTreeSet::new();
    for item in &group.items {
        let place = format!("{place}.item.{}", item.key);
        if !keys.insert(item.key.as_str()) {
            found.add(&place, t!("scoring.scheme.twice"));
        }
        if group.blocks.iter().all(|block| block.key != item.block) {
            found.add(&place, t!("scoring.scheme.unknown_block", name = item.block));
        }
        if item.points.is_sign_negative() {
            found.add(&place, t!("scoring.scheme.negative_points"));
        }
        if item.of.is_empty() != (item.scope == Scope::Led) {
            found.add(&place, t!("scoring.scheme.no_indicator"));
        }
        if let Some(fault) = rule_fault(item) {
            found.add(&place, t!(&format!("scoring.scheme.rule.{fault}")));
        }
        found.unknown(indicators, &place, &item.of);
    }
    for (unit, led) in &group.leads {
        found.unknown(indicators, &format!("{place}.leads.{unit}"), led);
    }
    for (name, extras) in [("bonus", &group.bonus), ("deduction", &group.deduction)] {
        for line in &extras.lines {
            found.unknown(indicators, &format!("{place}.{name}.{}", line.key), &line.of);
        }
    }
    for tie in &group.ties {
        if let Tie::Completion { of } | Tie::Sum { of } = tie {
            found.unknown(indicators, &format!("{place}.tie"), of);
        }
    }
    found.unknown(indicators, &format!("{place}.joint"), &group.joint);
    found.unknown(indicators, &format!("{place}.finished"), &group.finished);
}

/// What is wrong with a rule's parameters, as the last part of a catalogue key.
fn rule_fault(item: &Item) -> Option<&'static str> {
    let rule = &item.rule;
    let needs_joint = rule.looks_at_peers() || matches!(rule, Rule::Composite { .. } | Rule::Tiers { .. });
    if item.combine == Combine::Mean && needs_joint {
        return Some("needs_joint");
    }
    let fault = |is_wrong: bool, name: &'static str| is_wrong.then_some(name);
    match rule {
        Rule::Proportional { lo, hi } => fault(lo > hi, "bounds"),
        Rule::Tiers { tiers } => {
            fault(tiers.iter().any(|tier| tier.least.len() != 1 && tier.least.len() != item.of.len()), "tiers")
        }
        Rule::Step(step) => {
            let is_standing = step.size.is_sign_negative() || step.size.is_zero();
            fault(is_standing, "step").or_else(|| fault(step.least > step.most, "bounds"))
        }
        Rule::Composite { weights, .. } => {
            fault(weights.len() != item.of.len() || weights.iter().sum::<Decimal>() != Decimal::ONE, "weights")
        }
        Rule::RankPoints { ranges, .. } => {
            let mut pairs = ranges.iter().zip(ranges.iter().skip(1));
            fault(pairs.any(|(left, right)| left.to >= right.to), "ranges")
        }
        Rule::Piecewise { down, up, .. } => fault(down.is_sign_negative() || up.is_sign_negative(), "bounds"),
        Rule::Threshold { .. } | Rule::MinMax { .. } | Rule::BestIsFull { .. } | Rule::RelativeToMean { .. } => None,
    }
}

#[derive(Default)]
struct Found(Vec<SchemeIssue>);

impl Found {
    fn add(&mut self, place: &str, message: String) {
        self.0.push(SchemeIssue { place: place.to_owned(), message });
    }

    fn unknown(&mut self, known: &BTreeSet<&str>, place: &str, named: &[String]) {
        for key in named.iter().filter(|key| !known.contains(key.as_str())) {
            self.add(place, t!("scoring.scheme.unknown_indicator", name = key));
        }
    }
}
