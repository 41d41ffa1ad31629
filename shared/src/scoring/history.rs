//! A project's history in a campaign's year. It is folded together with its claims and reports, once: every
//! revision becomes the months in which it counts, and all figures follow from those.

use std::ops::Range;

use rust_decimal::Decimal;

use super::{
    identity,
    lookup::Lookup,
    measure::{Measure, Rate},
    yields::{Contribution, END, Mark, counting, latest},
};
use crate::{
    calendar::Month,
    id::RecordId,
    project::Project,
    record::{Record, RecordKind},
    stage::{self, Stage},
    workflow::State,
};

/// 亿元, the unit of targets and results, in one 万元.
const YI_PER_WAN: Decimal = Decimal::from_parts(1, 0, 0, false, 4);

/// Days that a verifying department has for a decision [default].
const VERIFY_WITHIN_MS: u64 = 10 * 24 * 3600 * 1000;

/// A project with everything about it. Months are numbers of the campaign's year; 0 stands for all before it.
pub(super) struct History<'a> {
    lookup: &'a Lookup<'a>,
    project: &'a Record,
    /// The project's approved content, and the months in which each revision counts.
    revisions: Vec<(Project, Range<u8>)>,
    claims: Vec<&'a Record>,
    /// Stages that were verified, and the months in which each claim's revision counts.
    stages: Vec<Verified>,
    /// The monthly report of each month.
    reports: [Option<&'a Record>; 12],
    /// Months in which another project that was approved earlier is the same one.
    is_second: [bool; 13],
}

/// A claim's revision that was verified.
struct Verified {
    stage: Stage,
    months: Range<u8>,
    /// Of several claims of a stage the one verified first counts.
    order: (u64, RecordId),
    is_of_year: bool,
}

impl<'a> History<'a> {
    pub(super) fn of(lookup: &'a Lookup<'a>, project: &'a Record, twins: &[RecordId]) -> Self {
        let year = lookup.year;
        let mut history = Self {
            lookup,
            project,
            revisions: counting(project, year)
                .map(|(pinned, months)| (Project::read(&pinned.fields), months))
                .collect(),
            claims: Vec::new(),
            stages: Vec::new(),
            reports: [None; 12],
            is_second: [false; 13],
        };
        for record in lookup.replica.about(project.id) {
            match record.kind {
                RecordKind::StageClaim => history.claims.push(record),
                RecordKind::MonthlyReport => {
                    let place = record.period.filter(|period| period.year() == year).map(|period| period.number() - 1);
                    if let Some(report) = place.and_then(|place| history.reports.get_mut(usize::from(place))) {
                        report.get_or_insert(record);
                    }
                }
                RecordKind::Project
                | RecordKind::IndicatorReport
                | RecordKind::ServiceVisit
                | RecordKind::ServiceIssue
                | RecordKind::Inspection => {}
            }
        }
        for claim in &history.claims {
            history.stages.extend(counting(claim, year).filter_map(|(pinned, months)| {
                let stage = Stage::from_code(pinned.fields.text(stage::field::STAGE))?;
                let order = (pinned.sequence, claim.id);
                Some(Verified { stage, months, order, is_of_year: pinned.month.year() == year })
            }));
        }
        if !twins.is_empty() {
            let december = Month::january(year).previous();
            let months = std::iter::once(december).chain((1..END).filter_map(|number| Month::new(year, number)));
            for (second, month) in history.is_second.iter_mut().zip(months) {
                *second = identity::is_second(lookup.replica, project, twins, month);
            }
        }
        history
    }

    /// Each stage counts while it stands verified in the year, with the project's content of the month.
    pub(super) fn contribute(&self, contributions: &mut Vec<Contribution>) {
        for (project, months) in &self.revisions {
            let is_claimed = |stage: &Stage| self.stages.iter().any(|verified| verified.stage == *stage);
            for stage in Stage::ALL.into_iter().filter(is_claimed) {
                let mut month = months.start.max(1);
                while month < months.end {
                    let Some(verified) = self.counted(stage, month) else {
                        month += 1;
                        continue;
                    };
                    let from = month;
                    while month < months.end
                        && self.counted(stage, month).is_some_and(|other| other.order == verified.order)
                    {
                        month += 1;
                    }
                    self.count(project, stage, (from, month - 1), verified.order.1, contributions);
                }
            }
        }
    }

