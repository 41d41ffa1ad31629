//! What became of a request's own operations, told in short: nearly always all were taken as they were sent, one after
//! the other, and whoever has sent them knows the rest.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::{
    api::{Receipt, SyncResponse},
    id::{Digest, OperationId},
    merge::operation::{Disposition, LogRow, Mark, Operation},
};

/// Neighbouring operations of a request that stand one after the other in the log, all taken as they were sent: what
/// their receipts and rows would say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Run {
    /// The place of the first among the operations sent, from 0.
    place: usize,
    /// How many they are.
    count: usize,
    /// The hash of their ids one after the other: an answer that belongs to another request is noticed.
    ids: Digest,
    /// The first one's sequence; the others follow it without a gap.
    first: u64,
    /// The chain at the last, which commits to all before it.
    chain: Digest,
    /// When they were received, in ms since 1970, if their rows stand among this answer's: each with the stamp that it
    /// was sent with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    received_ms: Option<u64>,
}

/// One operation's share of a run.
struct Link {
    place: usize,
    id: OperationId,
    mark: Mark,
    received_ms: Option<u64>,
}

/// Takes out of receipts (one per operation of a request, in their order) and of the rows that answer it whatever can
/// be told in short. `row` shows one of `rows`.
pub fn shorten<R>(
    receipts: Vec<Receipt>,
    rows: Vec<R>,
    row: impl Fn(&R) -> &LogRow,
) -> (Vec<Receipt>, Vec<R>, Vec<Run>) {
    // Most answers are to requests that sent nothing.
    if receipts.is_empty() {
        return (receipts, rows, Vec::new());
    }
    let mut places: HashMap<OperationId, usize> =
        rows.iter().enumerate().map(|(place, shown)| (row(shown).operation.id, place)).collect();
    let mut rows: Vec<Option<R>> = rows.into_iter().map(Some).collect();
    let (mut links, mut told) = (Vec::new(), Vec::new());
    for (place, receipt) in receipts.into_iter().enumerate() {
        let slot = places.remove(&receipt.id).and_then(|place| rows.get_mut(place));
        let shown = slot.as_ref().and_then(|slot| slot.as_ref()).map(&row);
        let is_taken = receipt.disposition == Disposition::Ok && receipt.issues.is_empty() && receipt.is_stored();
        let is_as_sent =
            shown.is_none_or(|row| row.sequence == receipt.mark.sequence && row.effective_stamp == row.operation.stamp);
        if is_taken && is_as_sent {
            let received_ms = shown.map(|row| row.received_ms);
            links.push(Link { place, id: receipt.id, mark: receipt.mark, received_ms });
            slot.map(Option::take);
        } else {
            told.push(receipt);
        }
    }
    let runs = links.chunk_by(follows).filter_map(Run::of).collect();
    (told, rows.into_iter().flatten().collect(), runs)
}

fn follows(link: &Link, next: &Link) -> bool {
    link.place.checked_add(1) == Some(next.place)
        && link.mark.sequence.checked_add(1) == Some(next.mark.sequence)
        && link.received_ms == next.received_ms
}

fn hash(ids: impl Iterator<Item = OperationId>) -> Digest {
    let bytes: Vec<u8> = ids.flat_map(|id| id.0.into_bytes()).collect();
    Digest::of(&[&bytes])
}

impl Run {
    fn of(links: &[Link]) -> Option<Self> {
        let (first, last) = links.first().zip(links.last())?;
        Some(Self {
            place: first.place,
            count: links.len(),
            ids: hash(links.iter().map(|link| link.id)),
            first: first.mark.sequence,
            chain: last.mark.chain,
            received_ms: first.received_ms,
        })
    }

    /// The operations that it speaks of, if they are the ones it was made for.
    fn of_sent(self, sent: &[Operation]) -> Option<&[Operation]> {
        let own = sent.get(self.place..self.place.checked_add(self.count)?)?;
        (hash(own.iter().map(|operation| operation.id)) == self.ids).then_some(own)
    }

    /// The place of each of so many in the log.
    fn marks(self) -> impl Iterator<Item = Mark> {
        let places = (0..self.count).zip(self.first..);
        places.map(move |(nth, sequence)| {
            let is_last = nth.saturating_add(1) == self.count;
            Mark { sequence, chain: if is_last { self.chain } else { Digest::ZERO } }
        })
    }
}

impl SyncResponse {
    /// The answer with all receipts and rows, in the order of sending and of the log. `None` when it tells in short of
    /// something that was not sent: it belongs to another request.
    #[must_use]
    pub fn unfolded(mut self, sent: &[Operation]) -> Option<Self> {
        let mut told = std::mem::take(&mut self.receipts).into_iter();
        for run in std::mem::take(&mut self.runs) {
            let missing = run.place.checked_sub(self.receipts.len())?;
            self.receipts.extend(told.by_ref().take(missing));
            if self.receipts.len() != run.place {
                return None;
            }
            for (operation, mark) in run.of_sent(sent)?.iter().zip(run.marks()) {
                let disposition = Disposition::Ok;
                self.receipts.push(Receipt { id: operation.id, mark, disposition, issues: Vec::new() });
                self.rows.extend(run.received_ms.map(|received_ms| LogRow {
                    operation: operation.clone(),
                    sequence: mark.sequence,
                    chain: mark.chain,
                    effective_stamp: operation.stamp,
                    disposition,
                    received_ms,
                }));
            }
        }
        self.receipts.extend(told);
        self.rows.sort_by_key(|row| row.sequence);
        Some(self)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        issue::RefusalCode,
        merge::{operation::Body, stamp::Stamp},
    };

