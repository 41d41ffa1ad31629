//! A day or a month: typed as text, or picked in the browser's own picker at the right end of the field.
//! The text field is the real one: native date fields show the order of the browser's language, take no full-width
//! digits, and hide what was half typed.

use leptos::prelude::*;

use super::field::{Wiring, wiring};
use super::input::{leave, tell};

/// A day, as text `YYYY-MM-DD`.
#[component]
pub(crate) fn DateInput(
    #[prop(into)] value: Signal<String>,
    /// Every keystroke or a pick, with the whole text.
    #[prop(into)]
    on_input: Callback<String>,
    /// The focus has left.
    #[prop(optional, into)]
    on_blur: Option<Callback<()>>,
    /// The name of the picker for screen readers.
    #[prop(into)]
    picker_label: Signal<String>,
    #[prop(optional, into)] placeholder: Signal<Option<String>>,
    /// Shown but not to be changed.
    #[prop(optional, into)]
    read_only: Signal<bool>,
) -> impl IntoView {
    picked_input(&PickedInput { grain: Grain::Day, value, on_input, on_blur, picker_label, placeholder, read_only })
}

/// A month, as text `YYYY-MM`.
#[component]
pub(crate) fn MonthInput(
    #[prop(into)] value: Signal<String>,
    /// Every keystroke or a pick, with the whole text.
    #[prop(into)]
    on_input: Callback<String>,
    /// The focus has left.
    #[prop(optional, into)]
    on_blur: Option<Callback<()>>,
    /// The name of the picker for screen readers.
    #[prop(into)]
    picker_label: Signal<String>,
    #[prop(optional, into)] placeholder: Signal<Option<String>>,
    /// Shown but not to be changed.
    #[prop(optional, into)]
    read_only: Signal<bool>,
) -> impl IntoView {
    picked_input(&PickedInput { grain: Grain::Month, value, on_input, on_blur, picker_label, placeholder, read_only })
}

#[derive(Clone, Copy)]
enum Grain {
    Day,
    Month,
}

impl Grain {
    /// The native input's type.
    fn kind(self) -> &'static str {
        match self {
            Self::Day => "date",
            Self::Month => "month",
        }
    }

    /// The text if it has the form the picker understands; half-typed text leaves the picker empty instead of
    /// making the browser complain at every keystroke.
    fn picker_value(self, text: &str) -> String {
        let form = match self {
            Self::Day => "dddd-dd-dd",
            Self::Month => "dddd-dd",
        };
        let fits = |(byte, form): (u8, u8)| if form == b'd' { byte.is_ascii_digit() } else { byte == form };
        let is_whole = text.len() == form.len() && text.bytes().zip(form.bytes()).all(fits);
        if is_whole { text.to_owned() } else { String::new() }
    }
}

struct PickedInput {
    grain: Grain,
    value: Signal<String>,
    on_input: Callback<String>,
    on_blur: Option<Callback<()>>,
    picker_label: Signal<String>,
    placeholder: Signal<Option<String>>,
    read_only: Signal<bool>,
}

fn picked_input(input: &PickedInput) -> AnyView {
    let &PickedInput { grain, value, on_input, on_blur, picker_label, placeholder, read_only } = input;
    let Wiring { id, described_by, invalid, required, .. } = wiring();
    let on_pick = move |event| {
        let picked = event_target_value(&event);
        // The picker's “clear” and a half-typed native date both give nothing: the text stays.
        if !picked.is_empty() {
            on_input.run(picked);
            leave(on_blur);
        }
    };
    view! {
        <div class="date-input" class=("date-input--readonly", move || read_only.get())>
            <input
                class="date-input__field"
                type="text"
                inputmode="numeric"
                autocomplete="off"
                id=id
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
            <input
                class="date-input__picker"
                type=grain.kind()
                tabindex="-1"
                aria-label=move || picker_label.get()
                hidden=move || read_only.get()
                prop:value=move || value.with(|text| grain.picker_value(text))
                on:change=on_pick
            />
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::Grain;

    #[test]
    fn the_picker_sees_only_whole_dates() {
        let cases = [
            (Grain::Day, "2021-03-18", "2021-03-18"),
            (Grain::Day, "2021-03", ""),
            (Grain::Day, "2021-3-18", ""),
            (Grain::Day, "２０２１-03-18", ""),
            (Grain::Month, "2021-03", "2021-03"),
            (Grain::Month, "2021-03-18", ""),
            (Grain::Month, "", ""),
        ];
        for (grain, text, expected) in cases {
            assert_eq!(grain.picker_value(text), expected, "{text}");
        }
    }
}
