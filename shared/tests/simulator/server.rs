//! The server: the real log of `shared` over rows on a disk, with the steps of `server/src/routes/sync.rs` and
//! `server/src/keeper.rs` around it.

use std::{
    collections::{BTreeMap, HashMap},
    rc::Rc,
};

use shared::{
    api::{ErrorCode, ErrorDetail, PROTOCOL_OF_ROWS, Receipt, SyncRequest, SyncResponse},
    authorize::{Action, authorize, scope},
    calendar::Month,
    id::{Digest, OperationId},
    issue::RefusalCode,
    merge::{
        operation::{Body, Disposition, LogRow, Mark, Operation, SCHEMA},
        register::Register,
        stamp::Stamp,
    },
    person::Person,
    record::Record,
    sync::{
        accept::{Entry, Log, Verdict, aside, read},
        lineage, run,
        snapshot::{self, Offer},
    },
};

use crate::{
    backups::Backups,
    cast::{CAMPAIGN, START_MS, UNITS, people},
    data::error::DataError,
    device::Dialect,
    periods::{self, Freeze, Published},
    protection::Protection,
    random::Random,
};

/// The campaign's year.
const YEAR: u16 = 2021;

/// What the next request meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ServerFault {
    /// The process dies before the commit.
    KilledBeforeCommit,
    /// The process dies after the commit, before the answer.
    KilledAfterCommit,
    /// The commit fails, and the process lives on with a memory that is ahead of the disk.
    CommitFails,
    /// Too many requests.
    Busy,
}

/// The server.
pub(crate) struct Server {
    /// Who may do what, now.
    pub(crate) people: Vec<Person>,
    /// The disk.
    pub(crate) rows: Vec<Rc<Entry>>,
    /// When each row of the disk was received, by the clock.
    pub(crate) received: Vec<u64>,
    /// What stands beside the log.
    pub(crate) asides: Vec<OperationId>,
    /// Copies of the disk.
    pub(crate) backups: Backups,
    /// What was frozen.
    pub(crate) freezes: Vec<Freeze>,
    /// The clock, ms since 1970.
    pub(crate) now_ms: u64,
    /// What the next request meets.
    pub(crate) fault: Option<ServerFault>,
    /// Rows in one answer at most.
    pub(crate) page: usize,
    /// Snapshots that were made, each with what decided what it holds.
    snapshots: BTreeMap<Digest, (Digest, Mark, Vec<u8>)>,
    /// Receipts that left before their rows were on the disk.
    pub(crate) lies: usize,
    log: Log,
    off: Option<Protection>,
}

/// One operation as it arrives.
pub(crate) enum Incoming {
    /// A readable one.
    Operation(Operation),
    /// One that nobody can read.
    Unreadable(Receipt),
}

impl Server {
    /// A server with an empty log.
    pub(crate) fn new(page: usize, off: Option<Protection>) -> Self {
        Self {
            people: people(),
            rows: Vec::new(),
            received: Vec::new(),
            asides: Vec::new(),
            backups: Backups::new(),
            freezes: Vec::new(),
            now_ms: START_MS,
            fault: None,
            page,
            snapshots: BTreeMap::new(),
            lies: 0,
            log: Log::new(CAMPAIGN, UNITS),
            off,
        }
    }

    /// The log as it stands in memory.
    pub(crate) const fn log(&self) -> &Log {
        &self.log
    }

    /// Answers a request of a person, or dies over it.
    pub(crate) fn handle(
        &mut self,
        request: &SyncRequest,
        operations: Vec<Incoming>,
        person: usize,
        random: &mut Random,
    ) -> Option<Result<SyncResponse, DataError>> {
        let fault = self.fault.take();
        if fault == Some(ServerFault::Busy) {
            return Some(Err(failure(ErrorCode::Unavailable, None, None)));
        }
        if !operations.is_empty()
            && !self.lacks(Protection::LineageBeforePush)
            && let Err(refused) = self.check_lineage(request)
        {
            return Some(Err(refused));
        }
        if self.lacks(Protection::UnreadableAlone) && operations.iter().any(Incoming::is_unreadable) {
            return Some(Err(failure(ErrorCode::MalformedRequest, None, None)));
        }
        let durable = self.rows.len();
        let receipts = self.push(operations, person);
        match fault {
            Some(ServerFault::KilledBeforeCommit | ServerFault::CommitFails) => {
                self.rows.truncate(durable);
                self.received.truncate(durable);
                if self.lacks(Protection::ReceiptsAfterCommit) && !receipts.is_empty() {
                    return Some(Ok(self.answer(request, receipts, person, random)));
                }
                let is_killed = fault == Some(ServerFault::KilledBeforeCommit);
                self.restart();
                return (!is_killed).then(|| Err(failure(ErrorCode::Unavailable, None, None)));
            }
            Some(ServerFault::KilledAfterCommit) => {
                self.restart();
                return None;
            }
            Some(ServerFault::Busy) | None => {}
        }
        if let Err(refused) = self.check_lineage(request) {
            return Some(Err(refused));
        }
        // Who is offered one, and how old it is, is the server's affair: correctness does not depend on it.
        let is_ahead = self.log.head().sequence > request.cursor.sequence.max(request.acknowledged.sequence);
        if request.protocol > PROTOCOL_OF_ROWS && request.operations.is_empty() && is_ahead && random.chance(25) {
            return Some(Err(self.offer(request, person, random)));
        }
        Some(Ok(self.answer(request, receipts, person, random)))
    }

