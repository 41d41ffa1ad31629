//! Scoring: 考评办法 as data, evaluated exactly and explained down to the records.

pub mod actuals;
pub mod batch;
pub mod board;
mod check;
pub mod evaluate;
pub mod exact;
mod explain;
mod figure;
mod history;
mod identity;
mod ledger;
mod lookup;
pub mod measure;
pub mod outcome;
pub mod rank;
pub mod reading;
pub mod result;
pub mod rule;
pub mod schedule;
pub mod scheme;
mod sentence;
mod sources;
pub mod table;
pub mod targets;
mod yields;
