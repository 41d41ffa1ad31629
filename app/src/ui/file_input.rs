//! The choice of one file.

use leptos::prelude::*;

use super::field::{Wiring, wiring};

/// A file of the device; what it holds is read by whoever asks for the id.
#[component]
pub(crate) fn FileInput(
    /// Endings that the chooser offers, such as `.csv,.xlsx`.
    accept: &'static str,
    /// Another file was chosen, or none.
    #[prop(into)]
    on_choose: Callback<()>,
) -> impl IntoView {
    let Wiring { id, described_by, invalid, required, .. } = wiring();
    view! {
        <input
            class="input"
            type="file"
            id=id
            accept=accept
            aria-describedby=move || described_by.get()
            aria-invalid=move || invalid.get()
            aria-required=move || required.get()
            on:change=move |_| on_choose.run(())
        />
    }
}
