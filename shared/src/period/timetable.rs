//! A period's calendar.

use serde::{Deserialize, Serialize};

use super::Phase;
use crate::{
    calendar::{Date, Month},
    campaign,
};

/// How long after the deadline something that was filed before it may arrive: our choice.
pub const GRACE_HOURS: u64 = 72;

/// How long units may object after that: our choice.
pub const OBJECTION_DAYS: u64 = 3;

const HOUR_MS: u64 = 3_600_000;

/// When a period's phases end, in ms since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Timetable {
    /// The month begins.
    pub opens_ms: u64,
    /// Reports are due.
    pub deadline_ms: u64,
    /// What was filed before the deadline is waited for no longer.
    pub grace_ends_ms: u64,
    /// Nobody may object any more; never before the month is over.
    pub objections_end_ms: u64,
}

impl Timetable {
    /// The calendar of a month.
    pub fn of(month: Month) -> Self {
        let begin = |month: Month| Date::new(month, 1).map_or(0, |day| day.at_hour_ms(0));
        let deadline_ms = campaign::deadline_ms(month);
        let grace_ends_ms = deadline_ms.saturating_add(GRACE_HOURS * HOUR_MS);
        let objections_end_ms = grace_ends_ms.saturating_add(OBJECTION_DAYS * 24 * HOUR_MS).max(begin(month.next()));
        Self { opens_ms: begin(month), deadline_ms, grace_ends_ms, objections_end_ms }
    }

    /// Where a period stands that nothing was done to.
    pub const fn phase(&self, now_ms: u64) -> Phase {
        if now_ms < self.opens_ms {
            Phase::Upcoming
        } else if now_ms <= self.deadline_ms {
            Phase::Open
        } else if now_ms <= self.grace_ends_ms {
            Phase::LateArrivals
        } else if now_ms <= self.objections_end_ms {
            Phase::Objections
        } else {
            Phase::Due
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_goes_through_its_phases_and_none_is_due_before_it_is_over() {
        for number in 1..=12 {
            let month = Month::new(2021, number).unwrap();
            let timetable = Timetable::of(month);
            let next = Timetable::of(month.next());
            assert!(timetable.objections_end_ms >= next.opens_ms, "{month}");
            for (at_ms, phase) in [
                (timetable.opens_ms - 1, Phase::Upcoming),
                (timetable.opens_ms, Phase::Open),
                (timetable.deadline_ms, Phase::Open),
                (timetable.deadline_ms + 1, Phase::LateArrivals),
                (timetable.grace_ends_ms + 1, Phase::Objections),
                (timetable.objections_end_ms, Phase::Objections),
                (timetable.objections_end_ms + 1, Phase::Due),
            ] {
                assert_eq!(timetable.phase(at_ms), phase, "{month} {at_ms}");
            }
        }
    }
}
