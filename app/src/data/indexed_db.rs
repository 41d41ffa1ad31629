//! The store on `IndexedDB`: one database per person, sealed.
//!
//! What it holds is in memory too, packed ([`content`]), so that a verb decides without reading; what was decided is
//! sealed and written in one transaction ([`writing`]) unless another tab wrote meanwhile. What lies where is
//! told in [`schema`] and [`content`].

pub(crate) mod ballast;
mod content;
mod files;
mod frames;
mod migrations;
mod moving;
mod reading;
pub(crate) mod schema;
pub(crate) mod tx;
mod writing;

use std::collections::{BTreeMap, BTreeSet};

use futures_util::lock::Mutex;
use serde::{Serialize, de::DeserializeOwned};
use shared::{
    api::SyncResponse,
    id::{ActorId, OperationId, RecordId},
    merge::operation::Operation,
    record::Record,
    sync::{
        batch::batch,
        client::{Intent, OwnOperation, Taking},
        snapshot::Offer,
    },
};

use crate::{
    browser::{cipher::Key, task},
    data::{
        error::DataError,
        exchange,
        indexed_db::{
            ballast::Ballast,
            content::{Change, Content, Head, Untold},
            frames::Frame,
            schema::{ANSWERS, ARCHIVE, HEAD, REVISION_KEY},
            tx::{Access, Connection, Opened, TxError},
            writing::{Decision, TRIES_MAX},
        },
        store::{Loaded, Outbox, Saved, Store, Taken},
        vault::Vault,
    },
};

/// Records that are unpacked before the page gets a turn.
const STEP_RECORDS: usize = 200;

/// What is new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum News {
    /// These records, and all own operations that concern the person.
    Some(Loaded),
    /// Everything was read anew.
    All(Loaded),
}

/// One person's store.
#[derive(Debug)]
pub(crate) struct IndexedDbStore {
    connection: Connection,
    vault: Vault,
    /// The identity that the store gets when it is created.
    fresh: ActorId,
    /// What it holds, once it is read. One verb at a time looks at it.
    content: Mutex<Option<Content>>,
    ballast: Ballast,
}

impl IndexedDbStore {
    /// Opens the store of a database, creating it where there is none; `fresh` is the identity it gets then.
    pub(crate) async fn open(connection: Connection, vault: Vault, fresh: ActorId) -> Result<Self, DataError> {
        let store = Self { connection, vault, fresh, content: Mutex::new(None), ballast: Ballast::default() };
        store.begun(&mut *store.content.lock().await).await?;
        Ok(store)
    }

    /// The data key, for another tab of the same person.
    pub(crate) fn key(&self) -> &Key {
        self.vault.key()
    }

    /// Lets go of the database, as before another person's is opened.
    pub(crate) fn close(&self) {
        self.connection.close();
    }

    /// What can be had at once: everything but the older records. Whether those are here too.
    pub(crate) async fn first(&self) -> Result<(Loaded, bool), DataError> {
        let mut slot = self.content.lock().await;
        let content = self.begun(&mut slot).await?;
        if content.is_whole() {
            content.tell();
        }
        Ok((loaded(content)?, content.is_whole()))
    }

    /// How many records there are, those counted twice that lie in two pages.
    pub(crate) fn records_about(&self) -> usize {
        let slot = self.content.try_lock();
        slot.as_deref().and_then(Option::as_ref).map_or(usize::MAX, Content::records_about)
    }

    /// Everything, some records at a time, so that a screen is drawn and touched meanwhile.
    pub(crate) async fn load_in_steps(
        &self,
        mut take: impl FnMut(Vec<Record>),
    ) -> Result<Vec<OwnOperation>, DataError> {
        let mut slot = self.content.lock().await;
        let content = self.refresh(&mut slot).await?;
        content.tell();
        // The newest first: they are what the screen shows.
        let mut frames: Vec<&Frame> = content.records.values().collect();
        frames.sort_by_key(|frame| std::cmp::Reverse(frame.touched));
        for step in frames.chunks(STEP_RECORDS) {
            take(step.iter().map(|frame| frame.record()).collect::<Result<_, _>>()?);
            task::sleep(0).await;
        }
        Ok(content.open.values().cloned().collect())
    }

    /// What other tabs changed since this was last asked.
    pub(crate) async fn news(&self) -> Result<News, DataError> {
        let mut slot = self.content.lock().await;
        let content = self.refresh(&mut slot).await?;
        Ok(match content.tell() {
            Untold::All => News::All(loaded(content)?),
            Untold::Records(changed) => {
                let records: Result<Vec<_>, _> =
                    changed.iter().filter_map(|id| content.record(*id).transpose()).collect();
                let own = content.open.values().cloned().collect();
                News::Some(Loaded { state: content.state.clone(), records: records?, own })
            }
        })
    }

    /// Folds the journal into pages, when it has grown long, lets go of what is safe elsewhere, and lays the ballast.
    /// Called when nobody waits.
    pub(crate) async fn tidy(&self) -> Result<(), DataError> {
        self.lay_ballast().await?;
        self.prune().await?;
        let mut slot = self.content.lock().await;
        let content = self.whole(&mut slot).await?;
        if !content.is_untidy() {
            return Ok(());
        }
        let plan = content.fold(&Change::default())?;
        // Another tab that was faster has tidied, or will.
        if self.write(content, &plan, Access::Write).await? {
            content.commit(plan, Change::default());
        }
        Ok(())
    }

