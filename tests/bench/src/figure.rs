//! One measured number and what it must hold.

use serde::Serialize;

/// A limit that a figure must keep.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Bar {
    /// The value must not be greater.
    AtMost(f64),
    /// The value must not be smaller.
    AtLeast(f64),
    /// The value must not be greater than the peer's, times this.
    AtMostTimesPeer(f64),
    /// The value must not be smaller than the peer's, times this.
    AtLeastTimesPeer(f64),
}

/// What the value is compared with, measured in the same run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Peer {
    /// Who or what it is: a product, or the floor that nobody can go below.
    pub name: String,
    /// Its value in the figure's unit.
    pub value: f64,
}

/// One row of a benchmark.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figure {
    /// What was measured.
    pub name: String,
    /// Ours, in `unit`.
    pub value: f64,
    /// The unit of all values of the row: `ms`, `kB`, `1/s`.
    pub unit: String,
    /// What ours is compared with, if anything.
    pub peer: Option<Peer>,
    /// The limit; a figure without one is there for orientation.
    pub bar: Option<Bar>,
}

impl Figure {
    /// A figure without peer and bar.
    pub fn new(name: &str, value: f64, unit: &str) -> Self {
        Self { name: name.to_owned(), value, unit: unit.to_owned(), peer: None, bar: None }
    }

    /// The same figure beside a peer or floor measured in the same run.
    #[must_use]
    pub fn beside(mut self, name: &str, value: f64) -> Self {
        self.peer = Some(Peer { name: name.to_owned(), value });
        self
    }

    /// The same figure with a bar.
    #[must_use]
    pub fn with_bar(mut self, bar: Bar) -> Self {
        self.bar = Some(bar);
        self
    }

    /// The limit as a number in the figure's unit; `None` without a bar, or without the peer that
    /// the bar refers to.
    pub fn limit(&self) -> Option<f64> {
        let peer = self.peer.as_ref().map(|peer| peer.value);
        match self.bar? {
            Bar::AtMost(limit) | Bar::AtLeast(limit) => Some(limit),
            Bar::AtMostTimesPeer(factor) | Bar::AtLeastTimesPeer(factor) => Some(factor * peer?),
        }
    }

    /// How many times the peer's value this is; `None` without a peer.
    pub fn ratio(&self) -> Option<f64> {
        self.peer.as_ref().map(|peer| self.value / peer.value)
    }

    /// Whether the bar holds. A bar that cannot be judged because its peer is missing does not hold;
    /// a figure without a bar always does.
    pub fn holds(&self) -> bool {
        match (self.bar, self.limit()) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(Bar::AtMost(_) | Bar::AtMostTimesPeer(_)), Some(limit)) => self.value <= limit,
            (Some(Bar::AtLeast(_) | Bar::AtLeastTimesPeer(_)), Some(limit)) => self.value >= limit,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_held_up_to_its_limit() {
        let figure = |value, bar| Figure::new("x", value, "ms").beside("floor", 100.0).with_bar(bar);
        for (value, bar, holds) in [
            (450.0, Bar::AtMost(450.0), true),
            (450.1, Bar::AtMost(450.0), false),
            (40.0, Bar::AtMostTimesPeer(0.4), true),
            (41.0, Bar::AtMostTimesPeer(0.4), false),
            (50.0, Bar::AtLeastTimesPeer(0.5), true),
            (49.0, Bar::AtLeastTimesPeer(0.5), false),
            (5_000.0, Bar::AtLeast(5_000.0), true),
            (f64::NAN, Bar::AtMost(450.0), false),
        ] {
            assert_eq!(figure(value, bar).holds(), holds, "{value} against {bar:?}");
        }
    }

    #[test]
    fn a_bar_against_a_missing_peer_is_missed() {
        assert!(!Figure::new("x", 1.0, "ms").with_bar(Bar::AtMostTimesPeer(2.0)).holds());
        assert!(Figure::new("x", 1.0, "ms").holds());
    }
}
