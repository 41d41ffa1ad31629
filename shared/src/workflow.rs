//! The life cycle of a record: states, steps and the guard that decides them.
//!
//! Edits merge; steps are decided by the server in sequence. The tablet runs the same guard to offer only the
//! steps that can succeed.

use serde::{Deserialize, Serialize};

mod batch;
pub mod visit;

pub use self::{
    batch::{Flaw, flawless},
    visit::Visit,
};
use crate::{
    authorize::{Action, authorize},
    calendar::Date,
    fields::Fields,
    id::Digest,
    issue::{Issue, Refusal, RefusalCode, Severity},
    merge::replica::Replica,
    person::{Duty, Person, Role},
    project::{Category, field},
    record::{Record, RecordKind},
    report, stage,
    stage::Stage,
    validate,
};

/// Where a record stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// 草稿.
    Draft,
    /// 已提交, 待单位审核.
    Submitted,
    /// 单位已审; 待认定 where the kind is verified.
    Reviewed,
    /// 待现场核查.
    OnSiteCheck,
    /// 认定通过.
    Verified,
    /// 退回.
    Returned,
    /// 核减: no longer counts.
    Withdrawn,
}

impl State {
    /// Every state, in the order of the life cycle.
    pub const ALL: [Self; 7] = [
        Self::Draft,
        Self::Submitted,
        Self::Reviewed,
        Self::OnSiteCheck,
        Self::Verified,
        Self::Returned,
        Self::Withdrawn,
    ];

    /// The code in JSON and catalogue keys.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted => "submitted",
            Self::Reviewed => "reviewed",
            Self::OnSiteCheck => "on_site_check",
            Self::Verified => "verified",
            Self::Returned => "returned",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The catalogue key of its name.
    pub const fn label_key(self) -> &'static str {
        match self {
            Self::Draft => "term.state.draft",
            Self::Submitted => "term.state.submitted",
            Self::Reviewed => "term.state.reviewed",
            Self::OnSiteCheck => "term.state.on_site_check",
            Self::Verified => "term.state.verified",
            Self::Returned => "term.state.returned",
            Self::Withdrawn => "term.state.withdrawn",
        }
    }
}

/// Why a record was returned or withdrawn, or what was found on site.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Reason {
    /// What the judge writes.
    pub text: String,
    /// The fields at fault.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
    /// When the text is what was found on site: the visit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visit: Option<Visit>,
}

/// What a step asks for.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Who asks.
    pub person: &'a Person,
    /// The state asked for.
    pub to: State,
    /// Why, where it was said.
    pub reason: Option<&'a Reason>,
    /// What the person saw.
    pub revision: Digest,
}

/// Decides a step.
///
/// # Errors
/// The first reason that forbids it; for an incomplete record with the issues to mend.
pub fn decide(replica: &Replica, record: &Record, request: &Request<'_>, now_ms: u64) -> Result<(), Refusal> {
    let from = record.state();
    if record.removed || !leads_to(record.kind, from, request.to) {
        return Err(RefusalCode::WrongState.into());
    }
    allow_person(replica, record, request)?;
    if request.revision != record.revision() {
        return Err(RefusalCode::RevisionChanged.into());
    }
    let needs_reason = matches!(request.to, State::Returned | State::Withdrawn);
    if needs_reason && request.reason.is_none_or(|reason| reason.text.trim().is_empty()) {
        return Err(RefusalCode::ReasonMissing.into());
    }
    if from == State::OnSiteCheck {
        visit::check(request.reason, now_ms)?;
    }
    match request.to {
        State::Submitted => complete(replica, record, now_ms),
        State::Verified => project_is_approved(replica, record),
        State::Draft | State::Reviewed | State::OnSiteCheck | State::Returned | State::Withdrawn => Ok(()),
    }
}

/// The steps that lead on from a state, for one kind of record.
pub fn leads_to(kind: RecordKind, from: State, to: State) -> bool {
    let is_verified_kind = kind.final_state() == State::Verified;
    match (from, to) {
        (State::Draft | State::Returned | State::Withdrawn, State::Submitted)
        | (State::Submitted, State::Draft | State::Reviewed | State::Returned) => true,
        (State::Reviewed, State::OnSiteCheck | State::Verified | State::Returned)
        | (State::OnSiteCheck, State::Verified | State::Returned)
        | (State::Verified, State::Withdrawn) => is_verified_kind,
        (State::Reviewed, State::Withdrawn) => kind == RecordKind::Inspection,
        _ => false,
    }
}

/// Who answers for verifying a record; `None` for kinds that the unit's own review settles, and while the
/// project's category is open.
pub fn verifying_duty(replica: &Replica, record: &Record) -> Option<Duty> {
    match record.kind {
        RecordKind::StageClaim => {
            if Stage::from_code(record.value(stage::field::STAGE).as_text()?) == Some(Stage::Landed) {
                return Some(Duty::Landing);
            }
            let project = replica.project_of(record)?;
            Category::from_code(project.value(field::CATEGORY).as_text()?).map(Duty::from)
        }
        RecordKind::IndicatorReport => Some(indicator_duty(record.value(report::indicator::INDICATOR).as_text()?)),
        RecordKind::Project
        | RecordKind::MonthlyReport
        | RecordKind::ServiceVisit
        | RecordKind::ServiceIssue
        | RecordKind::Inspection => None,
    }
}

