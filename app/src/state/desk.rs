//! What the person at work has: their store, and its records in memory.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet},
};

use futures_util::lock::{Mutex, MutexGuard};
use shared::{
    api::SessionView,
    attachment::Attachment,
    authorize::{Action, authorize},
    id::{Digest, OperationId, RecordId},
    merge::replica::Replica,
    record::{Record, RecordKind},
    sync::{
        client::{Intent, OwnOperation},
        voucher::Voucher,
    },
};

use crate::data::{
    AppStore,
    error::DataError,
    indexed_db::News,
    store::{Loaded, Saved, Store, Taken},
    upload::{KeptFile, to_drop},
};

/// Records that are read while nobody notices: a unit's year. A tablet with more shows the newest first.
const SMALL_RECORDS: usize = 1_500;

/// The desk. Memory follows the store: nothing is shown as saved before it is durable.
pub(super) struct Desk {
    pub(super) session: SessionView,
    pub(super) store: AppStore,
    pub(super) replica: RefCell<Replica>,
    /// Unsent operations and refusals, by counter.
    pub(super) own: RefCell<BTreeMap<u64, OwnOperation>>,
    /// The server's newest signature over what was sent from here.
    pub(super) voucher: RefCell<Option<Voucher>>,
    /// The contents of files that lie here.
    files: RefCell<BTreeMap<Digest, KeptFile>>,
    /// Contents that the server does not take: not sent again before the next start.
    pub(super) refused_files: RefCell<BTreeSet<Digest>>,
    /// Files are on their way right now.
    pub(super) is_carrying: Cell<bool>,
    /// One writer at a time, so that each edit knows the values of the one before.
    writing: Mutex<()>,
    /// Whether the older records are here too: what is written must know the values that it is written over.
    is_whole: Cell<bool>,
}

impl Desk {
    /// Opens the desk with what can be shown at once; [`Desk::complete`] brings the rest.
    pub(super) async fn open(session: SessionView, store: AppStore) -> Result<Self, DataError> {
        let (Loaded { state, records, own }, is_whole) = store.first().await?;
        let files = store.kept_files().await?;
        let desk = Self {
            session,
            store,
            replica: RefCell::new(Replica::of_records(records)),
            own: RefCell::default(),
            voucher: RefCell::new(state.voucher),
            files: RefCell::default(),
            refused_files: RefCell::default(),
            is_carrying: Cell::new(false),
            writing: Mutex::new(()),
            is_whole: Cell::new(is_whole),
        };
        desk.lay_out(own);
        desk.note_files(files);
        Ok(desk)
    }

    /// Whether everything is read before anybody could look.
    pub(super) fn is_small(&self) -> bool {
        self.store.records_about() <= SMALL_RECORDS
    }

    /// Brings the older records, some at a time.
    pub(super) async fn complete(&self) -> Result<(), DataError> {
        self.turn().await.map(drop)
    }

    /// Takes over what other tabs changed.
    pub(super) async fn reload(&self) -> Result<(), DataError> {
        let _turn = self.turn().await?;
        let files = self.store.kept_files().await?;
        self.files.replace(files.into_iter().map(|file| (file.blob, file)).collect());
        match self.store.news().await? {
            News::All(loaded) => self.replace(loaded),
            News::Some(Loaded { state, records, own }) => {
                self.voucher.replace(state.voucher);
                for record in records {
                    self.replica.borrow_mut().put(record);
                }
                self.lay_out(own);
            }
        }
        Ok(())
    }

    /// Takes over everything that the store holds.
    pub(super) fn replace(&self, Loaded { state, records, own }: Loaded) {
        self.voucher.replace(state.voucher);
        self.replica.replace(Replica::of_records(records));
        self.lay_out(own);
    }

    fn lay_out(&self, own: Vec<OwnOperation>) {
        self.own.replace(own.into_iter().map(|own| (own.operation.counter, own)).collect());
    }

    /// Writes what `compose` wants, with the id that `id` makes; nothing when it wants nothing.
    /// Returns whether something was written.
    pub(super) async fn write(
        &self,
        compose: impl FnOnce(&Replica) -> Result<Option<Intent>, DataError>,
        id: impl FnOnce() -> OperationId,
        now_ms: impl FnOnce() -> u64,
    ) -> Result<bool, DataError> {
        let _turn = self.turn().await?;
        let intent = compose(&self.replica.borrow())?;
        let Some(intent) = intent else {
            return Ok(false);
        };
        let Saved { operation, record } = self.store.save(&intent, id(), now_ms()).await?;
        self.replica.borrow_mut().put(record);
        self.own.borrow_mut().insert(operation.counter, OwnOperation::unsent(operation));
        Ok(true)
    }

