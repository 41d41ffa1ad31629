//! Accounts beside their persons, and sessions.

use async_trait::async_trait;
use shared::{
    audit::Act,
    id::{CampaignId, Digest, PersonId},
    period::By,
    person::Person,
};

use super::{Aside, StoreError};

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
    /// From where it began; empty where an older version did not say.
    pub address: String,
    /// What the browser said it is.
    pub device: String,
    /// Where it stands.
    pub standing: Standing,
}

/// Where a session stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// It does what its person may do.
    #[default]
    Open,
    /// It can do nothing but set a second factor up.
    Enrolling,
    /// It ended because the password is another.
    PasswordChanged,
    /// A person ended it, or the account was disabled.
    Revoked,
}

impl Standing {
    /// Every standing.
    pub const ALL: [Self; 4] = [Self::Open, Self::Enrolling, Self::PasswordChanged, Self::Revoked];

    /// As it is stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Enrolling => "enrolling",
            Self::PasswordChanged => "password_changed",
            Self::Revoked => "revoked",
        }
    }

    /// The way back.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standing| standing.code() == code)
    }
}

/// Which sessions of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// All of them.
    All,
    /// All but one.
    Except(Digest),
    /// One.
    Only(Digest),
}

/// What may be true of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactKind {
    /// It is disabled: why.
    Disabled,
    /// A one-time code waits for the person to set a password.
    Invitation,
    /// A one-time code waits for another device of the person.
    Device,
    /// Roles wait for the security officer.
    Grant,
    /// The sealed secret of the second factor.
    SecondFactor,
    /// The digests of the recovery codes that are left.
    RecoveryCodes,
}

impl FactKind {
    /// Every kind.
    pub const ALL: [Self; 6] =
        [Self::Disabled, Self::Invitation, Self::Device, Self::Grant, Self::SecondFactor, Self::RecoveryCodes];

    /// As it is stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Disabled => "disabled",
            Self::Invitation => "invitation",
            Self::Device => "device",
            Self::Grant => "grant",
            Self::SecondFactor => "second_factor",
            Self::RecoveryCodes => "recovery_codes",
        }
    }

    /// The way back.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// Something that is true of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// Whose account.
    pub person: PersonId,
    /// What.
    pub kind: FactKind,
    /// The particulars.
    pub body: String,
}

/// One change of a fact, made only if it still is what it was taken for.
#[derive(Clone, Copy, Debug)]
pub struct Change<'a> {
    /// Whose account.
    pub person: PersonId,
    /// What.
    pub kind: FactKind,
    /// What it is, or that there is none.
    pub from: Option<&'a str>,
    /// What it becomes, or that there is none any more.
    pub to: Option<&'a str>,
}

/// What a database keeps of accounts and sessions.
#[async_trait]
pub trait People {
    /// Replaces what is known of a person, on the word of another, and notes what the person may do since.
    async fn change_person(&self, campaign: CampaignId, person: &Person, by: By) -> Result<(), StoreError>;
    /// Replaces the hash of a person's own password; their sessions except one end with that reason.
    async fn set_password(&self, campaign: CampaignId, by: By, password: &str, keep: Digest) -> Result<(), StoreError>;
    /// Disables an account and revokes its sessions, together.
    async fn disable(&self, campaign: CampaignId, person: PersonId, reason: &str, by: By) -> Result<(), StoreError>;

    /// What is true of all accounts.
    async fn facts(&self, campaign: CampaignId) -> Result<Vec<Fact>, StoreError>;
    /// What is true of one, where it is.
    async fn fact(&self, campaign: CampaignId, person: PersonId, kind: FactKind) -> Result<Option<String>, StoreError>;
    /// Changes a fact together with the act that tells it. [`StoreError::Conflict`] when it is another by now: of
    /// several that use one code, one is told that it did.
    async fn change_fact(&self, campaign: CampaignId, change: Change<'_>, act: Option<&Act>) -> Result<(), StoreError>;

    /// Begins a session; [`StoreError::Conflict`] when the account is disabled.
    async fn begin_session(&self, campaign: CampaignId, session: &Session) -> Result<(), StoreError>;
    /// The session of a token's digest, with its person, wherever it stands.
    async fn session(&self, campaign: CampaignId, token: Digest) -> Result<(Session, Person), StoreError>;
    /// A person's sessions that have not ended, the latest used first.
    async fn sessions(&self, campaign: CampaignId, person: PersonId) -> Result<Vec<Session>, StoreError>;
    /// Notes that a session was used.
    async fn touch_session(&self, campaign: CampaignId, token: Digest, seen_ms: u64) -> Result<(), StoreError>;
    /// Takes a session away, if there is one.
    async fn end_session(&self, campaign: CampaignId, token: Digest) -> Result<(), StoreError>;
    /// Lets living sessions of a person stand elsewhere, on the word of somebody; gives how many.
    async fn set_standing(
        &self,
        campaign: CampaignId,
        person: PersonId,
        which: Which,
        standing: Standing,
        by: Option<By>,
    ) -> Result<u64, StoreError>;

    /// Keeps what arrived from a session that was revoked; the same text once.
    async fn set_aside(&self, campaign: CampaignId, asides: &[Aside]) -> Result<(), StoreError>;
    /// What stands aside, oldest first.
    async fn asides(&self, campaign: CampaignId) -> Result<Vec<Aside>, StoreError>;
    /// Notes what was decided about it; [`StoreError::Conflict`] when it was decided before.
    async fn settle_aside(
        &self,
        campaign: CampaignId,
        item: Digest,
        outcome: &str,
        act: &Act,
    ) -> Result<(), StoreError>;
}
