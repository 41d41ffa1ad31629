//! Who may do what to which: deny by default. Used by the server to refuse and by the app to hide.

use crate::{
    id::{Digest, UnitId},
    merge::operation::SCHEMA,
    person::{Person, Role},
    record::RecordKind,
};
use uuid::Uuid;

/// Something a person wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Read a record of a kind and unit.
    ReadRecord(RecordKind, UnitId),
    /// Read the files that hang on a record of a kind and unit: the evidence behind a score.
    ReadFile(RecordKind, UnitId),
    /// Create or edit a record of a kind and unit.
    EditRecord(RecordKind, UnitId),
    /// Read the ranking and its explanation.
    ReadRanking,
    /// Read all units' targets; everyone reads the own unit's.
    ReadTargets,
    /// See accounts and where they stand.
    ReadPeople,
    /// Create and change accounts and the devices they work on.
    ManagePeople,
    /// Confirm or decline what was granted to an account.
    ConfirmGrants,
    /// Add units to the campaign.
    ManageUnits,
    /// Read where the periods stand, and their published results.
    ReadPeriods,
    /// Read what units filed after a deadline.
    ReadLateArrivals,
    /// Propose, decline or confirm a freeze.
    FreezePeriod,
    /// Publish a frozen period.
    PublishPeriod,
    /// Take a frozen period up again.
    CorrectPeriod,
    /// Put another scheme or other targets in force.
    ManageRules,
    /// Object for a unit, and appeal against the answer.
    Object(UnitId),
    /// Answer an objection.
    AnswerObjection,
    /// Rule on an appeal.
    RuleAppeal,
    /// Say whether two projects are one.
    MergeProjects,
    /// Read who answers for what, and which leader stands by whom.
    ReadRoster,
    /// Write a unit's division of work.
    DivideWork(UnitId),
    /// Let a leader stand by an enterprise or project, or part.
    Pair,
    /// Look through what arrived from a unit's tablets without a right to be sent, and settle it.
    Rescue(UnitId),
    /// Read the log of administrative acts.
    ReadAudit,
}

/// Whether the person may do it. Steps of the workflow are decided by [`crate::workflow::decide`].
pub fn authorize(person: &Person, action: Action) -> bool {
    match action {
        Action::ReadRecord(kind, unit) => reads_record(person, kind, unit),
        Action::ReadFile(kind, unit) => reads_record(person, kind, unit) || person.is(Role::Leader),
        Action::EditRecord(kind, unit) => edits_record(person, kind, unit),
        Action::ReadRanking | Action::ReadTargets => person.roles.iter().any(|role| match role {
            Role::Filer
            | Role::UnitReviewer
            | Role::Verifier
            | Role::CampaignOffice
            | Role::Inspector
            | Role::Leader => true,
            Role::Administrator | Role::Auditor | Role::Security => false,
        }),
        Action::ReadPeople => person.is(Role::Administrator) || person.is(Role::Security),
        Action::ManagePeople | Action::ManageUnits => person.is(Role::Administrator),
        Action::ConfirmGrants => person.is(Role::Security),
        Action::ReadPeriods => authorize(person, Action::ReadRanking) || person.is(Role::Auditor),
        Action::ReadLateArrivals | Action::RuleAppeal => person.is(Role::CampaignOffice) || person.is(Role::Inspector),
        Action::FreezePeriod
        | Action::PublishPeriod
        | Action::CorrectPeriod
        | Action::AnswerObjection
        | Action::MergeProjects
        | Action::Pair
        | Action::ManageRules => person.is(Role::CampaignOffice),
        Action::Object(unit) => person.unit == unit && person.is(Role::UnitReviewer),
        Action::ReadRoster => authorize(person, Action::ReadRanking),
        Action::DivideWork(unit) | Action::Rescue(unit) => {
            person.is(Role::CampaignOffice) || (person.unit == unit && person.is(Role::UnitReviewer))
        }
        Action::ReadAudit => person.is(Role::Auditor),
    }
}

/// Units write their own records. What is held against a unit, or in its favour, is written by the offices above
/// it, and never by its own people.
fn edits_record(person: &Person, kind: RecordKind, unit: UnitId) -> bool {
    match kind {
        RecordKind::Project
        | RecordKind::MonthlyReport
        | RecordKind::StageClaim
        | RecordKind::IndicatorReport
        | RecordKind::ServiceVisit
        | RecordKind::ServiceIssue => person.unit == unit && (person.is(Role::Filer) || person.is(Role::UnitReviewer)),
        RecordKind::Inspection => {
            person.unit != unit && (person.is(Role::Inspector) || person.is(Role::CampaignOffice))
        }
    }
}

/// The kinds of record that a person reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sight {
    /// Of their own unit.
    pub own: Vec<RecordKind>,
    /// Of every other unit: these are alike to them.
    pub others: Vec<RecordKind>,
}

/// What a person reads.
pub fn sight(person: &Person) -> Sight {
    let elsewhere = UnitId(Uuid::nil());
    let [own, others] = [person.unit, elsewhere]
        .map(|unit| RecordKind::ALL.into_iter().filter(|kind| reads_record(person, *kind, unit)).collect());
    Sight { own, others }
}

/// What decides which rows a person sees with a client of a schema, as a digest: it changes when, and only when, they
/// see others. So a client that has learnt to read what was kept from it pulls anew.
pub fn scope(person: &Person, schema: u16) -> Digest {
    let Sight { own, others } = sight(person);
    let [own, others] = [own, others].map(|kinds| RecordKind::ALL.map(|kind| kinds.contains(&kind)));
    let unit = (own != others).then_some(person.unit);
    match schema {
        0 | 1 => Digest::of_json(&(person.id, unit, own, others)),
        later => Digest::of_json(&(person.id, unit, own, others, later.min(SCHEMA))),
    }
}

