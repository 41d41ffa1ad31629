//! gzip by the browser, where it can.

use js_sys::{Array, ArrayBuffer, Function, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, ReadableStream, Response};

/// The bytes as gzip, or `None` where the browser has no `CompressionStream`.
pub(crate) async fn gzip(bytes: &[u8]) -> Option<Uint8Array> {
    let class: Function = Reflect::get(&js_sys::global(), &"CompressionStream".into()).ok()?.dyn_into().ok()?;
    let transform = Reflect::construct(&class, &Array::of1(&"gzip".into())).ok()?;
    let stream = Blob::new_with_u8_array_sequence(&Array::of1(&Uint8Array::from(bytes))).ok()?.stream();
    let pipe: Function = Reflect::get(&stream, &"pipeThrough".into()).ok()?.dyn_into().ok()?;
    let compressed: ReadableStream = pipe.call1(&stream, &transform).ok()?.dyn_into().ok()?;
    let response = Response::new_with_opt_readable_stream(Some(&compressed)).ok()?;
    let buffer: JsValue = JsFuture::from(response.array_buffer().ok()?).await.ok()?;
    Some(Uint8Array::new(buffer.dyn_ref::<ArrayBuffer>()?))
}

#[cfg(test)]
#[cfg(target_arch = "wasm32")]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    async fn what_is_compressed_is_small_and_gzip() {
        let compressed = gzip("park ".repeat(1_000).as_bytes()).await.unwrap().to_vec();
        assert_eq!(compressed[..2], [0x1f, 0x8b]);
        assert!(compressed.len() < 200, "{}", compressed.len());
    }
}
