//! The scoring gives the same bytes in the browser as natively. `cargo xtask test wasm` computes the digests
//! natively and names the file with them; without it this does not compile.

#![cfg(target_arch = "wasm32")]

use campaigns::{COMPARED, digest};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

const NATIVE: &str = include_str!(env!("TISHENG_DIGESTS", "start me as `cargo xtask test wasm`"));

#[wasm_bindgen_test]
fn a_thousand_campaigns_score_the_same_as_natively() {
    let native: Vec<&str> = NATIVE.lines().collect();
    assert_eq!(u64::try_from(native.len()).unwrap(), COMPARED);
    let differing: Vec<u64> =
        (0..).zip(native).filter(|(seed, native)| digest(*seed).to_string() != *native).map(|(seed, _)| seed).collect();
    assert!(differing.is_empty(), "the campaigns of these seeds differ from what they are natively: {differing:?}");
}
