//! Chance, from one seed: what happens in a run is drawn the same way again, as far as the machine's own timing lets it.

use std::ops::Range;

use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;

/// A stream of draws.
#[derive(Clone, Debug)]
pub struct Dice(Pcg64Mcg);

impl Dice {
    /// The stream of a part of the run.
    pub fn new(seed: u64, part: u64) -> Self {
        Self(Pcg64Mcg::seed_from_u64(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ part))
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0.random()
    }

    /// A number of a range that is not empty.
    pub fn within(&mut self, range: Range<u64>) -> u64 {
        self.0.random_range(range)
    }

    /// True so many times of a hundred.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.within(0..100) < percent
    }

    /// One of a list that is not empty.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        let place = self.within(0..u64::try_from(items.len()).unwrap_or(1));
        items.get(usize::try_from(place).unwrap_or_default())
    }

    /// Ten random bytes, for an id.
    pub fn bytes(&mut self) -> [u8; 10] {
        self.0.random()
    }
}
