//! What both sides of the wire compile against: paths, requests, responses, error codes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    audit::ActRow,
    campaign::{Campaign, Period, Targets},
    id::{ActorId, Digest, OperationId, PersonId, UnitId},
    issue::{Issue, RefusalCode},
    merge::operation::{Disposition, LogRow, Mark, Operation},
    person::{Duty, Person, Role},
    scoring::what_if::{Addition, Least, WhatIf},
    text::text,
    unit::{Group, Unit},
};

/// The exchange's version; the server speaks this one and the one before.
pub const PROTOCOL: u16 = 1;

/// Operations one request may carry.
pub const OPERATIONS_MAX: usize = 500;

/// Rows one answer carries at most.
pub const ROWS_MAX: u32 = 1_000;

/// Bytes of a request's body after decompression.
pub const BODY_BYTES_MAX: usize = 2 * 1024 * 1024;

/// Paths, relative to the origin.
pub mod path {
    /// `GET`: 200 when the process serves.
    pub const HEALTH: &str = "/healthz";
    /// `POST` [`super::Login`] → [`super::SessionView`]; `GET` → [`super::SessionView`]; `DELETE` → 204.
    pub const SESSION: &str = "/api/v1/session";
    /// `POST` [`super::PasswordChange`] → 204.
    pub const PASSWORD: &str = "/api/v1/password";
    /// `GET` → [`super::SetupView`]; `POST` [`super::Setup`] → [`super::SessionView`].
    pub const SETUP: &str = "/api/v1/setup";
    /// `GET` → [`super::CampaignView`].
    pub const CAMPAIGN: &str = "/api/v1/campaign";
    /// `POST` [`super::SyncRequest`] → [`super::SyncResponse`].
    pub const SYNC: &str = "/api/v1/sync";
    /// `GET`, server-sent events: [`super::Poke`].
    pub const EVENTS: &str = "/api/v1/events";
    /// `GET …/{period}` → `Ranking`; `GET …/{period}/units/{unit}` → `Explanation`;
    /// `GET …/{period}/units/{unit}/movement` → `Movement`;
    /// `POST …/{period}/units/{unit}/what-if` [`super::WhatIfQuestion`] → [`super::WhatIfAnswer`].
    pub const RANKINGS: &str = "/api/v1/rankings";
    /// `GET` → `Vec<Person>`; `POST` [`super::NewPerson`] → [`super::PersonCreated`].
    pub const PEOPLE: &str = "/api/v1/people";
    /// `POST` [`super::NewUnit`] → `Unit`.
    pub const UNITS: &str = "/api/v1/units";
    /// `GET` → `Vec<PeriodView>`; `GET …/{month}` → `PeriodView`;
    /// `POST …/{month}/steps` [`crate::period::Step`] → `PeriodView`;
    /// `GET …/{month}/current` → `Ranking`, as it would be frozen now;
    /// `GET …/{month}/late` → `Vec<LateArrival>`;
    /// `GET …/{month}/editions/{edition}` → [`super::EditionView`].
    pub const PERIODS: &str = "/api/v1/periods";
    /// `GET ?after={sequence}` → [`super::AuditPage`].
    pub const AUDIT: &str = "/api/v1/audit";
}

/// A log-in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Login {
    /// Account name.
    pub account: String,
    /// Password.
    pub password: String,
}

/// Who is logged in, and the server's clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionView {
    /// The person.
    pub person: Person,
    /// The campaign they work in.
    pub campaign: Campaign,
    /// The server's time, ms since 1970: the tablet keeps the offset to its own clock.
    pub now_ms: u64,
    /// What opens the person's stores on tablets when a password does not that was set anew; told in answer to a
    /// log-in only, and kept nowhere but at the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery: Option<Digest>,
}

/// A new password.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PasswordChange {
    /// The one used until now.
    pub current: String,
    /// The new one, 10–128 characters.
    pub new: String,
}

/// Whether the server waits to be set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetupView {
    /// No campaign exists yet: [`Setup`] with the printed code creates it.
    pub needed: bool,
}

