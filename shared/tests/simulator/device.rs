//! A tablet: the application's store and cycle, in two tabs, on a disk and a line that fail when told to.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    fmt::Debug,
    future::{Future, poll_fn},
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, Waker},
};

use futures_executor::block_on;
use serde::{Serialize, de::DeserializeOwned};
use shared::{
    api::{SyncRequest, SyncResponse},
    id::{ActorId, OperationId},
    merge::operation::{LogRow, Mark, Operation},
    record::Record,
    sync::{
        client::{Intent, answered},
        snapshot::Offer,
    },
};

use crate::{
    data::{
        error::DataError,
        memory::MemoryStore,
        store::{Loaded, Outbox, Saved, Store, Taken},
        sync_driver::{Transport, Watcher, cycle},
    },
    protection::Protection,
};

/// Tabs of one tablet.
pub(crate) const TABS: usize = 2;

/// What the next write to the store meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DiskFault {
    /// No room: nothing is written, and the caller hears it.
    Full,
    /// The connection dies after the commit: written, and the caller hears of a failure.
    Gone,
}

/// How the tablet's release writes an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// As this code does.
    Current,
    /// As the first release did.
    Oldest,
    /// As a release after this one might: a higher schema, and a field that nobody knows yet.
    Newer,
}

/// A store with what its person was told is saved in it.
#[derive(Clone, Debug)]
pub(crate) struct Contents {
    pub(crate) store: Rc<MemoryStore>,
    pub(crate) promised: BTreeMap<OperationId, Operation>,
}

/// One tablet.
pub(crate) struct Device {
    /// Whose, by place.
    pub(crate) person: usize,
    /// What it holds.
    pub(crate) contents: Contents,
    /// A copy that it may fall back to.
    pub(crate) copy: Option<Contents>,
    /// How far its clock is off, ms.
    pub(crate) clock_ms: i64,
    /// How it writes.
    pub(crate) dialect: Dialect,
    /// The tabs.
    pub(crate) tabs: [Tab; TABS],
    /// What its disk meets next.
    pub(crate) fault: Rc<Cell<Option<DiskFault>>>,
    /// Stores that fell back in time: one name for two histories.
    pub(crate) fallen: Vec<ActorId>,
    pulled: Rc<RefCell<Vec<LogRow>>>,
    off: Option<Protection>,
}

type Cycle = Pin<Box<dyn Future<Output = Result<(), DataError>>>>;

/// One tab: its cycle, while one runs, and its line.
#[derive(Default)]
pub(crate) struct Tab {
    cycle: Option<Cycle>,
    /// Its line.
    pub(crate) line: Rc<Line>,
}

/// What lies between a tab and the network.
#[derive(Debug, Default)]
pub(crate) struct Line {
    /// The number of the request that waits for an answer.
    pub(crate) ticket: Cell<u64>,
    /// A request that the network has not taken.
    pub(crate) outgoing: RefCell<Option<Ask>>,
    /// An answer that the tab has not read.
    pub(crate) answer: RefCell<Option<Result<Told, DataError>>>,
}

/// What a tab asks.
#[derive(Clone, Debug)]
pub(crate) enum Ask {
    /// An exchange.
    Exchange(SyncRequest),
    /// A snapshot that it was offered.
    Snapshot(Offer),
}

/// What it is told.
#[derive(Clone, Debug)]
pub(crate) enum Told {
    /// The answer to an exchange.
    Answer(Box<SyncResponse>),
    /// The records of a snapshot.
    Records(Vec<Record>),
}

impl Device {
    /// A tablet whose store was just created.
    pub(crate) fn new(person: usize, actor: ActorId, off: Option<Protection>) -> Self {
        Self {
            person,
            contents: Contents::new(actor),
            copy: None,
            clock_ms: 0,
            dialect: Dialect::Current,
            tabs: [Tab::default(), Tab::default()],
            fault: Rc::default(),
            fallen: Vec::new(),
            pulled: Rc::default(),
            off,
        }
    }

