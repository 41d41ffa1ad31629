//! What every part of one open form shares.

use std::collections::BTreeSet;

use leptos::prelude::*;
use shared::{
    fields::{Fields, Value},
    form::{self, Field, FieldKind, Form},
    id::UnitId,
    issue::{Issue, Severity},
    merge::register::{Entry, Register},
    record::{Record, RecordKind},
    validate::{Completeness, Consequence},
    workflow::Reason,
};

use crate::ui::input::Choice;

/// Where a form's values come from and go to. The page that opens the form wires it; all of it is `Copy`.
#[derive(Clone, Copy)]
pub(crate) struct FormSource {
    /// What it is the form of.
    pub(crate) kind: RecordKind,
    /// Fields that the page knows and nobody is asked: the project, the month.
    pub(crate) known: &'static [&'static str],
    /// The record as stored; `None` until the first keystroke of a new one is durable.
    pub(crate) record: Signal<Option<Record>>,
    /// What is shown: typing over what is stored.
    pub(crate) fields: Signal<Fields>,
    /// Last month's values, shown beside this month's.
    pub(crate) previous: Signal<Fields>,
    /// What is wrong with the fields shown.
    pub(crate) issues: Signal<Vec<Issue>>,
    /// What follows from the fields shown.
    pub(crate) consequences: Signal<Vec<Consequence>>,
    /// Shown but not to be changed.
    pub(crate) locked: Signal<bool>,
    /// A field was written: every keystroke.
    pub(crate) on_write: Callback<(&'static str, Value)>,
    /// The person left a field, or chose: worth saving at once.
    pub(crate) on_leave: Callback<()>,
    /// Of several values that stand, this one holds. Nothing where the person may only see them.
    pub(crate) on_settle: Option<Callback<(&'static str, Value)>>,
    /// The units of the campaign, to choose from.
    pub(crate) units: fn() -> Vec<Choice>,
    /// Who wrote a value, and when, in words.
    pub(crate) signature: Callback<Entry, String>,
}

/// One open form: its source, and which of its issues it is time to show.
#[derive(Clone, Copy)]
pub(crate) struct FormModel {
    pub(crate) source: FormSource,
    touched: RwSignal<BTreeSet<&'static str>>,
    attempted: RwSignal<bool>,
}

impl FormModel {
    /// Opens a form under the current owner.
    pub(crate) fn new(source: FormSource) -> Self {
        Self { source, touched: RwSignal::new(BTreeSet::new()), attempted: RwSignal::new(false) }
    }

    /// The declaration.
    pub(super) fn form(self) -> &'static Form {
        form::form(self.source.kind)
    }

    /// Whether a field is asked: not known already, its condition holds, and there is something to choose.
    pub(super) fn asks(self, field: &Field) -> bool {
        let has_choices =
            |fields: &Fields| !matches!(field.kind, FieldKind::Choices(_)) || !field.options(fields).is_empty();
        let is_shown = |fields: &Fields| field.is_shown(fields) && has_choices(fields);
        !self.source.known.contains(&field.name) && self.source.fields.with(is_shown)
    }

    /// The value shown.
    pub(crate) fn value(self, field: &str) -> Value {
        self.source.fields.with(|fields| fields.get(field).clone())
    }

    /// A unit's name.
    pub(super) fn unit_name(self, unit: UnitId) -> String {
        let named = (self.source.units)().into_iter().find(|choice| choice.value == unit.to_string());
        named.map(|choice| choice.label).unwrap_or_default()
    }

    /// Writes a field.
    pub(super) fn write(self, field: &'static str, value: Value) {
        self.source.on_write.run((field, value));
    }

    /// The person has been in a field and left it: from now on its issues show.
    pub(super) fn touch(self, field: &'static str) {
        self.touched.update(|touched| {
            touched.insert(field);
        });
        self.source.on_leave.run(());
    }

    /// The person wants to submit: every issue shows.
    pub(super) fn attempt(self) {
        self.attempted.set(true);
    }

    pub(super) fn is_attempted(self) -> bool {
        self.attempted.get()
    }

    /// What must be mended before submission, in the form's order.
    pub(crate) fn errors(self) -> Vec<Issue> {
        let is_error = |issue: &&Issue| issue.severity == Severity::Error;
        self.source.issues.with(|issues| issues.iter().filter(is_error).cloned().collect())
    }

    /// How far the form is from being submitted.
    pub(super) fn completeness(self) -> Completeness {
        self.source.issues.with(|issues| Completeness::of(issues))
    }

    /// The gravest issue of a field, once it is time to show it.
    pub(super) fn issue(self, field: &str) -> Option<Issue> {
        let due = self.attempted.get() || self.touched.with(|touched| touched.contains(field));
        let of_field = |issues: &Vec<Issue>| {
            issues.iter().filter(|issue| issue.field == field).max_by_key(|issue| issue.severity).cloned()
        };
        due.then(|| self.source.issues.with(of_field)).flatten()
    }

    /// What follows from a field's value.
    pub(super) fn consequence(self, field: &str) -> Option<String> {
        let of_field =
            |lines: &Vec<Consequence>| lines.iter().find(|line| line.field == field).map(|line| line.text.clone());
        self.source.consequences.with(of_field)
    }

    /// Why a field came back, until somebody changes it.
    pub(super) fn returned(self, field: &str) -> Option<String> {
        let shown = self.value(field);
        self.source.record.with(|record| {
            let record = record.as_ref()?;
            let Reason { text, fields, .. } = record.return_reason()?;
            let at = record.last_step()?.stamp;
            let written_since = |register: &Register| register.latest().is_some_and(|entry| entry.stamp > at);
            let mended = *record.value(field) != shown || record.registers.get(field).is_some_and(written_since);
            (fields.iter().any(|name| name == field) && !mended).then(|| text.clone())
        })
    }

    /// The values of a field that two people filled differently without seeing each other's.
    pub(super) fn conflict(self, field: &str) -> Vec<Entry> {
        self.source.record.with(|record| {
            let register = record.as_ref().and_then(|record| record.registers.get(field));
            register
                .filter(|register| register.is_in_conflict())
                .map(|register| register.entries().to_vec())
                .unwrap_or_default()
        })
    }
}

/// The id of a field's control on the page.
pub(crate) fn field_id(field: &str) -> String {
    format!("f-{field}")
}
