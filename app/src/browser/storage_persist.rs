//! Asks the browser not to evict what the tablet stores.

use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// Asks for persistent storage and says whether it is granted; `None` where the browser cannot tell
/// (no secure context, no such API).
pub(crate) async fn request() -> Option<bool> {
    let navigator = web_sys::window()?.navigator();
    let present = js_sys::Reflect::get(&navigator, &JsValue::from_str("storage")).ok()?;
    if present.is_undefined() {
        return None;
    }
    let storage = navigator.storage();
    let granted = JsFuture::from(storage.persisted().ok()?).await.ok()?;
    if granted.is_truthy() {
        return Some(true);
    }
    JsFuture::from(storage.persist().ok()?).await.ok().map(|granted| granted.is_truthy())
}
