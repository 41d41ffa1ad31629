//! One operation of the interface: what it takes, what it gives, and every way it fails.

use std::collections::BTreeSet;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use shared::api::ErrorCode;

use super::PAGE;

/// Writes the schema of a type.
pub(super) type WriteSchema = fn(&mut SchemaGenerator) -> Schema;

/// Who may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Caller {
    /// Anyone.
    Anyone,
    /// A person with a session.
    Person,
    /// Another system with a token.
    System,
}

/// What is answered when all goes well.
#[derive(Clone, Copy, Debug)]
pub(super) enum Answers {
    /// JSON.
    Json(WriteSchema),
    /// JSON, or that what the asker has is what there is.
    Tagged(WriteSchema),
    /// JSON, or the same as a table of comma-separated values.
    Table(WriteSchema),
    /// That it is done.
    Done,
    /// A stream of server-sent events, each with JSON.
    Events(WriteSchema),
    /// Something of another kind.
    Content(&'static str),
    /// Something of another kind, or that what the asker has is what there is.
    TaggedContent(&'static str),
}

/// A parameter after the question mark.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    pub(super) name: &'static str,
    pub(super) write: WriteSchema,
}

/// One method of one path.
#[derive(Clone, Debug)]
pub(super) struct Operation {
    pub(super) method: &'static str,
    pub(super) path: String,
    /// The key of the sentence that says what it does.
    pub(super) summary: &'static str,
    pub(super) caller: Caller,
    pub(super) takes: Option<WriteSchema>,
    /// Another kind in which it takes the same.
    pub(super) takes_also: Option<&'static str>,
    pub(super) asked: Vec<Asked>,
    pub(super) answers: Answers,
    fails: Vec<ErrorCode>,
}

/// Reads.
pub(super) fn get(path: impl Into<String>, summary: &'static str) -> Operation {
    Operation::new("get", path.into(), summary)
}

/// Makes something, or takes a step.
pub(super) fn post(path: impl Into<String>, summary: &'static str) -> Operation {
    Operation::new("post", path.into(), summary)
}

/// Adds a piece.
pub(super) fn patch(path: impl Into<String>, summary: &'static str) -> Operation {
    Operation::new("patch", path.into(), summary)
}

/// Takes something away.
pub(super) fn delete(path: impl Into<String>, summary: &'static str) -> Operation {
    Operation::new("delete", path.into(), summary)
}

impl Operation {
    fn new(method: &'static str, path: String, summary: &'static str) -> Self {
        let (caller, answers) = (Caller::Person, Answers::Done);
        let (asked, fails) = (Vec::new(), Vec::new());
        Self { method, path, summary, caller, takes: None, takes_also: None, asked, answers, fails }
    }

    /// The same, for these callers.
    pub(super) fn of(self, caller: Caller) -> Self {
        Self { caller, ..self }
    }

    /// The same with a body.
    pub(super) fn takes<T: JsonSchema>(self) -> Self {
        Self { takes: Some(SchemaGenerator::subschema_for::<T>), ..self }
    }

    /// The same, taking its body in another kind too.
    pub(super) fn takes_also(self, kind: &'static str) -> Self {
        Self { takes_also: Some(kind), ..self }
    }

    /// The same with a parameter after the question mark.
    pub(super) fn asks<T: JsonSchema>(mut self, name: &'static str) -> Self {
        self.asked.push(Asked { name, write: SchemaGenerator::subschema_for::<T> });
        self
    }

    /// The same, answering with JSON.
    pub(super) fn gives<T: JsonSchema>(self) -> Self {
        self.answers(Answers::Json(SchemaGenerator::subschema_for::<T>))
    }

    /// The same, answering in another way.
    pub(super) fn answers(self, answers: Answers) -> Self {
        Self { answers, ..self }
    }

    /// The same with failures of its own.
    pub(super) fn fails(mut self, codes: &[ErrorCode]) -> Self {
        self.fails.extend(codes);
        self
    }

    /// Every way it fails: its own, and those of its kind.
    pub(super) fn failures(&self) -> BTreeSet<ErrorCode> {
        let mut codes: BTreeSet<ErrorCode> = self.fails.iter().copied().collect();
        if !self.path.starts_with("/api/v1/") {
            return codes;
        }
        codes.extend([ErrorCode::MalformedRequest, ErrorCode::TooManyRequests]);
        codes.extend([ErrorCode::Unavailable, ErrorCode::Internal]);
        if self.method != "get" {
            codes.insert(ErrorCode::CrossSite);
        }
        if self.takes.is_some() {
            codes.insert(ErrorCode::BodyTooLarge);
        }
        if self.path.contains('{') {
            codes.insert(ErrorCode::NotFound);
        }
        match self.caller {
            Caller::Anyone => {}
            Caller::Person => codes.extend([
                ErrorCode::SessionExpired,
                ErrorCode::PasswordChanged,
                ErrorCode::Revoked,
                ErrorCode::SecondFactorMissing,
                ErrorCode::Forbidden,
            ]),
            Caller::System => codes.extend([ErrorCode::TokenRefused]),
        }
        codes
    }

    /// The names in braces of its path.
    pub(super) fn parameters(&self) -> impl Iterator<Item = &str> {
        self.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
    }

    /// Whether it belongs to the description itself.
    pub(super) fn is_description(&self) -> bool {
        self.path.starts_with(PAGE) || self.path == super::DOCUMENT
    }
}
