//! Scoring: 考评办法 as data, evaluated exactly and explained down to the records.

pub mod result;
