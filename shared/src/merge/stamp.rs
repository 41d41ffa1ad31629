//! A hybrid logical clock: 48 bits of milliseconds, 16 bits of counter, ordered as one number.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::id;

/// Bits of the logical counter below the milliseconds.
const COUNTER_BITS: u32 = 16;

/// How far ahead of the server's clock an operation's stamp may lie before the server clamps it, in ms.
pub const FUTURE_MAX_MS: u64 = 5 * 60 * 1000;

/// A moment of the hybrid clock. Written as 16 hexadecimal digits, so that text order is time order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stamp(u64);

impl Stamp {
    /// The first stamp of a millisecond.
    pub const fn at_ms(ms: u64) -> Self {
        Self(ms << COUNTER_BITS)
    }

    /// Milliseconds since 1970.
    pub const fn ms(self) -> u64 {
        self.0 >> COUNTER_BITS
    }

    /// The stamp as one number, in the order of time.
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// The stamp of [`Stamp::bits`].
    pub const fn of_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// The next stamp of a clock that last gave `self` and reads `now_ms`: never earlier, never equal.
    #[must_use]
    pub fn tick(self, now_ms: u64) -> Self {
        Self::at_ms(now_ms).max(Self(self.0.saturating_add(1)))
    }

    /// The stamp that counts: no later than reception plus [`FUTURE_MAX_MS`] (never refused for a clock),
    /// and later than the same actor's one before.
    #[must_use]
    pub fn effective(self, received_ms: u64, previous_of_actor: Self) -> Self {
        let latest = Self::at_ms(received_ms.saturating_add(FUTURE_MAX_MS));
        self.min(latest).max(Self(previous_of_actor.0.saturating_add(1)))
    }
}

impl fmt::Display for Stamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:016x}", self.0)
    }
}

impl Serialize for Stamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Stamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        id::hexadecimal(deserializer).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_set_back_still_moves_forward() {
        let last = Stamp::at_ms(5_000);
        assert!(last.tick(1) > last);
        assert_eq!(last.tick(1).ms(), 5_000);
        assert_eq!(last.tick(6_000), Stamp::at_ms(6_000));
    }

    #[test]
    fn a_clock_a_decade_ahead_is_clamped_not_refused() {
        let future = Stamp::at_ms(2_000_000_000_000);
        let effective = future.effective(1_624_000_000_000, Stamp::default());
        assert_eq!(effective, Stamp::at_ms(1_624_000_000_000 + FUTURE_MAX_MS));
        // I7: the same actor's next operation still comes after it.
        assert!(future.effective(1_624_000_000_000, effective) > effective);
    }

    #[test]
    fn it_is_read_in_the_one_way_that_it_is_written() {
        let stamp = Stamp::at_ms(1_624_413_600_000);
        let written = serde_json::to_string(&stamp).unwrap();
        assert_eq!(serde_json::from_str::<Stamp>(&written).unwrap(), stamp);
        for other in
            ["", "17a369879000000", "+17a369879000000", "017A369879000000", "0017a369879000000", "\u{ff10}17a369879000"]
        {
            assert!(serde_json::from_value::<Stamp>(other.into()).is_err(), "{other}");
        }
    }
}
