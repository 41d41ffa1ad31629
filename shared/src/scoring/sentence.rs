//! The words of an explanation: each formula with its numbers, as an official would say it.

use rust_decimal::Decimal;

use super::{
    evaluate::{Evaluation, ItemResult, PLACES},
    exact::Exact,
    reading::{Readings, Sum, status},
    result::Status,
    rule::Rule,
    schedule::Whole,
    scheme::{GroupScheme, Item, NoTask, Scheme},
    veto::{Effect, Veto},
};
use crate::t;

/// Decimals of a figure in a sentence.
const FIGURE_PLACES: u32 = 4;

/// The sentence of the whole score.
pub(super) fn total(items: Decimal, evaluation: &Evaluation, rank: Option<u32>) -> String {
    let (bonus, deduction, score) = (evaluation.bonus.points, evaluation.deduction.points, evaluation.score);
    let sum = t!("scoring.explain.total_sum", items = items, bonus = bonus, deduction = deduction, score = score);
    match rank {
        Some(rank) => t!("scoring.explain.total_ranked", sum = sum, rank = rank),
        None if evaluation.verdict.is_disqualified => t!("scoring.explain.total_disqualified", sum = sum),
        None => t!(
            "scoring.explain.total_unranked",
            sum = sum,
            applicable = evaluation.applicable.normalize(),
            attainable = evaluation.attainable.normalize(),
        ),
    }
}

/// What a veto does to the unit.
pub(super) fn veto(group: &GroupScheme, veto: &Veto, events: i128) -> String {
    t!("scoring.explain.vetoed", label = veto.label, count = events, effects = effects(group, veto))
}

/// What a veto does, whoever it hits.
pub(super) fn effects(group: &GroupScheme, veto: &Veto) -> String {
    let effects = veto.effects.iter().map(|effect| match effect {
        Effect::ConcernedItemsZero => t!("scoring.explain.veto_concerned"),
        Effect::ItemsZero(keys) => {
            let items = group.items.iter().filter(|item| keys.contains(&item.key)).map(|item| item.label.clone());
            t!("scoring.explain.veto_zero", names = listed(items))
        }
        Effect::BlocksZero(keys) => {
            let blocks = group.blocks.iter().filter(|block| keys.contains(&block.key)).map(|block| block.label.clone());
            t!("scoring.explain.veto_zero", names = listed(blocks))
        }
        Effect::Disqualified => t!("scoring.explain.veto_disqualified"),
        Effect::RankAtBest(rank) => t!("scoring.explain.veto_rank", rank = rank),
        Effect::NoSpeech => t!("scoring.explain.veto_speech"),
    });
    listed(effects)
}

fn listed(names: impl Iterator<Item = String>) -> String {
    names.collect::<Vec<_>>().join(&t!("scoring.explain.and"))
}

/// What sentences about a unit's items are made from.
#[derive(Clone, Copy)]
pub(super) struct Words<'a> {
    pub(super) scheme: &'a Scheme,
    pub(super) readings: &'a Readings,
}

impl Words<'_> {
    /// An item whose indicators are added.
    pub(super) fn joint(self, item: &Item, keys: &[String], result: &ItemResult, evaluation: &Evaluation) -> String {
        let Some(sum) = result.sum.filter(|_| result.status == Status::Scored) else {
            return absent(item, result);
        };
        let unit = self.unit(keys);
        let actual = figure(sum.actual, unit);
        let done = if sum.due.is_zero() {
            t!("scoring.explain.done_alone", label = item.label, actual = actual)
        } else {
            let (due, how) = (figure(sum.due, unit), self.how_due(keys));
            t!("scoring.explain.done", label = item.label, actual = actual, due = due, how = how)
        };
        let earned = formula(&item.rule, item.points, sum, result.points, unit);
        format!("{done}{earned}{}", scaling(result, evaluation))
    }

    /// An item that is the mean of its indicators' points.
    pub(super) fn mean(self, item: &Item, keys: &[String], result: &ItemResult, evaluation: &Evaluation) -> String {
        if result.status != Status::Scored {
            return absent(item, result);
        }
        let parts = keys.iter().filter_map(|key| {
            let sum = Sum::of(self.readings, [key]);
            let is_scored = status(self.readings, &[key], sum) == Status::Scored;
            let earned = is_scored.then(|| item.rule.points(Exact::from(item.points), &sum.facts(), &[]))?;
            Some(t!("scoring.explain.mean_part", label = self.label(key), points = earned.round(PLACES)))
        });
        let parts: Vec<String> = parts.collect();
        let parts = parts.join(&t!("scoring.explain.and"));
        let mean = t!("scoring.explain.mean", label = item.label, parts = parts, points = result.points.round(PLACES));
        format!("{mean}{}", scaling(result, evaluation))
    }

    /// One indicator of an item.
    pub(super) fn indicator(self, key: &String, status: Status) -> String {
        let label = self.label(key);
        let keys = std::slice::from_ref(key);
        let (sum, unit) = (Sum::of(self.readings, keys), self.unit(keys));
        let actual = figure(sum.actual, unit);
        match status {
            Status::Scored if sum.due.is_zero() => t!("scoring.explain.done_alone", label = label, actual = actual),
            Status::Scored => t!(
                "scoring.explain.indicator",
                label = label,
                actual = actual,
                due = figure(sum.due, unit),
                how = self.how_due(keys)
            ),
            Status::NoTask => t!("scoring.explain.indicator_no_task", label = label, actual = actual),
            Status::NotIssued => t!("scoring.explain.indicator_not_issued", label = label, actual = actual),
            Status::NotDue => {
                t!(
                    "scoring.explain.indicator_not_due",
                    label = label,
                    actual = actual,
                    target = figure(sum.target, unit)
                )
            }
            Status::NoBase => t!("scoring.explain.indicator_no_base", label = label),
            Status::NotReported => t!("scoring.explain.indicator_not_reported", label = label),
        }
    }

    /// 全年 7 个 × 60%, one part for each indicator with a target.
    fn how_due(self, keys: &[String]) -> String {
        let parts = keys.iter().filter_map(|key| {
            let (indicator, reading) = (self.scheme.indicator(key)?, self.readings.get(key)?);
            let target = reading.target.filter(|target| target.is_positive())?;
            let schedule = self.scheme.schedules.get(&indicator.schedule)?;
            let annual = figure(target, &indicator.unit);
            // A list, a table of figures or a whole number is no percentage that could be multiplied by hand.
            if schedule.share(1).is_none() || indicator.whole != Whole::Exact {
                return Some(t!("scoring.explain.due_whole", target = annual));
            }
            let share = figure(reading.due.over(target)?, "%");
            Some(t!("scoring.explain.due_part", target = annual, share = share))
        });
        parts.collect::<Vec<_>>().join(" + ")
    }

    fn unit(&self, keys: &[String]) -> &str {
        keys.first().and_then(|key| self.scheme.indicator(key)).map_or("", |indicator| indicator.unit.as_str())
    }

    fn label(self, key: &str) -> String {
        self.scheme.indicator(key).map_or_else(|| key.to_owned(), |indicator| indicator.label.clone())
    }
}

