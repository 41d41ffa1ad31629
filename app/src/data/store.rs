//! The tablet's store as verbs. Implemented on `IndexedDB`, and in memory for tests; one contract runs on both.

use shared::{
    api::SyncResponse,
    id::OperationId,
    merge::operation::Operation,
    record::Record,
    sync::{
        client::{ClientState, Intent, OwnOperation},
        snapshot::Offer,
    },
};

use crate::data::error::DataError;

/// Everything one person has on this tablet.
///
/// Every writing verb is one transaction: a saved record always has its operation, an answer is taken whole or not.
pub(crate) trait Store {
    /// Everything.
    #[allow(dead_code, reason = "the application reads in steps; the contract and the simulator look at everything")]
    async fn load(&self) -> Result<Loaded, DataError>;

    /// Writes an operation and its record, durable when it returns. `now_ms` is the corrected clock.
    async fn save(&self, intent: &Intent, id: OperationId, now_ms: u64) -> Result<Saved, DataError>;

    /// What the next request sends.
    async fn outbox(&self) -> Result<Outbox, DataError>;

    /// Takes an answer to a request that sent `sent`. `None` when its base is not the cursor, and nothing changed;
    /// or when the person may see other rows than before, and everything is pulled anew.
    async fn take(&self, sent: &[Operation], response: &SyncResponse) -> Result<Option<Taken>, DataError>;

    /// Takes a snapshot in the place of all records, with what is unsent on top. Gives everything as it stands then;
    /// `None` when it does not hold all that is known here, and nothing changed.
    async fn adopt(&self, offer: &Offer, records: Vec<Record>) -> Result<Option<Loaded>, DataError>;

    /// The server was restored and shares the log up to `common` only: records that changed above it are pulled
    /// anew, and own operations above it are offered again.
    async fn rewind(&self, common: u64) -> Result<(), DataError>;

    /// Lets go of settled own operations that are in every backup for long: see [`shared::sync::horizon`].
    async fn prune(&self) -> Result<(), DataError>;

    /// Puts a refusal away that the person has read.
    async fn dismiss(&self, operation: &Operation) -> Result<(), DataError>;

    /// A cached answer of the server, as it was put.
    async fn published(&self, key: &str) -> Result<Option<String>, DataError>;

    /// Caches an answer of the server.
    async fn publish(&self, key: &str, text: &str) -> Result<(), DataError>;
}

/// What is on the tablet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Loaded {
    /// The store's own state.
    pub(crate) state: ClientState,
    /// Every record.
    pub(crate) records: Vec<Record>,
    /// Operations that still concern the person: unsent ones and refusals, in counter order.
    pub(crate) own: Vec<OwnOperation>,
}

/// What a save wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Saved {
    /// The operation.
    pub(crate) operation: Operation,
    /// The record as it stands now.
    pub(crate) record: Record,
}

/// What waits to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Outbox {
    /// The store's own state.
    pub(crate) state: ClientState,
    /// The next batch.
    pub(crate) operations: Vec<Operation>,
    /// How many are unsent in all.
    pub(crate) unsent: usize,
}

/// What an answer changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Taken {
    /// The records as they stand now.
    pub(crate) records: Vec<Record>,
    /// Own operations with the server's word.
    pub(crate) own: Vec<OwnOperation>,
}
