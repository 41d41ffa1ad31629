//! Randomness from the browser's own source.

/// `N` random bytes.
pub(crate) fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    let source = web_sys::window().and_then(|window| window.crypto().ok());
    // A browser without `crypto` never starts us (see boot.js); zeros would only repeat an id.
    if let Some(source) = source {
        drop(source.get_random_values_with_u8_array(&mut bytes));
    }
    bytes
}

/// A random number.
pub(crate) fn random_u64() -> u64 {
    u64::from_be_bytes(random_bytes())
}
