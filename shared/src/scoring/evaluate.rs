//! Evaluation: from the readings of a group's units to points, item by item.
//!
//! Order: actuals cut at the period → ratio → item points → no-task scaling → item rounding → block caps →
//! bonus → deductions → floor and ceiling.

use rust_decimal::Decimal;

use super::{
    exact::Exact,
    reading::{Member, Reading, Readings, Sum, status},
    result::Status,
    scheme::{Combine, Event, Extra, Extras, GroupScheme, Item, NoTask, Rounding, Scheme, Scope},
};

/// Decimal places of a score.
pub const PLACES: u32 = 2;

/// One item of one unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemResult {
    /// How it stands.
    pub status: Status,
    /// Whether it takes part in the score.
    pub is_applicable: bool,
    /// The joint figures; for a mean of several the sums are not meaningful and absent.
    pub sum: Option<Sum>,
    /// Points by the rule.
    pub points: Exact,
    /// Points after no-task scaling.
    pub scaled: Exact,
    /// Points attainable after no-task scaling.
    pub full: Exact,
}

/// One bonus or deduction line of one unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtraResult {
    /// How many events.
    pub events: i128,
    /// Points after the line's own cap.
    pub points: Decimal,
}

/// Bonus or deductions of one unit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExtrasResult {
    /// Line by line, in the scheme's order.
    pub lines: Vec<ExtraResult>,
    /// The sum after the common cap.
    pub points: Decimal,
}

/// One unit's score with all that led to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evaluation {
    /// The items, in the scheme's order.
    pub items: Vec<ItemResult>,
    /// Points of the items that apply.
    pub applicable: Decimal,
    /// Points of all items.
    pub attainable: Decimal,
    /// Bonus.
    pub bonus: ExtrasResult,
    /// Deductions.
    pub deduction: ExtrasResult,
    /// What caps and the final rounding take away or add, so that all lines sum to the score.
    pub adjustment: Decimal,
    /// The score.
    pub score: Decimal,
    /// Whether enough applies for a rank.
    pub is_ranked: bool,
}

impl ItemResult {
    /// The item's line in a table: rounded, absent where it takes no part.
    pub fn score(&self) -> Option<Decimal> {
        self.is_applicable.then(|| self.scaled.round(PLACES))
    }
}

/// Scores a group. Units need each other only for the policies and rules that look at peers.
pub fn evaluate(scheme: &Scheme, group: &GroupScheme, members: &[Member]) -> Vec<Evaluation> {
    let mut raw: Vec<Vec<ItemResult>> =
        members.iter().map(|member| group.items.iter().map(|item| item_result(item, member)).collect()).collect();
    for (position, item) in group.items.iter().enumerate() {
        apply_policy(item, &mut raw, position);
    }
    raw.into_iter().zip(members).map(|(items, member)| total(scheme, group, items, member)).collect()
}

fn item_result(item: &Item, member: &Member) -> ItemResult {
    let (readings, keys): (&Readings, Vec<&String>) = match item.scope {
        Scope::Own => (&member.own, item.of.iter().collect()),
        Scope::Led => (&member.led, member.led.keys().collect()),
    };
    let points = Exact::from(item.points);
    let result = match item.combine {
        Combine::Joint => {
            let sum = Sum::of(readings, keys.iter().copied());
            let status = status(readings, &keys, sum);
            let earned = if status == Status::Scored { item.rule.points(points, sum.actual, sum.due) } else { Exact::ZERO };
            (status, Some(sum), earned)
        }
        Combine::Mean => mean(item, readings, &keys),
    };
    let (status, sum, earned) = result;
    ItemResult { status, is_applicable: status == Status::Scored, sum, points: earned, scaled: earned, full: points }
}

fn mean(item: &Item, readings: &Readings, keys: &[&String]) -> (Status, Option<Sum>, Exact) {
    let mut earned = Exact::ZERO;
    let mut count = 0;
    let mut first_reason = Status::NoTask;
    for (position, key) in keys.iter().enumerate() {
        let sum = Sum::of(readings, [*key]);
        let status = status(readings, &[key], sum);
        if status == Status::Scored {
            earned = earned.plus(item.rule.points(Exact::from(item.points), sum.actual, sum.due));
            count += 1;
        } else if position == 0 {
            first_reason = status;
        }
    }
    let sum = (keys.len() == 1).then(|| Sum::of(readings, keys.iter().copied()));
    match earned.over(Exact::whole(count)) {
        Some(mean) => (Status::Scored, sum, mean),
        None => (first_reason, sum, Exact::ZERO),
    }
}

