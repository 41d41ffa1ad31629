//! How long to wait before the next exchange.

/// The first wait after a failure.
const FIRST_MS: u64 = 1_000;

/// The longest wait after failures: a tablet that comes back into the network is heard within this time
/// even when the browser says nothing.
const LONGEST_MS: u64 = 30_000;

/// How often a tablet that is well asks anyway.
const IDLE_MS: u64 = 60_000;

/// The wait before the next exchange after `failures` failures in a row. `random` spreads a hundred tablets that
/// lost the same server: the wait lies between half and the whole of the doubled step.
pub(crate) fn wait_ms(failures: u32, random: u64) -> u32 {
    let whole = match failures {
        0 => IDLE_MS,
        failures => FIRST_MS.saturating_mul(1 << failures.saturating_sub(1).min(16)).min(LONGEST_MS),
    };
    let half = whole / 2;
    u32::try_from(half + random % (whole - half + 1)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_limit_and_are_spread_over_their_upper_half() {
        for (failures, least, most) in
            [(0, 30_000, 60_000), (1, 500, 1_000), (2, 1_000, 2_000), (5, 8_000, 16_000), (60, 15_000, 30_000)]
        {
            assert_eq!(wait_ms(failures, 0), least, "{failures}");
            assert!(
                (0..5_000_u64).all(|random| (least..=most).contains(&wait_ms(failures, random * 7_919))),
                "{failures}"
            );
        }
    }
}
