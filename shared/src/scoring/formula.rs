//! The mathematics of the rules: one pure function each, exact until a score is rounded.

use rust_decimal::Decimal;

use super::{
    exact::Exact,
    rule::{Band, Facts, Measured, Milestone, RankRange, Step, Tier},
};

/// P · clamp(A/D, lo, hi); a due figure of zero has no ratio and gives the least.
pub fn proportional(points: Exact, actual: Exact, due: Exact, lo: Exact, hi: Exact) -> Exact {
    let ratio = actual.over(due).unwrap_or(lo);
    points.times(ratio.held(lo, hi))
}

/// P if A ≥ D (strict: A > D), else 0.
pub fn threshold(points: Exact, actual: Exact, due: Exact, strict: bool) -> Exact {
    let is_reached = if strict { actual > due } else { actual >= due };
    if is_reached { points } else { Exact::ZERO }
}

/// The points of the first tier whose rates are all reached, else 0.
pub fn tiered(own: &Facts, tiers: &[Tier]) -> Exact {
    let reached = |(actual, due): (Exact, Exact), least: Decimal| {
        actual.times(Exact::whole(100)) >= due.times(Exact::from(least))
    };
    let first = tiers.iter().find(|tier| match tier.least.as_slice() {
        [of_sum] => reached((own.actual, own.due), *of_sum),
        each => each.iter().zip(&own.parts).all(|(least, part)| reached(*part, *least)),
    });
    first.map_or(Exact::ZERO, |tier| Exact::from(tier.points))
}

/// clamp(P + k⁺·n⁺ − k⁻·n⁻, least, most), n = |A−D|/step.
pub fn stepped(points: Exact, own: &Facts, step: &Step) -> Exact {
    let above = own.actual.minus(own.due);
    let hundred = above.times(Exact::whole(100));
    let deviation = match step.measured {
        Measured::Amount | Measured::Items | Measured::Yi => above,
        Measured::PercentagePoints => hundred,
        Measured::PercentOfDue => hundred.over(own.due).unwrap_or_default(),
        Measured::PercentOfTarget => hundred.over(own.target).unwrap_or_default(),
    };
    let is_below = deviation < Exact::ZERO;
    let distance = if is_below { Exact::ZERO.minus(deviation) } else { deviation };
    let steps = distance.over(Exact::from(step.size)).unwrap_or_default();
    let steps = if step.whole { Exact::whole(steps.floor()) } else { steps };
    let moved = if is_below {
        points.minus(steps.times(Exact::from(step.down)))
    } else {
        points.plus(steps.times(Exact::from(step.up)))
    };
    moved.held(Exact::from(step.least), Exact::from(step.most))
}

/// P + clamp(Σ slope · deviation from 100 % inside each band, −down, up).
pub fn piecewise(points: Exact, ratio: Exact, bands: &[Band], down: Exact, up: Exact) -> Exact {
    let (full, rate) = (Exact::whole(100), ratio.times(Exact::whole(100)));
    let (low, high) = (rate.min(full), rate.max(full));
    let change = bands.iter().fold(Exact::ZERO, |sum, band| {
        let from = band.from.map_or(low, |from| Exact::from(from).max(low));
        let to = band.to.map_or(high, |to| Exact::from(to).min(high));
        let inside = to.minus(from).max(Exact::ZERO).times(Exact::from(band.slope));
        if rate < full { sum.minus(inside) } else { sum.plus(inside) }
    });
    points.plus(change.held(Exact::ZERO.minus(down), up))
}

/// P · clamp(Σ weight · ratio, 0, cap).
pub fn composite(points: Exact, parts: &[(Exact, Exact)], weights: &[Decimal], cap: Exact) -> Exact {
    let weighted = parts.iter().zip(weights).fold(Exact::ZERO, |sum, ((actual, due), weight)| {
        sum.plus(actual.over(*due).unwrap_or_default().times(Exact::from(*weight)))
    });
    points.times(weighted.held(Exact::ZERO, cap))
}

