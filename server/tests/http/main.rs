//! The interface from outside, against the real router and a real database.
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::missing_panics_doc,
    reason = "tests fail by panicking"
)]

mod audit;
mod bounds;
mod damage;
mod exchange;
mod files;
mod hall;
mod hardening;
mod intake;
mod login;
mod management;
mod openapi;
mod operation;
mod pages;
mod parcels;
mod people;
mod periods;
mod ranking;
mod rescue;
mod rights;
mod roster;
mod rules;
mod second_factor;
mod snapshots;
mod tokens;
mod world;
