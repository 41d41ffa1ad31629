//! What the server asks of a database, in the words of the domain. One trait, one implementation per
//! database, one contract suite for all.

use std::sync::Arc;

use async_trait::async_trait;
use shared::{
    campaign::{Campaign, Targets},
    id::{CampaignId, Digest, OperationId, PersonId, UnitId},
    merge::operation::{Disposition, Mark},
    person::Person,
    record::RecordKind,
    sync::accept::Entry,
    unit::Unit,
};

#[cfg(test)]
mod contract;
mod rows;
pub mod sqlite;

/// A store shared by all handlers.
pub type SharedStore = Arc<dyn Store>;

/// Why a store cannot do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It is not there.
    #[error("not found")]
    NotFound,
    /// It exists already, or another writer was faster.
    #[error("conflict")]
    Conflict,
    /// The database does not answer now; trying again helps.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// What the database holds is not what was written.
    #[error("the database is damaged: {0}")]
    Corrupt(String),
}

/// Why a database cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A newer version of this program has written it.
    #[error("the database has migration {0}, which this version does not know")]
    Newer(i64),
    /// The file or server cannot be reached.
    #[error("{0}")]
    Unreachable(String),
}

/// A campaign with what belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CampaignRecord {
    /// The campaign.
    pub campaign: Campaign,
    /// Its units by position.
    pub units: Vec<Unit>,
    /// Its targets.
    pub targets: Targets,
}

/// A person with the hash of their password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The person.
    pub person: Person,
    /// argon2id in PHC notation.
    pub password: String,
}

/// A session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of its token.
    pub token: Digest,
    /// Whose it is.
    pub person: PersonId,
    /// When it began.
    pub created_ms: u64,
    /// When it was last used.
    pub seen_ms: u64,
}

/// Failed log-ins in a row of one account or address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Failures {
    /// How many.
    pub count: u32,
    /// The last one.
    pub last_ms: u64,
}

/// Something that arrived and can never be a row of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aside {
    /// SHA-256 of its text: the same text is kept once.
    pub digest: Digest,
    /// Who sent it.
    pub person: PersonId,
    /// When.
    pub received_ms: u64,
    /// What its sender was told.
    pub disposition: Disposition,
    /// The text as it came.
    pub body: String,
}

/// Which rows a person sees: those of these units and kinds that took effect, and all of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// The person.
    pub person: PersonId,
    /// Units; `None` for every unit.
    pub units: Option<Vec<UnitId>>,
    /// Kinds.
    pub kinds: Vec<RecordKind>,
}

/// A question for the rows after a mark.
#[derive(Clone, Debug)]
pub struct PullQuery {
    /// The last row seen.
    pub after: u64,
    /// Another place whose chain is asked for.
    pub also: u64,
    /// What the person sees.
    pub scope: Scope,
    /// Rows at most.
    pub limit: u32,
}

/// The answer, all of one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PullPage {
    /// The log's head.
    pub head: Mark,
    /// The chain at `after`, where there is such a row; zero at 0.
    pub chain_after: Option<Digest>,
    /// The chain at `also`, likewise.
    pub chain_also: Option<Digest>,
    /// Visible rows after `after`, by sequence.
    pub rows: Vec<Entry>,
    /// More visible rows follow.
    pub more: bool,
}

/// Everything durable.
#[async_trait]
pub trait Store: std::fmt::Debug + Send + Sync {
    /// A setting of the server itself.
    async fn setting(&self, name: &str) -> Result<Option<String>, StoreError>;
    /// Writes a setting; `None` takes it away.
    async fn set_setting(&self, name: &str, value: Option<&str>) -> Result<(), StoreError>;

    /// Creates a campaign with its units, targets and first accounts, whole or not at all.
    async fn create_campaign(&self, record: &CampaignRecord, accounts: &[Account]) -> Result<(), StoreError>;
    /// The campaign this server serves.
    async fn campaign(&self) -> Result<CampaignRecord, StoreError>;
    /// Adds a unit.
    async fn add_unit(&self, campaign: CampaignId, unit: &Unit) -> Result<(), StoreError>;

    /// Adds an account; a taken account name is a conflict.
    async fn add_account(&self, campaign: CampaignId, account: &Account) -> Result<(), StoreError>;
    /// Every person of a campaign, by account.
    async fn people(&self, campaign: CampaignId) -> Result<Vec<Person>, StoreError>;
    /// The account of a name.
    async fn account(&self, name: &str) -> Result<Account, StoreError>;
    /// Replaces a password's hash and ends the person's sessions except one.
    async fn set_password(&self, person: PersonId, password: &str, keep: Digest) -> Result<(), StoreError>;

    /// Begins a session.
    async fn begin_session(&self, session: &Session) -> Result<(), StoreError>;
    /// The session of a token's digest, with its person.
    async fn session(&self, token: Digest) -> Result<(Session, Person), StoreError>;
    /// Notes that a session was used.
    async fn touch_session(&self, token: Digest, seen_ms: u64) -> Result<(), StoreError>;
    /// Ends a session, if there is one.
    async fn end_session(&self, token: Digest) -> Result<(), StoreError>;

    /// The failed log-ins of a subject.
    async fn failures(&self, subject: &str) -> Result<Failures, StoreError>;
    /// Counts a failed log-in of each subject and forgets those older than `forget_before_ms`.
    async fn count_failure(&self, subjects: &[&str], now_ms: u64, forget_before_ms: u64) -> Result<(), StoreError>;
    /// Forgets a subject's failures.
    async fn clear_failures(&self, subject: &str) -> Result<(), StoreError>;

    /// Appends rows after `base` and keeps what stands aside: one transaction, durable when it returns.
    /// [`StoreError::Conflict`] when the head is not `base` any more or an operation is in the log already.
    async fn append(
        &self,
        campaign: CampaignId,
        base: Mark,
        entries: &[Entry],
        asides: &[Aside],
    ) -> Result<(), StoreError>;
    /// The entries of those operations that are in the log, in any order.
    async fn entries(&self, campaign: CampaignId, operations: &[OperationId]) -> Result<Vec<Entry>, StoreError>;
    /// A page of visible rows.
    async fn pull(&self, campaign: CampaignId, query: &PullQuery) -> Result<PullPage, StoreError>;
    /// All rows after a sequence in order, at most `limit`.
    async fn replay(&self, campaign: CampaignId, after: u64, limit: u32) -> Result<Vec<Entry>, StoreError>;
}