/// P · [α + (1−α)(x−min)/(max−min)]; P where all are equal.
pub fn min_max(points: Exact, own: Exact, peers: &[Exact], alpha: Exact) -> Exact {
    let (least, most) = (peers.iter().copied().min().unwrap_or(own), peers.iter().copied().max().unwrap_or(own));
    match own.minus(least).over(most.minus(least)) {
        Some(share) => points.times(alpha.plus(Exact::ONE.minus(alpha).times(share))),
        None => points,
    }
}

/// P · x/max, not below 0; 0 where the best is not above zero.
pub fn best_is_full(points: Exact, own: Exact, peers: &[Exact]) -> Exact {
    let best = peers.iter().copied().max().filter(|best| best.is_positive());
    best.and_then(|best| own.over(best)).map_or(Exact::ZERO, |share| points.times(share.max(Exact::ZERO)))
}

/// P · clamp(x/mean, 0, cap); 0 where the mean is not above zero.
pub fn relative_to_mean(points: Exact, own: Exact, peers: &[Exact], cap: Exact) -> Exact {
    let count = i128::try_from(peers.len()).unwrap_or(i128::MAX);
    let sum = Exact::sum(peers.iter().copied());
    // x / (sum / count), multiplied before it is divided.
    let ratio = if sum.is_positive() { own.times(Exact::whole(count)).over(sum) } else { None };
    ratio.map_or(Exact::ZERO, |ratio| points.times(ratio.held(Exact::ZERO, cap)))
}

/// The points of the range in which the rank of x lies: one more than the units that are strictly better.
pub fn rank_points(own: Exact, peers: &[Exact], ranges: &[RankRange]) -> Exact {
    let better = u32::try_from(peers.iter().filter(|peer| **peer > own).count()).unwrap_or(u32::MAX);
    let range = ranges.iter().find(|range| better < range.to);
    range.map_or(Exact::ZERO, |range| Exact::from(range.points))
}

/// P · Σ weight · mark/full over the classes that gave marks, the weights scaled to what they leave.
pub fn rated(points: Exact, parts: &[(Exact, Exact)], weights: &[Decimal]) -> Exact {
    let given = parts.iter().zip(weights).filter(|((_, full), _)| full.is_positive());
    let (sum, whole) = given.fold((Exact::ZERO, Exact::ZERO), |(sum, whole), ((mark, full), weight)| {
        let weight = Exact::from(*weight);
        (sum.plus(mark.times(weight).over(*full).unwrap_or_default()), whole.plus(weight))
    });
    points.times(sum).over(whole).unwrap_or_default()
}

