//! Where a record stands, in a word.

use leptos::prelude::*;
use shared::{
    record::{Record, RecordKind},
    t,
    workflow::State,
};

use crate::{
    state,
    ui::chip::{Chip, Tone},
};

/// The chip of a record's state; of a new one that it is a draft.
#[component]
pub(crate) fn StandingChip(#[prop(into)] record: Signal<Option<Record>>) -> impl IntoView {
    let standing = Memo::new(move |_| record.with(|record| record.as_ref().map(standing_of)));
    let tone = move || standing.get().map_or(Tone::Neutral, |(tone, _)| tone);
    let text = move || standing.get().map_or_else(|| t!("record.new"), |(_, text)| text);
    let state = move || record.with(|record| record.as_ref().map_or("new", |record| record.expected_state().code()));
    view! {
        <span data-state=state>
            <Chip tone=Signal::derive(tone) text=Signal::derive(text) />
        </span>
    }
}

/// The tone and the words for where a record stands, with what still waits for the server.
pub(crate) fn standing_of(record: &Record) -> (Tone, String) {
    let state = record.expected_state();
    let name = state_words(record.kind, state);
    if !record.waiting.is_empty() {
        return (Tone::Calm, t!("record.waiting", state = name));
    }
    // What its author handed in is there only once its files are.
    match state::files().waiting(record) {
        0 => (tone(record, state), name),
        _ if matches!(state, State::Draft | State::Returned) => (tone(record, state), name),
        waiting => {
            (Tone::Late, t!("files.standing", state = name, lacking = waiting, count = record.attachments.len()))
        }
    }
}

/// The words for a state. A finding is confirmed by another person of the offices, not by the unit.
pub(crate) fn state_words(kind: RecordKind, state: State) -> String {
    match (kind, state) {
        (RecordKind::Inspection, State::Submitted) => t!("inspections.submitted"),
        (RecordKind::Inspection, State::Reviewed) => t!("inspections.reviewed"),
        _ => t!(state.label_key()),
    }
}

fn tone(record: &Record, state: State) -> Tone {
    match state {
        State::Draft => Tone::Neutral,
        State::Verified => Tone::Ok,
        State::Reviewed if record.kind.final_state() == State::Reviewed => Tone::Ok,
        State::Submitted | State::Reviewed | State::OnSiteCheck => Tone::Calm,
        State::Returned => Tone::Late,
        State::Withdrawn => Tone::Stop,
    }
}
