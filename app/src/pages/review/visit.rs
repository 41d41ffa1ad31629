//! 现场核查: what was found on site is written down before anything is decided.

use std::collections::BTreeSet;

use leptos::prelude::*;
use shared::{
    attachment::{Attached, SITE_VISIT},
    id::{OperationId, RecordId},
    record::RecordKind,
    t,
    workflow::{Reason, State, Visit},
};

use super::judgement::marked_words;
use crate::{
    pages::files::{Tile, Viewer, waiting_note},
    state::{self, Target},
    ui::{
        button::{Button, ButtonVariant},
        date_input::DateInput,
        dialog::Dialog,
        field::FieldShell,
        file_pick::{FileOrigin, FilePick},
        file_tile::FileTiles,
        input::{TextArea, TextInput},
    },
};

/// Day, people, finding and photos of a visit, and the decision that follows from it.
#[component]
pub(super) fn VisitDialog(
    record: RecordId,
    kind: RecordKind,
    open: RwSignal<bool>,
    decide: Callback<(State, Option<Reason>)>,
    pinned_fields: RwSignal<BTreeSet<String>>,
    viewer: Viewer,
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
            <Photos record viewer />
        </Dialog>
    }
}

/// What was photographed on site. It hangs on the record as soon as it is chosen, and stays: it is evidence.
#[component]
fn Photos(record: RecordId, viewer: Viewer) -> impl IntoView {
    let ledger = state::ledger();
    let preparing = RwSignal::new(0_usize);
    let hung = Memo::new(move |_| {
        let record = ledger.record(record);
        let files = record.iter().flat_map(|record| record.attachments.iter());
        let of_visit = files.filter(|(_, attached)| attached.file.is_of_visit());
        of_visit.map(|(operation, attached)| (operation, attached.clone())).collect::<Vec<_>>()
    });
    let choose = move |input: &'static str| {
        let Some(target) = ledger.peek(|replica| replica.get(record).map(Target::of)) else { return };
        preparing.update(|count| *count += 1);
        state::act(async move {
            let attached = state::files().attach(target, Some(SITE_VISIT.to_owned()), input).await;
            preparing.try_update(|count| *count -= 1);
            attached
        });
    };
    let tile = move |(_, attached): (OperationId, Attached)| {
        let note = waiting_note(attached.file.clone());
        view! { <Tile attached viewer note /> }
    };
    view! {
        <div class="field file-field" data-files>
            <p class="field__label">{t!("review.visit.photos")}</p>
            <p class="field__hint">{t!("review.visit.photos_stay")}</p>
            <Show when=move || { preparing.get() > 0 }>
                <p class="field__hint" role="status">{t!("files.preparing")}</p>
            </Show>
            <FileTiles>
                <For each=move || hung.get() key=|(operation, _)| *operation children=tile />
            </FileTiles>
            <div class="file-field__ways">
                <FilePick id="visit-camera" origin=FileOrigin::Camera accept="image/*" on_choose=move |()| choose("visit-camera")>
                    {t!("files.take")}
                </FilePick>
                <FilePick id="visit-photos" origin=FileOrigin::Device accept="image/*" on_choose=move |()| choose("visit-photos")>
                    {t!("review.visit.choose_photos")}
                </FilePick>
            </div>
        </div>
    }
}
