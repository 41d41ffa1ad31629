//! One file per resource: its handlers are verbs.

pub mod audit;
pub mod blobs;
pub mod campaign;
pub mod certificate;
pub mod devices;
pub mod events;
pub mod files;
pub mod hall;
pub mod invitation;
pub mod open;
pub mod parcels;
pub mod password;
pub mod people;
pub mod periods;
pub mod rankings;
pub mod rescue;
pub mod roster;
pub mod rules;
pub mod second_factor;
pub mod session;
pub mod sessions;
pub mod setup;
pub mod snapshots;
pub mod sync;
pub mod tokens;
pub mod units;
