//! 代存内容: what tablets had not sent when their person or they themselves were taken out of service.

use leptos::prelude::*;
use shared::{
    api::{RescueStep, RescuedItem},
    authorize::{Action, authorize},
    form,
    merge::operation::{Body, FieldEdit},
    record::RecordKind,
    t,
    workflow::State,
};

use crate::{
    pages::{moment::day_and_time, record::naming::value_words},
    state,
    ui::{
        banner::Banner,
        button::{Button, ButtonVariant},
        chip::{Chip, Tone},
        empty::EmptyState,
        field::FieldShell,
        input::TextInput,
        page_header::PageHeader,
        panel::Panel,
    },
};

/// `/rescue`.
#[component]
pub(crate) fn RescuePage() -> impl IntoView {
    let (items, problem) = (RwSignal::new(None::<Vec<RescuedItem>>), RwSignal::new(None::<String>));
    let load = move || {
        state::task(async move {
            match state::rescue().list().await {
                Ok(loaded) => items.try_set(Some(loaded)).map(drop),
                Err(error) => problem.try_set(Some(error.message())).map(drop),
            };
        });
    };
    load();
    let step = Callback::new(move |(item, step): (RescuedItem, RescueStep)| {
        state::task(async move {
            let sentence = match state::rescue().step(item.id, step).await {
                Ok(settled) => settled
                    .receipt
                    .and_then(|receipt| receipt.refusal())
                    .map(|code| format!("{}{}", code.message(), code.next_step())),
                Err(error) => Some(error.message()),
            };
            problem.try_set(sentence);
            load();
        });
    });
    let shown = move || {
        items.get().map(|items| {
            if items.is_empty() {
                return view! { <EmptyState title=t!("rescue.nothing") text=Some(t!("rescue.nothing_text")) /> }
                    .into_any();
            }
            items.into_iter().map(|item| view! { <Item item step /> }).collect_view().into_any()
        })
    };
    view! {
        <PageHeader title=t!("rescue.title") sub=Some(t!("rescue.sub")) />
        <div class="content">
            {move || problem.get().map(|text| view! { <Banner tone=Tone::Stop text /> })}
            {shown}
        </div>
    }
}

#[component]
fn Item(item: RescuedItem, step: Callback<(RescuedItem, RescueStep)>) -> impl IntoView {
    let reason = RwSignal::new(String::new());
    let operation = item.operation.clone();
    let title =
        t!("rescue.item", kind = t!(operation.kind.label_key()), unit = state::published().unit_name(operation.unit));
    let person = item.person;
    let received = day_and_time(item.received_ms);
    let from = Signal::derive(move || {
        Some(t!("rescue.from", person = state::published().person_name(person), time = received))
    });
    let me = state::session().person();
    let may_adopt = me.is_some_and(|me| authorize(&me, Action::EditRecord(operation.kind, operation.unit)));
    let lines = lines(operation.kind, &operation.body);
    let (adopted, discarded) = (item.clone(), item.clone());
    let decision = match item.outcome {
        Some(outcome) if outcome.adopted => view! { <Chip tone=Tone::Ok text=t!("rescue.adopted") /> }.into_any(),
        Some(outcome) => view! { <Chip text=t!("rescue.discarded", reason = outcome.reason) /> }.into_any(),
        None => view! {
            <FieldShell id=format!("f-reason-{}", item.id) label=t!("rescue.reason")>
                <TextInput value=reason on_input=move |typed| reason.set(typed) />
            </FieldShell>
            <div class="button-row">
                <Button on_click=move |()| step.run((discarded.clone(), RescueStep::Discard { reason: reason.get_untracked() })) attr:data-action="discard">
                    {t!("rescue.discard")}
                </Button>
                {may_adopt.then(|| view! {
                    <Button variant=ButtonVariant::Primary on_click=move |()| step.run((adopted.clone(), RescueStep::Adopt)) attr:data-action="adopt">
                        {t!("rescue.adopt")}
                    </Button>
                })}
            </div>
        }
        .into_any(),
    };
    view! {
        <Panel title aside=from>
            <ul class="note">{lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}</ul>
            {decision}
        </Panel>
    }
}

/// What an operation does, in words.
fn lines(kind: RecordKind, body: &Body) -> Vec<String> {
    match body {
        Body::Edit { fields } => {
            let line = |edit: &FieldEdit| {
                let text = form::form(kind).field(&edit.field).map(|field| value_words(field, &edit.value));
                t!("rescue.field", field = form::label(kind, &edit.field), value = text.unwrap_or_default())
            };
            fields.iter().map(line).collect()
        }
        Body::Transition { to, .. } => vec![t!("rescue.step", state = state_words(*to))],
        Body::Comment { text, .. } => vec![text.clone()],
        Body::Attach(file) => vec![t!("rescue.file", name = file.name)],
        Body::Detach { files } => vec![t!("rescue.files_removed", count = files.len())],
        Body::Tombstone => vec![t!("rescue.removal")],
        Body::Twin { .. } => vec![t!("twins.deed")],
        Body::Unheard => Vec::new(),
    }
}

fn state_words(state: State) -> String {
    t!(state.label_key())
}
