//! A file that the page hands to the person.

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, HtmlElement, Url};

use crate::browser::task;

/// How long the browser may take to begin with it.
const KEPT_MS: u32 = 60_000;

/// Offers a text, in parts that may be too large for one, as a file of a name; whether the browser took it.
pub(crate) fn save(name: &str, parts: impl IntoIterator<Item = String>) -> bool {
    offer(name, &parts.into_iter().map(JsValue::from).collect()).is_ok()
}

fn offer(name: &str, parts: &Array) -> Result<(), JsValue> {
    let document = web_sys::window().and_then(|window| window.document()).ok_or(JsValue::NULL)?;
    let blob = Blob::new_with_str_sequence(parts)?;
    let address = Url::create_object_url_with_blob(&blob)?;
    let link: HtmlElement = document.create_element("a")?.dyn_into().map_err(JsValue::from)?;
    link.set_attribute("href", &address)?;
    link.set_attribute("download", name)?;
    link.click();
    task::spawn(async move {
        task::sleep(KEPT_MS).await;
        drop(Url::revoke_object_url(&address));
    });
    Ok(())
}
