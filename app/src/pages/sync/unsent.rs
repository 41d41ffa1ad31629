//! Every operation that the server does not have yet.

use leptos::prelude::*;
use shared::{
    attachment::Attachment,
    form::label,
    id::RecordId,
    merge::operation::{Body, Operation},
    t,
};

use crate::{
    pages::{
        moment::moment,
        record::naming::{href, title},
    },
    state,
    ui::{empty::EmptyState, panel::Panel},
};

/// Lines shown; the count above them is exact.
const LINES_MAX: usize = 200;

/// The exact count, and each with what it is about, when it was made and why it waits.
#[component]
pub(super) fn UnsentPanel() -> impl IntoView {
    let unsent = Memo::new(|_| state::sync_status().unsent());
    let files = Memo::new(|_| state::sync_status().files_left());
    let aside = move || Some(t!("sync.count", count = unsent.with(Vec::len)));
    let shown = move || unsent.with(|unsent| unsent.iter().take(LINES_MAX).cloned().collect::<Vec<_>>());
    view! {
        <Panel title=t!("sync.unsent_title") aside=Signal::derive(aside) flush=true>
            <ul class="row-links">
                <For each=shown key=|operation| operation.id children=line />
                {move || files.get().into_iter().take(LINES_MAX).map(file_line).collect_view()}
            </ul>
            <Show when=move || unsent.with(Vec::is_empty) && files.with(Vec::is_empty)>
                <EmptyState title=t!("sync.nothing_unsent") />
            </Show>
        </Panel>
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that `For` asks for")]
fn line(operation: Operation) -> impl IntoView {
    let record = state::ledger().record(operation.record);
    let kind = t!(operation.kind.label_key());
    let name = record.as_ref().map_or(kind, |record| state::ledger().with(|replica| title(replica, record)));
    let address = record.as_ref().map_or_else(|| "/today".to_owned(), href);
    let (when, what) = (moment(operation.stamp.ms()), deed(&operation));
    view! {
        <li class="row-link" data-operation=operation.id.to_string()>
            <a class="row-link__link" href=address>{name}</a>
            <span class="row-link__what">{what}</span>
            <span class="row-link__aside">{when} " " {reason}</span>
        </li>
    }
}

/// A file whose record may be there already.
fn file_line((id, file): (RecordId, Attachment)) -> impl IntoView {
    let record = state::ledger().record(id);
    let name = record.as_ref().map(|record| state::ledger().with(|replica| title(replica, record)));
    let address = record.as_ref().map_or_else(|| "/today".to_owned(), href);
    view! {
        <li class="row-link" data-file=file.blob.to_string()>
            <a class="row-link__link" href=address>{name}</a>
            <span class="row-link__what">{t!("files.unsent", name = file.name)}</span>
            <span class="row-link__aside">{reason}</span>
        </li>
    }
}

/// What was done, in words.
pub(super) fn deed(operation: &Operation) -> String {
    let kind = t!(operation.kind.label_key());
    match &operation.body {
        Body::Edit { fields } => {
            let names: Vec<String> = fields.iter().take(3).map(|edit| label(operation.kind, &edit.field)).collect();
            let names = names.join(&t!("form.list_separator"));
            t!("sync.deed_edit", kind = kind, count = fields.len(), fields = names)
        }
        Body::Transition { to, .. } => {
            t!("sync.deed_step", kind = kind, step = t!(&format!("record.step.{}", to.code())))
        }
        Body::Comment { .. } => t!("sync.deed_comment", kind = kind),
        Body::Attach(file) => t!("files.deed_attach", kind = kind, name = file.name),
        Body::Detach { files } => t!("files.deed_detach", kind = kind, count = files.len()),
        Body::Twin { .. } => t!("twins.deed"),
        Body::Unheard => kind,
        Body::Tombstone => t!("sync.deed_remove", kind = kind),
    }
}

/// Why it waits.
fn reason() -> String {
    if state::session().needs_login() {
        return t!("sync.waits_for_login");
    }
    match state::sync_status().problem() {
        Some(_) => t!("sync.waits_for_network"),
        None => t!("sync.waits_for_turn"),
    }
}
