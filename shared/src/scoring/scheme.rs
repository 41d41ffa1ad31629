//! The scheme (考评办法): everything a campaign office may decide about scoring, as data.

use std::{collections::BTreeMap, fmt};

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    check,
    exact::Exact,
    figure,
    measure::Measure,
    outcome::MeetingRule,
    rule::Rule,
    schedule::{Schedule, Whole},
};
use crate::{calendar::Month, t, unit::Group};

/// The version of the scheme file's shape that this code reads.
pub const SCHEMA: u16 = 1;

/// The default scheme's file, embedded so that a tablet without a network can score.
const DEFAULT: &str = include_str!("../../schemes/default-2021.1.toml");

/// A versioned, dated set of scoring rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scheme {
    /// The shape's version, see [`SCHEMA`].
    pub schema: u16,
    /// Name and version, such as `default-2021.1`.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// The first month it applies to.
    pub effective_from: Month,
    /// The last month it applies to, where it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_until: Option<Month>,
    /// When figures are rounded.
    #[serde(default)]
    pub round: Rounding,
    /// The highest score, bonus included.
    #[serde(deserialize_with = "figure::one")]
    pub ceiling: Decimal,
    /// The least share of points that must apply for a unit to be ranked, 0–1.
    #[serde(deserialize_with = "figure::one")]
    pub minimum_applicable: Decimal,
    /// Schedules by name.
    pub schedules: BTreeMap<String, Schedule>,
    /// What is counted, summed or reported.
    #[serde(rename = "indicator")]
    pub indicators: Vec<Indicator>,
    /// The district's headline totals.
    #[serde(rename = "headline", default)]
    pub headlines: Vec<HeadlineRule>,
    /// How each group is scored.
    #[serde(rename = "group")]
    pub groups: BTreeMap<Group, GroupScheme>,
}

/// When figures are rounded to 2 decimals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// Each item, then added, so that a printed table adds up by hand.
    #[default]
    PerItem,
    /// Only the total.
    AtEnd,
}

/// Something counted, summed or reported for a unit in a month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indicator {
    /// Its key: also the column of the targets table.
    pub key: String,
    /// Its Chinese name.
    pub label: String,
    /// What it is counted in, such as 个 or 亿元; `%` shows a share as per cent.
    pub unit: String,
    /// Where its figure comes from.
    pub measure: Measure,
    /// The schedule's name.
    pub schedule: String,
    /// The target of every unit; absent where the targets table gives each unit's own.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "figure::maybe")]
    pub target: Option<Decimal>,
    /// How a due figure that is not whole is taken.
    #[serde(default)]
    pub whole: Whole,
}

/// One of the district's totals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeadlineRule {
    /// Its key.
    pub key: String,
    /// The indicators that are added.
    pub of: Vec<String>,
}

/// How one group is scored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupScheme {
    /// Blocks, in the order people read them.
    #[serde(rename = "block")]
    pub blocks: Vec<Block>,
    /// Scored items, in order.
    #[serde(rename = "item")]
    pub items: Vec<Item>,
    /// What earns points beyond the items.
    #[serde(default)]
    pub bonus: Extras,
    /// What costs points.
    #[serde(default)]
    pub deduction: Extras,
    /// What decides between equal totals, in order.
    #[serde(rename = "tie", default)]
    pub ties: Vec<Tie>,
    /// The indicators of the 开竣工合计 that the meeting looks at.
    pub joint: Vec<String>,
    /// The indicators that must have reached what is due for a unit to be “finished”.
    pub finished: Vec<String>,
    /// Who speaks at the quarterly meeting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meeting: Option<MeetingRule>,
    /// Which indicators of the whole district a unit leads, by the unit's name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub leads: BTreeMap<String, Vec<String>>,
}

/// Items that people read together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Block {
    /// Its key.
    pub key: String,
    /// Its Chinese name.
    pub label: String,
    /// The most points it can give.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "figure::maybe")]
    pub cap: Option<Decimal>,
}

/// One scored item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Its key.
    pub key: String,
    /// Its Chinese name.
    pub label: String,
    /// The block it is read in.
    pub block: String,
    /// Points attainable.
    #[serde(deserialize_with = "figure::one")]
    pub points: Decimal,
    /// How points follow from completion.
    #[serde(default)]
    pub rule: Rule,
    /// Its indicators.
    #[serde(default)]
    pub of: Vec<String>,
    /// How several indicators make one.
    #[serde(default)]
    pub combine: Combine,
    /// Whose figures count.
    #[serde(default)]
    pub scope: Scope,
    /// What happens where there is no task.
    #[serde(default)]
    pub no_task: NoTask,
}

/// How several indicators make one item.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Combine {
    /// Σ actual against Σ due.
    #[default]
    Joint,
    /// The mean of the points that each indicator would give; those without a task take no part.
    Mean,
}

