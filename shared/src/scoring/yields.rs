//! Yields: what one project, visit, issue or report adds to which indicator, from which month on.

use std::{cmp::Ordering, ops::Range};

use rust_decimal::Decimal;

use super::{
    exact::Exact,
    history::History,
    incident::{self, Concern},
    lookup::Lookup,
    measure::{Measure, Rate},
};
use crate::{
    calendar::{Date, Month},
    id::{RecordId, UnitId},
    inspection::{self, Finding},
    merge::replica::filed_under,
    project::credit::Part,
    record::{Pinned, Record, RecordKind},
    report, service,
};

/// The month after December, where what still counts ends.
pub(super) const END: u8 = 13;

/// One hundredth: a part in percent is taken without a division, exactly.
const PER_CENT: Decimal = Decimal::from_parts(1, 0, 0, false, 2);

/// What a project's verified stage adds to an indicator while it counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Contribution {
    /// The indicator's place in the scheme.
    pub(super) indicator: usize,
    /// The first month (1–12) in which it counts.
    pub(super) from: u8,
    /// The last one.
    pub(super) until: u8,
    /// 1 for a count, 亿元 for a sum.
    pub(super) amount: Decimal,
    /// The claim.
    pub(super) record: RecordId,
}

/// One thing that was due in a month, and whether it was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// The unit whose rate it is.
    pub(super) unit: UnitId,
    /// The rate it belongs to.
    pub(super) rate: Rate,
    /// The month, 1–12.
    pub(super) month: u8,
    /// Whether it was done.
    pub(super) is_done: bool,
    /// The report, visit, issue or claim; the project where its report is missing.
    pub(super) record: RecordId,
}

/// A unit's cumulative figure for one indicator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reported {
    /// The indicator's place in the scheme.
    pub(super) indicator: usize,
    /// The month reported, 1–12.
    pub(super) month: u8,
    /// The first month in which the report counts.
    pub(super) from: u8,
    /// The last one.
    pub(super) until: u8,
    /// The figure.
    pub(super) figure: Exact,
    /// The report.
    pub(super) record: RecordId,
}

/// Everything that one record (a project with its claims and reports, or any other record) adds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Yield {
    /// Cumulative counts and sums.
    pub(super) contributions: Vec<Contribution>,
    /// Parts of them that are other units'.
    pub(super) credited: Vec<(UnitId, Contribution)>,
    /// Of monthly rates.
    pub(super) marks: Vec<Mark>,
    /// Reported figures.
    pub(super) reported: Vec<Reported>,
    /// What findings are about.
    pub(super) concerns: Vec<Concern>,
}

impl Yield {
    /// What a record yields in a campaign's year; claims and monthly reports yield with their project.
    /// `twins` are projects that may be the same as this one.
    pub(super) fn of(lookup: &Lookup<'_>, record: &Record, twins: &[RecordId]) -> Self {
        let mut found = Self::default();
        if record.removed {
            return found;
        }
        match record.kind {
            RecordKind::Project => {
                let history = History::of(lookup, record, lookup.replica.about(record.id), twins);
                return Self::of_project(lookup, record, &history);
            }
            RecordKind::ServiceVisit => found.marks.extend(visit_mark(lookup.year, record)),
            RecordKind::ServiceIssue => found.marks.extend(issue_mark(lookup.year, record)),
            RecordKind::IndicatorReport => found.reported = reported(lookup, record),
            // One about a project yields with it.
            RecordKind::Inspection if filed_under(record).is_none() => found.inspect(lookup, record, None),
            RecordKind::StageClaim | RecordKind::MonthlyReport | RecordKind::Inspection => return found,
        }
        found.contributions.extend(incident::returned_twice(lookup, record));
        found
    }

    /// What a project yields, given its history.
    pub(super) fn of_project(lookup: &Lookup<'_>, project: &Record, history: &History<'_>) -> Self {
        let mut found = Self::default();
        history.put_in(&mut found);
        found.contributions.extend(incident::returned_twice(lookup, project));
        found
    }

    /// Takes in what counts for a project's owner, or for each of several units by its part.
    pub(super) fn credit(&mut self, owner: UnitId, parts: &[Part], whole: Contribution) {
        if parts.is_empty() {
            self.contributions.push(whole);
            return;
        }
        for Part { unit, percent } in parts {
            let part = Contribution { amount: whole.amount * *percent * PER_CENT, ..whole.clone() };
            if *unit == owner {
                self.contributions.push(part);
            } else {
                self.credited.push((*unit, part));
            }
        }
    }

    /// Takes in what a finding says.
    pub(super) fn inspect(&mut self, lookup: &Lookup<'_>, inspection: &Record, project: Option<&Record>) {
        let (contributions, concerns) = incident::of_inspection(lookup, inspection, project);
        self.contributions.extend(contributions);
        self.concerns.extend(concerns);
        self.reported.extend(ratings(lookup, inspection));
    }
}

/// The revisions that count in some month of a year, each with its months.
pub(super) fn counting(record: &Record, year: u16) -> impl Iterator<Item = (&Pinned, Range<u8>)> {
    revisions(record, year).filter(|(_, months)| !months.is_empty())
}

