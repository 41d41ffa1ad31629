//! What both sides say about work that arrived from a person or device out of service.

use serde::{Deserialize, Serialize};

use super::Receipt;
use crate::{
    id::{Digest, PersonId},
    merge::operation::Operation,
};

/// One operation that was kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct RescuedItem {
    /// The digest of its text.
    pub id: Digest,
    /// Who sent it.
    pub person: PersonId,
    /// When it arrived, ms since 1970.
    pub received_ms: u64,
    /// What it is.
    pub operation: Operation,
    /// What was decided about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<RescueOutcome>,
}

/// What was decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct RescueOutcome {
    /// Whether it was sent again, in the name of whoever decided.
    pub adopted: bool,
    /// Who decided.
    pub by: PersonId,
    /// When, ms since 1970.
    pub at_ms: u64,
    /// Why not.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// What to do with it: `POST /api/v1/rescue/{id}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum RescueStep {
    /// Send it again in one's own name; it is judged like everything one sends.
    Adopt,
    /// Leave it where it is.
    Discard {
        /// Why.
        reason: String,
    },
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct RescueSettled {
    /// The operation with what was decided; nothing when it was sent again and refused.
    pub item: RescuedItem,
    /// The server's word on it, where it was sent again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Receipt>,
}
