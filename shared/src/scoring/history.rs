//! A project's history: from which month on which of its stages counts, and which reports and decisions fell due.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::{
    identity,
    measure::{Measure, Rate},
    yields::{Context, Contribution, Mark, latest},
};
use crate::{
    calendar::Month,
    campaign::deadline_ms,
    id::RecordId,
    project::Project,
    record::{Pinned, Record, RecordKind},
    stage::{self, Stage},
    workflow::State,
};

/// 万元 in one 亿元, the unit of targets and results.
const WAN_PER_YI: Decimal = Decimal::from_parts(10_000, 0, 0, false, 0);

/// Days that a verifying department has for a decision [default].
const VERIFY_WITHIN_MS: u64 = 10 * 24 * 3600 * 1000;
pub(super) struct ProjectHistory<'a> {
    pub(super) context: Context<'a>,
    pub(super) project: &'a Record,
    pub(super) twins: &'a BTreeSet<RecordId>,
}

/// A stage that counts in a month: which claim, and since when.
struct Reached<'a> {
    claim: &'a Record,
    pinned: &'a Pinned,
}

impl<'a> ProjectHistory<'a> {
    pub(super) fn contributions(&self) -> Vec<Contribution> {
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
    pub(super) fn report_marks(&self, marks: &mut Vec<Mark>) {
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
    pub(super) fn decision_marks(&self, marks: &mut Vec<Mark>) {
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
