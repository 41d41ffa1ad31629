//! What outlives a page: who is here, the records in memory, what is being typed, how the exchange stands.
//!
//! Pages reach everything through the free functions below. Every handle is a name for the one application state
//! of this page, so it is `Copy` and works in event handlers and tasks, where no reactive owner is at hand.
#![expect(clippy::unused_self, reason = "a handle holds nothing: it names the one state of this page")]

mod act;
mod address;
mod administration;
mod chunk;
pub(crate) mod clock;
mod core;
mod desk;
mod drafts;
mod files;
mod hall;
mod handover;
mod initials;
mod ledger;
mod own_account;
mod parcels;
mod periods;
mod published;
mod rescue;
mod roster;
mod rules;
mod session;
mod start;
mod sync_status;
mod update;

pub(crate) use act::{Notices, act, focus, print, task};
pub(crate) use address::{Address, Page};
pub(crate) use administration::Administration;
pub(crate) use chunk::{Chunk, ChunkStanding};
pub(crate) use drafts::{Drafts, SaveStatus};
pub(crate) use files::Files;
pub(crate) use hall::Hall;
pub(crate) use initials::initials;
pub(crate) use ledger::{Ledger, Refused, Target};
pub(crate) use own_account::OwnAccount;
pub(crate) use parcels::Parcels;
pub(crate) use periods::Periods;
pub(crate) use published::{Cached, Published};
pub(crate) use rescue::Rescue;
pub(crate) use roster::Roster;
pub(crate) use rules::{ChosenFile, Rules};
pub(crate) use session::{Phase, Session};
pub(crate) use start::start;
pub(crate) use sync_status::{Chip, SyncStatus};
pub(crate) use update::Update;

pub(crate) use crate::{
    browser::locks::Held,
    browser::object_url::ObjectUrl,
    data::{error::DataError, keyring::is_pin},
};

/// The address of this page.
pub(crate) const fn address() -> Address {
    Address
}

/// Who is logged in.
pub(crate) const fn session() -> Session {
    Session
}

/// The records.
pub(crate) const fn ledger() -> Ledger {
    Ledger
}

/// What is being typed.
pub(crate) const fn drafts() -> Drafts {
    Drafts
}

/// Files that hang on records.
pub(crate) const fn files() -> Files {
    Files
}

/// How the exchange with the server stands.
pub(crate) const fn sync_status() -> SyncStatus {
    SyncStatus
}

/// The server's judgements.
pub(crate) const fn published() -> Published {
    Published
}

/// What a hall screen shows.
pub(crate) const fn hall() -> Hall {
    Hall
}

/// Unsent work in files.
pub(crate) const fn parcels() -> Parcels {
    Parcels
}

/// The application's own new version.
pub(crate) const fn update() -> Update {
    Update
}

/// The part of the program that comes after the first load.
pub(crate) const fn chunk() -> Chunk {
    Chunk
}

/// Accounts and units.
pub(crate) const fn administration() -> Administration {
    Administration
}

/// The own account.
pub(crate) const fn own_account() -> OwnAccount {
    OwnAccount
}

/// The periods, and what was done to them.
pub(crate) const fn periods() -> Periods {
    Periods
}

/// Who answers for what, and which leader stands by whom.
pub(crate) const fn roster() -> Roster {
    Roster
}

/// The rules, and what puts others in force.
pub(crate) const fn rules() -> Rules {
    Rules
}

/// Work of people and devices out of service.
pub(crate) const fn rescue() -> Rescue {
    Rescue
}

/// Short messages for the person at the tablet.
pub(crate) const fn notices() -> Notices {
    Notices
}
