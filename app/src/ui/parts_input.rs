//! Who has which part of a whole, row by row.

use leptos::prelude::*;
use shared::t;

use super::{
    button::{Button, ButtonVariant},
    field::{Wiring, wiring},
    input::{Choice, tell},
};

/// One row: the value of a choice, `""` before one is made, and the part in percent as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PartRow {
    pub(crate) choice: String,
    pub(crate) percent: String,
}

/// Rows of a choice and a percentage, with buttons to add and to take away. Stands in a `FieldGroup`.
#[component]
pub(crate) fn PartsInput(
    #[prop(into)] rows: Signal<Vec<PartRow>>,
    #[prop(into)] options: Signal<Vec<Choice>>,
    /// Every change, with all rows, and whether it is worth saving at once.
    #[prop(into)]
    on_change: Callback<(Vec<PartRow>, bool)>,
    /// The focus has left a percentage.
    #[prop(into)]
    on_blur: Callback<()>,
    /// Shown but not to be changed.
    #[prop(optional, into)]
    read_only: Signal<bool>,
) -> impl IntoView {
    let Wiring { id, label_id, described_by, .. } = wiring();
    let change = move |place: usize, at_once: bool, change: &dyn Fn(&mut PartRow)| {
        let mut all = rows.get_untracked();
        if let Some(row) = all.get_mut(place) {
            change(row);
            on_change.run((all, at_once));
        }
    };
    let row = move |place: usize| {
        let of_row = move || rows.with(|rows| rows.get(place).cloned().unwrap_or_default());
        let choice = Memo::new(move |_| of_row().choice);
        let percent = Memo::new(move |_| of_row().percent);
        let unit_name = move || t!("forms.credit_unit", number = place + 1);
        let part_name = move || {
            let label = options.with(|options| {
                options.iter().find(|option| option.value == choice.get()).map(|option| option.label.clone())
            });
            t!("forms.credit_part", unit = label.unwrap_or_else(unit_name))
        };
        let option = move |Choice { value, label }: Choice| {
            let own = value.clone();
            view! { <option value=value prop:selected=move || choice.get() == own>{label}</option> }
        };
        let remove = move |()| {
            let mut all = rows.get_untracked();
            if place < all.len() {
                all.remove(place);
                on_change.run((all, true));
            }
        };
        view! {
            <div class="parts-input__row">
                <select
                    class="input input--select"
                    aria-label=unit_name
                    disabled=move || read_only.get()
                    on:change=move |event| {
                        let chosen = event_target_value(&event);
                        change(place, true, &|row| row.choice.clone_from(&chosen));
                    }
                >
                    {option(Choice { value: String::new(), label: t!("forms.choose") })}
                    <For each=move || options.get() key=Clone::clone children=option />
                </select>
                <span class="number-input" class=("number-input--readonly", move || read_only.get())>
                    <input
                        class="number-input__field"
                        type="text"
                        inputmode="decimal"
                        autocomplete="off"
                        aria-label=part_name
                        readonly=move || read_only.get()
                        prop:value=move || percent.get()
                        on:input=move |event| {
                            let typed = event_target_value(&event);
                            change(place, false, &|row| row.percent.clone_from(&typed));
                        }
                        on:blur=move |_| tell(on_blur, ())
                    />
                    <span class="number-input__unit" aria-hidden="true">"%"</span>
                </span>
                <Show when=move || !read_only.get()>
                    <Button variant=ButtonVariant::Quiet on_click=remove>{t!("forms.credit_remove")}</Button>
                </Show>
            </div>
        }
    };
    let add = move |()| {
        let mut all = rows.get_untracked();
        all.push(PartRow::default());
        on_change.run((all, true));
    };
    view! {
        <div
            class="parts-input"
            id=id
            tabindex="-1"
            role="group"
            aria-labelledby=label_id
            aria-describedby=move || described_by.get()
        >
            // Rows are known by their place: what is typed in one does not build it anew.
            <For each=move || 0..rows.with(Vec::len) key=|place| *place children=row />
            <Show when=move || !read_only.get()>
                <Button variant=ButtonVariant::Secondary on_click=add attr:data-action="add-part">
                    {t!("forms.credit_add")}
                </Button>
            </Show>
        </div>
    }
}