    fn operation(n: u64) -> Operation {
        Operation::sample(n, Body::Tombstone)
    }

    /// What the server makes of an operation.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    enum Outcome {
        Taken,
        Clamped,
        Refused,
    }

    /// What becomes of an operation.
    #[derive(Clone, Copy, Debug)]
    struct Fate {
        /// Rows of others before it.
        before: u64,
        outcome: Outcome,
        is_shown: bool,
        is_sent_again: bool,
    }

    const PLAIN: Fate = Fate { before: 0, outcome: Outcome::Taken, is_shown: true, is_sent_again: false };

    fn fate() -> impl Strategy<Value = Fate> {
        let outcome = prop_oneof![8 => Just(Outcome::Taken), 1 => Just(Outcome::Clamped), 1 => Just(Outcome::Refused)];
        let often = prop::bool::weighted(0.9);
        (0_u64..10, outcome, often, prop::bool::weighted(0.1)).prop_map(|(before, outcome, is_shown, is_sent_again)| {
            Fate { before: before.saturating_sub(8), outcome, is_shown, is_sent_again }
        })
    }

    /// Operations, and the answer to them in full.
    fn exchange(fates: &[Fate]) -> (Vec<Operation>, SyncResponse) {
        let mut answer = SyncResponse::nothing_new(Mark::START, 7);
        let (mut sent, mut sequence) = (Vec::new(), 0);
        for (n, fate) in (1..).zip(fates) {
            sequence += fate.before + 1;
            let operation = operation(n);
            let mark = Mark { sequence, chain: Digest::of(&[&sequence.to_be_bytes()]) };
            let disposition = match fate.outcome {
                Outcome::Taken | Outcome::Clamped => Disposition::Ok,
                Outcome::Refused => Disposition::Refused(RefusalCode::NotTheOwner),
            };
            let receipt = Receipt { id: operation.id, mark, disposition, issues: Vec::new() };
            let effective_stamp = Stamp::at_ms(if fate.outcome == Outcome::Clamped { n - 1 } else { n });
            if fate.is_shown {
                let (operation, chain) = (operation.clone(), mark.chain);
                answer.rows.push(LogRow { operation, sequence, chain, effective_stamp, disposition, received_ms: 9 });
            }
            for _ in 0..=u8::from(fate.is_sent_again) {
                sent.push(operation.clone());
                answer.receipts.push(receipt.clone());
            }
        }
        (sent, answer)
    }

    fn in_short(answer: SyncResponse) -> SyncResponse {
        let (receipts, rows, runs) = shorten(answer.receipts, answer.rows, |row| row);
        SyncResponse { receipts, rows, runs, ..answer }
    }

    /// Without the chains that were not told.
    fn with_chains_of(mut full: SyncResponse, told: &SyncResponse) -> SyncResponse {
        let is_untold = |chain: Digest| chain == Digest::ZERO;
        for (receipt, told) in full.receipts.iter_mut().zip(&told.receipts).filter(|(_, it)| is_untold(it.mark.chain)) {
            receipt.mark.chain = told.mark.chain;
        }
        for (row, told) in full.rows.iter_mut().zip(&told.rows).filter(|(_, told)| is_untold(told.chain)) {
            row.chain = told.chain;
        }
        full
    }

    proptest! {
        #[test]
        fn what_was_told_in_short_is_all_that_was_to_be_told(fates in proptest::collection::vec(fate(), 0..40)) {
            let (sent, full) = exchange(&fates);
            let short = in_short(full.clone());
            let told = short.clone().unfolded(&sent).unwrap();
            prop_assert_eq!(&with_chains_of(full, &told), &told);
            let newest = |receipts: &[Receipt]| receipts.iter().max_by_key(|it| it.mark.sequence).map(Receipt::proof);
            prop_assert_ne!(newest(&told.receipts), Some(None), "the newest is proved");
            // The answer to another request.
            let others: Vec<Operation> = (100..).take(sent.len()).map(operation).collect();
            prop_assert_eq!(short.clone().unfolded(&others).is_some(), short.runs.is_empty());
        }
    }

    #[test]
    fn what_was_taken_as_it_was_sent_is_one_run() {
        let (sent, full) = exchange(&[PLAIN; 500]);
        let short = in_short(full);
        assert_eq!((short.receipts.len(), short.rows.len(), short.runs.len()), (0, 0, 1));
        assert!(serde_json::to_string(&short).unwrap().len() < 1_000);
        let told = short.unfolded(&sent).unwrap();
        assert_eq!((told.receipts.len(), told.rows.len()), (500, 500));
    }

    #[test]
    fn runs_that_do_not_fit_together_are_refused() {
        let late = Fate { before: 1, ..PLAIN };
        let (sent, full) = exchange(&[PLAIN, PLAIN, late, PLAIN]);
        let short = in_short(full);
        assert_eq!(short.runs.len(), 2);
        let spoil: [fn(&mut Vec<Run>); 5] = [
            |runs| runs[1].place = 1,
            |runs| runs[1].place = usize::MAX,
            |runs| runs[1].count = usize::MAX,
            |runs| runs[0].count = 1,
            |runs| runs.reverse(),
        ];
        for (nth, change) in spoil.into_iter().enumerate() {
            let mut answer = short.clone();
            change(&mut answer.runs);
            assert_eq!(answer.unfolded(&sent), None, "{nth}");
        }
    }
}
