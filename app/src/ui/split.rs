//! A list and what is open from it: beside each other where there is room, one at a time where there is not.

use leptos::prelude::*;

/// The list goes in as a prop, the detail as the children.
#[component]
pub(crate) fn Split(
    #[prop(into)] list: ViewFnOnce,
    /// Something is open: on a narrow screen it is shown instead of the list.
    #[prop(into)]
    detail_open: Signal<bool>,
    /// Names the list for screen readers.
    #[prop(into)]
    list_label: Signal<String>,
    /// What stands beside the list while nothing is open is worth showing under it where there is no room.
    #[prop(optional)]
    shows_rest: bool,
    children: Children,
) -> impl IntoView {
    let class = move || match (detail_open.get(), shows_rest) {
        (true, _) => "split split--detail",
        (false, true) => "split split--both",
        (false, false) => "split split--list",
    };
    view! {
        <div class=class>
            <section class="split__list" aria-label=move || list_label.get()>
                {list.run()}
            </section>
            <div class="split__detail">{children()}</div>
        </div>
    }
}
