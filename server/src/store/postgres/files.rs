//! Which contents of files are whole, in `PostgreSQL`.

use async_trait::async_trait;
use shared::id::{CampaignId, Digest};

use super::PostgresStore;
use crate::store::{
    StoreError,
    files::{Files, HeldBlob},
    rows::{digest_bytes, digest_of, id_bytes, number},
    seals::blob_seal,
};

#[async_trait]
impl Files for PostgresStore {
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
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    async fn held_blobs(&self, campaign: CampaignId, blobs: &[Digest]) -> Result<Vec<Digest>, StoreError> {
        let names: Vec<Vec<u8>> = blobs.iter().map(|blob| digest_bytes(*blob)).collect();
        let found: Vec<Vec<u8>> =
            sqlx::query_scalar("SELECT sha256 FROM blob WHERE campaign = $1 AND sha256 = ANY($2)")
                .bind(id_bytes(campaign.0))
                .bind(names)
                .fetch_all(&self.pool)
                .await?;
        found.iter().map(|blob| digest_of(blob)).collect()
    }
}
