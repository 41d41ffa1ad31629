//! The life of a period: who may take which step when, and what a frozen result is.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops where something is missing"
)]

use shared::{
    api::ErrorCode,
    calendar::Month,
    campaign::{Campaign, Targets},
    fields::Value,
    id::{ActorId, CampaignId, Digest, OperationId, PersonId, RecordId, UnitId},
    merge::{
        operation::{Body, Disposition, FieldEdit, LogRow, Mark, Operation, SCHEMA},
        replica::Replica,
        stamp::Stamp,
    },
    period::{
        ANSWER_HOURS, APPEAL_HOURS, Arrival, Basis, By, Deed, Difference, Frozen, FrozenResult, History, LateArrivals,
        Phase, Refused, Situation, Step, Timetable, decide,
    },
    person::{Person, Role},
    record::RecordKind,
    scoring::scheme::Scheme,
    unit::{Group, Unit},
    workflow::State,
};
use uuid::Uuid;

const OWN: UnitId = UnitId(Uuid::from_u128(1));
const OTHER: UnitId = UnitId(Uuid::from_u128(2));
const SEEN: Digest = Digest([7; 32]);
const STALE: Digest = Digest([8; 32]);

fn june() -> Month {
    "2021-06".parse().unwrap()
}

fn person(id: u128, role: Role) -> Person {
    Person {
        id: PersonId(Uuid::from_u128(id)),
        account: format!("p{id}"),
        name: format!("{id} 号"),
        unit: OWN,
        roles: [role].into(),
        duties: [].into(),
    }
}

fn by(id: u128) -> By {
    By { person: PersonId(Uuid::from_u128(id)), at_ms: 0 }
}

fn frozen(edition: u32) -> Deed {
    Deed::Frozen(Box::new(Frozen {
        edition,
        mark: Mark::START,
        scheme: "s".into(),
        digest: SEEN,
        document: SEEN,
        annex: SEEN,
        key: String::new(),
    }))
}

/// A period in a phase: what was done to it, and the time.
fn in_phase(phase: Phase) -> (History, u64) {
    let timetable = Timetable::of(june());
    let mut history = History::default();
    let mut done = |deeds: &[Deed]| deeds.iter().for_each(|deed| history.apply(deed, by(90)));
    let after_ms = timetable.objections_end_ms + 1;
    let now_ms = match phase {
        Phase::Upcoming => timetable.opens_ms - 1,
        Phase::Open => timetable.deadline_ms,
        Phase::LateArrivals => timetable.grace_ends_ms,
        Phase::Objections => timetable.objections_end_ms,
        Phase::Due => after_ms,
        Phase::Frozen => {
            done(&[frozen(1)]);
            after_ms
        }
        Phase::Published => {
            done(&[frozen(1), Deed::Published { edition: 1 }]);
            after_ms
        }
        Phase::Reopened => {
            done(&[frozen(1), Deed::Published { edition: 1 }, Deed::Reopened { reason: "漏计".into() }]);
            after_ms
        }
    };
    assert_eq!(history.phase(&timetable, now_ms), phase);
    (history, now_ms)
}

fn judge(person: &Person, step: &Step, history: &History, now_ms: u64) -> Result<(), Refused> {
    decide(person, step, &Situation { history, timetable: &Timetable::of(june()), now_ms, digest: SEEN })
}

