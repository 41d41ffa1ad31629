//! The address bar and its history, and the taps on links that stay within the application.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, MouseEvent};

use crate::browser::listener::Listener;

/// Path and query as the address bar has them; `/` where there is no page.
pub(crate) fn href() -> String {
    let Some(location) = web_sys::window().map(|window| window.location()) else { return "/".to_owned() };
    let path = location.pathname().unwrap_or_else(|_| "/".to_owned());
    path + &location.search().unwrap_or_default()
}

/// Where the application is served from, without a path.
pub(crate) fn origin() -> String {
    web_sys::window().and_then(|window| window.location().origin().ok()).unwrap_or_default()
}

/// Takes what stands behind `#` out of the address bar. It never reached the server, and stays out of the history.
pub(crate) fn take_fragment() -> Option<String> {
    let location = web_sys::window()?.location();
    let fragment = location.hash().ok()?.strip_prefix('#').map(str::to_owned).filter(|text| !text.is_empty())?;
    put(&href(), true);
    Some(fragment)
}

/// Puts an address into the bar: as a new entry of the history, or in the place of the present one.
pub(crate) fn put(href: &str, replace: bool) {
    let Some(history) = web_sys::window().and_then(|window| window.history().ok()) else { return };
    drop(if replace {
        history.replace_state_with_url(&JsValue::NULL, "", Some(href))
    } else {
        history.push_state_with_url(&JsValue::NULL, "", Some(href))
    });
}

/// Shows the page from its top.
pub(crate) fn scroll_to_top() {
    if let Some(window) = web_sys::window() {
        window.scroll_to_with_x_and_y(0.0, 0.0);
    }
}

/// Calls `action` when the person went back or forward.
pub(crate) fn on_moved(action: impl Fn() + 'static) -> Option<Listener> {
    Some(Listener::new(web_sys::window()?.as_ref(), "popstate", move |_| action()))
}

/// Calls `action` with the address of a link of the application that was tapped, in the browser's stead. What
/// opens another tab, downloads, or leads elsewhere remains the browser's.
pub(crate) fn on_link(action: impl Fn(&str) + 'static) -> Option<Listener> {
    Some(Listener::new(web_sys::window()?.as_ref(), "click", move |event| {
        if let Some(href) = link_of(&event) {
            event.prevent_default();
            action(&href);
        }
    }))
}

fn link_of(event: &Event) -> Option<String> {
    let click = event.dyn_ref::<MouseEvent>()?;
    let is_plain = click.button() == 0
        && !(click.default_prevented() || click.meta_key() || click.alt_key() || click.ctrl_key() || click.shift_key());
    let link = event.target()?.dyn_into::<Element>().ok()?.closest("a[href]").ok()??;
    let is_here = !link.has_attribute("target") && !link.has_attribute("download");
    // One slash begins a path of ours; two begin another host.
    link.get_attribute("href").filter(|href| {
        is_plain && is_here && href.starts_with('/') && !href.starts_with("//") && !href.starts_with("/api/")
    })
}
