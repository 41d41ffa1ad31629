//! Who may take which step from which state, as a table; and what a judge must have seen.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where something is missing")]

#[path = "workflow/world.rs"]
mod world;

use shared::{
    attachment::SITE_VISIT,
    calendar::Date,
    issue::RefusalCode,
    person::{Duty, Role},
    record::RecordKind,
    workflow::{Flaw, Reason, Request, State, Visit, decide, flawless, leads_to, may_visit},
};
use world::{World, person};

use RefusalCode::{
    Incomplete, NotAllowed, NotTheOwner, OwnWork, ProjectNotApproved, ReasonMissing, RevisionChanged, WrongState,
};

type Verdict = Result<(), RefusalCode>;

/// The people of the table, in its columns' order.
const PEOPLE: [&str; 10] = [
    "own filer",
    "own reviewer",
    "own leader",
    "other filer",
    "other reviewer",
    "verifier of the category",
    "verifier of another",
    "campaign office",
    "administrator",
    "inspector",
];

fn columns() -> [shared::person::Person; 10] {
    [
        person(11, 1, Role::Filer, &[]),
        person(12, 1, Role::UnitReviewer, &[]),
        person(13, 1, Role::Leader, &[]),
        person(21, 2, Role::Filer, &[]),
        person(22, 2, Role::UnitReviewer, &[]),
        person(31, 3, Role::Verifier, &[Duty::Services]),
        person(32, 3, Role::Verifier, &[Duty::Industry, Duty::Landing]),
        person(33, 3, Role::CampaignOffice, &[]),
        person(34, 3, Role::Administrator, &[]),
        person(41, 3, Role::Inspector, &[]),
    ]
}

const OK: Verdict = Ok(());
const NO: Verdict = Err(NotAllowed);
const NOT_OWNER: Verdict = Err(NotTheOwner);

const BY_THE_OWN_UNIT: [Verdict; 10] =
    [OK, OK, NO, NOT_OWNER, NOT_OWNER, NOT_OWNER, NOT_OWNER, NOT_OWNER, NOT_OWNER, NOT_OWNER];
const BY_THE_OWN_REVIEWER: [Verdict; 10] = [NO, OK, NO, NO, NO, NO, NO, NO, NO, NO];
const BY_THE_VERIFIER: [Verdict; 10] = [NO, NO, NO, NO, NO, OK, NO, NO, NO, NO];
const BY_VERIFIER_OR_INSPECTOR: [Verdict; 10] = [NO, NO, NO, NO, NO, OK, NO, NO, NO, OK];
const BY_VERIFIER_OR_OFFICE: [Verdict; 10] = [NO, NO, NO, NO, NO, OK, NO, OK, NO, NO];

/// Every step of a claim of a service project; any other pair of states is refused to everyone.
const STEPS: [(State, State, [Verdict; 10]); 12] = [
    (State::Draft, State::Submitted, BY_THE_OWN_UNIT),
    (State::Submitted, State::Draft, BY_THE_OWN_UNIT),
    (State::Submitted, State::Reviewed, BY_THE_OWN_REVIEWER),
    (State::Submitted, State::Returned, BY_THE_OWN_REVIEWER),
    (State::Reviewed, State::OnSiteCheck, BY_THE_VERIFIER),
    (State::Reviewed, State::Verified, BY_THE_VERIFIER),
    (State::Reviewed, State::Returned, BY_THE_VERIFIER),
    (State::OnSiteCheck, State::Verified, BY_VERIFIER_OR_INSPECTOR),
    (State::OnSiteCheck, State::Returned, BY_VERIFIER_OR_INSPECTOR),
    (State::Verified, State::Withdrawn, BY_VERIFIER_OR_OFFICE),
    (State::Returned, State::Submitted, BY_THE_OWN_UNIT),
    (State::Withdrawn, State::Submitted, BY_THE_OWN_UNIT),
];

#[test]
fn every_step_of_a_claim_is_open_to_exactly_the_people_of_the_table() {
    for from in State::ALL {
        let world = World::with_claim_in(from);
        for to in State::ALL {
            let expected = STEPS.iter().find(|(state, step, _)| (*state, *step) == (from, to));
            let expected = expected.map_or([Err(WrongState); 10], |(_, _, verdicts)| *verdicts);
            for ((person, name), verdict) in columns().iter().zip(PEOPLE).zip(expected) {
                assert_eq!(world.decide(person, to), verdict, "{from:?} → {to:?} by {name}");
            }
        }
    }
}