/// Σ points of the milestones whose figures are all reached.
pub fn reached(own: &Facts, milestones: &[Milestone]) -> Exact {
    let is_reached = |milestone: &&Milestone| match milestone.least.as_slice() {
        [of_sum] => own.actual >= Exact::from(*of_sum),
        each => each.iter().zip(&own.parts).all(|(least, (actual, _))| *actual >= Exact::from(*least)),
    };
    let reached = milestones.iter().filter(is_reached);
    reached.fold(Exact::ZERO, |sum, milestone| sum.plus(Exact::from(milestone.points)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scoring::rule::{By, Rule, SizeBy, SizeCase};

    fn exact(text: &str) -> Exact {
        Exact::from(decimal(text))
    }

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn shown(points: Exact) -> String {
        points.round(2).to_string()
    }

    #[test]
    fn min_max_spreads_between_the_last_and_the_first() {
        let peers = ["2", "7", "12"].map(exact);
        assert_eq!(shown(min_max(exact("10"), exact("7"), &peers, exact("0.6"))), "8.00");
        assert_eq!(shown(min_max(exact("10"), exact("7"), &[exact("7"), exact("7")], exact("0.6"))), "10.00");
    }

    #[test]
    fn composite_caps_the_weighted_ratio() {
        let parts = [(exact("28"), exact("27")), (exact("177.7"), exact("54"))];
        assert_eq!(shown(composite(exact("0.5"), &parts, &[decimal("0.5"), decimal("0.5")], Exact::ONE)), "0.50");
        let halves = [(exact("1"), exact("2")), (exact("1"), exact("4"))];
        assert_eq!(shown(composite(exact("8"), &halves, &[decimal("0.5"), decimal("0.5")], Exact::ONE)), "3.00");
    }

    #[test]
    fn piecewise_adds_what_lies_in_each_band() {
        let band = |from: Option<&str>, to: Option<&str>, slope: &str| Band {
            from: from.map(decimal),
            to: to.map(decimal),
            slope: decimal(slope),
        };
        let bands =
            [band(None, Some("100"), "0.1"), band(Some("100"), Some("130"), "0.2"), band(Some("130"), None, "0.1")];
        let rates = ["0", "0.92", "1", "1.18", "1.3", "1.45", "2"];
        let points = rates.map(|rate| shown(piecewise(exact("25"), exact(rate), &bands, exact("10"), exact("10"))));
        assert_eq!(points, ["15.00", "24.20", "25.00", "28.60", "31.00", "32.50", "35.00"]);
    }

    #[test]
    fn steps_count_continuously_or_whole() {
        let step = |whole| Step {
            measured: Measured::PercentOfDue,
            size: decimal("2"),
            up: Decimal::ONE,
            down: Decimal::ONE,
            least: decimal("5"),
            most: decimal("35"),
            whole,
        };
        let facts = |actual: &str, due: &str, target: &str| Facts {
            actual: exact(actual),
            due: exact(due),
            target: exact(target),
            ..Facts::default()
        };
        let points = |rate: &str, whole| shown(stepped(exact("20"), &facts(rate, "1", "1"), &step(whole)));
        assert_eq!((points("1.03", false), points("1.03", true)), ("21.50".into(), "21.00".into()));
        assert_eq!((points("0.97", false), points("0.97", true)), ("18.50".into(), "19.00".into()));
        assert_eq!((points("0", false), points("3", false)), ("5.00".into(), "35.00".into()));
        let by_amount = Step { measured: Measured::Amount, size: Decimal::ONE, ..step(false) };
        assert_eq!(shown(stepped(exact("20"), &facts("7", "4", "10"), &by_amount)), "23.00");
        // One step of 2 each: 3 items, 3 亿元, 30 percentage points, 75 % of what is due, 30 % of the target.
        for (measured, expected) in [
            (Measured::Items, "21.50"),
            (Measured::Yi, "21.50"),
            (Measured::PercentagePoints, "35.00"),
            (Measured::PercentOfDue, "35.00"),
            (Measured::PercentOfTarget, "35.00"),
        ] {
            let step = Step { measured, ..step(false) };
            assert_eq!(shown(stepped(exact("20"), &facts("7", "4", "10"), &step)), expected, "{measured:?}");
        }
        let by_target = Step { measured: Measured::PercentOfTarget, size: decimal("10"), ..step(false) };
        assert_eq!(shown(stepped(exact("20"), &facts("7", "4", "10"), &by_target)), "23.00");
        let by_points = Step { measured: Measured::PercentagePoints, size: Decimal::ONE, ..step(false) };
        assert_eq!(shown(stepped(exact("20"), &facts("0.155", "0.15", "0.15"), &by_points)), "20.50");
    }

    #[test]
    fn classes_of_raters_that_gave_no_marks_take_no_part() {
        let weights = ["0.5", "0.3", "0.2"].map(decimal);
        let mark = |mark: &str| (exact(mark), exact("100"));
        let none = (Exact::ZERO, Exact::ZERO);
        // 10 · (0.5 · 0.9 + 0.3 · 0.8 + 0.2 · 0.7)
        assert_eq!(shown(rated(exact("10"), &[mark("90"), mark("80"), mark("70")], &weights)), "8.30");
        // 10 · (0.5 · 0.9 + 0.2 · 0.7) / 0.7
        assert_eq!(shown(rated(exact("10"), &[mark("90"), none, mark("70")], &weights)), "8.43");
        assert_eq!(shown(rated(exact("10"), &[none, none, none], &weights)), "0.00");
    }

    #[test]
    fn each_milestone_counts_once() {
        let milestone = |least: &[&str], points: &str| Milestone {
            label: String::new(),
            least: least.iter().map(|least| decimal(least)).collect(),
            points: decimal(points),
        };
        let milestones = [milestone(&["1"], "2"), milestone(&["3"], "3"), milestone(&["1", "2"], "5")];
        let facts = |first: &str, second: &str| Facts {
            actual: exact(first).plus(exact(second)),
            parts: vec![(exact(first), Exact::ZERO), (exact(second), Exact::ZERO)],
            ..Facts::default()
        };
        let points = [("0", "0"), ("1", "0"), ("0", "3"), ("1", "2"), ("9", "9")]
            .map(|(first, second)| shown(reached(&facts(first, second), &milestones)));
        assert_eq!(points, ["0.00", "2.00", "5.00", "10.00", "10.00"]);
    }

    #[test]
    fn a_rule_is_chosen_by_the_target_or_by_how_many_units_compete() {
        let case = |at_most: Option<&str>, rule| SizeCase { at_most: at_most.map(decimal), rule };
        let small = Rule::Threshold { strict: false };
        let by_target =
            Rule::BySize { size: SizeBy::Target, cases: vec![case(Some("2"), small), case(None, Rule::default())] };
        let facts =
            |target: &str| Facts { actual: exact("1"), due: exact("2"), target: exact(target), ..Facts::default() };
        assert_eq!(shown(by_target.points(exact("10"), &facts("2"), &[])), "0.00");
        assert_eq!(shown(by_target.points(exact("10"), &facts("3"), &[])), "5.00");
        let ranges =
            |to, points| Rule::RankPoints { ranges: vec![RankRange { to, points: decimal(points) }], by: By::Actual };
        let by_units = Rule::BySize {
            size: SizeBy::Units,
            cases: vec![case(Some("2"), ranges(1, "6")), case(Some("9"), ranges(3, "10"))],
        };
        let own = facts("1");
        assert_eq!(shown(by_units.points(exact("10"), &own, &[&own, &own])), "6.00");
        assert_eq!(shown(by_units.points(exact("10"), &own, &[&own, &own, &own])), "10.00");
        assert_eq!(shown(by_units.points(exact("10"), &own, &[&own; 10])), "0.00", "no case holds ten units");
    }

    #[test]
    fn relative_to_mean_is_capped_and_never_below_zero() {
        let peers = ["18", "30", "-3", "3"].map(exact);
        let points =
            ["18", "30", "-3"].map(|own| shown(relative_to_mean(exact("24"), exact(own), &peers, exact("1.5"))));
        assert_eq!(points, ["36.00", "36.00", "0.00"]);
    }

    #[test]
    fn the_best_is_full_and_ranks_share_their_range() {
        let peers = ["4", "8", "8", "2"].map(exact);
        assert_eq!(shown(best_is_full(exact("10"), exact("2"), &peers)), "2.50");
        assert_eq!(shown(best_is_full(exact("10"), Exact::ZERO, &[Exact::ZERO])), "0.00");
        let ranges = [(1, "10"), (3, "8"), (9, "5")].map(|(to, points)| RankRange { to, points: decimal(points) });
        let points = ["8", "4", "2"].map(|own| shown(rank_points(exact(own), &peers, &ranges)));
        assert_eq!(points, ["10.00", "8.00", "5.00"]);
    }

    #[test]
    fn thresholds_and_tiers_are_reached_or_not() {
        assert_eq!(shown(threshold(exact("5"), exact("700"), exact("700"), false)), "5.00");
        assert_eq!(shown(threshold(exact("5"), exact("700"), exact("700"), true)), "0.00");
        let tier = |least: &[&str], points: &str| Tier {
            least: least.iter().map(|rate| decimal(rate)).collect(),
            points: decimal(points),
        };
        let tiers = [tier(&["100", "80"], "10"), tier(&["60"], "6")];
        let facts = |first: &str, second: &str| Facts {
            actual: exact(first).plus(exact(second)),
            due: exact("20"),
            target: exact("20"),
            parts: vec![(exact(first), exact("10")), (exact(second), exact("10"))],
        };
        let points = [("10", "8"), ("14", "7.9"), ("6", "5.9")]
            .map(|(first, second)| shown(tiered(&facts(first, second), &tiers)));
        assert_eq!(points, ["10.00", "6.00", "0.00"]);
    }
}
