//! The page's own life: whether it is seen, whether the browser thinks it has a network, when it goes away.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Document, HtmlElement, VisibilityState, Window};

use crate::browser::{listener::Listener, task};

/// Calls `action` when the browser says that a network came back. Only a hint: an exchange decides.
pub(crate) fn on_online(action: impl Fn() + 'static) -> Option<Listener> {
    Some(Listener::new(window()?.as_ref(), "online", move |_| action()))
}

/// Calls `action(is_visible)` when the page is shown or hidden.
pub(crate) fn on_visibility(action: impl Fn(bool) + 'static) -> Option<Listener> {
    Some(Listener::new(document()?.as_ref(), "visibilitychange", move |_| action(is_visible())))
}

/// Calls `action` when the page is about to go: the last chance to start a save.
pub(crate) fn on_pagehide(action: impl Fn() + 'static) -> Option<Listener> {
    Some(Listener::new(window()?.as_ref(), "pagehide", move |_| action()))
}

/// Whether somebody can see the page.
pub(crate) fn is_visible() -> bool {
    document().is_some_and(|document| document.visibility_state() == VisibilityState::Visible)
}

/// Loads the page anew.
pub(crate) fn reload() {
    if let Some(window) = window() {
        drop(window.location().reload());
    }
}

/// Asks that the screen stays on while the page is shown. A browser that cannot promises nothing.
pub(crate) fn keep_awake() {
    let Some(navigator) = window().map(|window| window.navigator()) else { return };
    let lock = Reflect::get(&navigator, &"wakeLock".into()).ok().filter(JsValue::is_object);
    let request = lock.as_ref().and_then(|lock| Reflect::get(lock, &"request".into()).ok());
    if let (Some(lock), Some(request)) = (lock, request.and_then(|request| request.dyn_into::<Function>().ok())) {
        let asked = request.call1(&lock, &"screen".into()).ok().and_then(|asked| asked.dyn_into::<Promise>().ok());
        // A page that is hidden is refused, and asks again later.
        task::spawn(async move {
            if let Some(asked) = asked {
                drop(JsFuture::from(asked).await);
            }
        });
    }
}

/// The address of a file that the page's boot script names, by its `data-` attribute.
pub(crate) fn named_by_boot(name: &str) -> Option<String> {
    document()?.get_element_by_id("boot")?.get_attribute(&format!("data-{name}"))
}

/// Opens the browser's way of printing the page.
pub(crate) fn print() {
    if let Some(window) = window() {
        // Refused only where the page itself may not print, which the browser then says.
        drop(window.print());
    }
}

/// Moves the keyboard's focus to the element of an id.
pub(crate) fn focus(id: &str) {
    let element = document().and_then(|document| document.get_element_by_id(id));
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        drop(element.focus());
    }
}

fn window() -> Option<Window> {
    web_sys::window()
}

fn document() -> Option<Document> {
    window()?.document()
}
