//! What is wrong with a record, or why something was refused: values, never exceptions.

use serde::{Deserialize, Serialize};

use crate::text::text;

/// How much an issue matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth a second look; may be submitted.
    Warning,
    /// Must be mended before it is submitted.
    Error,
}

/// One thing wrong with one field of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Issue {
    /// The field's name.
    pub field: String,
    /// How much it matters.
    pub severity: Severity,
    /// A stable code, also the catalogue key `issue.<code>` of its sentence.
    pub code: String,
    /// What the sentence's `{placeholders}` stand for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<(String, String)>,
    /// The value that was likely meant, to be taken over with one tap.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
}

impl Issue {
    /// An issue that must be mended.
    pub fn error(field: &str, code: &str) -> Self {
        Self::new(field, Severity::Error, code)
    }

    /// An issue worth a second look.
    pub fn warning(field: &str, code: &str) -> Self {
        Self::new(field, Severity::Warning, code)
    }

    fn new(field: &str, severity: Severity, code: &str) -> Self {
        Self { field: field.to_owned(), severity, code: code.to_owned(), parameters: Vec::new(), suggestion: None }
    }

    /// With a value for a `{placeholder}` of the sentence.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "figures and names alike are handed over as they are")]
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.parameters.push((name.to_owned(), value.to_string()));
        self
    }

    /// With the value that was likely meant.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "figures and names alike are handed over as they are")]
    pub fn suggest(mut self, value: impl ToString) -> Self {
        self.suggestion = Some(value.to_string());
        self
    }

    /// The sentence for people.
    pub fn message(&self) -> String {
        let parameters: Vec<(&str, &str)> =
            self.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        text(&format!("issue.{}", self.code), &parameters)
    }
}

/// Why an operation or an action was refused. Each has a sentence `refusal.<code>` and a next step
/// `refusal.<code>.next` in the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RefusalCode {
    /// The operation's shape, size or schema is not one of ours.
    Malformed,
    /// The campaign is not this one.
    UnknownCampaign,
    /// The unit is not in the campaign.
    UnknownUnit,
    /// The record does not exist, or not yet.
    UnknownRecord,
    /// An id that stands for another operation already.
    IdReused,
    /// A counter of this store that was used already: a cloned or restored store.
    CounterReused,
    /// The author is not the person of this session.
    NotTheAuthor,
    /// The record belongs to another unit, or is of another kind.
    NotTheOwner,
    /// The person's roles do not allow it.
    NotAllowed,
    /// Nobody judges what they filed themselves.
    OwnWork,
    /// The step does not lead on from the record's state.
    WrongState,
    /// The content changed after the judge saw it.
    RevisionChanged,
    /// The record has issues that must be mended first.
    Incomplete,
    /// A return or withdrawal needs a reason.
    ReasonMissing,
    /// The project must be approved before a claim about it can be judged.
    ProjectNotApproved,
    /// The period is frozen.
    PeriodFrozen,
    /// The record holds as many files as one may.
    TooManyFiles,
    /// The account or device it came from had been taken out of service.
    Revoked,
}

impl RefusalCode {
    /// Every code.
    pub const ALL: [Self; 18] = [
        Self::Malformed,
        Self::UnknownCampaign,
        Self::UnknownUnit,
        Self::UnknownRecord,
        Self::IdReused,
        Self::CounterReused,
        Self::NotTheAuthor,
        Self::NotTheOwner,
        Self::NotAllowed,
        Self::OwnWork,
        Self::WrongState,
        Self::RevisionChanged,
        Self::Incomplete,
        Self::ReasonMissing,
        Self::ProjectNotApproved,
        Self::PeriodFrozen,
        Self::TooManyFiles,
        Self::Revoked,
    ];

    /// The code as written in JSON and in catalogue keys.
    pub fn key(self) -> String {
        serde_json::to_value(self).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// The sentence for people.
    pub fn message(self) -> String {
        text(&format!("refusal.{}", self.key()), &[])
    }

    /// What to do next.
    pub fn next_step(self) -> String {
        text(&format!("refusal.{}.next", self.key()), &[])
    }
}

/// A refusal with the fields it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Why.
    pub code: RefusalCode,
    /// The issues to mend, for [`RefusalCode::Incomplete`]; otherwise empty.
    pub issues: Vec<Issue>,
}

impl From<RefusalCode> for Refusal {
    fn from(code: RefusalCode) -> Self {
        Self { code, issues: Vec::new() }
    }
}
