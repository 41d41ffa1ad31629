//! The application in the browser.

mod browser;
mod data;
mod state;

use leptos::prelude::*;

fn main() {
    browser::panic_panel::install();
    state::start();
    leptos::mount::mount_to_body(|| view! { <p id="probe">"ready"</p> });
}
