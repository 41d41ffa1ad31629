//! The exchange as pure decisions: state and operation → disposition.

pub mod accept;
pub mod batch;
pub mod client;
pub mod counters;
pub mod horizon;
pub mod lineage;
pub mod parcel;
pub mod run;
pub mod sheaf;
pub mod snapshot;
pub mod voucher;
