//! A figure for each month of a year.

use leptos::prelude::*;
use shared::{form::months::MONTHS, t};

use super::field::{Wiring, wiring};
use super::input::tell;

/// Twelve small inputs, January first. Stands in a `FieldGroup`; the first is what the error summary jumps to.
#[component]
pub(crate) fn MonthsInput(
    /// What is shown in each.
    #[prop(into)]
    texts: Signal<Vec<String>>,
    /// Every keystroke: the month's place from 0, and its whole text.
    #[prop(into)]
    on_input: Callback<(usize, String)>,
    /// The focus has left a month.
    #[prop(into)]
    on_blur: Callback<()>,
    /// Shown but not to be changed.
    #[prop(optional, into)]
    read_only: Signal<bool>,
) -> impl IntoView {
    let Wiring { id, label_id, described_by, .. } = wiring();
    let month = move |place: usize| {
        let text = Memo::new(move |_| texts.with(|texts| texts.get(place).cloned().unwrap_or_default()));
        view! {
            <label>
                <span class="months-input__label">{t!("forms.month_of_year", month = place + 1)}</span>
                <input
                    class="input months-input__field"
                    type="text"
                    inputmode="decimal"
                    autocomplete="off"
                    readonly=move || read_only.get()
                    prop:value=move || text.get()
                    on:input=move |event| on_input.run((place, event_target_value(&event)))
                    on:blur=move |_| tell(on_blur, ())
                />
            </label>
        }
    };
    view! {
        <div
            class="months-input"
            id=id
            tabindex="-1"
            role="group"
            aria-labelledby=label_id
            aria-describedby=move || described_by.get()
        >
            {(0..MONTHS).map(month).collect_view()}
        </div>
    }
}
