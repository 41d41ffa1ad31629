//! An address under which the browser shows bytes that no server has to send.

use js_sys::{Array, Function, Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};

/// The address; it is forgotten when dropped.
#[derive(Debug)]
pub(crate) struct ObjectUrl(String);

impl ObjectUrl {
    /// An address of the bytes as a file of a media type.
    pub(crate) fn of(bytes: &[u8], mime: &str) -> Option<Self> {
        let class: Function = Reflect::get(&js_sys::global(), &"Blob".into()).ok()?.dyn_into().ok()?;
        let options = Object::new();
        Reflect::set(&options, &"type".into(), &mime.into()).ok()?;
        let parts = Array::of1(&Uint8Array::from(bytes));
        let blob = Reflect::construct(&class, &Array::of2(&parts, &options)).ok()?;
        call("createObjectURL", &blob)?.as_string().map(Self)
    }

    /// The address.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Drop for ObjectUrl {
    fn drop(&mut self) {
        call("revokeObjectURL", &JsValue::from_str(&self.0));
    }
}

fn call(name: &str, argument: &JsValue) -> Option<JsValue> {
    let class = Reflect::get(&js_sys::global(), &"URL".into()).ok()?;
    let function: Function = Reflect::get(&class, &name.into()).ok()?.dyn_into().ok()?;
    function.call1(&class, argument).ok()
}
