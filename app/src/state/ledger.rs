//! The records: read from memory, written through the store.

use leptos::prelude::{GetUntracked, Update};
use shared::{
    attachment::Attachment,
    calendar::Month,
    fields::Value,
    id::{Digest, OperationId, RecordId, UnitId, uuid_v7},
    issue::{Issue, Refusal, RefusalCode, Severity},
    merge::{
        operation::{Body, FieldEdit, Operation},
        replica::Replica,
    },
    project::twin::Word,
    record::{Record, RecordKind},
    sync::client::Intent,
    t,
    workflow::{self, Reason, State, Visit},
};

use crate::{
    browser::entropy,
    state::{DataError, clock, core::core, drafts, notices, sync_status},
};

/// A record, existing or yet to be: it comes into being with its first edit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Target {
    /// Its id.
    pub(crate) record: RecordId,
    /// Its kind.
    pub(crate) kind: RecordKind,
    /// The assessment month it is about, where it has one.
    pub(crate) period: Option<Month>,
    /// The unit it is about; without one, the unit of whoever writes.
    pub(crate) unit: Option<UnitId>,
}

impl Target {
    /// A record that is there.
    pub(crate) fn of(record: &Record) -> Self {
        Self { record: record.id, kind: record.kind, period: record.period, unit: Some(record.unit) }
    }
}

/// An own operation that the server refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    /// The operation.
    pub(crate) operation: Operation,
    /// Why.
    pub(crate) code: RefusalCode,
    /// What to mend, for [`RefusalCode::Incomplete`].
    pub(crate) issues: Vec<Issue>,
}

/// The records of whoever is at work.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ledger;

impl Ledger {
    /// Reads the records. Tracked.
    pub(crate) fn with<T>(self, read: impl FnOnce(&Replica) -> T) -> T {
        core().track();
        self.peek(read)
    }

    /// Reads the records without subscribing.
    pub(crate) fn peek<T>(self, read: impl FnOnce(&Replica) -> T) -> T {
        match core().desk() {
            Ok(desk) => read(&desk.replica.borrow()),
            Err(_) => read(&Replica::default()),
        }
    }

    /// One record. Tracked.
    pub(crate) fn record(self, id: RecordId) -> Option<Record> {
        self.with(|replica| replica.get(id).cloned())
    }

    /// The id of a record that is about to be created.
    pub(crate) fn new_record(self) -> RecordId {
        RecordId(uuid_v7(clock::now_ms(), entropy::random_bytes()))
    }

    /// What is wrong with a record as it is shown, typing included. Tracked.
    pub(crate) fn issues(self, id: RecordId) -> Vec<Issue> {
        let fields = drafts().fields(id);
        self.with(|replica| {
            let record = replica.get(id);
            record.map(|record| {
                let context = workflow::context_of(replica, record, clock::now_ms());
                shared::validate::validate(record.kind, &fields, &context)
            })
        })
        .unwrap_or_default()
    }

    /// Whether the step can succeed as far as this tablet knows. Tracked.
    pub(crate) fn may(self, id: RecordId, to: State) -> Result<(), Refusal> {
        let session = core().session.get_untracked();
        let Some(person) = session.map(|session| session.person) else {
            return Err(RefusalCode::NotAllowed.into());
        };
        self.with(|replica| {
            let record = replica.get(id).ok_or(RefusalCode::UnknownRecord)?;
            if !record.waiting.is_empty() {
                return Err(RefusalCode::WrongState.into());
            }
            // Whether a reason was given is asked when the step is taken.
            let visit = Some(Visit { on: clock::today(), by: "-".to_owned() });
            let reason = Reason { text: "-".to_owned(), fields: Vec::new(), visit };
            let request = workflow::Request { person: &person, to, reason: Some(&reason), revision: record.revision() };
            workflow::decide(replica, record, &request, clock::now_ms())
        })
    }

    /// Writes fields, as one operation; those that do not differ are left out. Durable when it returns.
    pub(crate) async fn edit(self, target: Target, fields: &[(&str, Value)]) -> Result<(), DataError> {
        let compose = |replica: &Replica| {
            let record = replica.get(target.record);
            let edits = fields.iter().filter_map(|(field, value)| match record {
                Some(record) => record.edit_to(field, value),
                None => first_edit(field, value),
            });
            let edits: Vec<_> = edits.collect();
            Ok((!edits.is_empty()).then_some((target, Body::Edit { fields: edits })))
        };
        self.write(compose).await
    }

