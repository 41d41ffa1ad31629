//! Causes: what moved an item's points between two months, one after the other in a fixed order: records that
//! ceased to count, records that count anew, the target, the schedule, the rest of the group, the spread of what
//! does not apply. Each step evaluates the item with one thing more taken from the later month, so the steps sum
//! to the difference whatever the rule.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    board::Evaluated,
    evaluate::{Evaluation, ItemResult, PLACES, evaluate},
    exact::Exact,
    measure::Measure,
    reading::{Member, Reading, Readings, Sum},
    result::Status,
    scheme::{GroupScheme, Item, Scheme, Scope},
    sentence,
    shift::{Gone, signed},
};
use crate::{calendar::Month, id::UnitId, t};

/// One reason why a line has other points than the month before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Cause {
    /// What kind of reason.
    pub kind: CauseKind,
    /// Points gained (+) or lost (−) by it.
    pub points: Decimal,
    /// It in words, without the points.
    pub sentence: String,
}

/// What kind of reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum CauseKind {
    /// Records ceased to count.
    Stopped,
    /// Records count anew, or a figure that was reported is another.
    Counted,
    /// The annual target is another.
    Target,
    /// The schedule makes more due.
    Schedule,
    /// The other units of the group changed, and the rule or policy looks at them.
    Group,
    /// The points of what does not apply are spread otherwise.
    Spread,
    /// More or fewer events of a bonus or deduction.
    Events,
    /// Caps, floor or rounding.
    Limits,
    /// A veto came or went.
    Veto,
}

impl Cause {
    /// It with its points, in words.
    pub(super) fn words(&self) -> String {
        t!("movement.cause.words", what = self.sentence, points = signed(self.points))
    }
}

/// Two months of one unit's group.
pub(super) struct Comparison<'a> {
    scheme: &'a Scheme,
    before: &'a Evaluated<'a>,
    now: &'a Evaluated<'a>,
    /// Where the unit stands among the members of either month.
    place_before: usize,
    place_now: usize,
    /// The earlier month.
    since: Month,
}

/// One step: what it is, and the unit's items after it.
struct Step {
    kind: CauseKind,
    items: Vec<ItemResult>,
}

impl<'a> Comparison<'a> {
    /// `None` for a unit that was not assessed in both.
    pub(super) fn of(
        scheme: &'a Scheme,
        before: &'a Evaluated<'a>,
        now: &'a Evaluated<'a>,
        unit: UnitId,
        since: Month,
    ) -> Option<Self> {
        let (place_before, place_now) = (before.index_of(unit)?, now.index_of(unit)?);
        Some(Self { scheme, before, now, place_before, place_now, since })
    }

