//! What two people filled differently: the judge sees every value and who wrote it, and judges the one that is shown.

use std::sync::Arc;

use leptos::prelude::*;
use shared::{
    form,
    merge::register::Entry,
    record::{Record, RecordKind},
    t,
};

use crate::{
    pages::{moment::moment, record::naming::value_words},
    state,
    ui::panel::Panel,
};

/// Nothing where nobody disagrees.
#[component]
pub(super) fn Conflicts(record: Record) -> impl IntoView {
    let kind = record.kind;
    let disputed = record.registers.into_iter().filter(|(_, register)| register.is_in_conflict());
    let lines: Vec<(Arc<str>, String)> = disputed
        .flat_map(|(field, register)| {
            let lines: Vec<String> = register.entries().iter().map(|entry| line(kind, &field, entry)).collect();
            lines.into_iter().map(move |line| (Arc::clone(&field), line))
        })
        .collect();
    if lines.is_empty() {
        return ().into_any();
    }
    let rows = lines.into_iter().map(|(field, line)| view! { <li data-field=field>{line}</li> }).collect_view();
    view! {
        <Panel title=t!("review.conflicts") aside=Some(t!("review.conflicts_hint"))>
            <ul>{rows}</ul>
        </Panel>
    }
    .into_any()
}

fn line(kind: RecordKind, field: &str, entry: &Entry) -> String {
    let value = match form::form(kind).fields().find(|declared| declared.name == field) {
        _ if entry.value.is_empty() => t!("forms.emptied"),
        Some(declared) => value_words(declared, &entry.value),
        None => entry.value.as_text().unwrap_or_default().to_owned(),
    };
    let person = state::published().person_name(entry.author);
    let signature = t!("record.signature", person = person, time = moment(entry.stamp.ms()));
    t!("review.conflict_line", label = form::label(kind, field), value = value, signature = signature)
}
