//! The tablet's side of the exchange: what it writes, what it sends, how an answer changes what it knows.
//!
//! Everything a store must remember besides the records is in [`ClientState`] and [`OwnOperation`]. A store loads
//! them, lets these functions decide, and writes the result in one transaction.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    api::{PROTOCOL, ROWS_MAX, Receipt, SyncRequest, SyncResponse},
    calendar::Month,
    id::{ActorId, CampaignId, Digest, OperationId, PersonId, RecordId, UnitId},
    merge::{
        operation::{Body, Mark, Operation, SCHEMA},
        stamp::Stamp,
    },
    record::{Record, RecordKind, Span},
    sync::{horizon::Horizon, lineage, snapshot::Offer, voucher::Voucher},
};

/// What a store remembers of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientState {
    /// The store's identity: new for every store creation.
    pub actor: ActorId,
    /// The counter of the last operation written here; 0 before the first.
    pub counter: u64,
    /// The stamp of the last operation written here.
    pub stamp: Stamp,
    /// The last row pulled.
    pub cursor: Mark,
    /// The newest own operation that the server acknowledged; after a restore, whatever else is held of the log
    /// beyond the cursor.
    pub acknowledged: Mark,
    /// The scope that everything up to the cursor was pulled under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Digest>,
    /// Acknowledged operations whose rows stand behind the cursor.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub awaited: Vec<Awaited>,
    /// Cursors of the past, the cursor itself last: see [`lineage::remember`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<Mark>,
    /// What was told of backups.
    #[serde(default, skip_serializing_if = "Horizon::is_unknown")]
    pub horizon: Horizon,
    /// The server's newest signature over what was sent from here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voucher: Option<Voucher>,
}

/// An acknowledged operation whose row is still to come, if the person may see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Awaited {
    /// Its place in the log.
    pub sequence: u64,
    /// The operation.
    pub operation: OperationId,
    /// Its record.
    pub record: RecordId,
}

/// What became of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taking {
    /// The marks moved: take its rows and receipts. After its rows nothing more is to come of these operations:
    /// what the rows do not tell of them, the person may not see any more.
    Whole(Vec<Awaited>),
    /// It is for another cursor, because another tab was faster: leave it.
    Stale,
    /// The person may see other rows than before: leave it, keep only what own unsent operations tell, and pull
    /// everything anew.
    Rescoped,
}

/// What a person wants to do, before it has an identity and a place in the store's order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intent {
    /// The campaign.
    pub campaign: CampaignId,
    /// The unit that owns the record.
    pub unit: UnitId,
    /// The assessment month it is about, where it has one.
    pub period: Option<Month>,
    /// The record.
    pub record: RecordId,
    /// What kind of record that is.
    pub kind: RecordKind,
    /// Who does it.
    pub author: PersonId,
    /// What is done.
    pub body: Body,
}

/// An operation written here, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnOperation {
    /// The operation.
    pub operation: Operation,
    /// The server's word; `None` while it is unsent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Receipt>,
    /// A refusal that the person has read and put away.
    #[serde(default)]
    pub dismissed: bool,
}

impl ClientState {
    /// The state of a store that was just created.
    pub const fn new(actor: ActorId) -> Self {
        Self {
            actor,
            counter: 0,
            stamp: Stamp::at_ms(0),
            cursor: Mark::START,
            acknowledged: Mark::START,
            scope: None,
            awaited: Vec::new(),
            marks: Vec::new(),
            horizon: Horizon::new(),
            voucher: None,
        }
    }

    /// Makes an intent an operation: the next counter, the next stamp. `now_ms` is the corrected clock.
    pub fn write(&mut self, intent: Intent, id: OperationId, now_ms: u64) -> Operation {
        self.counter = self.counter.saturating_add(1);
        self.stamp = self.stamp.tick(now_ms);
        let Intent { campaign, unit, period, record, kind, author, body } = intent;
        Operation {
            id,
            campaign,
            unit,
            period,
            record,
            kind,
            author,
            actor: self.actor,
            counter: self.counter,
            stamp: self.stamp,
            seen: self.cursor.sequence,
            schema: SCHEMA,
            body,
        }
    }

