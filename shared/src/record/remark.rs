//! What people say about a record beside what they write in it.

use serde::{Deserialize, Serialize};

use crate::{id::PersonId, merge::stamp::Stamp};

/// A remark on a record or one of its fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// Who said it.
    pub author: PersonId,
    /// When.
    pub stamp: Stamp,
    /// The field, or the record as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What was said.
    pub text: String,
}