    /// Asks for a step of the workflow. What is being typed is saved first, for the step judges what is saved.
    ///
    /// What only depends on the record itself is refused at once; everything else is the server's to decide.
    pub(crate) async fn transition(self, id: RecordId, to: State, reason: Option<Reason>) -> Result<(), DataError> {
        drafts().flush().await?;
        let is_return = matches!(to, State::Returned | State::Withdrawn);
        if is_return && reason.as_ref().is_none_or(|reason| reason.text.trim().is_empty()) {
            return Err(DataError::Refused(RefusalCode::ReasonMissing));
        }
        let now_ms = clock::now_ms();
        let issues = self.peek(|replica| replica.get(id).map(|record| workflow::issues(replica, record, now_ms)));
        let has_errors = issues.iter().flatten().any(|issue| issue.severity == Severity::Error);
        if to == State::Submitted && has_errors {
            return Err(DataError::Refused(RefusalCode::Incomplete));
        }
        let body = |record: &Record| Body::Transition { to, reason, revision: record.revision() };
        self.write_to(id, body).await
    }

    /// Asks for an approval of exactly what was seen, one of several.
    pub(crate) async fn approve(self, id: RecordId, to: State, seen: Digest) -> Result<(), DataError> {
        if self.peek(|replica| replica.get(id).is_none_or(|record| record.revision() != seen)) {
            return Err(DataError::Refused(RefusalCode::RevisionChanged));
        }
        self.write_to(id, |_| Body::Transition { to, reason: None, revision: seen }).await
    }

    /// Says whether two projects are one; with [`Word::Same`] the other one is kept.
    pub(crate) async fn say_of_twins(self, project: RecordId, other: RecordId, word: Word) -> Result<(), DataError> {
        self.write_to(project, |_| Body::Twin { other, word }).await
    }

    /// Hangs a file on a record, whose content lies here already.
    pub(crate) async fn attach(self, target: Target, file: Attachment) -> Result<(), DataError> {
        self.write(|_| Ok(Some((target, Body::Attach(Box::new(file)))))).await
    }

    /// Takes a file off a record.
    pub(crate) async fn take_off(self, target: Target, file: OperationId) -> Result<(), DataError> {
        self.write(|_| Ok(Some((target, Body::Detach { files: vec![file] })))).await
    }

    /// Takes a draft away.
    pub(crate) async fn remove_draft(self, id: RecordId) -> Result<(), DataError> {
        drafts().flush().await?;
        self.write_to(id, |_| Body::Tombstone).await
    }

    /// Own operations that the server refused, oldest first, until they are put away. Tracked.
    pub(crate) fn refusals(self) -> Vec<Refused> {
        let core = core();
        core.track();
        let Ok(desk) = core.desk() else {
            return Vec::new();
        };
        let own = desk.own.borrow();
        let refused = own.values().filter_map(|own| {
            let receipt = own.open_refusal()?;
            Some(Refused { operation: own.operation.clone(), code: receipt.refusal()?, issues: receipt.issues.clone() })
        });
        refused.collect()
    }

    /// Puts a refusal away.
    pub(crate) async fn drop_refusal(self, id: OperationId) -> Result<(), DataError> {
        core().desk()?.dismiss(id).await?;
        core().changed();
        Ok(())
    }

    async fn write_to(self, id: RecordId, body: impl FnOnce(&Record) -> Body) -> Result<(), DataError> {
        let compose = |replica: &Replica| {
            let record = replica.get(id).ok_or(DataError::NotHere)?;
            Ok(Some((Target::of(record), body(record))))
        };
        self.write(compose).await
    }

    async fn write(
        self,
        compose: impl FnOnce(&Replica) -> Result<Option<(Target, Body)>, DataError>,
    ) -> Result<(), DataError> {
        let core = core();
        let desk = core.desk()?;
        let (campaign, author, own_unit) = (desk.session.campaign.id, desk.session.person.id, desk.session.person.unit);
        let compose = |replica: &Replica| {
            let composed = compose(replica)?;
            Ok(composed.map(|(Target { record, kind, period, unit }, body)| {
                let known = replica.get(record).map(|record| record.unit);
                let unit = known.or(unit).unwrap_or(own_unit);
                Intent { campaign, unit, period, record, kind, author, body }
            }))
        };
        core.writing.update(|writing| *writing += 1);
        let written =
            desk.write(compose, || OperationId(uuid_v7(clock::now_ms(), entropy::random_bytes())), clock::now_ms).await;
        core.writing.update(|writing| *writing -= 1);
        if written? {
            if desk.store.is_full() {
                notices().say(t!("tablet.full"));
            }
            core.changed();
            sync_status().sync_now();
        }
        Ok(())
    }
}

fn first_edit(field: &str, value: &Value) -> Option<FieldEdit> {
    let edit = || FieldEdit { field: field.to_owned(), value: value.clone(), over: Vec::new() };
    (!value.is_empty()).then(edit)
}
