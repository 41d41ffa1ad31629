//! A place of the application in the rail, the tray or the bar.

use leptos::prelude::*;

/// A link with an optional count above its name.
#[component]
pub(crate) fn NavItem(
    #[prop(into)] href: Signal<String>,
    #[prop(into)] label: Signal<String>,
    #[prop(optional, into)] count: Signal<Option<String>>,
    /// The user is there.
    #[prop(optional, into)]
    current: Signal<bool>,
) -> impl IntoView {
    view! {
        <a class="nav-item" href=move || href.get() aria-current=move || current.get().then_some("page")>
            {move || count.get().map(|count| view! { <span class="nav-item__count">{count}</span> })}
            <span>{move || label.get()}</span>
        </a>
    }
}
