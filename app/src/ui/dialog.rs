//! A question that must be answered before anything else.

use std::time::Duration;

use leptos::ev::Event;
use leptos::html;
use leptos::prelude::*;
use leptos::web_sys::HtmlElement;

use super::focus::{focus, focused_element};

/// A native modal dialog. It opens and closes with `open`; Escape asks `on_close`. The focus goes back to where it
/// was. The content stays on the page while closed, so closing never removes the button that was just clicked.
#[component]
pub(crate) fn Dialog(
    /// Unique on the page.
    #[prop(into)]
    id: String,
    #[prop(into)] open: Signal<bool>,
    #[prop(into)] title: Signal<String>,
    /// The user wants it closed; the owner of `open` decides.
    #[prop(into)]
    on_close: Callback<()>,
    /// The buttons, the primary one last.
    #[prop(optional, into)]
    actions: ViewFnOnce,
    children: Children,
) -> impl IntoView {
    let dialog: NodeRef<html::Dialog> = NodeRef::new();
    let before: StoredValue<Option<HtmlElement>, LocalStorage> = StoredValue::new_local(None);
    Effect::new(move || {
        let wanted = open.get();
        let Some(dialog) = dialog.get() else { return };
        if wanted && !dialog.open() {
            before.set_value(focused_element());
            // Fails only for a dialog that is not on the page, and an effect runs after mounting.
            let _ = dialog.show_modal();
        } else if !wanted && dialog.open() {
            dialog.close();
            focus(before.get_value());
        }
    });
    // A tick later: the listener of the very click that closes must not be dropped while it runs.
    let ask_to_close = move || set_timeout(move || on_close.run(()), Duration::ZERO);
    let title_id = format!("{id}-title");
    let heading_id = title_id.clone();
    view! {
        <dialog
            class="dialog"
            id=id
            node_ref=dialog
            aria-labelledby=title_id
            on:cancel=move |event: Event| {
                event.prevent_default();
                ask_to_close();
            }
            on:close=move |_| {
                if open.get_untracked() {
                    ask_to_close();
                }
            }
        >
            <div class="dialog__body">
                <h2 class="dialog__title" id=heading_id>
                    {move || title.get()}
                </h2>
                {children()}
            </div>
            <div class="dialog__actions">{actions.run()}</div>
        </dialog>
    }
}
