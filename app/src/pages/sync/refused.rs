//! What the server refused: why, and what to do. It stays until a person drops it.

use leptos::prelude::*;
use shared::{
    form::{form, label},
    merge::operation::{Body, FieldEdit, Operation},
    t,
};

use super::unsent::deed;
use crate::{
    pages::record::naming::{href, title, value_words},
    state::{self, Refused},
    ui::{
        button::{Button, ButtonLink, ButtonVariant},
        chip::{Chip, Tone},
        panel::Panel,
    },
};

/// Renders nothing while nothing was refused.
#[component]
pub(super) fn RefusedPanel() -> impl IntoView {
    let refused = Memo::new(|_| state::ledger().refusals());
    let aside = move || Some(t!("sync.count", count = refused.with(Vec::len)));
    view! {
        <Show when=move || refused.with(|refused| !refused.is_empty())>
            <Panel title=t!("sync.refused_title") aside=Signal::derive(aside) flush=true>
                <ul class="refusals">
                    <For each=move || refused.get() key=|refused| refused.operation.id children=refusal />
                </ul>
            </Panel>
        </Show>
    }
}

/// What was typed, field by field.
fn typed(operation: &Operation) -> Vec<String> {
    let Body::Edit { fields } = &operation.body else { return Vec::new() };
    let form = form(operation.kind);
    let line = |edit: &FieldEdit| {
        let field = form.fields().find(|field| field.name == edit.field)?;
        Some(t!("sync.typed", label = label(operation.kind, &edit.field), value = value_words(field, &edit.value)))
    };
    fields.iter().filter_map(line).collect()
}

fn refusal(refused: Refused) -> impl IntoView {
    let Refused { operation, code, issues } = refused;
    let id = operation.id;
    let record = state::ledger().record(operation.record);
    let name = record.as_ref().map_or_else(
        || t!(operation.kind.label_key()),
        |record| state::ledger().with(|replica| title(replica, record)),
    );
    let issue = |issue: shared::issue::Issue| {
        let sentence = t!("forms.problem", label = label(operation.kind, &issue.field), message = issue.message());
        view! { <li>{sentence}</li> }
    };
    let problems = issues.into_iter().map(issue).collect_view();
    // The record may have gone with the unit that the person worked for: what they wrote stands here.
    let typed = typed(&operation).into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
    let drop_it = move |()| state::act(async move { state::ledger().drop_refusal(id).await });
    view! {
        <li class="refusal" data-operation=id.to_string() data-code=code.key()>
            <p class="refusal__head">
                <strong>{name}</strong>
                <Chip tone=Tone::Stop text=deed(&operation) />
            </p>
            <p>{code.message()}</p>
            <ul class="refusal__issues">{problems}</ul>
            <ul class="refusal__typed">{typed}</ul>
            <p class="refusal__next">{code.next_step()}</p>
            <div class="refusal__actions">
                {record.as_ref().map(|record| view! {
                    <ButtonLink href=href(record) attr:data-action="edit-again">{t!("sync.edit_again")}</ButtonLink>
                })}
                <Button variant=ButtonVariant::Quiet on_click=drop_it attr:data-action="dismiss">{t!("sync.dismiss")}</Button>
            </div>
        </li>
    }
}
