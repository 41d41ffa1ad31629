//! `SQLite`: one file in the data folder, write-ahead log, every commit on disk before it is answered.

use std::{path::Path, sync::Arc, time::Duration};

use async_trait::async_trait;
use shared::{
    id::{CampaignId, Digest, OperationId},
    merge::operation::Mark,
    period::By,
    person::Person,
    sync::accept::Entry,
    unit::Unit,
};
use sqlx::{
    QueryBuilder, Sqlite, SqliteConnection, SqlitePool,
    migrate::{MigrateError, Migrator},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::sync::watch;

use self::sessions::Sessions;
use super::{
    Account, CampaignRecord, Failures, Head, OpenError, PullPage, PullQuery, Scope, Session, Store, StoreError, Turn,
    acts::{account_created, unit_added},
    rows::{
        EntryRow, FailureRow, HeadRow, PersonRow, SessionRow, corrupt, digest_bytes, digest_of, id_bytes, json, number,
        of_json,
    },
    seals::{failure_seal, head_seal, seal},
    statements,
};

/// The file in the data folder.
pub const FILE: &str = "tisheng.sqlite3";

/// How long a statement waits for another process that writes.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Connections that only read.
const READERS_MAX: u32 = 4;

/// Ids one `IN` list carries.
const IDS_MAX: usize = 500;

mod access;
mod archive;
mod files;
mod people;
mod sessions;
mod turn;

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");

/// A database in one file.
#[derive(Debug)]
pub struct SqliteStore {
    /// The one connection that writes: `SQLite` has one writer, and queueing here is fairer than its busy loop.
    writer: SqlitePool,
    readers: SqlitePool,
    sessions: Sessions,
    /// Never sends: the folder is this process's own.
    changes: watch::Sender<()>,
}

impl SqliteStore {
    /// Opens or creates the database in a data folder and migrates it.
    pub async fn open(folder: &Path) -> Result<Self, OpenError> {
        let options = SqliteConnectOptions::new()
            .filename(folder.join(FILE))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT);
        let sessions = Sessions::default();
        let writer = writing(&sessions).connect_with(options.clone()).await.map_err(unusable)?;
        MIGRATIONS.run(&writer).await.map_err(|error| match error {
            MigrateError::VersionMissing(version) => OpenError::Newer(version),
            other => OpenError::Unusable(other.to_string()),
        })?;
        let reading = options.pragma("query_only", "ON");
        let readers = pool(READERS_MAX).connect_with(reading).await.map_err(unusable)?;
        Ok(Self { writer, readers, sessions, changes: watch::channel(()).0 })
    }

    async fn look_up(&self, campaign: CampaignId, token: Digest) -> Result<(Session, Person), StoreError> {
        let query = sqlx::query_as::<_, SessionRow>(statements::SESSION);
        query.bind(id_bytes(campaign.0)).bind(digest_bytes(token)).fetch_one(&self.readers).await?.try_into()
    }
}

/// Connections to a file, which is there as long as they are: asking each time whether it is still there would cost
/// as much as most questions.
fn pool(connections_max: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new().max_connections(connections_max).test_before_acquire(false)
}

/// The one connection that writes tells what it writes.
fn writing(sessions: &Sessions) -> SqlitePoolOptions {
    let (written, settled) = (sessions.clone(), sessions.clone());
    pool(1)
        .after_connect(move |connection, _| {
            let written = written.clone();
            Box::pin(async move {
                connection.lock_handle().await?.set_update_hook(move |row| written.written(row.table));
                Ok(())
            })
        })
        .after_release(move |_, _| {
            settled.settled();
            Box::pin(async { Ok(true) })
        })
}

#[expect(clippy::needless_pass_by_value, reason = "map_err hands the error over")]
fn unusable(error: sqlx::Error) -> OpenError {
    OpenError::Unusable(error.to_string())
}

#[async_trait]
impl Store for SqliteStore {
    async fn setting(&self, name: &str) -> Result<Option<String>, StoreError> {
        let value = sqlx::query_scalar("SELECT value FROM setting WHERE name = ?").bind(name.to_owned());
        Ok(value.fetch_optional(&self.readers).await?)
    }

