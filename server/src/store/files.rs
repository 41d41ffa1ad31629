//! Which contents of files are whole.

use async_trait::async_trait;
use shared::id::{CampaignId, Digest};

use super::StoreError;

/// A content that lies whole where files are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldBlob {
    /// Its SHA-256.
    pub blob: Digest,
    /// Its size in bytes.
    pub size: u64,
    /// What it is.
    pub mime: &'static str,
    /// When the last of it arrived.
    pub received_ms: u64,
}

/// What a database knows of files.
#[async_trait]
pub trait Files {
    /// Notes that a content is whole; a second time changes nothing.
    async fn note_blob(&self, campaign: CampaignId, held: &HeldBlob) -> Result<(), StoreError>;
    /// Those of these contents that are whole.
    async fn held_blobs(&self, campaign: CampaignId, blobs: &[Digest]) -> Result<Vec<Digest>, StoreError>;
}
