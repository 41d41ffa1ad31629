//! Why a unit moved since the month before: differences of explanations, whose lines sum to the difference.

use proptest::prelude::*;
use rust_decimal::Decimal;
use shared::{
    id::RecordId,
    scoring::{cause::CauseKind, movement::Movement, result::Node, shift::Shift},
    workflow::State,
};

use crate::{
    board::play,
    world::{Draft, SHOP, World, month},
};

const GUDONG: &str = "鼓东街道";
const STARTED: &str = "services_started";

fn movement(world: &mut World, name: &str, period: &str) -> Option<Movement> {
    world.refresh();
    world.board.movement(&world.replica, month(period), world.unit(name))
}

/// The deepest shift of a key that has points, or has children.
fn line<'a>(shift: &'a Shift, key: &str) -> Option<&'a Shift> {
    let below = shift.children.iter().find_map(|child| line(child, key));
    below.or_else(|| (shift.key == key && (shift.now.is_some() || shift.before.is_some())).then_some(shift))
}

/// Every line's points are those of its parts or of its causes, and every node says something.
fn assert_sums(shift: &Shift) {
    let is_text = |text: &str| !text.is_empty() && !text.contains(['{', '}']) && !text.contains("movement.");
    assert!(is_text(&shift.sentence), "{}: {}", shift.key, shift.sentence);
    shift.causes.iter().for_each(|cause| assert!(is_text(&cause.sentence), "{}", cause.sentence));
    let has_points = |shift: &&Shift| shift.before.is_some() || shift.now.is_some();
    let of_parts: Vec<Decimal> = shift.children.iter().filter(has_points).map(|child| child.change).collect();
    let sum: Decimal = if of_parts.is_empty() {
        shift.causes.iter().map(|cause| cause.points).sum()
    } else {
        of_parts.into_iter().sum()
    };
    assert_eq!(sum, shift.change, "{}: {}", shift.key, shift.sentence);
    shift.children.iter().for_each(assert_sums);
}

#[test]
fn more_records_and_a_later_schedule_are_told_apart() {
    let mut world = World::new();
    let unit = world.unit(GUDONG);
    let first = world.project(unit, SHOP, "2021-01-10");
    world.verified(unit, first, "started", "2021-02-10");
    let second = world.project(unit, SHOP, "2021-01-10");
    let claim = world.verified(unit, second, "started", "2021-03-10");
    let moved = movement(&mut world, GUDONG, "2021-03").unwrap();
    assert_eq!(moved.score - moved.previous_score, moved.root.change);
    let item = line(&moved.root, STARTED).unwrap();
    let kinds: Vec<_> = item.causes.iter().map(|cause| cause.kind).collect();
    // 1 of 1.12 in February; 2 of 2.1 in March, when also the points of fewer items are spread.
    assert_eq!(kinds, [CauseKind::Counted, CauseKind::Schedule, CauseKind::Spread], "{}", item.sentence);
    assert!(item.causes[0].points > Decimal::ZERO && item.causes[1].points < Decimal::ZERO, "{}", item.sentence);
    let counted: Vec<RecordId> = item.children[0].counted.iter().map(|source| source.record).collect();
    assert_eq!(counted, [claim]);
    insta::assert_snapshot!(
        "movement_of_a_street",
        format!("{}\n{}\n{}", moved.sentence, moved.root.sentence, item.sentence)
    );
}

#[test]
fn up_to_three_records_are_named_and_of_more_the_number() {
    for (count, ends) in [(1, "项目1）"), (3, "项目19）"), (4, "项目19等 4 条）")] {
        let mut world = World::new();
        let unit = world.unit(GUDONG);
        for _ in 0..count {
            let project = world.project(unit, SHOP, "2021-01-10");
            world.verified(unit, project, "started", "2021-02-10");
        }
        let moved = movement(&mut world, GUDONG, "2021-02").unwrap();
        let cause = line(&moved.root, STARTED).unwrap().causes[0].sentence.clone();
        assert!(cause.ends_with(ends), "{cause}");
    }
}

