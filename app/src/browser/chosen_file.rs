//! The files that a person chose.

use js_sys::{ArrayBuffer, Reflect, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, HtmlInputElement};

/// A file that a person chose, not read yet.
#[derive(Clone, Debug)]
pub(crate) struct Chosen(Blob);

impl Chosen {
    /// Its name.
    pub(crate) fn name(&self) -> Option<String> {
        Reflect::get(&self.0, &"name".into()).ok()?.as_string()
    }

    /// How many bytes it has.
    pub(crate) fn size(&self) -> u64 {
        format!("{:.0}", self.0.size()).parse().unwrap_or(u64::MAX)
    }

    /// The bytes, where they can be read.
    pub(crate) async fn bytes(&self) -> Option<Vec<u8>> {
        let buffer = JsFuture::from(self.0.array_buffer()).await.ok()?;
        Some(Uint8Array::new(buffer.dyn_ref::<ArrayBuffer>()?).to_vec())
    }
}

/// The name and the bytes of the file chosen in an input, where there is one and it can be read.
pub(crate) async fn read(input_id: &str) -> Option<(String, Vec<u8>)> {
    let file = file(&input(input_id)?, 0)?;
    Some((file.name()?, file.bytes().await?))
}

/// Every file chosen in an input, which is left empty: the same file may be chosen again.
pub(crate) fn take(input_id: &str) -> Vec<Chosen> {
    let Some(input) = input(input_id) else { return Vec::new() };
    let chosen = (0..).map_while(|place| file(&input, place)).collect();
    input.set_value("");
    chosen
}

fn input(id: &str) -> Option<HtmlInputElement> {
    web_sys::window()?.document()?.get_element_by_id(id)?.dyn_into().ok()
}

fn file(input: &HtmlInputElement, place: u32) -> Option<Chosen> {
    let files = Reflect::get(input, &"files".into()).ok()?;
    Some(Chosen(Reflect::get_u32(&files, place).ok()?.dyn_into().ok()?))
}

/// Bytes as base64.
pub(crate) fn base64(bytes: &[u8]) -> Option<String> {
    let binary: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    web_sys::window()?.btoa(&binary).ok()
}
