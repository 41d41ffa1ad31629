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
    /// Exemptions on record (容错), by incident.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exempt_by: Vec<String>,
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
    /// A veto stands against the unit.
    Vetoed,
    /// The unit is exempt (容错).
    Exempt,
}

/// What the conditions look at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is the word of a condition")]
pub struct Position {
    /// The rank.
    pub rank: u32,
    /// How many ranked units have a strictly lower total.
    pub below: u32,
    /// See [`Condition::Finished`].
    pub is_finished: bool,
    /// See [`Condition::JointFinished`].
    pub is_joint_finished: bool,
    /// See [`Condition::Vetoed`].
    pub is_vetoed: bool,
    /// See [`Condition::Exempt`].
    pub is_exempt: bool,
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
            Self::Vetoed => position.is_vetoed,
            Self::Exempt => position.is_exempt,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Line {
        when: Condition,
    }

    #[test]
    fn conditions_are_boolean_expressions_over_rank_task_veto_and_exemption() {
        let third = Position { rank: 3, below: 4, is_finished: true, ..Position::default() };
        for (when, position, holds) in [
            ("{ first = 3 }", third, true),
            ("{ first = 2 }", third, false),
            ("{ last = 5 }", third, true),
            ("{ last = 4 }", third, false),
            ("'finished'", third, true),
            ("'joint_finished'", third, false),
            ("{ all = [{ first = 3 }, { not = 'vetoed' }] }", third, true),
            ("{ all = [{ first = 3 }, { not = 'vetoed' }] }", Position { is_vetoed: true, ..third }, false),
            ("{ any = ['exempt', { all = ['finished', { last = 1 }] }] }", third, false),
            ("{ any = ['exempt', { all = ['finished', { last = 1 }] }] }", Position { is_exempt: true, ..third }, true),
            ("{ all = [] }", third, true),
            ("{ any = [] }", third, false),
        ] {
            let line: Line =
                toml::from_str(&format!("when = {when}")).unwrap_or_else(|error| panic!("{when}: {error}"));
            assert_eq!(line.when.holds(position), holds, "{when} at {position:?}");
        }
    }
}
