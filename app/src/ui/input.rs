//! Text, long text and a choice from a list. Values are text as typed: a page that tidies them (full-width digits,
//! spaces) does so on blur, because changing a value while an input method composes would destroy the composition.

use leptos::prelude::*;

use super::field::{Wiring, wiring};

/// What a text input is for: decides the keyboard, and what the browser may fill in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum TextKind {
    /// Anything.
    #[default]
    Text,
    /// An account name.
    Account,
    /// The password of that account.
    Password,
    /// A password being chosen.
    NewPassword,
    /// A PIN: digits that nobody reads over the shoulder.
    Pin,
    /// A telephone number.
    Telephone,
    /// A code of digits.
    Digits,
    /// What an authenticator shows, or a code for the day on which it is lost.
    OneTimeCode,
}

impl TextKind {
    fn kind(self) -> &'static str {
        match self {
            Self::Password | Self::NewPassword | Self::Pin => "password",
            Self::Telephone => "tel",
            Self::Text | Self::Account | Self::Digits | Self::OneTimeCode => "text",
        }
    }

    fn autocomplete(self) -> &'static str {
        match self {
            Self::Account => "username",
            Self::Password => "current-password",
            Self::NewPassword => "new-password",
            Self::OneTimeCode => "one-time-code",
            Self::Text | Self::Pin | Self::Telephone | Self::Digits => "off",
        }
    }

    fn input_mode(self) -> Option<&'static str> {
        matches!(self, Self::Digits | Self::Pin).then_some("numeric")
    }

    fn plain(self) -> bool {
        matches!(self, Self::Text)
    }
}

/// One line of text.
#[component]
pub(crate) fn TextInput(
    #[prop(into)] value: Signal<String>,
    /// Every keystroke, with the whole text.
    #[prop(into)]
    on_input: Callback<String>,
    /// The focus has left.
    #[prop(optional, into)]
    on_blur: Option<Callback<()>>,
    #[prop(optional)] kind: TextKind,
    #[prop(optional, into)] placeholder: Signal<Option<String>>,
    /// Shown but not to be changed.
    #[prop(optional, into)]
    read_only: Signal<bool>,
) -> impl IntoView {
    let Wiring { id, described_by, invalid, required, .. } = wiring();
    let code_like = !kind.plain();
    view! {
        <input
            class="input"
            type=kind.kind()
            id=id
            inputmode=kind.input_mode()
            autocomplete=kind.autocomplete()
            autocapitalize=code_like.then_some("off")
            spellcheck=code_like.then_some("false")
            placeholder=move || placeholder.get()
            readonly=move || read_only.get()
            aria-describedby=move || described_by.get()
            aria-invalid=move || invalid.get()
            aria-required=move || required.get()
            prop:value=move || value.get()
            on:input=move |event| on_input.run(event_target_value(&event))
            // What a browser fills in by itself may come as a change alone.
            on:change=move |event| tell(on_input, event_target_value(&event))
            on:blur=move |_| leave(on_blur)
        />
    }
}

/// Several lines of text.
#[component]
pub(crate) fn TextArea(
    #[prop(into)] value: Signal<String>,
    /// Every keystroke, with the whole text.
    #[prop(into)]
    on_input: Callback<String>,
    /// The focus has left.
    #[prop(optional, into)]
    on_blur: Option<Callback<()>>,
    #[prop(optional, into)] placeholder: Signal<Option<String>>,
    /// Shown but not to be changed.
    #[prop(optional, into)]
    read_only: Signal<bool>,
) -> impl IntoView {
    let Wiring { id, described_by, invalid, required, .. } = wiring();
    view! {
        <textarea
            class="input input--area"
            id=id
            rows="3"
            placeholder=move || placeholder.get()
            readonly=move || read_only.get()
            aria-describedby=move || described_by.get()
            aria-invalid=move || invalid.get()
            aria-required=move || required.get()
            prop:value=move || value.get()
            on:input=move |event| on_input.run(event_target_value(&event))
            // What a browser fills in by itself may come as a change alone.
            on:change=move |event| tell(on_input, event_target_value(&event))
            on:blur=move |_| leave(on_blur)
        ></textarea>
    }
}

/// One thing to choose: what is stored, and what is shown.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Choice {
    /// Goes in and out; unique among its siblings.
    pub(crate) value: String,
    /// What the user reads.
    pub(crate) label: String,
}

/// One of many, from a list that opens.
#[component]
pub(crate) fn Select(
    #[prop(into)] value: Signal<String>,
    #[prop(into)] options: Signal<Vec<Choice>>,
    #[prop(into)] on_select: Callback<String>,
    /// The words for “nothing chosen”, whose value is empty; none where something is always chosen.
    #[prop(optional, into)]
    empty_label: Signal<Option<String>>,
    /// The name for screen readers outside a field.
    #[prop(optional, into)]
    name: Signal<Option<String>>,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    let Wiring { id, described_by, invalid, required, .. } = wiring();
    let option = move |choice: Choice| {
        let own = choice.value.clone();
        view! {
            <option value=choice.value prop:selected=move || value.with(|value| *value == own)>
                {choice.label}
            </option>
        }
    };
    view! {
        <select
            class="input input--select"
            id=id
            disabled=move || disabled.get()
            aria-label=move || name.get()
            aria-describedby=move || described_by.get()
            aria-invalid=move || invalid.get()
            aria-required=move || required.get()
            on:change=move |event| on_select.run(event_target_value(&event))
        >
            {move || {
                empty_label.get().map(|label| option(Choice { value: String::new(), label }))
            }}
            <For each=move || options.get() key=Clone::clone children=option />
        </select>
    }
}

/// Tells that a field was left, where somebody wants to know.
pub(super) fn leave(callback: Option<Callback<()>>) {
    if let Some(callback) = callback {
        tell(callback, ());
    }
}

/// Tells something, unless nobody listens any more: a field that has the focus when it is taken off the page is left,
/// and its text changed, after the page has let go of it.
pub(super) fn tell<T: 'static>(callback: Callback<T>, value: T) {
    let _ = callback.try_run(value);
}