    fn offer(&mut self, request: &SyncRequest, person: usize, random: &mut Random) -> DataError {
        let person = &self.people[person];
        let scope = scope(person, SCHEMA);
        let known = self.snapshots.iter().filter(|(_, (whose, at, _))| {
            *whose == scope
                && at.sequence >= request.acknowledged.sequence
                && self.chain_at(at.sequence) == Some(at.chain)
        });
        let known = known.map(|(sha256, (_, at, _))| (*sha256, *at)).next();
        let (sha256, at) = known.filter(|_| random.chance(50)).unwrap_or_else(|| {
            let at = self.log.head();
            let text = snapshot::write(
                at,
                self.log
                    .replica()
                    .all()
                    .filter(|record| authorize(person, Action::ReadRecord(record.kind, record.unit))),
            );
            let sha256 = Digest::of_content(&text);
            self.snapshots.insert(sha256, (scope, at, text));
            (sha256, at)
        });
        let (counter, stamp) = self.log.reach(request.actor);
        let base = [request.cursor, request.acknowledged];
        let offer = Offer { url: String::new(), sha256, at, base, scope, counter, stamp };
        failure(ErrorCode::Snapshot, Some(Box::new(offer)), None)
    }

    /// The records of a snapshot, while the person may see them and the server has them.
    pub(crate) fn snapshot(&self, offer: &Offer, person: usize) -> Result<Vec<Record>, DataError> {
        let found =
            self.snapshots.get(&offer.sha256).filter(|(whose, ..)| *whose == scope(&self.people[person], SCHEMA));
        let (.., text) = found.ok_or_else(|| failure(ErrorCode::NotFound, None, None))?;
        snapshot::read(offer, text).map_err(DataError::Unreadable)
    }

    /// The process ends and starts again: the memory is read anew from the disk.
    pub(crate) fn restart(&mut self) {
        self.snapshots.clear();
        self.log = Log::new(CAMPAIGN, UNITS);
        for entry in &self.rows {
            self.log.replay(&entry.row);
        }
        self.tell_what_is_frozen();
    }

    /// Takes a backup.
    pub(crate) fn back_up(&mut self) {
        self.backups.take((self.rows.clone(), self.freezes.clone()), self.now_ms);
    }

    /// A backup is copied back.
    pub(crate) fn restore(&mut self, backup: usize) {
        let (rows, freezes) = self.backups.restore(backup, self.now_ms);
        self.rows = rows.iter().map(reread).collect();
        self.freezes = freezes;
        self.received = self.rows.iter().map(|entry| entry.row.received_ms).collect();
        self.restart();
    }

    /// Freezes the running month as it stands, or takes it up again if it is frozen.
    pub(crate) fn freeze(&mut self) {
        let running = Some(Month::of_ms(self.now_ms)).filter(|month| month.year() == YEAR);
        let month = running.unwrap_or(Month::january(YEAR));
        let head = self.log.head();
        match self.freezes.iter_mut().find(|freeze| freeze.month == month && freeze.reopened.is_none()) {
            Some(freeze) => freeze.reopened = Some(head.sequence),
            None => self.freezes.push(Freeze::of(month, head, self.log.replica())),
        }
        self.tell_what_is_frozen();
    }

    /// What is published of a freeze.
    pub(crate) fn published(&self, freeze: &Freeze) -> Published {
        if self.lacks(Protection::ResultOfItsMark) {
            return Published::of(freeze.month, freeze.mark, self.log.replica());
        }
        freeze.published.clone()
    }

    fn tell_what_is_frozen(&mut self) {
        if !self.lacks(Protection::LateTold) {
            self.log.set_frozen(periods::frozen(&self.freezes));
        }
    }

