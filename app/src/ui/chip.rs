//! A word with a tone, and the shell's status chip made of it.

use leptos::prelude::*;

/// What a word means for its reader. The colour repeats the word and never replaces it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tone {
    /// A plain fact.
    #[default]
    Neutral,
    /// Something is under way or merely to be known.
    Calm,
    /// Done, and right.
    Ok,
    /// Somebody should act soon.
    Late,
    /// Nothing goes on until somebody acts.
    Stop,
}

impl Tone {
    /// The class of a block in this tone, for blocks that have one modifier per tone.
    fn chip_class(self) -> &'static str {
        match self {
            Self::Neutral => "chip",
            Self::Calm => "chip chip--calm",
            Self::Ok => "chip chip--ok",
            Self::Late => "chip chip--late",
            Self::Stop => "chip chip--stop",
        }
    }
}

/// A word with a tone.
#[component]
pub(crate) fn Chip(#[prop(optional, into)] tone: Signal<Tone>, #[prop(into)] text: Signal<String>) -> impl IntoView {
    view! { <span class=move || tone.get().chip_class()>{move || text.get()}</span> }
}

/// The chip in the corner of the shell; it opens what explains it.
#[component]
pub(crate) fn StatusChip(
    #[prop(optional, into)] tone: Signal<Tone>,
    #[prop(into)] text: Signal<String>,
    /// Something is being exchanged right now: the dot moves.
    #[prop(optional, into)]
    busy: Signal<bool>,
    #[prop(into)] on_open: Callback<()>,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="status-chip"
            class=("status-chip--busy", move || busy.get())
            on:click=move |_| on_open.run(())
        >
            <span class=move || tone.get().chip_class()>
                <span class="status-chip__text">{move || text.get()}</span>
            </span>
        </button>
    }
}
