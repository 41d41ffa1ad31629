//! What a person's store holds, in memory, as of one revision; and what is to be written when it changes.
//!
//! On the tablet lie a base (what the store holds, in few large values) and a journal (what changed since, one small
//! value a change). A save adds one value to the journal. From time to time the journal is folded into the base.
//! Nothing here waits or writes: every change gives a [`Plan`], and is made here once the plan is written.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use serde::{Deserialize, Serialize};
use shared::{
    id::{ActorId, OperationId, RecordId},
    record::Record,
    sync::client::{ClientState, OwnOperation},
};

use crate::data::indexed_db::{
    decode, encode,
    frames::{self, Frame},
    schema::{ARCHIVE, BASE_KEY, HEAD, JOURNAL, OPEN, PAGES},
    tx::TxError,
};

/// Changes in the journal from which on it is folded into the base: as many are read at every start.
const JOURNAL_ENTRIES_MAX: usize = 128;

/// The same in bytes.
const JOURNAL_BYTES_MAX: usize = 512 * 1024;

/// Records that a change may put into the journal; more go into a page at once.
const CHANGE_RECORDS_MAX: usize = 64;

/// Records of the page that is read first: what a screen shows, and a little more.
const FIRST_PAGE_RECORDS: usize = 64;

/// Records of every other page.
const PAGE_RECORDS_MAX: usize = 1_000;

/// Small pages that may gather before they become one.
const SMALL_PAGES_MAX: usize = 16;

/// Own operations in one value.
const BATCH_OPERATIONS_MAX: usize = 500;

/// Where the store stands; both are written with every change, and compared before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Head {
    /// The last change.
    pub(super) revision: u64,
    /// The change with which the base was written.
    pub(super) base: u64,
}

/// What lies where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Base {
    /// The store's own state.
    pub(super) state: ClientState,
    /// Pages, newest first: where a record is in several, the first counts.
    pub(super) pages: Vec<Page>,
    /// The values of open own operations.
    pub(super) open: Vec<String>,
    /// The values of settled ones.
    pub(super) archive: Vec<Batch>,
}

/// A page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Page {
    /// Its key. Keys are never used twice, so that an old page is not taken for a new one.
    pub(super) key: String,
    /// How many records lie in it.
    pub(super) records: usize,
}

/// Settled own operations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Batch {
    /// Its key.
    pub(super) key: String,
    /// The highest place in the log of any of them; beyond every place where one has none.
    pub(super) last: u64,
}

impl Batch {
    /// Whether all of them stand in the log up to a row.
    const fn may_go(&self, passed: u64) -> bool {
        self.last > 0 && self.last <= passed
    }
}

/// A change, as it lies in the journal before its records.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Entry {
    /// The state, where more than the own operations tell has changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    state: Option<ClientState>,
    /// Own operations as they stand now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    own: Vec<OwnOperation>,
}

/// What changes.
#[derive(Clone, Debug, Default)]
pub(super) struct Change {
    /// The state; `None` when nothing changed but what the own operations tell.
    pub(super) state: Option<ClientState>,
    /// Own operations as they stand now.
    pub(super) own: Vec<OwnOperation>,
    /// Records as they stand now.
    pub(super) records: Vec<(RecordId, Frame)>,
}

/// What a change writes, in one transaction.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Object stores that are emptied first.
    pub(super) clear: Vec<&'static str>,
    /// Values that go.
    pub(super) delete: Vec<(&'static str, String)>,
    /// Values that come, to be sealed.
    pub(super) put: Vec<(&'static str, String, Vec<u8>)>,
    /// The head afterwards.
    pub(super) head: Head,
    /// What is in memory afterwards, where the base is written.
    after: Option<Box<Content>>,
}

/// What is in memory.
#[derive(Clone, Debug)]
pub(super) struct Content {
    /// As of when.
    pub(super) head: Head,
    /// What lies where on the tablet.
    pub(super) base: Base,
    /// The store's own state.
    pub(super) state: ClientState,
    /// Own operations that concern the person, by counter.
    pub(super) open: BTreeMap<u64, OwnOperation>,
    /// Own operations that were settled since the base was written.
    settled: BTreeMap<u64, OwnOperation>,
    /// Every record, as far as the pages are read.
    pub(super) records: BTreeMap<RecordId, Frame>,
    pages_read: usize,
    journal_entries: usize,
    journal_bytes: usize,
    untold: Untold,
}

/// What other tabs changed and whoever works with this store was not told yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Untold {
    /// These records.
    Records(BTreeSet<RecordId>),
    /// Everything: it was read anew.
    All,
}

