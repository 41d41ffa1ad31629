//! A button, and a link that looks like one.

use leptos::prelude::*;

/// How much a button asks for attention. A page has at most one `Primary`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ButtonVariant {
    /// The one next step.
    Primary,
    /// Everything else.
    #[default]
    Secondary,
    /// In rows and beside text.
    Quiet,
    /// Takes something away.
    Danger,
}

impl ButtonVariant {
    fn class(self) -> &'static str {
        match self {
            Self::Primary => "button button--primary",
            Self::Secondary => "button",
            Self::Quiet => "button button--quiet",
            Self::Danger => "button button--danger",
        }
    }
}

/// What a button does inside a form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ButtonKind {
    /// Nothing by itself.
    #[default]
    Button,
    /// Submits the form around it.
    Submit,
}

impl ButtonKind {
    fn attribute(self) -> &'static str {
        match self {
            Self::Button => "button",
            Self::Submit => "submit",
        }
    }
}

/// A button. While busy it keeps the focus and ignores clicks, also those that would submit a form.
#[component]
pub(crate) fn Button(
    #[prop(optional)] variant: ButtonVariant,
    #[prop(optional)] kind: ButtonKind,
    /// Its work is under way.
    #[prop(optional, into)]
    busy: Signal<bool>,
    #[prop(optional, into)] disabled: Signal<bool>,
    /// A full name for screen readers, where the visible text alone is the same in every row.
    #[prop(optional, into)]
    name: Signal<Option<String>>,
    #[prop(optional, into)] on_click: Option<Callback<()>>,
    children: Children,
) -> impl IntoView {
    let on_click = move |event: leptos::ev::MouseEvent| {
        if busy.get_untracked() {
            event.prevent_default();
        } else if let Some(on_click) = on_click {
            on_click.run(());
        }
    };
    view! {
        <button
            type=kind.attribute()
            class=variant.class()
            disabled=move || disabled.get()
            aria-busy=move || busy.get().then_some("true")
            aria-label=move || name.get()
            on:click=on_click
        >
            {children()}
        </button>
    }
}

/// A link that looks like a button: it goes somewhere, so it can be opened in a new tab.
#[component]
pub(crate) fn ButtonLink(
    #[prop(into)] href: Signal<String>,
    #[prop(optional)] variant: ButtonVariant,
    children: Children,
) -> impl IntoView {
    view! {
        <a class=variant.class() href=move || href.get()>
            {children()}
        </a>
    }
}