#[test]
fn a_withdrawn_claim_costs_what_it_had_given_and_says_so() {
    let mut world = World::new();
    let unit = world.unit(GUDONG);
    let project = world.project(unit, SHOP, "2021-01-10");
    let claim = world.verified(unit, project, "started", "2021-03-10");
    world.step(claim, State::Withdrawn, "2021-04-03");
    let moved = movement(&mut world, GUDONG, "2021-04").unwrap();
    let item = line(&moved.root, STARTED).unwrap();
    assert_eq!(item.causes[0].kind, CauseKind::Stopped);
    assert_eq!(item.causes.iter().map(|cause| cause.points).sum::<Decimal>(), item.change);
    let stopped = &item.children[0].stopped[0];
    assert_eq!((stopped.source.record, stopped.reason.as_str()), (claim, "4月核减，不再计入"));
    let in_june = world.explain(GUDONG, "2021-06");
    assert_eq!(crate::world::find(&in_june.root, STARTED).unwrap().stopped[0].reason, "4月核减，不再计入");
    assert!(item.change < Decimal::ZERO);
}

#[test]
fn a_revised_target_and_a_task_that_falls_due_are_causes() {
    let mut world = World::new();
    let unit = world.unit(GUDONG);
    let project = world.project(unit, SHOP, "2021-01-10");
    world.verified(unit, project, "started", "2021-02-10");
    let mut targets = world.targets.clone();
    targets.get_mut(&unit).unwrap().insert(STARTED.into(), Some(20.into()));
    world.board.revise_targets(month("2021-04"), targets);
    let moved = movement(&mut world, GUDONG, "2021-04").unwrap();
    let kinds: Vec<_> = line(&moved.root, STARTED).unwrap().causes.iter().map(|cause| cause.kind).collect();
    assert_eq!(kinds, [CauseKind::Target, CauseKind::Schedule]);
    // 高新 falls due in October: it begins to count, and what was spread for it comes back.
    world.indicator(unit, "2021-10", "net_new_national_hightech", "9", "2021-10-20");
    let moved = movement(&mut world, GUDONG, "2021-10").unwrap();
    let hightech = line(&moved.root, "net_new_national_hightech").unwrap();
    assert_eq!((hightech.before, hightech.causes[1].sentence.as_str()), (None, "由“序时未到”转为“计分”"));
    assert!(line(&moved.root, STARTED).unwrap().causes.iter().any(|cause| cause.kind == CauseKind::Spread));
}

#[test]
fn who_was_passed_and_who_passed_explains_the_rank() {
    let mut world = World::new();
    let (ours, theirs) = (world.unit(GUDONG), world.unit("东街街道"));
    let (first, second) = (world.project(ours, SHOP, "2021-01-10"), world.project(theirs, SHOP, "2021-01-10"));
    world.verified(ours, first, "started", "2021-01-20");
    world.verified(theirs, second, "started", "2021-02-20");
    world.verified(theirs, second, "completed", "2021-02-21");
    let moved = movement(&mut world, GUDONG, "2021-02").unwrap();
    assert_eq!((moved.previous_rank, moved.rank), (Some(1), Some(2)));
    let names: Vec<&str> = moved.passed_by.iter().map(|rival| rival.name.as_str()).collect();
    assert_eq!(names, ["东街街道"]);
    assert!(moved.sentence.ends_with("名次由第 1 降至第 2；被东街街道超过"), "{}", moved.sentence);
    let moved = movement(&mut world, "东街街道", "2021-02").unwrap();
    assert!(moved.passed.iter().any(|rival| rival.name == GUDONG), "{}", moved.sentence);
    assert!(moved.sentence.ends_with("名次由第 2 升至第 1；超过鼓东街道"), "{}", moved.sentence);
    assert_eq!(movement(&mut world, GUDONG, "2021-01"), None, "there is no month before January");
}

#[test]
fn who_was_level_before_and_who_is_level_now_was_not_passed() {
    let mut world = World::new();
    let unit = world.unit(GUDONG);
    let project = world.project(unit, SHOP, "2021-01-10");
    let claim = world.verified(unit, project, "started", "2021-01-20");
    world.step(claim, State::Withdrawn, "2021-02-03");
    let moved = movement(&mut world, "东街街道", "2021-02").unwrap();
    assert!(moved.sentence.ends_with("名次由第 2 升至第 1；追平鼓东街道"), "{}", moved.sentence);
    assert_eq!((moved.passed.len(), moved.passed_by.len()), (1, 0), "all the others were level with it and are");
}