    /// The request that sends `operations` and asks for what follows the cursor.
    pub fn request(&self, app: &str, wall_ms: u64, operations: Vec<Operation>) -> SyncRequest {
        SyncRequest {
            protocol: PROTOCOL,
            schema: SCHEMA,
            app: app.to_owned(),
            actor: self.actor,
            cursor: self.cursor,
            acknowledged: self.acknowledged,
            wall_ms,
            operations,
            limit: ROWS_MAX,
        }
    }

    /// Moves the marks as an answer says, if it is for this cursor and scope: otherwise its rows would leave a
    /// hole (I5), and its receipts could speak for a log that was lost.
    pub fn take(&mut self, sent: &[Operation], response: &SyncResponse) -> Taking {
        if response.base != self.cursor {
            return Taking::Stale;
        }
        let is_another = response.scope.is_some() && response.scope != self.scope;
        let is_new = self.scope.is_none() && self.cursor == Mark::START;
        self.scope = response.scope.or(self.scope);
        if is_another && !is_new {
            self.cursor = Mark::START;
            self.awaited.clear();
            self.marks.clear();
            return Taking::Rescoped;
        }
        self.cursor = response.next;
        lineage::remember(&mut self.marks, self.cursor);
        self.learn(response);
        self.awaited.extend(answered(sent, response).map(|(operation, receipt)| Awaited {
            sequence: receipt.mark.sequence,
            operation: operation.id,
            record: operation.record,
        }));
        let passed = self.cursor.sequence;
        let (due, awaited) = self.awaited.iter().partition(|awaited| awaited.sequence <= passed);
        self.awaited = awaited;
        let newest = response.receipts.iter().filter_map(Receipt::proof).max_by_key(|mark| mark.sequence);
        if let Some(mark) = newest.filter(|mark| mark.sequence > self.acknowledged.sequence) {
            self.acknowledged = mark;
        }
        self.horizon.learn(response.backed_up, response.now_ms);
        self.voucher = response.voucher.clone().or_else(|| self.voucher.take());
        Taking::Whole(due)
    }

    /// Moves the marks to where a snapshot stands, if it was offered to the store as it stands now and is ahead of all
    /// that is known here: take its records and what is unsent, and nothing else.
    pub fn adopt(&mut self, offer: &Offer) -> bool {
        // What was acknowledged beyond it would be missing until its rows come.
        let is_ahead = offer.at.sequence > self.cursor.sequence && offer.at.sequence >= self.acknowledged.sequence;
        if offer.base != [self.cursor, self.acknowledged] || !is_ahead {
            return false;
        }
        self.scope = Some(offer.scope);
        self.cursor = offer.at;
        // Older marks are of rows whose records are gone.
        self.marks.clear();
        lineage::remember(&mut self.marks, self.cursor);
        // The rows of all that was acknowledged are in it, where the person may see them.
        self.awaited.clear();
        self.counter = self.counter.max(offer.counter);
        self.stamp = self.stamp.max(offer.stamp);
        true
    }

    /// A store that fell back in time (the device was set back to an older state) finds its own later operations
    /// in the log, and goes on after them instead of using their counters again.
    fn learn(&mut self, response: &SyncResponse) {
        for own in response.rows.iter().map(|row| &row.operation).filter(|operation| operation.actor == self.actor) {
            self.counter = self.counter.max(own.counter);
            self.stamp = self.stamp.max(own.stamp);
        }
    }