    /// Starts a cycle in a tab that runs none.
    pub(crate) fn start(&mut self, tab: usize) {
        if self.tabs[tab].cycle.is_some() {
            return;
        }
        let disk = Disk {
            store: Rc::clone(&self.contents.store),
            fault: Rc::clone(&self.fault),
            pulled: Rc::clone(&self.pulled),
            off: self.off,
        };
        let wire = Wire { line: Rc::clone(&self.tabs[tab].line), off: self.off };
        self.tabs[tab].cycle = Some(Box::pin(async move { cycle(&disk, &wire, &Quiet).await }));
    }

    /// Lets a tab's cycle go on to its next wait; gives its end.
    pub(crate) fn step(&mut self, tab: usize) -> Option<Result<(), DataError>> {
        let cycle = self.tabs[tab].cycle.as_mut()?;
        match cycle.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Pending => None,
            Poll::Ready(end) => {
                self.tabs[tab].cycle = None;
                Some(end)
            }
        }
    }

    /// Whether a tab runs a cycle.
    pub(crate) fn is_running(&self, tab: usize) -> bool {
        self.tabs[tab].cycle.is_some()
    }

    /// Kills a tab wherever it is.
    pub(crate) fn kill(&mut self, tab: usize) {
        let tab = &mut self.tabs[tab];
        tab.cycle = None;
        tab.line.hang_up();
    }

    /// Kills every tab.
    pub(crate) fn kill_all(&mut self) {
        (0..TABS).for_each(|tab| self.kill(tab));
    }

    /// The store is gone, as when the browser evicts it: a new one is created.
    pub(crate) fn evict(&mut self, actor: ActorId) {
        self.kill_all();
        self.contents = Contents::new(actor);
        self.copy = None;
        self.pulled.borrow_mut().clear();
    }

    /// Takes a copy of the store.
    pub(crate) fn fork(&mut self) {
        self.copy = Some(self.contents.fork());
    }

    /// The store falls back to its copy.
    pub(crate) fn fall_back(&mut self) {
        if let Some(copy) = &self.copy {
            let copy = copy.fork();
            self.kill_all();
            self.contents = copy;
            self.fallen.push(self.contents.store.0.borrow().state.actor);
        }
    }

    /// The tablet is switched off and on: what it holds comes back from where it was written.
    pub(crate) fn reopen(&mut self) {
        self.kill_all();
        let mut content = self.contents.store.0.borrow_mut();
        content.state = reread(&content.state);
        content.own.values_mut().for_each(|own| *own = reread(own));
        content.records.values_mut().for_each(|record| *record = reread(record));
    }

    /// Saves what a person did, in one transaction: what is written when it returns is promised.
    pub(crate) fn save(&mut self, intent: &Intent, id: OperationId, now_ms: u64) -> Option<Operation> {
        let fault = self.fault.take();
        if fault == Some(DiskFault::Full) {
            return None;
        }
        let state = self.contents.store.0.borrow().state.clone();
        let saved = block_on(self.contents.store.save(intent, id, now_ms)).unwrap();
        if self.off == Some(Protection::CounterStoredWithOperation) {
            self.contents.store.0.borrow_mut().state = state;
        }
        if fault.is_none() {
            self.contents.promised.insert(id, saved.operation.clone());
        }
        Some(saved.operation)
    }

    /// The tablet dies before a save's commit: nothing is stored, and nothing promised.
    pub(crate) fn save_and_die(&mut self, intent: Intent, id: OperationId, now_ms: u64) {
        if self.off == Some(Protection::SavedAfterCommit) {
            let operation = self.contents.store.0.borrow().state.clone().write(intent, id, now_ms);
            self.contents.promised.insert(id, operation);
        }
        self.kill_all();
    }
}

impl Contents {
    fn new(actor: ActorId) -> Self {
        Self { store: Rc::new(MemoryStore::new(actor)), promised: BTreeMap::new() }
    }

    fn fork(&self) -> Self {
        Self { store: Rc::new(MemoryStore::clone(&self.store)), promised: self.promised.clone() }
    }
}

impl Line {
    /// Nobody waits for an answer any more.
    pub(crate) fn hang_up(&self) {
        self.ticket.set(self.ticket.get() + 1);
        self.outgoing.take();
        self.answer.take();
    }
}

