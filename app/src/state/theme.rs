//! Light or dark.

use leptos::prelude::{Get, Set};

use crate::{browser, state::core::core};

/// What the person chose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ThemeChoice {
    /// What the system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// The theme of this browser.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Theme;

impl Theme {
    /// The choice. Tracked.
    pub(crate) fn get(self) -> ThemeChoice {
        core().theme.get()
    }

    /// Chooses, and remembers it on this browser.
    pub(crate) fn set(self, choice: ThemeChoice) {
        browser::theme::choose(choice.code());
        core().theme.set(choice);
    }

    /// Takes over what was remembered.
    pub(super) fn restore(self) {
        let choice = ThemeChoice::from_code(browser::theme::stored().as_deref());
        browser::theme::show(choice.code());
        core().theme.set(choice);
    }
}

impl ThemeChoice {
    const fn code(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }

    fn from_code(code: Option<&str>) -> Self {
        match code {
            Some("light") => Self::Light,
            Some("dark") => Self::Dark,
            _ => Self::System,
        }
    }
}
