//! `SQLite`: one file in the data folder, write-ahead log, every commit on disk before it is answered.
#![allow(clippy::duplicate_mod, reason = "what `both` holds is compiled for each driver")]

mod sessions;

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

use std::{path::Path, time::Duration};

use shared::{
    id::{CampaignId, Digest, OperationId},
    person::Person,
    sync::accept::Entry,
};
use sqlx::{
    QueryBuilder, Row as _, Sqlite, SqliteConnection, SqlitePool, Transaction,
    migrate::{MigrateError, Migrator},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::sync::watch;

use self::sessions::Sessions;
use super::{
    Head, OpenError, PullQuery, Scope, Session, StoreError,
    rows::{EntryColumns, EntryRow, digest_bytes, digest_of, id_bytes, number, number_of},
};

/// What `both` is compiled for here.
type Base = SqliteStore;
type Driver = Sqlite;
type Connection = SqliteConnection;

/// The file in the data folder.
pub const FILE: &str = "tisheng.sqlite3";

/// How long a statement waits for another process that writes.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Connections that only read.
const READERS_MAX: u32 = 4;

/// Ids one `IN` list carries.
const IDS_MAX: usize = 500;

/// Rows that one `INSERT` into the log may carry, most first: few statements, so that each is prepared once and for
/// all. Eleven columns each stay far below `SQLite`'s 32,766 variables.
const ROWS_APPENDED_AT_ONCE: [usize; 4] = [64, 16, 4, 1];

/// Rows of a backup that one `INSERT` carries.
const ROWS_LOADED_AT_ONCE: usize = 200;

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

/// What a writer says to other processes of the same database: nothing, for there is none.
struct Announcement;

impl Announcement {
    #[expect(clippy::unused_self, reason = "elsewhere there is something to say")]
    const fn make(self) {}
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

    const fn reading(&self) -> &SqlitePool {
        &self.readers
    }

    const fn writing(&self) -> &SqlitePool {
        &self.writer
    }

    /// With the right to write from the start: one that began by reading could not wait for it.
    async fn begin(&self) -> Result<Transaction<'static, Sqlite>, sqlx::Error> {
        self.writer.begin_with("BEGIN IMMEDIATE").await
    }

    async fn begin_turn(&self) -> Result<Transaction<'static, Sqlite>, sqlx::Error> {
        self.begin().await
    }

    /// One transaction reads one moment.
    async fn moment(&self) -> Result<Transaction<'static, Sqlite>, sqlx::Error> {
        self.readers.begin().await
    }

    #[expect(clippy::unused_self, reason = "elsewhere there is something to say")]
    const fn announcement(&self) -> Announcement {
        Announcement
    }

    fn changed(&self) -> watch::Receiver<()> {
        self.changes.subscribe()
    }

    async fn known(&self, campaign: CampaignId, token: Digest) -> Result<(Session, Person), StoreError> {
        let look_up = match self.sessions.get(campaign, token) {
            Ok(known) => return Ok(known),
            Err(look_up) => look_up,
        };
        let found = people::look_up(&mut *self.readers.acquire().await?, campaign, token).await?;
        if let Some(look_up) = look_up {
            self.sessions.remember(look_up, campaign, &found);
        }
        Ok(found)
    }

    async fn integrity(&self) -> Result<Vec<String>, StoreError> {
        let mut said: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check").fetch_all(&self.readers).await?;
        said.retain(|line| line != "ok");
        let foreign = sqlx::query("PRAGMA foreign_key_check").fetch_all(&self.readers).await?;
        said.extend(foreign.iter().map(|row| format!("foreign key of {}", row.get::<String, _>(0))));
        Ok(said)
    }

    async fn close_pools(&self) {
        self.readers.close().await;
        self.writer.close().await;
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

/// Whoever may write is alone.
async fn locked_head(connection: &mut SqliteConnection, campaign: CampaignId) -> Result<Head, StoreError> {
    turn::head_of(connection, campaign).await
}

/// The last act and its chain.
async fn audit_head(connection: &mut SqliteConnection, campaign: CampaignId) -> Result<(u64, Digest), StoreError> {
    let head: Option<(i64, Vec<u8>)> = sqlx::query_as("SELECT head, chain FROM audit WHERE campaign = ?")
        .bind(id_bytes(campaign.0))
        .fetch_optional(connection)
        .await?;
    head.map_or(Ok((0, Digest::ZERO)), |(head, chain)| Ok((number_of(head)?, digest_of(&chain)?)))
}

async fn insert_entries(
    connection: &mut SqliteConnection,
    campaign: CampaignId,
    entries: &[Entry],
) -> Result<(), StoreError> {
    let mut left = entries;
    for rows in ROWS_APPENDED_AT_ONCE {
        while let Some((some, rest)) = left.split_at_checked(rows) {
            insert_rows(connection, campaign, some).await?;
            left = rest;
        }
    }
    Ok(())
}

async fn insert_rows(
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

/// The rows of operations, where there are any.
async fn logged(
    connection: &mut SqliteConnection,
    campaign: CampaignId,
    operations: &[OperationId],
) -> Result<Vec<EntryRow>, StoreError> {
    let mut sql = QueryBuilder::<Sqlite>::new("SELECT body, issues FROM log WHERE campaign = ");
    sql.push_bind(id_bytes(campaign.0)).push(" AND operation IN (");
    push_list(&mut sql, operations.iter().map(|id| id_bytes(id.0)));
    Ok(sql.build_query_as().fetch_all(connection).await?)
}

/// The rows a person sees after a sequence, one more than asked for so that the page knows whether it is the last.
async fn visible(
    connection: &mut SqliteConnection,
    campaign: CampaignId,
    query: &PullQuery,
) -> Result<Vec<EntryRow>, StoreError> {
    let Scope { person, units, kinds } = &query.scope;
    let mut sql = QueryBuilder::<Sqlite>::new("SELECT body, issues FROM log WHERE campaign = ");
    sql.push_bind(id_bytes(campaign.0)).push(" AND sequence > ").push_bind(number(query.after));
    sql.push(" AND (takes_effect OR author = ").push_bind(id_bytes(person.0)).push(")");
    if let Some(units) = units {
        sql.push(" AND unit IN (");
        push_list(&mut sql, units.iter().map(|unit| id_bytes(unit.0)));
    }
    sql.push(" AND kind IN (");
    push_list(&mut sql, kinds.iter().map(|kind| kind.code()));
    sql.push(" ORDER BY sequence LIMIT ").push_bind(i64::from(query.limit) + 1);
    Ok(sql.build_query_as().fetch_all(connection).await?)
}

/// The names of those contents that are whole.
async fn held(
    connection: &mut SqliteConnection,
    campaign: CampaignId,
    blobs: &[Digest],
) -> Result<Vec<Vec<u8>>, StoreError> {
    let mut sql = QueryBuilder::<Sqlite>::new("SELECT sha256 FROM blob WHERE campaign = ");
    sql.push_bind(id_bytes(campaign.0)).push(" AND sha256 IN (");
    push_list(&mut sql, blobs.iter().map(|blob| digest_bytes(*blob)));
    Ok(sql.build_query_scalar().fetch_all(connection).await?)
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
