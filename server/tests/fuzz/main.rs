//! Every parser of bytes from outside, with bytes that no program of ours has written: it may refuse, it may not break.
//!
//! Each target tries its good inputs, what was once found ([`strange::found`]), and good inputs with changes at
//! random places. A failure prints `BOLERO_RANDOM_SEED=…`, which plays it again; `cargo xtask fuzz` goes on for longer.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod files;
mod headers;
mod strange;
mod texts;
