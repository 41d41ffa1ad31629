//! Measures: what one project, visit, issue or report adds to which indicator, from which month on.

use std::collections::BTreeSet;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{figure, identity, scheme::Scheme};
use crate::{
    calendar::Month,
    campaign::deadline_ms,
    id::{RecordId, UnitId},
    merge::replica::Replica,
    project::{Category, Project},
    record::{Pinned, Record, RecordKind},
    service,
    stage::{self, Stage},
    workflow::State,
};

/// 万元 in one 亿元, the unit of targets and results.
const WAN_PER_YI: Decimal = Decimal::from_parts(10_000, 0, 0, false, 0);

/// Days that a verifying department has for a decision [default].
const VERIFY_WITHIN_MS: u64 = 10 * 24 * 3600 * 1000;

/// Where an indicator's figure comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Measure {
    /// Projects whose stage was verified this year.
    Count(Filter),
    /// Their total investment, in 亿元.
    Sum(Filter),
    /// Projects counted as events of a bonus: no target belongs to them.
    Event(Filter),
    /// The latest verified cumulative figure that the unit reported.
    Reported {
        /// What a figure that was not reported is.
        #[serde(default)]
        missing: Missing,
        /// Whether the figure may fall below zero (net growth).
        #[serde(default)]
        may_be_negative: bool,
    },
    /// A share of what was due in the month.
    Rate {
        /// Of what.
        of: Rate,
    },
}

/// What a figure that was not reported is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// Nothing was reached.
    #[default]
    Zero,
    /// The item does not apply.
    NotApplicable,
}

/// A monthly rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rate {
    /// Planned visits that took place.
    Visits,
    /// Issues due in the month that were closed in time.
    ServiceIssues,
    /// Projects under construction whose report came in time.
    Reports,
    /// Claims that a department decided in time and that stand.
    Verification,
}

/// Which projects count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// The stage that was verified.
    pub stage: Stage,
    /// One of these categories; any when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<Category>,
    /// All of these flags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<String>,
    /// None of these flags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub without: Vec<String>,
    /// At least one of these; any project when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub thresholds: Vec<Threshold>,
}

/// The least total investment, for all projects or for some sectors or flags.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// 万元.
    #[serde(deserialize_with = "figure::one")]
    pub total: Decimal,
    /// Section letters of 行业代码, such as `BCDE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sections: Option<String>,
    /// The flag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flag: Option<String>,
}

impl Filter {
    /// Whether a project that reached the stage counts.
    pub fn admits(&self, project: &Project) -> bool {
        let in_category =
            self.categories.is_empty() || project.category.is_some_and(|category| self.categories.contains(&category));
        in_category
            && self.flags.iter().all(|flag| project.has(flag))
            && !self.without.iter().any(|flag| project.has(flag))
            && (self.thresholds.is_empty() || self.thresholds.iter().any(|threshold| threshold.admits(project)))
    }
}

impl Threshold {
    fn admits(&self, project: &Project) -> bool {
        let in_section = self
            .sections
            .as_ref()
            .is_none_or(|sections| project.section.is_some_and(|section| sections.contains(section)));
        in_section
            && self.flag.as_ref().is_none_or(|flag| project.has(flag))
            && project.total_investment.is_some_and(|total| total >= self.total)
    }
}

/// What a project's verified stage adds to an indicator while it counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contribution {
    /// The indicator's place in the scheme.
    pub indicator: usize,
    /// The first month (1–12) in which it counts.
    pub from: u8,
    /// The last one.
    pub until: u8,
    /// 1 for a count, 亿元 for a sum.
    pub amount: Decimal,
    /// The claim.
    pub record: RecordId,
}

/// One thing that was due in a month, and whether it was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The unit whose rate it is.
    pub unit: UnitId,
    /// The rate it belongs to.
    pub rate: Rate,
    /// The month, 1–12.
    pub month: u8,
    /// Whether it was done.
    pub is_done: bool,
    /// The report, visit, issue or claim; the project where its report is missing.
    pub record: RecordId,
}

/// A unit's cumulative figure for one indicator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reported {
    /// The indicator's place in the scheme.
    pub indicator: usize,
    /// The month reported, 1–12.
    pub month: u8,
    /// The first month in which the report counts.
    pub from: u8,
    /// The last one.
    pub until: u8,
    /// The figure.
    pub figure: Decimal,
    /// The report.
    pub record: RecordId,
}

/// Everything that one record (a project with its claims and reports, or any other record) adds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Yield {
    /// Cumulative counts and sums.
    pub contributions: Vec<Contribution>,
    /// Of monthly rates.
    pub marks: Vec<Mark>,
    /// Reported figures.
    pub reported: Vec<Reported>,
}

/// What measuring must know beside the record itself.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The indicators.
    pub scheme: &'a Scheme,
    /// The campaign's year.
    pub year: u16,
    /// All records.
    pub replica: &'a Replica,
    /// Lead departments and the places of the indicators they lead.
    pub leads: &'a [(UnitId, Vec<usize>)],
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
            RecordKind::StageClaim | RecordKind::MonthlyReport => {}
        }
        found
    }
}

struct ProjectHistory<'a> {
    context: Context<'a>,
    project: &'a Record,
    twins: &'a BTreeSet<RecordId>,
}

/// A stage that counts in a month: which claim, and since when.
struct Reached<'a> {
    claim: &'a Record,
    pinned: &'a Pinned,
}