    async fn begun<'a>(&self, slot: &'a mut Option<Content>) -> Result<&'a mut Content, DataError> {
        if slot.is_none() {
            let mut found = self.read_first().await?;
            if found.is_none() {
                self.create().await?;
                found = self.read_first().await?;
            }
            *slot = found;
        }
        slot.as_mut().ok_or(DataError::StoreCorrupt("the store is not created".to_owned()))
    }

    /// The content with every page, as this tab knows it.
    async fn whole<'a>(&self, slot: &'a mut Option<Content>) -> Result<&'a mut Content, DataError> {
        loop {
            let content = self.begun(slot).await?;
            if content.is_whole() || self.read_rest(content).await? {
                break;
            }
            *slot = None;
        }
        self.begun(slot).await
    }

    /// The content with every page, as every tab knows it.
    async fn refresh<'a>(&self, slot: &'a mut Option<Content>) -> Result<&'a mut Content, DataError> {
        if let Some(content) = slot.as_mut()
            && !self.read_news(content).await?
        {
            *slot = None;
        }
        self.whole(slot).await
    }

    /// The settled own operations that the base names; `None` when another tab has written the base anew.
    async fn archived(&self, content: &Content) -> Result<Option<Vec<OwnOperation>>, DataError> {
        let read = async |tx: &Opened<'_>| {
            let archive = tx.ask_after(ARCHIVE, "", u32::MAX)?;
            Ok((tx.get::<Head>(HEAD, REVISION_KEY).await?, archive.await?))
        };
        let (head, sealed) = self.connection.run(&[ARCHIVE, HEAD], Access::Read, read).await?;
        if head.is_none_or(|head| head.base != content.head.base) {
            return Ok(None);
        }
        if sealed.len() != content.base.archive.len() {
            return Err(DataError::StoreCorrupt("settled operations are missing".to_owned()));
        }
        let keys = content.base.archive.iter().map(|batch| batch.key.clone());
        let mut own = Vec::new();
        for bytes in self.vault.open_all(ARCHIVE, keys.zip(&sealed)).await? {
            own.extend(decode::<Vec<OwnOperation>>(&bytes)?);
        }
        Ok(Some(own))
    }
}

impl Store for IndexedDbStore {
    async fn load(&self) -> Result<Loaded, DataError> {
        let mut slot = self.content.lock().await;
        let content = self.refresh(&mut slot).await?;
        content.tell();
        Ok(loaded(content)?)
    }

    async fn save(&self, intent: &Intent, id: OperationId, now_ms: u64) -> Result<Saved, DataError> {
        let decide = |content: &Content| {
            if let Some(own) = content.own(id) {
                // The connection died after the commit: it is saved.
                let record = content.record(own.operation.record)?;
                let record = record.unwrap_or_else(|| Record::new(&own.operation));
                return Ok(Decision::Nothing(Saved { operation: own.operation.clone(), record }));
            }
            let operation = content.state.clone().write(intent.clone(), id, now_ms);
            let mut record = content.record(operation.record)?.unwrap_or_else(|| Record::new(&operation));
            record.apply_local(&operation);
            let own = vec![OwnOperation::unsent(operation.clone())];
            let records = vec![(record.id, Frame::of(&record))];
            let change = Change { state: None, own, records };
            Ok(Decision::Write(Box::new(change), Saved { operation, record }))
        };
        self.change(Access::Write, decide).await
    }

    async fn outbox(&self) -> Result<Outbox, DataError> {
        let mut slot = self.content.lock().await;
        let content = self.refresh(&mut slot).await?;
        let unsent = || content.open.values().filter(|own| own.is_unsent());
        let operations = batch(unsent().map(|own| own.operation.clone()));
        Ok(Outbox { state: content.state.clone(), operations, unsent: unsent().count() })
    }

    async fn take(&self, sent: &[Operation], response: &SyncResponse) -> Result<Option<Taken>, DataError> {
        let decide = |content: &Content| {
            let mut state = content.state.clone();
            let due = match state.take(sent, response) {
                Taking::Whole(due) => due,
                Taking::Stale => return Ok(Decision::Nothing(None)),
                Taking::Rescoped => {
                    let records = exchange::with_unsent([], content.open.values());
                    let mut after = content.clone();
                    (after.state, after.records) = (state, framed(records.values()).collect());
                    after.untell();
                    return Ok(Decision::Anew(Box::new(after), None));
                }
            };
            let touched = exchange::touched(sent, response, &due);
            let records: Result<Vec<_>, _> = touched.iter().filter_map(|id| content.record(*id).transpose()).collect();
            let taken = exchange::fold(records?, sent, response, &due);
            let records = framed(&taken.records).collect();
            let change = Change { state: Some(state), own: taken.own.clone(), records };
            Ok(Decision::Write(Box::new(change), Some(taken)))
        };
        self.change(Access::WriteCache, decide).await
    }

