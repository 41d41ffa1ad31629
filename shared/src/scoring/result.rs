//! What a computation gives: rankings, and the explanation of one score.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    calendar::Month,
    id::{Digest, OperationId, RecordId, UnitId},
    unit::Group,
};

/// The ranking of all three groups for one period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Ranking {
    /// The month.
    pub period: Month,
    /// The scheme's name and version, such as `default-2021.1`.
    pub scheme: String,
    /// The digest of everything below: two offices with the same digest have the same figures.
    pub digest: Digest,
    /// The groups, in the plan's order.
    pub groups: Vec<GroupRanking>,
    /// The district's headline totals (168 starts, 118 completions, 150 landed, 120 above quota).
    pub headlines: Vec<Headline>,
}

/// One of the district's totals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Headline {
    /// `started`, `completed`, or an indicator's key.
    pub key: String,
    /// Done, annual target and due by now.
    pub progress: Progress,
}

/// The ranking of one group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct GroupRanking {
    /// The group.
    pub group: Group,
    /// Its units, ranked first, then those listed but not ranked.
    pub units: Vec<Standing>,
    /// The quarterly meeting's lists; absent outside months 3, 6, 9, 12.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meeting: Option<Meeting>,
}

/// The quarterly meeting's lists of one group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Meeting {
    /// 介绍经验.
    pub speak: Vec<UnitId>,
    /// 表态发言.
    pub pledge: Vec<UnitId>,
}

/// A count or sum against its target.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Progress {
    /// Approved and counted.
    pub actual: Decimal,
    /// The annual target.
    pub target: Decimal,
    /// What the schedule makes due by the end of the period.
    pub due: Decimal,
}

/// One unit's line of a ranking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Standing {
    /// The unit.
    pub unit: UnitId,
    /// Its name.
    pub name: String,
    /// Its rank; `None` for a unit listed but not ranked (任务不足).
    pub rank: Option<u32>,
    /// Places gained (+) or lost (−) since the month before; `None` without a rank in either.
    pub change: Option<i32>,
    /// The score, 2 decimals.
    pub score: Decimal,
    /// The score of the month before.
    pub previous_score: Option<Decimal>,
    /// Points behind the unit one place ahead; for the first the lead over the second.
    pub gap: Option<Decimal>,
    /// 新开工, over the four categories.
    pub started: Progress,
    /// 建成, over the four categories.
    pub completed: Progress,
    /// 开竣工合计 that the meeting's rule looks at: services for streets, all projects for the others.
    pub joint: Progress,
    /// Whether the unit has finished what is due (see the scheme's outcome rules).
    pub finished: bool,
    /// Item scores by key, in the scheme's order; `None` where an item does not apply.
    pub items: Vec<ItemScore>,
    /// Bonus points after their cap.
    pub bonus: Decimal,
    /// Deducted points after their cap, as a positive figure.
    pub deduction: Decimal,
    /// The grade after ranking, where the scheme has grades.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grade: Option<String>,
    /// Whether it was lifted to that grade (晋档).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub lifted: bool,
    /// The vetoes that stand against it, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub vetoes: Vec<String>,
    /// Claims that wait for review or verification: reported, not yet counted.
    pub waiting: u32,
}

/// One item's score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct ItemScore {
    /// The item's key.
    pub key: String,
    /// Points after scaling and rounding; `None` where it does not apply.
    pub score: Option<Decimal>,
}

/// Why a unit has its score: a tree whose leaves are records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Explanation {
    /// The unit.
    pub unit: UnitId,
    /// Its name.
    pub name: String,
    /// Its group.
    pub group: Group,
    /// The month.
    pub period: Month,
    /// Its rank.
    pub rank: Option<u32>,
    /// Its score: the sum of the children of `root`, floored and capped as `root` says.
    pub score: Decimal,
    /// The score of the month before.
    pub previous_score: Option<Decimal>,
    /// The tree. Its children are blocks (or items); the sum of the lines is the score, always.
    pub root: Node,
}

/// One figure of an explanation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Node {
    /// The block's, item's or indicator's key.
    pub key: String,
    /// Its name in Chinese.
    pub label: String,
    /// The formula in words with the numbers in it.
    pub sentence: String,
    /// How it stands.
    pub status: Status,
    /// Points earned, rounded; `None` for nodes that carry no points of their own.
    pub score: Option<Decimal>,
    /// Points before rounding.
    pub exact: Option<Decimal>,
    /// Points attainable (after no-task scaling).
    pub full: Option<Decimal>,
    /// Done, target and due, where it is a count or a sum.
    pub progress: Option<Progress>,
    /// What it is made of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<Node>,
    /// The records that count towards it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Source>,
    /// The records that counted towards it earlier in the year and no longer do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stopped: Vec<Stopped>,
}

/// How an item stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Scored.
    Scored,
    /// No task (无任务).
    NoTask,
    /// The target was not issued (未下达).
    NotIssued,
    /// Nothing is due yet (未到期).
    NotDue,
    /// There is nothing to compare with (基数为零).
    NoBase,
    /// No figure was reported (未填报).
    NotReported,
}

/// A record that counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Source {
    /// The record: a claim, a report, a visit.
    pub record: RecordId,
    /// The project it is about, or the record itself.
    pub subject: RecordId,
    /// The verification (the log operation that made it count).
    pub verification: OperationId,
    /// What it is called: the project's or enterprise's name.
    pub title: String,
    /// The month from which it counts.
    pub month: Month,
    /// What it adds: a count, 亿元, a rate's numerator.
    pub amount: Decimal,
}

/// A record that counted and no longer does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Stopped {
    /// The record as it counted last.
    pub source: Source,
    /// The last month in which it counted.
    pub until: Month,
    /// Why it stopped, as a sentence.
    pub reason: String,
}
