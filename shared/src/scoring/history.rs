//! A project's history in a campaign's year. It is folded together with its claims and reports, once: every
//! revision becomes the months in which it counts, and all figures follow from those.

use std::ops::Range;

use rust_decimal::Decimal;

use super::{
    identity::{self, add_signs},
    incident::{self, Incident},
    lookup::Lookup,
    measure::{Measure, Rate},
    worth::Worth,
    yields::{Contribution, END, Mark, Yield, counting, latest, number_in, revisions},
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

/// How many indicators look at a stage of a project, as a rule: room made in one piece is made faster.
const USUAL_INDICATORS: usize = 4;

/// A project with everything about it. Months are numbers of the campaign's year; 0 stands for all before it.
pub(super) struct History<'a> {
    lookup: &'a Lookup<'a>,
    project: &'a Record,
    /// The project's approved contents, and the months in which each counts; none for some.
    revisions: Vec<(Project<'a>, Range<u8>)>,
    claims: Vec<&'a Record>,
    /// Stages that were verified, and the months in which each claim's revision counts.
    stages: Vec<Verified>,
    /// The monthly report of each month.
    reports: [Option<&'a Record>; 12],
    inspections: Vec<&'a Record>,
    /// Months in which another project that was approved earlier is the same one.
    is_second: [bool; 13],
    /// Months in which a finding has taken it out of the count.
    is_struck: [bool; 13],
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
    /// The history of a project, from the claims, reports and inspections about it. `twins` are projects that may
    /// be the same one.
    pub(super) fn of(
        lookup: &'a Lookup<'a>,
        project: &'a Record,
        about: impl IntoIterator<Item = &'a Record>,
        twins: &[RecordId],
    ) -> Self {
        let year = lookup.year;
        let revisions = revisions(project, year).map(|(pinned, months)| (Project::read(&pinned.fields), months));
        let mut history = Self {
            lookup,
            project,
            revisions: revisions.collect(),
            claims: Vec::new(),
            stages: Vec::new(),
            reports: [None; 12],
            inspections: Vec::new(),
            is_second: [false; 13],
            is_struck: [false; 13],
        };
        about.into_iter().for_each(|record| history.add(record));
        let december = Month::january(year).previous();
        let months = || std::iter::once(december).chain((1..END).filter_map(|number| Month::new(year, number)));
        if !twins.is_empty() {
            for (second, month) in history.is_second.iter_mut().zip(months()) {
                *second = identity::is_second(lookup.replica, project, twins, month);
            }
        }
        if !history.inspections.is_empty() {
            for (struck, month) in history.is_struck.iter_mut().zip(months()) {
                let strikes = |inspection: &&Record| incident::strikes(&lookup.scheme.removed_by, inspection, month);
                *struck = history.inspections.iter().any(strikes);
            }
        }
        history
    }

    fn add(&mut self, record: &'a Record) {
        let year = self.lookup.year;
        match record.kind {
            RecordKind::StageClaim => {
                self.claims.push(record);
                self.stages.extend(counting(record, year).filter_map(|(pinned, months)| {
                    let stage = Stage::from_code(pinned.fields.text(stage::field::STAGE))?;
                    let order = (pinned.sequence, record.id);
                    Some(Verified { stage, months, order, is_of_year: pinned.month.year() == year })
                }));
            }
            RecordKind::MonthlyReport => {
                let place = record.period.filter(|period| period.year() == year).map(|period| period.number() - 1);
                if let Some(report) = place.and_then(|place| self.reports.get_mut(usize::from(place))) {
                    report.get_or_insert(record);
                }
            }
            RecordKind::Inspection => self.inspections.push(record),
            RecordKind::Project | RecordKind::IndicatorReport | RecordKind::ServiceVisit | RecordKind::ServiceIssue => {
            }
        }
    }

    /// What may tell that another project is the same one.
    pub(super) fn signs(&self) -> Vec<u64> {
        let mut signs = Vec::new();
        for (project, _) in &self.revisions {
            add_signs(project, &mut signs);
        }
        signs
    }

    /// Everything that the project with its claims, reports and inspections adds.
    pub(super) fn put_in(&self, found: &mut Yield) {
        found.contributions.reserve(self.stages.len() * USUAL_INDICATORS);
        found.marks.reserve(self.claims.len() + self.reports.len());
        self.contribute(found);
        self.mark_reports(found);
        self.mark_decisions(&mut found.marks);
        let reports = self.reports.iter().copied().flatten();
        for record in self.claims.iter().copied().chain(reports) {
            found.contributions.extend(incident::returned_twice(self.lookup, record));
        }
        for inspection in &self.inspections {
            found.inspect(self.lookup, inspection, Some(self.project));
        }
        if self.lookup.asks_for_worth {
            let is_out = |month: u8| self.is_second_in(month) || self.is_struck_in(month);
            Worth { lookup: self.lookup, project: self.project, is_out: &is_out }.put_in(found);
        }
    }

    /// Each stage counts while it stands verified in the year, with the project's content of the month.
    fn contribute(&self, found: &mut Yield) {
        let mut events = Vec::new();
        for (project, months) in &self.revisions {
            let parts = self.lookup.parts(project.credit);
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
                    let counted = self.count(project, stage, (from, month - 1), verified.order.1);
                    for (is_event, contribution) in counted {
                        if is_event {
                            events.push(contribution);
                        } else {
                            found.credit(self.project.unit, &parts, contribution);
                        }
                    }
                }
            }
        }
        found.contributions.extend(self.largest(events));
    }

    /// A project earns only its largest bonus: in each month, of several events the one that the scheme of its
    /// unit's group gives most for.
    fn largest(&self, events: Vec<Contribution>) -> Vec<Contribution> {
        let first = events.first().map(|event| event.indicator);
        if events.iter().all(|event| Some(event.indicator) == first) {
            return events;
        }
        let group = self.lookup.group(self.project.unit);
        let worth = |event: &Contribution| group.map(|group| self.lookup.scheme.event_worth(group, event.indicator));
        let of_month = |month: u8| {
            let standing = events.iter().filter(|event| (event.from..=event.until).contains(&month));
            let best = standing.min_by_key(|event| (std::cmp::Reverse(worth(event)), event.indicator))?;
            Some(Contribution { from: month, until: month, ..best.clone() })
        };
        (1..END).filter_map(of_month).collect()
    }

    /// One stage over months in which neither the claim nor the project's content changes.
    fn count(
        &self,
        project: &Project<'_>,
        stage: Stage,
        (from, until): (u8, u8),
        record: RecordId,
    ) -> impl Iterator<Item = (bool, Contribution)> {
        self.lookup.over_projects(stage).filter_map(move |(indicator, measure)| {
            measure.filter().filter(|filter| filter.admits(project))?;
            let is_sum = matches!(measure, Measure::Sum(_));
            let amount = if is_sum { project.total_investment.unwrap_or_default() * YI_PER_WAN } else { Decimal::ONE };
            let is_event = matches!(measure, Measure::Event(_));
            Some((is_event, Contribution { indicator, from, until, amount, record }))
        })
    }

    /// The claim that makes a stage count in a month. Verified in an earlier year: it happened, but it was
    /// counted then.
    fn counted(&self, stage: Stage, month: u8) -> Option<&Verified> {
        let is_out = self.is_second_in(month) || self.is_struck_in(month);
        self.reached(stage, month).filter(|verified| verified.is_of_year && !is_out)
    }

    /// The claim by which a stage is reached at the end of a month: of several, the one verified first.
    fn reached(&self, stage: Stage, month: u8) -> Option<&Verified> {
        let standing =
            self.stages.iter().filter(|verified| verified.stage == stage && verified.months.contains(&month));
        standing.min_by_key(|verified| verified.order)
    }

    /// A report is due for every month of construction: after the month of the verified start and up to the
    /// one in which the completion is verified.
    fn mark_reports(&self, found: &mut Yield) {
        for (month, report) in (1..END).zip(&self.reports) {
            if self.is_second_in(month)
                || self.is_struck_in(month)
                || self.reached(Stage::Started, month - 1).is_none()
                || self.reached(Stage::Completed, month - 1).is_some()
            {
                continue;
            }
            let deadline_ms = self.lookup.deadline_ms(month);
            let submitted = report.and_then(Record::first_submitted);
            let is_in_time = submitted.is_some_and(|stamp| stamp.ms() <= deadline_ms);
            let is_done = is_in_time && report.is_some_and(|report| latest(report).is_some());
            let record = report.map_or(self.project.id, |report| report.id);
            if !is_in_time {
                // What came late within its month is known then; what is still missing at its end, a month later.
                // So a report that is not due yet costs nothing, and what was counted once stays as it was.
                let came =
                    submitted.is_some_and(|stamp| number_in(self.lookup.year, Month::of_ms(stamp.ms())) <= month);
                let known = if came { month } else { (month + 1).min(END - 1) };
                found.contributions.extend(incident::event(self.lookup, Incident::LateReport, known, record));
            }
            found.marks.push(Mark { unit: self.project.unit, rate: Rate::Reports, month, is_done, record });
        }
    }

    /// Decisions are credited to the department that led an indicator of the claim's stage and the project's
    /// category when the claim was decided.
    fn mark_decisions(&self, marks: &mut Vec<Mark>) {
        for claim in &self.claims {
            let Some(decision) = Decision::on(claim).filter(|decision| decision.month.year() == self.lookup.year)
            else {
                continue;
            };
            let month = decision.month.number();
            let decided = self.revisions.iter().find(|(_, months)| months.contains(&month));
            let category = decided.and_then(|(project, _)| project.category);
            // What was judged, where it was: a value written since then moves nothing.
            let judged = claim.pinned.last().map(|pinned| pinned.fields.get(stage::field::STAGE));
            let named = judged.unwrap_or_else(|| claim.value(stage::field::STAGE));
            let stage = named.as_text().and_then(Stage::from_code);
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

    fn is_struck_in(&self, month: u8) -> bool {
        self.is_struck.get(usize::from(month)).copied().unwrap_or_default()
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
        let decided = claim.steps.after(sequence).find(|step| matches!(step.to, State::Verified | State::Returned))?;
        let month = Month::of_ms(decided.stamp.ms());
        let is_in_time = decided.stamp.ms().saturating_sub(reviewed.stamp.ms()) <= VERIFY_WITHIN_MS;
        let stands = claim.withdrawn.iter().all(|withdrawn| *withdrawn < month);
        Some(Self { month, is_good: is_in_time && stands })
    }
}