#[test]
fn kinds_that_the_unit_settles_end_with_its_review() {
    for kind in RecordKind::ALL {
        let is_verified = matches!(kind, RecordKind::StageClaim | RecordKind::IndicatorReport);
        assert!(leads_to(kind, State::Submitted, State::Reviewed));
        for (from, to) in [
            (State::Reviewed, State::Verified),
            (State::Reviewed, State::Returned),
            (State::Verified, State::Withdrawn),
        ] {
            assert_eq!(leads_to(kind, from, to), is_verified, "{kind:?} {from:?} → {to:?}");
        }
        let is_finding = kind == RecordKind::Inspection;
        assert_eq!(leads_to(kind, State::Reviewed, State::Withdrawn), is_finding, "{kind:?}");
    }
}

#[test]
fn a_claim_of_landing_is_verified_by_who_answers_for_landing() {
    let mut world = World::with_claim_in(State::Draft);
    world.edit_claim(11, "stage", "landed");
    world.step(11, State::Submitted);
    world.step(12, State::Reviewed);
    let [.., services, landing, _, _, _] = columns();
    assert_eq!(world.decide(&services, State::Verified), NO);
    assert_eq!(world.decide(&landing, State::Verified), OK);
}

#[test]
fn nobody_judges_what_they_filed_themselves() {
    let reviewer = person(12, 1, Role::UnitReviewer, &[]);
    let colleague = person(14, 1, Role::UnitReviewer, &[]);

    let mut wrote = World::with_claim_in(State::Draft);
    wrote.edit_claim(12, "statement", "合同编号 2021-8");
    wrote.step(11, State::Submitted);
    assert_eq!(wrote.decide(&reviewer, State::Reviewed), Err(OwnWork), "wrote a field");
    assert_eq!(wrote.decide(&reviewer, State::Returned), Err(OwnWork), "wrote a field");
    assert_eq!(wrote.decide(&colleague, State::Reviewed), OK, "a colleague");

    let mut submitted = World::with_claim_in(State::Draft);
    submitted.step(12, State::Submitted);
    assert_eq!(submitted.decide(&reviewer, State::Reviewed), Err(OwnWork), "submitted it");

    let mut both = person(12, 1, Role::UnitReviewer, &[Duty::Services]);
    both.roles.insert(Role::Verifier);
    let waiting = World::with_claim_in(State::Reviewed);
    assert_eq!(waiting.decide(&both, State::Verified), Err(OwnWork), "reviewed it");
}

#[test]
fn a_judge_judges_what_they_saw() {
    let reviewer = person(12, 1, Role::UnitReviewer, &[]);
    let mut world = World::with_claim_in(State::Submitted);
    let seen = world.claim().revision();
    world.edit_claim(11, "statement", "补充：施工许可证编号 3501022021");
    assert_eq!(world.claim().state(), State::Draft, "an edit opens a new revision");
    assert_eq!(world.decide_on(&reviewer, State::Reviewed, seen), Err(WrongState));
    world.step(11, State::Submitted);
    assert_eq!(world.decide_on(&reviewer, State::Reviewed, seen), Err(RevisionChanged));
    assert_eq!(world.decide(&reviewer, State::Reviewed), OK);
}

#[test]
fn a_return_and_a_withdrawal_need_a_reason() {
    let reviewer = person(12, 1, Role::UnitReviewer, &[]);
    let world = World::with_claim_in(State::Submitted);
    let claim = world.claim();
    let blank = Reason { text: "  ".into(), ..Reason::default() };
    for reason in [None, Some(&blank)] {
        let request = Request { person: &reviewer, to: State::Returned, reason, revision: claim.revision() };
        assert_eq!(decide(&world.replica, claim, &request, world.now_ms).unwrap_err().code, ReasonMissing);
    }
}

