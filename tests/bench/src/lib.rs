//! What every benchmark shares: figures with a bar, the table, and the file that keeps them.
//!
//! A benchmark is a program in `src/bin`. It measures ours and the peer (or the floor) in the same
//! run, collects a [`Report`] and ends with [`Report::publish`]. `cargo xtask bench` starts it with
//! [`server`], [`assets`] and the folder for the file in its environment.

mod figure;
pub mod floor;
pub mod load;
mod report;
mod surroundings;
pub mod sync;

pub use figure::{Bar, Figure, Peer};
pub use report::Report;
pub use surroundings::{assets, server};
