//! Moments in words, in the district's clock time.

use shared::{
    calendar::{Date, Month, clock_time},
    t,
};

use crate::state;

/// `10:32`.
pub(crate) fn clock(ms: u64) -> String {
    let (_, hour, minute) = clock_time(ms);
    t!("moment.clock", hour = format!("{hour:02}"), minute = format!("{minute:02}"))
}

/// `6月21日`.
pub(crate) fn date(date: Date) -> String {
    t!("moment.day", month = date.month().number(), day = date.day())
}

/// `6月21日`, the day on which a moment lies.
pub(crate) fn day(ms: u64) -> String {
    date(Date::of_ms(ms))
}

/// `6月21日 10:32`.
pub(crate) fn day_and_time(ms: u64) -> String {
    t!("moment.day_and_clock", day = day(ms), clock = clock(ms))
}

/// `10:32` for a moment of today, `6月21日 10:32` for another day.
pub(crate) fn moment(ms: u64) -> String {
    if Date::of_ms(ms) == state::clock::today() { clock(ms) } else { day_and_time(ms) }
}

/// `6月`.
pub(crate) fn month(month: Month) -> String {
    t!("moment.month", month = month.number())
}

/// `2021年6月`.
pub(crate) fn year_and_month(month: Month) -> String {
    t!("moment.year_and_month", year = month.year(), month = month.number())
}
