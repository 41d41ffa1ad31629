//! The rankings of the campaign's year, as far as they are known here.

use shared::{calendar::Month, scoring::result::Ranking};

use crate::state::{self, Cached, DataError};

/// Twelve months, of which the last ones may not have begun.
#[derive(Clone)]
pub(super) struct Year {
    running: Month,
    months: Vec<(Month, Cached<Ranking>)>,
}

/// The months of the year of a month.
pub(super) fn months(of: Month) -> Vec<Month> {
    std::iter::successors(Some(Month::january(of.year())), |month| Some(month.next())).take(12).collect()
}

impl Year {
    /// The year of the running month. Tracked.
    ///
    /// The running month and the one before it, whose late reports still come in, are kept fresh. Of the months to
    /// come only what they make due is looked at.
    pub(super) fn read(running: Month) -> Self {
        let published = state::published();
        let read = |month: Month| {
            if month == running || month == running.previous() {
                published.ranking(month)
            } else {
                published.ranking_beside(month)
            }
        };
        Self { running, months: months(running).into_iter().map(|month| (month, read(month))).collect() }
    }

    /// The month in which we are.
    pub(super) fn running(&self) -> Month {
        self.running
    }

    /// The judgement of the running month.
    pub(super) fn newest(&self) -> Option<&Cached<Ranking>> {
        self.begun().last().map(|(_, cached)| cached)
    }

    /// The months that have begun.
    fn begun(&self) -> &[(Month, Cached<Ranking>)] {
        let count = self.months.iter().take_while(|(month, _)| *month <= self.running).count();
        self.months.get(..count).unwrap_or_default()
    }

    /// The place of the last month that has begun and whose ranking is known.
    pub(super) fn last(&self) -> Option<usize> {
        self.begun().iter().rposition(|(_, cached)| cached.value.is_some())
    }

    /// The months up to the last one whose ranking is known.
    pub(super) fn told(&self) -> Vec<Month> {
        let count = self.last().map_or(0, |last| last + 1);
        self.months.iter().take(count).map(|(month, _)| *month).collect()
    }

    /// Every month's ranking, where it is known.
    pub(super) fn rankings(&self) -> Vec<Option<&Ranking>> {
        self.months.iter().map(|(_, cached)| cached.value.as_deref()).collect()
    }

    /// The months that have begun and could not be loaded.
    pub(super) fn missing(&self) -> Vec<Month> {
        let failed = self.begun().iter().filter(|(_, cached)| cached.value.is_none() && cached.problem.is_some());
        failed.map(|(month, _)| *month).collect()
    }

    /// Why months could not be loaded.
    pub(super) fn problem(&self) -> Option<String> {
        let mut missing = self.begun().iter().filter(|(_, cached)| cached.value.is_none());
        missing.find_map(|(_, cached)| cached.problem.as_ref()).map(DataError::message)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use shared::id::Digest;

    use super::*;

    /// A year in its fourth month, one letter a month: `k` for known, `f` for failed, `c` for still coming.
    fn year(letters: &str) -> Year {
        let running = Month::new(2021, 4).unwrap();
        let cached = |letter: char, period: Month| Cached {
            value: (letter == 'k').then(|| Arc::new(empty(period))),
            problem: (letter == 'f').then_some(DataError::Offline),
            ..Cached::default()
        };
        let months = months(running).into_iter().zip(letters.chars());
        Year { running, months: months.map(|(month, letter)| (month, cached(letter, month))).collect() }
    }

    fn empty(period: Month) -> Ranking {
        Ranking {
            period,
            scheme: String::new(),
            digest: Digest::of_json(&()),
            groups: Vec::new(),
            headlines: Vec::new(),
        }
    }

    #[test]
    fn what_could_not_be_loaded_is_named_and_what_is_to_come_is_not() {
        for (letters, missing, last, told) in [
            ("kkkkkkkkkkkk", &[][..], Some(3), 4),
            ("kfckcfcccccc", &[2], Some(3), 4),
            ("kkffffffffff", &[3, 4], Some(1), 2),
            ("ffffkkkkkkkk", &[1, 2, 3, 4], None, 0),
            ("cccccccccccc", &[], None, 0),
        ] {
            let year = year(letters);
            let numbers: Vec<u8> = year.missing().into_iter().map(Month::number).collect();
            assert_eq!((numbers.as_slice(), year.last(), year.told().len()), (missing, last, told), "{letters}");
            assert_eq!(year.problem().is_some(), !missing.is_empty(), "{letters}");
            assert_eq!(year.rankings().len(), 12);
        }
    }
}