    /// Whether a person may see a row: the twin of the store's `visible`.
    pub(crate) fn sees(person: &Person, row: &LogRow) -> bool {
        let operation = &row.operation;
        let is_own = operation.author == person.id;
        (row.disposition.takes_effect() || is_own)
            && authorize(person, Action::ReadRecord(operation.kind, operation.unit))
    }

    fn lacks(&self, protection: Protection) -> bool {
        self.off == Some(protection)
    }

    fn chain_at(&self, sequence: u64) -> Option<Digest> {
        if sequence == 0 {
            return Some(Digest::ZERO);
        }
        self.rows.get(usize::try_from(sequence - 1).unwrap()).map(|entry| entry.row.chain)
    }

    fn check_lineage(&self, request: &SyncRequest) -> Result<(), DataError> {
        let mut marks = vec![request.acknowledged, request.cursor];
        if self.lacks(Protection::CursorMark) {
            marks.pop();
        }
        let known = |mark: Mark| {
            let chain = self.chain_at(mark.sequence);
            (mark, if self.lacks(Protection::ChainInMarks) { chain.and(Some(mark.chain)) } else { chain })
        };
        let marks: Vec<(Mark, Option<Digest>)> = marks.into_iter().map(known).collect();
        lineage::check(&marks).map_err(|common| failure(ErrorCode::Lineage, None, Some(common)))
    }

    fn push(&mut self, operations: Vec<Incoming>, person: usize) -> Vec<Receipt> {
        let mut receipts = Vec::with_capacity(operations.len());
        let places: HashMap<OperationId, usize> = if operations.is_empty() {
            HashMap::new()
        } else {
            self.rows.iter().enumerate().map(|(place, entry)| (entry.row.operation.id, place)).collect()
        };
        for incoming in operations {
            let receipt = match incoming {
                Incoming::Operation(operation) => self.accept(operation, person, &places),
                Incoming::Unreadable(receipt) => {
                    self.asides.push(receipt.id);
                    receipt
                }
            };
            let is_refused = receipt.refusal().is_some();
            receipts.push(receipt);
            if is_refused && self.lacks(Protection::RefusalAlone) {
                break;
            }
        }
        receipts
    }

    fn accept(&mut self, operation: Operation, person: usize, places: &HashMap<OperationId, usize>) -> Receipt {
        let operation = self.mistreated(operation);
        // The keeper asks the store for what the log may hold; the unique index answers for the rest.
        let held = places.get(&operation.id).map(|place| Rc::clone(&self.rows[*place]));
        let held = held.filter(|_| !self.lacks(Protection::IdLookedUp));
        let misjudges = self.lacks(Protection::StampsClamped) || self.lacks(Protection::StampsRise);
        let before = misjudges.then(|| self.log.clone());
        let id = operation.id;
        if self.lacks(Protection::EverySchema) && operation.schema != shared::merge::operation::SCHEMA {
            self.asides.push(id);
            return aside(id, Disposition::Refused(RefusalCode::Malformed));
        }
        match self.log.accept(operation, &self.people[person], held.as_deref(), self.now_ms) {
            Verdict::Next(entry) => {
                let entry = before.map_or_else(|| (*entry).clone(), |before| self.misjudged(&entry, before));
                let receipt = entry.receipt();
                self.rows.push(Rc::new(entry));
                self.received.push(self.now_ms);
                receipt
            }
            Verdict::Known(receipt) => receipt,
            Verdict::Aside(receipt) => {
                self.asides.push(id);
                receipt
            }
        }
    }

    /// The operation as a server that settles conflicts by itself would store it.
    fn mistreated(&self, mut operation: Operation) -> Operation {
        if self.lacks(Protection::OperationsImmutable)
            && let Some(record) = self.log.replica().get(operation.record)
            && let Body::Edit { fields } = &mut operation.body
        {
            for edit in fields {
                edit.over = record.registers.get(&edit.field).map(Register::seen).unwrap_or_default();
            }
        }
        operation
    }

    /// The row as a server without some protection would write it.
    fn misjudged(&mut self, entry: &Entry, mut before: Log) -> Entry {
        let mut entry = entry.clone();
        let own = entry.row.operation.stamp;
        let is_clamped = !self.lacks(Protection::StampsClamped);
        let stamp = if is_clamped { own.effective(self.now_ms, Stamp::default()) } else { own };
        let row = &mut entry.row;
        row.effective_stamp = stamp;
        row.chain = LogRow::link(before.head().chain, &row.operation, stamp, row.disposition);
        before.replay(row);
        self.log = before;
        entry
    }

