//! Which step a person may take with a period.

use super::{History, Objection, Phase, Step, TEXT_CHARS_MAX, Timetable};
use crate::{
    api::ErrorCode,
    authorize::{Action, authorize},
    id::{Digest, UnitId},
    person::Person,
};

/// Why a step was refused: a code with its sentence and next step, and the field at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Why.
    pub code: ErrorCode,
    /// The field of the request that is at fault, where there is one.
    pub field: Option<&'static str>,
}

impl From<ErrorCode> for Refused {
    fn from(code: ErrorCode) -> Self {
        Self { code, field: None }
    }
}

/// What a step is judged by.
#[derive(Clone, Copy, Debug)]
pub struct Situation<'a> {
    /// What was done to the period.
    pub history: &'a History,
    /// Its calendar.
    pub timetable: &'a Timetable,
    /// The time, ms since 1970.
    pub now_ms: u64,
    /// The digest of the figures as they are now.
    pub digest: Digest,
}

/// Whether a person may take a step.
///
/// # Errors
/// The first reason that forbids it.
pub fn decide(person: &Person, step: &Step, at: &Situation<'_>) -> Result<(), Refused> {
    if !authorize(person, action(step)) {
        return Err(ErrorCode::Forbidden.into());
    }
    let phase = at.history.phase(at.timetable, at.now_ms);
    match step {
        Step::Propose { digest } => {
            may_freeze(phase).and_then(|()| is_answered(at)).and_then(|()| is_seen(*digest, at))
        }
        Step::Decline => proposal(at).map(|_| ()),
        Step::Confirm { digest } => {
            may_freeze(phase)?;
            is_answered(at)?;
            let proposal = proposal(at)?;
            if proposal.by.person == person.id {
                return Err(ErrorCode::SecondPerson.into());
            }
            is_seen(proposal.digest, at).and_then(|()| is_seen(*digest, at))
        }
        Step::Publish => match phase {
            Phase::Frozen => Ok(()),
            Phase::Published => Err(ErrorCode::PeriodPublished.into()),
            Phase::Upcoming | Phase::Open | Phase::LateArrivals | Phase::Objections | Phase::Due | Phase::Reopened => {
                Err(ErrorCode::PeriodNotFrozen.into())
            }
        },
        Step::Reopen { reason } => {
            if !at.history.is_frozen() {
                return Err(ErrorCode::PeriodNotFrozen.into());
            }
            is_said("reason", reason)
        }
        Step::Object { text, .. } => {
            if phase != Phase::Objections {
                return Err(ErrorCode::ObjectionsClosed.into());
            }
            is_said("text", text)
        }
        Step::Answer { objection, text, .. } => may_answer(person, *objection, text, at),
        Step::Appeal { unit, objection, text } => may_appeal(*unit, *objection, text, at),
        Step::Rule { objection, text, .. } => may_rule(person, *objection, text, at),
    }
}

const fn action(step: &Step) -> Action {
    match step {
        Step::Propose { .. } | Step::Confirm { .. } | Step::Decline => Action::FreezePeriod,
        Step::Publish => Action::PublishPeriod,
        Step::Reopen { .. } => Action::CorrectPeriod,
        Step::Object { unit, .. } | Step::Appeal { unit, .. } => Action::Object(*unit),
        Step::Rule { .. } => Action::RuleAppeal,
        Step::Answer { .. } => Action::AnswerObjection,
    }
}

fn may_freeze(phase: Phase) -> Result<(), Refused> {
    match phase {
        Phase::Due | Phase::Reopened => Ok(()),
        Phase::Upcoming | Phase::Open | Phase::LateArrivals | Phase::Objections => Err(ErrorCode::PeriodNotDue.into()),
        Phase::Frozen | Phase::Published => Err(ErrorCode::PeriodFrozen.into()),
    }
}

fn is_answered(at: &Situation<'_>) -> Result<(), Refused> {
    let objections = &at.history.objections;
    if objections.iter().any(|objection| objection.answer.is_none()) {
        return Err(ErrorCode::ObjectionsOpen.into());
    }
    let is_settled = objections.iter().all(|objection| objection.is_settled(at.now_ms));
    if is_settled { Ok(()) } else { Err(ErrorCode::AppealsOpen.into()) }
}

/// Both people freeze what they saw, and what they saw is what there is.
fn is_seen(seen: Digest, at: &Situation<'_>) -> Result<(), Refused> {
    if seen == at.digest { Ok(()) } else { Err(Refused { code: ErrorCode::ResultChanged, field: Some("digest") }) }
}

fn proposal<'a>(at: &Situation<'a>) -> Result<&'a super::Proposal, Refused> {
    at.history.proposal.as_ref().ok_or_else(|| ErrorCode::ProposalMissing.into())
}

fn may_answer(person: &Person, number: u32, text: &str, at: &Situation<'_>) -> Result<(), Refused> {
    let objection = objection(number, at)?;
    if objection.answer.is_some() {
        return Err(Refused { code: ErrorCode::Duplicate, field: Some("objection") });
    }
    if objection.by.person == person.id {
        return Err(ErrorCode::SecondPerson.into());
    }
    is_said("text", text)
}

/// The unit whose objection was turned down, once, in time, and before the figures are frozen.
fn may_appeal(unit: UnitId, number: u32, text: &str, at: &Situation<'_>) -> Result<(), Refused> {
    let objection = objection(number, at)?;
    if objection.unit != unit {
        return Err(ErrorCode::Forbidden.into());
    }
    if objection.appeal.is_some() {
        return Err(Refused { code: ErrorCode::Duplicate, field: Some("objection") });
    }
    if at.history.is_frozen() || !objection.may_be_appealed(at.now_ms) {
        return Err(ErrorCode::AppealsClosed.into());
    }
    is_said("text", text)
}

/// Neither who appealed nor who gave the answer that it is against.
fn may_rule(person: &Person, number: u32, text: &str, at: &Situation<'_>) -> Result<(), Refused> {
    let objection = objection(number, at)?;
    let appeal = objection.appeal.as_ref().ok_or(Refused { code: ErrorCode::NotFound, field: Some("objection") })?;
    if appeal.ruling.is_some() {
        return Err(Refused { code: ErrorCode::Duplicate, field: Some("objection") });
    }
    let answered = objection.answer.as_ref().map(|answer| answer.by.person);
    if appeal.by.person == person.id || objection.by.person == person.id || answered == Some(person.id) {
        return Err(ErrorCode::SecondPerson.into());
    }
    is_said("text", text)
}

fn objection<'a>(number: u32, at: &Situation<'a>) -> Result<&'a Objection, Refused> {
    let of_number = at.history.objections.iter().find(|objection| objection.number == number);
    of_number.ok_or(Refused { code: ErrorCode::NotFound, field: Some("objection") })
}

fn is_said(field: &'static str, text: &str) -> Result<(), Refused> {
    let is_said = !text.trim().is_empty() && text.chars().count() <= TEXT_CHARS_MAX;
    if is_said { Ok(()) } else { Err(Refused { code: ErrorCode::InvalidField, field: Some(field) }) }
}
