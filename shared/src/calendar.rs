//! Months, days and the district's clock time (UTC+8, no daylight saving).

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use time::{OffsetDateTime, UtcOffset};

/// China Standard Time, in seconds east of Greenwich.
const CHINA_OFFSET_SECONDS: i32 = 8 * 3600;

/// A calendar month, written `2021-06`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: u16,
    month: u8,
}

impl Month {
    /// The month, or nothing when `month` is not in 1–12.
    pub fn new(year: u16, month: u8) -> Option<Self> {
        (1..=12).contains(&month).then_some(Self { year, month })
    }

    /// January of a year.
    pub const fn january(year: u16) -> Self {
        Self { year, month: 1 }
    }

    /// The year, such as 2021.
    pub const fn year(self) -> u16 {
        self.year
    }

    /// The month of the year, 1–12.
    pub const fn number(self) -> u8 {
        self.month
    }

    /// The month before.
    #[must_use]
    pub const fn previous(self) -> Self {
        match self.month {
            1 => Self { year: self.year.saturating_sub(1), month: 12 },
            month => Self { year: self.year, month: month - 1 },
        }
    }

    /// The month after.
    #[must_use]
    pub const fn next(self) -> Self {
        match self.month {
            12 => Self { year: self.year.saturating_add(1), month: 1 },
            month => Self { year: self.year, month: month + 1 },
        }
    }

    /// The month in which a moment lies, in the district's clock time.
    pub fn of_ms(ms: u64) -> Self {
        Date::of_ms(ms).month()
    }

    /// The last day of the month.
    pub fn last_day(self) -> Date {
        let days = time::util::days_in_month(
            time::Month::try_from(self.month).unwrap_or(time::Month::January),
            i32::from(self.year),
        );
        Date { month: self, day: days }
    }
}

impl fmt::Display for Month {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}-{:02}", self.year, self.month)
    }
}

/// The text is not a month or day of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a date of the calendar (expected YYYY-MM or YYYY-MM-DD)")]
pub struct CalendarError;

impl FromStr for Month {
    type Err = CalendarError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (year, month) = text.split_once('-').ok_or(CalendarError)?;
        Self::new(number(year, 4)?, number(month, 2)?).ok_or(CalendarError)
    }
}

/// A calendar day, written `2021-06-30`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    month: Month,
    day: u8,
}

impl Date {
    /// The day, or nothing when the month does not have it.
    pub fn new(month: Month, day: u8) -> Option<Self> {
        (day >= 1 && day <= month.last_day().day).then_some(Self { month, day })
    }

    /// The month it lies in.
    pub const fn month(self) -> Month {
        self.month
    }

    /// The day of the month, 1–31.
    pub const fn day(self) -> u8 {
        self.day
    }

    /// The day on which a moment lies, in the district's clock time.
    pub fn of_ms(ms: u64) -> Self {
        let moment = local(ms);
        let year = u16::try_from(moment.year()).unwrap_or(0);
        Self { month: Month { year, month: u8::from(moment.month()) }, day: moment.day() }
    }

    /// Milliseconds since 1970 of `hour` o'clock on this day in the district's clock time.
    pub fn at_hour_ms(self, hour: u8) -> u64 {
        let month = time::Month::try_from(self.month.month).unwrap_or(time::Month::January);
        let offset = UtcOffset::from_whole_seconds(CHINA_OFFSET_SECONDS).unwrap_or(UtcOffset::UTC);
        time::Date::from_calendar_date(i32::from(self.month.year), month, self.day)
            .ok()
            .and_then(|date| date.with_hms(hour.min(23), 0, 0).ok())
            .and_then(|moment| u64::try_from(moment.assume_offset(offset).unix_timestamp()).ok())
            .map_or(0, |seconds| seconds.saturating_mul(1000))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}-{:02}", self.month, self.day)
    }
}

impl FromStr for Date {
    type Err = CalendarError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (month, day) = text.rsplit_once('-').ok_or(CalendarError)?;
        Self::new(month.parse()?, number(day, 2)?).ok_or(CalendarError)
    }
}

/// A number of so many digits, and of nothing else: a sign would give one day two spellings.
fn number<T: FromStr>(text: &str, digits: usize) -> Result<T, CalendarError> {
    if text.len() != digits || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(CalendarError);
    }
    text.parse().map_err(|_| CalendarError)
}

/// Clock time in the district: day, hour 0–23, minute 0–59.
pub fn clock_time(ms: u64) -> (Date, u8, u8) {
    let moment = local(ms);
    (Date::of_ms(ms), moment.hour(), moment.minute())
}

fn local(ms: u64) -> OffsetDateTime {
    let seconds = i64::try_from(ms / 1000).unwrap_or(0);
    let offset = UtcOffset::from_whole_seconds(CHINA_OFFSET_SECONDS).unwrap_or(UtcOffset::UTC);
    OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH).to_offset(offset)
}

macro_rules! serde_as_text {
    ($($name:ident),+) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
            }
        }
    )+};
}

serde_as_text!(Month, Date);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_lies_in_the_month_of_the_districts_clock() {
        // 2021-06-30 16:00 UTC is already July in Fuzhou.
        assert_eq!(Month::of_ms(1_625_068_800_000).to_string(), "2021-07");
        assert_eq!(Month::of_ms(1_625_068_799_999).to_string(), "2021-06");
    }

    #[test]
    fn dates_are_of_the_calendar_or_refused() {
        for (text, good) in [
            ("2021-02-28", true),
            ("2021-02-29", false),
            ("2020-02-29", true),
            ("2021-13-01", false),
            ("2021-6-01", false),
            ("2021-+6-01", false),
        ] {
            assert_eq!(text.parse::<Date>().is_ok(), good, "{text}");
        }
        for (text, good) in
            [("2021-06", true), ("+021-06", false), ("2021-00", false), ("2021-6", false), ("二〇二一", false)]
        {
            assert_eq!(text.parse::<Month>().is_ok(), good, "{text}");
        }
    }

    #[test]
    fn an_hour_of_a_day_goes_there_and_back() {
        let day: Date = "2021-06-25".parse().unwrap();
        assert_eq!(clock_time(day.at_hour_ms(18)), (day, 18, 0));
    }
}
