//! Incidents: single events for or against a unit. Some are findings that an office filed, others follow from
//! what records already say: a report that came late, a record returned twice.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    lookup::Lookup,
    measure::Measure,
    scheme::Scheme,
    yields::{Contribution, counting, number_in},
};
use crate::{
    calendar::Month,
    id::RecordId,
    inspection::{Finding, field},
    project::Project,
    record::{Pinned, Record},
    stage::Stage,
    workflow::State,
};

/// A kind of event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Incident {
    /// A monthly report that was submitted after its deadline, or is missing when the month after begins.
    LateReport,
    /// A record that was returned a second time.
    ReturnedTwice,
    /// 正向激励.
    Award,
    /// 核查不实.
    FalseReport,
    /// 督查通报.
    Notice,
    /// 弄虚作假.
    Fraud,
    /// 重大安全事故.
    Accident,
    /// 容错免责.
    Exemption,
}

/// How long an event counts from the month in which it was settled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Within {
    /// That month alone.
    Month,
    /// To the end of its quarter.
    Quarter,
    /// To the end of the year.
    #[default]
    Year,
}

impl Incident {
    /// The finding it is, where an office files it.
    pub const fn finding(self) -> Option<Finding> {
        match self {
            Self::LateReport | Self::ReturnedTwice => None,
            Self::Award => Some(Finding::Award),
            Self::FalseReport => Some(Finding::FalseReport),
            Self::Notice => Some(Finding::Notice),
            Self::Fraud => Some(Finding::Fraud),
            Self::Accident => Some(Finding::Accident),
            Self::Exemption => Some(Finding::Exemption),
        }
    }
}

impl Within {
    /// The last month (1–12) in which an event of a month counts.
    pub const fn last(self, month: u8) -> u8 {
        match self {
            Self::Month => month,
            Self::Quarter => month.div_ceil(3) * 3,
            Self::Year => 12,
        }
    }
}

/// That a finding is about an indicator while it counts: a veto looks for the items that hold it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Concern {
    /// The incident's place in the scheme.
    pub(super) incident: usize,
    /// The place of the indicator it is about.
    pub(super) indicator: usize,
    /// The first month (1–12).
    pub(super) from: u8,
    /// The last one.
    pub(super) until: u8,
    /// The inspection.
    pub(super) record: RecordId,
}

/// An event of a month (1–12), for every indicator that counts its kind.
pub(super) fn event(
    lookup: &Lookup<'_>,
    kind: Incident,
    month: u8,
    record: RecordId,
) -> impl Iterator<Item = Contribution> {
    lookup.incidents().filter(move |(_, of, _)| *of == kind).map(move |(indicator, _, within)| Contribution {
        indicator,
        from: month,
        until: within.last(month),
        amount: Decimal::ONE,
        record,
    })
}

/// The fewest steps of a record that came back twice: each return follows a submission.
const STEPS_OF_TWO_RETURNS: usize = 4;

/// A record that came back a second time counts from the month of that return.
pub(super) fn returned_twice(lookup: &Lookup<'_>, record: &Record) -> Vec<Contribution> {
    if record.steps.len() < STEPS_OF_TWO_RETURNS {
        return Vec::new();
    }
    let second = record.steps.values().filter(|step| step.to == State::Returned).nth(1);
    let month = second.map(|step| Month::of_ms(step.stamp.ms())).filter(|month| month.year() == lookup.year);
    month.into_iter().flat_map(|month| event(lookup, Incident::ReturnedTwice, month.number(), record.id)).collect()
}

/// What a confirmed finding adds, and which indicators it is about. It counts once, from the month in which it
/// was first confirmed; a revision that says something else replaces it from its own month on.
pub(super) fn of_inspection(
    lookup: &Lookup<'_>,
    inspection: &Record,
    project: Option<&Record>,
) -> (Vec<Contribution>, Vec<Concern>) {
    let (year, scheme, record) = (lookup.year, lookup.scheme, inspection.id);
    let (mut contributions, mut concerns) = (Vec::new(), Vec::new());
    for (pinned, months) in counting(inspection, year) {
        let found = Finding::from_code(pinned.fields.text(field::FINDING));
        let settled = number_in(year, settled(inspection, pinned));
        let from = months.start.max(1);
        for (incident, of, within) in lookup.incidents() {
            let until = (months.end - 1).min(within.last(settled));
            if settled == 0 || found.is_none() || of.finding() != found || from > until {
                continue;
            }
            contributions.push(Contribution { indicator: incident, from, until, amount: Decimal::ONE, record });
            let matter = pinned.fields.text(field::MATTER);
            let about = project.and_then(|project| project.pinned_at(Month::new(year, from)?));
            let about = about.map(|pinned| Project::read(&pinned.fields));
            let touched = (0..scheme.indicators.len()).filter(|place| is_about(scheme, *place, matter, about.as_ref()));
            concerns.extend(touched.map(|indicator| Concern { incident, indicator, from, until, record }));
        }
    }
    (contributions, concerns)
}

/// The month in which a record was first confirmed, unless it was withdrawn since.
fn settled(record: &Record, pinned: &Pinned) -> Month {
    let until_then = record.pinned.iter().take_while(|other| other.sequence <= pinned.sequence);
    let withdrawn = record.withdrawn.iter().copied().filter(|month| *month <= pinned.month).max();
    let mut since = until_then.filter(|other| withdrawn.is_none_or(|withdrawn| other.month > withdrawn));
    since.next().map_or(pinned.month, |first| first.month)
}

/// Whether an indicator measures what a finding is about.
fn is_about(scheme: &Scheme, place: usize, matter: &str, project: Option<&Project>) -> bool {
    let Some(declared) = scheme.indicators.get(place) else { return false };
    match &declared.measure {
        Measure::Count(filter) | Measure::Sum(filter) | Measure::Stock(filter) => {
            Stage::from_code(matter) == Some(filter.stage) && project.is_none_or(|project| filter.admits(project))
        }
        Measure::Rate { of } => of.code() == matter,
        Measure::Reported { .. } => declared.key == matter,
        Measure::Share { part: keys, .. } | Measure::Growth { now: keys, .. } => {
            keys.iter().filter_map(|key| scheme.position(key)).any(|place| is_about(scheme, place, matter, project))
        }
        Measure::Event(_) | Measure::Points(_) | Measure::Incident { .. } | Measure::Rating { .. } => false,
    }
}

/// Whether a finding that takes its project out of the count stands at the end of a month.
pub(super) fn strikes(removed_by: &[Finding], inspection: &Record, period: Month) -> bool {
    inspection.pinned_at(period).is_some_and(|pinned| {
        Finding::from_code(pinned.fields.text(field::FINDING)).is_some_and(|found| removed_by.contains(&found))
    })
}