/// The first campaign and the first administrator of an empty district.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Setup {
    /// The one-time code that the server printed at its first start.
    pub code: String,
    /// Such as 鼓楼区.
    pub district: String,
    /// Six-digit region code.
    pub region: String,
    /// The year.
    pub year: u16,
    /// The administrator's account.
    pub account: String,
    /// The administrator's name.
    pub name: String,
    /// The administrator's password.
    pub password: String,
}

/// What a person must know of the campaign to work offline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignView {
    /// The campaign.
    pub campaign: Campaign,
    /// Its units.
    pub units: Vec<Unit>,
    /// Its periods.
    pub periods: Vec<Period>,
    /// The targets the person may see.
    pub targets: Targets,
    /// Names of the people whose work the person may see.
    pub people: BTreeMap<PersonId, String>,
}

/// One exchange of a tablet with the server: push, then pull.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SyncRequest {
    /// [`PROTOCOL`] of the client.
    pub protocol: u16,
    /// The app's version, for the log.
    pub app: String,
    /// The store.
    pub actor: ActorId,
    /// The last row pulled.
    pub cursor: Mark,
    /// The newest own operation acknowledged. A server restored from a backup may know `cursor` and not this.
    pub acknowledged: Mark,
    /// The tablet's clock, ms since 1970.
    pub wall_ms: u64,
    /// Unsent operations in counter order, at most [`OPERATIONS_MAX`].
    pub operations: Vec<Operation>,
    /// Rows wanted at most, up to [`ROWS_MAX`].
    pub limit: u32,
}

/// The answer; taken whole, in one transaction, and only if `base` still equals the stored cursor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncResponse {
    /// The cursor it answers.
    pub base: Mark,
    /// One per operation sent, in their order.
    pub receipts: Vec<Receipt>,
    /// Rows after the cursor that the person may see.
    pub rows: Vec<LogRow>,
    /// The next cursor: the last row of this page, or the log's head when nothing more is visible.
    pub next: Mark,
    /// More rows follow.
    pub more: bool,
    /// What decided which rows these are ([`crate::authorize::scope`]): when it changes, the tablet pulls anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Digest>,
    /// The server's clock, ms since 1970.
    pub now_ms: u64,
}

/// The server's word on one operation. It is final: the same operation sent again gets the same receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The operation.
    pub id: OperationId,
    /// Where it stands in the log; [`Mark::START`] for one that was not stored.
    pub mark: Mark,
    /// What was decided.
    pub disposition: Disposition,
    /// The issues to mend, for [`RefusalCode::Incomplete`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub issues: Vec<Issue>,
}

impl Receipt {
    /// Whether the operation is in the log and needs no second sending.
    pub fn is_stored(&self) -> bool {
        self.mark.sequence > 0
    }

    /// Why it was refused, where it was.
    pub fn refusal(&self) -> Option<RefusalCode> {
        match self.disposition {
            Disposition::Ok | Disposition::Late => None,
            Disposition::Refused(code) | Disposition::Quarantined(code) => Some(code),
        }
    }
}

/// The log grew: whoever shows it should pull.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Poke {
    /// The log's head.
    pub head: u64,
}

/// A new account.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewPerson {
    /// Account name, 2–32 of letters, digits, `.`, `-`, `_` or Chinese characters.
    pub account: String,
    /// The name on screen.
    pub name: String,
    /// The unit they work for.
    pub unit: UnitId,
    /// What they may do.
    pub roles: Vec<Role>,
    /// What a verifier answers for.
    #[serde(default)]
    pub duties: Vec<Duty>,
}

/// A new account with its one-time password, shown once.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PersonCreated {
    /// The person.
    pub person: Person,
    /// To be handed over and changed at the first log-in.
    pub password: String,
}

/// A new unit.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewUnit {
    /// The name.
    pub name: String,
    /// The group it is assessed in.
    pub group: Group,
}

/// What if a unit had done more.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WhatIfQuestion {
    /// What is added to its figures; nothing to ask only for the least that gains a place.
    pub added: Vec<Addition>,
}

/// Where it would stand, and what would be enough.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WhatIfAnswer {
    /// Where it would stand with what was added.
    pub result: WhatIf,
    /// The least that gains one place, from where it stands.
    pub least: Least,
}

