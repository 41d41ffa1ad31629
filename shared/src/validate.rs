//! Validation: (record's fields, context) → issues per field. It never fails.
//!
//! What every form asks (required, lengths, figures, choices) is checked by walking the form's declaration;
//! what one kind of record adds stands in the file of that kind.

mod consequence;
mod credit_code;
mod general;
mod inspection;
mod project;
mod project_code;
mod report;
mod service;
mod stage;

pub use consequence::{Consequence, consequences};
pub use credit_code::{CreditCodeError, check_credit_code};
pub use project_code::{ProjectCodeError, check_project_code};

use crate::{
    attachment::Attachments,
    calendar::{Date, Month},
    campaign::Campaign,
    fields::Fields,
    form::form,
    issue::{Issue, Severity},
    record::RecordKind,
    stage::Stage,
    t,
};

/// What a record's validation must know of its surroundings.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// Now by the server's clock, ms since 1970.
    pub now_ms: u64,
    /// The project that a claim or monthly report is about.
    pub project: Option<Fields>,
    /// The stages that the project's other claims name, with their days; withdrawn claims left out.
    pub stages: Vec<(Stage, Date)>,
    /// The project's other monthly reports.
    pub reports: Vec<Fields>,
    /// The files that hang on the record.
    pub files: Attachments,
    /// Region code and year of the campaign, where they are known. They only ever add warnings, so that a
    /// judge without them accepts the same records.
    pub campaign: Option<(String, u16)>,
}

impl Context {
    /// With the campaign that the record belongs to.
    #[must_use]
    pub fn in_campaign(mut self, campaign: &Campaign) -> Self {
        self.campaign = Some((campaign.region.clone(), campaign.year));
        self
    }

    /// Whether the project's works had begun by the end of a month: a claim names a day, or it was planned for
    /// an earlier year (续建).
    fn is_started_by(&self, period: Month) -> bool {
        let claimed = self.stages.iter().any(|(stage, day)| *stage >= Stage::Started && day.month() <= period);
        let planned = self.project.as_ref().and_then(|project| project.month(crate::project::field::PLANNED_START));
        claimed || planned.is_some_and(|start| start.year() < period.year())
    }

    fn today(&self) -> Date {
        Date::of_ms(self.now_ms)
    }
}

/// The issues of a record, in the form's order.
pub fn validate(kind: RecordKind, fields: &Fields, context: &Context) -> Vec<Issue> {
    let mut issues = general::check(form(kind), fields);
    match kind {
        RecordKind::Project => project::check(fields, context, &mut issues),
        RecordKind::MonthlyReport => report::check_monthly(fields, context, &mut issues),
        RecordKind::IndicatorReport => report::check_indicator(fields, context, &mut issues),
        RecordKind::StageClaim => stage::check(fields, context, &mut issues),
        RecordKind::ServiceVisit => service::check_visit(fields, context, &mut issues),
        RecordKind::ServiceIssue => service::check_issue(fields, context, &mut issues),
        RecordKind::Inspection => inspection::check(fields, context, &mut issues),
    }
    let position = |issue: &Issue| form(kind).fields().position(|field| field.name == issue.field);
    issues.sort_by_key(position);
    issues
}

/// How far a record is from being submitted: what the pill beside its title says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Completeness {
    /// Issues that must be mended first.
    pub errors: usize,
    /// Issues worth a second look.
    pub warnings: usize,
}

impl Completeness {
    /// Counts a record's issues.
    pub fn of(issues: &[Issue]) -> Self {
        let errors = issues.iter().filter(|issue| issue.severity == Severity::Error).count();
        Self { errors, warnings: issues.len() - errors }
    }

    /// Whether the record can be submitted.
    pub const fn is_complete(self) -> bool {
        self.errors == 0
    }

    /// What the pill says.
    pub fn label(self) -> String {
        match (self.errors, self.warnings) {
            (0, 0) => t!("form.complete"),
            (0, warnings) => t!("form.worth_a_look", count = warnings),
            (errors, _) => t!("form.to_mend", count = errors),
        }
    }
}
