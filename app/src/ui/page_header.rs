//! What a page is, its context in grey, and what can be done with all of it.

use leptos::prelude::*;

/// Where a header stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum HeaderPlace {
    /// Over a page of its own: large, scrolls away.
    #[default]
    Page,
    /// Over a form or record of its own: a bar that stays.
    Bar,
    /// Over the list of a split.
    List,
    /// Over the detail of a split: a bar that stays; its way back shows only where the list does not.
    Detail,
}

impl HeaderPlace {
    fn class(self) -> &'static str {
        match self {
            Self::Page => "page-header page-header--page",
            Self::Bar | Self::Detail => "page-header page-header--bar",
            Self::List => "page-header page-header--list",
        }
    }

    fn back_class(self) -> &'static str {
        match self {
            Self::Detail => "page-header__back page-header__back--list",
            Self::Page | Self::Bar | Self::List => "page-header__back",
        }
    }
}

/// A header; the children stand at its right end.
#[component]
pub(crate) fn PageHeader(
    #[prop(optional)] place: HeaderPlace,
    #[prop(into)] title: Signal<String>,
    #[prop(optional, into)] sub: Signal<Option<String>>,
    /// The address of the way back.
    #[prop(optional, into)]
    back_href: Signal<Option<String>>,
    /// The words of the way back.
    #[prop(optional, into)]
    back_label: Signal<String>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let heading = match place {
        HeaderPlace::Detail => view! { <h2 class="page-header__title">{move || title.get()}</h2> }.into_any(),
        HeaderPlace::Page | HeaderPlace::Bar | HeaderPlace::List => {
            view! { <h1 class="page-header__title">{move || title.get()}</h1> }.into_any()
        }
    };
    let back =
        move || back_href.get().map(|href| view! { <a class=place.back_class() href=href>{back_label.get()}</a> });
    view! {
        <div class=place.class()>
            {back}
            <div class="page-header__text">
                {heading}
                {move || sub.get().map(|sub| view! { <p class="page-header__sub">{sub}</p> })}
            </div>
            {children.map(|children| view! { <div class="page-header__end">{children()}</div> })}
        </div>
    }
}
