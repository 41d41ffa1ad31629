//! Evaluation: from the readings of a group's units to points, item by item.
//!
//! Order: actuals cut at the period → ratio → item points → no-task scaling → vetoed items → item rounding →
//! block caps → bonus → deductions → floor and ceiling.

use rust_decimal::Decimal;

use super::{
    exact::Exact,
    reading::{Member, Reading, Readings, Sum, status},
    result::Status,
    rule::Facts,
    scheme::{Combine, Event, Extra, Extras, GroupScheme, Item, NoTask, Rounding, Scheme, Scope},
    veto::Verdict,
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
    /// The place of the veto by which it gives nothing.
    pub veto: Option<usize>,
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
    /// Vetoes.
    pub verdict: Verdict,
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
    let mut by_member: Vec<Vec<ItemResult>> = members.iter().map(|_| Vec::with_capacity(group.items.len())).collect();
    for item in &group.items {
        let mut results = item_results(item, members);
        apply_policy(item, &mut results);
        by_member.iter_mut().zip(results).for_each(|(items, result)| items.push(result));
    }
    by_member.into_iter().zip(members).map(|(items, member)| total(scheme, group, items, member)).collect()
}

/// One item of every unit of the group.
fn item_results(item: &Item, members: &[Member]) -> Vec<ItemResult> {
    let figures: Vec<ItemFigures<'_>> = members.iter().map(|member| ItemFigures::of(item, member)).collect();
    let peers: Vec<&Facts> =
        figures.iter().filter(|figures| figures.status == Status::Scored).map(|figures| &figures.facts).collect();
    let points = Exact::from(item.points);
    let results = figures.iter().map(|figures| {
        let is_scored = figures.status == Status::Scored;
        let earned = match item.combine {
            _ if !is_scored => Exact::ZERO,
            Combine::Joint => item.rule.points(points, &figures.facts, &peers),
            Combine::Mean => figures.mean(item),
        };
        let sum = Some(figures.sum).filter(|_| item.combine == Combine::Joint || figures.keys.len() == 1);
        ItemResult {
            status: figures.status,
            is_applicable: is_scored,
            sum,
            points: earned,
            scaled: earned,
            full: points,
            veto: None,
        }
    });
    results.collect()
}

/// What one unit's indicators say about an item.
struct ItemFigures<'a> {
    readings: &'a Readings,
    keys: Vec<&'a String>,
    sum: Sum,
    status: Status,
    facts: Facts,
}

impl<'a> ItemFigures<'a> {
    fn of(item: &'a Item, member: &'a Member) -> Self {
        let (readings, keys): (&Readings, Vec<&String>) = match item.scope {
            Scope::Own => (&member.own, item.of.iter().collect()),
            Scope::Led => (&member.led, member.led.keys().collect()),
        };
        let sum = Sum::of(readings, keys.iter().copied());
        let status = match item.combine {
            Combine::Joint => status(readings, &keys, sum),
            Combine::Mean => keys
                .iter()
                .map(|key| status(readings, &[key], Sum::of(readings, [*key])))
                .min_by_key(|status| *status != Status::Scored)
                .unwrap_or(Status::NoTask),
        };
        let parts = match keys.as_slice() {
            [_] => vec![(sum.actual, sum.due)],
            keys => keys.iter().map(|key| Sum::of(readings, [*key])).map(|part| (part.actual, part.due)).collect(),
        };
        let facts = Facts { actual: sum.actual, target: sum.target, due: sum.due, parts };
        Self { readings, keys, sum, status, facts }
    }

    /// The mean of the points that each indicator with a task would give.
    fn mean(&self, item: &Item) -> Exact {
        let mut earned = Exact::ZERO;
        let mut count = 0;
        for key in &self.keys {
            let sum = Sum::of(self.readings, [*key]);
            if status(self.readings, &[key], sum) == Status::Scored {
                earned = earned.plus(item.rule.points(Exact::from(item.points), &sum.facts(), &[]));
                count += 1;
            }
        }
        earned.over(Exact::whole(count)).unwrap_or_default()
    }
}

/// Gives the item's points to the units to which it does not apply, by its policy.
fn apply_policy(item: &Item, results: &mut [ItemResult]) {
    let applicable: Vec<Exact> =
        results.iter().filter(|result| result.is_applicable).map(|result| result.points).collect();
    let given = match item.no_task {
        NoTask::Redistribute => return,
        NoTask::Full => Some(Exact::from(item.points)),
        NoTask::Zero => Some(Exact::ZERO),
        NoTask::Fixed(points) => Some(Exact::from(points)),
        NoTask::GroupLowest => applicable.iter().copied().min(),
        NoTask::GroupMean => {
            let count = i128::try_from(applicable.len()).unwrap_or(i128::MAX);
            Exact::sum(applicable.iter().copied()).over(Exact::whole(count))
        }
    };
    // Without a single unit to compare with, the points are spread like any other item's.
    let Some(given) = given else { return };
    for result in results.iter_mut().filter(|result| !result.is_applicable) {
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
    let verdict = Verdict::on(group, member);
    for (item, result) in group.items.iter().zip(&mut items).filter(|(_, result)| result.is_applicable) {
        result.veto = verdict.voids(group, member, item);
        if result.veto.is_some() {
            result.scaled = Exact::ZERO;
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
    let mut score =
        (kept - over_caps + bonus.points - deduction.points).clamp(Decimal::ZERO, scheme.ceiling.max(Decimal::ZERO));
    score.rescale(PLACES);
    let is_ranked = applicable.is_sign_positive()
        && !applicable.is_zero()
        && applicable >= attainable * scheme.minimum_applicable
        && !verdict.is_disqualified;
    Evaluation { items, applicable, attainable, bonus, deduction, verdict, score, is_ranked }
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
    let events: i128 =
        line.of.iter().filter_map(|key| readings.get(key)).map(|reading| events(line.event, reading)).sum();
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