    async fn adopt(&self, offer: &Offer, mut records: Vec<Record>) -> Result<Option<Loaded>, DataError> {
        // Packed once, however often it is decided; nearly none of them has anything unsent.
        let packed: BTreeMap<RecordId, Frame> = framed(&records).collect();
        let decide = |content: &Content| {
            let mut state = content.state.clone();
            if !state.adopt(offer) {
                return Ok(Decision::Nothing(None));
            }
            let unsent = content.open.values().filter(|own| own.is_unsent());
            let written: BTreeSet<RecordId> = unsent.map(|own| own.operation.record).collect();
            let kept = records.iter().filter(|record| written.contains(&record.id)).cloned();
            let written = exchange::with_unsent(kept, content.open.values());
            let mut after = content.clone();
            (after.state, after.records) = (state.clone(), packed.clone());
            after.records.extend(framed(written.values()));
            after.tell();
            let own = content.open.values().cloned().collect();
            Ok(Decision::Anew(Box::new(after), Some((state, written, own))))
        };
        let Some((state, written, own)) = self.change(Access::WriteCache, decide).await? else {
            return Ok(None);
        };
        records.retain(|record| !written.contains_key(&record.id));
        records.extend(written.into_values());
        records.sort_by_key(|record| record.id);
        Ok(Some(Loaded { state, records, own }))
    }

    async fn rewind(&self, common: u64) -> Result<(), DataError> {
        let mut slot = self.content.lock().await;
        for _ in 0..TRIES_MAX {
            let content = self.refresh(&mut slot).await?;
            let Some(mut own) = self.archived(content).await? else {
                continue;
            };
            own.extend(content.unarchived().cloned());
            let mut records = all_records(content)?;
            let mut after = content.clone();
            let dropped = after.state.rewind(&mut own, &records, common);
            records.retain(|record| !dropped.contains(&record.id));
            after.records = framed(exchange::with_unsent(records, &own).values()).collect();
            after.untell();
            let plan = after.rewrite(Some(own))?;
            if self.write(content, &plan, Access::Write).await? {
                content.commit(plan, Change::default());
                return self.offer_files_again().await;
            }
        }
        Err(TxError::Behind.into())
    }

    async fn prune(&self) -> Result<(), DataError> {
        let mut slot = self.content.lock().await;
        for _ in 0..TRIES_MAX {
            let content = self.refresh(&mut slot).await?;
            if !content.holds_what_may_go() {
                return Ok(());
            }
            // What may go is left out of what is folded.
            let plan = content.fold(&Change::default())?;
            if self.write(content, &plan, Access::Write).await? {
                content.commit(plan, Change::default());
                return Ok(());
            }
        }
        Err(TxError::Behind.into())
    }

    async fn dismiss(&self, operation: &Operation) -> Result<(), DataError> {
        let decide = |content: &Content| {
            let Some(own) = content.open.get(&operation.counter) else {
                return Ok(Decision::Nothing(()));
            };
            let own = vec![OwnOperation { dismissed: true, ..own.clone() }];
            Ok(Decision::Write(Box::new(Change { own, ..Change::default() }), ()))
        };
        self.change(Access::Write, decide).await
    }

    async fn published(&self, key: &str) -> Result<Option<String>, DataError> {
        let key = self.vault.hidden(key);
        let read = async |tx: &Opened<'_>| tx.ask(ANSWERS, &key)?.await;
        let Some(sealed) = self.connection.run(&[ANSWERS], Access::Read, read).await? else {
            return Ok(None);
        };
        let text = self.vault.open(ANSWERS, &key, &sealed).await?;
        String::from_utf8(text).map(Some).map_err(|error| DataError::StoreCorrupt(error.to_string()))
    }

    async fn publish(&self, key: &str, text: &str) -> Result<(), DataError> {
        let key = self.vault.hidden(key);
        let sealed = self.vault.seal(ANSWERS, &key, text.as_bytes()).await?;
        let write = async |tx: &Opened<'_>| tx.put_bytes(ANSWERS, &key, &sealed);
        self.connection.run(&[ANSWERS], Access::WriteCache, write).await
    }
}

fn loaded(content: &Content) -> Result<Loaded, TxError> {
    let own = content.open.values().cloned().collect();
    Ok(Loaded { state: content.state.clone(), records: all_records(content)?, own })
}

fn all_records(content: &Content) -> Result<Vec<Record>, TxError> {
    content.records.values().map(Frame::record).collect()
}

fn framed<'a>(records: impl IntoIterator<Item = &'a Record>) -> impl Iterator<Item = (RecordId, Frame)> {
    records.into_iter().map(|record| (record.id, Frame::of(record)))
}

/// A value as bytes, before it is sealed.
fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, TxError> {
    serde_json::to_vec(value).map_err(|error| TxError::Corrupt(error.to_string()))
}

/// A value of opened bytes.
fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, TxError> {
    serde_json::from_slice(bytes).map_err(|error| TxError::Corrupt(error.to_string()))
}

#[cfg(test)]
#[cfg(target_arch = "wasm32")]
mod tests;
