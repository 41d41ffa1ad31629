//! The store on `IndexedDB`: one database per person.
//!
//! Values are JSON texts under keys of ours, so that a value is written and read in one piece and the shape's
//! history lives in serde alone. Every write is one strict transaction: read what the decision needs, decide,
//! put, put, put, and wait only for the commit.

mod migrations;
pub(crate) mod schema;
pub(crate) mod tx;

use std::collections::BTreeMap;

use serde::{Serialize, de::DeserializeOwned};
use shared::{
    api::SyncResponse,
    id::{ActorId, OperationId, PersonId, RecordId},
    merge::operation::Operation,
    record::Record,
    sync::{
        client::{ClientState, Intent, OwnOperation, Taking, batch},
        snapshot::Offer,
    },
};

use crate::data::{
    error::DataError,
    exchange,
    indexed_db::{
        schema::{META, OPERATIONS, PUBLISHED, RECORDS, STATE_KEY, operation_key, person_database},
        tx::{Access, Connection, Opened, TxError},
    },
    store::{Loaded, Outbox, Saved, Store, Taken},
};

/// One person's store.
#[derive(Debug)]
pub(crate) struct IndexedDbStore {
    connection: Connection,
}

impl IndexedDbStore {
    /// Opens the person's store, creating it where there is none; `fresh` is the identity it gets then.
    pub(crate) async fn open(person: PersonId, fresh: ActorId) -> Result<Self, DataError> {
        Self::open_named(&person_database(person), fresh).await
    }

    /// Opens a store by its database's name.
    pub(crate) async fn open_named(name: &str, fresh: ActorId) -> Result<Self, DataError> {
        let connection = Connection::new(name, schema::PERSON_STORES);
        let create = async |tx: &Opened<'_>| match tx.get::<ClientState>(META, STATE_KEY).await? {
            Some(_) => Ok(()),
            None => tx.put(META, STATE_KEY, &ClientState::new(fresh)),
        };
        connection.run(&[META], Access::Write, create).await?;
        Ok(Self { connection })
    }

    /// Lets go of the database, as before another person's is opened.
    pub(crate) fn close(&self) {
        self.connection.close();
    }
}

async fn state(tx: &Opened<'_>) -> Result<ClientState, TxError> {
    tx.get(META, STATE_KEY).await?.ok_or_else(|| TxError::Corrupt("no state".to_owned()))
}

async fn unsent(tx: &Opened<'_>) -> Result<Vec<OwnOperation>, TxError> {
    let mut own: Vec<OwnOperation> = tx.all(OPERATIONS).await?;
    own.retain(OwnOperation::is_unsent);
    Ok(own)
}

fn replace_records(tx: &Opened<'_>, records: &BTreeMap<RecordId, Record>) -> Result<(), TxError> {
    tx.clear(RECORDS)?;
    for record in records.values() {
        tx.put(RECORDS, &record.id.to_string(), record)?;
    }
    Ok(())
}

