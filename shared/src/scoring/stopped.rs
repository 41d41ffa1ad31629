//! Records that counted earlier in the year and no longer do, each with the reason: nothing falls out unseen.

use std::collections::BTreeMap;

use super::{
    explain::Subject,
    incident,
    measure::{Filter, Measure},
    result::{Source, Stopped},
    sources,
    yields::Contribution,
};
use crate::{
    calendar::Month,
    id::{RecordId, UnitId},
    project::{Project, twin::gives_way},
    record::{Record, RecordKind},
    stage::{self, Stage},
    t,
};

/// What counted towards an indicator of a unit in an earlier month of the year and does not at the end of the
/// period. Reported figures and monthly rates replace each other; only projects stop counting.
pub(super) fn of_indicator(subject: Subject<'_>, unit: UnitId, key: &str) -> Vec<Stopped> {
    let Some((index, indicator)) =
        subject.scheme.position(key).and_then(|index| subject.scheme.indicators.get(index).map(|found| (index, found)))
    else {
        return Vec::new();
    };
    let (Measure::Count(filter) | Measure::Stock(filter) | Measure::Sum(filter) | Measure::Event(filter)) =
        &indicator.measure
    else {
        return Vec::new();
    };
    let is_event = matches!(indicator.measure, Measure::Event(_));
    let mut last: BTreeMap<(RecordId, RecordId), (Month, Contribution)> = BTreeMap::new();
    for month in months_before(subject.period) {
        for (project, contribution) in subject.ledger.contributions(unit, index, month.number()) {
            last.insert((project, contribution.record), (month, contribution.clone()));
        }
    }
    for (project, contribution) in subject.ledger.contributions(unit, index, subject.period.number()) {
        last.remove(&(project, contribution.record));
    }
    let of_last = last.iter().filter_map(|((project, _), (until, contribution))| {
        let source = source(subject, *project, *until, contribution)?;
        Some(Stopped {
            source,
            until: *until,
            reason: reason(subject, *project, contribution.record, filter, is_event),
        })
    });
    of_last.collect()
}

/// The months of the year before a period, the earliest first.
fn months_before(period: Month) -> impl Iterator<Item = Month> {
    (1..period.number()).filter_map(move |number| Month::new(period.year(), number))
}

/// The record as it counted at the end of a month.
fn source(subject: Subject<'_>, project: RecordId, until: Month, contribution: &Contribution) -> Option<Source> {
    sources::of_project(Subject { period: until, ..subject }, project, contribution)
}

/// Why a claim that counted does not count at the end of the period.
fn reason(subject: Subject<'_>, project: RecordId, claim: RecordId, filter: &Filter, is_event: bool) -> String {
    let period = subject.period;
    let kept = |id: RecordId| subject.replica.get(id).filter(|record| !record.removed);
    let (Some(claim), Some(project)) = (kept(claim), kept(project)) else { return t!("scoring.stopped.removed") };
    let Some(claimed) = claim.pinned_at(period) else {
        let withdrawn = claim.withdrawn.iter().filter(|month| **month <= period).max().copied().unwrap_or(period);
        return t!("scoring.stopped.withdrawn", month = withdrawn.number());
    };
    let Some(approved) = project.pinned_at(period) else { return t!("scoring.stopped.not_approved") };
    let reached = Stage::from_code(claimed.fields.text(stage::field::STAGE));
    if let Some(other) = reached.filter(|reached| *reached != filter.stage) {
        return t!("scoring.stopped.stage", stage = t!(&format!("option.stage.{}", other.code())));
    }
    let struck = |record: &Record| {
        record.kind == RecordKind::Inspection && incident::strikes(&subject.scheme.removed_by, record, period)
    };
    if subject.replica.about(project.id).any(struck) {
        return t!("scoring.stopped.struck");
    }
    // What the rule admits and nevertheless does not count here is counted elsewhere.
    let elsewhere = if is_event {
        "scoring.stopped.larger_bonus"
    } else if gives_way(project) {
        "scoring.stopped.merged"
    } else {
        "scoring.stopped.twin"
    };
    refused(filter, &Project::read(&approved.fields)).unwrap_or_else(|| t!(elsewhere))
}

/// What a filter finds wanting in a project.
fn refused(filter: &Filter, project: &Project<'_>) -> Option<String> {
    if !filter.categories.is_empty() && project.category.is_none_or(|category| !filter.categories.contains(&category)) {
        return Some(match project.category {
            Some(category) => {
                t!("scoring.stopped.category", category = t!(&format!("option.category.{}", category.code())))
            }
            None => t!("scoring.stopped.no_category"),
        });
    }
    let name = |flag: &String| t!(&format!("option.flags.{flag}"));
    if let Some(flag) = filter.flags.iter().find(|flag| !project.has(flag)) {
        return Some(t!("scoring.stopped.flag_missing", flag = name(flag)));
    }
    if let Some(flag) = filter.without.iter().find(|flag| project.has(flag)) {
        return Some(t!("scoring.stopped.flag_set", flag = name(flag)));
    }
    if filter.admits(project) {
        return None;
    }
    let total = project.total_investment.unwrap_or_default();
    match filter
        .thresholds
        .iter()
        .filter(|threshold| threshold.concerns(project))
        .map(|threshold| threshold.total)
        .min()
    {
        Some(least) => Some(t!("scoring.stopped.threshold", total = total.normalize(), least = least.normalize())),
        None => Some(t!("scoring.stopped.sector")),
    }
}
