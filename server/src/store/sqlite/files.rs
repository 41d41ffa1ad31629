//! Which contents of files are whole, in `SQLite`.

use async_trait::async_trait;
use shared::id::{CampaignId, Digest};
use sqlx::{QueryBuilder, Sqlite};

use super::{IDS_MAX, SqliteStore};
use crate::store::{
    StoreError,
    files::{Files, HeldBlob},
    rows::{digest_bytes, digest_of, id_bytes, number},
    seals::blob_seal,
};

#[async_trait]
impl Files for SqliteStore {
    async fn note_blob(&self, campaign: CampaignId, held: &HeldBlob) -> Result<(), StoreError> {
        let (size, received_ms) = (number(held.size), number(held.received_ms));
        sqlx::query(
            "INSERT INTO blob (campaign, sha256, size, mime, received_ms, seal) VALUES (?, ?, ?, ?, ?, ?) \
             ON CONFLICT (campaign, sha256) DO NOTHING",
        )
        .bind(id_bytes(campaign.0))
        .bind(digest_bytes(held.blob))
        .bind(size)
        .bind(held.mime)
        .bind(received_ms)
        .bind(blob_seal(held.blob, size, held.mime, received_ms))
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    async fn held_blobs(&self, campaign: CampaignId, blobs: &[Digest]) -> Result<Vec<Digest>, StoreError> {
        let mut held = Vec::with_capacity(blobs.len());
        for some in blobs.chunks(IDS_MAX) {
            let mut query = QueryBuilder::<Sqlite>::new("SELECT sha256 FROM blob WHERE campaign = ");
            query.push_bind(id_bytes(campaign.0)).push(" AND sha256 IN (");
            let mut listed = query.separated(", ");
            for blob in some {
                listed.push_bind(digest_bytes(*blob));
            }
            query.push(")");
            let found: Vec<Vec<u8>> = query.build_query_scalar().fetch_all(&self.readers).await?;
            for blob in found {
                held.push(digest_of(&blob)?);
            }
        }
        Ok(held)
    }
}
