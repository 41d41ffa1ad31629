//! What both sides say to each other about accounts, sessions and second factors.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    id::{Digest, PersonId, UnitId},
    person::{Duty, Person, Role},
};

/// A new account.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
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

/// A workbook (`.xlsx`) with units and people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Workbook {
    /// The file's name.
    pub name: String,
    /// The file, in base64.
    pub content: String,
}

/// What was created of a workbook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct IntakeTaken {
    /// How many units.
    pub units: u64,
    /// To be handed over, one for each new account.
    pub invitations: Vec<Invitation>,
}

/// A new account with the invitation to it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct PersonCreated {
    /// The account.
    pub account: AccountView,
    /// To be handed over.
    pub invitation: Invitation,
}

/// Roles that were given to an account and wait for the security officer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Grant {
    /// All that the person is to hold.
    pub roles: BTreeSet<Role>,
    /// All that the person is to answer for.
    #[serde(default)]
    pub duties: BTreeSet<Duty>,
    /// Who gave them.
    pub by: PersonId,
    /// When, ms since 1970.
    pub at_ms: u64,
}

/// An account as those see it who manage accounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct AccountView {
    /// The person.
    pub person: Person,
    /// Why the account is disabled, while it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled: Option<String>,
    /// Until when an invitation waits to be taken, ms since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invited_until_ms: Option<u64>,
    /// Whether a second factor is set up.
    #[serde(default)]
    pub has_second_factor: bool,
    /// Roles that wait to be confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<Grant>,
}

/// What may be done to an account: `POST /api/v1/people/{person}/steps`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum PersonStep {
    /// Another name, unit or roles. Roles beyond the daily work of a unit wait for the security officer.
    Change {
        /// The name on screen.
        name: String,
        /// The unit they work for from now on.
        unit: UnitId,
        /// All that they may do.
        roles: Vec<Role>,
        /// All that a verifier answers for.
        #[serde(default)]
        duties: Vec<Duty>,
    },
    /// The person works here no more: sessions end, unsent work of their tablets is kept for others.
    Disable {
        /// Why.
        reason: String,
    },
    /// The person works here again.
    Enable,
    /// A new one-time code to set a password with; the password before counts until it is used.
    Invite,
    /// The person lost the second factor and sets up another at the next log-in.
    ResetSecondFactor,
    /// Every session of the person ends.
    EndSessions,
    /// What was granted takes effect. Only for the security officer, and never for oneself.
    Confirm,
    /// What was granted does not take effect.
    Decline {
        /// Why.
        reason: String,
    },
}

/// An account after a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct PersonStepped {
    /// Where it stands.
    pub account: AccountView,
    /// The invitation, for [`PersonStep::Invite`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invitation: Option<Invitation>,
}

/// A one-time code; it is shown this once and stored only as a digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Invitation {
    /// Whose account.
    pub account: String,
    /// The code, in groups of four.
    pub code: String,
    /// Until when it can be used, ms since 1970.
    pub until_ms: u64,
    /// The address that fills both in.
    pub link: String,
    /// The address as a picture to be scanned.
    pub picture: Picture,
}

/// A QR code: the path of its dark squares in a square of `size` by `size`, quiet zone included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Picture {
    /// Width and height.
    pub size: u32,
    /// The data of an SVG path.
    pub path: String,
}

/// A one-time code of an invitation, with the password that the person chose.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct InvitationTaken {
    /// Account name.
    pub account: String,
    /// The code.
    pub code: String,
    /// The new password, 10–128 characters.
    pub password: String,
}

/// A one-time code that another device of the same person shows. It stands for the second factor, never for the
/// password, which also opens what will lie on this device.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct DeviceJoining {
    /// Account name.
    pub account: String,
    /// The code.
    pub code: String,
    /// Password.
    pub password: String,
}

/// A device on which a person is logged in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct SessionLine {
    /// Names the session; it opens nothing.
    pub id: Digest,
    /// What the browser said it is.
    pub device: String,
    /// The address it came from.
    pub address: String,
    /// When it began, ms since 1970.
    pub created_ms: u64,
    /// When it was last used, to the minute.
    pub seen_ms: u64,
    /// Whether this request comes from it.
    pub is_this: bool,
}

/// Where a person stands with the second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct SecondFactorView {
    /// Whether the person's roles ask for one.
    pub is_required: bool,
    /// Whether one is set up.
    pub is_set: bool,
    /// How many recovery codes are left.
    pub recovery_codes: u32,
}

/// A secret to be put into an authenticator. It is shown this once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct SecondFactorOffer {
    /// The secret in base 32, for typing.
    pub secret: String,
    /// The same for scanning: an `otpauth` address.
    pub picture: Picture,
}

/// The six digits that an authenticator shows.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct SecondFactorCode {
    /// The digits.
    pub code: String,
}

/// Codes for the day on which the authenticator is lost; each counts once. They are shown this once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct RecoveryCodes {
    /// The codes.
    pub codes: Vec<String>,
}
