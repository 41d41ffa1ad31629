//! Light or dark: an attribute of the page, remembered by the browser.

use web_sys::{Element, Storage};

const ATTRIBUTE: &str = "data-theme";
const KEY: &str = "tisheng-theme";

/// The theme that was chosen: `light`, `dark`, or nothing for what the system says.
pub(crate) fn stored() -> Option<String> {
    storage()?.get_item(KEY).ok().flatten()
}

/// Shows a theme and remembers it; `None` follows the system.
pub(crate) fn choose(theme: Option<&str>) {
    show(theme);
    if let Some(storage) = storage() {
        drop(match theme {
            Some(theme) => storage.set_item(KEY, theme),
            None => storage.remove_item(KEY),
        });
    }
}

/// Shows a theme.
pub(crate) fn show(theme: Option<&str>) {
    if let Some(root) = root() {
        drop(match theme {
            Some(theme) => root.set_attribute(ATTRIBUTE, theme),
            None => root.remove_attribute(ATTRIBUTE),
        });
    }
}

fn root() -> Option<Element> {
    web_sys::window()?.document()?.document_element()
}

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}
