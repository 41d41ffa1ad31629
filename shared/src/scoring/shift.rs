//! Shifts: the nodes of two explanations laid side by side, each with what it gained or lost.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    cause::{Cause, CauseKind, Comparison},
    measure::Measure,
    result::{Node, Progress, Source, Stopped},
    scheme::Scope,
};
use crate::{id::RecordId, t};

/// How many names a sentence gives before it only counts.
const NAMES_MAX: usize = 3;

/// How many of its lines the sentence of a sum names: those that moved most.
const LINES_MAX: usize = 3;

/// One figure of two explanations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Shift {
    /// The block's, item's or indicator's key.
    pub key: String,
    /// Its name in Chinese.
    pub label: String,
    /// What changed, in words with the numbers.
    pub sentence: String,
    /// Points a month before; `None` where it gave none.
    pub before: Option<Decimal>,
    /// Points now; `None` where it gives none.
    pub now: Option<Decimal>,
    /// Points gained (+) or lost (−).
    pub change: Decimal,
    /// Why, on lines that are not sums of others; their points sum to `change`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<Cause>,
    /// Done, target and due a month before and now, of an indicator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub progress: Option<(Progress, Progress)>,
    /// Records that began to count, or count with another figure.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub counted: Vec<Source>,
    /// Records that ceased to count, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stopped: Vec<Stopped>,
    /// What it is made of; where these have points, they sum to `change`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<Shift>,
}

/// A node on either side.
type Pair<'a> = (Option<&'a Node>, Option<&'a Node>);

/// Amounts that ceased to count, by indicator: the unit's own and those it leads.
#[derive(Debug, Default)]
pub(super) struct Gone {
    pub(super) own: BTreeMap<String, Decimal>,
    pub(super) led: BTreeMap<String, Decimal>,
}

/// What the records that no longer count had given.
pub(super) fn gone(comparison: &Comparison<'_>, before: &Node, now: &Node) -> Gone {
    let mut gone = Gone::default();
    for block in pairs((Some(before), Some(now))) {
        for item in pairs(block) {
            let Some(scheme) = comparison.group().item(key(item)) else { continue };
            let sums = match scheme.scope {
                Scope::Own => &mut gone.own,
                Scope::Led => &mut gone.led,
            };
            for indicator in pairs(item).filter(|pair| is_of_projects(comparison, key(*pair))) {
                let stopped: Decimal = ceased(indicator).map(|source| source.amount).sum();
                sums.insert(key(indicator).to_owned(), stopped);
            }
        }
    }
    gone
}

/// The tree of a whole score. `causes` are of the items, by key.
pub(super) fn total(
    comparison: &Comparison<'_>,
    causes: &BTreeMap<String, Vec<Cause>>,
    before: &Node,
    now: &Node,
) -> Shift {
    let tree = Tree { comparison, causes };
    let pair = (Some(before), Some(now));
    summing(pair, pairs(pair).map(|part| tree.part(part)).collect())
}

/// Points with their sign: `+2.10`, `−0.90`, `0.00`.
pub(super) fn signed(points: Decimal) -> String {
    if points.is_zero() {
        Decimal::new(0, 2).to_string()
    } else if points.is_sign_negative() {
        t!("movement.minus", points = points.abs())
    } else {
        t!("movement.plus", points = points)
    }
}

/// 项目甲、项目乙等5条.
pub(super) fn titles<'a>(sources: impl Iterator<Item = &'a Source>) -> Option<String> {
    let all: Vec<&Source> = sources.collect();
    let first: Vec<&str> = all.iter().take(NAMES_MAX).map(|source| source.title.as_str()).collect();
    let names = first.join(&t!("movement.and"));
    if all.len() > NAMES_MAX {
        Some(t!("movement.and_more", names = names, count = all.len()))
    } else {
        (!all.is_empty()).then_some(names)
    }
}

#[derive(Clone, Copy)]
struct Tree<'a> {
    comparison: &'a Comparison<'a>,
    causes: &'a BTreeMap<String, Vec<Cause>>,
}

