//! Server-sent events.

use wasm_bindgen::JsCast;
use web_sys::{EventSource, MessageEvent};

use crate::browser::listener::Listener;

/// An open stream; closed when dropped. The browser reconnects by itself after a broken line.
pub(crate) struct Stream {
    source: EventSource,
    _listeners: [Listener; 2],
}

impl Stream {
    /// Opens the stream. `on_message` gets each event's text, `on_open` tells that the server answered.
    pub(crate) fn open(url: &str, on_message: impl Fn(String) + 'static, on_open: impl Fn() + 'static) -> Option<Self> {
        let source = EventSource::new(url).ok()?;
        let messages = Listener::new(&source, "message", move |event| {
            if let Some(text) = event.dyn_ref::<MessageEvent>().and_then(|event| event.data().as_string()) {
                on_message(text);
            }
        });
        let opened = Listener::new(&source, "open", move |_| on_open());
        Some(Self { source, _listeners: [messages, opened] })
    }

    /// Whether the browser gave up, as after a session that ended; it must be opened anew then.
    pub(crate) fn is_closed(&self) -> bool {
        self.source.ready_state() == EventSource::CLOSED
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.source.close();
    }
}
