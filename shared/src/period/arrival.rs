//! What arrives after a period's deadline: made in time, or not.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::Timetable;
use crate::{
    calendar::Month,
    id::{OperationId, PersonId, RecordId, UnitId},
    merge::{
        operation::{Body, Disposition, LogRow, Operation},
        stamp::Stamp,
    },
    record::RecordKind,
    workflow::State,
};

/// The month that an operation is about: the one it names, or the one it took effect in. Nothing for what changes
/// no figure.
pub fn month_of(operation: &Operation, effective_stamp: Stamp) -> Option<Month> {
    match operation.body {
        Body::Edit { .. }
        | Body::Transition { .. }
        | Body::Attach(_)
        | Body::Detach { .. }
        | Body::Tombstone
        | Body::Twin { .. } => Some(operation.period.unwrap_or_else(|| Month::of_ms(effective_stamp.ms()))),
        Body::Comment { .. } | Body::Unheard => None,
    }
}

/// When something was made that arrived after the deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Arrival {
    /// Its author had already seen rows that were received after the deadline: made after it, for certain.
    Late,
    /// Its tablet says that it was made before the deadline, and it arrived within the time of grace.
    Claimed,
    /// Its tablet says so, but it arrived too late to be believed: for a person to decide.
    Disputed,
}

/// Something that a unit filed for a period and that arrived after its deadline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct LateArrival {
    /// Its place in the log.
    pub sequence: u64,
    /// The operation.
    pub operation: OperationId,
    /// The unit.
    pub unit: UnitId,
    /// The record.
    pub record: RecordId,
    /// What kind of record that is.
    pub kind: RecordKind,
    /// Who filed it.
    pub author: PersonId,
    /// When its tablet says that it was made, ms since 1970.
    pub made_ms: u64,
    /// When it arrived.
    pub received_ms: u64,
    /// When it was made, as far as that is known.
    pub arrival: Arrival,
    /// Whether it came after the freeze, and so does not count in the edition that was frozen then.
    pub after_freeze: bool,
}

/// Late arrivals one period keeps for its list; older ones make room.
const LATE_ARRIVALS_MAX: usize = 10_000;

/// Finds what arrived late for one period, row after row of the log from its first.
#[derive(Clone, Debug)]
pub struct LateArrivals {
    month: Month,
    timetable: Timetable,
    /// The last row that was received by the deadline.
    deadline_sequence: u64,
    found: VecDeque<LateArrival>,
}

impl LateArrivals {
    /// Before the first row.
    pub fn new(month: Month) -> Self {
        Self { month, timetable: Timetable::of(month), deadline_sequence: 0, found: VecDeque::new() }
    }

    /// Looks at the next row.
    pub fn look(&mut self, row: &LogRow) {
        if row.received_ms <= self.timetable.deadline_ms {
            self.deadline_sequence = row.sequence;
            return;
        }
        let operation = &row.operation;
        let is_filed = match &operation.body {
            Body::Edit { .. } | Body::Attach(_) | Body::Detach { .. } => true,
            Body::Transition { to, .. } => *to == State::Submitted,
            Body::Comment { .. } | Body::Tombstone | Body::Twin { .. } | Body::Unheard => false,
        };
        let is_of_period = operation.period == Some(self.month) && row.disposition.takes_effect();
        if !is_filed || !is_of_period {
            return;
        }
        if self.found.len() == LATE_ARRIVALS_MAX {
            self.found.pop_front();
        }
        self.found.push_back(LateArrival {
            sequence: row.sequence,
            operation: operation.id,
            unit: operation.unit,
            record: operation.record,
            kind: operation.kind,
            author: operation.author,
            made_ms: operation.stamp.ms(),
            received_ms: row.received_ms,
            arrival: self.arrival(row),
            after_freeze: row.disposition == Disposition::Late,
        });
    }

    /// What arrived late, oldest first.
    pub fn into_found(self) -> Vec<LateArrival> {
        self.found.into()
    }

    fn arrival(&self, row: &LogRow) -> Arrival {
        let has_seen_later = row.operation.seen > self.deadline_sequence;
        if has_seen_later || row.operation.stamp.ms() > self.timetable.deadline_ms {
            Arrival::Late
        } else if row.received_ms <= self.timetable.grace_ends_ms {
            Arrival::Claimed
        } else {
            Arrival::Disputed
        }
    }
}