    async fn set_setting(&self, name: &str, value: &str) -> Result<(), StoreError> {
        let query = sqlx::query(
            "INSERT INTO setting (name, value, seal) VALUES (?, ?, ?) \
             ON CONFLICT (name) DO UPDATE SET value = excluded.value, seal = excluded.seal",
        );
        let sealed = seal(&[name.as_bytes(), value.as_bytes()]);
        query.bind(name.to_owned()).bind(value.to_owned()).bind(sealed).execute(&self.writer).await?;
        Ok(())
    }

    async fn take_setting(&self, name: &str, value: &str) -> Result<bool, StoreError> {
        let query = sqlx::query("DELETE FROM setting WHERE name = ? AND value = ?").bind(name.to_owned());
        Ok(query.bind(value.to_owned()).execute(&self.writer).await?.rows_affected() == 1)
    }

    async fn create_campaign(&self, record: &CampaignRecord, accounts: &[Account]) -> Result<(), StoreError> {
        let campaign = record.campaign.id;
        let mut transaction = self.writer.begin().await?;
        sqlx::query("INSERT INTO campaign (id, body, targets, head, chain, seal) VALUES (?, ?, ?, 0, ?, ?)")
            .bind(id_bytes(campaign.0))
            .bind(json(&record.campaign)?)
            .bind(json(&record.targets)?)
            .bind(digest_bytes(Digest::ZERO))
            .bind(head_seal(Head { mark: Mark::START, version: 0 }))
            .execute(&mut *transaction)
            .await?;
        for unit in &record.units {
            insert_unit(&mut transaction, campaign, unit).await?;
        }
        for account in accounts {
            insert_account(&mut transaction, campaign, account).await?;
        }
        Ok(transaction.commit().await?)
    }

    async fn campaign(&self) -> Result<CampaignRecord, StoreError> {
        let mut moment = self.readers.begin().await?;
        let (id, body, targets): (Vec<u8>, String, String) =
            sqlx::query_as("SELECT id, body, targets FROM campaign ORDER BY id LIMIT 1")
                .fetch_one(&mut *moment)
                .await?;
        let units: Vec<String> = sqlx::query_scalar("SELECT body FROM unit WHERE campaign = ? ORDER BY position, id")
            .bind(id)
            .fetch_all(&mut *moment)
            .await?;
        let units = units.iter().map(|unit| of_json(unit)).collect::<Result<_, _>>()?;
        Ok(CampaignRecord { campaign: of_json(&body)?, units, targets: of_json(&targets)? })
    }

    async fn add_unit(&self, campaign: CampaignId, unit: &Unit, by: By) -> Result<(), StoreError> {
        let mut transaction = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        turn::raise_version(&mut transaction, campaign).await?;
        insert_unit(&mut transaction, campaign, unit).await?;
        archive::append_act(&mut transaction, campaign, &unit_added(unit, by)?).await?;
        Ok(transaction.commit().await?)
    }

    async fn add_account(&self, campaign: CampaignId, account: &Account, by: By) -> Result<(), StoreError> {
        let mut transaction = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        insert_account(&mut transaction, campaign, account).await?;
        archive::append_act(&mut transaction, campaign, &account_created(account, by)?).await?;
        Ok(transaction.commit().await?)
    }

    async fn people(&self, campaign: CampaignId) -> Result<Vec<Person>, StoreError> {
        let people: Vec<String> = sqlx::query_scalar("SELECT body FROM person WHERE campaign = ? ORDER BY account")
            .bind(id_bytes(campaign.0))
            .fetch_all(&self.readers)
            .await?;
        people.iter().map(|person| of_json(person)).collect()
    }

    async fn account(&self, campaign: CampaignId, name: &str) -> Result<Account, StoreError> {
        let query =
            sqlx::query_as::<_, PersonRow>("SELECT body, password FROM person WHERE campaign = ? AND account = ?");
        query.bind(id_bytes(campaign.0)).bind(name.to_owned()).fetch_one(&self.readers).await?.try_into()
    }

