//! The scheme (考评办法): everything a campaign office may decide about scoring, as data.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    check,
    exact::Exact,
    figure,
    grade::Grades,
    measure::Measure,
    outcome::MeetingRule,
    outline::{self, Chapter},
    rollup::Rollup,
    rule::Rule,
    schedule::{Asked, Schedule, Whole},
    veto::Veto,
};
use crate::{calendar::Month, inspection::Finding, t, unit::Group};

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
    /// Whose a project is that several units brought about.
    #[serde(default, skip_serializing_if = "Credit::is_owner")]
    pub credit: Credit,
    /// The highest score, bonus included.
    #[serde(deserialize_with = "figure::one")]
    pub ceiling: Decimal,
    /// The least share of points that must apply for a unit to be ranked, 0–1.
    #[serde(deserialize_with = "figure::one")]
    pub minimum_applicable: Decimal,
    /// Findings that take the project they name out of every count.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removed_by: Vec<Finding>,
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

/// Whose a project is that several units brought about. Bonuses and points by project are always the owner's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Credit {
    /// Its owner's, whole.
    #[default]
    Owner,
    /// Each unit's by its part, see [`crate::project::credit`]; the district counts it once.
    Shares,
}

impl Credit {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde's skip_serializing_if asks for")]
    fn is_owner(&self) -> bool {
        *self == Self::Owner
    }
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
    /// How the figures of the months make that of the period.
    #[serde(default, skip_serializing_if = "Rollup::is_latest")]
    pub rollup: Rollup,
    /// What the targets of all units together are in the plan; absent where the plan says nothing.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "figure::maybe")]
    pub plan: Option<Decimal>,
    /// Nobody has a target: what was done is compared or counted by itself.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub without_target: bool,
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
    /// What takes points or places away whatever the score.
    #[serde(rename = "veto", default, skip_serializing_if = "Vec::is_empty")]
    pub vetoes: Vec<Veto>,
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
    /// How units are graded after ranking.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grades: Option<Grades>,
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

    /// The file of the scheme that ships.
    pub const fn default_text() -> &'static str {
        DEFAULT
    }

    /// Reads a scheme that was sound when it was put in force: a check that was added since does not undo it.
    ///
    /// # Errors
    /// That the text is no scheme any more.
    pub fn stored(toml: &str) -> Result<Self, String> {
        toml::from_str(toml).map_err(|error| error.message().to_owned())
    }

    /// What it says, in words.
    pub fn outline(&self) -> Vec<Chapter> {
        outline::outline(self)
    }

    /// Whether it applies to a month.
    pub fn is_effective_in(&self, period: Month) -> bool {
        self.effective_from <= period && self.effective_until.is_none_or(|until| period <= until)
    }

    /// The share of an indicator's annual target that is due by the end of a month; `None` where units differ.
    pub fn share(&self, indicator: &Indicator, period: Month) -> Option<Exact> {
        self.schedules.get(&indicator.schedule).map_or(Some(Exact::ONE), |schedule| schedule.share(period.number()))
    }

    /// What of an annual target is due, before it is taken as a whole number.
    pub fn due(&self, indicator: &Indicator, target: Exact, asked: Asked<'_>) -> Exact {
        if let Some(share) = asked.share {
            return target.times(share);
        }
        let schedule = self.schedules.get(&indicator.schedule);
        schedule.map_or(target, |schedule| schedule.due(&self.schedules, target, asked))
    }

    /// Where an indicator stands in [`Scheme::indicators`].
    pub fn position(&self, key: &str) -> Option<usize> {
        self.indicators.iter().position(|indicator| indicator.key == key)
    }

    /// An indicator.
    pub fn indicator(&self, key: &str) -> Option<&Indicator> {
        self.indicators.iter().find(|indicator| indicator.key == key)
    }

    /// The place at which the ledger keeps what was planned for an indicator: beyond all indicators.
    pub const fn planned_place(&self, place: usize) -> usize {
        self.indicators.len() + place
    }

    /// Whether an indicator is due, for some size of target, by the list of planned projects.
    pub fn is_listed(&self, indicator: &Indicator) -> bool {
        // A choice by size may name another one; while a file is checked they may still go round in a circle.
        let (mut named, mut seen) = (vec![&indicator.schedule], BTreeSet::new());
        while let Some(name) = named.pop() {
            let Some(schedule) = self.schedules.get(name).filter(|_| seen.insert(name)) else { continue };
            if *schedule == Schedule::List {
                return true;
            }
            named.extend(schedule.chosen());
        }
        false
    }

    /// The most that a group's bonus gives for one event of an indicator.
    pub fn event_worth(&self, group: Group, indicator: usize) -> Decimal {
        let key = self.indicators.get(indicator).map(|declared| &declared.key);
        let lines = self.groups.get(&group).into_iter().flat_map(|group| &group.bonus.lines);
        let lines = lines.filter(|line| line.event == Event::Each && key.is_some_and(|key| line.of.contains(key)));
        lines.map(|line| line.points).max().unwrap_or_default()
    }

    /// What is odd about it though legal: worth a second look in the editor. `sizes` says how many units each
    /// group has.
    pub fn warnings(&self, sizes: &BTreeMap<Group, usize>) -> Vec<SchemeIssue> {
        check::warnings(self, sizes)
    }

    /// The indicators whose annual figure the targets table gives, in order.
    pub fn tabled(&self) -> impl Iterator<Item = &Indicator> {
        self.indicators.iter().filter(|indicator| indicator.is_tabled())
    }
}

impl Indicator {
    /// Whether the targets table gives its annual figure: it is not a monthly rate and has no common target.
    pub fn is_tabled(&self) -> bool {
        self.target.is_none() && !self.is_bare() && !self.measure.is_monthly()
    }

    /// Whether nobody has a target for it.
    pub const fn is_bare(&self) -> bool {
        self.without_target || self.measure.is_bare()
    }
}

impl GroupScheme {
    /// An item.
    pub fn item(&self, key: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.key == key)
    }
}
