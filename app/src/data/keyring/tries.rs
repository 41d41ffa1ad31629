//! Wrong secrets in a row, and how long the next one has to wait: on the tablet, so that a reload forgets nothing.

use serde::{Deserialize, Serialize};

/// Wrong tries before each further one has to wait.
const FREE: u32 = 3;

/// The longest wait.
const WAIT_MAX_SECONDS: u64 = 15 * 60;

/// Wrong PINs after which it opens nothing any more until the password was given: six digits are guessed in a year
/// of such waits, a password is not.
const PIN_TRIES_MAX: u32 = 10;

/// The tries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Tries {
    failures: u32,
    last_ms: u64,
    pin_failures: u32,
}

impl Tries {
    /// Seconds until the next try. A clock that was set back waits from where it was set to.
    pub(super) fn wait_seconds(self, now_ms: u64) -> u64 {
        let Some(doublings) = self.failures.checked_sub(FREE) else {
            return 0;
        };
        let wait_seconds = 1_u64.checked_shl(doublings).unwrap_or(WAIT_MAX_SECONDS).min(WAIT_MAX_SECONDS);
        let passed_ms = now_ms.saturating_sub(self.last_ms);
        wait_seconds.saturating_mul(1_000).saturating_sub(passed_ms).div_ceil(1_000)
    }

    /// Whether the PIN was wrong too often.
    pub(super) const fn is_pin_spent(self) -> bool {
        self.pin_failures >= PIN_TRIES_MAX
    }

    /// Notes a try as wrong.
    pub(super) fn failed(&mut self, now_ms: u64, is_pin: bool) {
        self.failures = self.failures.saturating_add(1);
        self.pin_failures = self.pin_failures.saturating_add(u32::from(is_pin));
        self.last_ms = now_ms;
    }

    /// Notes that a secret was right. It was no spent PIN: that one is not even tried.
    pub(super) fn succeeded(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(failures: u32) -> Tries {
        let mut tries = Tries::default();
        for _ in 0..failures {
            tries.failed(1_000_000, true);
        }
        tries
    }

    #[test]
    fn each_wrong_try_after_three_waits_twice_as_long_up_to_a_quarter_of_an_hour() {
        for (failures, passed_ms, wait) in
            [(2, 0, 0), (3, 0, 1), (4, 0, 2), (4, 1_500, 1), (4, 2_000, 0), (9, 0, 64), (60, 0, 900), (200, 0, 900)]
        {
            assert_eq!(after(failures).wait_seconds(1_000_000 + passed_ms), wait, "{failures} {passed_ms}");
        }
    }

    #[test]
    fn a_clock_that_is_set_back_shortens_no_wait() {
        assert_eq!(after(9).wait_seconds(5), 64);
    }

    #[test]
    fn ten_wrong_pins_spend_it_until_something_else_opens() {
        assert!(!after(9).is_pin_spent() && after(10).is_pin_spent());
        let mut tries = after(10);
        tries.succeeded();
        assert_eq!(tries, Tries::default());
    }
}