/// A value as it comes back from where it was written.
fn reread<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) -> T {
    let again = serde_json::from_str(&serde_json::to_string(value).unwrap()).unwrap();
    assert_eq!(&again, value, "a value changes where it is stored");
    again
}

/// The way out of a tab.
struct Wire {
    line: Rc<Line>,
    off: Option<Protection>,
}

impl Transport for Wire {
    async fn sync(&self, request: &SyncRequest) -> Result<SyncResponse, DataError> {
        let mut request = request.clone();
        if self.off == Some(Protection::AcknowledgedMark) {
            request.acknowledged = Mark::START;
        }
        match self.ask(Ask::Exchange(request.clone())).await? {
            Told::Answer(answer) => answer.unfolded(&request.operations).ok_or_else(misplaced),
            Told::Records(_) => Err(misplaced()),
        }
    }

    async fn snapshot(&self, offer: &Offer) -> Result<Vec<Record>, DataError> {
        match self.ask(Ask::Snapshot(offer.clone())).await? {
            Told::Records(records) => Ok(records),
            Told::Answer(_) => Err(misplaced()),
        }
    }
}

impl Wire {
    async fn ask(&self, ask: Ask) -> Result<Told, DataError> {
        self.line.hang_up();
        self.line.outgoing.replace(Some(ask));
        poll_fn(|_| self.line.answer.take().map_or(Poll::Pending, Poll::Ready)).await
    }
}

fn misplaced() -> DataError {
    DataError::Unreadable("an answer to something else".to_owned())
}

/// The tablet's store, where every verb is a moment at which the other tab may go first.
struct Disk {
    store: Rc<MemoryStore>,
    fault: Rc<Cell<Option<DiskFault>>>,
    /// Every row taken, for the mutants that fold wrongly.
    pulled: Rc<RefCell<Vec<LogRow>>>,
    off: Option<Protection>,
}

/// Waits once.
async fn pause() {
    let mut has_waited = false;
    poll_fn(|_| if std::mem::replace(&mut has_waited, true) { Poll::Ready(()) } else { Poll::Pending }).await;
}

impl Disk {
    fn lacks(&self, protection: Protection) -> bool {
        self.off == Some(protection)
    }

    /// The answer as a store without some protection understands it.
    fn misread(&self, response: &SyncResponse) -> SyncResponse {
        let cursor = self.store.0.borrow().state.cursor;
        let mut response = response.clone();
        if self.lacks(Protection::AnswerForItsCursorOnly) {
            response.base = cursor;
        }
        if self.lacks(Protection::RefusedWithoutEffect) {
            response.rows.iter_mut().for_each(|row| row.disposition = shared::merge::operation::Disposition::Ok);
        }
        response
    }
}

impl Store for Disk {
    async fn load(&self) -> Result<Loaded, DataError> {
        self.store.load().await
    }

    async fn save(&self, intent: &Intent, id: OperationId, now_ms: u64) -> Result<Saved, DataError> {
        self.store.save(intent, id, now_ms).await
    }

    async fn outbox(&self) -> Result<Outbox, DataError> {
        pause().await;
        self.store.outbox().await
    }

    async fn take(&self, sent: &[Operation], response: &SyncResponse) -> Result<Option<Taken>, DataError> {
        pause().await;
        let fault = self.fault.take();
        if fault == Some(DiskFault::Full) {
            return Err(DataError::StoreFull);
        }
        let response = self.misread(response);
        if fault == Some(DiskFault::Gone) && self.lacks(Protection::AnswerTakenWhole) {
            self.store.0.borrow_mut().state.take(sent, &response);
            return Err(DataError::StoreUnavailable(String::new()));
        }
        let taken = self.store.take(sent, &response).await?;
        if taken.is_none() && self.lacks(Protection::ReceiptsForTheirCursorOnly) {
            for (operation, receipt) in answered(sent, &response) {
                let mut content = self.store.0.borrow_mut();
                content.own.get_mut(&operation.counter).unwrap().receipt = Some(receipt.clone());
            }
        }
        if self.lacks(Protection::AwaitedUntilPassed) {
            self.store.0.borrow_mut().state.awaited.clear();
        }
        if taken.is_some() && self.lacks(Protection::FoldedAnewAfterRewind) {
            self.pulled.borrow_mut().extend(response.rows.iter().cloned());
        }
        if taken.is_some() {
            // The application does it when nobody waits; here that is always.
            self.prune().await?;
        }
        if fault.is_some() { Err(DataError::StoreUnavailable(String::new())) } else { Ok(taken) }
    }

