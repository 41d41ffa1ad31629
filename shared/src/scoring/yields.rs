//! Yields: what one project, visit, issue or report adds to which indicator, from which month on.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::{
    history::ProjectHistory,
    measure::{Measure, Rate},
    scheme::Scheme,
};
use crate::{
    calendar::Month,
    id::{RecordId, UnitId},
    merge::replica::Replica,
    record::{Pinned, Record, RecordKind},
    service,
};

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
    pub(super) figure: Decimal,
    /// The report.
    pub(super) record: RecordId,
}

/// Everything that one record (a project with its claims and reports, or any other record) adds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Yield {
    /// Cumulative counts and sums.
    pub(super) contributions: Vec<Contribution>,
    /// Of monthly rates.
    pub(super) marks: Vec<Mark>,
    /// Reported figures.
    pub(super) reported: Vec<Reported>,
}

/// What measuring must know beside the record itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context<'a> {
    /// The indicators.
    pub(super) scheme: &'a Scheme,
    /// The campaign's year.
    pub(super) year: u16,
    /// All records.
    pub(super) replica: &'a Replica,
    /// Lead departments and the places of the indicators they lead.
    pub(super) leads: &'a [(UnitId, Vec<usize>)],
}

impl Yield {
    /// What a record yields in a campaign's year; claims and monthly reports yield with their project.
    /// `twins` are projects that may be the same as this one.
    pub(super) fn of(context: Context<'_>, record: &Record, twins: &BTreeSet<RecordId>) -> Self {
        let mut found = Self::default();
        if record.removed {
            return found;
        }
        let Context { scheme, year, .. } = context;
        match record.kind {
            RecordKind::Project => {
                let project = ProjectHistory { context, project: record, twins };
                found.contributions = project.contributions();
                project.report_marks(&mut found.marks);
                project.decision_marks(&mut found.marks);
            }
            RecordKind::ServiceVisit => found.marks.extend(visit_mark(year, record)),
            RecordKind::ServiceIssue => found.marks.extend(issue_mark(year, record)),
            RecordKind::IndicatorReport => found.reported = reported(scheme, year, record),
            RecordKind::StageClaim | RecordKind::MonthlyReport | RecordKind::Inspection => {}
        }
        found
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

fn reported(scheme: &Scheme, year: u16, report: &Record) -> Vec<Reported> {
    let mut found = Vec::new();
    for (position, pinned) in report.pinned.iter().enumerate() {
        let fields = &pinned.fields;
        let key = fields.text(crate::report::indicator::INDICATOR);
        let month = report.period.or_else(|| fields.month(crate::report::indicator::PERIOD));
        let (Some(indicator), Some(month), Some(figure)) =
            (scheme.position(key), month, fields.decimal(crate::report::indicator::FIGURE))
        else {
            continue;
        };
        let is_reported = scheme
            .indicators
            .get(indicator)
            .is_some_and(|declared| matches!(declared.measure, Measure::Reported { .. }));
        if month.year() != year || !is_reported {
            continue;
        }
        let next = report.pinned.get(position + 1).map(|next| next.month);
        let withdrawn = report.withdrawn.iter().copied().filter(|month| *month >= pinned.month).min();
        let end = next.into_iter().chain(withdrawn).min();
        let from = first_month(year, pinned.month.max(month));
        let until = end.map_or(12, |end| if end.year() > year { 12 } else { first_month(year, end) - 1 });
        if from <= until && pinned.month.year() <= year {
            found.push(Reported { indicator, month: month.number(), from, until, figure, record: report.id });
        }
    }
    found
}

fn first_month(year: u16, month: Month) -> u8 {
    if month.year() < year { 1 } else { month.number() }
}
