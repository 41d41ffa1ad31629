//! Asks the browser not to evict what the tablet stores, and how much room there is.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Bytes used and bytes that may be used, as the browser estimates them.
pub(crate) async fn estimate() -> Option<(u64, u64)> {
    let storage = js_sys::Reflect::get(&web_sys::window()?.navigator(), &JsValue::from_str("storage")).ok()?;
    let estimate = js_sys::Reflect::get(&storage, &JsValue::from_str("estimate")).ok()?;
    let estimate: js_sys::Function = estimate.dyn_into().ok()?;
    let promise: js_sys::Promise = estimate.call0(&storage).ok()?.dyn_into().ok()?;
    let told = JsFuture::from(promise).await.ok()?;
    let bytes = |name: &str| -> Option<u64> {
        let number = js_sys::Reflect::get(&told, &JsValue::from_str(name)).ok()?.as_f64()?;
        format!("{number:.0}").parse().ok()
    };
    Some((bytes("usage")?, bytes("quota")?))
}

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
