//! Outcomes: who speaks at the quarterly meeting (上榜条件).

use serde::{Deserialize, Serialize};

/// The rule of the quarterly meeting's lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeetingRule {
    /// Months (1–12) after which the meeting is held.
    pub months: Vec<u8>,
    /// What “finished” is measured against.
    #[serde(default)]
    pub against: Against,
    /// 介绍经验.
    pub speak: Condition,
    /// 表态发言. Who is on this list is not on the other.
    pub pledge: Condition,
}

/// What “finished” is measured against.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Against {
    /// What the schedule makes due.
    #[default]
    Due,
    /// The annual target.
    Annual,
}

/// A condition of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// Every one holds.
    All(Vec<Condition>),
    /// At least one holds.
    Any(Vec<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
    /// The rank is at most k.
    First(u32),
    /// Fewer than k units have a strictly lower total, so that ties are never cut.
    Last(u32),
    /// Every count with a target has reached it.
    Finished,
    /// The joint sum (开竣工合计) has reached its target.
    JointFinished,
}

/// What the conditions look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The rank.
    pub rank: u32,
    /// How many ranked units have a strictly lower total.
    pub below: u32,
    /// See [`Condition::Finished`].
    pub is_finished: bool,
    /// See [`Condition::JointFinished`].
    pub is_joint_finished: bool,
}

impl Condition {
    /// Whether it holds.
    pub fn holds(&self, position: Position) -> bool {
        match self {
            Self::All(conditions) => conditions.iter().all(|condition| condition.holds(position)),
            Self::Any(conditions) => conditions.iter().any(|condition| condition.holds(position)),
            Self::Not(condition) => !condition.holds(position),
            Self::First(count) => position.rank <= *count,
            Self::Last(count) => position.below < *count,
            Self::Finished => position.is_finished,
            Self::JointFinished => position.is_joint_finished,
        }
    }
}