    /// The last mark up to `common` that is known here.
    fn proved<'a>(&self, receipts: impl IntoIterator<Item = &'a Receipt>, common: u64) -> Mark {
        let receipts = receipts.into_iter().filter_map(Receipt::proof);
        let marks = self.marks.iter().copied().chain([self.cursor, self.acknowledged]).chain(receipts);
        marks.filter(|mark| mark.sequence <= common).max_by_key(|mark| mark.sequence).unwrap_or(Mark::START)
    }

    /// Goes back to a past that the server shares: it was restored, and has the log's rows up to `common` only.
    ///
    /// `own` are all operations ever written here, `records` all records with their spans. Own operations are unsent
    /// again from the last mark on that is known here: what lies between it and `common` was perhaps not lost, but
    /// nothing here could tell a second restore that does lose it.
    ///
    /// Gives the records into which lost rows went: they are to be folded anew, and the cursor goes back before the
    /// first row of any of them. Rows that the others have already are folded twice without effect. What is kept beyond
    /// the cursor, operations and rows, is vouched for by the acknowledged mark, so that a second restore during the way
    /// back is noticed too.
    pub fn rewind<'a>(
        &mut self,
        own: impl IntoIterator<Item = &'a mut OwnOperation>,
        records: impl IntoIterator<Item = &'a Record>,
        common: u64,
    ) -> BTreeSet<RecordId> {
        let mut own: Vec<&mut OwnOperation> = own.into_iter().collect();
        self.acknowledged = self.proved(own.iter().filter_map(|own| own.receipt.as_ref()), common);
        let common = self.acknowledged.sequence;
        for own in &mut own {
            own.receipt.take_if(|receipt| receipt.mark.sequence > common);
        }
        let spans = records.into_iter().filter_map(|record| Some((record.id, record.span()?)));
        let lost: Vec<(RecordId, Span)> = spans.filter(|(_, span)| span.last > common).collect();
        let first = lost.iter().map(|(_, span)| span.first).min();
        let latest = first.map_or(common, |first| common.min(first.saturating_sub(1)));
        self.marks.retain(|mark| mark.sequence <= latest);
        self.cursor = self.marks.last().copied().unwrap_or(Mark::START);
        self.awaited.retain(|awaited| awaited.sequence <= common);
        self.horizon.forget_above(common);
        lost.into_iter().map(|(id, _)| id).collect()
    }
}

impl OwnOperation {
    /// An operation that nobody else knows yet.
    pub const fn unsent(operation: Operation) -> Self {
        Self { operation, receipt: None, dismissed: false }
    }

    /// Whether the server has not answered it.
    pub const fn is_unsent(&self) -> bool {
        self.receipt.is_none()
    }

    /// The server's refusal, until the person puts it away.
    pub fn open_refusal(&self) -> Option<&Receipt> {
        self.receipt.as_ref().filter(|receipt| !self.dismissed && receipt.refusal().is_some())
    }
}

