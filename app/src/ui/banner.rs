//! A condition of the whole application or page, with what to do about it.

use leptos::prelude::*;

use super::chip::Tone;

/// A sentence over the full width; the children are its buttons.
#[component]
pub(crate) fn Banner(
    #[prop(optional, into)] tone: Signal<Tone>,
    #[prop(into)] text: Signal<String>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class=move || class(tone.get()) role="status">
            <p class="banner__text">{move || text.get()}</p>
            {children.map(|children| view! { <div class="banner__actions">{children()}</div> })}
        </div>
    }
}

fn class(tone: Tone) -> &'static str {
    match tone {
        Tone::Neutral | Tone::Calm => "banner",
        Tone::Ok => "banner banner--ok",
        Tone::Late => "banner banner--late",
        Tone::Stop => "banner banner--stop",
    }
}
