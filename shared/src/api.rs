//! What both sides of the wire compile against: paths, requests, responses, error codes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    attachment::Attachment,
    audit::ActRow,
    calendar::Month,
    campaign::{Campaign, Period, Targets},
    id::{Digest, OperationId, PersonId},
    person::Person,
    unit::{Group, Unit},
};

pub use self::{account::*, error::*, exchange::*, rescue::*};

mod account;
mod error;
mod exchange;
pub mod hall;
mod rescue;
pub mod token;

/// The exchange's version. Since 3 what became of a request's own operations comes back in short
/// ([`crate::sync::run`]); a tablet far behind is offered a snapshot ([`ErrorCode::Snapshot`]) of today's shape, and
/// may send [`crate::bulk`].
pub const PROTOCOL: u16 = 3;

/// The version since which much is told in short: requests, snapshots and what became of what was sent.
pub const PROTOCOL_OF_BULK: u16 = 3;

/// The oldest version that the server speaks, for clients of two releases ago.
pub const PROTOCOL_OLDEST: u16 = 1;

/// The version in which everything comes as rows: what a tablet asks for that cannot use the snapshot it was offered.
pub const PROTOCOL_OF_ROWS: u16 = 1;

/// Operations one request may carry.
pub const OPERATIONS_MAX: usize = 1_000;

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
    /// The own sessions: `GET` → `Vec<SessionLine>`; `DELETE` ends all others → 204; `DELETE …/{id}` one → 204.
    pub const SESSIONS: &str = "/api/v1/sessions";
    /// `POST` [`super::InvitationTaken`] → [`super::SessionView`].
    pub const INVITATION: &str = "/api/v1/invitation";
    /// `POST` → [`super::Invitation`] for another device of one's own;
    /// `POST …/session` [`super::DeviceJoining`] → [`super::SessionView`].
    pub const DEVICES: &str = "/api/v1/devices";
    /// `GET` → [`super::SecondFactorView`]; `POST` → [`super::SecondFactorOffer`];
    /// `POST …/confirmation` [`super::SecondFactorCode`] → [`super::RecoveryCodes`].
    pub const SECOND_FACTOR: &str = "/api/v1/second-factor";
    /// `POST` [`super::PasswordChange`] → 204.
    pub const PASSWORD: &str = "/api/v1/password";
    /// `GET` → [`super::SetupView`]; `POST` [`super::Setup`] → [`super::SessionView`].
    pub const SETUP: &str = "/api/v1/setup";
    /// `GET` → [`super::CampaignView`].
    pub const CAMPAIGN: &str = "/api/v1/campaign";
    /// `POST` [`super::SyncRequest`] → [`super::SyncResponse`].
    pub const SYNC: &str = "/api/v1/sync";
    /// `POST` [`crate::sync::parcel::Parcel`] → [`crate::sync::parcel::Carried`].
    pub const PARCELS: &str = "/api/v1/parcels";
    /// `GET …/{sha256}` → the text of a [`crate::sync::snapshot`].
    pub const SNAPSHOTS: &str = "/api/v1/snapshots";
    /// `GET`, server-sent events: [`super::Poke`].
    pub const EVENTS: &str = "/api/v1/events";
    /// `GET …/{period}` → `Ranking`; `GET …/{period}/units/{unit}` → `Explanation`;
    /// `GET …/{period}/units/{unit}/movement` → `Movement`;
    /// `GET …/{period}/groups/{group}/trial` → [`crate::scoring::trial::Trial`].
    pub const RANKINGS: &str = "/api/v1/rankings";
    /// `GET` → `Vec<AccountView>`; `POST` [`super::NewPerson`] → [`super::PersonCreated`];
    /// `POST …/{person}/steps` [`super::PersonStep`] → [`super::PersonStepped`];
    /// `GET …/{person}/sessions` → `Vec<SessionLine>`.
    pub const PEOPLE: &str = "/api/v1/people";
    /// `POST` [`super::Workbook`] → [`super::IntakeTaken`]; `POST …/preview` [`super::Workbook`] → `Intake`.
    pub const INTAKE: &str = "/api/v1/intake";
    /// `POST` [`super::NewUnit`] → `Unit`.
    pub const UNITS: &str = "/api/v1/units";
    /// `GET` → `Vec<PeriodView>`; `GET …/{month}` → `PeriodView`;
    /// `POST …/{month}/steps` [`crate::period::Step`] → `PeriodView`;
    /// `GET …/{month}/current` → `Ranking`, as it would be frozen now;
    /// `GET …/{month}/late` → `Vec<LateArrival>`;
    /// `GET …/{month}/editions/{edition}` → [`super::EditionView`].
    pub const PERIODS: &str = "/api/v1/periods";
    /// `GET` → `RulesView`; `POST` [`super::RulesDraft`] → `RulesView`;
    /// `POST …/preview` [`super::RulesDraft`] → `Preview`.
    pub const RULES: &str = "/api/v1/rules";
    /// `…/{sha256}`: `HEAD` and `PATCH` take a content in chunks (tus 1.0.0), `GET` gives it.
    pub const BLOBS: &str = "/api/v1/blobs";
    /// `GET …/{record}/files` → `Vec<FileView>`.
    pub const RECORDS: &str = "/api/v1/records";
    /// `GET` → `Roster`; `POST` `RosterChange` → `Roster`.
    pub const ROSTER: &str = "/api/v1/roster";
    /// `GET` → `Vec<RescuedItem>`; `POST …/{id}` [`super::RescueStep`] → [`super::RescueSettled`].
    pub const RESCUE: &str = "/api/v1/rescue";
    /// `GET ?after={sequence}` → [`super::AuditPage`].
    pub const AUDIT: &str = "/api/v1/audit";
    /// `GET` → `Vec<TokenView>`; `POST` [`super::token::NewToken`] → [`super::token::TokenIssued`];
    /// `DELETE …/{token}` → 204.
    pub const TOKENS: &str = "/api/v1/tokens";
    /// For hall screens, by a token of their own: `GET` → [`super::hall::HallView`].
    pub const HALL: &str = "/api/v1/hall";
    /// For other systems, by token: `GET …/rankings/{period}`, `…/projects`, `…/targets`, `…/periods`, each as JSON or
    /// `?format=csv`.
    pub const OPEN: &str = "/api/v1/open";
}