/// Sent operations with their receipts. Receipts come in the order of sending, but only ids are trusted.
pub fn answered<'a>(
    sent: &'a [Operation],
    response: &'a SyncResponse,
) -> impl Iterator<Item = (&'a Operation, &'a Receipt)> {
    sent.iter().zip(&response.receipts).filter(|(operation, receipt)| operation.id == receipt.id)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use uuid::Uuid;

    use super::*;
    use crate::merge::operation::{Disposition, LogRow};

    fn intent(text: &str) -> Intent {
        Intent {
            campaign: CampaignId(Uuid::from_u128(1)),
            unit: UnitId(Uuid::from_u128(2)),
            period: None,
            record: RecordId(Uuid::from_u128(3)),
            kind: RecordKind::Project,
            author: PersonId(Uuid::from_u128(4)),
            body: Body::Comment { field: None, text: text.to_owned() },
        }
    }

    fn mark(sequence: u64) -> Mark {
        Mark { sequence, chain: Digest::of(&[&sequence.to_be_bytes()]) }
    }

    fn receipt(operation: &Operation, sequence: u64) -> Receipt {
        Receipt { id: operation.id, mark: mark(sequence), disposition: Disposition::Ok, issues: Vec::new() }
    }

    fn row(operation: Operation, sequence: u64) -> LogRow {
        LogRow {
            operation,
            sequence,
            chain: Digest::ZERO,
            effective_stamp: Stamp::at_ms(5_000),
            disposition: Disposition::Ok,
            received_ms: 5_000,
        }
    }

    fn answer(base: Mark, receipts: Vec<Receipt>, next: Mark) -> SyncResponse {
        SyncResponse { receipts, next, ..SyncResponse::nothing_new(base, 0) }
    }

    fn write(state: &mut ClientState, text: &str, now_ms: u64) -> Operation {
        let id = OperationId(Uuid::from_u128(100 + u128::from(state.counter)));
        state.write(intent(text), id, now_ms)
    }

    #[test]
    fn counters_have_no_gap_and_stamps_rise_though_the_clock_falls() {
        let mut state = ClientState::new(ActorId(7));
        let first = write(&mut state, "一", 5_000);
        let second = write(&mut state, "二", 1_000);
        assert_eq!((first.counter, second.counter), (1, 2));
        assert!(second.stamp > first.stamp);
    }

    #[test]
    fn an_answer_for_another_cursor_is_not_taken() {
        let mut state = ClientState::new(ActorId(7));
        let before = state.clone();
        let response = answer(mark(3), vec![], mark(9));
        assert_eq!(state.take(&[], &response), Taking::Stale);
        assert_eq!(state, before);
    }

    #[test]
    fn an_answer_moves_both_marks_and_acknowledgements_never_fall() {
        let mut state = ClientState::new(ActorId(7));
        let operation = write(&mut state, "一", 5_000);
        let told = |sequence| vec![receipt(&operation, sequence)];
        assert_eq!(state.take(&[], &answer(Mark::START, told(8), mark(8))), Taking::Whole(vec![]));
        assert_eq!(state.take(&[], &answer(mark(8), told(5), mark(12))), Taking::Whole(vec![]));
        assert_eq!((state.cursor, state.acknowledged), (mark(12), mark(8)));
    }

    #[test]
    fn a_tablet_whose_person_sees_other_rows_pulls_anew() {
        let mut state = ClientState::new(ActorId(7));
        let under =
            |scope: u8, base, next| SyncResponse { scope: Some(Digest([scope; 32])), ..answer(base, vec![], next) };
        let mut take = |response| state.take(&[], &response);
        assert_eq!(take(under(1, Mark::START, mark(8))), Taking::Whole(vec![]));
        assert_eq!(take(under(2, mark(8), mark(9))), Taking::Rescoped);
        assert_eq!(take(under(2, Mark::START, mark(9))), Taking::Whole(vec![]));
        // A server of the release before says nothing of scopes.
        assert_eq!(take(answer(mark(9), vec![], mark(9))), Taking::Whole(vec![]));
        assert_eq!(take(under(2, mark(9), mark(10))), Taking::Whole(vec![]));
    }

    #[test]
    fn a_store_that_fell_back_goes_on_after_its_own_later_operations() {
        let mut state = ClientState::new(ActorId(7));
        let fallen = state.clone();
        let rows: Vec<LogRow> = (1..=3).map(|sequence| row(write(&mut state, "一", 5_000), sequence)).collect();
        let mut again = fallen;
        let response = SyncResponse { rows, ..answer(Mark::START, vec![], mark(3)) };
        assert_eq!(again.take(&[], &response), Taking::Whole(vec![]));
        let next = write(&mut again, "二", 1_000);
        assert_eq!(next.counter, 4);
        assert!(next.stamp > state.stamp);
    }

    #[test]
    fn a_snapshot_is_adopted_only_if_it_holds_all_that_is_known() {
        let mut state = ClientState::new(ActorId(7));
        let operation = write(&mut state, "一", 5_000);
        let told = answer(Mark::START, vec![receipt(&operation, 8)], mark(3));
        assert_eq!(state.take(std::slice::from_ref(&operation), &told), Taking::Whole(vec![]));
        let offer = |sequence| Offer {
            url: String::new(),
            sha256: Digest::ZERO,
            at: mark(sequence),
            base: [mark(3), mark(8)],
            scope: Digest([4; 32]),
            counter: 6,
            stamp: Stamp::at_ms(9_000),
        };
        let before = state.clone();
        assert!(!state.adopt(&offer(3)) && !state.adopt(&offer(7)));
        assert!(!state.adopt(&Offer { base: [mark(3); 2], ..offer(8) }), "it was offered to another state");
        assert_eq!(state, before);
        assert!(state.adopt(&offer(8)));
        assert_eq!((state.cursor, state.acknowledged, state.scope), (mark(8), mark(8), Some(Digest([4; 32]))));
        assert_eq!((state.awaited.len(), state.marks.as_slice()), (0, &[mark(8)][..]));
        // The store had fallen back in time: the log holds six of its operations.
        let next = write(&mut state, "二", 1_000);
        assert_eq!(next.counter, 7);
        assert!(next.stamp > Stamp::at_ms(9_000));
    }

    #[test]
    fn an_operation_is_due_when_the_cursor_has_passed_its_place() {
        let mut state = ClientState::new(ActorId(7));
        let sent = [write(&mut state, "一", 5_000), write(&mut state, "二", 5_001)];
        let receipts = vec![receipt(&sent[0], 2), receipt(&sent[1], 5)];
        let due = |place: usize, sequence| Awaited { sequence, operation: sent[place].id, record: sent[place].record };
        let taken = state.take(&sent, &answer(Mark::START, receipts, mark(3)));
        assert_eq!(taken, Taking::Whole(vec![due(0, 2)]));
        assert_eq!(state.take(&[], &answer(mark(3), vec![], mark(4))), Taking::Whole(vec![]));
        assert_eq!(state.take(&[], &answer(mark(4), vec![], mark(6))), Taking::Whole(vec![due(1, 5)]));
        assert!(state.awaited.is_empty());
    }

    #[test]
    fn after_a_restore_only_what_the_server_lost_is_offered_again() {
        let mut state = ClientState::new(ActorId(7));
        let sequences = [(3, false), (4, false), (5, true)];
        let mut all: Vec<OwnOperation> = Vec::new();
        for (sequence, _) in sequences {
            let operation = write(&mut state, "一", 5_000);
            let receipt = receipt(&operation, sequence);
            all.push(OwnOperation { operation, receipt: Some(receipt), dismissed: false });
        }
        (state.cursor, state.acknowledged) = (mark(5), mark(5));
        assert!(state.rewind(&mut all, [], 4).is_empty());
        for (own, (_, unsent)) in all.iter().zip(sequences) {
            assert_eq!(own.is_unsent(), unsent);
        }
        // A second restore, to 2, while everything is pulled anew: only this mark tells.
        assert_eq!((state.cursor, state.acknowledged), (Mark::START, mark(4)));
    }

    #[test]
    fn after_a_restore_the_cursor_goes_back_before_the_first_row_of_what_is_folded_anew() {
        let mut author = ClientState::new(ActorId(9));
        let mut state = ClientState::new(ActorId(7));
        let mut records: BTreeMap<RecordId, Record> = BTreeMap::new();
        for (sequence, record) in (1..).zip([1, 2, 3, 2, 3, 3]) {
            let mut operation = write(&mut author, "一", 5_000);
            operation.record = RecordId(Uuid::from_u128(record));
            let row = row(operation, sequence);
            records.entry(row.operation.record).or_insert_with(|| Record::new(&row.operation)).apply_row(&row);
            assert_eq!(state.take(&[], &answer(state.cursor, vec![], mark(sequence))), Taking::Whole(vec![]));
        }
        for (common, cursor, anew) in [(6, 6, vec![]), (5, 2, vec![3]), (4, 2, vec![3]), (3, 1, vec![2, 3])] {
            let mut state = state.clone();
            let dropped = state.rewind([], records.values(), common);
            assert_eq!(dropped, anew.into_iter().map(|id| RecordId(Uuid::from_u128(id))).collect(), "{common}");
            // The thinned marks reach back at least so far.
            assert!(state.cursor.sequence <= cursor && state.marks.last().is_none_or(|last| *last == state.cursor));
        }
    }

    #[test]
    fn what_no_mark_proves_is_offered_again() {
        for (common, proved, kept) in [(0, Mark::START, 0), (1, Mark::START, 0), (2, mark(2), 2), (9, mark(3), 3)] {
            let mut state = ClientState::new(ActorId(7));
            let mut own: Vec<OwnOperation> = Vec::new();
            for sequence in 1..=3 {
                let operation = write(&mut state, "甲", sequence);
                let receipt = receipt(&operation, sequence);
                own.push(OwnOperation { operation, receipt: Some(receipt), dismissed: false });
            }
            own[0].receipt.as_mut().unwrap().mark.chain = Digest::ZERO;
            state.rewind(&mut own, [], common);
            assert_eq!(state.acknowledged, proved, "{common}");
            assert_eq!(own.iter().filter(|own| !own.is_unsent()).count(), kept, "{common}");
        }
    }
}
