//! Seeded chance: each thing rolls its own dice, so that a change to one leaves the others as they were.

use rand_pcg::{Pcg64Mcg, rand_core::RngCore};
use shared::id::Digest;

/// Changing it changes every demonstration.
const SEED: &str = "tisheng-demo-2021";

/// Dice that always fall the same way for the same name.
pub(super) struct Dice(Pcg64Mcg);

impl Dice {
    /// The dice of a named thing.
    pub(super) fn named(kind: &str, numbers: &[u32]) -> Self {
        let numbers: Vec<u8> = numbers.iter().flat_map(|number| number.to_be_bytes()).collect();
        let Digest(bytes) = Digest::of(&[SEED.as_bytes(), kind.as_bytes(), &numbers]);
        let state = bytes.iter().take(16).fold(0_u128, |state, byte| (state << 8) | u128::from(*byte));
        Self(Pcg64Mcg::new(state))
    }

    /// A number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: u32, high: u32) -> u32 {
        let span = u64::from(high.saturating_sub(low)) + 1;
        low + u32::try_from(self.0.next_u64() % span).unwrap_or(0)
    }

    /// Whether something that happens in `percent` of all cases happens now.
    pub(super) fn chance(&mut self, percent: u32) -> bool {
        self.between(1, 100) <= percent
    }

    /// One of a list; nothing of an empty one.
    pub(super) fn pick<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        let highest = u32::try_from(list.len()).unwrap_or(u32::MAX).checked_sub(1)?;
        list.get(usize::try_from(self.between(0, highest)).unwrap_or(0))
    }

    /// One word of a list.
    pub(super) fn word(&mut self, list: &[&'static str]) -> &'static str {
        self.pick(list).copied().unwrap_or_default()
    }

    /// Bytes for an identity.
    pub(super) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.fill_bytes(&mut bytes);
        bytes
    }
}
