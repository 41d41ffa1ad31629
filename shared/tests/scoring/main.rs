//! Scoring from the outside: tables, records and schemes in, rankings and explanations out.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails where it stands"
)]

mod batch;
mod board;
mod bulletin;
mod conflicts;
mod edges;
mod faults;
mod findings;
mod measures;
mod movement;
mod rationals;
mod readings;
mod rules;
mod scheme;
mod tables;
mod twins;
mod what_if;
mod world;
