//! What this tab remembers until it is closed.

use web_sys::Storage;

/// A text that was kept.
pub(crate) fn get(key: &str) -> Option<String> {
    storage()?.get_item(key).ok()?
}

/// Keeps a text. A browser that keeps nothing forgets it at the next load.
pub(crate) fn set(key: &str, text: &str) {
    if let Some(storage) = storage() {
        drop(storage.set_item(key, text));
    }
}

/// Forgets a text.
pub(crate) fn remove(key: &str) {
    if let Some(storage) = storage() {
        drop(storage.remove_item(key));
    }
}

fn storage() -> Option<Storage> {
    web_sys::window()?.session_storage().ok()?
}