fn indicator_duty(indicator: &str) -> Duty {
    if indicator == "new_commerce_above_quota" { Duty::Commerce } else { Duty::Innovation }
}

/// The issues that must be mended before a record can be submitted, with those worth a second look.
pub fn issues(replica: &Replica, record: &Record, now_ms: u64) -> Vec<Issue> {
    validate::validate(record.kind, &record.fields(), &context_of(replica, record, now_ms))
}

/// What a record's validation must know of its surroundings.
pub fn context_of(replica: &Replica, record: &Record, now_ms: u64) -> validate::Context {
    let project = replica.project_of(record).filter(|project| project.id != record.id);
    let earlier = project.into_iter().flat_map(|project| replica.about(project.id));
    let reports: Vec<Fields> = earlier
        .filter(|other| other.kind == RecordKind::MonthlyReport && other.id != record.id)
        .map(Record::fields)
        .collect();
    let stages = project.into_iter().flat_map(|project| stages_of(replica, project, record)).collect();
    let files = record.attachments.clone();
    validate::Context { now_ms, project: project.map(Record::fields), stages, reports, files, campaign: None }
}

/// The stages a project's claims name, with their days: all but withdrawn ones and `record` itself.
fn stages_of(replica: &Replica, project: &Record, record: &Record) -> Vec<(Stage, Date)> {
    let claims =
        replica.about(project.id).filter(|claim| claim.kind == RecordKind::StageClaim && claim.id != record.id);
    let standing = claims.filter(|claim| claim.expected_state() != State::Withdrawn).map(Record::fields);
    standing
        .filter_map(|fields| {
            Some((Stage::from_code(fields.text(stage::field::STAGE))?, fields.date(stage::field::REACHED_ON)?))
        })
        .collect()
}

fn allow_person(replica: &Replica, record: &Record, request: &Request<'_>) -> Result<(), RefusalCode> {
    let person = request.person;
    let is_own_unit = person.unit == record.unit;
    let judges = match (record.state(), request.to) {
        // One of the offices files a finding, another person of theirs confirms it.
        _ if record.kind == RecordKind::Inspection => {
            let may = authorize(person, Action::EditRecord(record.kind, record.unit));
            if matches!(request.to, State::Submitted | State::Draft) {
                return may.then_some(()).ok_or(RefusalCode::NotAllowed);
            }
            may
        }
        (_, State::Submitted | State::Draft) => {
            let files = person.is(Role::Filer) || person.is(Role::UnitReviewer);
            return if !is_own_unit {
                Err(RefusalCode::NotTheOwner)
            } else if files {
                Ok(())
            } else {
                Err(RefusalCode::NotAllowed)
            };
        }
        (State::Submitted, _) => is_own_unit && person.is(Role::UnitReviewer),
        (_, State::Withdrawn) => {
            person.is(Role::CampaignOffice) || verifying_duty(replica, record).is_some_and(|duty| person.verifies(duty))
        }
        // Whoever was on site says what there is: the department, or the inspectors.
        (State::OnSiteCheck, _) => may_visit(replica, record, person),
        _ => verifying_duty(replica, record).is_some_and(|duty| person.verifies(duty)),
    };
    if !judges {
        return Err(RefusalCode::NotAllowed);
    }
    let reviewed_it = record.steps.values().any(|step| step.to == State::Reviewed && step.author == person.id);
    let is_own_work = record.is_work_of(person.id) || (request.to == State::Verified && reviewed_it);
    if is_own_work { Err(RefusalCode::OwnWork) } else { Ok(()) }
}

/// Whether a person may go and look at what a record claims, and say what is there.
pub fn may_visit(replica: &Replica, record: &Record, person: &Person) -> bool {
    record.state() == State::OnSiteCheck
        && (person.is(Role::Inspector) || verifying_duty(replica, record).is_some_and(|duty| person.verifies(duty)))
}

fn complete(replica: &Replica, record: &Record, now_ms: u64) -> Result<(), Refusal> {
    let mut issues = issues(replica, record, now_ms);
    issues.retain(|issue| issue.severity == Severity::Error);
    if issues.is_empty() { Ok(()) } else { Err(Refusal { code: RefusalCode::Incomplete, issues }) }
}

fn project_is_approved(replica: &Replica, record: &Record) -> Result<(), Refusal> {
    if record.kind != RecordKind::StageClaim {
        return Ok(());
    }
    let approved = replica.project_of(record).is_some_and(|project| !project.pinned.is_empty());
    if approved { Ok(()) } else { Err(RefusalCode::ProjectNotApproved.into()) }
}
