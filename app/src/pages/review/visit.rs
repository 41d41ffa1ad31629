//! 现场核查: what was found on site is written down before anything is decided.

use std::collections::BTreeSet;

use leptos::prelude::*;
use shared::{
    record::RecordKind,
    t,
    workflow::{Reason, State, Visit},
};

use super::judgement::marked_words;
use crate::{
    state,
    ui::{
        button::{Button, ButtonVariant},
        date_input::DateInput,
        dialog::Dialog,
        field::FieldShell,
        input::{TextArea, TextInput},
    },
};

/// Day, people and finding of a visit, and the decision that follows from it.
#[component]
pub(super) fn VisitDialog(
    kind: RecordKind,
    open: RwSignal<bool>,
    decide: Callback<(State, Option<Reason>)>,
    pinned_fields: RwSignal<BTreeSet<String>>,
) -> impl IntoView {
    let me = state::session().person().map(|me| me.name).unwrap_or_default();
    let on = RwSignal::new(state::clock::today().to_string());
    let (by, found, asked) = (RwSignal::new(me), RwSignal::new(String::new()), RwSignal::new(false));
    let day = move || on.with(|text| text.trim().parse().ok()).filter(|day| *day <= state::clock::today());
    let problem = move |is_missing: bool, key: &str| (asked.get() && is_missing).then(|| t!(key));
    let blank = |text: RwSignal<String>| text.with(|text| text.trim().is_empty());
    let on_error = Signal::derive(move || problem(day().is_none(), "review.visit.on_missing"));
    let by_error = Signal::derive(move || problem(blank(by), "review.visit.by_missing"));
    let found_error = Signal::derive(move || problem(blank(found), "review.visit.found_missing"));
    let send = move |to: State| {
        let (by, text) = (by.get_untracked().trim().to_owned(), found.get_untracked().trim().to_owned());
        let Some(on) = untrack(day).filter(|_| !by.is_empty() && !text.is_empty()) else {
            asked.set(true);
            return;
        };
        let fields =
            if to == State::Returned { pinned_fields.get_untracked().into_iter().collect() } else { Vec::new() };
        open.set(false);
        decide.run((to, Some(Reason { text, fields, visit: Some(Visit { on, by }) })));
    };
    let actions = move || {
        view! {
            <Button on_click=move |()| open.set(false)>{t!("review.cancel")}</Button>
            <Button on_click=move |()| send(State::Returned) attr:data-action="visit-return">{t!("review.return")}</Button>
            <Button variant=ButtonVariant::Primary on_click=move |()| send(State::Verified) attr:data-action="visit-verify">
                {t!("review.verify")}
            </Button>
        }
    };
    view! {
        <Dialog id="visit-dialog" open title=t!("review.visit.title") on_close=move |()| open.set(false) actions>
            <p>{move || marked_words(kind, pinned_fields)}</p>
            <FieldShell id="f-visit-on" label=t!("review.visit.on") error=on_error>
                <DateInput value=on on_input=move |typed| on.set(typed) picker_label=t!("forms.pick", label = t!("review.visit.on")) />
            </FieldShell>
            <FieldShell id="f-visit-by" label=t!("review.visit.by") error=by_error>
                <TextInput value=by on_input=move |typed| by.set(typed) />
            </FieldShell>
            <FieldShell id="f-visit-found" label=t!("review.visit.found") error=found_error>
                <TextArea value=found on_input=move |typed| found.set(typed) />
            </FieldShell>
        </Dialog>
    }
}