/// A log-in.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Login {
    /// Account name.
    pub account: String,
    /// Password.
    pub password: String,
    /// What the authenticator shows, or a recovery code, once it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// Who is logged in, and the server's clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
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
    /// What seals the person's parcels, see [`crate::sync::parcel`]. Absent from servers before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parcel_key: Option<Digest>,
    /// Whether the session can do nothing until a second factor is set up.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_enrolling: bool,
}

/// A new password.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct PasswordChange {
    /// The one used until now.
    pub current: String,
    /// The new one, 10–128 characters.
    pub new: String,
}

/// Whether the server waits to be set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct SetupView {
    /// No campaign exists yet: [`Setup`] with the printed code creates it.
    pub needed: bool,
}

/// The first campaign and the first administrator of an empty district.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
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
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
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

/// The log grew: whoever shows it should pull, unless the poke itself brings what is new.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Poke {
    /// The log's head.
    pub head: u64,
    /// What a pull would answer to whoever stands at its `base`, where that is little.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub news: Option<SyncResponse>,
}

/// A new unit.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct NewUnit {
    /// The name.
    pub name: String,
    /// The group it is assessed in.
    pub group: Group,
}

/// A frozen edition: the signed document and what proves it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct EditionView {
    /// The document ([`crate::period::FrozenResult`]) as it was signed, byte for byte.
    pub document: String,
    /// The Ed25519 signature over the document's digest, 128 hexadecimal digits.
    pub signature: String,
    /// The public key, 64 hexadecimal digits.
    pub key: String,
}

/// A file with other rules.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum RulesDraft {
    /// A scheme's TOML.
    Scheme {
        /// The file's name.
        name: String,
        /// The file, in base64.
        content: String,
    },
    /// A targets table: CSV or a workbook.
    Targets {
        /// The file's name.
        name: String,
        /// The file, in base64.
        content: String,
        /// The first month for which the targets hold.
        from: Month,
        /// Why, where they do not add up to the plan.
        reason: String,
    },
}

/// A file that hangs on a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct FileView {
    /// The operation that hung it on.
    pub operation: OperationId,
    /// The file.
    pub file: Attachment,
    /// Who hung it on.
    pub author: PersonId,
    /// When, ms since 1970.
    pub at_ms: u64,
    /// Whether its content is on the server, thumbnail included.
    pub has_arrived: bool,
}

/// A page of the log of administrative acts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct AuditPage {
    /// Acts after the one asked for, by sequence.
    pub acts: Vec<ActRow>,
    /// More follow.
    pub more: bool,
}
