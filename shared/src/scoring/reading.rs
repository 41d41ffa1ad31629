//! Readings: what was done, what was asked and what is due, per indicator of a unit at the end of a month.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::{
    exact::Exact,
    result::{Progress, Status},
    rule::Facts,
    scheme::{Indicator, Scheme},
};
use crate::calendar::Month;

/// Decimals that a due figure shows.
const DUE_PLACES: u32 = 2;

/// Decimals that a count or sum shows: 万元 with 2 decimals, in 亿元.
const FIGURE_PLACES: u32 = 6;

/// One indicator of one unit at the end of a month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// Done; `None` where nothing was reported and that is not the same as nothing done.
    pub actual: Option<Exact>,
    /// The annual target; `None` where it was not issued.
    pub target: Option<Exact>,
    /// Due by the end of the month.
    pub due: Exact,
}

impl Reading {
    /// What was done against the scheme's common target or the one of the table.
    pub fn of(
        scheme: &Scheme,
        indicator: &Indicator,
        actual: Option<Exact>,
        tabled: Option<Decimal>,
        period: Month,
    ) -> Self {
        let target = if indicator.is_tabled() { tabled } else { indicator.target }.map(Exact::from);
        let share =
            scheme.schedules.get(&indicator.schedule).map_or(Exact::ONE, |schedule| schedule.share(period.number()));
        let due = indicator.whole.apply(target.unwrap_or_default().times(share));
        Self { actual, target, due }
    }
}

/// Indicator readings by key.
pub type Readings = BTreeMap<String, Reading>;

/// What is known of one unit at the end of a month.
#[derive(Clone, Debug, Default)]
pub struct Member {
    /// Its own figures.
    pub own: Readings,
    /// The district's figures of the indicators it leads; empty where it leads none.
    pub led: Readings,
}

/// A joint sum against its target.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// Done.
    pub actual: Exact,
    /// Annual target.
    pub target: Exact,
    /// Due by now.
    pub due: Exact,
}

impl Sum {
    /// The sum over indicators; what was not issued or not reported adds nothing.
    pub fn of<'a>(readings: &Readings, keys: impl IntoIterator<Item = &'a String>) -> Self {
        let mut sum = Self::default();
        for reading in keys.into_iter().filter_map(|key| readings.get(key)) {
            sum.add(reading);
        }
        sum
    }

    /// As results show it.
    pub fn progress(self) -> Progress {
        Progress {
            actual: self.actual.shown(FIGURE_PLACES),
            target: self.target.shown(FIGURE_PLACES),
            due: self.due.shown(DUE_PLACES),
        }
    }

    /// As a rule sees a single indicator.
    pub fn facts(self) -> Facts {
        Facts { actual: self.actual, due: self.due, parts: vec![(self.actual, self.due)] }
    }

    fn add(&mut self, reading: &Reading) {
        self.actual = self.actual.plus(reading.actual.unwrap_or_default());
        self.target = self.target.plus(reading.target.unwrap_or_default());
        self.due = self.due.plus(reading.due);
    }
}

/// How one indicator, or a joint sum of several, stands.
pub fn status(readings: &Readings, keys: &[&String], sum: Sum) -> Status {
    let of_item = || keys.iter().filter_map(|key| readings.get(*key));
    if of_item().next().is_none() {
        Status::NoTask
    } else if of_item().all(|reading| reading.target.is_none()) {
        Status::NotIssued
    } else if !sum.target.is_positive() {
        Status::NoTask
    } else if !sum.due.is_positive() {
        Status::NotDue
    } else if of_item().all(|reading| reading.actual.is_none()) {
        Status::NotReported
    } else {
        Status::Scored
    }
}
