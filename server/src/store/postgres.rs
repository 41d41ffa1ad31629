//! `PostgreSQL`: for several server processes on one database, any of which may die at any moment.
//!
//! Whoever appends to a campaign's log locks the campaign's row first. The lock ends with the transaction, and so
//! with the connection of a process that dies.
#![allow(clippy::duplicate_mod, reason = "what `both` holds is compiled for each driver")]

mod feed;
mod open;

// What is said alike to every database; see `store.rs`.
#[path = "both/access.rs"]
mod access;
#[path = "both/archive.rs"]
mod archive;
#[path = "both/files.rs"]
mod files;
#[path = "both/people.rs"]
mod people;
#[path = "both/turn.rs"]
mod turn;
#[path = "both/verbs.rs"]
mod verbs;

use shared::{
    id::{CampaignId, Digest, OperationId},
    person::Person,
    sync::accept::Entry,
};
use sqlx::{PgConnection, PgPool, Postgres, Transaction};
use tokio::sync::watch;

use self::feed::{Announcement, Feed};
use super::{
    Head, OpenError, PullQuery, Scope, Session, StoreError,
    rows::{EntryColumns, EntryRow, HeadRow, digest_bytes, digest_of, id_bytes, number, number_of},
};
use crate::{config::DatabaseAddress, entropy};

/// What `both` is compiled for here.
type Base = PostgresStore;
type Driver = Postgres;
type Connection = PgConnection;

/// Connections for everything but appending.
const CONNECTIONS_MAX: u32 = 10;

/// Ids one question carries.
const IDS_MAX: usize = 5_000;

/// Rows one `INSERT` into the log carries.
const ROWS_APPENDED_AT_ONCE: usize = 1_000;

/// Rows of a backup that one `INSERT` carries; eleven columns each stay below 65,535 variables.
const ROWS_LOADED_AT_ONCE: usize = 1_000;

/// A read of one moment.
const MOMENT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// A database on a server.
#[derive(Debug)]
pub struct PostgresStore {
    pool: PgPool,
    /// The one connection that appends: it may have to wait for its turn, and nobody else shall wait with it.
    appending: PgPool,
    listening: PgPool,
    feed: Feed,
}

impl PostgresStore {
    /// Connects to a database and migrates it.
    pub async fn open(address: &DatabaseAddress) -> Result<Self, OpenError> {
        let options = open::options(address)?;
        open::migrate(&options).await?;
        let [pool, appending, listening] = [CONNECTIONS_MAX, 1, 1].map(|max| open::pool(&options, max));
        let feed = Feed::start(listening.clone(), pool.clone(), entropy::hex::<8>(), feed::LOOK_EVERY);
        Ok(Self { pool, appending, listening, feed })
    }

    const fn reading(&self) -> &PgPool {
        &self.pool
    }

    const fn writing(&self) -> &PgPool {
        &self.pool
    }

    async fn begin(&self) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
        self.pool.begin().await
    }

    async fn begin_turn(&self) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
        self.appending.begin().await
    }

    async fn moment(&self) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
        self.pool.begin_with(MOMENT).await
    }

    fn announcement(&self) -> Announcement {
        self.feed.announcement()
    }

    fn changed(&self) -> watch::Receiver<()> {
        self.feed.changes()
    }

    async fn known(&self, campaign: CampaignId, token: Digest) -> Result<(Session, Person), StoreError> {
        people::look_up(&mut *self.pool.acquire().await?, campaign, token).await
    }

    /// The server checks its own pages where it was told to; what they hold is checked by what reads it.
    #[expect(clippy::unused_async, reason = "another database is asked, and answers later")]
    async fn integrity(&self) -> Result<Vec<String>, StoreError> {
        Ok(Vec::new())
    }

    async fn close_pools(&self) {
        for pool in [&self.listening, &self.appending, &self.pool] {
            pool.close().await;
        }
    }
}

/// The key stays free, so that whoever adds an account need not wait for the log.
async fn locked_head(connection: &mut PgConnection, campaign: CampaignId) -> Result<Head, StoreError> {
    let row: HeadRow = sqlx::query_as("SELECT head, chain, version FROM campaign WHERE id = $1 FOR NO KEY UPDATE")
        .bind(id_bytes(campaign.0))
        .fetch_one(connection)
        .await?;
    row.try_into()
}

