//! The file that a person chose.

use js_sys::{ArrayBuffer, Reflect, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

/// The name and the bytes of the file chosen in an input, where there is one and it can be read.
pub(crate) async fn read(input_id: &str) -> Option<(String, Vec<u8>)> {
    let input = web_sys::window()?.document()?.get_element_by_id(input_id)?;
    let files = Reflect::get(&input, &"files".into()).ok()?;
    let file: Blob = Reflect::get_u32(&files, 0).ok()?.dyn_into().ok()?;
    let name = Reflect::get(&file, &"name".into()).ok()?.as_string()?;
    let buffer = JsFuture::from(file.array_buffer()).await.ok()?;
    Some((name, Uint8Array::new(buffer.dyn_ref::<ArrayBuffer>()?).to_vec()))
}

/// Bytes as base64.
pub(crate) fn base64(bytes: &[u8]) -> Option<String> {
    let binary: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    web_sys::window()?.btoa(&binary).ok()
}
