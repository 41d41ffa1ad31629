//! 我的账号: who is at work, a PIN for this tablet, and a new password.

mod pin;

mod devices;
mod second_factor;

use leptos::{ev::SubmitEvent, prelude::*};
use shared::{api::PasswordChange, t};

pub(crate) use self::devices::SessionTable;
use self::{devices::DevicesPanel, second_factor::SecondFactorPanel};
use crate::{
    pages::account::pin::PinPanel,
    state::{self, DataError},
    ui::{
        banner::Banner,
        button::{Button, ButtonKind, ButtonVariant},
        chip::Tone,
        field::FieldShell,
        input::{TextInput, TextKind},
        key_value::{KeyValue, KeyValueList},
        page_header::PageHeader,
        panel::Panel,
    },
};

/// `/account`.
#[component]
pub(crate) fn AccountPage() -> impl IntoView {
    view! {
        <PageHeader title=t!("account.title") />
        <div class="content content--narrow">
            <PersonPanel />
            <SecondFactorPanel />
            <PinPanel />
            <PasswordPanel />
            <DevicesPanel />
        </div>
    }
}

#[component]
fn PersonPanel() -> impl IntoView {
    let person = move || state::session().person();
    view! {
        <Panel title=t!("account.who")>
            {move || person().map(|person| {
                let roles: Vec<String> = person.roles.iter().map(|role| t!(role.label_key())).collect();
                view! {
                    <KeyValueList>
                        <KeyValue label=t!("admin.name")>{person.name}</KeyValue>
                        <KeyValue label=t!("admin.account")>{person.account}</KeyValue>
                        <KeyValue label=t!("admin.unit")>{state::published().unit_name(person.unit)}</KeyValue>
                        <KeyValue label=t!("admin.roles")>{roles.join("、")}</KeyValue>
                    </KeyValueList>
                }
            })}
        </Panel>
    }
}

/// How a change of the password went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Outcome {
    #[default]
    None,
    Changed,
    /// The current password is wrong.
    Current,
    /// The new one is too short or too long.
    New,
    /// The two new ones differ.
    Repeat,
    Failed(String),
}

impl Outcome {
    fn of(result: Result<(), DataError>) -> Self {
        match result {
            Ok(()) => Self::Changed,
            Err(DataError::Server(detail)) if detail.fields.iter().any(|field| field == "current") => Self::Current,
            Err(DataError::Server(detail)) if detail.fields.iter().any(|field| field == "new") => Self::New,
            Err(error) => Self::Failed(error.message()),
        }
    }
}

#[component]
fn PasswordPanel() -> impl IntoView {
    let [current, new, repeat] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let (busy, outcome) = (RwSignal::new(false), RwSignal::new(Outcome::None));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        if new.get_untracked() != repeat.get_untracked() {
            outcome.set(Outcome::Repeat);
            return;
        }
        busy.set(true);
        let change = PasswordChange { current: current.get_untracked(), new: new.get_untracked() };
        state::task(async move {
            let result = state::session().change_password(change).await;
            busy.try_set(false);
            if result.is_ok() {
                for typed in [current, new, repeat] {
                    typed.try_set(String::new());
                }
            }
            outcome.try_set(Outcome::of(result));
        });
    };
    let wrong = move |at: Outcome, text: fn() -> String| Signal::derive(move || (outcome.get() == at).then(text));
    view! {
        <Panel title=t!("account.password")>
            {move || match outcome.get() {
                Outcome::Changed => view! { <Banner tone=Tone::Ok text=t!("account.changed") /> }.into_any(),
                Outcome::Failed(text) => view! { <Banner tone=Tone::Stop text /> }.into_any(),
                _ => ().into_any(),
            }}
            <form class="form-grid" on:submit=submit novalidate>
                <FieldShell id="f-current" label=t!("account.current") error=wrong(Outcome::Current, || t!("account.current_wrong")) wide=true>
                    <TextInput value=current kind=TextKind::Password on_input=move |typed| current.set(typed) />
                </FieldShell>
                <FieldShell id="f-new" label=t!("account.new") hint=Some(t!("account.new_hint")) error=wrong(Outcome::New, || t!("account.new_short"))>
                    <TextInput value=new kind=TextKind::NewPassword on_input=move |typed| new.set(typed) />
                </FieldShell>
                <FieldShell id="f-repeat" label=t!("account.repeat") error=wrong(Outcome::Repeat, || t!("account.differs"))>
                    <TextInput value=repeat kind=TextKind::NewPassword on_input=move |typed| repeat.set(typed) />
                </FieldShell>
                <div>
                    <Button variant=ButtonVariant::Primary kind=ButtonKind::Submit busy attr:data-action="change-password">
                        {t!("account.change")}
                    </Button>
                </div>
            </form>
        </Panel>
    }
}
