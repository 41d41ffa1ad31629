//! The I/O wall: what the application stores on the tablet and what it asks the server.

pub(crate) mod backoff;
pub(crate) mod bell;
#[cfg(test)]
mod contract;
pub(crate) mod device;
pub(crate) mod error;
pub(crate) mod eviction;
pub(crate) mod exchange;
pub(crate) mod http;
pub(crate) mod indexed_db;
pub(crate) mod kept;
pub(crate) mod keyring;
// The browser tests run the same contract on the real one.
#[cfg(all(test, not(target_arch = "wasm32")))]
pub(crate) mod memory;
pub(crate) mod photo;
pub(crate) mod store;
pub(crate) mod sync_driver;
pub(crate) mod upload;
pub(crate) mod vault;

/// The store that the application runs on.
pub(crate) type AppStore = indexed_db::IndexedDbStore;
