//! What the tablet remembers without a person: who used it last, who has a store here, and how wrong its clock is.
//!
//! So a reload without the server opens the store of whoever was at work.

use serde::{Deserialize, Serialize};
use shared::{api::hall::HallView, id::PersonId};

use crate::data::{
    error::DataError,
    indexed_db::{
        schema::{DEVICE, DEVICE_DATABASE, DEVICE_STORES},
        tx::{Access, Connection, Opened},
    },
};

const KEY: &str = "note";

/// The key of the list of people.
const PEOPLE_KEY: &str = "people";

/// What a hall screen keeps: its token, and the last frame it showed. Neither is more than hangs on the wall.
const SCREEN_KEY: &str = "screen";
const FRAME_KEY: &str = "frame";

/// What is remembered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Note {
    /// Who is at work; `None` after 换人.
    pub(crate) person: Option<PersonId>,
    /// Milliseconds to add to the tablet's clock.
    pub(crate) offset_ms: i64,
}

/// Somebody who has a store on this tablet: what they type to log in, and nothing else about them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Known {
    /// Who.
    pub(crate) person: PersonId,
    /// Their account.
    pub(crate) account: String,
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
        Ok(self.get(KEY).await?.unwrap_or_default())
    }

    /// Remembers.
    pub(crate) async fn remember(&self, note: Note) -> Result<(), DataError> {
        self.put(KEY, &note).await
    }

    /// Who has a store here, whoever came last first.
    pub(crate) async fn people(&self) -> Result<Vec<Known>, DataError> {
        Ok(self.get(PEOPLE_KEY).await?.unwrap_or_default())
    }

    /// Puts somebody at the head of the list.
    pub(crate) async fn greet(&self, known: Known) -> Result<(), DataError> {
        let write = async |tx: &Opened<'_>| {
            let mut people: Vec<Known> = tx.get(DEVICE, PEOPLE_KEY).await?.unwrap_or_default();
            people.retain(|other| other.person != known.person);
            people.insert(0, known.clone());
            tx.put(DEVICE, PEOPLE_KEY, &people)
        };
        self.0.run(&[DEVICE], Access::Write, write).await
    }

    /// The token that a hall screen reads with.
    pub(crate) async fn screen(&self) -> Result<Option<String>, DataError> {
        self.get(SCREEN_KEY).await
    }

    /// Makes this device a hall screen.
    pub(crate) async fn become_screen(&self, token: &str) -> Result<(), DataError> {
        self.put(SCREEN_KEY, &token).await
    }

    /// The last frame that a hall screen showed.
    pub(crate) async fn frame(&self) -> Result<Option<HallView>, DataError> {
        self.get(FRAME_KEY).await
    }

    /// Keeps a frame for a start without the server.
    pub(crate) async fn keep_frame(&self, frame: &HallView) -> Result<(), DataError> {
        self.put(FRAME_KEY, frame).await
    }

    /// A value of the tablet's.
    pub(super) async fn get<T: serde::de::DeserializeOwned>(&self, key: &str) -> Result<Option<T>, DataError> {
        self.0.run(&[DEVICE], Access::Read, async |tx: &Opened<'_>| tx.get(DEVICE, key).await).await
    }

    /// Writes a value of the tablet's.
    pub(super) async fn put<T: Serialize>(&self, key: &str, value: &T) -> Result<(), DataError> {
        self.0.run(&[DEVICE], Access::Write, async |tx: &Opened<'_>| tx.put(DEVICE, key, value)).await
    }
}
