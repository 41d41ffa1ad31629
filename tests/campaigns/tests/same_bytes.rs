//! The scoring gives the same bytes in the browser as natively. `cargo xtask test wasm` computes the digests
//! natively and names the file with them; without it this does not compile.

#![cfg(target_arch = "wasm32")]

use campaigns::{COMPARED, digest};
use gloo_timers::future::TimeoutFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

const NATIVE: &str = include_str!(env!("TISHENG_DIGESTS", "start me as `cargo xtask test wasm`"));

/// Campaigns after which the page gets a turn: a browser whose page says nothing for half a minute is given up.
const AT_ONCE: usize = 20;

#[wasm_bindgen_test]
async fn a_thousand_campaigns_score_the_same_as_natively() {
    let native: Vec<(u64, &str)> = (0..).zip(NATIVE.lines()).collect();
    assert_eq!(u64::try_from(native.len()).unwrap(), COMPARED);
    let mut differing: Vec<u64> = Vec::new();
    for some in native.chunks(AT_ONCE) {
        differing
            .extend(some.iter().filter(|(seed, native)| digest(*seed).to_string() != *native).map(|(seed, _)| seed));
        TimeoutFuture::new(0).await;
    }
    assert!(differing.is_empty(), "the campaigns of these seeds differ from what they are natively: {differing:?}");
}