impl Content {
    /// An empty store.
    pub(super) fn new(actor: ActorId) -> Self {
        let state = ClientState::new(actor);
        Self::of_base(Head::default(), Base { state, pages: Vec::new(), open: Vec::new(), archive: Vec::new() })
    }

    /// What a base says by itself; the journal, own operations and pages are added, the newest first: what is here
    /// already is newer.
    pub(super) fn of_base(head: Head, base: Base) -> Self {
        Self {
            head: Head { revision: head.base, ..head },
            state: base.state.clone(),
            base,
            open: BTreeMap::new(),
            settled: BTreeMap::new(),
            records: BTreeMap::new(),
            pages_read: 0,
            journal_entries: 0,
            journal_bytes: 0,
            untold: Untold::All,
        }
    }

    /// Adds the next page.
    pub(super) fn add_page(&mut self, key: &str, bytes: Vec<u8>) -> Result<(), TxError> {
        let key: Rc<str> = key.into();
        for (id, frame) in frames::read(bytes, 0, Some(&key))? {
            self.records.entry(id).or_insert(frame);
        }
        self.pages_read = self.pages_read.saturating_add(1);
        Ok(())
    }

    /// The pages that are not here yet, newest first.
    pub(super) fn unread_pages(&self) -> impl Iterator<Item = &str> {
        self.base.pages.iter().skip(self.pages_read).map(|page| page.key.as_str())
    }

    /// The key of the last page that is here; text before every key when none is.
    pub(super) fn last_page_read(&self) -> &str {
        let last = self.pages_read.checked_sub(1).and_then(|last| self.base.pages.get(last));
        last.map_or("", |page| page.key.as_str())
    }

    /// How many records there are, those counted twice that lie in two pages.
    pub(super) fn records_about(&self) -> usize {
        let paged = self.base.pages.iter().map(|page| page.records).fold(0, usize::saturating_add);
        paged.max(self.records.len())
    }

    /// Whether every page is here.
    pub(super) fn is_whole(&self) -> bool {
        self.pages_read == self.base.pages.len()
    }

    /// Adds open own operations of the base.
    pub(super) fn add_own(&mut self, bytes: &[u8]) -> Result<(), TxError> {
        for own in decode::<Vec<OwnOperation>>(bytes)? {
            let counter = own.operation.counter;
            if !self.settled.contains_key(&counter) {
                self.open.entry(counter).or_insert(own);
            }
        }
        Ok(())
    }

    /// Adds the next change of the journal.
    pub(super) fn add_change(&mut self, bytes: Vec<u8>) -> Result<(), TxError> {
        let damaged = || TxError::Corrupt("the journal is damaged".to_owned());
        let length = bytes.first_chunk::<4>().map(|length| u32::from_be_bytes(*length)).ok_or_else(damaged)?;
        let end = usize::try_from(length).ok().and_then(|length| length.checked_add(4)).ok_or_else(damaged)?;
        let Entry { state, own } = decode(bytes.get(4..end).ok_or_else(damaged)?)?;
        let size = bytes.len();
        let records = frames::read(bytes, end, None)?;
        if let Untold::Records(untold) = &mut self.untold {
            untold.extend(records.iter().map(|(id, _)| *id));
        }
        self.head.revision = self.head.revision.saturating_add(1);
        self.journal_entries = self.journal_entries.saturating_add(1);
        self.journal_bytes = self.journal_bytes.saturating_add(size);
        self.apply(Change { state, own, records });
        Ok(())
    }

    /// What nobody was told yet; from now on it is told.
    pub(super) fn tell(&mut self) -> Untold {
        std::mem::replace(&mut self.untold, Untold::Records(BTreeSet::new()))
    }

    /// Everything in memory was replaced: nobody was told any of it.
    pub(super) fn untell(&mut self) {
        self.untold = Untold::All;
    }

    /// A record.
    pub(super) fn record(&self, id: RecordId) -> Result<Option<Record>, TxError> {
        self.records.get(&id).map(Frame::record).transpose()
    }

    /// The own operation of an id, unless it is settled for long.
    pub(super) fn own(&self, id: OperationId) -> Option<&OwnOperation> {
        self.open.values().chain(self.settled.values()).find(|own| own.operation.id == id)
    }