    pub(super) fn group(&self) -> &'a GroupScheme {
        self.now.scheme
    }

    pub(super) fn measure(&self, key: &str) -> Option<&'a Measure> {
        self.scheme.indicator(key).map(|indicator| &indicator.measure)
    }

    pub(super) const fn since(&self) -> Month {
        self.since
    }

    /// An indicator's figure with its unit.
    pub(super) fn figure(&self, key: &str, figure: Decimal) -> String {
        let unit = self.scheme.indicator(key).map_or("", |indicator| indicator.unit.as_str());
        sentence::figure(Exact::from(figure), unit)
    }

    fn results(&self) -> Option<(&'a Evaluation, &'a Evaluation)> {
        Some((self.before.evaluations.get(self.place_before)?, self.now.evaluations.get(self.place_now)?))
    }

    /// The unit's items after each step, in the order of the causes.
    fn steps(&self, gone: &Gone) -> Option<Vec<Step>> {
        let (before, now) = (self.before.members.get(self.place_before)?, self.now.members.get(self.place_now)?);
        let stopped = Member { own: less(&before.own, &gone.own), led: less(&before.led, &gone.led), ..before.clone() };
        let counted = self.mixed(&stopped, now, counted);
        let targeted = self.mixed(&stopped, now, targeted);
        let hypothetical = [
            (CauseKind::Stopped, &stopped),
            (CauseKind::Counted, &counted),
            (CauseKind::Target, &targeted),
            (CauseKind::Schedule, now),
        ];
        let mut steps = Vec::with_capacity(hypothetical.len() + 1);
        for (kind, member) in hypothetical {
            let mut members = self.before.members.clone();
            *members.get_mut(self.place_before)? = member.clone();
            let mut evaluations = evaluate(self.scheme, self.before.scheme, &members);
            steps.push(Step { kind, items: evaluations.swap_remove(self.place_before).items });
        }
        let items = self.now.evaluations.get(self.place_now)?.items.clone();
        steps.push(Step { kind: CauseKind::Group, items });
        Some(steps)
    }

    fn mixed(&self, before: &Member, now: &Member, mix: fn(&Reading, &Reading) -> Reading) -> Member {
        let mix = |before: &Readings, now: &Readings| {
            now.map(|key, now| {
                // A month's rate comes with what was due in that month.
                let starts_anew = self.measure(key).is_some_and(Measure::is_monthly);
                before.get(key).filter(|_| !starts_anew).map_or(*now, |before| mix(before, now))
            })
        };
        Member { own: mix(&before.own, &now.own), led: mix(&before.led, &now.led), concerned: now.concerned.clone() }
    }
}

/// The causes of every item, by its key.
pub(super) fn by_item(comparison: &Comparison<'_>, gone: &Gone) -> BTreeMap<String, Vec<Cause>> {
    let (Some((before, now)), Some(steps)) = (comparison.results(), comparison.steps(gone)) else {
        return BTreeMap::new();
    };
    let items = comparison.group().items.iter().enumerate();
    let causes = items.filter_map(|(index, item)| {
        let (earlier, later) = (before.items.get(index)?, now.items.get(index)?);
        let change = Change { comparison, item, gone, before: (earlier, before), now: (later, now) };
        let unvetoed = points(earlier, before);
        let mut causes = Causes { change: &change, points: unvetoed, found: Vec::new() };
        for step in &steps {
            causes.add(step.kind, points(step.items.get(index)?, before));
        }
        let ends = points(later, now);
        causes.add(CauseKind::Spread, ends);
        let lost = |result: &ItemResult, unvetoed: Decimal| result.score().unwrap_or_default() - unvetoed;
        causes.add(CauseKind::Veto, ends + lost(later, ends) - lost(earlier, unvetoed));
        let causes = causes.found;
        Some((item.key.clone(), causes))
    });
    causes.collect()
}

/// An item's points before any veto, scaled as in one of the two months.
fn points(result: &ItemResult, scaled_by: &Evaluation) -> Decimal {
    if result.is_applicable { result.points.times(spread(scaled_by)).round(PLACES) } else { Decimal::ZERO }
}

/// The causes of one item as they are found.
struct Causes<'a> {
    change: &'a Change<'a>,
    /// The points reached so far.
    points: Decimal,
    found: Vec<Cause>,
}

impl Causes<'_> {
    fn add(&mut self, kind: CauseKind, reached: Decimal) {
        let points = reached - std::mem::replace(&mut self.points, reached);
        let sentence = self.change.words(kind);
        // Records that changed nothing, as where the item is full, are still worth a word.
        let is_told = matches!(kind, CauseKind::Counted | CauseKind::Stopped) && sentence.is_some();
        if !points.is_zero() || is_told {
            let sentence = sentence.unwrap_or_else(|| t!(&format!("movement.cause.{}", kind.code())));
            self.found.push(Cause { kind, points, sentence });
        }
    }
}

impl CauseKind {
    const fn code(self) -> &'static str {
        match self {
            Self::Stopped => "stopped",
            Self::Counted => "counted",
            Self::Target => "target",
            Self::Schedule => "schedule",
            Self::Group => "group",
            Self::Spread => "spread",
            Self::Events => "events",
            Self::Limits => "limits",
            Self::Veto => "veto",
        }
    }
}

