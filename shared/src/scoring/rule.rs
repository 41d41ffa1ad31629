//! Rules: from actual figures and what is due to points. One pure function per rule.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{exact::Exact, figure};

/// How an item's points follow from its indicators.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Rule {
    /// 按完成率: P · clamp(A/D, lo, hi).
    Proportional {
        /// The least ratio.
        #[serde(default, deserialize_with = "figure::one")]
        lo: Decimal,
        /// The greatest ratio.
        #[serde(default = "one", deserialize_with = "figure::one")]
        hi: Decimal,
    },
    /// 完成得满分: P when what is due is reached, else nothing.
    Threshold {
        /// Reaching it is not enough, it must be passed (“突破”).
        #[serde(default)]
        strict: bool,
    },
    /// 分档: the points of the first tier whose ratios are all reached, else nothing.
    Tiers {
        /// From the best tier down.
        tiers: Vec<Tier>,
    },
    /// 基本分±步长: P and so much for each step above or below what is due.
    Step(Step),
    /// 分段边际: P and the slope of each band times the deviation inside it.
    Piecewise {
        /// Bands of the completion rate, in per cent.
        bands: Vec<Band>,
        /// The most that is taken away.
        #[serde(deserialize_with = "figure::one")]
        down: Decimal,
        /// The most that is added.
        #[serde(deserialize_with = "figure::one")]
        up: Decimal,
    },
    /// 复合: P · clamp(Σ weight · ratio, 0, cap), one weight per indicator.
    Composite {
        /// They sum to 1.
        #[serde(deserialize_with = "figure::many")]
        weights: Vec<Decimal>,
        /// The greatest weighted ratio.
        #[serde(default = "one", deserialize_with = "figure::one")]
        cap: Decimal,
    },
    /// 功效系数: P · [α + (1−α)(x−min)/(max−min)] over the group; all equal gives P.
    MinMax {
        /// What the last unit keeps, 0–1.
        #[serde(deserialize_with = "figure::one")]
        alpha: Decimal,
        /// What is compared.
        #[serde(default)]
        by: By,
    },
    /// 最高值满分: P · x/max over the group; nothing where nobody has anything.
    BestIsFull {
        /// What is compared.
        #[serde(default)]
        by: By,
    },
    /// 与平均比: P · clamp(x/mean, 0, cap) over the group; nothing where the mean is not above zero.
    RelativeToMean {
        /// The greatest ratio to the mean.
        #[serde(deserialize_with = "figure::one")]
        cap: Decimal,
        /// What is compared.
        #[serde(default)]
        by: By,
    },
    /// 名次分: points by the rank of x in the group; equal figures share a rank.
    RankPoints {
        /// From the first rank down.
        ranges: Vec<RankRange>,
        /// What is compared.
        #[serde(default)]
        by: By,
    },
}

/// One tier of [`Rule::Tiers`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// The least completion rate of each indicator, in per cent; a single one is meant for their sum.
    #[serde(deserialize_with = "figure::many")]
    pub least: Vec<Decimal>,
    /// Points.
    #[serde(deserialize_with = "figure::one")]
    pub points: Decimal,
}

/// The parameters of [`Rule::Step`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What a step is measured in.
    pub measured: Measured,
    /// The length of one step.
    #[serde(deserialize_with = "figure::one")]
    pub size: Decimal,
    /// Points for a step above.
    #[serde(deserialize_with = "figure::one")]
    pub up: Decimal,
    /// Points off for a step below.
    #[serde(deserialize_with = "figure::one")]
    pub down: Decimal,
    /// The fewest points.
    #[serde(deserialize_with = "figure::one")]
    pub least: Decimal,
    /// The most points.
    #[serde(deserialize_with = "figure::one")]
    pub most: Decimal,
    /// Only whole steps count.
    #[serde(default)]
    pub whole: bool,
}

/// What a step is measured in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measured {
    /// The indicator's own unit: items, 亿元.
    Amount,
    /// Percentage points of a figure that is itself a rate.
    PercentagePoints,
    /// Per cent of what is due.
    PercentOfDue,
}

/// One band of [`Rule::Piecewise`]: completion rates between two bounds, in per cent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// The lower bound; open when absent.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "figure::maybe")]
    pub from: Option<Decimal>,
    /// The upper bound; open when absent.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "figure::maybe")]
    pub to: Option<Decimal>,
    /// Points for each percentage point inside the band.
    #[serde(deserialize_with = "figure::one")]
    pub slope: Decimal,
}

/// One range of [`Rule::RankPoints`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RankRange {
    /// The last rank of the range.
    pub to: u32,
    /// Points.
    #[serde(deserialize_with = "figure::one")]
    pub points: Decimal,
}