    /// Own operations that are not in the archive.
    pub(super) fn unarchived(&self) -> impl Iterator<Item = &OwnOperation> {
        self.open.values().chain(self.settled.values())
    }

    /// Whether the journal should be folded.
    pub(super) fn is_untidy(&self) -> bool {
        self.journal_entries > JOURNAL_ENTRIES_MAX || self.journal_bytes > JOURNAL_BYTES_MAX
    }

    /// Whether own operations lie here that [`shared::sync::horizon`] lets go.
    pub(super) fn holds_what_may_go(&self) -> bool {
        let horizon = &self.state.horizon;
        self.base.archive.iter().any(|batch| batch.may_go(horizon.passed()))
            || self.settled.values().any(|own| horizon.lets_go(own))
    }

    /// What writes a change: a value of the journal, or a page with everything that the journal holds.
    pub(super) fn plan(&self, change: &Change) -> Result<Plan, TxError> {
        if change.records.len() > CHANGE_RECORDS_MAX {
            return self.fold(change);
        }
        let revision = self.head.revision.saturating_add(1);
        let entry = encode(&Entry { state: change.state.clone(), own: change.own.clone() })?;
        let mut bytes = u32::try_from(entry.len()).unwrap_or(u32::MAX).to_be_bytes().to_vec();
        bytes.extend(entry);
        for (id, frame) in &change.records {
            frame.write(*id, &mut bytes);
        }
        let put = vec![(JOURNAL, journal_key(revision), bytes)];
        Ok(Plan { put, head: Head { revision, ..self.head }, ..Plan::default() })
    }

    /// What folds the journal, and a change with it, into the base.
    pub(super) fn fold(&self, change: &Change) -> Result<Plan, TxError> {
        let mut after = self.clone();
        after.apply(change.clone());
        let mut merged = after.mergeable();
        if after.is_wasteful() {
            merged.extend(after.base.pages.iter().map(|page| page.key.clone()));
        }
        let is_moving = |frame: &Frame| frame.page.as_deref().is_none_or(|page| merged.contains(page));
        let run: Vec<(RecordId, Frame)> = after
            .records
            .iter()
            .filter(|(_, frame)| is_moving(frame))
            .map(|(id, frame)| (*id, frame.clone()))
            .collect();
        let passed = after.state.horizon.passed();
        let (gone, archive): (Vec<Batch>, _) = after.base.archive.into_iter().partition(|batch| batch.may_go(passed));
        after.base.archive = archive;
        let gone = gone.into_iter().map(|batch| (ARCHIVE, batch.key));
        let delete = merged.iter().map(|key| (PAGES, key.clone())).chain(gone).collect();
        after.base.pages.retain(|page| !merged.contains(&page.key));
        after.write_base(run, Plan { delete, ..Plan::default() })
    }

    /// What writes everything anew, after records were taken away. `own` are all own operations ever written here;
    /// without them the archive stays as it is.
    pub(super) fn rewrite(mut self, own: Option<Vec<OwnOperation>>) -> Result<Plan, TxError> {
        let mut plan = Plan { clear: vec![PAGES], ..Plan::default() };
        self.base.pages.clear();
        if let Some(own) = own {
            plan.clear.push(ARCHIVE);
            self.base.archive.clear();
            self.open.clear();
            self.settled.clear();
            for own in own {
                self.file(own);
            }
        }
        let run = self.records.iter().map(|(id, frame)| (*id, frame.clone())).collect();
        self.write_base(run, plan)
    }

    /// Makes a change that is written.
    pub(super) fn commit(&mut self, plan: Plan, change: Change) {
        if let Some(after) = plan.after {
            *self = *after;
            return;
        }
        self.head = plan.head;
        self.journal_entries = self.journal_entries.saturating_add(1);
        let bytes = plan.put.iter().map(|(_, _, bytes)| bytes.len()).fold(0, usize::saturating_add);
        self.journal_bytes = self.journal_bytes.saturating_add(bytes);
        self.apply(change);
    }

    fn apply(&mut self, change: Change) {
        self.state = change.state.unwrap_or_else(|| self.state.clone());
        for own in change.own {
            self.state.counter = self.state.counter.max(own.operation.counter);
            self.state.stamp = self.state.stamp.max(own.operation.stamp);
            self.file(own);
        }
        self.records.extend(change.records);
    }

