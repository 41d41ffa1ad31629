//! A PIN for the own store on this tablet.

use leptos::{ev::SubmitEvent, prelude::*};
use shared::t;

use crate::{
    state::{self, DataError},
    ui::{
        banner::Banner,
        button::{Button, ButtonKind, ButtonVariant},
        chip::Tone,
        field::FieldShell,
        input::{TextInput, TextKind},
        panel::Panel,
    },
};

/// How setting the PIN went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Outcome {
    #[default]
    None,
    Set,
    /// It has not the form of a PIN.
    Form,
    /// The password is wrong.
    Password,
    Failed(String),
}

impl Outcome {
    fn of(result: Result<(), DataError>) -> Self {
        match result {
            Ok(()) => Self::Set,
            Err(DataError::WrongSecret) => Self::Password,
            Err(error) => Self::Failed(error.message()),
        }
    }
}

/// The panel.
#[component]
pub(crate) fn PinPanel() -> impl IntoView {
    let [password, pin] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let (busy, outcome, is_set) = (RwSignal::new(false), RwSignal::new(Outcome::None), RwSignal::new(false));
    state::task(async move {
        is_set.try_set(state::session().has_pin().await.unwrap_or_default());
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        if !state::is_pin(&pin.get_untracked()) {
            outcome.set(Outcome::Form);
            return;
        }
        busy.set(true);
        state::task(async move {
            let result = state::session().set_pin(&password.get_untracked(), &pin.get_untracked()).await;
            busy.try_set(false);
            if result.is_ok() {
                password.try_set(String::new());
                pin.try_set(String::new());
                is_set.try_set(true);
            }
            outcome.try_set(Outcome::of(result));
        });
    };
    let wrong = move |at: Outcome, text: fn() -> String| Signal::derive(move || (outcome.get() == at).then(text));
    view! {
        <Panel title=t!("tablet.pin")>
            {move || match outcome.get() {
                Outcome::Set => view! { <Banner tone=Tone::Ok text=t!("tablet.pin_done") /> }.into_any(),
                Outcome::Failed(text) => view! { <Banner tone=Tone::Stop text /> }.into_any(),
                _ => ().into_any(),
            }}
            <p>{move || if is_set.get() { t!("tablet.pin_is_set") } else { t!("tablet.pin_about") }}</p>
            <form class="form-grid" on:submit=submit novalidate>
                <FieldShell id="f-pin-password" label=t!("tablet.pin_password") error=wrong(Outcome::Password, || t!("tablet.pin_wrong"))>
                    <TextInput value=password kind=TextKind::Password on_input=move |typed| password.set(typed) />
                </FieldShell>
                <FieldShell id="f-pin" label=t!("tablet.pin_new") hint=Some(t!("tablet.pin_hint")) error=wrong(Outcome::Form, || t!("tablet.pin_form"))>
                    <TextInput value=pin kind=TextKind::Pin on_input=move |typed| pin.set(typed) />
                </FieldShell>
                <div>
                    <Button variant=ButtonVariant::Primary kind=ButtonKind::Submit busy attr:data-action="set-pin">
                        {t!("tablet.pin_set")}
                    </Button>
                </div>
            </form>
        </Panel>
    }
}
