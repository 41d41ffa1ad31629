//! What happened to a record: each step with who and when, and what still waits for the server.

use leptos::prelude::*;
use shared::{
    form::label,
    record::{Record, RecordKind, Step},
    t,
};

use crate::{
    pages::moment::{date, moment},
    state,
    ui::{
        chip::{Chip, Tone},
        panel::Panel,
    },
};

/// The steps of a record, the latest first. Renders nothing while there is none.
#[component]
pub(crate) fn History(#[prop(into)] record: Signal<Option<Record>>) -> impl IntoView {
    let steps = Memo::new(move |_| record.with(|record| record.as_ref().map(steps_of).unwrap_or_default()));
    let count = move || Some(t!("record.history_count", count = steps.with(Vec::len)));
    view! {
        <Show when=move || steps.with(|steps| !steps.is_empty())>
            <Panel title=t!("record.history") aside=Signal::derive(count) flush=true>
                <ol class="history">{move || steps.get().into_iter().map(step_view).collect_view()}</ol>
            </Panel>
        </Show>
    }
}

/// One line of the history.
#[derive(Clone, PartialEq)]
struct Line {
    kind: RecordKind,
    step: Step,
    waits: bool,
}

fn steps_of(record: &Record) -> Vec<Line> {
    let line = |step: &Step, waits| Line { kind: record.kind, step: step.clone(), waits };
    let waiting = record.waiting.iter().rev().map(|step| line(step, true));
    waiting.chain(record.steps.values().rev().map(|step| line(step, false))).collect()
}

fn step_view(line: Line) -> impl IntoView {
    let Line { kind, step, waits } = line;
    let words = t!(&format!("record.step.{}", step.to.code()));
    let author = step.author;
    let time = moment(step.stamp.ms());
    let visit = step.reason.as_ref().and_then(|reason| reason.visit.clone());
    let visit = visit.map(|visit| t!("record.visit", day = date(visit.on), by = visit.by));
    let reason = step.reason.map(|reason| {
        let fields: Vec<String> = reason.fields.iter().map(|field| label(kind, field)).collect();
        let fields = fields.join(&t!("form.list_separator"));
        if fields.is_empty() {
            reason.text
        } else {
            t!("record.reason_with_fields", text = reason.text, fields = fields)
        }
    });
    view! {
        <li class="history__step" data-step=step.to.code()>
            <span class="history__what">{words}</span>
            {waits.then(|| view! { <Chip tone=Tone::Calm text=t!("record.waits") /> })}
            <span class="history__who">
                {move || t!("record.signature", person = state::published().person_name(author), time = time)}
            </span>
            {visit.map(|visit| view! { <p class="history__reason">{visit}</p> })}
            {reason.map(|reason| view! { <p class="history__reason">{reason}</p> })}
        </li>
    }
}
