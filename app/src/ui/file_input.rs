//! The choice of one file.

use leptos::prelude::*;

use super::field::{Wiring, wiring};

/// A file of the device; what it holds is read by whoever asks for the id.
#[component]
pub(crate) fn FileInput(
    /// What stands there before a file is chosen.
    #[prop(into)]
    prompt: String,
    /// Endings that the chooser offers, such as `.csv,.xlsx`.
    accept: &'static str,
    /// Another file was chosen, or none.
    #[prop(into)]
    on_choose: Callback<()>,
) -> impl IntoView {
    let Wiring { id, described_by, invalid, required, .. } = wiring();
    let name = RwSignal::new(String::new());
    // A browser tells the name behind a path of its own making.
    let choose = move |event| {
        name.set(event_target_value(&event).rsplit('\\').next().unwrap_or_default().to_owned());
        on_choose.run(());
    };
    view! {
        <span class="input file-pick file-pick--field">
            <input
                class="file-pick__input"
                type="file"
                id=id
                accept=accept
                aria-describedby=move || described_by.get()
                aria-invalid=move || invalid.get()
                aria-required=move || required.get()
                on:change=choose
            />
            // The browser's own words are in its own language.
            <span aria-hidden="true">
                {move || if name.with(String::is_empty) { prompt.clone() } else { name.get() }}
            </span>
        </span>
    }
}
