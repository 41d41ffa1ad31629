//! Facts of a record, each a label over a value.

use leptos::prelude::*;

/// The list; its children are `KeyValue`.
#[component]
pub(crate) fn KeyValueList(children: Children) -> impl IntoView {
    view! { <dl class="key-value">{children()}</dl> }
}

/// One fact.
#[component]
pub(crate) fn KeyValue(#[prop(into)] label: Signal<String>, children: Children) -> impl IntoView {
    view! {
        <div>
            <dt class="key-value__label">{move || label.get()}</dt>
            <dd class="key-value__value">{children()}</dd>
        </div>
    }
}
