//! The program itself: how it starts, refuses to start, stops and survives.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod database;
mod kill;
#[path = "../support/postgres.rs"]
mod postgres;
mod running;
mod schemathesis;
mod sockets;
mod start;
mod tls;
mod upkeep;
