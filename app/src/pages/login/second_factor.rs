//! The field for the second factor's code, once the server asked for it.

use leptos::prelude::*;
use shared::{api::ErrorCode, t};

use crate::{
    state::DataError,
    ui::{
        field::FieldShell,
        input::{TextInput, TextKind},
    },
};

/// What was typed, and whether it was asked for.
#[derive(Clone, Copy)]
pub(super) struct Code {
    is_asked: RwSignal<bool>,
    typed: RwSignal<String>,
}

impl Code {
    pub(super) fn new() -> Self {
        Self { is_asked: RwSignal::new(false), typed: RwSignal::default() }
    }

    /// What goes with the password.
    pub(super) fn value(self) -> Option<String> {
        let typed = shared::fields::half_width(self.typed.get_untracked().trim());
        (!typed.is_empty()).then_some(typed)
    }

    /// Looks at why a log-in was refused: from then on the code is asked for, and a used one is worth nothing.
    pub(super) fn note(self, error: &DataError) {
        if matches!(error.code(), Some(ErrorCode::SecondFactorAsked | ErrorCode::SecondFactorWrong)) {
            self.is_asked.try_set(true);
            self.typed.try_set(String::new());
        }
    }
}

#[component]
pub(super) fn CodeField(code: Code) -> impl IntoView {
    move || {
        code.is_asked.get().then(|| {
            view! {
                <FieldShell id="f-second-factor" label=t!("login.second_factor") hint=Some(t!("login.second_factor_hint"))>
                    <TextInput value=code.typed kind=TextKind::OneTimeCode on_input=move |text| code.typed.set(text) />
                </FieldShell>
            }
        })
    }
}
