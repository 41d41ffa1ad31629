//! Searching as one types.

use leptos::prelude::*;

/// A search field with its own “clear”.
#[component]
pub(crate) fn SearchBox(
    #[prop(into)] value: Signal<String>,
    /// Every keystroke, with the whole text; empty when cleared.
    #[prop(into)]
    on_input: Callback<String>,
    /// The name for screen readers.
    #[prop(into)]
    label: Signal<String>,
    #[prop(optional, into)] placeholder: Signal<Option<String>>,
    #[prop(into)] clear_label: Signal<String>,
) -> impl IntoView {
    let input: NodeRef<leptos::html::Input> = NodeRef::new();
    let clear = move |_| {
        on_input.run(String::new());
        // The button is about to vanish; without this the focus would fall back to the page.
        if let Some(input) = input.get_untracked() {
            let _ = input.focus();
        }
    };
    view! {
        <div class="search-box" role="search">
            <input
                class="search-box__field"
                type="search"
                autocomplete="off"
                node_ref=input
                aria-label=move || label.get()
                placeholder=move || placeholder.get()
                prop:value=move || value.get()
                on:input=move |event| on_input.run(event_target_value(&event))
            />
            <button
                type="button"
                class="search-box__clear"
                hidden=move || value.with(String::is_empty)
                on:click=clear
            >
                {move || clear_label.get()}
            </button>
        </div>
    }
}
