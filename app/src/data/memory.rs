//! The store in memory: what the contract and the sync driver are tested on without a browser.

use std::{cell::RefCell, collections::BTreeMap};

use shared::{
    api::SyncResponse,
    id::{ActorId, OperationId, RecordId},
    merge::operation::Operation,
    record::Record,
    sync::{
        batch::batch,
        client::{ClientState, Intent, OwnOperation, Taking},
        snapshot::Offer,
    },
};

use crate::data::{
    error::DataError,
    exchange,
    store::{Loaded, Outbox, Saved, Store, Taken},
};

/// The store.
#[derive(Clone, Debug)]
pub(crate) struct MemoryStore(pub(crate) RefCell<Content>);

/// What lies in it: the simulator of `shared` looks at it, copies it and sets it back.
#[derive(Clone, Debug)]
pub(crate) struct Content {
    pub(crate) state: ClientState,
    /// Every operation ever written here, by its counter.
    pub(crate) own: BTreeMap<u64, OwnOperation>,
    pub(crate) records: BTreeMap<RecordId, Record>,
    published: BTreeMap<String, String>,
}

impl MemoryStore {
    /// An empty store.
    pub(crate) fn new(actor: ActorId) -> Self {
        let state = ClientState::new(actor);
        Self(RefCell::new(Content {
            state,
            own: BTreeMap::new(),
            records: BTreeMap::new(),
            published: BTreeMap::new(),
        }))
    }
}

impl Store for MemoryStore {
    async fn load(&self) -> Result<Loaded, DataError> {
        let content = self.0.borrow();
        let own = content.own.values().filter(|own| own.is_unsent() || own.open_refusal().is_some());
        Ok(Loaded {
            state: content.state.clone(),
            records: content.records.values().cloned().collect(),
            own: own.cloned().collect(),
        })
    }

    async fn save(&self, intent: &Intent, id: OperationId, now_ms: u64) -> Result<Saved, DataError> {
        let mut content = self.0.borrow_mut();
        let operation = content.state.write(intent.clone(), id, now_ms);
        let record = content.records.entry(operation.record).or_insert_with(|| Record::new(&operation));
        record.apply_local(&operation);
        let record = record.clone();
        content.own.insert(operation.counter, OwnOperation::unsent(operation.clone()));
        Ok(Saved { operation, record })
    }

    async fn outbox(&self) -> Result<Outbox, DataError> {
        let content = self.0.borrow();
        let unsent = || content.own.values().filter(|own| own.is_unsent());
        let operations = batch(unsent().map(|own| own.operation.clone()));
        Ok(Outbox { state: content.state.clone(), operations, unsent: unsent().count() })
    }

    async fn take(&self, sent: &[Operation], response: &SyncResponse) -> Result<Option<Taken>, DataError> {
        let content = &mut *self.0.borrow_mut();
        let due = match content.state.take(sent, response) {
            Taking::Whole(due) => due,
            Taking::Stale => return Ok(None),
            Taking::Rescoped => {
                content.records = exchange::with_unsent([], content.own.values());
                return Ok(None);
            }
        };
        let touched = exchange::touched(sent, response, &due);
        let records = touched.iter().filter_map(|id| content.records.get(id).cloned()).collect();
        let taken = exchange::fold(records, sent, response, &due);
        for record in &taken.records {
            content.records.insert(record.id, record.clone());
        }
        for own in &taken.own {
            content.own.insert(own.operation.counter, own.clone());
        }
        Ok(Some(taken))
    }

    async fn adopt(&self, offer: &Offer, records: Vec<Record>) -> Result<Option<Loaded>, DataError> {
        {
            let content = &mut *self.0.borrow_mut();
            if !content.state.adopt(offer) {
                return Ok(None);
            }
            content.records = exchange::with_unsent(records, content.own.values());
        }
        self.load().await.map(Some)
    }

    async fn rewind(&self, common: u64) -> Result<(), DataError> {
        let content = &mut *self.0.borrow_mut();
        let dropped = content.state.rewind(content.own.values_mut(), content.records.values(), common);
        content.records.retain(|id, _| !dropped.contains(id));
        let kept = std::mem::take(&mut content.records).into_values();
        content.records = exchange::with_unsent(kept, content.own.values());
        Ok(())
    }

    async fn prune(&self) -> Result<(), DataError> {
        let content = &mut *self.0.borrow_mut();
        content.own.retain(|_, own| !content.state.horizon.lets_go(own));
        Ok(())
    }

    async fn dismiss(&self, operation: &Operation) -> Result<(), DataError> {
        if let Some(own) = self.0.borrow_mut().own.get_mut(&operation.counter) {
            own.dismissed = true;
        }
        Ok(())
    }

    async fn published(&self, key: &str) -> Result<Option<String>, DataError> {
        Ok(self.0.borrow().published.get(key).cloned())
    }

    async fn publish(&self, key: &str, text: &str) -> Result<(), DataError> {
        self.0.borrow_mut().published.insert(key.to_owned(), text.to_owned());
        Ok(())
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;
    use crate::data::contract;

    #[test]
    fn keeps_every_promise() {
        futures_executor::block_on(contract::keeps_every_promise(async || MemoryStore::new(ActorId(7))));
    }
}