/// Gives the item's points to the units to which it does not apply, by its policy.
fn apply_policy(item: &Item, raw: &mut [Vec<ItemResult>], position: usize) {
    let applicable: Vec<Exact> = raw.iter().filter_map(|items| items.get(position)).filter(|result| result.is_applicable).map(|result| result.points).collect();
    let given = match item.no_task {
        NoTask::Redistribute => return,
        NoTask::Full => Some(Exact::from(item.points)),
        NoTask::Zero => Some(Exact::ZERO),
        NoTask::Fixed(points) => Some(Exact::from(points)),
        NoTask::GroupLowest => applicable.iter().copied().min(),
        NoTask::GroupMean => {
            let count = i128::try_from(applicable.len()).unwrap_or(i128::MAX);
            applicable.iter().fold(Exact::ZERO, |sum, points| sum.plus(*points)).over(Exact::whole(count))
        }
    };
    // Without a single unit to compare with, the points are spread like any other item's.
    let Some(given) = given else { return };
    for result in raw.iter_mut().filter_map(|items| items.get_mut(position)).filter(|result| !result.is_applicable) {
        (result.points, result.scaled, result.is_applicable) = (given, given, true);
    }
}

fn total(scheme: &Scheme, group: &GroupScheme, mut items: Vec<ItemResult>, member: &Member) -> Evaluation {
    let attainable: Decimal = group.items.iter().map(|item| item.points).sum();
    let applicable: Decimal =
        group.items.iter().zip(&items).filter(|(_, result)| result.is_applicable).map(|(item, _)| item.points).sum();
    if let Some(scale) = Exact::from(attainable).over(Exact::from(applicable)) {
        for (item, result) in group.items.iter().zip(&mut items) {
            result.scaled = result.points.times(scale);
            result.full = Exact::from(item.points).times(scale);
        }
    }
    let rounded: Decimal = items.iter().filter_map(ItemResult::score).sum();
    let kept: Decimal = match scheme.round {
        Rounding::PerItem => rounded,
        Rounding::AtEnd => {
            let applied = items.iter().filter(|result| result.is_applicable);
            applied.fold(Exact::ZERO, |sum, result| sum.plus(result.scaled)).round(PLACES)
        }
    };
    let over_caps: Decimal = group.blocks.iter().map(|block| over_cap(group, &items, &block.key, block.cap)).sum();
    let bonus = extras(&group.bonus, &member.own);
    let deduction = extras(&group.deduction, &member.own);
    let mut score = (kept - over_caps + bonus.points - deduction.points).clamp(Decimal::ZERO, scheme.ceiling.max(Decimal::ZERO));
    score.rescale(PLACES);
    let adjustment = score - (rounded + bonus.points - deduction.points);
    let is_ranked = applicable.is_sign_positive() && !applicable.is_zero() && applicable >= attainable * scheme.minimum_applicable;
    Evaluation { items, applicable, attainable, bonus, deduction, adjustment, score, is_ranked }
}

/// By how much a block's rounded items exceed its cap.
fn over_cap(group: &GroupScheme, items: &[ItemResult], block: &str, cap: Option<Decimal>) -> Decimal {
    let Some(cap) = cap else { return Decimal::ZERO };
    let in_block = group.items.iter().zip(items).filter(|(item, _)| item.block == block);
    let sum: Decimal = in_block.filter_map(|(_, result)| result.score()).sum();
    (sum - cap).max(Decimal::ZERO)
}

fn extras(extras: &Extras, readings: &Readings) -> ExtrasResult {
    let lines: Vec<ExtraResult> = extras.lines.iter().map(|line| extra(line, readings)).collect();
    let sum: Decimal = lines.iter().map(|line| line.points).sum();
    let mut points = sum.min(extras.cap);
    points.rescale(PLACES);
    ExtrasResult { lines, points }
}

fn extra(line: &Extra, readings: &Readings) -> ExtraResult {
    let events: i128 = line.of.iter().filter_map(|key| readings.get(key)).map(|reading| events(line.event, reading)).sum();
    let events = events.max(0);
    let points = Exact::from(line.points).times(Exact::whole(events)).min(Exact::from(line.cap)).round(PLACES);
    ExtraResult { events, points }
}

/// How many events of a bonus or deduction an indicator holds.
pub(super) fn events(event: Event, reading: &Reading) -> i128 {
    let actual = reading.actual.unwrap_or_default();
    match (event, reading.target) {
        (Event::Each, _) => actual.floor().max(0),
        (Event::BeyondTarget, Some(target)) if target.is_positive() => actual.minus(target).floor().max(0),
        (Event::WithoutTask, Some(target)) if target.is_zero() => actual.floor().max(0),
        (Event::BeyondTarget | Event::WithoutTask, _) => 0,
    }
}