/// Every step, with the roles that may take it.
fn steps() -> [(Step, &'static [Role]); 9] {
    const OFFICE: &[Role] = &[Role::CampaignOffice];
    [
        (Step::Propose { digest: SEEN }, OFFICE),
        (Step::Decline, OFFICE),
        (Step::Confirm { digest: SEEN }, OFFICE),
        (Step::Publish, OFFICE),
        (Step::Reopen { reason: "漏计一项".into() }, OFFICE),
        (Step::Object { unit: OWN, text: "少计一项".into() }, &[Role::UnitReviewer]),
        (Step::Answer { objection: 1, upheld: false, text: "已核实".into() }, OFFICE),
        (Step::Appeal { unit: OWN, objection: 1, text: "已开工".into() }, &[Role::UnitReviewer]),
        (Step::Rule { objection: 1, upheld: true, text: "属实".into() }, &[Role::CampaignOffice, Role::Inspector]),
    ]
}

#[test]
fn each_step_is_taken_by_its_role_in_its_phase_and_by_nobody_else_at_no_other_time() {
    use ErrorCode as Code;
    let (not_due, frozen, not_frozen) = (Err(Code::PeriodNotDue), Err(Code::PeriodFrozen), Err(Code::PeriodNotFrozen));
    let closed = Err(Code::ObjectionsClosed);
    for phase in Phase::ALL {
        let freeze = match phase {
            Phase::Due | Phase::Reopened => Ok(()),
            Phase::Frozen | Phase::Published => frozen,
            Phase::Upcoming | Phase::Open | Phase::LateArrivals | Phase::Objections => not_due,
        };
        let publish = match phase {
            Phase::Frozen => Ok(()),
            Phase::Published => Err(Code::PeriodPublished),
            _ => not_frozen,
        };
        let reopen = if matches!(phase, Phase::Frozen | Phase::Published) { Ok(()) } else { not_frozen };
        let object = if phase == Phase::Objections { Ok(()) } else { closed };
        let confirm = freeze.and(Err(Code::ProposalMissing));
        let missing = Err(Code::NotFound);
        let expected =
            [freeze, Err(Code::ProposalMissing), confirm, publish, reopen, object, missing, missing, missing];
        let (history, now_ms) = in_phase(phase);
        for ((step, allowed), expected) in steps().iter().zip(expected) {
            for role in Role::ALL {
                let answer = judge(&person(5, role), step, &history, now_ms).map_err(|refused| refused.code);
                let expected = if allowed.contains(&role) { expected } else { Err(Code::Forbidden) };
                assert_eq!(answer, expected, "{phase:?} {role:?} {step:?}");
            }
        }
    }
    let (history, now_ms) = in_phase(Phase::Objections);
    let for_another = Step::Object { unit: OTHER, text: "少计".into() };
    assert_eq!(judge(&person(5, Role::UnitReviewer), &for_another, &history, now_ms), Err(Code::Forbidden.into()));
}

#[test]
fn a_freeze_takes_two_people_who_saw_the_figures_that_there_are() {
    let (mut history, now_ms) = in_phase(Phase::Due);
    let (one, two) = (person(5, Role::CampaignOffice), person(6, Role::CampaignOffice));
    let confirm = |digest| Step::Confirm { digest };
    let changed = Err(Refused { code: ErrorCode::ResultChanged, field: Some("digest") });
    assert_eq!(judge(&one, &Step::Propose { digest: STALE }, &history, now_ms), changed);
    history.apply(&Deed::Proposed { digest: SEEN }, by(5));
    assert_eq!(judge(&one, &confirm(SEEN), &history, now_ms), Err(ErrorCode::SecondPerson.into()));
    assert_eq!(judge(&two, &confirm(STALE), &history, now_ms), changed);
    assert_eq!(judge(&two, &confirm(SEEN), &history, now_ms), Ok(()));
    assert_eq!(judge(&two, &Step::Decline, &history, now_ms), Ok(()));
    // Something arrived since it was proposed.
    history.apply(&Deed::Proposed { digest: STALE }, by(5));
    assert_eq!(judge(&two, &confirm(SEEN), &history, now_ms), changed);
}

#[test]
fn an_objection_is_answered_before_the_freeze_and_by_another_than_its_author() {
    let (mut history, now_ms) = in_phase(Phase::Due);
    history.apply(&Deed::Objected { unit: OWN, text: "少计一项".into() }, by(5));
    let propose = Step::Propose { digest: SEEN };
    let answer = |text: &str| Step::Answer { objection: 1, upheld: true, text: text.into() };
    let office = |id| person(id, Role::CampaignOffice);
    assert_eq!(judge(&office(6), &propose, &history, now_ms), Err(ErrorCode::ObjectionsOpen.into()));
    assert_eq!(judge(&office(5), &answer("属实"), &history, now_ms), Err(ErrorCode::SecondPerson.into()));
    let unsaid = Err(Refused { code: ErrorCode::InvalidField, field: Some("text") });
    assert_eq!(judge(&office(6), &answer(" "), &history, now_ms), unsaid);
    assert_eq!(judge(&office(6), &answer("属实"), &history, now_ms), Ok(()));
    history.apply(&Deed::Answered { objection: 1, upheld: true, text: "属实".into() }, by(6));
    assert_eq!(judge(&office(6), &propose, &history, now_ms), Ok(()));
    let again = judge(&office(6), &answer("属实"), &history, now_ms).map_err(|refused| refused.code);
    assert_eq!(again, Err(ErrorCode::Duplicate));
}

#[test]
fn an_objection_that_was_turned_down_is_appealed_against_in_time_and_ruled_on_by_a_third_person() {
    let (mut history, now_ms) = in_phase(Phase::Due);
    let at = |id, at_ms| By { at_ms, ..by(id) };
    let office = |id| person(id, Role::CampaignOffice);
    let propose = Step::Propose { digest: SEEN };
    let appeal = |unit| Step::Appeal { unit, objection: 1, text: "开工证已补".into() };
    let rule = Step::Rule { objection: 1, upheld: true, text: "属实".into() };
    let reviewer = person(5, Role::UnitReviewer);
    let of_another = Person { unit: OTHER, ..person(8, Role::UnitReviewer) };
    history.apply(&Deed::Objected { unit: OWN, text: "少计一项".into() }, at(5, now_ms));
    let answer_due_ms = history.objections[0].answer_due_ms();
    assert_eq!(answer_due_ms, now_ms + ANSWER_HOURS * 3_600_000);
    let code = |person: &Person, step: &Step, history: &History, now_ms| {
        judge(person, step, history, now_ms).map_err(|refused| refused.code)
    };
    assert_eq!(code(&reviewer, &appeal(OWN), &history, now_ms), Err(ErrorCode::AppealsClosed), "not answered yet");
    let mut upheld = history.clone();
    upheld.apply(&Deed::Answered { objection: 1, upheld: true, text: "属实".into() }, at(6, now_ms));
    assert_eq!(code(&reviewer, &appeal(OWN), &upheld, now_ms), Err(ErrorCode::AppealsClosed), "it was upheld");

    history.apply(&Deed::Answered { objection: 1, upheld: false, text: "材料不全".into() }, at(6, now_ms));
    let until_ms = now_ms + APPEAL_HOURS * 3_600_000;
    assert_eq!(history.objections[0].appeal_until_ms(), Some(until_ms));
    for (at_ms, may_appeal, may_freeze) in [
        (now_ms, Ok(()), Err(ErrorCode::AppealsOpen)),
        (until_ms, Ok(()), Err(ErrorCode::AppealsOpen)),
        (until_ms + 1, Err(ErrorCode::AppealsClosed), Ok(())),
    ] {
        assert_eq!(code(&reviewer, &appeal(OWN), &history, at_ms), may_appeal, "{at_ms}");
        assert_eq!(code(&office(6), &propose, &history, at_ms), may_freeze, "{at_ms}");
    }
    assert_eq!(code(&of_another, &appeal(OTHER), &history, now_ms), Err(ErrorCode::Forbidden));
    assert_eq!(code(&office(7), &rule, &history, now_ms), Err(ErrorCode::NotFound), "nobody has appealed");

    history.apply(&Deed::Appealed { objection: 1, text: "开工证已补".into() }, at(5, now_ms));
    assert_eq!(code(&reviewer, &appeal(OWN), &history, now_ms), Err(ErrorCode::Duplicate));
    assert_eq!(code(&office(7), &propose, &history, until_ms + 1), Err(ErrorCode::AppealsOpen));
    assert_eq!(code(&office(6), &rule, &history, now_ms), Err(ErrorCode::SecondPerson), "who answered");
    assert_eq!(code(&person(7, Role::Inspector), &rule, &history, now_ms), Ok(()));
    assert_eq!(history.objections[0].outcome(), None);
    history.apply(&Deed::Ruled { objection: 1, upheld: true, text: "属实".into() }, at(7, now_ms));
    assert_eq!(history.objections[0].outcome(), Some(true));
    assert_eq!(code(&office(7), &rule, &history, now_ms), Err(ErrorCode::Duplicate));
    assert_eq!(code(&office(6), &propose, &history, now_ms), Ok(()));
}

#[test]
fn a_correction_is_the_next_edition_and_the_one_before_stays() {
    let (mut history, _) = in_phase(Phase::Reopened);
    assert!(!history.is_frozen());
    assert_eq!((history.published().unwrap().frozen.edition, history.next_edition()), (1, 2));
    let first = history.editions[0].clone();
    history.apply(&Deed::Proposed { digest: SEEN }, by(5));
    history.apply(&frozen(2), by(6));
    assert!(history.is_frozen());
    assert_eq!(history.published(), Some(&first));
    assert_eq!((history.editions[1].proposed, history.editions[1].confirmed), (by(5), by(6)));
    assert_eq!(history.editions[1].reason.as_deref(), Some("漏计"));
    history.apply(&Deed::Published { edition: 2 }, by(6));
    assert_eq!((&history.editions[0], history.published().unwrap().frozen.edition), (&first, 2));
}

#[test]
fn every_refusal_has_a_sentence() {
    for code in ErrorCode::ALL {
        assert!(!code.message().starts_with("error."), "{code:?}");
    }
}

fn row(sequence: u64, seen: u64, made_ms: u64, received_ms: u64, body: Body) -> LogRow {
    let operation = Operation {
        id: OperationId(Uuid::from_u128(u128::from(sequence))),
        campaign: CampaignId(Uuid::from_u128(1)),
        unit: OWN,
        period: Some(june()),
        record: RecordId(Uuid::from_u128(9)),
        kind: RecordKind::IndicatorReport,
        author: PersonId(Uuid::from_u128(5)),
        actor: ActorId(7),
        counter: sequence,
        stamp: Stamp::at_ms(made_ms),
        seen,
        schema: SCHEMA,
        body,
    };
    let (chain, effective_stamp) = (Digest::ZERO, operation.stamp);
    LogRow { operation, sequence, chain, effective_stamp, disposition: Disposition::Ok, received_ms }
}

fn edit() -> Body {
    Body::Edit { fields: vec![FieldEdit { field: "figure".into(), value: Value::text("3"), over: Vec::new() }] }
}

#[test]
fn what_arrives_after_the_deadline_is_told_apart_by_what_its_author_had_seen() {
    let timetable = Timetable::of(june());
    let (before, after) = (timetable.deadline_ms - 1, timetable.deadline_ms + 1);
    let transition = |to| Body::Transition { to, reason: None, revision: Digest::ZERO };
    let mut late = LateArrivals::new(june());
    for row in [
        row(1, 0, before, before, edit()),
        row(2, 1, before, after, edit()),
        row(3, 2, before, after, edit()),
        row(4, 1, after, after, edit()),
        row(5, 1, before, timetable.grace_ends_ms + 1, transition(State::Submitted)),
        row(6, 1, before, after, transition(State::Reviewed)),
        LogRow { disposition: Disposition::Late, ..row(7, 1, before, after, edit()) },
    ] {
        late.look(&row);
    }
    let found: Vec<_> =
        late.into_found().into_iter().map(|late| (late.sequence, late.arrival, late.after_freeze)).collect();
    let expected = [
        (2, Arrival::Claimed, false),
        (3, Arrival::Late, false),
        (4, Arrival::Late, false),
        (5, Arrival::Disputed, false),
        (7, Arrival::Claimed, true),
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_frozen_result_is_computed_again_from_its_own_document_to_the_same_bytes() {
    let unit =
        |id, name: &str, group, position| Unit { id, name: name.into(), group, position, from: None, until: None };
    let campaign = Campaign {
        id: CampaignId(Uuid::from_u128(1)),
        district: "鼓楼区".into(),
        name: "专项行动".into(),
        year: 2021,
        region: "350102".into(),
        demo: false,
    };
    let units = vec![unit(OWN, "鼓东街道", Group::Street, 1), unit(OTHER, "鼓西街道", Group::Street, 2)];
    let basis = Basis {
        campaign,
        units,
        targets: Targets::new(),
        scheme: Scheme::default_scheme(),
        adopted: Vec::new(),
        revised: Vec::new(),
    };
    let replica = Replica::default();
    let first = FrozenResult::compute(basis.clone(), &replica, Mark::START, june(), (1, None));
    let second = FrozenResult::compute(basis, &replica, Mark::START, june(), (2, Some(&first.ranking)));
    assert_eq!(second.difference, Some(Difference::between(&first.ranking, &second.ranking)));
    for (result, before) in [(&first, None), (&second, Some(&first.ranking))] {
        let read: FrozenResult = serde_json::from_slice(&result.bytes()).unwrap();
        assert_eq!(&read, result);
        assert_eq!(read.again(&replica, before).bytes(), result.bytes());
    }
    let mut moved = first.ranking.clone();
    moved.groups[0].units.swap(0, 1);
    moved.groups[0].units[0].rank = Some(1);
    moved.groups[0].units.pop();
    let difference = Difference::between(&first.ranking, &moved);
    let names: Vec<(&str, bool)> =
        difference.moved.iter().map(|moved| (moved.name.as_str(), moved.now.is_some())).collect();
    assert_eq!(names, [("鼓西街道", true), ("鼓东街道", false)]);
}
