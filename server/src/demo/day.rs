//! Days of the demonstration's year, counted from 1 January, and which of them are working days.

use shared::calendar::Date;

use super::month;

/// A day of 2021; 1 is the first of January.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Day(u16);

/// Days before each month of 2021.
const BEFORE: [u16; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

/// Holidays on weekdays: New Year, Spring Festival, Qingming, Labour Day, Dragon Boat.
const HOLIDAYS: [(u8, u8, u8); 5] = [(1, 1, 3), (2, 11, 17), (4, 3, 5), (5, 1, 5), (6, 12, 14)];

impl Day {
    /// The demonstration's “today”.
    pub(super) const NOW: Self = Self(174);
    /// The last day on which anything was filed or judged.
    pub(super) const LAST: Self = Self(173);

    /// The day of a month, 1–12.
    pub(super) fn of(month: u8, day: u8) -> Self {
        let before = BEFORE.get(usize::from(month.saturating_sub(1))).copied().unwrap_or(0);
        Self(before + u16::from(day))
    }

    /// Its month, 1–12.
    pub(super) fn month(self) -> u8 {
        let months = BEFORE.iter().filter(|before| **before < self.0).count();
        u8::try_from(months).unwrap_or(12)
    }

    /// Its day of the month.
    pub(super) fn day(self) -> u8 {
        let before = BEFORE.get(usize::from(self.month().saturating_sub(1))).copied().unwrap_or(0);
        u8::try_from(self.0 - before).unwrap_or(1)
    }

    /// The calendar's date.
    pub(super) fn date(self) -> Date {
        Date::new(month(self.month()), self.day()).unwrap_or_else(|| month(self.month()).last_day())
    }

    /// A moment of the day in the district's clock time, in ms since 1970.
    pub(super) fn at_ms(self, hour: u8, minute: u32) -> u64 {
        self.date().at_hour_ms(hour) + u64::from(minute) * 60_000
    }

    /// Some days later, not after the year's end.
    pub(super) fn plus(self, days: u32) -> Self {
        Self(self.0.saturating_add(u16::try_from(days).unwrap_or(u16::MAX)).min(365))
    }

    /// Some days earlier, not before the year's start.
    pub(super) fn minus(self, days: u32) -> Self {
        Self(self.0.saturating_sub(u16::try_from(days).unwrap_or(u16::MAX)).max(1))
    }

    /// The day itself if it is a working day, else the next one.
    pub(super) fn working(self) -> Self {
        let mut day = self;
        while !day.is_working() && day.0 < 365 {
            day = day.plus(1);
        }
        day
    }

    /// The day itself if it is a working day, else the one before.
    pub(super) fn working_before(self) -> Self {
        let mut day = self;
        while !day.is_working() && day.0 > 1 {
            day = day.minus(1);
        }
        day
    }

    /// The working day after it.
    pub(super) fn next_working(self) -> Self {
        self.plus(1).working()
    }

    /// The last working day of a month, not after [`Self::LAST`].
    pub(super) fn last_working_of(number: u8) -> Self {
        Self::of(number, month(number).last_day().day()).working_before().min(Self::LAST)
    }

    fn is_working(self) -> bool {
        // 1 January 2021 was a Friday.
        let is_weekend = matches!((self.0 + 3) % 7, 5 | 6);
        let is_holiday = HOLIDAYS
            .iter()
            .any(|(month, first, last)| self >= Self::of(*month, *first) && self <= Self::of(*month, *last));
        !is_weekend && !is_holiday
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demonstrations_calendar_is_that_of_2021() {
        assert_eq!(Day::NOW.date().to_string(), "2021-06-23");
        assert_eq!(Day::of(1, 1).working().date().to_string(), "2021-01-04");
        assert_eq!(Day::of(2, 10).next_working().date().to_string(), "2021-02-18");
        assert_eq!(Day::last_working_of(1).date().to_string(), "2021-01-29");
        assert_eq!(Day::last_working_of(6), Day::LAST);
        assert_eq!(Day::NOW.at_ms(10, 0), 1_624_413_600_000);
    }
}
