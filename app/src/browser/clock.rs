//! The tablet's clock. Everything else takes time as a parameter or asks `state::clock`, which corrects it.

/// Milliseconds since 1970 by this tablet's clock, which may be wrong by years.
#[expect(clippy::disallowed_methods, reason = "the one home of the tablet's clock")]
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float-to-int `as` saturates, which is what a clock before 1970 deserves"
)]
pub(crate) fn tablet_ms() -> u64 {
    js_sys::Date::now() as u64
}
