//! Says to the other tabs of this tablet that something changed.

use wasm_bindgen::JsValue;
use web_sys::BroadcastChannel;

use crate::browser::listener::Listener;

/// A channel to the other tabs; silent where the browser has none.
pub(crate) struct Channel {
    inner: Option<BroadcastChannel>,
    _listener: Option<Listener>,
}

impl Channel {
    /// Opens the channel; `action` is called for every word of another tab.
    pub(crate) fn open(name: &str, action: impl Fn() + 'static) -> Self {
        let inner = BroadcastChannel::new(name).ok();
        let listener = inner.as_ref().map(|channel| Listener::new(channel, "message", move |_| action()));
        Self { inner, _listener: listener }
    }

    /// Tells the other tabs that something changed.
    pub(crate) fn announce(&self) {
        if let Some(channel) = &self.inner {
            drop(channel.post_message(&JsValue::TRUE));
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