    fn answer(
        &mut self,
        request: &SyncRequest,
        receipts: Vec<Receipt>,
        person: usize,
        random: &mut Random,
    ) -> SyncResponse {
        let is_lie = |receipt: &Receipt| receipt.is_stored() && self.chain_at(receipt.mark.sequence).is_none();
        self.lies += receipts.iter().filter(|receipt| is_lie(receipt)).count();
        let person = &self.people[person];
        let after = request.cursor.sequence + u64::from(self.lacks(Protection::PageWithoutGap) && random.chance(20));
        let limit = self.page.min(usize::try_from(request.limit).unwrap());
        let mut rows: Vec<LogRow> = Vec::new();
        let mut more = false;
        for entry in self.rows.iter().skip(usize::try_from(after).unwrap()) {
            if !Self::sees(person, &entry.row) {
                continue;
            }
            if rows.len() == limit {
                more = true;
                break;
            }
            rows.push(entry.row.clone());
        }
        if self.lacks(Protection::NoOvertaking) && rows.len() > 1 && random.chance(20) {
            rows.remove(rows.len() - 2);
        }
        let head = self.rows.last().map_or(Mark::START, |entry| mark_of(&entry.row));
        let last = rows.last().map(mark_of).filter(|_| more && !self.lacks(Protection::CursorOfThePage));
        let now_ms = self.now_ms;
        let scope = Some(scope(person, SCHEMA)).filter(|_| !self.lacks(Protection::ScopeNoticed));
        let next = last.unwrap_or(head);
        let is_rash = self.lacks(Protection::OldestBackupTold);
        let backed_up = Some(if is_rash { self.backups.newest() } else { self.backups.horizon() });
        let nothing = SyncResponse::nothing_new(request.cursor, now_ms);
        let answer = SyncResponse { receipts, rows, next, more, scope, backed_up, ..nothing };
        if request.protocol > PROTOCOL_OF_ROWS && random.chance(80) { in_short(answer) } else { answer }
    }

    /// A row is written over, as a server would that improves its past.
    pub(crate) fn rewrite_a_row(&mut self, random: &mut Random) {
        if self.lacks(Protection::RowsImmutable) && !self.rows.is_empty() {
            let place = random.place(self.rows.len());
            let mut entry = Entry::clone(&self.rows[place]);
            entry.row.disposition = Disposition::Refused(RefusalCode::PeriodFrozen);
            self.rows[place] = Rc::new(entry);
            self.restart();
        }
    }
}

impl Incoming {
    /// What arrives of an operation that a tablet of some release sends.
    pub(crate) fn of(operation: Operation, dialect: Dialect, is_poisonous: bool) -> Self {
        if dialect == Dialect::Current && !is_poisonous {
            return Self::Operation(operation);
        }
        let mut text = serde_json::to_value(&operation).unwrap();
        if is_poisonous {
            text["body"] = serde_json::json!({ "type": "attach", "blob": 7 });
        } else {
            text["schema"] = if dialect == Dialect::Oldest { 1 } else { 1_000 }.into();
            text["unheard"] = (dialect == Dialect::Newer).into();
        }
        read(&text.to_string()).map_or_else(Self::Unreadable, Self::Operation)
    }

    const fn is_unreadable(&self) -> bool {
        matches!(self, Self::Unreadable(_))
    }
}

/// The answer with what its receiver has just sent in short.
fn in_short(answer: SyncResponse) -> SyncResponse {
    let (receipts, rows, runs) = run::shorten(answer.receipts, answer.rows, |row| row);
    SyncResponse { receipts, rows, runs, ..answer }
}

/// An entry as it comes back from where it was written.
fn reread(entry: &Rc<Entry>) -> Rc<Entry> {
    let row: LogRow = serde_json::from_str(&serde_json::to_string(&entry.row).unwrap()).unwrap();
    assert_eq!(row, entry.row, "a row changes where it is stored");
    Rc::new(Entry { row, issues: entry.issues.clone() })
}

/// A row's mark.
pub(crate) const fn mark_of(row: &LogRow) -> Mark {
    Mark { sequence: row.sequence, chain: row.chain }
}

fn failure(code: ErrorCode, snapshot: Option<Box<Offer>>, common: Option<u64>) -> DataError {
    DataError::Server(Box::new(ErrorDetail {
        code,
        message: String::new(),
        fields: Vec::new(),
        retry_after_seconds: None,
        common,
        snapshot,
        request_id: String::new(),
    }))
}
