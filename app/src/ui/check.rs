//! Yes or no, once or for each of several things.

use leptos::prelude::*;

use super::field::{Wiring, wiring};
use super::input::Choice;

/// One box with its words.
#[component]
pub(crate) fn Checkbox(
    #[prop(into)] checked: Signal<bool>,
    #[prop(into)] label: Signal<String>,
    #[prop(into)] on_change: Callback<bool>,
    #[prop(optional, into)] disabled: Signal<bool>,
    /// A full name for screen readers, where the words alone are the same in every row.
    #[prop(optional, into)]
    name: Signal<Option<String>>,
) -> impl IntoView {
    let Wiring { id, described_by, .. } = wiring();
    view! {
        <label class="check">
            <input
                class="check__box"
                type="checkbox"
                id=id
                aria-label=move || name.get()
                disabled=move || disabled.get()
                aria-describedby=move || described_by.get()
                prop:checked=move || checked.get()
                on:change=move |event| on_change.run(event_target_checked(&event))
            />
            <span class="check__label">{move || label.get()}</span>
        </label>
    }
}

/// Any number of several. Stands in a `FieldGroup`.
#[component]
pub(crate) fn CheckList(
    /// The values that are chosen.
    #[prop(into)]
    values: Signal<Vec<String>>,
    #[prop(into)] options: Signal<Vec<Choice>>,
    /// A value, and whether it is chosen from now on.
    #[prop(into)]
    on_toggle: Callback<(String, bool)>,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    let Wiring { id, label_id, described_by, .. } = wiring();
    let option = move |choice: Choice| {
        let (own, toggled) = (choice.value.clone(), choice.value);
        view! {
            <label class="check">
                <input
                    class="check__box"
                    type="checkbox"
                    disabled=move || disabled.get()
                    prop:checked=move || values.with(|values| values.contains(&own))
                    on:change=move |event| on_toggle.run((toggled.clone(), event_target_checked(&event)))
                />
                <span class="check__label">{choice.label}</span>
            </label>
        }
    };
    view! {
        <div
            class="check-list"
            role="group"
            tabindex="-1"
            id=id
            aria-labelledby=label_id
            aria-describedby=move || described_by.get()
        >
            <For each=move || options.get() key=Clone::clone children=option />
        </div>
    }
}