#[test]
fn what_waits_for_a_visit_is_decided_with_its_record() {
    let verifier = person(31, 3, Role::Verifier, &[Duty::Services]);
    let world = World::with_claim_in(State::OnSiteCheck);
    let (today, tomorrow): (Date, Date) = ("2021-06-23".parse().unwrap(), "2021-06-24".parse().unwrap());
    let visit = |on: Date, by: &str| Some(Visit { on, by: by.into() });
    for (text, visit, expected) in [
        ("基坑已开挖", visit(today, "王工"), vec![]),
        ("基坑已开挖", None, vec!["visit_missing", "visit_by_missing"]),
        ("基坑已开挖", visit(tomorrow, "王工"), vec!["visit_in_future"]),
        ("  ", visit(today, " "), vec!["visit_by_missing", "visit_found_missing"]),
    ] {
        let reason = Reason { text: text.into(), visit, ..Reason::default() };
        let claim = world.claim();
        let revision = claim.revision();
        let request = Request { person: &verifier, to: State::Verified, reason: Some(&reason), revision };
        let refused = decide(&world.replica, claim, &request, world.now_ms).err();
        let found = refused.map(|refusal| refusal.issues).unwrap_or_default();
        assert!(found.iter().all(|issue| !issue.message().starts_with("issue.")), "{found:?}");
        assert_eq!(found.into_iter().map(|issue| issue.code).collect::<Vec<_>>(), expected, "{text}");
    }
}

#[test]
fn photos_of_a_visit_are_hung_on_by_whoever_visits_and_change_neither_the_revision_nor_the_right_to_judge() {
    let verifier = person(31, 3, Role::Verifier, &[Duty::Services]);
    let inspector = person(41, 3, Role::Inspector, &[]);
    let mut world = World::with_claim_in(State::OnSiteCheck);
    let before = world.claim().revision();
    world.hang(31, SITE_VISIT);
    assert_eq!((world.claim().revision(), world.claim().state()), (before, State::OnSiteCheck));
    assert_eq!(world.decide(&verifier, State::Verified), OK);
    for (person, state, may) in [
        (&verifier, State::OnSiteCheck, true),
        (&inspector, State::OnSiteCheck, true),
        (&person(32, 3, Role::Verifier, &[Duty::Industry]), State::OnSiteCheck, false),
        (&person(12, 1, Role::UnitReviewer, &[]), State::OnSiteCheck, false),
        (&verifier, State::Reviewed, false),
        (&inspector, State::Verified, false),
    ] {
        let world = World::with_claim_in(state);
        assert_eq!(may_visit(&world.replica, world.claim(), person), may, "{person:?} {state:?}");
    }
}

#[test]
fn only_what_gives_nothing_to_stop_at_is_approved_with_others() {
    let reviewer = person(12, 1, Role::UnitReviewer, &[]);
    let verifier = person(31, 3, Role::Verifier, &[Duty::Services]);
    let judged = |world: &World, person| flawless(&world.replica, world.claim(), person, world.now_ms);
    let submitted = World::with_claim_in(State::Submitted);
    let photos_lack = Err(Flaw::Issues(1));
    assert_eq!(judged(&submitted, &reviewer), photos_lack, "the photos are only ticked");
    for (state, person, expected) in [
        (State::Submitted, &verifier, Err(Flaw::Refused(NotAllowed))),
        (State::Draft, &reviewer, Err(Flaw::Refused(WrongState))),
        (State::Verified, &verifier, Err(Flaw::Refused(WrongState))),
        (State::OnSiteCheck, &verifier, Err(Flaw::Visit)),
    ] {
        assert_eq!(judged(&World::with_claim_in(state), person), expected, "{state:?}");
    }
    let own = person(11, 1, Role::UnitReviewer, &[]);
    assert_eq!(judged(&submitted, &own), Err(Flaw::Refused(OwnWork)), "what they filed themselves");

    assert_eq!(judged(&World::with_evidence_in(State::Submitted), &reviewer), Ok(State::Reviewed));
    assert_eq!(judged(&World::with_evidence_in(State::Reviewed), &verifier), Ok(State::Verified));
    let mut disputed = World::with_evidence_in(State::Draft);
    disputed.write_unseen(13, "reached_on", "2021-03-09");
    disputed.step(11, State::Submitted);
    assert_eq!(judged(&disputed, &reviewer), Err(Flaw::Conflict));
}

