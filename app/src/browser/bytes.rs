//! Bytes that the browser holds: they go from its cipher to its database without a stay in the module's memory.

use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};

/// The bytes.
#[derive(Clone, Debug)]
pub(crate) struct Bytes(Uint8Array);

impl Bytes {
    /// The browser's copy of bytes of the module.
    pub(crate) fn of(slice: &[u8]) -> Self {
        Self(Uint8Array::from(slice))
    }

    /// The bytes that a value of the browser is, if it is any.
    pub(crate) fn of_js(value: JsValue) -> Option<Self> {
        value.dyn_into().ok().map(Self)
    }

    /// A list of bytes one after the other.
    pub(super) fn joined(head: &[u8], tail: &Uint8Array) -> Self {
        let start = u32::try_from(head.len()).unwrap_or(u32::MAX);
        let whole = Uint8Array::new_with_length(start.saturating_add(tail.length()));
        whole.subarray(0, start).copy_from(head);
        whole.set(tail, start);
        Self(whole)
    }

    /// The bytes up to a place, and those from it on.
    pub(super) fn split(&self, at: u32) -> (Uint8Array, Uint8Array) {
        (self.0.subarray(0, at), self.0.subarray(at, self.0.length()))
    }

    /// The value as the browser knows it.
    pub(crate) fn as_js(&self) -> &JsValue {
        self.0.as_ref()
    }

    /// The module's copy.
    pub(crate) fn to_vec(&self) -> Vec<u8> {
        self.0.to_vec()
    }
}
