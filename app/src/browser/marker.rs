//! A word in a cookie of our own: it outlives a database that the browser evicts.

use wasm_bindgen::JsCast as _;
use web_sys::HtmlDocument;

/// How long it lasts: as long as a browser keeps any cookie.
const SECONDS: u32 = 400 * 24 * 3600;

/// The word of a name.
pub(crate) fn get(name: &str) -> Option<String> {
    let cookies = document()?.cookie().ok()?;
    let mut pairs = cookies.split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, word)| word.to_owned())
}

/// Sets the word of a name: letters, digits, `-` and `.` only.
pub(crate) fn set(name: &str, word: &str) {
    if let Some(document) = document() {
        drop(document.set_cookie(&format!("{name}={word}; Path=/; Max-Age={SECONDS}; SameSite=Strict")));
    }
}

fn document() -> Option<HtmlDocument> {
    web_sys::window()?.document()?.dyn_into().ok()
}