/// A record's approved revisions, each with the months of a year in which it counts: from its approval until a
/// later one takes its place or the record is withdrawn; none where that was at once, or in another year.
pub(super) fn revisions(record: &Record, year: u16) -> impl Iterator<Item = (&Pinned, Range<u8>)> {
    record.pinned.iter().enumerate().map(move |(position, pinned)| {
        let later = record.pinned.iter().skip(position + 1).map(|later| later.month);
        let withdrawn = record.withdrawn.iter().copied().filter(|month| *month >= pinned.month);
        let end = later.chain(withdrawn).map(|month| number_in(year, month)).min().unwrap_or(END);
        (pinned, number_in(year, pinned.month)..end)
    })
}

/// A month as a number of a year: 0 before it, [`END`] after it.
pub(super) fn number_in(year: u16, month: Month) -> u8 {
    match month.year().cmp(&year) {
        Ordering::Less => 0,
        Ordering::Equal => month.number(),
        Ordering::Greater => END,
    }
}

/// The content that counts whatever the month: service records and monthly reports are judged by their own dates.
pub(super) fn latest(record: &Record) -> Option<&Pinned> {
    let pinned = record.pinned.last()?;
    record.withdrawn.iter().all(|month| *month < pinned.month).then_some(pinned)
}

fn visit_mark(year: u16, visit: &Record) -> Option<Mark> {
    let fields = &latest(visit)?.fields;
    let month = visit.period.or_else(|| fields.month(service::visit::PERIOD)).filter(|month| month.year() == year)?;
    let is_done = fields.date(service::visit::VISITED_ON).is_some_and(|day| day <= month.last_day());
    fields.flag(service::visit::PLANNED).then_some(Mark {
        unit: visit.unit,
        rate: Rate::Visits,
        month: month.number(),
        is_done,
        record: visit.id,
    })
}

fn issue_mark(year: u16, issue: &Record) -> Option<Mark> {
    let fields = &latest(issue)?.fields;
    let due = fields.date(service::issue::DUE_ON).filter(|day| day.month().year() == year)?;
    let is_done = fields.date(service::issue::CLOSED_ON).is_some_and(|closed| closed <= due);
    Some(Mark { unit: issue.unit, rate: Rate::ServiceIssues, month: due.month().number(), is_done, record: issue.id })
}

fn reported(lookup: &Lookup<'_>, report: &Record) -> Vec<Reported> {
    let year = lookup.year;
    let of_revision = counting(report, year).filter_map(|(pinned, months)| {
        let fields = &pinned.fields;
        let indicator = lookup.reported(fields.text(report::indicator::INDICATOR))?;
        let month = report.period.or_else(|| fields.month(report::indicator::PERIOD))?;
        let figure = Exact::from(fields.decimal(report::indicator::FIGURE)?);
        // A figure of a later month does not count before that month.
        let (from, until) = (months.start.max(number_in(year, month)).max(1), months.end - 1);
        let found = Reported { indicator, month: month.number(), from, until, figure, record: report.id };
        (month.year() == year && from <= until).then_some(found)
    });
    of_revision.collect()
}

/// The mean marks of one class of raters, for the indicators that read them.
fn ratings(lookup: &Lookup<'_>, inspection: &Record) -> Vec<Reported> {
    let year = lookup.year;
    let mut found = Vec::new();
    for (pinned, months) in counting(inspection, year) {
        let fields = &pinned.fields;
        let is_rating = Finding::from_code(fields.text(inspection::field::FINDING)) == Some(Finding::Rating);
        let Some(month) = fields.date(inspection::field::FOUND_ON).map(Date::month).filter(|_| is_rating) else {
            continue;
        };
        let (from, until) = (months.start.max(number_in(year, month)).max(1), months.end - 1);
        if month.year() != year || from > until {
            continue;
        }
        let marks = inspection::parse_marks(fields.text(inspection::field::MARKS)).unwrap_or_default();
        for (indicator, declared) in lookup.scheme.indicators.iter().enumerate() {
            let Measure::Rating { class, trim } = &declared.measure else { continue };
            let figure =
                trimmed_mean(&marks, usize::from(*trim)).filter(|_| class == fields.text(inspection::field::CLASS));
            let (month, record) = (month.number(), inspection.id);
            found.extend(figure.map(|figure| Reported { indicator, month, from, until, figure, record }));
        }
    }
    found
}

/// The mean without the `trim` highest and lowest; of all marks where that would leave none.
fn trimmed_mean(marks: &[Decimal], trim: usize) -> Option<Exact> {
    let mut sorted = marks.to_vec();
    sorted.sort_unstable();
    let kept = sorted.get(trim..sorted.len().saturating_sub(trim)).filter(|kept| !kept.is_empty()).unwrap_or(&sorted);
    let sum = kept.iter().fold(Exact::ZERO, |sum, mark| sum.plus(Exact::from(*mark)));
    sum.over(Exact::whole(i128::try_from(kept.len()).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trimmed_mean_leaves_out_the_highest_and_the_lowest() {
        let marks = ["60", "80", "90", "100", "85"].map(|mark| mark.parse::<Decimal>().unwrap());
        let mean = |marks: &[Decimal], trim| trimmed_mean(marks, trim).map(|mean| mean.shown(2).to_string());
        assert_eq!(mean(&marks, 0).as_deref(), Some("83"));
        assert_eq!(mean(&marks, 1).as_deref(), Some("85"), "80, 85 and 90");
        assert_eq!(mean(&marks, 3).as_deref(), Some("83"), "nothing would be left");
        assert_eq!(mean(&[], 1), None);
    }
}
