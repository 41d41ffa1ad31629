//! Every way a request fails, and how that is written.

use serde::{Deserialize, Serialize};

use crate::{sync::snapshot::Offer, text::text};

/// Every way a request can fail. The HTTP status belongs to the server's `error.rs` alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// Account or password is wrong.
    WrongCredentials,
    /// Too many failed log-ins; wait.
    LoginDelayed,
    /// The account has a second factor, and its code is missing.
    SecondFactorAsked,
    /// The code of the second factor is wrong, or was used before.
    SecondFactorWrong,
    /// A second factor must be set up before anything else.
    SecondFactorMissing,
    /// The one-time code is wrong, was used, or has expired.
    InvitationRefused,
    /// No session, or it has ended.
    SessionExpired,
    /// The session ended because the password is another.
    PasswordChanged,
    /// The account was disabled, or the device's session was ended by a person.
    Revoked,
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
    /// The tablet is so far behind that a snapshot is less to load than the rows.
    Snapshot,
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
    /// An appeal waits for its ruling, or may still come.
    AppealsOpen,
    /// It is not the time to appeal.
    AppealsClosed,
    /// The parcel is of another campaign, or was changed on its way.
    ParcelRefused,
    /// The token is none, or was taken back.
    TokenRefused,
    /// Too many requests of one device; wait.
    TooManyRequests,
    /// The chunk does not follow on what has arrived.
    WrongOffset,
    /// The bytes are others than those that were sent.
    ChecksumMismatch,
    /// The file is of another kind than it was said to be.
    WrongContent,
    /// The client speaks another version of the protocol for uploads.
    TusVersion,
    /// The server cannot answer now; trying again helps.
    Unavailable,
    /// A defect of ours; the request id finds it in the log.
    Internal,
}

impl ErrorCode {
    /// Every code.
    pub const ALL: [Self; 41] = [
        Self::WrongCredentials,
        Self::LoginDelayed,
        Self::SecondFactorAsked,
        Self::SecondFactorWrong,
        Self::SecondFactorMissing,
        Self::InvitationRefused,
        Self::SessionExpired,
        Self::PasswordChanged,
        Self::Revoked,
        Self::Forbidden,
        Self::CrossSite,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::MalformedRequest,
        Self::BodyTooLarge,
        Self::InvalidField,
        Self::Lineage,
        Self::Snapshot,
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
        Self::AppealsOpen,
        Self::AppealsClosed,
        Self::ParcelRefused,
        Self::TokenRefused,
        Self::TooManyRequests,
        Self::WrongOffset,
        Self::ChecksumMismatch,
        Self::WrongContent,
        Self::TusVersion,
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
        !matches!(
            self,
            Self::Unavailable
                | Self::Internal
                | Self::LoginDelayed
                | Self::TooManyRequests
                | Self::WrongOffset
                | Self::ChecksumMismatch
        )
    }
}

/// The body of every answer that is an error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct ErrorBody {
    /// The error.
    pub error: ErrorDetail,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
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
    /// For [`ErrorCode::Snapshot`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<Box<Offer>>,
    /// Finds the request in the server's log.
    pub request_id: String,
}
