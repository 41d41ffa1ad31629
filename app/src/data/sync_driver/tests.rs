//! The cycle against the real server's log, in memory.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeSet,
};

use futures_executor::block_on;
use shared::{
    api::{ErrorDetail, ROWS_MAX, Receipt},
    id::{ActorId, Digest, OperationId},
    merge::{
        operation::{Disposition, LogRow, Mark},
        replica::Replica,
        stamp::Stamp,
    },
    sync::snapshot,
};

use super::*;
use crate::data::{
    contract::{answer, edit, operation_id},
    memory::MemoryStore,
};

/// A log that accepts everything, and can lose its newest rows as a restore does.
#[derive(Default)]
struct Server {
    rows: RefCell<Vec<LogRow>>,
    /// How many rows one answer carries.
    page: usize,
    /// Operations that it takes at once.
    most: Option<usize>,
    /// Requests that are answered with silence, by their number from 1.
    silent: BTreeSet<usize>,
    /// Requests whose answer is lost after the server did its work.
    deaf: BTreeSet<usize>,
    requests: RefCell<usize>,
    /// Rows that went out.
    sent: RefCell<usize>,
    /// Rows that a tablet must lack to be offered a snapshot.
    far: Option<usize>,
    /// How many rows short of the head a snapshot ends.
    tail: usize,
    /// Every snapshot is one that nobody can read.
    is_spoilt: bool,
    /// Snapshots that went out.
    snapshots: Cell<usize>,
}

impl Server {
    fn new(page: usize) -> Self {
        Self { page, ..Self::default() }
    }

    fn head(&self) -> Mark {
        self.rows.borrow().last().map_or(Mark::START, mark_of)
    }

    fn knows(&self, known: Mark) -> bool {
        known == Mark::START || self.rows.borrow().iter().any(|row| mark_of(row) == known)
    }

    fn text(&self) -> Vec<u8> {
        let rows = self.rows.borrow();
        let mut replica = Replica::default();
        let (mut at, up_to) = (Mark::START, rows.len() - self.tail);
        for row in &rows[..up_to] {
            replica.apply_row(row);
            at = mark_of(row);
        }
        snapshot::write(at, replica.all())
    }

    fn offer(&self, base: [Mark; 2]) -> Offer {
        let text = self.text();
        let up_to = self.rows.borrow().len() - self.tail;
        Offer {
            url: String::new(),
            sha256: Digest::of_content(&text),
            at: mark_of(&self.rows.borrow()[up_to - 1]),
            base,
            scope: Digest::ZERO,
            counter: 0,
            stamp: Stamp::default(),
        }
    }

    fn accept(&self, operation: &Operation) {
        if self.rows.borrow().iter().any(|row| row.operation.id == operation.id) {
            return;
        }
        let head = self.head();
        let mut row = answer(head, std::slice::from_ref(operation), Disposition::Ok).rows.remove(0);
        row.chain = LogRow::link(head.chain, operation, row.effective_stamp, row.disposition);
        self.rows.borrow_mut().push(row);
    }

    fn answer(&self, request: &SyncRequest) -> SyncResponse {
        for operation in &request.operations {
            self.accept(operation);
        }
        let rows = self.rows.borrow();
        let receipts = request.operations.iter().map(|operation| {
            let row = rows.iter().find(|row| row.operation.id == operation.id).unwrap();
            Receipt { id: operation.id, mark: mark_of(row), disposition: row.disposition, issues: Vec::new() }
        });
        let receipts = receipts.collect();
        let after: Vec<LogRow> = rows.iter().filter(|row| row.sequence > request.cursor.sequence).cloned().collect();
        let more = after.len() > self.page;
        let page: Vec<LogRow> = after.into_iter().take(self.page).collect();
        *self.sent.borrow_mut() += page.len();
        let next = page.last().map_or(request.cursor, mark_of);
        SyncResponse { receipts, rows: page, next, more, ..SyncResponse::nothing_new(request.cursor, 5_000) }
    }
}

fn mark_of(row: &LogRow) -> Mark {
    Mark { sequence: row.sequence, chain: row.chain }
}

fn refusal(code: ErrorCode, common: Option<u64>, snapshot: Option<Box<Offer>>) -> DataError {
    let (message, fields, request_id) = (String::new(), Vec::new(), String::new());
    DataError::Server(Box::new(ErrorDetail {
        code,
        message,
        fields,
        retry_after_seconds: None,
        common,
        snapshot,
        request_id,
    }))
}