/// A frozen edition: the signed document and what proves it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditionView {
    /// The document ([`crate::period::FrozenResult`]) as it was signed, byte for byte.
    pub document: String,
    /// The Ed25519 signature over the document's digest, 128 hexadecimal digits.
    pub signature: String,
    /// The public key, 64 hexadecimal digits.
    pub key: String,
}

/// A page of the log of administrative acts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditPage {
    /// Acts after the one asked for, by sequence.
    pub acts: Vec<ActRow>,
    /// More follow.
    pub more: bool,
}

/// Every way a request can fail. The HTTP status belongs to the server's `error.rs` alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// Account or password is wrong.
    WrongCredentials,
    /// Too many failed log-ins; wait.
    LoginDelayed,
    /// No session, or it has ended.
    SessionExpired,
    /// The person's roles do not allow it.
    Forbidden,
    /// The request came from another site.
    CrossSite,
    /// No such path or thing.
    NotFound,
    /// The path does not know this method.
    MethodNotAllowed,
    /// The body is not what the path takes.
    MalformedRequest,
    /// The body is too large.
    BodyTooLarge,
    /// A field is missing or wrong.
    InvalidField,
    /// The server does not know a mark: it was restored from a backup.
    Lineage,
    /// The client is too old to pull.
    UpgradeRequired,
    /// The set-up code is wrong, or the server is set up already.
    SetupRefused,
    /// It exists already.
    Duplicate,
    /// The period cannot be frozen yet.
    PeriodNotDue,
    /// The period is frozen.
    PeriodFrozen,
    /// The period is not frozen.
    PeriodNotFrozen,
    /// The edition is published.
    PeriodPublished,
    /// It takes another person.
    SecondPerson,
    /// Nothing was proposed.
    ProposalMissing,
    /// The figures are others than those that were seen.
    ResultChanged,
    /// Objections wait for their answers.
    ObjectionsOpen,
    /// It is not the time to object.
    ObjectionsClosed,
    /// Too many requests of one device; wait.
    TooManyRequests,
    /// The server cannot answer now; trying again helps.
    Unavailable,
    /// A defect of ours; the request id finds it in the log.
    Internal,
}

impl ErrorCode {
    /// Every code.
    pub const ALL: [Self; 26] = [
        Self::WrongCredentials,
        Self::LoginDelayed,
        Self::SessionExpired,
        Self::Forbidden,
        Self::CrossSite,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::MalformedRequest,
        Self::BodyTooLarge,
        Self::InvalidField,
        Self::Lineage,
        Self::UpgradeRequired,
        Self::SetupRefused,
        Self::Duplicate,
        Self::PeriodNotDue,
        Self::PeriodFrozen,
        Self::PeriodNotFrozen,
        Self::PeriodPublished,
        Self::SecondPerson,
        Self::ProposalMissing,
        Self::ResultChanged,
        Self::ObjectionsOpen,
        Self::ObjectionsClosed,
        Self::TooManyRequests,
        Self::Unavailable,
        Self::Internal,
    ];

    /// The code as written in JSON and in catalogue keys.
    pub fn key(self) -> String {
        serde_json::to_value(self).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// The sentence for people, with the next step.
    pub fn message(self) -> String {
        text(&format!("error.{}", self.key()), &[])
    }

    /// Whether sending the same request again cannot help.
    pub const fn is_permanent(self) -> bool {
        !matches!(self, Self::Unavailable | Self::Internal | Self::LoginDelayed | Self::TooManyRequests)
    }
}

/// The body of every answer that is an error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// The error.
    pub error: ErrorDetail,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorDetail {
    /// A stable code.
    pub code: ErrorCode,
    /// The sentence for people.
    pub message: String,
    /// The fields at fault, where there are any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
    /// Seconds to wait before trying again, where that helps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_seconds: Option<u64>,
    /// For [`ErrorCode::Lineage`]: the highest sequence that both sides share, as far as the server can tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub common: Option<u64>,
    /// Finds the request in the server's log.
    pub request_id: String,
}