    async fn failures(&self, campaign: CampaignId, subject: &str) -> Result<Failures, StoreError> {
        let query = sqlx::query_as::<_, FailureRow>(
            "SELECT count, last_ms FROM login_failure WHERE campaign = ? AND subject = ?",
        );
        let query = query.bind(id_bytes(campaign.0)).bind(subject.to_owned());
        query.fetch_optional(&self.readers).await?.map_or(Ok(Failures::default()), Failures::try_from)
    }

    async fn count_failure(
        &self,
        campaign: CampaignId,
        subjects: &[&str],
        now_ms: u64,
        forget_before_ms: u64,
    ) -> Result<(), StoreError> {
        let mut transaction = self.writer.begin().await?;
        sqlx::query("DELETE FROM login_failure WHERE campaign = ? AND last_ms < ?")
            .bind(id_bytes(campaign.0))
            .bind(number(forget_before_ms))
            .execute(&mut *transaction)
            .await?;
        for subject in subjects {
            let count: i64 = sqlx::query_scalar(
                "INSERT INTO login_failure (campaign, subject, count, last_ms) VALUES (?, ?, 1, ?) \
                 ON CONFLICT (campaign, subject) \
                 DO UPDATE SET count = login_failure.count + 1, last_ms = excluded.last_ms RETURNING count",
            )
            .bind(id_bytes(campaign.0))
            .bind((*subject).to_owned())
            .bind(number(now_ms))
            .fetch_one(&mut *transaction)
            .await?;
            sqlx::query("UPDATE login_failure SET seal = ? WHERE campaign = ? AND subject = ?")
                .bind(failure_seal(subject, count, number(now_ms)))
                .bind(id_bytes(campaign.0))
                .bind((*subject).to_owned())
                .execute(&mut *transaction)
                .await?;
        }
        Ok(transaction.commit().await?)
    }

    async fn clear_failures(&self, campaign: CampaignId, subject: &str) -> Result<(), StoreError> {
        let query =
            sqlx::query("DELETE FROM login_failure WHERE campaign = ? AND subject = ?").bind(id_bytes(campaign.0));
        query.bind(subject.to_owned()).execute(&self.writer).await?;
        Ok(())
    }

    async fn head(&self, campaign: CampaignId) -> Result<Head, StoreError> {
        let mut reader = self.readers.acquire().await?;
        head_of(&mut reader, campaign).await
    }

    async fn turn(&self, campaign: CampaignId) -> Result<Box<dyn Turn>, StoreError> {
        let mut transaction = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        let head = head_of(&mut transaction, campaign).await?;
        Ok(Box::new(turn::SqliteTurn { campaign, head, transaction }))
    }

    async fn entries(&self, campaign: CampaignId, operations: &[OperationId]) -> Result<Vec<Entry>, StoreError> {
        let mut moment = self.readers.begin().await?;
        let mut found = Vec::new();
        for chunk in operations.chunks(IDS_MAX) {
            let mut query = QueryBuilder::<Sqlite>::new("SELECT body, issues FROM log WHERE campaign = ");
            query.push_bind(id_bytes(campaign.0)).push(" AND operation IN (");
            push_list(&mut query, chunk.iter().map(|id| id_bytes(id.0)));
            let rows: Vec<EntryRow> = query.build_query_as().fetch_all(&mut *moment).await?;
            found.extend(rows.into_iter().map(Entry::try_from).collect::<Result<Vec<_>, _>>()?);
        }
        Ok(found)
    }

    async fn pull(&self, campaign: CampaignId, query: &PullQuery) -> Result<PullPage, StoreError> {
        // One transaction reads one moment: the head, the chain and the rows belong together.
        let mut moment = self.readers.begin().await?;
        let head = head_of(&mut moment, campaign).await?.mark;
        let chain_after = chain_at(&mut moment, campaign, query.after).await?;
        let chain_also = chain_at(&mut moment, campaign, query.also).await?;
        let limit = usize::try_from(query.limit).map_err(corrupt)?;
        let mut rows = visible(campaign, query).build_query_as::<EntryRow>().fetch_all(&mut *moment).await?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let rows = rows.into_iter().map(|row| Entry::try_from(row).map(Arc::new)).collect::<Result<_, _>>()?;
        Ok(PullPage { head, chain_after, chain_also, rows, more })
    }

