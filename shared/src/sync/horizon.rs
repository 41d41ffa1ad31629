//! What may be forgotten on a tablet: what every backup holds that one is ready to restore.
//!
//! A server that is restored lacks what came after its backup, and tablets offer that again from what they wrote
//! themselves. So a tablet lets go of an operation only once no backup that may be restored lacks it, and some time
//! after it was told so.

use serde::{Deserialize, Serialize};

use crate::{
    audit::{Act, Deed},
    sync::client::OwnOperation,
};

/// How long a backup is kept after the next, and how long a tablet keeps what it may let go, ms: 40 days.
pub const KEPT_MS: u64 = 40 * DAY_MS;

/// A tablet remembers one horizon of a day.
const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// A backup that was proved by restoring it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backup {
    /// Since when one counts on it, ms since 1970: when it was taken, or last restored.
    pub at_ms: u64,
    /// When it was taken.
    pub taken_ms: u64,
    /// The last row of the log in it.
    pub head: u64,
}

impl Backup {
    /// The backup that an act tells of: one that was written, or the one that this database was made from.
    ///
    /// That one counts from the restoration on: whoever went back once may do so again, and to a file that the log
    /// knows nothing of because it was written on the way that was given up. All of those hold it.
    pub fn of_act(act: &Act) -> Option<Self> {
        if let Deed::BackedUp { head, .. } = &act.deed {
            return Some(Self { at_ms: act.at_ms, taken_ms: act.at_ms, head: head.sequence });
        }
        if let Deed::Restored { head, taken_ms } = &act.deed {
            return Some(Self { at_ms: act.at_ms.max(*taken_ms), taken_ms: *taken_ms, head: head.sequence });
        }
        None
    }
}

/// The last row that every backup holds that one is ready to restore: those of the last [`KEPT_MS`] before the newest
/// was taken. Where nobody takes any more, the last ones stay; to restore one throws none of the others away.
pub fn backed_up(backups: &[Backup]) -> u64 {
    let newest_ms = backups.iter().map(|backup| backup.taken_ms).max().unwrap_or_default();
    let is_ready = |backup: &&Backup| backup.at_ms.saturating_add(KEPT_MS) >= newest_ms;
    backups.iter().filter(is_ready).map(|backup| backup.head).min().unwrap_or_default()
}

/// What a tablet was told of backups.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Horizon {
    /// What was told at which time of the server's, both rising; one of a day.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    told: Vec<Told>,
    /// The last row that was told long enough ago.
    #[serde(default)]
    passed: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Told {
    at_ms: u64,
    sequence: u64,
}

impl Horizon {
    /// Before anything was told.
    pub const fn new() -> Self {
        Self { told: Vec::new(), passed: 0 }
    }

    /// Whether nothing was told.
    pub const fn is_unknown(&self) -> bool {
        self.told.is_empty() && self.passed == 0
    }

    /// Takes what an answer tells, if it does, and its time.
    pub fn learn(&mut self, backed_up: Option<u64>, now_ms: u64) {
        let Some(backed_up) = backed_up else { return };
        // A server that was restored since tells of fewer.
        self.forget_above(backed_up);
        let last = self.told.last().copied();
        let is_due = last.is_none_or(|last| last.at_ms.saturating_add(DAY_MS) <= now_ms);
        if is_due && backed_up > last.map_or(self.passed, |last| last.sequence) {
            self.told.push(Told { at_ms: now_ms, sequence: backed_up });
        }
        let is_long_ago = |told: &Told| told.at_ms.saturating_add(KEPT_MS) <= now_ms;
        let count = self.told.iter().take_while(|told| is_long_ago(told)).count();
        if let Some(newest) = self.told.drain(..count).next_back() {
            self.passed = newest.sequence;
        }
    }

    /// The server has lost what stood above a row.
    pub fn forget_above(&mut self, common: u64) {
        self.told.retain(|told| told.sequence <= common);
        self.passed = self.passed.min(common);
    }

    /// Whether an operation written here may go: it is settled, and its row is in every backup for long.
    pub fn lets_go(&self, own: &OwnOperation) -> bool {
        let is_safe = |sequence: u64| sequence > 0 && sequence <= self.passed;
        own.open_refusal().is_none() && own.receipt.as_ref().is_some_and(|receipt| is_safe(receipt.mark.sequence))
    }

