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
pub(crate) fn day(date: Date) -> String {
    t!("moment.day", month = date.month().number(), day = date.day())
}

/// `10:32` for a moment of today, `6月21日 10:32` for another day.
pub(crate) fn moment(ms: u64) -> String {
    let (date, ..) = clock_time(ms);
    if date == state::clock::today() { clock(ms) } else { t!("moment.day_and_clock", day = day(date), clock = clock(ms)) }
}

/// `6月`.
pub(crate) fn month(month: Month) -> String {
    t!("moment.month", month = month.number())
}

/// `2021年6月`.
pub(crate) fn year_and_month(month: Month) -> String {
    t!("moment.year_and_month", year = month.year(), month = month.number())
}
