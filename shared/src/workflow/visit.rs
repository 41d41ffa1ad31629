//! 现场核查: the record of a visit, without which nothing that waits for one is decided.

use serde::{Deserialize, Serialize};

use super::Reason;
use crate::{
    calendar::Date,
    issue::{Issue, Refusal, RefusalCode},
};

/// A visit to the site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Visit {
    /// The day.
    pub on: Date,
    /// Who was there.
    pub by: String,
}

/// Names of what is asked about a visit, as issues name them.
pub mod field {
    /// The day.
    pub const ON: &str = "visit_on";
    /// Who was there.
    pub const BY: &str = "visit_by";
    /// What was found.
    pub const FOUND: &str = "visit_found";
}

/// Whether the visit is on record: the day, which is over or today, who was there, and what was found.
pub(super) fn check(reason: Option<&Reason>, now_ms: u64) -> Result<(), Refusal> {
    let visit = reason.and_then(|reason| reason.visit.as_ref());
    let mut issues = Vec::new();
    match visit {
        None => issues.push(Issue::error(field::ON, "visit_missing")),
        Some(visit) if visit.on > Date::of_ms(now_ms) => issues.push(Issue::error(field::ON, "visit_in_future")),
        Some(_) => {}
    }
    if visit.is_none_or(|visit| visit.by.trim().is_empty()) {
        issues.push(Issue::error(field::BY, "visit_by_missing"));
    }
    if reason.is_none_or(|reason| reason.text.trim().is_empty()) {
        issues.push(Issue::error(field::FOUND, "visit_found_missing"));
    }
    if issues.is_empty() { Ok(()) } else { Err(Refusal { code: RefusalCode::Incomplete, issues }) }
}
