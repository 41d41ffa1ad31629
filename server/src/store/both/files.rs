//! Which contents of files are whole.

use async_trait::async_trait;
use shared::id::{CampaignId, Digest};

use super::{Base, IDS_MAX, held};
use crate::store::{
    StoreError,
    files::{Files, HeldBlob},
    rows::{digest_bytes, digest_of, id_bytes, number},
    seals::blob_seal,
};

#[async_trait]
impl Files for Base {
    async fn note_blob(&self, campaign: CampaignId, held: &HeldBlob) -> Result<(), StoreError> {
        let (size, received_ms) = (number(held.size), number(held.received_ms));
        sqlx::query(
            "INSERT INTO blob (campaign, sha256, size, mime, received_ms, seal) VALUES ($1, $2, $3, $4, $5, $6) \
             ON CONFLICT (campaign, sha256) DO NOTHING",
        )
        .bind(id_bytes(campaign.0))
        .bind(digest_bytes(held.blob))
        .bind(size)
        .bind(held.mime)
        .bind(received_ms)
        .bind(blob_seal(held.blob, size, held.mime, received_ms))
        .execute(self.writing())
        .await?;
        Ok(())
    }

    async fn held_blobs(&self, campaign: CampaignId, blobs: &[Digest]) -> Result<Vec<Digest>, StoreError> {
        let mut reader = self.reading().acquire().await?;
        let mut found = Vec::with_capacity(blobs.len());
        for some in blobs.chunks(IDS_MAX) {
            for blob in held(&mut reader, campaign, some).await? {
                found.push(digest_of(&blob)?);
            }
        }
        Ok(found)
    }
}
