//! The application in the browser.
#![allow(unreachable_pub, reason = "leptos makes a component's properties `pub` whatever the component is")]

mod app;
mod browser;
mod data;
mod forms;
mod pages;
mod state;
mod ui;

#[cfg(all(test, target_arch = "wasm32"))]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

fn main() {
    browser::panic_panel::install();
    state::start();
    leptos::mount::mount_to_body(app::App);
}
