//! Said once, at the bottom. Whoever owns the list decides how long a toast stays.

use leptos::prelude::*;

/// One saying.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Toast {
    /// Unique among those on the screen.
    pub(crate) id: u32,
    /// The sentence.
    pub(crate) text: String,
}

/// All that are on the screen. Always present, so that screen readers hear what comes in.
#[component]
pub(crate) fn Toasts(
    #[prop(into)] toasts: Signal<Vec<Toast>>,
    /// The id of the one to take away.
    #[prop(into)]
    on_dismiss: Callback<u32>,
    #[prop(into)] dismiss_label: Signal<String>,
) -> impl IntoView {
    let toast = move |toast: Toast| {
        view! {
            <div class="toast">
                <span class="toast__text">{toast.text}</span>
                <button type="button" class="toast__close" on:click=move |_| on_dismiss.run(toast.id)>
                    {move || dismiss_label.get()}
                </button>
            </div>
        }
    };
    view! {
        <div class="toasts" role="status">
            <For each=move || toasts.get() key=Clone::clone children=toast />
        </div>
    }
}
