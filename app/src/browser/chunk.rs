//! Links a second module into the running one.

use js_sys::{Object, Reflect, WebAssembly};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::RequestInit;

/// The name under which a chunk imports what the running module shares with it: memory, table and stack.
const SHARED: &str = "__wasm_split";

/// Fetches a chunk and links it: its functions and data take the places kept for them in this module's table and
/// memory.
///
/// # Errors
/// The browser's, when the file cannot be fetched or is not the one that `integrity` names.
pub(crate) async fn link(url: &str, integrity: &str) -> Result<(), JsValue> {
    let window = web_sys::window().ok_or(JsValue::UNDEFINED)?;
    let init = RequestInit::new();
    init.set_integrity(integrity);
    let imports = Object::new();
    Reflect::set(&imports, &JsValue::from_str(SHARED), &wasm_bindgen::exports())?;
    let response = window.fetch_with_str_and_init(url, &init);
    JsFuture::from(WebAssembly::instantiate_streaming(&response, &imports)).await?;
    Ok(())
}
