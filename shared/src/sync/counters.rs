//! Which counters of a store the log holds already.

use std::collections::BTreeMap;

/// The counters of one store (actor). Normally just the last one: a store counts without gaps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    last: u64,
    /// Counters below `last` that never came, as first → last of each run.
    missing: BTreeMap<u64, u64>,
}

impl Counters {
    /// Whether the counter was used.
    pub fn holds(&self, counter: u64) -> bool {
        counter <= self.last && self.run_of(counter).is_none()
    }

    /// The greatest counter that was used.
    pub const fn last(&self) -> u64 {
        self.last
    }

    /// Remembers that the counter was used.
    pub fn take(&mut self, counter: u64) {
        if counter > self.last {
            if counter > self.last.saturating_add(1) {
                self.missing.insert(self.last.saturating_add(1), counter - 1);
            }
            self.last = counter;
            return;
        }
        let Some((first, last)) = self.run_of(counter) else {
            return;
        };
        self.missing.remove(&first);
        if first < counter {
            self.missing.insert(first, counter - 1);
        }
        if counter < last {
            self.missing.insert(counter + 1, last);
        }
    }

    fn run_of(&self, counter: u64) -> Option<(u64, u64)> {
        let (first, last) = self.missing.range(..=counter).next_back()?;
        (*last >= counter).then_some((*first, *last))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn holds_exactly_what_was_taken(taken in proptest::collection::vec(1_u64..40, 0..60)) {
            let mut counters = Counters::default();
            let mut expected = BTreeSet::new();
            for counter in taken {
                counters.take(counter);
                expected.insert(counter);
                for probe in 1..45 {
                    prop_assert_eq!(counters.holds(probe), expected.contains(&probe), "{}", probe);
                }
            }
        }
    }

    #[test]
    fn a_counter_out_of_the_blue_costs_one_entry() {
        let mut counters = Counters::default();
        counters.take(u64::MAX);
        assert!(counters.holds(u64::MAX) && !counters.holds(u64::MAX - 1) && !counters.holds(1));
        assert_eq!(counters.missing.len(), 1);
    }
}
