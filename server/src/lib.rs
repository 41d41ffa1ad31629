//! The thin server: HTTP to store. It decides nothing that `shared` can decide.

pub mod app;
pub mod assets;
pub mod auth;
pub mod backup;
pub mod body;
pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod doctor;
pub mod entropy;
pub mod error;
pub mod first_start;
pub mod keeper;
pub mod ledger;
pub mod password;
pub mod router;
pub mod routes;
pub mod score;
pub mod signing;
pub mod start;
pub mod store;
pub mod telemetry;
pub mod upkeep;
