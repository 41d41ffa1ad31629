//! Reproducible chance: the same seed gives the same throws on every machine.

/// A `SplitMix64` generator.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// Throws that depend on the seed alone.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// 64 random bits.
    pub const fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to, not including, `end`; 0 for an empty range.
    pub const fn below(&mut self, end: u32) -> u32 {
        let bytes = (self.bits() >> 32).to_be_bytes();
        let bits = u32::from_be_bytes([bytes[4], bytes[5], bytes[6], bytes[7]]);
        if end == 0 { 0 } else { bits % end }
    }

    /// A number from `start` to `end`, both included.
    pub const fn between(&mut self, start: u32, end: u32) -> u32 {
        start + self.below(end.saturating_sub(start) + 1)
    }

    /// Whether something happens that happens in so many cases of a hundred.
    pub const fn hits(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    /// One of them; `None` of nothing.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        let end = u32::try_from(items.len()).unwrap_or(u32::MAX);
        items.get(usize::try_from(self.below(end)).ok()?)
    }

    /// One of these texts.
    pub fn text(&mut self, texts: &[&'static str]) -> &'static str {
        self.pick(texts).copied().unwrap_or_default()
    }
}