    async fn adopt(&self, offer: &Offer, records: Vec<Record>) -> Result<Option<Loaded>, DataError> {
        pause().await;
        let fault = self.fault.take();
        if fault == Some(DiskFault::Full) {
            return Err(DataError::StoreFull);
        }
        if fault == Some(DiskFault::Gone) && self.lacks(Protection::SnapshotTakenWhole) {
            self.store.0.borrow_mut().state.adopt(offer);
            return Err(DataError::StoreUnavailable(String::new()));
        }
        let before = self.store.0.borrow().state.clone();
        let mut offer = offer.clone();
        if self.lacks(Protection::SnapshotAheadOnly) {
            offer.at.sequence = offer.at.sequence.max(before.cursor.sequence + 1).max(before.acknowledged.sequence);
        }
        if self.lacks(Protection::SnapshotAheadOnly) || self.lacks(Protection::SnapshotWhereOffered) {
            offer.base = [before.cursor, before.acknowledged];
        }
        let loaded = self.store.adopt(&offer, records).await?;
        if loaded.is_some() && self.lacks(Protection::SnapshotAheadOnly) {
            self.store.0.borrow_mut().state.cursor = before.cursor;
        }
        if fault.is_some() { Err(DataError::StoreUnavailable(String::new())) } else { Ok(loaded) }
    }

    async fn rewind(&self, common: u64) -> Result<(), DataError> {
        pause().await;
        let fault = self.fault.take();
        if fault == Some(DiskFault::Full) {
            return Err(DataError::StoreFull);
        }
        let marks = self.store.0.borrow().state.marks.clone();
        self.store.rewind(if self.lacks(Protection::OfferedAgain) { u64::MAX } else { common }).await?;
        let mut content = self.store.0.borrow_mut();
        if self.lacks(Protection::AcknowledgedMarkAfterRewind) {
            content.state.acknowledged = Mark::START;
        }
        if self.lacks(Protection::RewoundBeforeDropped) {
            let latest = marks.into_iter().rfind(|mark| mark.sequence <= common);
            content.state.cursor = latest.unwrap_or(content.state.cursor);
        }
        if self.lacks(Protection::OperationsKeptOnRewind) {
            content.own.retain(|_, own| own.is_unsent());
        }
        if self.lacks(Protection::FoldedAnewAfterRewind) {
            for row in self.pulled.borrow().iter().filter(|row| row.disposition.takes_effect()) {
                let record = row.operation.record;
                let new = || shared::record::Record::new(&row.operation);
                content.records.entry(record).or_insert_with(new).apply_row(row);
            }
        }
        if fault.is_some() { Err(DataError::StoreUnavailable(String::new())) } else { Ok(()) }
    }

    async fn prune(&self) -> Result<(), DataError> {
        if self.lacks(Protection::KeptUntilBackedUp) {
            self.store.0.borrow_mut().own.retain(|_, own| own.is_unsent() || own.open_refusal().is_some());
        }
        self.store.prune().await
    }

    async fn dismiss(&self, operation: &Operation) -> Result<(), DataError> {
        self.store.dismiss(operation).await
    }

    async fn published(&self, key: &str) -> Result<Option<String>, DataError> {
        self.store.published(key).await
    }

    async fn publish(&self, key: &str, text: &str) -> Result<(), DataError> {
        self.store.publish(key, text).await
    }
}

/// Nobody watches.
struct Quiet;

impl Watcher for Quiet {
    fn tablet_ms(&self) -> u64 {
        0
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
