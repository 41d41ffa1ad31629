//! What the server asks of a database, in the words of the domain. One trait, one implementation per
//! database, one contract suite for all.
//!
//! Nearly every statement is one that either database reads. Those stand in `both`, once, and are compiled for each
//! driver: a file there names `Base`, `Driver`, `Connection` and the few things that are asked differently (to lock,
//! to ask for many at once, to tell other processes) as its parent defines them.

use std::{path::Path, sync::Arc};

use async_trait::async_trait;
use shared::{
    audit::Act,
    campaign::{Campaign, Targets},
    id::{CampaignId, Digest, OperationId, PersonId, UnitId},
    merge::operation::{Disposition, Mark},
    period::By,
    person::Person,
    record::RecordKind,
    sync::accept::Entry,
    unit::Unit,
};
use tokio::sync::watch;

pub use self::people::{Change, Fact, FactKind, People, Session, Standing, Which};

use self::{
    access::Access,
    archive::{Archive, StoredResult},
    files::Files,
};
use crate::config::DatabaseAddress;

pub mod access;
mod acts;
pub mod archive;
#[cfg(test)]
pub(crate) mod contract;
pub mod files;
pub mod people;
pub mod postgres;
#[cfg(test)]
mod rivals;
mod rows;
pub(crate) mod seals;
pub mod sqlite;
mod statements;
pub mod tables;

/// A store shared by all handlers.
pub type SharedStore = Arc<dyn Store>;

/// Opens a database, the one of the data folder where no other is named, creating and migrating it.
pub async fn open(data: &Path, database: Option<&DatabaseAddress>) -> Result<SharedStore, OpenError> {
    Ok(match database {
        Some(address) => Arc::new(postgres::PostgresStore::open(address).await?),
        None => Arc::new(sqlite::SqliteStore::open(data).await?),
    })
}

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
    /// The file cannot be opened, or the server refuses for a reason that has no word of its own.
    #[error("{0}")]
    Unusable(String),
    /// The address of a database server is not one.
    #[error("not the address of a database")]
    Address,
    /// The server does not answer.
    #[error("{place}: {cause}")]
    Unreachable {
        /// Host and port, or socket.
        place: String,
        /// What the connection said.
        cause: String,
    },
    /// The server refuses user or password.
    #[error("{place} refuses {user}")]
    Login {
        /// Host and port, or socket.
        place: String,
        /// The user.
        user: String,
    },
    /// The server has no such database.
    #[error("{place} has no database {database}")]
    Missing {
        /// Host and port, or socket.
        place: String,
        /// The database's name.
        database: String,
    },
    /// The user may not create or migrate the tables.
    #[error("{user}: {cause}")]
    Permission {
        /// The user.
        user: String,
        /// What the server said.
        cause: String,
    },
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
    /// What a person decided about it.
    pub outcome: Option<String>,
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
    pub rows: Vec<Arc<Entry>>,
    /// More visible rows follow.
    pub more: bool,
}

/// Where a campaign stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The last row of its log.
    pub mark: Mark,
    /// How often its units or periods have changed.
    pub version: u64,
}

/// The right to append to a campaign's log, which one process at a time has. Dropping it gives it back.
#[async_trait]
pub trait Turn: Send {
    /// Where the campaign stands, until this turn moves it.
    fn head(&self) -> Head;
    /// Appends rows after `base` and keeps what stands aside: one transaction, durable when it returns.
    /// [`StoreError::Conflict`] when the head is not `base` or an operation is in the log already.
    async fn append(self: Box<Self>, base: Mark, entries: &[Entry], asides: &[Aside]) -> Result<(), StoreError>;
    /// Appends an act about a period, with the result that it freezes, while the log stands at `base`: one
    /// transaction, which gives the campaign another version. [`StoreError::Conflict`] as for `append`.
    async fn decide(self: Box<Self>, base: Mark, act: &Act, result: Option<&StoredResult>) -> Result<(), StoreError>;
}

/// Everything durable. All but the settings belongs to a campaign, by which a distributed database is cut.
#[async_trait]
pub trait Store: Access + Archive + Files + People + std::fmt::Debug + Send + Sync {
    /// A setting of the server itself.
    async fn setting(&self, name: &str) -> Result<Option<String>, StoreError>;
    /// Writes a setting.
    async fn set_setting(&self, name: &str, value: &str) -> Result<(), StoreError>;
    /// Takes a setting of this value away; of several that try at once, one is told that it did.
    async fn take_setting(&self, name: &str, value: &str) -> Result<bool, StoreError>;

    /// Creates a campaign with its units, targets and first accounts, whole or not at all.
    async fn create_campaign(&self, record: &CampaignRecord, accounts: &[Account]) -> Result<(), StoreError>;
    /// The campaign this server serves.
    async fn campaign(&self) -> Result<CampaignRecord, StoreError>;
    /// Adds a unit, on the word of a person.
    async fn add_unit(&self, campaign: CampaignId, unit: &Unit, by: By) -> Result<(), StoreError>;

    /// Adds an account, on the word of a person; a taken account name is a conflict.
    async fn add_account(&self, campaign: CampaignId, account: &Account, by: By) -> Result<(), StoreError>;
    /// Every person of a campaign, by account.
    async fn people(&self, campaign: CampaignId) -> Result<Vec<Person>, StoreError>;
    /// The account of a name.
    async fn account(&self, campaign: CampaignId, name: &str) -> Result<Account, StoreError>;

    /// The failed log-ins of a subject.
    async fn failures(&self, campaign: CampaignId, subject: &str) -> Result<Failures, StoreError>;
    /// Counts a failed log-in of each subject and forgets those older than `forget_before_ms`.
    async fn count_failure(
        &self,
        campaign: CampaignId,
        subjects: &[&str],
        now_ms: u64,
        forget_before_ms: u64,
    ) -> Result<(), StoreError>;
    /// Forgets a subject's failures.
    async fn clear_failures(&self, campaign: CampaignId, subject: &str) -> Result<(), StoreError>;

    /// Where the campaign stands.
    async fn head(&self, campaign: CampaignId) -> Result<Head, StoreError>;
    /// Waits until no other process appends to the campaign's log.
    async fn turn(&self, campaign: CampaignId) -> Result<Box<dyn Turn>, StoreError>;
    /// The entries of those operations that are in the log, in any order.
    async fn entries(&self, campaign: CampaignId, operations: &[OperationId]) -> Result<Vec<Entry>, StoreError>;
    /// A page of visible rows.
    async fn pull(&self, campaign: CampaignId, query: &PullQuery) -> Result<PullPage, StoreError>;
    /// All rows after a sequence in order, at most `limit`.
    async fn replay(&self, campaign: CampaignId, after: u64, limit: u32) -> Result<Vec<Entry>, StoreError>;

    /// Changes when another process may have written: a hint to look at [`Store::head`].
    fn changes(&self) -> watch::Receiver<()>;
    /// Ends all connections; everything answered is durable.
    async fn close(&self);
}
