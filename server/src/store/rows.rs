//! How values of the domain stand in columns, the same in every database.

use std::fmt;

use serde::{Serialize, de::DeserializeOwned};
use shared::{
    id::{Digest, PersonId},
    merge::operation::{Disposition, LogRow, Mark},
    person::Person,
    sync::accept::Entry,
};
use uuid::Uuid;

use super::{Account, Aside, Fact, FactKind, Failures, Head, Session, Standing, StoreError, seals::log_seal};

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::RowNotFound => Self::NotFound,
            sqlx::Error::Database(database) if database.is_unique_violation() => Self::Conflict,
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => Self::Corrupt(error.to_string()),
            _ => Self::Unavailable(error.to_string()),
        }
    }
}

/// Ids as 16 bytes.
pub(super) fn id_bytes(id: Uuid) -> Vec<u8> {
    id.as_bytes().to_vec()
}

/// Digests as 32 bytes.
pub(super) fn digest_bytes(digest: Digest) -> Vec<u8> {
    digest.0.to_vec()
}

/// 32 bytes as a digest.
pub(super) fn digest_of(bytes: &[u8]) -> Result<Digest, StoreError> {
    bytes.try_into().map(Digest).map_err(corrupt)
}

/// Sequences and times, which stay far below 2⁶³.
pub(super) fn number(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// The way back.
pub(super) fn number_of(value: i64) -> Result<u64, StoreError> {
    u64::try_from(value).map_err(corrupt)
}

/// A value of `shared` as JSON.
pub(super) fn json<T: Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(corrupt)
}

/// The way back.
pub(super) fn of_json<T: DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(corrupt)
}

/// A damaged row, with what is wrong.
pub(super) fn corrupt(error: impl fmt::Display) -> StoreError {
    StoreError::Corrupt(error.to_string())
}

/// A row of `person`.
#[derive(sqlx::FromRow)]
pub(super) struct PersonRow {
    body: String,
    password: String,
}

impl TryFrom<PersonRow> for Account {
    type Error = StoreError;

    fn try_from(row: PersonRow) -> Result<Self, StoreError> {
        Ok(Self { person: of_json(&row.body)?, password: row.password })
    }
}

/// A row of `session`.
#[derive(sqlx::FromRow)]
pub(super) struct SessionColumns {
    token: Vec<u8>,
    person: Vec<u8>,
    created_ms: i64,
    seen_ms: i64,
    address: Option<String>,
    device: Option<String>,
    standing: Option<String>,
}

impl SessionColumns {
    /// Whether it was written by a version that keeps what a session tells of its device.
    pub(super) const fn tells_device(&self) -> bool {
        self.standing.is_some()
    }
}

impl TryFrom<SessionColumns> for Session {
    type Error = StoreError;

    fn try_from(row: SessionColumns) -> Result<Self, StoreError> {
        let standing = row.standing.as_deref().map(|code| Standing::of_code(code).ok_or_else(|| corrupt(code)));
        Ok(Self {
            token: digest_of(&row.token)?,
            person: PersonId(Uuid::from_slice(&row.person).map_err(corrupt)?),
            created_ms: number_of(row.created_ms)?,
            seen_ms: number_of(row.seen_ms)?,
            address: row.address.unwrap_or_default(),
            device: row.device.unwrap_or_default(),
            standing: standing.transpose()?.unwrap_or_default(),
        })
    }
}

/// A row of `session` with its person.
#[derive(sqlx::FromRow)]
pub(super) struct SessionRow {
    #[sqlx(flatten)]
    session: SessionColumns,
    body: String,
}

impl TryFrom<SessionRow> for (Session, Person) {
    type Error = StoreError;

    fn try_from(row: SessionRow) -> Result<Self, StoreError> {
        Ok((row.session.try_into()?, of_json(&row.body)?))
    }
}

/// A row of `account_fact`.
#[derive(sqlx::FromRow)]
pub(super) struct FactRow {
    person: Vec<u8>,
    kind: String,
    body: String,
}

