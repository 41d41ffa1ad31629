//! Says to the other tabs of this tablet that something changed, and hands them a key.

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{BroadcastChannel, MessageEvent};

use crate::browser::{cipher::Key, listener::Listener};

/// A channel to the other tabs; silent where the browser has none.
pub(crate) struct Channel {
    inner: Option<BroadcastChannel>,
    _listener: Option<Listener>,
}

impl Channel {
    /// Opens the channel; `action` is called for every word of another tab, with the key that came along.
    pub(crate) fn open(name: &str, action: impl Fn(String, Option<Key>) + 'static) -> Self {
        let inner = BroadcastChannel::new(name).ok();
        let hear = move |event: web_sys::Event| {
            let Some(said) = event.dyn_ref::<MessageEvent>().and_then(|event| event.data().dyn_into::<Array>().ok())
            else {
                return;
            };
            if let Some(word) = said.get(0).as_string() {
                action(word, Key::of_js(said.get(1)));
            }
        };
        let listener = inner.as_ref().map(|channel| Listener::new(channel, "message", hear));
        Self { inner, _listener: listener }
    }

    /// Says a word to the other tabs.
    pub(crate) fn say(&self, word: &str, key: Option<&Key>) {
        if let Some(channel) = &self.inner {
            let key = key.map_or(JsValue::UNDEFINED, |key| key.as_js().clone());
            drop(channel.post_message(&Array::of2(&word.into(), &key)));
        }
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        if let Some(channel) = &self.inner {
            channel.close();
        }
    }
}
