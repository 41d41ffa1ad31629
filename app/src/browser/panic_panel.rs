//! What a person sees when the module stops: a sentence and a button, in plain DOM. What they wrote is on disk.

use std::panic::PanicHookInfo;

use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Document, Element};

/// Shows the panel and writes the message to the console whenever the module panics.
pub(crate) fn install() {
    std::panic::set_hook(Box::new(|panic| {
        web_sys::console::error_1(&JsValue::from_str(&panic.to_string()));
        drop(show(panic));
    }));
}

fn show(panic: &PanicHookInfo<'_>) -> Result<(), JsValue> {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else {
        return Ok(());
    };
    let Some(body) = document.body() else {
        return Ok(());
    };
    if document.get_element_by_id("panic-panel").is_some() {
        return Ok(());
    }
    let panel = element(&document, "div", "")?;
    panel.set_id("panic-panel");
    panel.set_class_name("panic-panel");
    panel.set_attribute("role", "alert")?;
    let sentence = element(&document, "p", &shared::t!("app.panic.sentence"))?;
    panel.append_child(&sentence)?;
    let button = element(&document, "button", &shared::t!("app.panic.reload"))?;
    // The page is about to be replaced; into_js hands the closure to the browser for that long.
    let reload = Closure::once_into_js(crate::browser::page::reload);
    button.add_event_listener_with_callback("click", reload.unchecked_ref())?;
    panel.append_child(&button)?;
    let detail = element(&document, "pre", &panic.to_string())?;
    panel.append_child(&detail)?;
    body.append_child(&panel)?;
    Ok(())
}

fn element(document: &Document, tag: &str, text: &str) -> Result<Element, JsValue> {
    let element = document.create_element(tag)?;
    element.set_text_content(Some(text));
    Ok(element)
}
