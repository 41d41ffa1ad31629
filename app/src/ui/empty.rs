//! Nothing there, or not there yet: one sentence.

use leptos::prelude::*;

/// What would be here and how it gets here; the children are the buttons that bring it.
#[component]
pub(crate) fn EmptyState(
    #[prop(into)] title: Signal<String>,
    #[prop(optional, into)] text: Signal<Option<String>>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <p class="empty__title">{move || title.get()}</p>
            {move || text.get().map(|text| view! { <p class="empty__text">{text}</p> })}
            {children.map(|children| view! { <div class="empty__actions">{children()}</div> })}
        </div>
    }
}

/// A word that appears only when something takes longer than a blink. Never between a user and a form.
#[component]
pub(crate) fn Loading(#[prop(into)] text: Signal<String>) -> impl IntoView {
    view! {
        <p class="loading" role="status">
            {move || text.get()}
        </p>
    }
}
