//! Work of people and devices out of service: asked of the server directly.

use shared::{
    api::{RescueSettled, RescueStep, RescuedItem, path},
    id::Digest,
};

use crate::state::{DataError, core::core, sync_status};

/// What was kept.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rescue;

impl Rescue {
    /// All of it, oldest first.
    pub(crate) async fn list(self) -> Result<Vec<RescuedItem>, DataError> {
        let items = core().http.get(path::RESCUE).await;
        items.inspect_err(|error| core().note_session_end(error))
    }

    /// Adopts or discards one.
    pub(crate) async fn step(self, id: Digest, step: RescueStep) -> Result<RescueSettled, DataError> {
        let settled = core().http.post(&format!("{}/{id}", path::RESCUE), &step).await;
        sync_status().sync_now();
        settled.inspect_err(|error| core().note_session_end(error))
    }
}