/// What a rule that looks at the group compares.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// A/D.
    #[default]
    Completion,
    /// A.
    Actual,
}

/// One unit's figures as a rule sees them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Σ actual.
    pub actual: Exact,
    /// Σ due, above zero.
    pub due: Exact,
    /// Actual and due of each indicator.
    pub parts: Vec<(Exact, Exact)>,
}

impl Facts {
    /// A/D; zero where nothing is due.
    pub fn ratio(&self) -> Exact {
        self.actual.over(self.due).unwrap_or_default()
    }

    fn by(&self, by: By) -> Exact {
        match by {
            By::Completion => self.ratio(),
            By::Actual => self.actual,
        }
    }
}

impl Default for Rule {
    fn default() -> Self {
        Self::Proportional { lo: Decimal::ZERO, hi: Decimal::ONE }
    }
}

fn one() -> Decimal {
    Decimal::ONE
}

impl Rule {
    /// The points of one unit: `points` attainable; `peers` are the group's units to which the item applies,
    /// this one among them.
    pub fn points(&self, points: Exact, own: &Facts, peers: &[&Facts]) -> Exact {
        let others = |by: By| peers.iter().map(|peer| peer.by(by)).collect::<Vec<_>>();
        match self {
            Self::Proportional { lo, hi } => {
                proportional(points, own.actual, own.due, Exact::from(*lo), Exact::from(*hi))
            }
            Self::Threshold { strict } => threshold(points, own.actual, own.due, *strict),
            Self::Tiers { tiers } => tiered(own, tiers),
            Self::Step(step) => stepped(points, own.actual, own.due, step),
            Self::Piecewise { bands, down, up } => {
                piecewise(points, own.ratio(), bands, Exact::from(*down), Exact::from(*up))
            }
            Self::Composite { weights, cap } => composite(points, &own.parts, weights, Exact::from(*cap)),
            Self::MinMax { alpha, by } => min_max(points, own.by(*by), &others(*by), Exact::from(*alpha)),
            Self::BestIsFull { by } => best_is_full(points, own.by(*by), &others(*by)),
            Self::RelativeToMean { cap, by } => relative_to_mean(points, own.by(*by), &others(*by), Exact::from(*cap)),
            Self::RankPoints { ranges, by } => rank_points(own.by(*by), &others(*by), ranges),
        }
    }

    /// Whether it compares the units of a group.
    pub const fn looks_at_peers(&self) -> bool {
        matches!(
            self,
            Self::MinMax { .. } | Self::BestIsFull { .. } | Self::RelativeToMean { .. } | Self::RankPoints { .. }
        )
    }

    /// The last part of the catalogue key of its name.
    pub(super) const fn code(&self) -> &'static str {
        match self {
            Self::Proportional { .. } => "proportional",
            Self::Threshold { .. } => "threshold",
            Self::Tiers { .. } => "tiers",
            Self::Step(_) => "step",
            Self::Piecewise { .. } => "piecewise",
            Self::Composite { .. } => "composite",
            Self::MinMax { .. } => "min_max",
            Self::BestIsFull { .. } => "best_is_full",
            Self::RelativeToMean { .. } => "relative_to_mean",
            Self::RankPoints { .. } => "rank_points",
        }
    }
}

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
pub fn stepped(points: Exact, actual: Exact, due: Exact, step: &Step) -> Exact {
    let deviation = match step.measured {
        Measured::Amount => actual.minus(due),
        Measured::PercentagePoints => actual.minus(due).times(Exact::whole(100)),
        Measured::PercentOfDue => actual.minus(due).times(Exact::whole(100)).over(due).unwrap_or_default(),
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
    let sum = peers.iter().fold(Exact::ZERO, |sum, peer| sum.plus(*peer));
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

#[cfg(test)]
mod tests {
    use super::*;

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
        let points = |rate: &str, whole| shown(stepped(exact("20"), exact(rate), Exact::ONE, &step(whole)));
        assert_eq!((points("1.03", false), points("1.03", true)), ("21.50".into(), "21.00".into()));
        assert_eq!((points("0.97", false), points("0.97", true)), ("18.50".into(), "19.00".into()));
        assert_eq!((points("0", false), points("3", false)), ("5.00".into(), "35.00".into()));
        let by_amount = Step { measured: Measured::Amount, size: Decimal::ONE, ..step(false) };
        assert_eq!(shown(stepped(exact("20"), exact("7"), exact("4"), &by_amount)), "23.00");
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
            parts: vec![(exact(first), exact("10")), (exact(second), exact("10"))],
        };
        let points = [("10", "8"), ("14", "7.9"), ("6", "5.9")]
            .map(|(first, second)| shown(tiered(&facts(first, second), &tiers)));
        assert_eq!(points, ["10.00", "6.00", "0.00"]);
    }
}
