//! A clock for measuring: finer than the tablet's, and never set.

/// Milliseconds since the page began.
pub(crate) fn now_ms() -> f64 {
    web_sys::window().and_then(|window| window.performance()).map_or(f64::NAN, |performance| performance.now())
}
