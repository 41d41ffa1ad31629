//! Appending to the log.

use async_trait::async_trait;
use shared::{audit::Act, id::CampaignId, merge::operation::Mark, sync::accept::Entry};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection, Transaction};

use super::{archive, head_of};
use crate::store::{
    Aside, Head, StoreError, Turn,
    archive::StoredResult,
    rows::{EntryColumns, digest_bytes, disposition, id_bytes, number},
    seals::{aside_seal, head_seal},
};

/// Rows that one `INSERT` may carry, most first: few statements, so that each is prepared once and for all. Eleven
/// columns each stay far below `SQLite`'s 32,766 variables.
const INSERT_ROWS: [usize; 4] = [64, 16, 4, 1];

/// `SQLite`'s one right to write.
pub(super) struct SqliteTurn {
    pub(super) campaign: CampaignId,
    pub(super) head: Head,
    pub(super) transaction: Transaction<'static, Sqlite>,
}

#[async_trait]
impl Turn for SqliteTurn {
    fn head(&self) -> Head {
        self.head
    }

    async fn append(mut self: Box<Self>, base: Mark, entries: &[Entry], asides: &[Aside]) -> Result<(), StoreError> {
        if base != self.head.mark {
            return Err(StoreError::Conflict);
        }
        let mut left = entries;
        for rows in INSERT_ROWS {
            while let Some((chunk, rest)) = left.split_at_checked(rows) {
                insert_entries(&mut self.transaction, self.campaign, chunk).await?;
                left = rest;
            }
        }
        for aside in asides {
            insert_aside(&mut self.transaction, self.campaign, aside).await?;
        }
        if let Some(last) = entries.last() {
            let mark = Mark { sequence: last.row.sequence, chain: last.row.chain };
            set_head(&mut self.transaction, self.campaign, Head { mark, ..self.head }).await?;
        }
        Ok(self.transaction.commit().await?)
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
        Ok(self.transaction.commit().await?)
    }
}

/// Another version of what stands beside the log.
pub(super) async fn raise_version(connection: &mut SqliteConnection, campaign: CampaignId) -> Result<(), StoreError> {
    let head = head_of(connection, campaign).await?;
    set_head(connection, campaign, Head { version: head.version.saturating_add(1), ..head }).await
}

async fn set_head(connection: &mut SqliteConnection, campaign: CampaignId, head: Head) -> Result<(), StoreError> {
    sqlx::query("UPDATE campaign SET head = ?, chain = ?, version = ?, seal = ? WHERE id = ?")
        .bind(number(head.mark.sequence))
        .bind(digest_bytes(head.mark.chain))
        .bind(number(head.version))
        .bind(head_seal(head))
        .bind(id_bytes(campaign.0))
        .execute(connection)
        .await?;
    Ok(())
}

async fn insert_entries(
    connection: &mut SqliteConnection,
    campaign: CampaignId,
    entries: &[Entry],
) -> Result<(), StoreError> {
    let columns = entries.iter().map(EntryColumns::of).collect::<Result<Vec<_>, _>>()?;
    let mut query = QueryBuilder::<Sqlite>::new(
        "INSERT INTO log (campaign, sequence, operation, unit, kind, author, takes_effect, chain, body, issues, seal) ",
    );
    query.push_values(columns, |mut values, entry| {
        values
            .push_bind(id_bytes(campaign.0))
            .push_bind(entry.sequence)
            .push_bind(entry.operation)
            .push_bind(entry.unit)
            .push_bind(entry.kind)
            .push_bind(entry.author)
            .push_bind(entry.takes_effect)
            .push_bind(entry.chain)
            .push_bind(entry.body)
            .push_bind(entry.issues)
            .push_bind(entry.seal);
    });
    query.build().execute(connection).await?;
    Ok(())
}

pub(super) async fn insert_aside(
    connection: &mut SqliteConnection,
    campaign: CampaignId,
    aside: &Aside,
) -> Result<(), StoreError> {
    let said = disposition(aside.disposition)?;
    sqlx::query(
        "INSERT INTO aside (campaign, digest, person, received_ms, disposition, body, seal) \
         VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (campaign, digest) DO NOTHING",
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
    connection: &mut SqliteConnection,
    campaign: CampaignId,
    result: &StoredResult,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO period_result (campaign, period, edition, document, annex, signature) VALUES (?, ?, ?, ?, ?, ?)",
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