impl Tree<'_> {
    /// A block, the bonus, the deductions, or what caps and rounding adjust.
    fn part(self, pair: Pair<'_>) -> Shift {
        let lines: Vec<Shift> = pairs(pair).map(|line| self.line(line)).collect();
        if lines.is_empty() { self.line(pair) } else { summing(pair, lines) }
    }

    /// An item, a line of bonus or deductions, or an adjustment.
    fn line(self, pair: Pair<'_>) -> Shift {
        let children: Vec<Shift> = pairs(pair).map(|indicator| self.indicator(indicator)).collect();
        let shift = plain(pair);
        let of_item = self.causes.get(&shift.key).filter(|_| self.comparison.group().item(&shift.key).is_some());
        let causes: Vec<Cause> = match of_item {
            Some(causes) => causes.iter().map(|cause| with_titles(cause, &children)).collect(),
            None => event(&shift).into_iter().collect(),
        };
        let parts: Vec<String> = causes.iter().map(Cause::words).collect();
        let sentence = if parts.is_empty() {
            t!("movement.unchanged", label = shift.label)
        } else {
            let why = parts.join(&t!("movement.semicolon"));
            t!("movement.line", label = shift.label, points = signed(shift.change), why = why)
        };
        Shift { sentence, causes, children, ..shift }
    }

    fn indicator(self, pair: Pair<'_>) -> Shift {
        let shift = plain(pair);
        let progress = |node: Option<&Node>| node.and_then(|node| node.progress);
        let (before, now) = (progress(pair.0).unwrap_or_default(), progress(pair.1).unwrap_or_default());
        let (mut counted, mut stopped) = (Vec::new(), Vec::new());
        match self.comparison.measure(&shift.key) {
            // Each month has its own: that all of them differ says nothing. What is derived has no records.
            Some(Measure::Rate { .. } | Measure::Rating { .. } | Measure::Share { .. } | Measure::Growth { .. })
            | None => {}
            Some(Measure::Reported { .. }) => counted = began(pair).cloned().collect(),
            Some(_) => {
                counted = began(pair).cloned().collect();
                stopped = self.stopped(pair);
            }
        }
        let show = |figure: Decimal| self.comparison.figure(&shift.key, figure);
        let mut parts = vec![t!(
            "movement.indicator",
            label = shift.label,
            before = show(before.actual),
            now = show(now.actual),
            due_before = show(before.due),
            due_now = show(now.due)
        )];
        parts.extend(titles(counted.iter()).map(|names| t!("movement.counted_names", names = names)));
        parts.extend(
            stopped
                .iter()
                .map(|stopped| t!("movement.stopped_one", name = stopped.source.title, reason = stopped.reason)),
        );
        let sentence = parts.join(&t!("movement.semicolon"));
        Shift { sentence, progress: Some((before, now)), counted, stopped, ..shift }
    }

    /// What ceased to count since the month before, with the reasons that the later explanation gives.
    fn stopped(self, pair: Pair<'_>) -> Vec<Stopped> {
        let reasons = |id: RecordId| {
            let of_now = pair.1.into_iter().flat_map(|node| &node.stopped);
            of_now.rev().find(|stopped| stopped.source.record == id).map(|stopped| stopped.reason.clone())
        };
        let until = self.comparison.since();
        let stopped = ceased(pair).map(|source| Stopped {
            source: source.clone(),
            until,
            reason: reasons(source.record).unwrap_or_else(|| t!("movement.stopped_otherwise")),
        });
        stopped.collect()
    }
}

/// A figure that is the sum of its lines.
fn summing(pair: Pair<'_>, children: Vec<Shift>) -> Shift {
    let shift = plain(pair);
    let mut moved: Vec<&Shift> = children.iter().filter(|child| !child.change.is_zero()).collect();
    moved.sort_by_key(|child| std::cmp::Reverse(child.change.abs()));
    let lines = moved.iter().take(LINES_MAX);
    let lines: Vec<String> =
        lines.map(|child| t!("movement.part", label = child.label, points = signed(child.change))).collect();
    let sentence = if lines.is_empty() {
        t!("movement.unchanged", label = shift.label)
    } else {
        let why = lines.join(&t!("movement.and"));
        let words = if moved.len() > LINES_MAX { "movement.mainly" } else { "movement.line" };
        t!(words, label = shift.label, points = signed(shift.change), why = why)
    };
    Shift { sentence, children, ..shift }
}

