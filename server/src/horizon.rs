//! What the acts tell of backups, for every tablet that asks: read again now and then, because another program writes
//! them beside the server.

use shared::{
    id::CampaignId,
    sync::horizon::{self, Backup},
};
use tokio::sync::Mutex;

use crate::store::SharedStore;

/// How long what was read is good for. A tablet that hears of a backup late keeps what it wrote a little longer.
const FRESH_MS: u64 = 60_000;

/// What is known of backups.
#[derive(Debug, Default)]
pub struct Horizon(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    asked_ms: Option<u64>,
    /// The last act that was read.
    last: u64,
    backups: Vec<Backup>,
    backed_up: u64,
}

impl Horizon {
    /// The last row of the log that every backup holds that one is ready to restore.
    pub async fn backed_up(&self, store: &SharedStore, campaign: CampaignId, now_ms: u64) -> u64 {
        let mut known = self.0.lock().await;
        if known.asked_ms.is_some_and(|asked_ms| asked_ms.abs_diff(now_ms) < FRESH_MS) {
            return known.backed_up;
        }
        known.asked_ms = Some(now_ms);
        match store.backup_acts(campaign, known.last).await {
            Ok(acts) => {
                known.last = acts.last().map_or(known.last, |row| row.sequence);
                known.backups.extend(acts.iter().filter_map(|row| Backup::of_act(&row.act)));
                known.backed_up = horizon::backed_up(&known.backups);
            }
            // What was told stays true; whoever is answered meanwhile keeps what it has.
            Err(error) => tracing::warn!(%error, "cannot read what was backed up"),
        }
        known.backed_up
    }
}
