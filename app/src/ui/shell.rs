//! The frame around every page: places, person, status, banners.

use leptos::prelude::*;

/// The shape of the frame on wide screens; a phone always has a strip above and a tray below.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ShellShape {
    /// A rail at the left, with counts: for those who work through lists.
    Rail,
    /// A bar at the top: for those who read.
    Bar,
}

impl ShellShape {
    fn class(self) -> &'static str {
        match self {
            Self::Rail => "shell shell--rail",
            Self::Bar => "shell shell--bar",
        }
    }
}

/// The id of the main region, where the skip link goes and the focus goes after a change of page.
pub(crate) const MAIN_ID: &str = "main";

/// The words of the frame that never change while it is shown.
#[derive(Clone, Debug)]
pub(crate) struct ShellWords {
    /// The character in the mark.
    pub(crate) mark: String,
    /// The application's name.
    pub(crate) name: String,
    /// The name of the navigation for screen readers.
    pub(crate) navigation: String,
    /// “Skip to the content”.
    pub(crate) skip: String,
}

/// The frame; the children are the page.
#[component]
pub(crate) fn Shell(
    shape: ShellShape,
    words: ShellWords,
    /// Where the mark leads.
    #[prop(into)]
    home_href: String,
    /// `NavItem`s, at most six.
    #[prop(into)]
    nav: ViewFnOnce,
    /// A `UserLink` and a `UserButton`.
    #[prop(into)]
    user: ViewFnOnce,
    /// A `StatusChip`.
    #[prop(into)]
    status: ViewFnOnce,
    /// `Banner`s.
    #[prop(optional, into)]
    banners: ViewFnOnce,
    children: Children,
) -> impl IntoView {
    let ShellWords { mark, name, navigation, skip } = words;
    let home_name = name.clone();
    view! {
        <div class=shape.class()>
            <a class="skip-link" href=format!("#{MAIN_ID}") rel="external">
                {skip}
            </a>
            <header class="shell__side">
                <a class="shell__brand" href=home_href aria-label=home_name>
                    <span class="shell__mark" aria-hidden="true">
                        {mark}
                    </span>
                    <span class="shell__name">{name}</span>
                </a>
                <nav class="shell__nav" aria-label=navigation>
                    {nav.run()}
                </nav>
                <div class="shell__user">{user.run()}</div>
                <div class="shell__status" aria-live="polite">
                    {status.run()}
                </div>
            </header>
            <div class="shell__body">
                <div class="shell__banners">{banners.run()}</div>
                <main class="shell__main" id=MAIN_ID tabindex="-1">
                    {children()}
                </main>
            </div>
        </div>
    }
}

/// Who works here; opens what is theirs.
#[component]
pub(crate) fn UserLink(
    #[prop(into)] href: String,
    /// Who is logged in.
    #[prop(into)]
    name: Signal<String>,
) -> impl IntoView {
    view! {
        <a class="shell__user-link" href=href>
            <span class="shell__user-name">{move || name.get()}</span>
        </a>
    }
}

/// The one button that hands the tablet to somebody else.
#[component]
pub(crate) fn UserButton(
    /// What the button does.
    #[prop(into)]
    action: Signal<String>,
    #[prop(into)] on_click: Callback<()>,
) -> impl IntoView {
    view! {
        <button type="button" class="shell__user-button" on:click=move |_| on_click.run(())>
            {move || action.get()}
        </button>
    }
}
