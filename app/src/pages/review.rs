//! 待审 · 待认定: what waits for this person's judgement, and judging it.

mod batch;
mod conflicts;
mod files;
mod judgement;
mod visit;

use leptos::prelude::*;
use shared::{
    authorize::{Action, authorize},
    id::RecordId,
    merge::replica::Replica,
    person::{Person, Role},
    record::{Record, RecordKind},
    t,
    workflow::{self, State},
};

use self::{
    batch::{Choosable, Chosen, NotTaken, Pick, Tools, choosable},
    judgement::Judgement,
};
use crate::{
    pages::{
        moment,
        record::{naming::title, standing::state_words},
    },
    state::{self, Page},
    ui::{
        chip::{Chip, Tone},
        empty::{EmptyState, Loading},
        list_item::ListItem,
        page_header::{HeaderPlace, PageHeader},
        split::Split,
    },
};

/// One line of the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Waiting {
    record: RecordId,
    title: String,
    kind: RecordKind,
    unit: String,
    submitted_ms: u64,
    state: State,
    choosable: Choosable,
}

/// The queue beside what is open from it.
#[component]
pub(crate) fn ReviewPage() -> impl IntoView {
    let asked = state::address().query(Page::Review, "record");
    let ledger = state::ledger();
    let queue = Memo::new(move |_| {
        let Some(person) = state::session().person() else { return Vec::new() };
        ledger.with(|replica| queue(replica, &person))
    });
    let chosen: Chosen = RwSignal::default();
    let named = Memo::new(move |_| asked.with(|id| id.as_ref()?.parse::<RecordId>().ok()));
    let list = move || {
        view! {
            <PageHeader place=HeaderPlace::List title=t!("review.title") sub=Signal::derive(move || Some(count_text(queue.with(Vec::len)))) />
            <NotTaken />
            <Tools queue chosen />
            {move || queue.get().into_iter().map(|waiting| view! { <Line waiting open=named chosen /> }).collect_view()}
        }
    };
    view! {
        <Split list detail_open=Signal::derive(move || named.get().is_some()) list_label=t!("review.title")>
            {move || {
                if let Some(record) = named.get() {
                    let next = Signal::derive(move || after(&queue.get(), record));
                    return view! { <Judgement record next /> }.into_any();
                }
                // Whoever waits for the first rows is not told that nothing is left to do.
                if state::sync_status().is_pulling_first() && queue.with(Vec::is_empty) {
                    return view! { <Loading text=t!("app.banner.first_pull") /> }.into_any();
                }
                let (title, text) =
                    if queue.with(Vec::is_empty) { ("review.nothing", "review.nothing_text") } else { ("review.choose", "review.choose_text") };
                view! { <EmptyState title=t!(title) text=Some(t!(text)) /> }.into_any()
            }}
        </Split>
    }
}

fn count_text(count: usize) -> String {
    if count == 0 { t!("review.count_none") } else { t!("review.count", count = count) }
}

#[component]
fn Line(waiting: Waiting, open: Memo<Option<RecordId>>, chosen: Chosen) -> impl IntoView {
    let Waiting { record, title, kind, unit, submitted_ms, state, choosable } = waiting;
    let tone = if state == State::OnSiteCheck { Tone::Late } else { Tone::Calm };
    let current = Signal::derive(move || open.get() == Some(record));
    let when = format!("{unit} {}", moment::day(submitted_ms));
    let flaw = choosable.as_ref().err().cloned();
    view! {
        <div class="pick-line">
            <ListItem href=href(record) title=title.clone() current>
                <Chip tone text=format!("{} \u{b7} {}", t!(kind.label_key()), state_words(kind, state)) />
                <span>{when}</span>
                {flaw.map(|flaw| view! { <span>{flaw}</span> })}
            </ListItem>
            <Pick record title choosable chosen />
        </div>
    }
}

/// The address of a record's judgement.
fn href(record: RecordId) -> String {
    format!("/review?record={record}")
}

/// How many records wait for a person; shown in the navigation.
pub(crate) fn waiting_count(replica: &Replica, person: &Person) -> usize {
    replica.records().filter(|record| waits_for(replica, record, person)).count()
}

/// What waits for a person, the longest waiting first.
fn queue(replica: &Replica, person: &Person) -> Vec<Waiting> {
    let mut waiting: Vec<Waiting> = replica
        .records()
        .filter(|record| waits_for(replica, record, person))
        .map(|record| Waiting {
            record: record.id,
            title: title(replica, record),
            kind: record.kind,
            unit: state::published().unit_name(record.unit),
            submitted_ms: record.first_submitted().map_or(0, shared::merge::stamp::Stamp::ms),
            state: record.state(),
            choosable: choosable(replica, record, person),
        })
        .collect();
    waiting.sort_by_key(|line| (line.submitted_ms, line.record));
    waiting
}

fn waits_for(replica: &Replica, record: &Record, person: &Person) -> bool {
    // A step that waits for the server's word is off this person's desk.
    if !record.waiting.is_empty() || record.is_work_of(person.id) {
        return false;
    }
    match record.state() {
        State::Submitted if record.kind == RecordKind::Inspection => {
            authorize(person, Action::EditRecord(record.kind, record.unit))
        }
        State::Submitted => record.unit == person.unit && person.is(Role::UnitReviewer),
        State::OnSiteCheck if person.is(Role::Inspector) => true,
        State::Reviewed | State::OnSiteCheck if record.kind.final_state() == State::Verified => {
            workflow::verifying_duty(replica, record).is_some_and(|duty| person.verifies(duty))
        }
        State::Draft | State::Reviewed | State::OnSiteCheck | State::Verified | State::Returned | State::Withdrawn => {
            false
        }
    }
}

/// The line after the one that is open, so that judging goes on without a detour.
fn after(queue: &[Waiting], open: RecordId) -> Option<RecordId> {
    let position = queue.iter().position(|line| line.record == open);
    let next = position.and_then(|position| queue.get(position + 1));
    next.or_else(|| queue.iter().find(|line| line.record != open)).map(|line| line.record)
}
