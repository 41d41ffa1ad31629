//! A row of a list that opens something.

use leptos::prelude::*;

/// A title over a line of chips and grey words (the children).
#[component]
pub(crate) fn ListItem(
    #[prop(into)] href: Signal<String>,
    #[prop(into)] title: Signal<String>,
    /// What it opens is open.
    #[prop(optional, into)]
    current: Signal<bool>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <a class="list-item" href=move || href.get() aria-current=move || current.get().then_some("true")>
            <span class="list-item__title">{move || title.get()}</span>
            {children.map(|children| view! { <span class="list-item__meta">{children()}</span> })}
        </a>
    }
}
