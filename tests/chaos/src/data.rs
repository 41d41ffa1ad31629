//! The tablet's own code, compiled from where it lies: the store in memory, the cycle and what they stand on.
#![allow(dead_code, reason = "the application uses what these tablets have no use for")]

#[path = "../../../app/src/data/error.rs"]
pub(crate) mod error;
#[path = "../../../app/src/data/exchange.rs"]
pub(crate) mod exchange;
#[path = "../../../app/src/data/memory.rs"]
pub(crate) mod memory;
#[path = "../../../app/src/data/store.rs"]
pub(crate) mod store;
#[path = "../../../app/src/data/sync_driver.rs"]
pub(crate) mod sync_driver;
