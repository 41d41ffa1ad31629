//! A figure with its unit.

use leptos::prelude::*;

use super::field::{Wiring, wiring};
use super::input::{leave, tell};

/// A figure, right-aligned, with its unit after it and, where it helps, the same amount in a second unit.
/// The value is text as typed: full-width digits and separators are the page's to read, and to tidy on blur.
#[component]
pub(crate) fn NumberInput(
    #[prop(into)] value: Signal<String>,
    /// Every keystroke, with the whole text.
    #[prop(into)]
    on_input: Callback<String>,
    /// The focus has left.
    #[prop(optional, into)]
    on_blur: Option<Callback<()>>,
    #[prop(optional, into)] unit: Signal<Option<String>>,
    /// The same amount in another unit.
    #[prop(optional, into)]
    also: Signal<Option<String>>,
    /// Shown but not to be changed.
    #[prop(optional, into)]
    read_only: Signal<bool>,
) -> impl IntoView {
    let Wiring { id, described_by, invalid, required, .. } = wiring();
    let unit_id = id.as_ref().map(|id| format!("{id}-unit"));
    let all_described_by = {
        let unit_id = unit_id.clone();
        move || match (unit_id.clone().filter(|_| unit.with(Option::is_some)), described_by.get()) {
            (Some(unit), Some(rest)) => Some(format!("{unit} {rest}")),
            (unit, rest) => unit.or(rest),
        }
    };
    view! {
        <div class="number-input" class=("number-input--readonly", move || read_only.get())>
            <input
                class="number-input__field"
                type="text"
                inputmode="decimal"
                autocomplete="off"
                id=id
                readonly=move || read_only.get()
                aria-describedby=all_described_by
                aria-invalid=move || invalid.get()
                aria-required=move || required.get()
                prop:value=move || value.get()
                on:input=move |event| on_input.run(event_target_value(&event))
                // What a browser fills in by itself may come as a change alone.
                on:change=move |event| tell(on_input, event_target_value(&event))
                on:blur=move |_| leave(on_blur)
            />
            {move || {
                let id = unit_id.clone();
                unit.get().map(|unit| view! { <span class="number-input__unit" id=id>{unit}</span> })
            }}
            {move || also.get().map(|also| view! { <span class="number-input__also">{also}</span> })}
        </div>
    }
}