/// The one cause of a line that no item's rule gives.
fn event(shift: &Shift) -> Option<Cause> {
    let kind = if shift.key == "adjustment" { CauseKind::Limits } else { CauseKind::Events };
    let points = |points: Option<Decimal>| points.unwrap_or(Decimal::new(0, 2));
    let sentence = t!("movement.cause.points", from = points(shift.before), to = points(shift.now));
    (!shift.change.is_zero()).then_some(Cause { kind, points: shift.change, sentence })
}

/// A cause with the names of its records.
fn with_titles(cause: &Cause, indicators: &[Shift]) -> Cause {
    let names = match cause.kind {
        CauseKind::Counted => titles(indicators.iter().flat_map(|indicator| &indicator.counted)),
        CauseKind::Stopped => {
            titles(indicators.iter().flat_map(|indicator| &indicator.stopped).map(|stopped| &stopped.source))
        }
        CauseKind::Target
        | CauseKind::Schedule
        | CauseKind::Group
        | CauseKind::Spread
        | CauseKind::Events
        | CauseKind::Limits
        | CauseKind::Veto => None,
    };
    let sentence = match names {
        Some(names) => t!("movement.cause.names", what = cause.sentence, names = names),
        None => cause.sentence.clone(),
    };
    Cause { sentence, ..cause.clone() }
}

fn plain((before, now): Pair<'_>) -> Shift {
    let label = now.or(before).map(|node| node.label.clone()).unwrap_or_default();
    let score = |node: Option<&Node>| node.and_then(|node| node.score);
    let (earlier, later) = (score(before), score(now));
    Shift {
        key: key((before, now)).to_owned(),
        label,
        sentence: String::new(),
        before: earlier,
        now: later,
        change: later.unwrap_or_default() - earlier.unwrap_or_default(),
        causes: Vec::new(),
        progress: None,
        counted: Vec::new(),
        stopped: Vec::new(),
        children: Vec::new(),
    }
}

/// The children of both sides by key: those of now in their order, then those that are gone.
fn pairs<'a>((before, now): Pair<'a>) -> impl Iterator<Item = Pair<'a>> {
    let of = |node: Option<&'a Node>| node.map_or(&[][..], |node| node.children.as_slice());
    let (earlier, later) = (of(before), of(now));
    let find = |nodes: &'a [Node], key: &str| nodes.iter().find(|node| node.key == key);
    let here = later.iter().map(move |node| (find(earlier, &node.key), Some(node)));
    let lost = earlier.iter().filter(move |node| find(later, &node.key).is_none()).map(|node| (Some(node), None));
    here.chain(lost)
}

fn key((before, now): Pair<'_>) -> &str {
    now.or(before).map_or("", |node| node.key.as_str())
}

fn sources(node: Option<&Node>) -> &[Source] {
    node.map_or(&[], |node| node.sources.as_slice())
}

/// Records that count now and did not, or with another figure.
fn began((before, now): Pair<'_>) -> impl Iterator<Item = &Source> {
    let known = move |source: &Source| {
        sources(before).iter().any(|old| old.record == source.record && old.amount == source.amount)
    };
    sources(now).iter().filter(move |source| !known(source))
}

/// Records that counted and do not now.
fn ceased((before, now): Pair<'_>) -> impl Iterator<Item = &Source> {
    let counts = move |source: &Source| sources(now).iter().any(|new| new.record == source.record);
    sources(before).iter().filter(move |source| !counts(source))
}

fn is_of_projects(comparison: &Comparison<'_>, key: &str) -> bool {
    matches!(comparison.measure(key), Some(Measure::Count(_) | Measure::Stock(_) | Measure::Sum(_)))
}