impl Transport for Server {
    async fn sync(&self, request: &SyncRequest) -> Result<SyncResponse, DataError> {
        *self.requests.borrow_mut() += 1;
        let number = *self.requests.borrow();
        assert!((1..=ROWS_MAX).contains(&request.limit));
        if self.silent.contains(&number) {
            return Err(DataError::Offline);
        }
        let marks = [request.cursor, request.acknowledged];
        if !marks.iter().all(|mark| self.knows(*mark)) {
            let shared = marks.into_iter().filter(|mark| self.knows(*mark));
            return Err(refusal(ErrorCode::Lineage, shared.map(|mark| mark.sequence).max(), None));
        }
        if self.most.is_some_and(|most| request.operations.len() > most) {
            return Err(refusal(ErrorCode::BodyTooLarge, None, None));
        }
        let lacks = self.rows.borrow().len() - usize::try_from(request.cursor.sequence).unwrap();
        if request.protocol > PROTOCOL_OF_ROWS
            && request.operations.is_empty()
            && self.far.is_some_and(|far| lacks >= far)
        {
            return Err(refusal(ErrorCode::Snapshot, None, Some(Box::new(self.offer(marks)))));
        }
        let response = self.answer(request);
        if self.deaf.contains(&number) { Err(DataError::Offline) } else { Ok(response) }
    }

    async fn snapshot(&self, offer: &Offer) -> Result<Vec<Record>, DataError> {
        self.snapshots.set(self.snapshots.get() + 1);
        let text = if self.is_spoilt { b"{}".to_vec() } else { self.text() };
        snapshot::read(offer, &text).map_err(DataError::Unreadable)
    }
}

struct Quiet;

impl Watcher for Quiet {
    fn tablet_ms(&self) -> u64 {
        1_000
    }

    fn sending(&self, _: usize) {}

    fn answered(&self, _: &SyncResponse) {}

    async fn take<S: Store>(&self, store: &S, sent: &[Operation], response: &SyncResponse) -> Result<bool, DataError> {
        Ok(store.take(sent, response).await?.is_some())
    }

    async fn adopt<S: Store>(&self, store: &S, offer: &Offer, records: Vec<Record>) -> Result<bool, DataError> {
        Ok(store.adopt(offer, records).await?.is_some())
    }

    async fn reload(&self) -> Result<(), DataError> {
        Ok(())
    }
}

fn filled(actor: u64, operations: u64) -> MemoryStore {
    let store = MemoryStore::new(ActorId(actor));
    for number in 0..operations {
        let id = OperationId(shared::id::uuid_v7(actor * 1_000 + number, [8; 10]));
        block_on(store.save(&edit(actor * 1_000 + number, "name", "甲", vec![]), id, number)).unwrap();
    }
    store
}

fn sync(store: &MemoryStore, server: &Server) -> Result<(), DataError> {
    block_on(cycle(store, server, &Quiet))
}

#[test]
fn everything_goes_up_and_comes_down_whatever_the_page_size() {
    for page in [1, 2, 3, 5, 10, 100] {
        for count in [0, 1, 5, 6, 10] {
            let server = Server::new(page);
            let (left, right) = (filled(1, count), filled(2, 3));
            sync(&left, &server).unwrap();
            sync(&right, &server).unwrap();
            sync(&left, &server).unwrap();
            let (left, right) = (block_on(left.load()).unwrap(), block_on(right.load()).unwrap());
            assert_eq!(left.records, right.records, "page {page}, {count} operations");
            assert!(left.own.is_empty() && right.own.is_empty());
            assert_eq!(left.state.cursor, server.head());
        }
    }
}

#[test]
fn more_than_one_request_holds_go_up_in_one_cycle() {
    let server = Server::new(1_000);
    let store = filled(1, 1_203);
    sync(&store, &server).unwrap();
    assert_eq!(server.rows.borrow().len(), 1_203);
    assert_eq!(block_on(store.outbox()).unwrap().unsent, 0);
}

#[test]
fn a_server_that_takes_less_at_once_gets_less_and_a_single_one_is_refused_for_what_it_is() {
    for most in [1, 7, 100] {
        let server = Server { most: Some(most), ..Server::new(1_000) };
        let store = filled(1, 203);
        sync(&store, &server).unwrap();
        assert_eq!(server.rows.borrow().len(), 203);
        assert_eq!(block_on(store.outbox()).unwrap().unsent, 0);
    }
    let server = Server { most: Some(0), ..Server::new(1_000) };
    assert!(matches!(sync(&filled(1, 9), &server), Err(DataError::Server(_))));
}

#[test]
fn a_lost_answer_makes_no_second_row() {
    let server = Server { deaf: BTreeSet::from([1]), ..Server::new(100) };
    let store = filled(1, 4);
    assert_eq!(sync(&store, &server), Err(DataError::Offline));
    assert_eq!(block_on(store.outbox()).unwrap().unsent, 4, "nothing is settled without an answer");
    sync(&store, &server).unwrap();
    assert_eq!(server.rows.borrow().len(), 4);
    assert_eq!(block_on(store.outbox()).unwrap().unsent, 0);
}

#[test]
fn silence_loses_nothing() {
    let server = Server { silent: BTreeSet::from([1]), ..Server::new(100) };
    let store = filled(1, 4);
    let before = block_on(store.load()).unwrap();
    assert_eq!(sync(&store, &server), Err(DataError::Offline));
    assert_eq!(block_on(store.load()).unwrap(), before);
}

