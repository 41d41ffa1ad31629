//! One of a few, all in sight.

use leptos::prelude::*;

use super::field::{Wiring, wiring};
use super::input::Choice;

/// Radio buttons side by side, for two to about six choices. Stands in a `FieldGroup`.
#[component]
pub(crate) fn Segmented(
    /// Empty while nothing is chosen.
    #[prop(into)]
    value: Signal<String>,
    #[prop(into)] options: Signal<Vec<Choice>>,
    #[prop(into)] on_select: Callback<String>,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    let Wiring { id, label_id, described_by, required, .. } = wiring();
    // The browser ties radios together by name; the field's id is unique on the page.
    let group = StoredValue::new(id.clone().unwrap_or_default());
    let option = move |choice: Choice| {
        let (own, chosen) = (choice.value.clone(), choice.value.clone());
        view! {
            <label class="segmented__option">
                <input
                    class="segmented__radio"
                    type="radio"
                    name=group.get_value()
                    value=choice.value
                    disabled=move || disabled.get()
                    prop:checked=move || value.with(|value| *value == own)
                    on:change=move |_| on_select.run(chosen.clone())
                />
                <span class="segmented__label">{choice.label}</span>
            </label>
        }
    };
    view! {
        <div
            class="segmented"
            role="radiogroup"
            tabindex="-1"
            id=id
            aria-labelledby=label_id
            aria-describedby=move || described_by.get()
            aria-required=move || required.get()
        >
            <For each=move || options.get() key=Clone::clone children=option />
        </div>
    }
}
