//! Validation: (record's fields, context) → issues per field. It never fails.

use crate::{calendar::Date, fields::Fields, issue::Issue, record::RecordKind};

/// What a record's validation must know of its surroundings.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// Now by the server's clock, ms since 1970.
    pub now_ms: u64,
    /// The project that a claim or monthly report is about.
    pub project: Option<Fields>,
    /// The day the project's start claim names.
    pub started_on: Option<Date>,
    /// The project's other monthly reports.
    pub reports: Vec<Fields>,
}

/// The issues of a record.
pub fn validate(_kind: RecordKind, _fields: &Fields, _context: &Context) -> Vec<Issue> {
    Vec::new()
}
