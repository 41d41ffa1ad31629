//! Rules: how points follow from actual figures and what is due. The mathematics stands in [`super::formula`].

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    exact::Exact,
    figure,
    formula::{
        best_is_full, composite, min_max, piecewise, proportional, rank_points, rated, reached, relative_to_mean,
        stepped, threshold, tiered,
    },
};

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
    /// 逐项目积分: min(cap, Σ points of each project), the points by the indicator's own tables.
    PerProject {
        /// The most; the item's points where it is absent.
        #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "figure::maybe")]
        cap: Option<Decimal>,
    },
    /// 评议: P · Σ weight · mark/full over the classes of raters that gave marks, one weight per indicator.
    Rating {
        /// They sum to 1; where a class gave no marks those of the others are scaled.
        #[serde(deserialize_with = "figure::many")]
        weights: Vec<Decimal>,
    },
    /// 阶段分: Σ points of the milestones reached, each once.
    Milestones {
        /// In any order.
        milestones: Vec<Milestone>,
    },
    /// 依规模: another rule, and so any parameter, by the size of the task.
    BySize {
        /// What the size is.
        size: SizeBy,
        /// The first case that holds the size.
        cases: Vec<SizeCase>,
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
    /// The indicator's own unit, whatever it is.
    Amount,
    /// Items: projects, enterprises.
    Items,
    /// 亿元.
    Yi,
    /// Percentage points of a figure that is itself a rate.
    PercentagePoints,
    /// Per cent of what is due.
    PercentOfDue,
    /// Per cent of the annual target.
    PercentOfTarget,
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

/// One milestone of [`Rule::Milestones`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Milestone {
    /// What people call it.
    pub label: String,
    /// The least figure of each indicator; a single one is meant for their sum.
    #[serde(deserialize_with = "figure::many")]
    pub least: Vec<Decimal>,
    /// Points.
    #[serde(deserialize_with = "figure::one")]
    pub points: Decimal,
}

/// What [`Rule::BySize`] chooses by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SizeBy {
    /// The annual target T.
    Target,
    /// How many of the group's units the item applies to.
    Units,
}

/// One case of [`Rule::BySize`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SizeCase {
    /// The greatest size; any where it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "figure::maybe")]
    pub at_most: Option<Decimal>,
    /// The rule.
    pub rule: Rule,
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
    /// Σ annual target.
    pub target: Exact,
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
            Self::Step(step) => stepped(points, own, step),
            Self::Piecewise { bands, down, up } => {
                piecewise(points, own.ratio(), bands, Exact::from(*down), Exact::from(*up))
            }
            Self::Composite { weights, cap } => composite(points, &own.parts, weights, Exact::from(*cap)),
            Self::MinMax { alpha, by } => min_max(points, own.by(*by), &others(*by), Exact::from(*alpha)),
            Self::BestIsFull { by } => best_is_full(points, own.by(*by), &others(*by)),
            Self::RelativeToMean { cap, by } => relative_to_mean(points, own.by(*by), &others(*by), Exact::from(*cap)),
            Self::RankPoints { ranges, by } => rank_points(own.by(*by), &others(*by), ranges),
            Self::PerProject { cap } => own.actual.held(Exact::ZERO, cap.map_or(points, Exact::from)),
            Self::Rating { weights } => rated(points, &own.parts, weights),
            Self::Milestones { milestones } => reached(own, milestones),
            Self::BySize { .. } => {
                let chosen = self.chosen(own.target, peers.len());
                chosen.map_or(Exact::ZERO, |rule| rule.points(points, own, peers))
            }
        }
    }

    /// The rule that is used for a target among so many units: itself, save for one that chooses by size.
    /// `None` where no case holds the size.
    pub fn chosen(&self, target: Exact, units: usize) -> Option<&Self> {
        let Self::BySize { size, cases } = self else { return Some(self) };
        let size = match size {
            SizeBy::Target => target,
            SizeBy::Units => Exact::whole(i128::try_from(units).unwrap_or(i128::MAX)),
        };
        let case = cases.iter().find(|case| case.at_most.is_none_or(|most| size <= Exact::from(most)));
        case.and_then(|case| case.rule.chosen(target, units))
    }

    /// The rule that is used for a target, where the target alone decides.
    pub fn of_target(&self, target: Exact) -> Option<&Self> {
        let by_units = |rule: &&Self| matches!(rule, Self::BySize { size: SizeBy::Units, .. });
        if self.all().iter().any(by_units) { None } else { self.chosen(target, 0) }
    }

    /// Itself and every rule that it may choose.
    pub fn all(&self) -> Vec<&Self> {
        let mut rules = vec![self];
        if let Self::BySize { cases, .. } = self {
            rules.extend(cases.iter().flat_map(|case| case.rule.all()));
        }
        rules
    }

    /// Whether it compares the units of a group.
    pub fn looks_at_peers(&self) -> bool {
        self.peers().is_some()
    }

    /// Whether it asks what is due: a rule without a target of its own looks at what was done alone.
    pub fn asks_what_is_due(&self) -> bool {
        match self {
            Self::PerProject { .. } | Self::Milestones { .. } => false,
            Self::BySize { cases, .. } => cases.iter().any(|case| case.rule.asks_what_is_due()),
            Self::Proportional { .. }
            | Self::Threshold { .. }
            | Self::Tiers { .. }
            | Self::Step(_)
            | Self::Piecewise { .. }
            | Self::Composite { .. }
            | Self::Rating { .. }
            | Self::MinMax { .. }
            | Self::BestIsFull { .. }
            | Self::RelativeToMean { .. }
            | Self::RankPoints { .. } => self.peers() != Some(By::Actual),
        }
    }

    /// What it compares the units of a group by.
    fn peers(&self) -> Option<By> {
        match self {
            Self::MinMax { by, .. }
            | Self::BestIsFull { by }
            | Self::RelativeToMean { by, .. }
            | Self::RankPoints { by, .. } => Some(*by),
            Self::BySize { cases, .. } => cases.iter().find_map(|case| case.rule.peers()),
            Self::Proportional { .. }
            | Self::Threshold { .. }
            | Self::Tiers { .. }
            | Self::Step(_)
            | Self::Piecewise { .. }
            | Self::Composite { .. }
            | Self::PerProject { .. }
            | Self::Rating { .. }
            | Self::Milestones { .. } => None,
        }
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
            Self::PerProject { .. } => "per_project",
            Self::Rating { .. } => "rating",
            Self::Milestones { .. } => "milestones",
            Self::BySize { .. } => "by_size",
        }
    }
}