/// Rows are filtered by kind and unit alone, never by content, so that a cursor never passes a row that
/// becomes visible later.
fn reads_record(person: &Person, kind: RecordKind, unit: UnitId) -> bool {
    let own = person.unit == unit && (person.is(Role::Filer) || person.is(Role::UnitReviewer));
    let district = person.is(Role::Verifier) || person.is(Role::CampaignOffice) || person.is(Role::Inspector);
    match kind {
        RecordKind::Project
        | RecordKind::MonthlyReport
        | RecordKind::StageClaim
        | RecordKind::IndicatorReport
        | RecordKind::ServiceVisit
        | RecordKind::ServiceIssue
        | RecordKind::Inspection => own || district,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use uuid::Uuid;

    use super::*;
    use crate::id::PersonId;

    fn person(role: Role, unit: UnitId) -> Person {
        Person {
            id: PersonId(Uuid::from_u128(9)),
            account: "a".into(),
            name: "甲".into(),
            unit,
            roles: BTreeSet::from([role]),
            duties: BTreeSet::new(),
        }
    }

    #[test]
    fn a_finding_is_written_by_the_offices_above_and_never_by_the_units_own_people() {
        let (own, other) = (UnitId(Uuid::from_u128(1)), UnitId(Uuid::from_u128(2)));
        for role in Role::ALL {
            let person = person(role, own);
            let may = |unit| authorize(&person, Action::EditRecord(RecordKind::Inspection, unit));
            assert!(!may(own), "{role:?}");
            assert_eq!(may(other), matches!(role, Role::Inspector | Role::CampaignOffice), "{role:?}");
        }
    }

    #[test]
    fn evidence_is_seen_by_whoever_sees_the_record_and_by_leaders() {
        let (own, other) = (UnitId(Uuid::from_u128(1)), UnitId(Uuid::from_u128(2)));
        for role in Role::ALL {
            let person = person(role, own);
            for unit in [own, other] {
                let may = authorize(&person, Action::ReadFile(RecordKind::StageClaim, unit));
                let reads = authorize(&person, Action::ReadRecord(RecordKind::StageClaim, unit));
                assert_eq!(may, reads || role == Role::Leader, "{role:?}");
            }
        }
    }

    #[test]
    fn a_scope_changes_with_what_a_person_sees_and_with_nothing_else() {
        let scope = |person: &Person| super::scope(person, SCHEMA);
        let (one, other) = (UnitId(Uuid::from_u128(1)), UnitId(Uuid::from_u128(2)));
        let filer = scope(&person(Role::Filer, one));
        assert_eq!(filer, scope(&person(Role::UnitReviewer, one)));
        assert_ne!(filer, scope(&person(Role::Filer, other)));
        assert_ne!(filer, scope(&person(Role::Verifier, one)));
        assert_ne!(filer, scope(&person(Role::Auditor, one)));
        assert_eq!(scope(&person(Role::Verifier, one)), scope(&person(Role::Inspector, other)));
        let somebody_else = Person { id: PersonId(Uuid::from_u128(8)), ..person(Role::Filer, one) };
        assert_ne!(filer, scope(&somebody_else), "everyone sees their own refused operations");
        assert_ne!(filer, super::scope(&person(Role::Filer, one), SCHEMA - 1), "the release before read less");
        assert_eq!(filer, super::scope(&person(Role::Filer, one), SCHEMA + 1), "nothing is kept from a later one");
    }

    #[test]
    fn each_role_may_do_what_the_table_says_and_nothing_else() {
        let (own, other) = (UnitId(Uuid::from_u128(1)), UnitId(Uuid::from_u128(2)));
        let kind = RecordKind::Project;
        let actions = [
            Action::ReadRecord(kind, own),
            Action::ReadRecord(kind, other),
            Action::EditRecord(kind, own),
            Action::EditRecord(kind, other),
            Action::ReadRanking,
            Action::ReadTargets,
            Action::ReadPeople,
            Action::ManagePeople,
            Action::ConfirmGrants,
            Action::ManageUnits,
            Action::ReadPeriods,
            Action::ReadLateArrivals,
            Action::FreezePeriod,
            Action::PublishPeriod,
            Action::CorrectPeriod,
            Action::Object(own),
            Action::Object(other),
            Action::AnswerObjection,
            Action::Rescue(own),
            Action::Rescue(other),
            Action::ReadAudit,
            Action::ManageRules,
            Action::ReadRoster,
            Action::DivideWork(own),
            Action::DivideWork(other),
            Action::Pair,
            Action::RuleAppeal,
            Action::MergeProjects,
        ];
        // Records, rankings, targets, people, units; then periods, rescued work, the audit log, the rules, the
        // roster, appeals and twins.
        for (role, [first, second]) in [
            (Role::Filer, ["+-+-++----", "+-----------+-----"]),
            (Role::UnitReviewer, ["+-+-++----", "+----+--+---++----"]),
            (Role::Verifier, ["++--++----", "+-----------+-----"]),
            (Role::CampaignOffice, ["++--++----", "+++++--+++-+++++++"]),
            (Role::Inspector, ["++--++----", "++----------+---+-"]),
            (Role::Leader, ["----++----", "+-----------+-----"]),
            (Role::Administrator, ["------++-+", "------------------"]),
            (Role::Auditor, ["----------", "+---------+-------"]),
            (Role::Security, ["------+-+-", "------------------"]),
        ] {
            let allowed = first.chars().chain(second.chars()).map(|mark| mark == '+');
            let person = person(role, own);
            for (action, expected) in actions.into_iter().zip(allowed) {
                assert_eq!(authorize(&person, action), expected, "{role:?} {action:?}");
            }
        }
    }
}
