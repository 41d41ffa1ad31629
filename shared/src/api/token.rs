//! Tokens by which other systems read the open tables.

use serde::{Deserialize, Serialize};

use crate::id::{Digest, PersonId};

/// Characters that a token's name may have.
pub const NAME_CHARS_MAX: usize = 40;

/// A token that is wanted.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct NewToken {
    /// Which system it is for.
    pub name: String,
    /// Whether it is for a hall screen, which reads [`super::hall::HallView`] and nothing else.
    #[serde(default)]
    pub screen: bool,
}

/// A token that was issued; what it is itself is told this once.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct TokenIssued {
    /// What is kept of it.
    pub token: TokenView,
    /// The token: `Authorization: Bearer …`.
    pub secret: String,
}

/// What is known of a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct TokenView {
    /// The SHA-256 of it, by which it is taken back.
    pub digest: Digest,
    /// Which system it is for.
    pub name: String,
    /// Who issued it.
    pub by: PersonId,
    /// When, ms since 1970.
    pub issued_ms: u64,
}