/// The last act and its chain. Acts come one after the other, whichever process they come from.
async fn audit_head(connection: &mut PgConnection, campaign: CampaignId) -> Result<(u64, Digest), StoreError> {
    sqlx::query("INSERT INTO audit (campaign, head, chain) VALUES ($1, 0, $2) ON CONFLICT (campaign) DO NOTHING")
        .bind(id_bytes(campaign.0))
        .bind(digest_bytes(Digest::ZERO))
        .execute(&mut *connection)
        .await?;
    let (head, chain): (i64, Vec<u8>) = sqlx::query_as("SELECT head, chain FROM audit WHERE campaign = $1 FOR UPDATE")
        .bind(id_bytes(campaign.0))
        .fetch_one(connection)
        .await?;
    Ok((number_of(head)?, digest_of(&chain)?))
}

/// One statement for any number of rows: each column is sent as a list.
async fn insert_entries(
    connection: &mut PgConnection,
    campaign: CampaignId,
    entries: &[Entry],
) -> Result<(), StoreError> {
    for some in entries.chunks(ROWS_APPENDED_AT_ONCE) {
        let columns = some.iter().map(EntryColumns::of).collect::<Result<Vec<_>, _>>()?;
        sqlx::query(
            "INSERT INTO log (campaign, sequence, operation, unit, kind, author, takes_effect, chain, body, issues, \
             seal) \
             SELECT $1, * FROM UNNEST($2::BIGINT[], $3::BYTEA[], $4::BYTEA[], $5::TEXT[], $6::BYTEA[], \
             $7::BOOLEAN[], $8::BYTEA[], $9::TEXT[], $10::TEXT[], $11::BYTEA[])",
        )
        .bind(id_bytes(campaign.0))
        .bind(columns.iter().map(|entry| entry.sequence).collect::<Vec<_>>())
        .bind(columns.iter().map(|entry| entry.operation.clone()).collect::<Vec<_>>())
        .bind(columns.iter().map(|entry| entry.unit.clone()).collect::<Vec<_>>())
        .bind(columns.iter().map(|entry| entry.kind).collect::<Vec<_>>())
        .bind(columns.iter().map(|entry| entry.author.clone()).collect::<Vec<_>>())
        .bind(columns.iter().map(|entry| entry.takes_effect).collect::<Vec<_>>())
        .bind(columns.iter().map(|entry| entry.chain.clone()).collect::<Vec<_>>())
        .bind(columns.iter().map(|entry| entry.body.clone()).collect::<Vec<_>>())
        .bind(columns.iter().map(|entry| entry.issues.clone()).collect::<Vec<_>>())
        .bind(columns.into_iter().map(|entry| entry.seal).collect::<Vec<_>>())
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// The rows of operations, where there are any.
async fn logged(
    connection: &mut PgConnection,
    campaign: CampaignId,
    operations: &[OperationId],
) -> Result<Vec<EntryRow>, StoreError> {
    let rows = sqlx::query_as("SELECT body, issues FROM log WHERE campaign = $1 AND operation = ANY($2)")
        .bind(id_bytes(campaign.0))
        .bind(operations.iter().map(|id| id_bytes(id.0)).collect::<Vec<_>>());
    Ok(rows.fetch_all(connection).await?)
}

/// The rows a person sees after a sequence, one more than asked for so that the page knows whether it is the last.
async fn visible(
    connection: &mut PgConnection,
    campaign: CampaignId,
    query: &PullQuery,
) -> Result<Vec<EntryRow>, StoreError> {
    let Scope { person, units, kinds } = &query.scope;
    let units = units.as_ref().map(|units| units.iter().map(|unit| id_bytes(unit.0)).collect::<Vec<_>>());
    let rows = sqlx::query_as(
        "SELECT body, issues FROM log WHERE campaign = $1 AND sequence > $2 AND (takes_effect OR author = $3) \
         AND ($4::BYTEA[] IS NULL OR unit = ANY($4)) AND kind = ANY($5) ORDER BY sequence LIMIT $6",
    )
    .bind(id_bytes(campaign.0))
    .bind(number(query.after))
    .bind(id_bytes(person.0))
    .bind(units)
    .bind(kinds.iter().map(|kind| kind.code()).collect::<Vec<_>>())
    .bind(i64::from(query.limit) + 1);
    Ok(rows.fetch_all(connection).await?)
}

/// The names of those contents that are whole.
async fn held(
    connection: &mut PgConnection,
    campaign: CampaignId,
    blobs: &[Digest],
) -> Result<Vec<Vec<u8>>, StoreError> {
    let names = sqlx::query_scalar("SELECT sha256 FROM blob WHERE campaign = $1 AND sha256 = ANY($2)")
        .bind(id_bytes(campaign.0))
        .bind(blobs.iter().map(|blob| digest_bytes(*blob)).collect::<Vec<_>>());
    Ok(names.fetch_all(connection).await?)
}

#[cfg(test)]
mod tests;
