//! One exchange with the server: push what is unsent, pull what is new, until nothing is left.

use shared::{
    api::{ErrorCode, OPERATIONS_MAX, PROTOCOL_OF_ROWS, SyncRequest, SyncResponse},
    merge::operation::Operation,
    record::Record,
    sync::{client::ClientState, lineage::Search, snapshot::Offer},
};

use crate::data::{
    error::DataError,
    store::{Outbox, Store},
};

/// Requests that one cycle makes at most: a full log of five million rows, or two tabs that keep outrunning
/// each other. The next cycle goes on.
const REQUESTS_MAX: usize = 5_000;

/// Snapshots that one cycle asks for. One that another tab or a restore has made useless is followed by a better one;
/// after so many the rows come one by one.
const SNAPSHOTS_MAX: usize = 3;

/// The way to the server.
pub(crate) trait Transport {
    /// `POST /api/v1/sync`.
    async fn sync(&self, request: &SyncRequest) -> Result<SyncResponse, DataError>;
    /// The records of a snapshot, if it is what was offered.
    async fn snapshot(&self, offer: &Offer) -> Result<Vec<Record>, DataError>;
}

/// Who hears what a cycle does.
pub(crate) trait Watcher {
    /// The tablet's clock now, ms since 1970.
    fn tablet_ms(&self) -> u64;
    /// A request goes out with so many operations.
    fn sending(&self, operations: usize);
    /// The server answered.
    fn answered(&self, response: &SyncResponse);
    /// Lets the store take the answer, and takes over what it changed. `false` when it was for another cursor.
    async fn take<S: Store>(&self, store: &S, sent: &[Operation], response: &SyncResponse) -> Result<bool, DataError>;
    /// Lets the store take a snapshot, and takes over everything. `false` when the store knows more.
    async fn adopt<S: Store>(&self, store: &S, offer: &Offer, records: Vec<Record>) -> Result<bool, DataError>;
    /// The store holds something else than the watcher knows: load it again.
    async fn reload(&self) -> Result<(), DataError>;
}

/// Runs one cycle to its end.
pub(crate) async fn cycle<S: Store, T: Transport, W: Watcher>(
    store: &S,
    transport: &T,
    watcher: &W,
) -> Result<(), DataError> {
    let mut has_rewound = false;
    let mut snapshots = 0;
    let mut most = OPERATIONS_MAX;
    for _ in 0..REQUESTS_MAX {
        let Outbox { state, mut operations, unsent } = store.outbox().await?;
        operations.truncate(most);
        watcher.sending(operations.len());
        let mut request = state.request(env!("CARGO_PKG_VERSION"), watcher.tablet_ms(), operations);
        if snapshots >= SNAPSHOTS_MAX {
            request.protocol = PROTOCOL_OF_ROWS;
        }
        let response = match transport.sync(&request).await {
            Err(DataError::Server(detail)) if detail.code == ErrorCode::Lineage && !has_rewound => {
                has_rewound = true;
                let common = common(transport, &request, &state, detail.common.unwrap_or(0)).await?;
                store.rewind(common).await?;
                watcher.reload().await?;
                continue;
            }
            Err(DataError::Server(detail)) if detail.code == ErrorCode::Snapshot && snapshots < SNAPSHOTS_MAX => {
                snapshots += 1;
                if let Some(offer) = detail.snapshot {
                    adopt(store, transport, watcher, &offer).await?;
                }
                continue;
            }
            // A server of an earlier release takes less at once; one operation is refused for what it is.
            Err(DataError::Server(detail))
                if detail.code == ErrorCode::BodyTooLarge && request.operations.len() > 1 =>
            {
                most = request.operations.len() / 2;
                continue;
            }
            answer => answer?,
        };
        watcher.answered(&response);
        let left = unsent.saturating_sub(request.operations.len());
        if !watcher.take(store, &request.operations, &response).await? {
            // Another tab was faster: its rows are in the store, and the next request goes on from there.
            watcher.reload().await?;
            continue;
        }
        if !response.more && left == 0 {
            return Ok(());
        }
    }
    Ok(())
}

/// Loads a snapshot, if it is still to be had; the next request tells what is left to do.
async fn adopt<S: Store, T: Transport, W: Watcher>(
    store: &S,
    transport: &T,
    watcher: &W,
    offer: &Offer,
) -> Result<(), DataError> {
    match transport.snapshot(offer).await {
        Ok(records) => watcher.adopt(store, offer, records).await.map(drop),
        // The server has a newer one, or says something that this version cannot read.
        Err(DataError::Server(_) | DataError::Unreadable(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

/// The last row that a restored server shares with the store, as far as the store's marks tell: `named` by the
/// server, or a later one that it knows when it is asked.
async fn common<T: Transport>(
    transport: &T,
    request: &SyncRequest,
    state: &ClientState,
    named: u64,
) -> Result<u64, DataError> {
    let mut search = Search::new(&state.marks, named);
    while let Some(mark) = search.next() {
        // Whether the mark is known, and nothing else: an offer of a snapshot would be no answer.
        let question = SyncRequest {
            protocol: PROTOCOL_OF_ROWS,
            cursor: mark,
            acknowledged: mark,
            operations: Vec::new(),
            limit: 1,
            ..request.clone()
        };
        match transport.sync(&question).await {
            Ok(_) => search.answer(true),
            Err(DataError::Server(detail)) if detail.code == ErrorCode::Lineage => search.answer(false),
            Err(error) => return Err(error),
        }
    }
    Ok(search.common())
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
// Named, because the simulator of `shared` compiles this file too.
#[path = "sync_driver/tests.rs"]
mod tests;