    fn file(&mut self, own: OwnOperation) {
        let counter = own.operation.counter;
        if own.is_unsent() || own.open_refusal().is_some() {
            self.settled.remove(&counter);
            self.open.insert(counter, own);
        } else {
            self.open.remove(&counter);
            self.settled.insert(counter, own);
        }
    }

    /// The newest pages, when too many small ones have gathered.
    fn mergeable(&self) -> BTreeSet<String> {
        let small = self.base.pages.iter().take_while(|page| page.records < PAGE_RECORDS_MAX / 2);
        let keys: BTreeSet<String> = small.map(|page| page.key.clone()).collect();
        if keys.len() > SMALL_PAGES_MAX { keys } else { BTreeSet::new() }
    }

    /// Whether most of what the pages hold is out of date.
    fn is_wasteful(&self) -> bool {
        let held: usize = self.base.pages.iter().map(|page| page.records).fold(0, usize::saturating_add);
        held > self.records.len().saturating_mul(2).saturating_add(PAGE_RECORDS_MAX)
    }

    /// Writes a run of records as pages before all others, the own operations, and the base that names them all.
    fn write_base(mut self, mut run: Vec<(RecordId, Frame)>, mut plan: Plan) -> Result<Plan, TxError> {
        let revision = self.head.revision.saturating_add(1);
        run.sort_by_key(|(id, frame)| std::cmp::Reverse((frame.touched, *id)));
        let mut pages = Vec::new();
        for records in pages_of(&run) {
            let key = page_key(revision, pages.len());
            let mut bytes = Vec::with_capacity(records.iter().map(|(_, frame)| frame.len() + 32).sum());
            for (id, frame) in records {
                frame.write(*id, &mut bytes);
            }
            self.records.extend(frames::read(bytes.clone(), 0, Some(&key.as_str().into()))?);
            plan.put.push((PAGES, key.clone(), bytes));
            pages.push(Page { key, records: records.len() });
        }
        self.base.pages.splice(0..0, pages);
        plan.clear.extend([JOURNAL, OPEN]);
        self.base.open.clear();
        for batch in batches(self.open.values()) {
            let key = batch_key(revision, self.base.open.len());
            plan.put.push((OPEN, key.clone(), encode(&batch)?));
            self.base.open.push(key);
        }
        let kept = self.settled.values().filter(|own| !self.state.horizon.lets_go(own));
        for (index, batch) in batches(kept).into_iter().enumerate() {
            let key = batch_key(revision, index);
            let receipts = batch.iter().map(|own| own.receipt.as_ref().filter(|receipt| receipt.is_stored()));
            let last = receipts.map(|receipt| receipt.map_or(u64::MAX, |receipt| receipt.mark.sequence)).max();
            plan.put.push((ARCHIVE, key.clone(), encode(&batch)?));
            self.base.archive.push(Batch { key, last: last.unwrap_or(u64::MAX) });
        }
        self.settled.clear();
        self.base.state = self.state.clone();
        plan.put.push((HEAD, BASE_KEY.to_owned(), encode(&self.base)?));
        plan.head = Head { revision, base: revision };
        self.head = plan.head;
        self.pages_read = self.base.pages.len();
        (self.journal_entries, self.journal_bytes) = (0, 0);
        plan.after = Some(Box::new(self));
        Ok(plan)
    }
}

fn pages_of(run: &[(RecordId, Frame)]) -> impl Iterator<Item = &[(RecordId, Frame)]> {
    let (first, rest) = run.split_at(run.len().min(FIRST_PAGE_RECORDS));
    std::iter::once(first).filter(|first| !first.is_empty()).chain(rest.chunks(PAGE_RECORDS_MAX))
}

fn batches<'a>(own: impl Iterator<Item = &'a OwnOperation>) -> Vec<Vec<&'a OwnOperation>> {
    let own: Vec<&OwnOperation> = own.collect();
    own.chunks(BATCH_OPERATIONS_MAX).map(<[_]>::to_vec).collect()
}

/// The key of a change: text order is the order of the changes.
pub(super) fn journal_key(revision: u64) -> String {
    format!("{revision:016x}")
}

/// The key of a page: text order is from the newest to the oldest.
fn page_key(revision: u64, index: usize) -> String {
    format!("{:016x}{index:04x}", u64::MAX - revision)
}

fn batch_key(revision: u64, index: usize) -> String {
    format!("{revision:016x}{index:04x}")
}