#[test]
fn an_incomplete_record_is_refused_with_the_issues_to_mend() {
    let filer = person(11, 1, Role::Filer, &[]);
    let mut world = World::with_claim_in(State::Draft);
    world.edit_claim(11, "reached_on", "2021-13-01");
    let claim = world.claim();
    let request = Request { person: &filer, to: State::Submitted, reason: None, revision: claim.revision() };
    let refusal = decide(&world.replica, claim, &request, world.now_ms).unwrap_err();
    assert_eq!(refusal.code, Incomplete);
    assert_eq!(refusal.issues.iter().map(|issue| issue.code.as_str()).collect::<Vec<_>>(), ["not_a_date"]);
}

#[test]
fn a_claim_waits_for_its_projects_approval() {
    let verifier = person(31, 3, Role::Verifier, &[Duty::Services]);
    let world = World::with_claim_of_a_draft_project();
    assert_eq!(world.decide(&verifier, State::Verified), Err(ProjectNotApproved));
    assert_eq!(world.decide(&verifier, State::Returned), OK);
}

#[test]
fn a_claim_withdrawn_and_verified_again_in_one_month_counts_at_its_end() {
    let mut world = World::with_claim_in(State::Withdrawn);
    assert!(world.claim().pinned_at(world.month()).is_none());
    for (author, to) in [(11, State::Submitted), (12, State::Reviewed), (31, State::Verified)] {
        world.step(author, to);
    }
    assert_eq!(world.claim().state(), State::Verified);
    assert!(world.claim().pinned_at(world.month()).is_some());
    assert!(world.claim().pinned_at(world.month().previous()).is_none());
}

#[test]
fn a_resubmission_keeps_the_first_submission_and_counts_its_returns() {
    let mut world = World::with_claim_in(State::Returned);
    let first = world.claim().first_submitted();
    world.edit_claim(11, "statement", "已按意见补充");
    assert_eq!(world.claim().state(), State::Returned, "it stays returned while it is mended");
    assert!(world.claim().return_reason().is_some());
    world.step(11, State::Submitted);
    assert_eq!(world.claim().first_submitted(), first);
    assert_eq!(world.claim().returns(), 1);
    assert!(world.claim().return_reason().is_none());
}

#[test]
fn what_is_approved_while_the_next_is_typed_is_pinned_as_it_was_approved() {
    let mut world = World::with_claim_in(State::Reviewed);
    let judged = world.claim().revision();
    let approved = world.claim().fields();
    let typed = world.edit_claim_unsent("statement", "施工许可证办理中");
    world.verify_as_logged(judged);
    assert_eq!(world.claim().pinned.last().unwrap().fields, approved);
    assert_eq!(world.claim().fields().text("statement"), "施工许可证办理中", "what was typed stays in sight");
    assert_eq!(world.claim().state(), State::Draft, "it is the next revision");
    world.replica.answer(world.claim().id, typed);
    assert_eq!(world.claim().fields(), approved, "a refused edit has no effect");
    assert_eq!(world.claim().state(), State::Verified);
}

#[test]
fn a_finding_is_filed_by_one_of_the_offices_and_confirmed_by_another_person() {
    let inspector = person(41, 3, Role::Inspector, &[]);
    let colleague = person(42, 3, Role::Inspector, &[]);
    let office = person(33, 3, Role::CampaignOffice, &[]);
    let own = person(43, 1, Role::Inspector, &[]);
    let reviewer = person(12, 1, Role::UnitReviewer, &[]);
    let filer = person(11, 1, Role::Filer, &[]);
    let people = [&inspector, &colleague, &office, &own, &reviewer, &filer];
    for (from, to, expected) in [
        (State::Draft, State::Submitted, [OK, OK, OK, NO, NO, NO]),
        (State::Submitted, State::Reviewed, [Err(OwnWork), OK, OK, NO, NO, NO]),
        (State::Submitted, State::Returned, [Err(OwnWork), OK, OK, NO, NO, NO]),
        (State::Reviewed, State::Withdrawn, [Err(OwnWork), OK, OK, NO, NO, NO]),
        (State::Reviewed, State::Verified, [Err(WrongState); 6]),
    ] {
        let world = World::with_finding_in(from);
        assert_eq!(people.map(|person| world.decide_finding(person, to)), expected, "{from:?} → {to:?}");
    }
}