#[test]
fn edge_05_what_stops_counting_is_shown_with_its_reason() {
    let mut world = World::new();
    let unit = world.unit(GUDONG);
    let project = world.project(unit, SHOP, "2021-01-10");
    let claim = world.verified(unit, project, "started", "2021-03-10");
    world.edit_project(project, unit, Draft { total: "9999.99", ..SHOP }, "2021-05-10");
    let explanation = world.explain(GUDONG, "2021-06");
    let node = crate::world::find(&explanation.root, STARTED).unwrap();
    assert!(node.sentence.contains("有 1 条记录不再计入"), "{}", node.sentence);
    let stopped = &node.stopped[0];
    assert_eq!((stopped.source.record, stopped.until), (claim, month("2021-04")));
    assert_eq!(stopped.reason, "总投资现为 9999.99 万元，低于 10000 万元的门槛，不再计入");
    assert!(crate::world::find(&world.explain(GUDONG, "2021-04").root, STARTED).unwrap().stopped.is_empty());
}

#[test]
fn why_a_project_no_longer_counts_is_said_by_what_its_new_content_lacks() {
    let emerging = Draft { flags: &["emerging"], ..SHOP };
    for (indicator, stage, before, after, reason) in [
        (STARTED, "started", SHOP, Draft { category: "digital", ..SHOP }, "考评类别已改为“数字经济”，不再计入"),
        (STARTED, "started", SHOP, Draft { category: "", ..SHOP }, "未选考评类别，不再计入"),
        ("services_started_emerging", "started", emerging, SHOP, "已不带“战略性新兴产业”标识，不再计入"),
        (
            "major_industry_landed",
            "landed",
            SHOP,
            Draft { flags: &["real_estate"], ..SHOP },
            "已带“房地产”标识，不再计入",
        ),
        (
            "major_industry_landed",
            "landed",
            SHOP,
            Draft { sector: "A0100", ..SHOP },
            "行业代码已不在口径之内，不再计入",
        ),
    ] {
        let mut world = World::new();
        let unit = world.unit(GUDONG);
        let project = world.project(unit, before, "2021-01-10");
        world.verified(unit, project, stage, "2021-03-10");
        // Nobody has confirmed it, so it is no reason.
        let about = [("finding", "false_report"), ("matter", stage), ("project", &project.to_string())];
        world.finding(unit, &about, "2021-04-10");
        world.edit_project(project, unit, after, "2021-05-10");
        let explanation = world.explain(GUDONG, "2021-06");
        let stopped = &crate::world::find(&explanation.root, indicator).unwrap().stopped;
        let reasons: Vec<&str> = stopped.iter().map(|stopped| stopped.reason.as_str()).collect();
        assert_eq!(reasons, [reason]);
    }
}

/// Every node says something; what counts names its record and the verification that made it count.
fn assert_told(node: &Node) {
    assert!(!node.sentence.is_empty() && !node.label.is_empty(), "{}", node.key);
    for source in &node.sources {
        assert!(source.record.0 != uuid::Uuid::nil() && source.verification.0 != uuid::Uuid::nil());
        assert!(!source.title.is_empty(), "{}", node.key);
    }
    let is_of_records = node.progress.is_some_and(|progress| !progress.actual.is_zero()) && node.children.is_empty();
    assert!(!is_of_records || !node.sources.is_empty(), "{}: nothing behind {}", node.key, node.sentence);
    node.children.iter().for_each(assert_told);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_differences_sum_to_the_difference_of_the_scores(
        actions in prop::collection::vec(any::<(u8, u8, u8, u8)>(), 1..40),
    ) {
        let mut world = World::new();
        let (mut projects, mut claims) = (Vec::new(), Vec::new());
        for action in actions {
            play(&mut world, &mut projects, &mut claims, action);
        }
        for period in ["2021-03", "2021-05", "2021-10"] {
            for name in [GUDONG, "洪山镇", "福州软件园", "区商务局"] {
                let standing = world.standing(name, period);
                let moved = movement(&mut world, &standing.name, period).unwrap();
                prop_assert_eq!(moved.score, standing.score);
                prop_assert_eq!(Some(moved.previous_score), standing.previous_score);
                prop_assert_eq!(moved.root.change, moved.score - moved.previous_score);
                assert_sums(&moved.root);
                let places = |rivals: usize| i32::try_from(rivals).unwrap();
                if let Some(change) = standing.change {
                    prop_assert_eq!(change, places(moved.passed.len()) - places(moved.passed_by.len()));
                }
                assert_told(&world.explain(&standing.name, period).root);
            }
        }
    }
}
