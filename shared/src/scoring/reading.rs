//! Readings: what was done, what was asked and what is due, per indicator of a unit at the end of a month.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde::{Deserialize, Serialize};

use super::{
    exact::{Exact, Running},
    measure::Measure,
    result::{Progress, Status},
    rule::Facts,
    schedule::Asked,
    scheme::{Indicator, Scheme},
};

/// Decimals that a due figure shows.
const DUE_PLACES: u32 = 2;

/// Decimals that a count or sum shows: 万元 with 2 decimals, in 亿元.
pub(super) const FIGURE_PLACES: u32 = 6;

/// One indicator of one unit at the end of a month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Reading {
    /// Done; `None` where nothing was reported and that is not the same as nothing done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actual: Option<Exact>,
    /// The annual target; `None` where it was not issued.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Exact>,
    /// Due by the end of the month.
    pub due: Exact,
    /// Counted without any target: worth something by itself.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_bare: bool,
    /// There is nothing to compare with (基数为零).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub has_no_base: bool,
}

/// What was done, as far as it can be said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// The figure.
    pub figure: Option<Exact>,
    /// The whole or base of a share or growth is zero.
    pub has_no_base: bool,
}

impl From<Option<Exact>> for Done {
    fn from(figure: Option<Exact>) -> Self {
        Self { figure, has_no_base: false }
    }
}

impl Done {
    /// A share or growth, from the figures of the indicators it is made of.
    pub fn derived(measure: &Measure, mut figure: impl FnMut(&str) -> Option<Exact>) -> Self {
        let Some((one, other)) = measure.parts() else { return Self::default() };
        let mut sum = |keys: &[String]| keys.iter().filter_map(|key| figure(key)).reduce(Exact::plus);
        let (Some(one), Some(other)) = (sum(one), sum(other)) else { return Self::default() };
        let above = if matches!(measure, Measure::Growth { .. }) { one.minus(other) } else { one };
        let figure = above.over(other).filter(|_| other.is_positive());
        Self { figure, has_no_base: figure.is_none() }
    }
}

impl Reading {
    /// What was done against the scheme's common target or the one of the table.
    pub fn of(scheme: &Scheme, indicator: &Indicator, done: Done, asked: Asked<'_>) -> Self {
        let target = if indicator.is_tabled() { asked.tabled } else { indicator.target }.map(Exact::from);
        let due = indicator.whole.apply(scheme.due(indicator, target.unwrap_or_default(), asked));
        let Done { figure: actual, has_no_base } = done;
        Self { actual, target, due, is_bare: indicator.is_bare(), has_no_base }
    }
}

/// One indicator of several units: known as soon as one of them knows it.
#[derive(Clone, Copy, Debug)]
struct Together {
    actual: Option<Running>,
    target: Option<Running>,
    due: Running,
    is_bare: bool,
    has_no_base: bool,
}

impl Default for Together {
    fn default() -> Self {
        Self { actual: None, target: None, due: Running::default(), is_bare: true, has_no_base: true }
    }
}

impl Together {
    fn add(&mut self, reading: &Reading) {
        let add = |sum: &mut Option<Running>, figure: Option<Exact>| {
            if let Some(figure) = figure {
                sum.get_or_insert_default().add(figure);
            }
        };
        add(&mut self.actual, reading.actual);
        add(&mut self.target, reading.target);
        self.due.add(reading.due);
        self.is_bare &= reading.is_bare;
        self.has_no_base &= reading.has_no_base;
    }

    fn reading(self) -> Reading {
        Reading {
            actual: self.actual.map(Running::exact),
            target: self.target.map(Running::exact),
            due: self.due.exact(),
            is_bare: self.is_bare,
            has_no_base: self.has_no_base,
        }
    }
}

/// The keys of indicators, shared by all readings of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys {
    /// Sorted, each with its indicator's place in the scheme.
    sorted: Vec<(String, usize)>,
    /// Places in `sorted`, found by the key's hash; a power of two, more than half of it free.
    table: Vec<Option<usize>>,
}

impl Keys {
    /// The keys of these indicators.
    pub fn of(indicators: &[Indicator]) -> Arc<Self> {
        let keys = indicators.iter().enumerate().map(|(place, indicator)| (indicator.key.clone(), place));
        let mut sorted: Vec<(String, usize)> = keys.collect();
        sorted.sort();
        let mut table = vec![None; (sorted.len() * 2 + 1).next_power_of_two()];
        for (position, (key, _)) in sorted.iter().enumerate() {
            if let Some(free) = Self::slots(key, table.len()).find(|slot| table.get(*slot) == Some(&None))
                && let Some(slot) = table.get_mut(free)
            {
                *slot = Some(position);
            }
        }
        Arc::new(Self { sorted, table })
    }

    fn position(&self, key: &str) -> Option<usize> {
        for slot in Self::slots(key, self.table.len()) {
            let position = (*self.table.get(slot)?)?;
            if self.sorted.get(position).is_some_and(|(known, _)| known == key) {
                return Some(position);
            }
        }
        None
    }

