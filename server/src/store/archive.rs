//! The second log, frozen results, and the database as a whole.

use async_trait::async_trait;
use shared::{
    audit::{Act, ActRow},
    calendar::Month,
    id::CampaignId,
};
use tokio::sync::mpsc;

use super::{StoreError, tables::Rows};

/// A frozen edition as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredResult {
    /// The month.
    pub month: Month,
    /// The edition, from 1.
    pub edition: u32,
    /// The document, byte for byte.
    pub document: String,
    /// The explanations of its scores.
    pub annex: String,
    /// The Ed25519 signature over the document's digest.
    pub signature: Vec<u8>,
}

/// What a database keeps beside the log and who may write to it.
#[async_trait]
pub trait Archive {
    /// Begins the second log with what there is, unless it has begun.
    async fn begin_audit(&self, campaign: CampaignId, now_ms: u64) -> Result<(), StoreError>;
    /// Appends an act.
    async fn record(&self, campaign: CampaignId, act: &Act) -> Result<(), StoreError>;
    /// Acts after a sequence in order, at most `limit`.
    async fn acts(&self, campaign: CampaignId, after: u64, limit: u32) -> Result<Vec<ActRow>, StoreError>;
    /// All acts about periods, in order.
    async fn period_acts(&self, campaign: CampaignId) -> Result<Vec<Act>, StoreError>;
    /// Acts about backups after a sequence, in order.
    async fn backup_acts(&self, campaign: CampaignId, after: u64) -> Result<Vec<ActRow>, StoreError>;
    /// A frozen edition.
    async fn result(&self, campaign: CampaignId, month: Month, edition: u32) -> Result<StoredResult, StoreError>;

    /// Hands every row of every table over, all of one moment, until the receiver has gone.
    async fn dump(&self, to: mpsc::Sender<Rows>) -> Result<(), StoreError>;
    /// Writes every row into an empty database, whole or not at all.
    async fn load(&self, from: mpsc::Receiver<Rows>) -> Result<(), StoreError>;
    /// What the database says of its own pages and indexes; nothing when all is well.
    async fn check(&self) -> Result<Vec<String>, StoreError>;
}