impl TryFrom<FactRow> for Fact {
    type Error = StoreError;

    fn try_from(row: FactRow) -> Result<Self, StoreError> {
        Ok(Self {
            person: PersonId(Uuid::from_slice(&row.person).map_err(corrupt)?),
            kind: FactKind::of_code(&row.kind).ok_or_else(|| corrupt(&row.kind))?,
            body: row.body,
        })
    }
}

/// A row of `aside`.
#[derive(sqlx::FromRow)]
pub(super) struct AsideRow {
    digest: Vec<u8>,
    person: Vec<u8>,
    received_ms: i64,
    disposition: String,
    body: String,
    outcome: Option<String>,
}

impl TryFrom<AsideRow> for Aside {
    type Error = StoreError;

    fn try_from(row: AsideRow) -> Result<Self, StoreError> {
        Ok(Self {
            digest: digest_of(&row.digest)?,
            person: PersonId(Uuid::from_slice(&row.person).map_err(corrupt)?),
            received_ms: number_of(row.received_ms)?,
            disposition: of_json(&row.disposition)?,
            body: row.body,
            outcome: row.outcome,
        })
    }
}

/// A row of `login_failure`.
#[derive(sqlx::FromRow)]
pub(super) struct FailureRow {
    count: i64,
    last_ms: i64,
}

impl TryFrom<FailureRow> for Failures {
    type Error = StoreError;

    fn try_from(row: FailureRow) -> Result<Self, StoreError> {
        Ok(Self { count: u32::try_from(row.count).map_err(corrupt)?, last_ms: number_of(row.last_ms)? })
    }
}

/// The head columns of `campaign`.
#[derive(sqlx::FromRow)]
pub(super) struct HeadRow {
    head: i64,
    chain: Vec<u8>,
    version: i64,
}

impl TryFrom<HeadRow> for Head {
    type Error = StoreError;

    fn try_from(row: HeadRow) -> Result<Self, StoreError> {
        let mark = Mark { sequence: number_of(row.head)?, chain: digest_of(&row.chain)? };
        Ok(Self { mark, version: number_of(row.version)? })
    }
}

/// What is read of `log`.
#[derive(sqlx::FromRow)]
pub(super) struct EntryRow {
    body: String,
    issues: Option<String>,
}

impl TryFrom<EntryRow> for Entry {
    type Error = StoreError;

    fn try_from(row: EntryRow) -> Result<Self, StoreError> {
        let issues = row.issues.as_deref().map(of_json).transpose()?.unwrap_or_default();
        Ok(Self { row: of_json(&row.body)?, issues })
    }
}

/// What is written to `log` beside the campaign.
pub(super) struct EntryColumns {
    pub(super) sequence: i64,
    pub(super) operation: Vec<u8>,
    pub(super) unit: Vec<u8>,
    pub(super) kind: &'static str,
    pub(super) author: Vec<u8>,
    pub(super) takes_effect: bool,
    pub(super) chain: Vec<u8>,
    pub(super) body: String,
    pub(super) issues: Option<String>,
    pub(super) seal: Vec<u8>,
}

impl EntryColumns {
    /// The columns of an entry.
    pub(super) fn of(entry: &Entry) -> Result<Self, StoreError> {
        let row: &LogRow = &entry.row;
        let issues = if entry.issues.is_empty() { None } else { Some(json(&entry.issues)?) };
        let body = json(row)?;
        Ok(Self {
            sequence: number(row.sequence),
            operation: id_bytes(row.operation.id.0),
            unit: id_bytes(row.operation.unit.0),
            kind: row.operation.kind.code(),
            author: id_bytes(row.operation.author.0),
            takes_effect: row.disposition.takes_effect(),
            chain: digest_bytes(row.chain),
            seal: log_seal(&body, issues.as_deref()),
            body,
            issues,
        })
    }
}

/// A disposition as JSON.
pub(super) fn disposition(disposition: Disposition) -> Result<String, StoreError> {
    json(&disposition)
}