/// Whose figures an item looks at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// The unit's own.
    #[default]
    Own,
    /// The whole district's, over the indicators that the unit leads ([`GroupScheme::leads`]).
    Led,
}

/// What an item gives a unit to which it does not apply (no task, not issued, not due, not reported).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoTask {
    /// Its points are spread over the items that apply.
    #[default]
    Redistribute,
    /// All its points.
    Full,
    /// None.
    Zero,
    /// The mean of the group's units to which it applies.
    GroupMean,
    /// The lowest of the group's units to which it applies.
    GroupLowest,
    /// So many points.
    Fixed(#[serde(deserialize_with = "figure::one")] Decimal),
}

/// Bonus or deduction lines with their common cap.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extras {
    /// The most they come to together.
    #[serde(deserialize_with = "figure::one")]
    pub cap: Decimal,
    /// The lines.
    #[serde(default, rename = "line")]
    pub lines: Vec<Extra>,
}

/// One kind of bonus or deduction: `min(cap, events × points)`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extra {
    /// Its key.
    pub key: String,
    /// Its Chinese name.
    pub label: String,
    /// What is an event.
    pub event: Event,
    /// The indicators that events are counted in.
    pub of: Vec<String>,
    /// Points an event.
    #[serde(deserialize_with = "figure::one")]
    pub points: Decimal,
    /// The most this line comes to.
    #[serde(deserialize_with = "figure::one")]
    pub cap: Decimal,
}

/// What counts as an event of a bonus or deduction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// Each whole one beyond an annual target above zero.
    BeyondTarget,
    /// Each whole one where the annual target is zero.
    WithoutTask,
    /// Each whole one.
    Each,
}

/// One step of the chain that decides between equal totals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case", deny_unknown_fields)]
pub enum Tie {
    /// The greater Σ actual / Σ due, uncapped.
    Completion {
        /// The indicators.
        of: Vec<String>,
    },
    /// The greater sum.
    Sum {
        /// The indicators.
        of: Vec<String>,
    },
    /// Fewer points deducted.
    FewerDeductions,
}

/// What is wrong with a scheme, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchemeIssue {
    /// The place: a path such as `group.street.item.industry`, or the file's line.
    pub place: String,
    /// The sentence for people.
    pub message: String,
}

impl fmt::Display for SchemeIssue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.place, self.message)
    }
}

impl Scheme {
    /// Reads and checks a scheme's TOML.
    ///
    /// # Errors
    /// Everything that is wrong with it, each naming its place.
    pub fn parse(toml: &str) -> Result<Self, Vec<SchemeIssue>> {
        let scheme: Self = toml::from_str(toml).map_err(|error| {
            let line = error.span().map_or(1, |span| toml.get(..span.start).unwrap_or(toml).matches('\n').count() + 1);
            vec![SchemeIssue { place: t!("scoring.scheme.line", line = line), message: error.message().to_owned() }]
        })?;
        let issues = check::issues(&scheme);
        if issues.is_empty() { Ok(scheme) } else { Err(issues) }
    }

    /// The scheme that ships: the plan's public rules with invented weights, marked 示例.
    ///
    /// # Panics
    /// Never: the embedded file is read by a test.
    #[expect(
        clippy::expect_used,
        reason = "an embedded file that a test reads; there is nothing a user could do about it"
    )]
    pub fn default_scheme() -> Self {
        Self::parse(DEFAULT).expect("the embedded scheme is sound")
    }

    /// Whether it applies to a month.
    pub fn is_effective_in(&self, period: Month) -> bool {
        self.effective_from <= period && self.effective_until.is_none_or(|until| period <= until)
    }

    /// The share of an indicator's annual target that is due by the end of a month.
    pub fn share(&self, indicator: &Indicator, period: Month) -> Exact {
        self.schedules.get(&indicator.schedule).map_or(Exact::ONE, |schedule| schedule.share(period.number()))
    }

    /// Where an indicator stands in [`Scheme::indicators`].
    pub fn position(&self, key: &str) -> Option<usize> {
        self.indicators.iter().position(|indicator| indicator.key == key)
    }

    /// An indicator.
    pub fn indicator(&self, key: &str) -> Option<&Indicator> {
        self.indicators.iter().find(|indicator| indicator.key == key)
    }

    /// The indicators whose annual figure the targets table gives, in order.
    pub fn tabled(&self) -> impl Iterator<Item = &Indicator> {
        self.indicators.iter().filter(|indicator| indicator.is_tabled())
    }
}

impl Indicator {
    /// Whether the targets table gives its annual figure: it is not a monthly rate and has no common target.
    pub fn is_tabled(&self) -> bool {
        self.target.is_none() && !matches!(self.measure, Measure::Rate { .. } | Measure::Event(_))
    }
}

impl GroupScheme {
    /// An item.
    pub fn item(&self, key: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.key == key)
    }
}
