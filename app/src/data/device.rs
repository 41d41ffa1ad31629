//! What the tablet remembers without a person: who used it last, and how wrong its clock is.
//!
//! So a reload without the server opens the store of whoever was at work.

use serde::{Deserialize, Serialize};
use shared::id::PersonId;

use crate::data::{
    error::DataError,
    indexed_db::{
        schema::{DEVICE, DEVICE_DATABASE, DEVICE_STORES},
        tx::{Access, Connection, Opened},
    },
};

const KEY: &str = "note";

/// What is remembered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Note {
    /// Who is at work; `None` after 换人.
    pub(crate) person: Option<PersonId>,
    /// Milliseconds to add to the tablet's clock.
    pub(crate) offset_ms: i64,
}

/// The tablet's own little store.
#[derive(Debug)]
pub(crate) struct Device(Connection);

impl Device {
    /// The tablet's store; opened at the first use.
    pub(crate) fn new() -> Self {
        Self(Connection::new(DEVICE_DATABASE, DEVICE_STORES))
    }

    /// What is remembered.
    pub(crate) async fn note(&self) -> Result<Note, DataError> {
        let read = async |tx: &Opened<'_>| Ok(tx.get(DEVICE, KEY).await?.unwrap_or_default());
        self.0.run(&[DEVICE], Access::Read, read).await
    }

    /// Remembers.
    pub(crate) async fn remember(&self, note: Note) -> Result<(), DataError> {
        self.0.run(&[DEVICE], Access::Write, async |tx: &Opened<'_>| tx.put(DEVICE, KEY, &note)).await
    }
}
