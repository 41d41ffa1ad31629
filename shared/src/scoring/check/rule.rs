//! What is wrong with a rule's parameters.

use rust_decimal::Decimal;

use crate::scoring::{
    measure::{Amount, Measure},
    rule::{Measured, Rule, SizeCase},
    scheme::{Combine, Indicator, Item},
};

/// What is wrong, as the last part of a catalogue key.
pub(super) fn fault(item: &Item) -> Option<&'static str> {
    let rules = item.rule.all();
    let needs_joint = item.rule.looks_at_peers() || rules.iter().any(|rule| looks_at_parts(rule));
    if item.combine == Combine::Mean && needs_joint {
        return Some("needs_joint");
    }
    rules.into_iter().find_map(|rule| parameters(rule, item.of.len()))
}

/// Whether a rule adds an item's indicators up, so that they should be of one unit.
pub(super) fn adds_indicators(rule: &Rule) -> bool {
    rule.all().into_iter().any(|rule| !looks_at_parts(rule) && !matches!(rule, Rule::BySize { .. }))
}

/// Whether the unit in which a rule's steps are said to be is that of the indicator.
pub(super) fn measures(rule: &Rule, indicator: &Indicator) -> bool {
    let is_percent = indicator.unit == "%";
    rule.all().into_iter().all(|rule| {
        let Rule::Step(step) = rule else { return true };
        match (step.measured, &indicator.measure) {
            (Measured::Yi, measure) => {
                matches!(measure, Measure::Sum(filter) if filter.field != Amount::ForeignCapital)
            }
            (Measured::Items, measure) => {
                matches!(measure, Measure::Count(_) | Measure::Stock(_) | Measure::Reported { .. }) && !is_percent
            }
            (Measured::PercentagePoints, _) => is_percent,
            (Measured::Amount | Measured::PercentOfDue | Measured::PercentOfTarget, _) => true,
        }
    })
}

/// Whether it looks at each indicator of an item by itself.
const fn looks_at_parts(rule: &Rule) -> bool {
    matches!(rule, Rule::Composite { .. } | Rule::Tiers { .. } | Rule::Rating { .. } | Rule::Milestones { .. })
}

fn parameters(rule: &Rule, indicators: usize) -> Option<&'static str> {
    let fault = |is_wrong: bool, name: &'static str| is_wrong.then_some(name);
    let misses = |figures: &Vec<Decimal>| figures.len() != 1 && figures.len() != indicators;
    match rule {
        Rule::Proportional { lo, hi } => fault(lo > hi, "bounds"),
        Rule::Tiers { tiers } => fault(tiers.iter().any(|tier| misses(&tier.least)), "tiers"),
        Rule::Step(step) => {
            let is_standing = step.size.is_sign_negative() || step.size.is_zero();
            fault(is_standing, "step").or_else(|| fault(step.least > step.most, "bounds"))
        }
        Rule::Composite { weights, .. } | Rule::Rating { weights } => {
            fault(weights.len() != indicators || weights.iter().sum::<Decimal>() != Decimal::ONE, "weights")
        }
        Rule::MinMax { alpha, .. } => fault(!(Decimal::ZERO..=Decimal::ONE).contains(alpha), "alpha"),
        Rule::RelativeToMean { cap, .. } => fault(cap.is_sign_negative(), "bounds"),
        Rule::RankPoints { ranges, .. } => {
            let mut pairs = ranges.iter().zip(ranges.iter().skip(1));
            fault(pairs.any(|(left, right)| left.to >= right.to), "ranges")
        }
        Rule::Piecewise { bands, down, up } => {
            let is_backward = bands.iter().any(|band| band.from.zip(band.to).is_some_and(|(from, to)| from > to));
            fault(down.is_sign_negative() || up.is_sign_negative() || is_backward, "bounds")
        }
        Rule::PerProject { cap } => fault(cap.is_some_and(|cap| cap.is_sign_negative()), "bounds"),
        Rule::Milestones { milestones } => {
            fault(milestones.iter().any(|milestone| misses(&milestone.least)), "milestones")
        }
        Rule::BySize { cases, .. } => fault(are_out_of_order(cases), "sizes"),
        Rule::Threshold { .. } | Rule::BestIsFull { .. } => None,
    }
}

/// A case after one that holds any size, or not above the one before, is never reached.
fn are_out_of_order(cases: &[SizeCase]) -> bool {
    let mut pairs = cases.iter().zip(cases.iter().skip(1));
    cases.is_empty()
        || pairs.any(|(left, right)| match (left.at_most, right.at_most) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(left), Some(right)) => left >= right,
        })
}
