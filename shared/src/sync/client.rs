//! The tablet's side of the exchange: what it writes, what it sends, how an answer changes what it knows.
//!
//! Everything a store must remember besides the records is in [`ClientState`] and [`OwnOperation`]. A store loads
//! them, lets these functions decide, and writes the result in one transaction.

use serde::{Deserialize, Serialize};

use crate::{
    api::{OPERATIONS_MAX, PROTOCOL, ROWS_MAX, Receipt, SyncRequest, SyncResponse},
    calendar::Month,
    id::{ActorId, CampaignId, OperationId, PersonId, RecordId, UnitId},
    merge::{
        operation::{Body, Mark, Operation, SCHEMA},
        stamp::Stamp,
    },
    record::RecordKind,
};

/// Bytes of operations that one request carries at most, so that a thin line moves it within its time-out.
const BATCH_BYTES_MAX: usize = 1024 * 1024;

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
    /// The newest own operation that the server acknowledged.
    pub acknowledged: Mark,
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
        Self { actor, counter: 0, stamp: Stamp::at_ms(0), cursor: Mark::START, acknowledged: Mark::START }
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
            app: app.to_owned(),
            actor: self.actor,
            cursor: self.cursor,
            acknowledged: self.acknowledged,
            wall_ms,
            operations,
            limit: ROWS_MAX,
        }
    }

    /// Moves the marks as an answer says. Returns `false`, and changes nothing, when the answer is for another
    /// cursor than this one: another tab was faster, and the rows would leave a hole (I5).
    pub fn take(&mut self, response: &SyncResponse) -> bool {
        if response.base != self.cursor {
            return false;
        }
        self.cursor = response.next;
        let newest = response.receipts.iter().map(|receipt| receipt.mark).max_by_key(|mark| mark.sequence);
        if let Some(mark) = newest.filter(|mark| mark.sequence > self.acknowledged.sequence) {
            self.acknowledged = mark;
        }
        true
    }

    /// Forgets how far it had pulled: the server was restored and knows another past.
    pub fn rewind(&mut self) {
        self.cursor = Mark::START;
        self.acknowledged = Mark::START;
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

    /// Makes it unsent again when the restored server cannot have it. Returns whether it changed.
    pub fn rewind_above(&mut self, common: u64) -> bool {
        let lost = self.receipt.as_ref().is_some_and(|receipt| receipt.mark.sequence > common);
        if lost {
            self.receipt = None;
        }
        lost
    }
}

/// The first operations that fit one request; `unsent` in counter order.
pub fn batch(unsent: impl IntoIterator<Item = Operation>) -> Vec<Operation> {
    let mut bytes = 0_usize;
    let mut batch = Vec::new();
    for operation in unsent.into_iter().take(OPERATIONS_MAX) {
        bytes = bytes.saturating_add(serde_json::to_vec(&operation).map_or(0, |json| json.len()));
        // One operation always goes, however large: nothing may block the queue (I8).
        if bytes > BATCH_BYTES_MAX && !batch.is_empty() {
            break;
        }
        batch.push(operation);
    }
    batch
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{id::Digest, merge::operation::Disposition};

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
        let response =
            SyncResponse { base: mark(3), receipts: vec![], rows: vec![], next: mark(9), more: false, now_ms: 0 };
        assert!(!state.take(&response));
        assert_eq!(state, before);
    }

    #[test]
    fn an_answer_moves_both_marks_and_acknowledgements_never_fall() {
        let mut state = ClientState::new(ActorId(7));
        let operation = write(&mut state, "一", 5_000);
        let answer = |base, sequence, next| SyncResponse {
            base,
            receipts: vec![receipt(&operation, sequence)],
            rows: vec![],
            next,
            more: false,
            now_ms: 0,
        };
        assert!(state.take(&answer(Mark::START, 8, mark(8))));
        assert!(state.take(&answer(mark(8), 5, mark(12))));
        assert_eq!((state.cursor, state.acknowledged), (mark(12), mark(8)));
    }

    #[test]
    fn after_a_restore_only_what_the_server_lost_is_offered_again() {
        let mut state = ClientState::new(ActorId(7));
        for (sequence, unsent) in [(4, false), (5, true)] {
            let operation = write(&mut state, "一", 5_000);
            let receipt = receipt(&operation, sequence);
            let mut own = OwnOperation { operation, receipt: Some(receipt), dismissed: false };
            assert_eq!(own.rewind_above(4), unsent);
            assert_eq!(own.is_unsent(), unsent);
        }
    }

    #[test]
    fn a_batch_ends_at_its_limits_but_never_sends_nothing() {
        let mut state = ClientState::new(ActorId(7));
        let huge = "字".repeat(400_000);
        let large: Vec<Operation> = (0..3).map(|_| write(&mut state, &huge, 1)).collect();
        assert_eq!(batch(large.clone()).len(), 1);
        let small: Vec<Operation> = (0..600).map(|_| write(&mut state, "小", 1)).collect();
        assert_eq!(batch(small).len(), OPERATIONS_MAX);
        assert!(batch(Vec::new()).is_empty());
    }
}
