//! The only place that touches web APIs, one file per noun. Everything here is a thin wrapper that decides nothing.

pub(crate) mod abort;
#[cfg(target_arch = "wasm32")]
mod allocator;
pub(crate) mod bytes;
pub(crate) mod channel;
pub(crate) mod chosen_file;
pub(crate) mod chunk;
pub(crate) mod cipher;
pub(crate) mod clock;
pub(crate) mod compress;
pub(crate) mod download;
pub(crate) mod entropy;
pub(crate) mod event_source;
pub(crate) mod history;
pub(crate) mod listener;
pub(crate) mod locks;
pub(crate) mod marker;
pub(crate) mod object_url;
pub(crate) mod page;
pub(crate) mod panic_panel;
pub(crate) mod picture;
pub(crate) mod service_worker;
pub(crate) mod session_storage;
pub(crate) mod sha256;
pub(crate) mod storage_persist;
pub(crate) mod task;
