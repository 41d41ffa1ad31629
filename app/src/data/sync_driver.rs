//! One exchange with the server: push what is unsent, pull what is new, until nothing is left.

use shared::{
    api::{ErrorCode, SyncRequest, SyncResponse},
    merge::operation::Operation,
    sync::{client::ClientState, lineage::Search},
};

use crate::data::{
    error::DataError,
    store::{Outbox, Store},
};

/// Requests that one cycle makes at most: a full log of five million rows, or two tabs that keep outrunning
/// each other. The next cycle goes on.
const REQUESTS_MAX: usize = 5_000;

/// The way to the server.
pub(crate) trait Transport {
    /// `POST /api/v1/sync`.
    async fn sync(&self, request: &SyncRequest) -> Result<SyncResponse, DataError>;
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
    for _ in 0..REQUESTS_MAX {
        let Outbox { state, operations, unsent } = store.outbox().await?;
        watcher.sending(operations.len());
        let request = state.request(env!("CARGO_PKG_VERSION"), watcher.tablet_ms(), operations);
        let response = match transport.sync(&request).await {
            Err(DataError::Server(detail)) if detail.code == ErrorCode::Lineage && !has_rewound => {
                has_rewound = true;
                let common = common(transport, &request, &state, detail.common.unwrap_or(0)).await?;
                store.rewind(common).await?;
                watcher.reload().await?;
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
        let question =
            SyncRequest { cursor: mark, acknowledged: mark, operations: Vec::new(), limit: 1, ..request.clone() };
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
