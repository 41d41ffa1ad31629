//! Opens a record's form: wires the renderer to drafts, ledger and rules.

use leptos::prelude::*;
use shared::{
    authorize::{Action, authorize},
    fields::{Fields, Value},
    id::{RecordId, UnitId},
    merge::{register::Entry, replica::Replica},
    person::Person,
    record::{Record, RecordKind},
    report, stage, t,
    unit::Unit,
    validate::{Context, consequences, validate},
    workflow::{State, context_of},
};

use super::turn::Turn;
use crate::{
    forms::{FormModel, FormSource},
    pages::moment::moment,
    state::{self, Target},
    ui::input::Choice,
};

use super::files;

/// What a page knows when it opens a record, which may not exist yet.
pub(crate) struct Opening {
    /// The record.
    pub(crate) target: Target,
    /// Fields of which the page says the value, so that nobody is asked.
    pub(crate) known: &'static [&'static str],
    /// Values written with the first keystroke of a new record: those of the known fields, and first proposals.
    pub(crate) seeds: Vec<(&'static str, Value)>,
    /// Last month's values.
    pub(crate) previous: Signal<Fields>,
}

fn units() -> Vec<Choice> {
    let campaign = state::published().campaign();
    let choice = |unit: &Unit| Choice { value: unit.id.to_string(), label: unit.name.clone() };
    campaign.value.map(|campaign| campaign.units.iter().map(choice).collect()).unwrap_or_default()
}

/// A record's form, and whether it was unlocked for a new revision.
#[derive(Clone, Copy)]
pub(crate) struct Opened {
    pub(crate) model: FormModel,
    pub(crate) record: RecordId,
    /// The person chose to amend what was approved already.
    pub(crate) amending: RwSignal<bool>,
}

/// Opens a form under the current owner.
pub(crate) fn open(opening: Opening) -> Opened {
    let Opening { target, known, seeds, previous } = opening;
    let amending = RwSignal::new(false);
    let seeds = StoredValue::new(seeds);
    let record = Memo::new(move |_| state::ledger().record(target.record));
    let turn = Turn::ask(target.record);
    provide_context(turn);
    let fields = Memo::new(move |_| {
        let mut fields = state::drafts().fields(target.record);
        let is_new = record.with(Option::is_none);
        seeds.with_value(|seeds| {
            seeds.iter().filter(|_| is_new).for_each(|(name, value)| fill(&mut fields, name, value));
        });
        fields
    });
    let issues =
        Memo::new(move |_| fields.with(|fields| validate(target.kind, fields, &context(target, record, fields))));
    let lines =
        Memo::new(move |_| fields.with(|fields| consequences(target.kind, fields, &context(target, record, fields))));
    let locked = Signal::derive(move || turn.is_elsewhere() || is_locked(target, record, amending.get()));
    files::source(target, record.into(), locked, Callback::new(move |()| begin(target, record, seeds))).provide();
    let source = FormSource {
        kind: target.kind,
        known,
        record: record.into(),
        fields: fields.into(),
        previous,
        issues: issues.into(),
        consequences: lines.into(),
        locked,
        on_write: Callback::new(move |(field, value)| write(target, record, seeds, field, value)),
        on_leave: Callback::new(move |()| state::drafts().flush_soon()),
        on_settle: untrack(|| settles(target, record)).then(|| {
            Callback::new(move |(field, value): (&'static str, Value)| {
                state::act(async move { state::ledger().edit(target, &[(field, value)]).await });
            })
        }),
        units,
        signature: Callback::new(|entry: Entry| {
            let person = state::published().person_name(entry.author);
            t!("record.signature", person = person, time = moment(entry.stamp.ms()))
        }),
    };
    Opened { model: FormModel::new(source), record: target.record, amending }
}

fn fill(fields: &mut Fields, name: &str, value: &Value) {
    if fields.get(name).is_empty() {
        fields.set(name, value.clone());
    }
}

/// Writes a field, and with the first one of a new record what the page knows of it.
fn write(
    target: Target,
    record: Memo<Option<Record>>,
    seeds: StoredValue<Vec<(&'static str, Value)>>,
    field: &'static str,
    value: Value,
) {
    begin(target, record, seeds);
    state::drafts().put(target, field, value);
}

/// Writes what the page knows of a record that does not exist yet.
fn begin(target: Target, record: Memo<Option<Record>>, seeds: StoredValue<Vec<(&'static str, Value)>>) {
    let drafts = state::drafts();
    if record.with_untracked(Option::is_some) {
        return;
    }
    let typed = untrack(|| drafts.fields(target.record));
    for (seed, value) in seeds.get_value() {
        if typed.get(seed).is_empty() {
            drafts.put(target, seed, value);
        }
    }
}

/// What is being judged is not changed under the judge's eyes; what was approved only on purpose; what belongs to
/// others not at all.
fn is_locked(target: Target, record: Memo<Option<Record>>, amending: bool) -> bool {
    let Some(me) = state::session().person() else { return true };
    record.with(|record| {
        let Some(record) = record else { return !files_for(&me, target.unit.unwrap_or(me.unit), target.kind) };
        let is_open = match record.expected_state() {
            State::Draft | State::Returned | State::Withdrawn => true,
            State::Reviewed | State::Verified => amending,
            State::Submitted | State::OnSiteCheck => false,
        };
        !is_open || !files_for(&me, record.unit, record.kind)
    })
}

/// Whoever files for the unit settles what two of its people filled differently; everyone else only sees it.
fn settles(target: Target, record: Memo<Option<Record>>) -> bool {
    let Some(me) = state::session().person() else { return false };
    let unit = record.with(|record| record.as_ref().map(|record| record.unit)).or(target.unit);
    files_for(&me, unit.unwrap_or(me.unit), target.kind)
}

fn files_for(person: &Person, unit: UnitId, kind: RecordKind) -> bool {
    authorize(person, Action::EditRecord(kind, unit))
}

fn context(target: Target, record: Memo<Option<Record>>, fields: &Fields) -> Context {
    let now_ms = state::clock::now_ms();
    let context = state::ledger().with(|replica| {
        record.with(|record| match record {
            Some(record) => context_of(replica, record, now_ms),
            None => context_before(replica, target.kind, fields, now_ms),
        })
    });
    match state::session().campaign() {
        Some(campaign) => context.in_campaign(&campaign),
        None => context,
    }
}

/// The surroundings of a record that does not exist yet.
fn context_before(replica: &Replica, kind: RecordKind, fields: &Fields, now_ms: u64) -> Context {
    let project_field = match kind {
        RecordKind::MonthlyReport => report::monthly::PROJECT,
        RecordKind::StageClaim => stage::field::PROJECT,
        RecordKind::Project
        | RecordKind::IndicatorReport
        | RecordKind::ServiceVisit
        | RecordKind::ServiceIssue
        | RecordKind::Inspection => "",
    };
    let project = fields.text(project_field).parse().ok().and_then(|id| replica.get(id));
    let about = project.into_iter().flat_map(|project| replica.about(project.id));
    let reports = about.filter(|other| other.kind == RecordKind::MonthlyReport).map(Record::fields).collect();
    Context { now_ms, project: project.map(Record::fields), reports, ..Context::default() }
}
