//! Times the scoring in the browser for `cargo xtask bench scoring`, which reads the line that this prints.

#![cfg(target_arch = "wasm32")]

use campaigns::timing;
use wasm_bindgen_test::{console_log, wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// Projects of the design's bar.
const PROJECTS: u32 = 5_000;

#[wasm_bindgen_test]
fn a_year_is_scored_in_the_browser() {
    let performance = web_sys::window().and_then(|window| window.performance()).unwrap();
    let timing = timing(PROJECTS, || performance.now());
    console_log!("timing: {} {} {}", timing.full, timing.folding, timing.changed);
}