impl<'a> ProjectHistory<'a> {
    fn contributions(&self) -> Vec<Contribution> {
        let mut contributions = Vec::new();
        let starts = self.months_of_change();
        for (position, from) in starts.iter().copied().enumerate() {
            let until = starts.get(position + 1).map_or(12, |next| next - 1);
            self.contributions_between(from, until, &mut contributions);
        }
        contributions
    }

    /// Months (1–12) at whose end anything about the project may differ from the month before.
    fn months_of_change(&self) -> Vec<u8> {
        let claims = self.claims();
        let twins = self.twins.iter().filter_map(|id| self.context.replica.get(*id));
        let records = claims.chain(std::iter::once(self.project)).chain(twins);
        let moments = records
            .flat_map(|record| record.pinned.iter().map(|pinned| pinned.month).chain(record.withdrawn.iter().copied()));
        let mut months: Vec<u8> =
            moments.filter(|month| month.year() <= self.context.year).map(|month| self.number_in_year(month)).collect();
        months.sort_unstable();
        months.dedup();
        months
    }

    fn contributions_between(&self, from: u8, until: u8, contributions: &mut Vec<Contribution>) {
        let Some(period) = Month::new(self.context.year, from) else { return };
        let Some(pinned) = self.project.pinned_at(period) else { return };
        if self.is_second(period) {
            return;
        }
        let project = Project::read(&pinned.fields);
        for stage in Stage::ALL {
            // Verified in an earlier year: it happened, but it was counted then.
            let Some(reached) =
                self.reached(stage, period).filter(|reached| reached.pinned.month.year() == self.context.year)
            else {
                continue;
            };
            for (indicator, declared) in self.context.scheme.indicators.iter().enumerate() {
                let (filter, amount) = match &declared.measure {
                    Measure::Count(filter) | Measure::Event(filter) => (filter, Decimal::ONE),
                    Measure::Sum(filter) => (filter, project.total_investment.unwrap_or_default() / WAN_PER_YI),
                    Measure::Reported { .. } | Measure::Rate { .. } => continue,
                };
                if filter.stage == stage && filter.admits(&project) {
                    contributions.push(Contribution { indicator, from, until, amount, record: reached.claim.id });
                }
            }
        }
    }

    /// The claim by which a stage counts at the end of a month: of several, the one verified first.
    fn reached(&self, stage: Stage, period: Month) -> Option<Reached<'a>> {
        let standing =
            self.claims().filter_map(|claim| claim.pinned_at(period).map(|pinned| Reached { claim, pinned }));
        standing
            .filter(|reached| Stage::from_code(reached.pinned.fields.text(stage::field::STAGE)) == Some(stage))
            .min_by_key(|reached| (reached.pinned.sequence, reached.claim.id))
    }

    /// A report is due for every month of construction: after the month of the verified start and up to the
    /// one in which the completion is verified.
    fn report_marks(&self, marks: &mut Vec<Mark>) {
        if self.claims().next().is_none() {
            return;
        }
        for number in 1..=12 {
            let Some(month) = Month::new(self.context.year, number) else { continue };
            let before = month.previous();
            if self.is_second(month)
                || self.reached(Stage::Started, before).is_none()
                || self.reached(Stage::Completed, before).is_some()
            {
                continue;
            }
            let report = self.about(RecordKind::MonthlyReport).find(|report| report.period == Some(month));
            let is_done = report.is_some_and(|report| {
                let is_in_time = report.first_submitted().is_some_and(|stamp| stamp.ms() <= deadline_ms(month));
                is_in_time && latest(report).is_some()
            });
            marks.push(Mark {
                unit: self.project.unit,
                rate: Rate::Reports,
                month: number,
                is_done,
                record: report.map_or(self.project.id, |report| report.id),
            });
        }
    }

    /// Decisions are credited to the department that led an indicator of the claim's stage and the project's
    /// category when the claim was decided.
    fn decision_marks(&self, marks: &mut Vec<Mark>) {
        for claim in self.claims() {
            let Some(decision) = Decision::on(claim).filter(|decision| decision.month.year() == self.context.year)
            else {
                continue;
            };
            let stage = claim.value(stage::field::STAGE).as_text().and_then(Stage::from_code);
            let category =
                self.project.pinned_at(decision.month).and_then(|pinned| Project::read(&pinned.fields).category);
            let is_about = |indicator: &usize| {
                let measure = self.context.scheme.indicators.get(*indicator).map(|declared| &declared.measure);
                let Some(Measure::Count(filter)) = measure else { return false };
                let in_category = filter.categories.is_empty()
                    || category.is_some_and(|category| filter.categories.contains(&category));
                Some(filter.stage) == stage && in_category
            };
            let lead = self.context.leads.iter().find(|(_, led)| led.iter().any(is_about));
            marks.extend(lead.map(|(unit, _)| Mark {
                unit: *unit,
                rate: Rate::Verification,
                month: decision.month.number(),
                is_done: decision.is_good,
                record: claim.id,
            }));
        }
    }

    fn is_second(&self, period: Month) -> bool {
        identity::is_second(self.context.replica, self.project, self.twins, period)
    }

    fn claims(&self) -> impl Iterator<Item = &'a Record> + use<'a> {
        self.about(RecordKind::StageClaim)
    }

    fn about(&self, kind: RecordKind) -> impl Iterator<Item = &'a Record> + use<'a> {
        self.context.replica.about(self.project.id).filter(move |record| record.kind == kind)
    }

    fn number_in_year(&self, month: Month) -> u8 {
        if month.year() < self.context.year { 1 } else { month.number() }
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