/// Why an item does not apply, and what its policy gives.
fn absent(item: &Item, result: &ItemResult) -> String {
    let why = match result.status {
        Status::NotIssued => t!("scoring.explain.not_issued"),
        Status::NotDue => t!("scoring.explain.not_due"),
        Status::NoBase => t!("scoring.explain.no_base"),
        Status::NotReported => t!("scoring.explain.not_reported"),
        Status::NoTask | Status::Scored => t!("scoring.explain.no_task"),
    };
    if item.no_task == NoTask::Redistribute || !result.is_applicable {
        t!("scoring.explain.absent_spread", label = item.label, why = why, points = item.points.normalize())
    } else {
        t!("scoring.explain.absent_given", label = item.label, why = why, points = result.points.round(PLACES))
    }
}

/// 得 14 × 4 ÷ 4.2 = 13.33 分.
fn formula(rule: &Rule, points: Decimal, sum: Sum, earned: Exact, unit: &str) -> String {
    let rounded = earned.round(PLACES);
    let rule = rule.of_target(sum.target).unwrap_or(rule);
    let Rule::Proportional { lo, hi } = rule else {
        let name = t!(&format!("scoring.rule.{}", rule.code()));
        if !rule.asks_what_is_due() {
            return t!("scoring.explain.by_rule_alone", rule = name, earned = rounded);
        }
        return t!("scoring.explain.by_rule", rate = plain(sum.facts().ratio(), "%"), rule = name, earned = rounded);
    };
    if earned.is_zero() {
        t!("scoring.explain.nothing")
    } else if sum.actual < sum.due.times(Exact::from(*lo)) {
        let (rate, least) = (plain(sum.facts().ratio(), "%"), plain(Exact::from(*lo), "%"));
        t!("scoring.explain.least", rate = rate, least = least, points = rounded)
    } else if sum.actual >= sum.due.times(Exact::from(*hi)) {
        t!("scoring.explain.full", points = rounded)
    } else {
        let (actual, due) = (plain(sum.actual, unit), plain(sum.due, unit));
        t!("scoring.explain.proportional", points = points.normalize(), actual = actual, due = due, earned = rounded)
    }
}

/// The step from an item's own points to its line, where no-task items are spread over the others.
fn scaling(result: &ItemResult, evaluation: &Evaluation) -> String {
    if evaluation.applicable == evaluation.attainable || result.points.is_zero() {
        return String::new();
    }
    t!(
        "scoring.explain.scaled",
        attainable = evaluation.attainable.normalize(),
        applicable = evaluation.applicable.normalize(),
        score = result.scaled.round(PLACES),
    )
}

/// A figure with its unit: `4.2 个`, `95%`.
pub(super) fn figure(amount: Exact, unit: &str) -> String {
    if unit == "%" { plain(amount, unit) } else { format!("{} {unit}", plain(amount, unit)) }
}

/// A figure without its unit, save for per cent.
fn plain(amount: Exact, unit: &str) -> String {
    if unit == "%" {
        format!("{}%", amount.times(Exact::whole(100)).shown(2))
    } else {
        amount.shown(FIGURE_PLACES).to_string()
    }
}