    /// Every slot, beginning at the key's own. Keys are few and differ in their letters or their length.
    fn slots(key: &str, count: usize) -> impl Iterator<Item = usize> {
        // Eight letters at a time: the keys are looked up for every unit, item and month.
        let words = key.as_bytes().chunks(8).map(|letters| {
            let mut word = [0; 8];
            word.iter_mut().zip(letters).for_each(|(target, letter)| *target = *letter);
            u64::from_le_bytes(word)
        });
        let length = u64::try_from(key.len()).unwrap_or(u64::MAX);
        let hash = words.fold(length, |hash, word| (hash ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let hash = usize::try_from(hash >> 40).unwrap_or_default();
        (0..count).map(move |step| hash.wrapping_add(step) & (count - 1))
    }
}

/// Indicator readings by key, in the order of the keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Readings {
    keys: Arc<Keys>,
    /// In the order of `keys`; absent where nothing is known of an indicator. Shared: a board keeps a year of them.
    figures: Arc<Vec<Option<Reading>>>,
}

impl Readings {
    /// What `read` gives for the indicator of each place in the scheme.
    pub fn new(keys: &Arc<Keys>, mut read: impl FnMut(usize) -> Option<Reading>) -> Self {
        let figures: Vec<Option<Reading>> = keys.sorted.iter().map(|(_, place)| read(*place)).collect();
        Self { keys: Arc::clone(keys), figures: Arc::new(figures) }
    }

    /// The reading of an indicator.
    pub fn get(&self, key: &str) -> Option<&Reading> {
        self.figures.get(self.keys.position(key)?)?.as_ref()
    }

    /// The keys of indicators of which something is known.
    pub fn keys(&self) -> impl Iterator<Item = &String> {
        self.iter().map(|(key, _)| key)
    }

    /// Every reading there is, by its indicator's key.
    pub fn iter(&self) -> impl Iterator<Item = (&String, &Reading)> {
        let known = self.keys.sorted.iter().zip(self.figures.iter());
        known.filter_map(|((key, _), figure)| Some((key, figure.as_ref()?)))
    }

    /// The same indicators with other readings.
    #[must_use]
    pub fn map(&self, mut change: impl FnMut(&str, &Reading) -> Reading) -> Self {
        let known = self.keys.sorted.iter().zip(self.figures.iter());
        let figures = known.map(|((key, _), reading)| reading.as_ref().map(|reading| change(key, reading)));
        Self { keys: Arc::clone(&self.keys), figures: Arc::new(figures.collect()) }
    }

    /// What several units did together.
    pub fn together<'a>(keys: &Arc<Keys>, of_units: impl Iterator<Item = &'a Self>) -> Self {
        let mut sums: Vec<Option<Together>> = vec![None; keys.sorted.len()];
        for own in of_units {
            for (sum, reading) in sums.iter_mut().zip(own.figures.iter()) {
                if let Some(reading) = reading {
                    sum.get_or_insert_default().add(reading);
                }
            }
        }
        let figures = sums.into_iter().map(|sum| sum.map(Together::reading)).collect();
        Self { keys: Arc::clone(keys), figures: Arc::new(figures) }
    }
}

/// What is known of one unit at the end of a month.
#[derive(Clone, Debug, Default)]
pub struct Member {
    /// Its own figures.
    pub own: Readings,
    /// The district's figures of the indicators it leads; empty where it leads none.
    pub led: Readings,
    /// By incident the indicators that its findings are about.
    pub concerned: BTreeMap<String, BTreeSet<String>>,
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
        Facts { actual: self.actual, target: self.target, due: self.due, parts: vec![(self.actual, self.due)] }
    }

    fn add(&mut self, reading: &Reading) {
        self.actual = self.actual.plus(reading.actual.unwrap_or_default());
        self.target = self.target.plus(reading.target.unwrap_or_default());
        self.due = self.due.plus(reading.due);
    }
}

/// How one indicator, or a joint sum of several, stands.
pub fn status(readings: &Readings, keys: &[&String], sum: Sum) -> Status {
    let (mut is_known, mut has_no_base) = (false, false);
    let (mut is_missing, mut is_bare, mut is_unissued) = (true, true, true);
    for reading in keys.iter().filter_map(|key| readings.get(key)) {
        is_known = true;
        has_no_base |= reading.has_no_base;
        is_missing &= reading.actual.is_none();
        is_bare &= reading.is_bare;
        is_unissued &= reading.target.is_none();
    }
    if !is_known {
        Status::NoTask
    } else if has_no_base && is_missing {
        Status::NoBase
    } else if is_bare {
        if is_missing { Status::NotReported } else { Status::Scored }
    } else if is_unissued {
        Status::NotIssued
    } else if !sum.target.is_positive() {
        Status::NoTask
    } else if !sum.due.is_positive() {
        Status::NotDue
    } else if is_missing {
        Status::NotReported
    } else {
        Status::Scored
    }
}
