//! Appending to the log.

use async_trait::async_trait;
use shared::{audit::Act, id::CampaignId, merge::operation::Mark, sync::accept::Entry};
use sqlx::Transaction;

use super::{Announcement, Connection, Driver, archive, insert_entries, locked_head};
use crate::store::{
    Aside, Head, StoreError, Turn,
    archive::StoredResult,
    rows::{HeadRow, digest_bytes, disposition, id_bytes, number},
    seals::{aside_seal, head_seal},
};

/// The right to append to a campaign's log, as long as the transaction lasts.
pub(super) struct OwnTurn {
    pub(super) campaign: CampaignId,
    pub(super) head: Head,
    pub(super) transaction: Transaction<'static, Driver>,
    pub(super) announcement: Announcement,
}

#[async_trait]
impl Turn for OwnTurn {
    fn head(&self) -> Head {
        self.head
    }

    async fn append(mut self: Box<Self>, base: Mark, entries: &[Entry], asides: &[Aside]) -> Result<(), StoreError> {
        if base != self.head.mark {
            return Err(StoreError::Conflict);
        }
        insert_entries(&mut self.transaction, self.campaign, entries).await?;
        for aside in asides {
            insert_aside(&mut self.transaction, self.campaign, aside).await?;
        }
        if let Some(last) = entries.last() {
            let mark = Mark { sequence: last.row.sequence, chain: last.row.chain };
            set_head(&mut self.transaction, self.campaign, Head { mark, ..self.head }).await?;
        }
        self.transaction.commit().await?;
        self.announcement.make();
        Ok(())
    }

    async fn decide(
        mut self: Box<Self>,
        base: Mark,
        act: &Act,
        result: Option<&StoredResult>,
    ) -> Result<(), StoreError> {
        if base != self.head.mark {
            return Err(StoreError::Conflict);
        }
        archive::append_act(&mut self.transaction, self.campaign, act).await?;
        if let Some(result) = result {
            insert_result(&mut self.transaction, self.campaign, result).await?;
        }
        let head = Head { version: self.head.version.saturating_add(1), ..self.head };
        set_head(&mut self.transaction, self.campaign, head).await?;
        self.transaction.commit().await?;
        self.announcement.make();
        Ok(())
    }
}

/// Where a campaign's log stands.
pub(super) async fn head_of(connection: &mut Connection, campaign: CampaignId) -> Result<Head, StoreError> {
    let row: HeadRow = sqlx::query_as("SELECT head, chain, version FROM campaign WHERE id = $1")
        .bind(id_bytes(campaign.0))
        .fetch_one(connection)
        .await?;
    row.try_into()
}

/// Another version of what stands beside the log.
pub(super) async fn raise_version(connection: &mut Connection, campaign: CampaignId) -> Result<(), StoreError> {
    let head = locked_head(connection, campaign).await?;
    set_head(connection, campaign, Head { version: head.version.saturating_add(1), ..head }).await
}

async fn set_head(connection: &mut Connection, campaign: CampaignId, head: Head) -> Result<(), StoreError> {
    sqlx::query("UPDATE campaign SET head = $1, chain = $2, version = $3, seal = $4 WHERE id = $5")
        .bind(number(head.mark.sequence))
        .bind(digest_bytes(head.mark.chain))
        .bind(number(head.version))
        .bind(head_seal(head))
        .bind(id_bytes(campaign.0))
        .execute(connection)
        .await?;
    Ok(())
}

pub(super) async fn insert_aside(
    connection: &mut Connection,
    campaign: CampaignId,
    aside: &Aside,
) -> Result<(), StoreError> {
    let said = disposition(aside.disposition)?;
    sqlx::query(
        "INSERT INTO aside (campaign, digest, person, received_ms, disposition, body, seal) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (campaign, digest) DO NOTHING",
    )
    .bind(id_bytes(campaign.0))
    .bind(digest_bytes(aside.digest))
    .bind(id_bytes(aside.person.0))
    .bind(number(aside.received_ms))
    .bind(said.clone())
    .bind(aside.body.clone())
    .bind(aside_seal(&aside.digest.0, aside.person.0.as_bytes(), number(aside.received_ms), &said, None))
    .execute(connection)
    .await?;
    Ok(())
}

async fn insert_result(
    connection: &mut Connection,
    campaign: CampaignId,
    result: &StoredResult,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO period_result (campaign, period, edition, document, annex, signature) \
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(id_bytes(campaign.0))
    .bind(result.month.to_string())
    .bind(i64::from(result.edition))
    .bind(result.document.clone())
    .bind(result.annex.clone())
    .bind(result.signature.clone())
    .execute(connection)
    .await?;
    Ok(())
}
