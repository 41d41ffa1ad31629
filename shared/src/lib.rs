//! The core of 促提升 · Tisheng: data model, merge, workflow and scoring.
//!
//! Everything here is a pure function over values. There is no I/O, no clock and no randomness, so that a
//! tablet, a leader's browser and the server compute the same answer from the same rows, byte for byte.
#![deny(clippy::disallowed_types, clippy::float_arithmetic, clippy::wildcard_enum_match_arm)]

pub mod api;
pub mod attachment;
pub mod audit;
pub mod authorize;
pub mod bulk;
pub mod bulletin;
pub mod calendar;
pub mod campaign;
pub mod fields;
pub mod form;
pub mod id;
pub mod inspection;
pub mod intake;
pub mod issue;
pub mod merge;
pub mod open;
pub mod period;
pub mod person;
pub mod project;
pub mod record;
pub mod report;
pub mod roster;
pub mod rules;
#[cfg(feature = "server")]
mod schema;
pub mod scoring;
pub mod search;
pub mod service;
pub mod stage;
pub mod sync;
pub mod text;
pub mod unit;
pub mod validate;
pub mod workflow;
