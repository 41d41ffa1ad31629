//! One view out of a few. Links where the choice is in the address (prefer that), buttons where it is not.

use leptos::prelude::*;

/// One choice.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct TabItem {
    /// Unique among its siblings; compared with the active key.
    pub(crate) key: String,
    /// What the user reads.
    pub(crate) label: String,
    /// A count after the label, in grey.
    pub(crate) count: Option<String>,
    /// Where it goes; without an address the item is a button.
    pub(crate) href: Option<String>,
}

/// A row of choices.
#[component]
pub(crate) fn Tabs(
    /// Names the row for screen readers.
    #[prop(into)]
    label: Signal<String>,
    #[prop(into)] items: Signal<Vec<TabItem>>,
    /// The key of the item shown.
    #[prop(into)]
    active: Signal<String>,
    /// An item without an address was chosen.
    #[prop(optional, into)]
    on_select: Option<Callback<String>>,
) -> impl IntoView {
    let tab = move |item: TabItem| {
        let TabItem { key, label, count, href } = item;
        let own = key.clone();
        let is_active = move || active.with(|active| *active == own);
        let content = view! {
            {label}
            {count.map(|count| view! { <span class="tabs__count">{count}</span> })}
        };
        match href {
            Some(href) => view! {
                <a class="tabs__item" href=href aria-current=move || is_active().then_some("page")>
                    {content}
                </a>
            }
            .into_any(),
            None => view! {
                <button
                    type="button"
                    class="tabs__item"
                    aria-pressed=move || if is_active() { "true" } else { "false" }
                    on:click=move |_| {
                        if let Some(on_select) = on_select {
                            on_select.run(key.clone());
                        }
                    }
                >
                    {content}
                </button>
            }
            .into_any(),
        }
    };
    view! {
        <div class="tabs" role="group" aria-label=move || label.get()>
            <For each=move || items.get() key=Clone::clone children=tab />
        </div>
    }
}
