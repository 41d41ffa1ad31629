//! The foot of a form: what is saved, and the next step.

use leptos::prelude::*;

/// A bar that stays at the bottom: the state of saving at the left, the actions (the children) at the right, the
/// primary one last.
#[component]
pub(crate) fn ActionBar(
    /// Said to screen readers when it changes.
    #[prop(into)]
    state: Signal<String>,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="action-bar">
            <p class="action-bar__state" role="status">
                {move || state.get()}
            </p>
            <div class="action-bar__actions">{children()}</div>
        </div>
    }
}