    async fn replay(&self, campaign: CampaignId, after: u64, limit: u32) -> Result<Vec<Entry>, StoreError> {
        let rows: Vec<EntryRow> = sqlx::query_as(
            "SELECT body, issues FROM log WHERE campaign = ? AND sequence > ? ORDER BY sequence LIMIT ?",
        )
        .bind(id_bytes(campaign.0))
        .bind(number(after))
        .bind(i64::from(limit))
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter().map(Entry::try_from).collect()
    }

    fn changes(&self) -> watch::Receiver<()> {
        self.changes.subscribe()
    }

    async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

async fn head_of(connection: &mut SqliteConnection, campaign: CampaignId) -> Result<Head, StoreError> {
    let row: HeadRow = sqlx::query_as("SELECT head, chain, version FROM campaign WHERE id = ?")
        .bind(id_bytes(campaign.0))
        .fetch_one(connection)
        .await?;
    row.try_into()
}

async fn insert_unit(connection: &mut SqliteConnection, campaign: CampaignId, unit: &Unit) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO unit (id, campaign, position, body) VALUES (?, ?, ?, ?)")
        .bind(id_bytes(unit.id.0))
        .bind(id_bytes(campaign.0))
        .bind(i64::from(unit.position))
        .bind(json(unit)?)
        .execute(connection)
        .await?;
    Ok(())
}

async fn insert_account(
    connection: &mut SqliteConnection,
    campaign: CampaignId,
    account: &Account,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO person (id, campaign, account, body, password) VALUES (?, ?, ?, ?, ?)")
        .bind(id_bytes(account.person.id.0))
        .bind(id_bytes(campaign.0))
        .bind(account.person.account.clone())
        .bind(json(&account.person)?)
        .bind(account.password.clone())
        .execute(connection)
        .await?;
    Ok(())
}

async fn chain_at(
    connection: &mut SqliteConnection,
    campaign: CampaignId,
    sequence: u64,
) -> Result<Option<Digest>, StoreError> {
    if sequence == 0 {
        return Ok(Some(Digest::ZERO));
    }
    let chain: Option<Vec<u8>> = sqlx::query_scalar("SELECT chain FROM log WHERE campaign = ? AND sequence = ?")
        .bind(id_bytes(campaign.0))
        .bind(number(sequence))
        .fetch_optional(connection)
        .await?;
    chain.as_deref().map(digest_of).transpose()
}

/// The rows a person sees after a sequence, one more than asked for so that the page knows whether it is the last.
fn visible(campaign: CampaignId, query: &PullQuery) -> QueryBuilder<Sqlite> {
    let Scope { person, units, kinds } = &query.scope;
    let mut sql = QueryBuilder::new("SELECT body, issues FROM log WHERE campaign = ");
    sql.push_bind(id_bytes(campaign.0)).push(" AND sequence > ").push_bind(number(query.after));
    sql.push(" AND (takes_effect OR author = ").push_bind(id_bytes(person.0)).push(")");
    if let Some(units) = units {
        sql.push(" AND unit IN (");
        push_list(&mut sql, units.iter().map(|unit| id_bytes(unit.0)));
    }
    sql.push(" AND kind IN (");
    push_list(&mut sql, kinds.iter().map(|kind| kind.code()));
    sql.push(" ORDER BY sequence LIMIT ").push_bind(i64::from(query.limit) + 1);
    sql
}

fn push_list<'v, T>(sql: &mut QueryBuilder<Sqlite>, values: impl IntoIterator<Item = T>)
where
    T: sqlx::Encode<'v, Sqlite> + sqlx::Type<Sqlite>,
{
    let mut list = sql.separated(", ");
    for value in values {
        list.push_bind(value);
    }
    list.push_unseparated(")");
}

#[cfg(test)]
mod tests;
