//! Where the keyboard is. The one place in `ui` that touches the document beyond what leptos renders.

use leptos::prelude::document;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::HtmlElement;

/// Moves the focus to the element with this id and scrolls it into view; nothing happens if there is none.
pub(super) fn focus_by_id(id: &str) {
    if let Some(element) = document().get_element_by_id(id) {
        element.scroll_into_view();
        focus(element.dyn_into().ok());
    }
}

/// The element that has the focus now, to be given it back later.
pub(super) fn focused_element() -> Option<HtmlElement> {
    document().active_element().and_then(|element| element.dyn_into().ok())
}

/// Moves the focus to an element. An element that has left the page or cannot take the focus is no error: the
/// browser then leaves the focus where it is.
pub(super) fn focus(element: Option<HtmlElement>) {
    if let Some(element) = element {
        let _ = element.focus();
    }
}