#[test]
fn a_server_restored_from_a_backup_gets_back_what_it_lost() {
    let server = Server::new(2);
    let (left, right) = (filled(1, 5), filled(2, 5));
    sync(&left, &server).unwrap();
    sync(&right, &server).unwrap();
    sync(&left, &server).unwrap();
    server.rows.borrow_mut().truncate(3);

    sync(&right, &server).unwrap();
    sync(&left, &server).unwrap();
    sync(&right, &server).unwrap();

    assert_eq!(server.rows.borrow().len(), 10, "every operation once");
    let (left, right) = (block_on(left.load()).unwrap(), block_on(right.load()).unwrap());
    assert_eq!(left.records.len(), 10);
    let fields = |loaded: &crate::data::store::Loaded| {
        loaded.records.iter().map(|record| (record.id, record.fields())).collect::<Vec<_>>()
    };
    assert_eq!(fields(&left), fields(&right));
}

#[test]
fn after_a_restore_only_the_records_that_changed_above_the_common_row_are_pulled_anew() {
    let server = Server::new(50);
    let store = filled(1, 1_000);
    sync(&store, &server).unwrap();
    server.rows.borrow_mut().truncate(990);
    (*server.sent.borrow_mut(), *server.requests.borrow_mut()) = (0, 0);
    sync(&store, &server).unwrap();
    assert_eq!(server.rows.borrow().len(), 1_000);
    assert_eq!(block_on(store.outbox()).unwrap().state.cursor, server.head());
    let (rows, requests) = (*server.sent.borrow(), *server.requests.borrow());
    assert!(rows <= 200 && requests <= 10, "{rows} rows in {requests} requests");
}

#[test]
fn what_is_saved_while_another_tab_pulled_is_sent_with_the_next_request() {
    let server = Server::new(100);
    let store = filled(1, 1);
    sync(&store, &server).unwrap();
    block_on(store.save(&edit(1, "name", "乙", vec![]), operation_id(77), 9)).unwrap();
    sync(&store, &server).unwrap();
    assert_eq!(server.rows.borrow().len(), 2);
}

#[test]
fn a_tablet_far_behind_loads_a_snapshot_and_then_only_what_came_after_it() {
    let server = Server { far: Some(20), tail: 7, ..Server::new(10) };
    let (author, reader) = (filled(1, 60), MemoryStore::new(ActorId(2)));
    sync(&author, &server).unwrap();
    *server.sent.borrow_mut() = 0;
    server.snapshots.set(0);
    sync(&reader, &server).unwrap();
    assert_eq!((server.snapshots.get(), *server.sent.borrow()), (1, 7));
    let (one, other) = (block_on(author.load()).unwrap(), block_on(reader.load()).unwrap());
    assert_eq!(one.records, other.records);
    assert_eq!((one.records.len(), other.state.cursor), (60, server.head()));
}

#[test]
fn a_snapshot_that_lacks_what_was_acknowledged_is_left_and_the_rows_come() {
    let server = Server { far: Some(20), tail: 7, ..Server::new(10) };
    let (author, reader) = (filled(1, 60), filled(2, 3));
    sync(&author, &server).unwrap();
    sync(&reader, &server).unwrap();
    sync(&author, &server).unwrap();
    let (one, other) = (block_on(author.load()).unwrap(), block_on(reader.load()).unwrap());
    assert_eq!(one.records, other.records);
    assert_eq!((one.records.len(), other.state.cursor), (63, server.head()));
}

#[test]
fn what_is_written_while_a_snapshot_comes_stands_on_it_and_is_sent() {
    let server = Server { far: Some(20), ..Server::new(10) };
    let (author, reader) = (filled(1, 60), MemoryStore::new(ActorId(2)));
    sync(&author, &server).unwrap();
    block_on(reader.save(&edit(1_001, "note", "未报", vec![]), operation_id(1), 9)).unwrap();
    let offer = server.offer([Mark::START; 2]);
    let records = block_on(server.snapshot(&offer)).unwrap();
    let loaded = block_on(reader.adopt(&offer, records)).unwrap().unwrap();
    assert_eq!((loaded.records.len(), loaded.own.len()), (60, 1));
    assert_eq!(loaded, block_on(reader.load()).unwrap());
    sync(&reader, &server).unwrap();
    assert_eq!(server.rows.borrow().len(), 61);
}

#[test]
fn a_snapshot_that_nobody_can_read_is_no_obstacle() {
    let server = Server { far: Some(20), is_spoilt: true, ..Server::new(10) };
    sync(&filled(1, 60), &server).unwrap();
    let reader = MemoryStore::new(ActorId(2));
    sync(&reader, &server).unwrap();
    assert_eq!(block_on(reader.load()).unwrap().records.len(), 60);
}
