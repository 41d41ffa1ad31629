//! The time that counts: the tablet's clock, corrected by what the server said.

use std::cell::Cell;

use shared::calendar::Date;

use crate::browser::clock::tablet_ms;

thread_local! {
    /// Milliseconds to add to the tablet's clock.
    static OFFSET_MS: Cell<i64> = const { Cell::new(0) };
}

/// Milliseconds since 1970 as the server counts them.
pub(crate) fn now_ms() -> u64 {
    tablet_ms().saturating_add_signed(OFFSET_MS.get())
}

/// Today in the district.
pub(crate) fn today() -> Date {
    Date::of_ms(now_ms())
}

/// The correction, in ms.
pub(crate) fn offset_ms() -> i64 {
    OFFSET_MS.get()
}

/// Takes over a correction that was remembered.
pub(super) fn set_offset_ms(offset_ms: i64) {
    OFFSET_MS.set(offset_ms);
}

/// Learns the correction from the server's clock. Returns whether it changed by more than the way of a message.
pub(super) fn learn(server_ms: u64) -> bool {
    let offset_ms = difference(server_ms, tablet_ms());
    let is_new = offset_ms.abs_diff(OFFSET_MS.get()) > 2_000;
    OFFSET_MS.set(offset_ms);
    is_new
}

fn difference(to: u64, from: u64) -> i64 {
    i64::try_from(to).unwrap_or(i64::MAX).saturating_sub(i64::try_from(from).unwrap_or(i64::MAX))
}