    /// The last row that may go.
    pub const fn passed(&self) -> u64 {
        self.passed
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{id::Digest, merge::operation::Mark};

    const fn backup(day: u64, head: u64) -> Backup {
        Backup { at_ms: day * DAY_MS, taken_ms: day * DAY_MS, head }
    }

    /// Taken on one day, restored on another.
    const fn restored(taken_day: u64, day: u64, head: u64) -> Backup {
        Backup { at_ms: day * DAY_MS, ..backup(taken_day, head) }
    }

    #[test]
    fn the_oldest_backup_that_is_still_kept_tells_how_far() {
        for (backups, expected) in [
            (vec![], 0),
            (vec![backup(1, 70)], 70),
            (vec![backup(1, 70), backup(41, 900)], 70),
            (vec![backup(1, 70), backup(20, 400), backup(42, 900)], 400),
            // Nobody makes any more: the last ones stay, whatever the date.
            (vec![backup(1, 70), backup(2, 80)], 70),
            // Restored from one with fewer rows than a later one had.
            (vec![backup(1, 70), backup(2, 30), backup(3, 35)], 30),
            // Restored long after it was taken: the one before it lies where it lay.
            (vec![backup(1, 70), restored(20, 100, 400)], 70),
            // What was restored is kept as long as one that was taken then.
            (vec![restored(20, 100, 400), backup(139, 900)], 400),
            (vec![restored(20, 100, 400), backup(141, 900)], 900),
        ] {
            assert_eq!(backed_up(&backups), expected, "{backups:?}");
        }
    }

    #[test]
    fn a_backup_that_was_restored_counts_from_then_on() {
        let head = Mark { sequence: 70, chain: Digest::ZERO };
        let act = |day: u64, deed| Act { at_ms: day * DAY_MS, person: None, deed };
        for (act, expected) in [
            (act(5, Deed::BackedUp { head, rows: 9 }), Some(backup(5, 70))),
            (act(50, Deed::Restored { head, taken_ms: 5 * DAY_MS }), Some(restored(5, 50, 70))),
            (act(5, Deed::LoggedOut), None),
        ] {
            assert_eq!(Backup::of_act(&act), expected);
        }
    }

    #[test]
    fn a_horizon_passes_forty_days_after_it_was_told() {
        let mut horizon = Horizon::new();
        for (day, told, passed) in
            [(0, 10, 0), (1, 20, 0), (39, 30, 0), (40, 30, 10), (41, 30, 20), (60, 30, 20), (79, 30, 30), (80, 5, 5)]
        {
            horizon.learn(Some(told), day * DAY_MS);
            assert_eq!(horizon.passed(), passed, "day {day}");
        }
    }

    #[test]
    fn a_restored_server_takes_back_what_the_lost_one_told() {
        let mut horizon = Horizon::new();
        horizon.learn(Some(100), 0);
        horizon.forget_above(60);
        horizon.learn(Some(60), DAY_MS);
        horizon.learn(Some(200), 30 * DAY_MS);
        horizon.learn(Some(200), 40 * DAY_MS);
        assert_eq!(horizon.passed(), 0, "what was told first is not the same log");
        horizon.learn(None, 50 * DAY_MS);
        assert_eq!(horizon.passed(), 0, "who says nothing takes nothing back, and brings nothing on");
        horizon.learn(Some(200), 50 * DAY_MS);
        assert_eq!(horizon.passed(), 60);
    }

    proptest! {
        #[test]
        fn nothing_passes_that_was_not_told_for_forty_days(
            steps in prop::collection::vec((0_u64..20, 0_u64..50), 1..200),
        ) {
            let (mut horizon, mut told, mut now_ms) = (Horizon::new(), Vec::new(), 0);
            for (days, sequence) in steps {
                now_ms += days * DAY_MS / 2;
                horizon.learn(Some(sequence), now_ms);
                told.push((now_ms, sequence));
                let since = told.iter().rev().take_while(|(_, sequence)| *sequence >= horizon.passed());
                let first = since.last().map_or(now_ms, |(at_ms, _)| *at_ms);
                prop_assert!(horizon.passed() == 0 || now_ms - first >= KEPT_MS, "{told:?}: {horizon:?}");
                prop_assert!(horizon.told.len() <= 42);
            }
        }
    }
}
