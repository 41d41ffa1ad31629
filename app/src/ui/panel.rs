//! A titled surface on a page.

use leptos::prelude::*;

/// A surface with a title and, at the right of its line, a grey word.
#[component]
pub(crate) fn Panel(
    #[prop(into)] title: Signal<String>,
    #[prop(optional, into)] aside: Signal<Option<String>>,
    /// The children reach its edges: tables and lists.
    #[prop(optional)]
    flush: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <section class="panel" class=("panel--flush", flush)>
            <div class="panel__head">
                <h2 class="panel__title">{move || title.get()}</h2>
                {move || aside.get().map(|aside| view! { <span class="panel__aside">{aside}</span> })}
            </div>
            {children()}
        </section>
    }
}