impl Store for IndexedDbStore {
    async fn load(&self) -> Result<Loaded, DataError> {
        let read = async |tx: &Opened<'_>| {
            let mut own: Vec<OwnOperation> = tx.all(OPERATIONS).await?;
            own.retain(|own| own.is_unsent() || own.open_refusal().is_some());
            Ok(Loaded { state: state(tx).await?, records: tx.all(RECORDS).await?, own })
        };
        self.connection.run(&[META, OPERATIONS, RECORDS], Access::Read, read).await
    }

    async fn save(&self, intent: &Intent, id: OperationId, now_ms: u64) -> Result<Saved, DataError> {
        let write = async |tx: &Opened<'_>| {
            let (mut state, record) = (state(tx).await?, tx.get(RECORDS, &intent.record.to_string()).await?);
            let operation = state.write(intent.clone(), id, now_ms);
            let mut record: Record = record.unwrap_or_else(|| Record::new(&operation));
            record.apply_local(&operation);
            tx.put(META, STATE_KEY, &state)?;
            tx.put(OPERATIONS, &operation_key(operation.counter), &OwnOperation::unsent(operation.clone()))?;
            tx.put(RECORDS, &record.id.to_string(), &record)?;
            Ok(Saved { operation, record })
        };
        self.connection.run(&[META, OPERATIONS, RECORDS], Access::Write, write).await
    }

    async fn outbox(&self) -> Result<Outbox, DataError> {
        let read = async |tx: &Opened<'_>| {
            let unsent = unsent(tx).await?;
            let count = unsent.len();
            let operations = batch(unsent.into_iter().map(|own| own.operation));
            Ok(Outbox { state: state(tx).await?, operations, unsent: count })
        };
        self.connection.run(&[META, OPERATIONS], Access::Read, read).await
    }

    async fn take(&self, sent: &[Operation], response: &SyncResponse) -> Result<Option<Taken>, DataError> {
        let write = async |tx: &Opened<'_>| {
            let mut state = state(tx).await?;
            let due = match state.take(sent, response) {
                Taking::Whole(due) => due,
                Taking::Stale => return Ok(None),
                Taking::Rescoped => {
                    tx.put(META, STATE_KEY, &state)?;
                    replace_records(tx, &exchange::with_unsent([], &unsent(tx).await?))?;
                    return Ok(None);
                }
            };
            let touched = exchange::touched(sent, response, &due);
            let ids: Vec<String> = touched.iter().map(RecordId::to_string).collect();
            let taken = exchange::fold(tx.some(RECORDS, &ids).await?, sent, response, &due);
            tx.put(META, STATE_KEY, &state)?;
            for record in &taken.records {
                tx.put(RECORDS, &record.id.to_string(), record)?;
            }
            for own in &taken.own {
                tx.put(OPERATIONS, &operation_key(own.operation.counter), own)?;
            }
            Ok(Some(taken))
        };
        self.connection.run(&[META, OPERATIONS, RECORDS], Access::Write, write).await
    }

    async fn adopt(&self, offer: &Offer, records: Vec<Record>) -> Result<Option<Loaded>, DataError> {
        let write = async |tx: &Opened<'_>| {
            let (mut state, mut own) = (state(tx).await?, tx.all::<OwnOperation>(OPERATIONS).await?);
            if !state.adopt(offer) {
                return Ok(None);
            }
            let records = exchange::with_unsent(records.iter().cloned(), &own);
            tx.put(META, STATE_KEY, &state)?;
            replace_records(tx, &records)?;
            own.retain(|own| own.is_unsent() || own.open_refusal().is_some());
            Ok(Some(Loaded { state, records: records.into_values().collect(), own }))
        };
        self.connection.run(&[META, OPERATIONS, RECORDS], Access::Write, write).await
    }

    async fn rewind(&self, common: u64) -> Result<(), DataError> {
        let write = async |tx: &Opened<'_>| {
            let (mut state, mut own) = (state(tx).await?, tx.all::<OwnOperation>(OPERATIONS).await?);
            for own in own.iter_mut().filter_map(|own| own.rewind_above(common).then_some(own)) {
                tx.put(OPERATIONS, &operation_key(own.operation.counter), own)?;
            }
            let mut records: Vec<Record> = tx.all(RECORDS).await?;
            let dropped = state.rewind(&own, &records, common);
            tx.put(META, STATE_KEY, &state)?;
            records.retain(|record| !dropped.contains(&record.id));
            replace_records(tx, &exchange::with_unsent(records, &own))
        };
        self.connection.run(&[META, OPERATIONS, RECORDS], Access::Write, write).await
    }

    async fn dismiss(&self, operation: &Operation) -> Result<(), DataError> {
        let key = operation_key(operation.counter);
        let write = async |tx: &Opened<'_>| {
            if let Some(own) = tx.get::<OwnOperation>(OPERATIONS, &key).await? {
                tx.put(OPERATIONS, &key, &OwnOperation { dismissed: true, ..own })?;
            }
            Ok(())
        };
        self.connection.run(&[OPERATIONS], Access::Write, write).await
    }

    async fn published(&self, key: &str) -> Result<Option<String>, DataError> {
        self.connection.run(&[PUBLISHED], Access::Read, async |tx: &Opened<'_>| tx.get_text(PUBLISHED, key).await).await
    }

    async fn publish(&self, key: &str, text: &str) -> Result<(), DataError> {
        let write = async |tx: &Opened<'_>| tx.put_text(PUBLISHED, key, text);
        self.connection.run(&[PUBLISHED], Access::WriteCache, write).await
    }
}

/// A value as it lies in the database.
fn encode<T: Serialize>(value: &T) -> Result<String, TxError> {
    serde_json::to_string(value).map_err(|error| TxError::Corrupt(error.to_string()))
}

/// A value from the database.
fn decode<T: DeserializeOwned>(text: &str) -> Result<T, TxError> {
    serde_json::from_str(text).map_err(|error| TxError::Corrupt(error.to_string()))
}

#[cfg(test)]
#[cfg(target_arch = "wasm32")]
mod tests;
