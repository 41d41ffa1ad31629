//! What is done to an account.

use serde::{Deserialize, Serialize};

use crate::id::{Digest, UnitId};

/// What was done to an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum AccountDeed {
    /// Name, unit, roles or duties are others.
    Changed {
        /// The unit since.
        unit: UnitId,
        /// What the person may do since.
        roles: Vec<String>,
        /// What the person answers for since.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        duties: Vec<String>,
        /// The account as stored since.
        stored: Digest,
    },
    /// It was disabled.
    Disabled {
        /// Why.
        reason: String,
    },
    /// It was enabled again.
    Enabled,
    /// A one-time code for a password was made.
    Invited {
        /// Until when it can be used, ms since 1970.
        until_ms: u64,
    },
    /// The code of an invitation was used.
    InvitationTaken,
    /// A one-time code for another device of the person was made.
    DeviceOffered {
        /// Until when it can be used, ms since 1970.
        until_ms: u64,
    },
    /// Sessions were ended.
    SessionsEnded {
        /// How many.
        count: u64,
    },
    /// Roles were granted that wait for the security officer.
    GrantAsked {
        /// Which.
        roles: Vec<String>,
    },
    /// What was granted was confirmed; [`AccountDeed::Changed`] follows.
    GrantConfirmed,
    /// What was granted was declined.
    GrantDeclined {
        /// Why.
        reason: String,
    },
    /// A second factor was set up.
    SecondFactorSet,
    /// A recovery code was used in its place.
    RecoveryCodeUsed {
        /// How many are left.
        left: u32,
    },
    /// The second factor was taken away; another is set up at the next log-in.
    SecondFactorReset,
}

impl AccountDeed {
    /// The account as stored since, where it is another.
    pub const fn stored(&self) -> Option<Digest> {
        match self {
            Self::Changed { stored, .. } => Some(*stored),
            Self::Disabled { .. }
            | Self::Enabled
            | Self::Invited { .. }
            | Self::InvitationTaken
            | Self::DeviceOffered { .. }
            | Self::SessionsEnded { .. }
            | Self::GrantAsked { .. }
            | Self::GrantConfirmed
            | Self::GrantDeclined { .. }
            | Self::SecondFactorSet
            | Self::RecoveryCodeUsed { .. }
            | Self::SecondFactorReset => None,
        }
    }
}