/// One item in two months.
struct Change<'a> {
    comparison: &'a Comparison<'a>,
    item: &'a Item,
    gone: &'a Gone,
    before: (&'a ItemResult, &'a Evaluation),
    now: (&'a ItemResult, &'a Evaluation),
}

impl Change<'_> {
    /// What changed, with its figures; `None` where nothing of the kind is seen in them.
    fn words(&self, kind: CauseKind) -> Option<String> {
        let from_to = |key: &str, figure: fn(&Sum) -> Exact| {
            let (before, now) = (figure(&self.before.0.sum?), figure(&self.now.0.sum?));
            let show = |amount| sentence::figure(amount, self.unit());
            (before != now).then(|| t!(&format!("movement.cause.{key}_from_to"), from = show(before), to = show(now)))
        };
        match kind {
            CauseKind::Stopped => self.has_stopped().then(|| t!("movement.cause.stopped")),
            CauseKind::Counted => from_to("counted", |sum| sum.actual),
            CauseKind::Target => from_to("target", |sum| sum.target),
            CauseKind::Schedule => self.status_words().or_else(|| from_to("schedule", |sum| sum.due)),
            CauseKind::Spread => Some(t!(
                "movement.cause.spread_from_to",
                from = spread_words(self.before.1),
                to = spread_words(self.now.1)
            )),
            CauseKind::Group | CauseKind::Events | CauseKind::Limits | CauseKind::Veto => None,
        }
    }

    fn status_words(&self) -> Option<String> {
        let (before, now) = (self.before.0.status, self.now.0.status);
        let words = |from, to| t!("movement.cause.status_from_to", from = status_name(from), to = status_name(to));
        (before != now).then(|| words(before, now))
    }

    fn has_stopped(&self) -> bool {
        let sums = match self.item.scope {
            Scope::Own => &self.gone.own,
            Scope::Led => &self.gone.led,
        };
        let is_of_item = |key: &String| self.item.scope == Scope::Led || self.item.of.contains(key);
        sums.iter().any(|(key, amount)| is_of_item(key) && !amount.is_zero())
    }

    fn unit(&self) -> &str {
        let first = self.item.of.first().and_then(|key| self.comparison.scheme.indicator(key));
        first.map_or("", |indicator| indicator.unit.as_str())
    }
}

/// A month's readings less what ceased to count.
fn less(readings: &Readings, gone: &BTreeMap<String, Decimal>) -> Readings {
    readings.map(|key, reading| {
        let lost = gone.get(key).copied().unwrap_or_default();
        Reading { actual: reading.actual.map(|actual| actual.minus(Exact::from(lost))), ..*reading }
    })
}

/// Done as now, asked and due as before.
fn counted(before: &Reading, now: &Reading) -> Reading {
    Reading { actual: now.actual, ..*before }
}

/// Done and asked as now; the share that is due as before.
fn targeted(before: &Reading, now: &Reading) -> Reading {
    if before.target == now.target {
        return counted(before, now);
    }
    let grown = before.target.zip(now.target).and_then(|(old, new)| before.due.times(new).over(old));
    Reading { due: grown.unwrap_or(now.due), ..*now }
}

/// By how much the points of what applies are multiplied.
fn spread(evaluation: &Evaluation) -> Exact {
    Exact::from(evaluation.attainable).over(Exact::from(evaluation.applicable)).unwrap_or(Exact::ONE)
}

fn spread_words(evaluation: &Evaluation) -> String {
    format!("{}/{}", evaluation.attainable.normalize(), evaluation.applicable.normalize())
}

fn status_name(status: Status) -> String {
    t!(match status {
        Status::Scored => "movement.scored",
        Status::NoTask => "scoring.explain.no_task",
        Status::NotIssued => "scoring.explain.not_issued",
        Status::NotDue => "scoring.explain.not_due",
        Status::NoBase => "scoring.explain.no_base",
        Status::NotReported => "scoring.explain.not_reported",
    })
}
