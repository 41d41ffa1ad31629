//! Whether two sides share a past, and how far: marks compared with the log's own chain.

use crate::{id::Digest, merge::operation::Mark};

/// Marks of the past that a tablet keeps at most.
pub const MARKS_MAX: usize = 24;

/// Checks the marks of a request, each with the log's chain at its sequence, where the log reaches so far.
///
/// # Errors
/// The greatest sequence among the marks that both sides share: the log was restored from a backup, and has lost
/// what stood above it.
pub fn check(marks: &[(Mark, Option<Digest>)]) -> Result<(), u64> {
    let is_shared = |(mark, chain): &&(Mark, Option<Digest>)| *chain == Some(mark.chain);
    if marks.iter().all(|pair| is_shared(&pair)) {
        return Ok(());
    }
    Err(marks.iter().filter(is_shared).map(|(mark, _)| mark.sequence).max().unwrap_or(0))
}

/// How much farther back than what a server lost the next mark lies at most.
const REACH: u64 = 4;

/// Adds a cursor to the marks, oldest first, and thins them: the farther back, the wider apart, so that a search
/// finds one at most `REACH` times as far back as what a server lost.
pub fn remember(marks: &mut Vec<Mark>, cursor: Mark) {
    if cursor == Mark::START || marks.last() == Some(&cursor) {
        return;
    }
    let distance = |mark: &Mark| cursor.sequence.saturating_sub(mark.sequence);
    let mut kept: Vec<Mark> = Vec::with_capacity(marks.len().saturating_add(1));
    for mark in marks.drain(..).chain([cursor]) {
        // The one between two goes when those two are near enough; distances grow alike, so they stay near enough.
        if let [.., older, _] = kept.as_slice()
            && distance(older) <= distance(&mark).saturating_mul(REACH)
        {
            kept.pop();
        }
        kept.push(mark);
    }
    let surplus = kept.len().saturating_sub(MARKS_MAX);
    marks.extend(kept.into_iter().skip(surplus));
}

/// The search for the newest mark that a restored server knows, by asking for one after the other: it knows all
/// up to some place and none after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    /// The greatest sequence known to be shared.
    common: u64,
    /// Marks above it that may be shared, oldest first.
    open: Vec<Mark>,
}

impl Search {
    /// A search among the marks above `common`, which the server has named, and below the cursor, which it does
    /// not know or which ends the search at once.
    pub fn new(marks: &[Mark], common: u64) -> Self {
        Self { common, open: marks.iter().filter(|mark| mark.sequence > common).copied().collect() }
    }

    /// The mark to ask for, until the search is at its end.
    pub fn next(&self) -> Option<Mark> {
        self.open.get(self.open.len() / 2).copied()
    }

    /// Takes the answer about [`Search::next`].
    pub fn answer(&mut self, is_shared: bool) {
        let middle = self.open.len() / 2;
        let above = self.open.split_off(middle);
        if is_shared {
            self.common = above.first().map_or(self.common, |mark| mark.sequence);
            self.open = above.into_iter().skip(1).collect();
        }
    }

    /// The greatest sequence that is shared for certain.
    pub const fn common(&self) -> u64 {
        self.common
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn mark(sequence: u64) -> Mark {
        Mark { sequence, chain: Digest([1; 32]) }
    }

    #[test]
    fn one_mark_that_the_log_does_not_know_is_another_past() {
        let chain = |byte| Digest([byte; 32]);
        for (marks, expected) in [
            ([(mark(4), Some(chain(1))), (mark(7), Some(chain(1)))], Ok(())),
            ([(mark(4), Some(chain(1))), (mark(7), None)], Err(4)),
            ([(mark(4), Some(chain(2))), (mark(7), None)], Err(0)),
            ([(mark(7), Some(chain(1))), (mark(4), Some(chain(2)))], Err(7)),
            ([(Mark::START, Some(Digest::ZERO)), (Mark::START, Some(Digest::ZERO))], Ok(())),
        ] {
            assert_eq!(check(&marks), expected, "{marks:?}");
        }
    }

    proptest! {
        #[test]
        fn marks_are_few_and_none_asked_for_is_much_farther_back(steps in prop::collection::vec(1_u64..400, 1..400)) {
            let mut marks = Vec::new();
            let mut cursors = Vec::new();
            for step in steps {
                let cursor = mark(cursors.last().map_or(0, |last: &Mark| last.sequence) + step);
                cursors.push(cursor);
                remember(&mut marks, cursor);
            }
            prop_assert!(marks.len() <= MARKS_MAX);
            prop_assert!(marks.is_sorted_by(|one, other| one.sequence < other.sequence));
            let head = cursors.last().unwrap().sequence;
            prop_assert_eq!(marks.last().map(|mark| mark.sequence), Some(head));
            for (lost, cursor) in cursors.iter().rev().map(|cursor| (head - cursor.sequence, cursor)) {
                let kept = marks.iter().rev().find(|kept| kept.sequence <= cursor.sequence);
                let is_first = Some(cursor) == cursors.first();
                let distance = kept.map(|kept| head - kept.sequence);
                prop_assert!(distance.map_or(is_first, |distance| distance <= REACH * lost), "{marks:?}: {lost}");
            }
        }

        #[test]
        fn the_search_ends_at_the_newest_mark_that_is_shared(
            sequences in prop::collection::btree_set(1_u64..10_000, 0..MARKS_MAX),
            restored in 0_u64..10_000,
            named in any::<prop::sample::Index>(),
        ) {
            let marks: Vec<Mark> = sequences.into_iter().map(mark).collect();
            let shared: Vec<u64> = marks.iter().map(|mark| mark.sequence).filter(|mark| *mark <= restored).collect();
            let told = if shared.is_empty() { 0 } else { *named.get(&shared) };
            let mut search = Search::new(&marks, told);
            let mut questions = 0;
            while let Some(asked) = search.next() {
                search.answer(asked.sequence <= restored);
                questions += 1;
            }
            prop_assert_eq!(search.common(), shared.last().copied().unwrap_or(0));
            prop_assert!(questions <= 5, "{questions}");
        }
    }
}