    /// One stage over months in which neither the claim nor the project's content changes.
    fn count(
        &self,
        project: &Project,
        stage: Stage,
        (from, until): (u8, u8),
        record: RecordId,
        contributions: &mut Vec<Contribution>,
    ) {
        for (indicator, measure) in self.lookup.over_projects(stage) {
            let (filter, amount) = match measure {
                Measure::Count(filter) | Measure::Event(filter) => (filter, Decimal::ONE),
                Measure::Sum(filter) => (filter, project.total_investment.unwrap_or_default() * YI_PER_WAN),
                Measure::Reported { .. } | Measure::Rate { .. } => continue,
            };
            if filter.admits(project) {
                contributions.push(Contribution { indicator, from, until, amount, record });
            }
        }
    }

    /// The claim that makes a stage count in a month. Verified in an earlier year: it happened, but it was
    /// counted then.
    fn counted(&self, stage: Stage, month: u8) -> Option<&Verified> {
        self.reached(stage, month).filter(|verified| verified.is_of_year && !self.is_second_in(month))
    }

    /// The claim by which a stage is reached at the end of a month: of several, the one verified first.
    fn reached(&self, stage: Stage, month: u8) -> Option<&Verified> {
        let standing =
            self.stages.iter().filter(|verified| verified.stage == stage && verified.months.contains(&month));
        standing.min_by_key(|verified| verified.order)
    }

    /// A report is due for every month of construction: after the month of the verified start and up to the
    /// one in which the completion is verified.
    pub(super) fn mark_reports(&self, marks: &mut Vec<Mark>) {
        for (month, report) in (1..END).zip(&self.reports) {
            if self.is_second_in(month)
                || self.reached(Stage::Started, month - 1).is_none()
                || self.reached(Stage::Completed, month - 1).is_some()
            {
                continue;
            }
            let deadline_ms = self.lookup.deadline_ms(month);
            let is_done = report.is_some_and(|report| {
                let is_in_time = report.first_submitted().is_some_and(|stamp| stamp.ms() <= deadline_ms);
                is_in_time && latest(report).is_some()
            });
            let record = report.map_or(self.project.id, |report| report.id);
            marks.push(Mark { unit: self.project.unit, rate: Rate::Reports, month, is_done, record });
        }
    }

    /// Decisions are credited to the department that led an indicator of the claim's stage and the project's
    /// category when the claim was decided.
    pub(super) fn mark_decisions(&self, marks: &mut Vec<Mark>) {
        for claim in &self.claims {
            let Some(decision) = Decision::on(claim).filter(|decision| decision.month.year() == self.lookup.year)
            else {
                continue;
            };
            let month = decision.month.number();
            let decided = self.revisions.iter().find(|(_, months)| months.contains(&month));
            let category = decided.and_then(|(project, _)| project.category);
            let stage = claim.value(stage::field::STAGE).as_text().and_then(Stage::from_code);
            let lead = stage.and_then(|stage| self.lookup.lead(stage, category));
            marks.extend(lead.map(|unit| Mark {
                unit,
                rate: Rate::Verification,
                month,
                is_done: decision.is_good,
                record: claim.id,
            }));
        }
    }

    fn is_second_in(&self, month: u8) -> bool {
        self.is_second.get(usize::from(month)).copied().unwrap_or_default()
    }
}

/// A department's decision on a claim.
struct Decision {
    month: Month,
    /// It came in time and was not taken back.
    is_good: bool,
}

impl Decision {
    fn on(claim: &Record) -> Option<Self> {
        let (sequence, reviewed) = claim.steps.iter().rev().find(|(_, step)| step.to == State::Reviewed)?;
        let mut later = claim.steps.range(sequence + 1..).map(|(_, step)| step);
        let decided = later.find(|step| matches!(step.to, State::Verified | State::Returned))?;
        let month = Month::of_ms(decided.stamp.ms());
        let is_in_time = decided.stamp.ms().saturating_sub(reviewed.stamp.ms()) <= VERIFY_WITHIN_MS;
        let stands = claim.withdrawn.iter().all(|withdrawn| *withdrawn < month);
        Some(Self { month, is_good: is_in_time && stands })
    }
}
