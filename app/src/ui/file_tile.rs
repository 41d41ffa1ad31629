//! A file that hangs on something: a small picture, or the sign of its kind; a tap opens it.

use leptos::prelude::*;

/// The list that tiles stand in.
#[component]
pub(crate) fn FileTiles(children: Children) -> impl IntoView {
    view! { <ul class="file-tiles">{children()}</ul> }
}

/// One file; the children are what can be done with it besides.
#[component]
pub(crate) fn FileTile(
    /// The address of a small picture.
    #[prop(into)]
    picture: Signal<Option<String>>,
    /// What stands there without a picture, such as `PDF`.
    #[prop(into)]
    sign: String,
    #[prop(into)] name: String,
    /// Its size, when it was taken.
    #[prop(into)]
    facts: String,
    /// What must be known of it.
    #[prop(into)]
    note: Signal<Option<String>>,
    /// What a tap does, for those who do not see it.
    #[prop(into)]
    open_label: String,
    #[prop(into)] on_open: Callback<()>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let shown = move || match picture.get() {
        Some(address) => view! { <img class="file-tile__picture" src=address alt="" /> }.into_any(),
        None => view! { <span class="file-tile__sign">{sign.clone()}</span> }.into_any(),
    };
    view! {
        <li class="file-tile">
            <button type="button" class="file-tile__open" aria-label=open_label on:click=move |_| on_open.run(())>
                {shown}
            </button>
            <span class="file-tile__name">{name}</span>
            <span class="file-tile__facts">{facts}</span>
            {move || note.get().map(|note| view! { <span class="file-tile__note">{note}</span> })}
            {children.map(|children| children())}
        </li>
    }
}
