//! The records behind an indicator's figure, each with the verification that made it count.

use rust_decimal::Decimal;

use super::{
    explain::Subject,
    measure::Measure,
    reading::FIGURE_PLACES,
    result::Source,
    yields::{Contribution, Mark, latest},
};
use crate::{
    calendar::Month,
    form::option_label,
    id::{OperationId, RecordId, UnitId},
    inspection, project,
    record::{Pinned, Record, RecordKind},
    service, t,
};

/// What counts towards an indicator of a unit, in the order in which it began to count.
pub(super) fn of_indicator(subject: Subject<'_>, unit: UnitId, key: &str) -> Vec<Source> {
    let Some((index, indicator)) =
        subject.scheme.position(key).and_then(|index| subject.scheme.indicators.get(index).map(|found| (index, found)))
    else {
        return Vec::new();
    };
    let month = subject.period.number();
    let mut found: Vec<Source> = match &indicator.measure {
        Measure::Incident { .. } => {
            let contributions = subject.ledger.contributions(unit, index, month);
            contributions.filter_map(|(root, contribution)| of_incident(subject, root, contribution)).collect()
        }
        Measure::Share { part: keys, whole: others } | Measure::Growth { now: keys, base: others } => {
            keys.iter().chain(others).flat_map(|key| of_indicator(subject, unit, key)).collect()
        }
        Measure::Count(_) | Measure::Stock(_) | Measure::Sum(_) | Measure::Event(_) | Measure::Points(_) => {
            let contributions = subject.ledger.contributions(unit, index, month);
            contributions.filter_map(|(project, contribution)| of_project(subject, project, contribution)).collect()
        }
        Measure::Rate { of } => {
            let marks = subject.ledger.marks(unit, *of, month);
            marks.filter_map(|(root, mark)| of_mark(subject, root, mark)).collect()
        }
        Measure::Reported { .. } | Measure::Rating { .. } => subject
            .ledger
            .reported(unit, index, month)
            .into_iter()
            .filter_map(|reported| {
                let pinned = subject.replica.get(reported.record)?.pinned_at(subject.period)?;
                let title = t!("scoring.explain.report_title", label = indicator.label, month = reported.month);
                Some(Source {
                    record: reported.record,
                    subject: reported.record,
                    verification: pinned.operation,
                    title,
                    month: pinned.month,
                    amount: reported.figure.shown(FIGURE_PLACES),
                })
            })
            .collect(),
    };
    found.sort_by_key(|source| (source.month, source.record));
    found
}

/// A project's contribution with the verification that made it count.
pub(super) fn of_project(subject: Subject<'_>, project: RecordId, contribution: &Contribution) -> Option<Source> {
    let pinned = subject.replica.get(contribution.record)?.pinned_at(subject.period)?;
    Some(Source {
        record: contribution.record,
        subject: project,
        verification: pinned.operation,
        title: project_name(subject, project),
        month: pinned.month,
        amount: contribution.amount.normalize(),
    })
}

/// An event for or against the unit.
fn of_incident(subject: Subject<'_>, root: RecordId, contribution: &Contribution) -> Option<Source> {
    let record = subject.replica.get(contribution.record)?;
    let (verification, month) = judged(record)?;
    let title = match record.kind {
        RecordKind::Inspection => inspection_title(record),
        RecordKind::ServiceVisit => record.fields().text(service::visit::ENTERPRISE).to_owned(),
        RecordKind::ServiceIssue => record.fields().text(service::issue::ENTERPRISE).to_owned(),
        RecordKind::IndicatorReport => t!(record.kind.label_key()),
        RecordKind::Project | RecordKind::MonthlyReport | RecordKind::StageClaim => project_name(subject, root),
    };
    let amount = contribution.amount.normalize();
    Some(Source { record: contribution.record, subject: root, verification, title, month, amount })
}

/// 督查通报(榕鼓督〔2021〕8号).
fn inspection_title(record: &Record) -> String {
    let fields = latest(record).map_or_else(|| record.fields(), |pinned| pinned.fields.clone());
    let finding = option_label(inspection::field::FINDING, fields.text(inspection::field::FINDING));
    match fields.text(inspection::field::DOCUMENT) {
        "" => finding,
        document => t!("scoring.explain.finding_title", finding = finding, document = document),
    }
}

/// What was due in the month: 1 where it was done, 0 where it was missed.
fn of_mark(subject: Subject<'_>, root: RecordId, mark: &Mark) -> Option<Source> {
    let record = subject.replica.get(mark.record)?;
    let (verification, month) = judged(record).or_else(|| judged(subject.replica.get(root)?))?;
    let title = match record.kind {
        RecordKind::ServiceVisit => record.fields().text(service::visit::ENTERPRISE).to_owned(),
        RecordKind::ServiceIssue => record.fields().text(service::issue::ENTERPRISE).to_owned(),
        RecordKind::Project
        | RecordKind::MonthlyReport
        | RecordKind::StageClaim
        | RecordKind::IndicatorReport
        | RecordKind::Inspection => project_name(subject, root),
    };
    let amount = if mark.is_done { Decimal::ONE } else { Decimal::ZERO };
    Some(Source { record: mark.record, subject: root, verification, title, month, amount })
}

/// The step that settled a record, or the last one taken.
fn judged(record: &Record) -> Option<(OperationId, Month)> {
    let settled = latest(record).map(|pinned: &Pinned| (pinned.operation, pinned.month));
    settled.or_else(|| record.last_step().map(|step| (step.operation, Month::of_ms(step.stamp.ms()))))
}

fn project_name(subject: Subject<'_>, project: RecordId) -> String {
    let Some(record) = subject.replica.get(project) else { return String::new() };
    match record.pinned_at(subject.period) {
        Some(pinned) => pinned.fields.text(project::field::NAME).to_owned(),
        None => record.fields().text(project::field::NAME).to_owned(),
    }
}