    /// Takes over what an answer changed in the store.
    pub(super) fn accept(&self, taken: Taken) {
        let mut replica = self.replica.borrow_mut();
        for record in taken.records {
            replica.put(record);
        }
        let mut own = self.own.borrow_mut();
        for answered in taken.own {
            if answered.open_refusal().is_some() {
                own.insert(answered.operation.counter, answered);
            } else {
                own.remove(&answered.operation.counter);
            }
        }
    }

    /// Puts a refusal away.
    pub(super) async fn dismiss(&self, id: OperationId) -> Result<(), DataError> {
        let found = self.own.borrow().values().find(|own| own.operation.id == id).cloned();
        let Some(own) = found else {
            return Ok(());
        };
        self.store.dismiss(&own.operation).await?;
        self.own.borrow_mut().remove(&own.operation.counter);
        Ok(())
    }

    /// Whether nothing is here yet of the records that the person may read.
    pub(super) fn lacks_everything(&self) -> bool {
        let person = &self.session.person;
        let reads = |kind| authorize(person, Action::ReadRecord(kind, person.unit));
        self.replica.borrow().records().next().is_none() && RecordKind::ALL.into_iter().any(reads)
    }

    /// How many operations the server has not answered.
    pub(super) fn unsent(&self) -> usize {
        self.own.borrow().values().filter(|own| own.is_unsent()).count()
    }
}

/// The contents of files.
impl Desk {
    /// Notes contents that lie here, or what became of them.
    pub(super) fn note_files(&self, files: impl IntoIterator<Item = KeptFile>) {
        self.files.borrow_mut().extend(files.into_iter().map(|file| (file.blob, file)));
    }

    /// What the server lacks of the contents that records name: the smallest first, so that a judge sees something
    /// early.
    pub(super) fn due_files(&self) -> Vec<KeptFile> {
        let (files, refused, replica) = (self.files.borrow(), self.refused_files.borrow(), self.replica.borrow());
        let is_due = |file: &&KeptFile| {
            file.is_unsent() && !refused.contains(&file.blob) && replica.hanging(file.blob).next().is_some()
        };
        let mut due: Vec<KeptFile> = files.values().filter(is_due).cloned().collect();
        due.sort_by_key(|file| file.size);
        due
    }

    /// Whether a file waits here to be sent.
    pub(super) fn is_waiting(&self, file: &Attachment) -> bool {
        let files = self.files.borrow();
        file.blobs().any(|(blob, _)| files.get(&blob).is_some_and(KeptFile::is_unsent))
    }

    /// The files of a record that wait here to be sent.
    pub(super) fn waiting_files<'a>(&self, record: &'a Record) -> impl Iterator<Item = &'a Attachment> {
        record.attachments.iter().map(|(_, attached)| &attached.file).filter(|file| self.is_waiting(file))
    }

    /// The files of all records that wait here to be sent.
    pub(super) fn unsent_files(&self) -> Vec<(RecordId, Attachment)> {
        let (files, replica) = (self.files.borrow(), self.replica.borrow());
        let unsent = files.values().filter(|file| file.is_unsent());
        let hanging = unsent.flat_map(|file| replica.hanging(file.blob).map(|(record, _)| (record.id, record)));
        let records: BTreeMap<RecordId, &Record> = hanging.collect();
        let waiting = |record| self.waiting_files(record).map(move |file| (record.id, file.clone()));
        records.into_values().flat_map(waiting).collect()
    }

    /// Takes away what need not lie here any longer.
    pub(super) async fn tidy_files(&self, now_ms: u64) -> Result<(), DataError> {
        let dropped = {
            let (files, replica) = (self.files.borrow(), self.replica.borrow());
            let kept: Vec<KeptFile> = files.values().cloned().collect();
            to_drop(&kept, |blob| replica.hanging(blob).next().is_some(), now_ms)
        };
        if dropped.is_empty() {
            return Ok(());
        }
        self.store.drop_files(&dropped).await?;
        self.files.borrow_mut().retain(|blob, _| !dropped.contains(blob));
        Ok(())
    }
}

/// The store with one writer at a time: an answer must not be taken between an edit and its record in memory.
impl Desk {
    /// The turn to write, with every record in memory; held while an answer is taken.
    pub(super) async fn turn(&self) -> Result<MutexGuard<'_, ()>, DataError> {
        let turn = self.writing.lock().await;
        if !self.is_whole.get() {
            let put = |records: Vec<Record>| {
                let mut replica = self.replica.borrow_mut();
                for record in records {
                    replica.put(record);
                }
            };
            let own = self.store.load_in_steps(put).await?;
            self.lay_out(own);
            self.is_whole.set(true);
        }
        Ok(turn)
    }
}
