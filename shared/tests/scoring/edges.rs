//! The edge cases of the domain (`domain.md` §7) that concern scoring, each with its number.

use shared::{calendar::Month, scoring::scheme::Scheme, workflow::State};

use crate::world::{Draft, SHOP, World, month};

const GUDONG: &str = "鼓东街道";
const STARTED: &str = "services_started";

#[test]
fn edge_01_what_was_verified_in_march_and_withdrawn_in_may_counts_in_march_and_april() {
    let mut world = World::new();
    let unit = world.unit(GUDONG);
    let project = world.project(unit, SHOP, "2021-01-10");
    let claim = world.verified(unit, project, "started", "2021-03-10");
    world.step(claim, State::Withdrawn, "2021-05-03");
    let counted =
        ["2021-02", "2021-03", "2021-04", "2021-05", "2021-12"].map(|period| world.counted(GUDONG, period, STARTED).0);
    assert_eq!(counted, ["0", "1", "1", "0", "0"]);
}

#[test]
fn edge_02_a_report_filed_before_the_deadline_and_received_after_it_is_in_time() {
    let mut world = World::new();
    let unit = world.unit(GUDONG);
    let project = world.project(unit, SHOP, "2021-01-10");
    world.verified(unit, project, "started", "2021-02-10");
    // Submitted on the tablet on the 24th; the review shows that the server had it only in April.
    world.monthly_report(unit, project, "2021-03", "2021-03-24", Some("2021-04-02"));
    assert_eq!(world.counted(GUDONG, "2021-03", "reports").0, "1");
}

#[test]
fn edge_03_a_start_and_a_completion_of_one_month_both_count_and_so_does_a_completion_alone() {
    let mut world = World::new();
    let unit = world.unit(GUDONG);
    let quick = world.project(unit, SHOP, "2021-01-10");
    world.verified(unit, quick, "started", "2021-03-10");
    world.verified(unit, quick, "completed", "2021-03-11");
    // Started in an earlier year: the start was counted then.
    let old = world.project(unit, SHOP, "2020-05-10");
    world.verified(unit, old, "started", "2020-06-10");
    world.verified(unit, old, "completed", "2021-03-20");
    assert_eq!(world.counted(GUDONG, "2021-03", STARTED).0, "1");
    assert_eq!(world.counted(GUDONG, "2021-03", "services_completed").0, "2");
}

#[test]
fn edge_04_a_category_changed_in_april_leaves_march_as_it_was() {
    let mut world = World::new();
    let unit = world.unit("洪山镇");
    let project = world.project(unit, SHOP, "2021-01-10");
    world.verified(unit, project, "started", "2021-03-10");
    let march = world.ranking("2021-03");
    world.edit_project(project, unit, Draft { category: "digital", ..SHOP }, "2021-04-10");
    assert_eq!(world.ranking("2021-03").digest, march.digest);
    let at = |world: &mut World, key: &str| ["2021-03", "2021-04"].map(|period| world.counted("洪山镇", period, key).0);
    assert_eq!(at(&mut world, STARTED), ["1", "0"]);
    assert_eq!(at(&mut world, "digital_started"), ["0", "1"]);
}

#[test]
fn edge_05_a_total_that_falls_below_one_yi_stops_counting() {
    let mut world = World::new();
    let unit = world.unit(GUDONG);
    let project = world.project(unit, SHOP, "2021-01-10");
    world.verified(unit, project, "started", "2021-03-10");
    world.edit_project(project, unit, Draft { total: "9999.99", ..SHOP }, "2021-05-10");
    let counted = ["2021-04", "2021-05"].map(|period| world.counted(GUDONG, period, STARTED));
    assert_eq!(counted, [("1".into(), 1), ("0".into(), 0)]);
}

#[test]
fn edge_06_one_project_filed_by_two_units_scores_once() {
    let mut world = World::new();
    let (first, second) = (world.unit(GUDONG), world.unit("温泉街道"));
    let draft = Draft { code: "2101-350102-04-01-123456", ..SHOP };
    let (ours, theirs) = (world.project(first, draft, "2021-01-10"), world.project(second, draft, "2021-01-11"));
    world.verified(second, theirs, "started", "2021-02-01");
    assert_eq!(world.counted("温泉街道", "2021-02", STARTED).0, "0");
    world.verified(first, ours, "started", "2021-03-01");
    assert_eq!(world.counted(GUDONG, "2021-03", STARTED).0, "1");
    assert_eq!(world.counted("温泉街道", "2021-03", STARTED).0, "0");
    // The code was a slip: with its own code the second one counts.
    world.edit_project(theirs, second, Draft { code: "2101-350102-04-01-654321", ..SHOP }, "2021-04-01");
    assert_eq!(world.counted("温泉街道", "2021-04", STARTED).0, "1");
    assert_eq!(world.ranking("2021-04").digest, world.recomputed().ranking(month("2021-04")).digest);
}

#[test]
fn edge_07_when_all_have_finished_nobody_pledges() {
    let mut world = World::new();
    let streets: Vec<String> =
        world.ranking("2021-03").groups[0].units.iter().map(|standing| standing.name.clone()).collect();
    let pledging = world.ranking("2021-03").groups[0].meeting.clone().unwrap().pledge.len();
    assert_eq!(pledging, streets.len(), "with nothing done all are last, and none has finished");
    for street in &streets {
        let unit = world.unit(street);
        for _ in 0..4 {
            let project = world.project(unit, SHOP, "2021-01-10");
            world.verified(unit, project, "started", "2021-02-10");
            world.verified(unit, project, "completed", "2021-03-10");
        }
    }
    assert!(world.ranking("2021-03").groups[0].meeting.clone().unwrap().pledge.is_empty());
    assert!(world.ranking("2021-04").groups[0].meeting.is_none(), "the meeting is quarterly");
}

#[test]
fn edge_08_a_unit_without_a_task_is_listed_and_not_ranked() {
    let mut world = World::new();
    let standing = world.standing("区行政服务中心", "2021-06");
    assert_eq!((standing.rank, standing.score.to_string()), (None, "0.00".into()));
    assert_eq!(standing.items.iter().filter(|item| item.score.is_some()).count(), 0);
    let last = world.ranking("2021-06").groups[2].units.last().unwrap().name.clone();
    assert_eq!(last, "区行政服务中心");
    let sentence = world.explain("区行政服务中心", "2021-06").root.sentence;
    assert!(sentence.ends_with("有任务的分值只有 0 分（共 100 分），任务不足，只列示、不排名"), "{sentence}");
}

#[test]
fn edge_09_weights_that_do_not_sum_to_100_are_refused() {
    let toml = include_str!("../../schemes/default-2021.1.toml").replacen("points = 14", "points = 15", 1);
    let issues = Scheme::parse(&toml).unwrap_err();
    assert_eq!(issues.iter().map(ToString::to_string).collect::<Vec<_>>(), ["group.street: 分值合计为 101，应为 100"]);
}

#[test]
fn edge_10_targets_revised_in_april_leave_march_as_it_was() {
    let mut world = World::new();
    let unit = world.unit(GUDONG);
    let project = world.project(unit, SHOP, "2021-01-10");
    world.verified(unit, project, "started", "2021-03-10");
    let march = world.ranking("2021-03");
    let mut targets = world.targets.clone();
    targets.get_mut(&unit).unwrap().insert(STARTED.into(), Some(20.into()));
    world.board.revise_targets(Month::new(2021, 4).unwrap(), targets);
    assert_eq!(world.ranking("2021-03").digest, march.digest);
    let progress = world.standing(GUDONG, "2021-04").joint;
    assert_eq!(progress.target.to_string(), "24", "20 starts and 4 completions");
}

#[test]
fn edge_11_phases_with_codes_of_their_own_both_count() {
    let mut world = World::new();
    let unit = world.unit(GUDONG);
    for code in ["2101-350102-04-01-000001", "2101-350102-04-01-000002"] {
        let phase = world.project(unit, Draft { code, ..SHOP }, "2021-01-10");
        world.verified(unit, phase, "started", "2021-02-10");
    }
    assert_eq!(world.counted(GUDONG, "2021-02", STARTED).0, "2");
}

#[test]
fn edge_12_figures_that_exist_only_at_year_end_are_not_due_until_then() {
    let mut world = World::new();
    let unit = world.unit(GUDONG);
    world.indicator(unit, "2021-12", "rnd_growth", "0.12", "2021-12-20");
    assert_eq!(world.item(GUDONG, "2021-11", "rnd_growth"), None);
    assert_eq!(world.item(GUDONG, "2021-09", "net_new_national_hightech"), None);
    assert_eq!(world.item(GUDONG, "2021-10", "net_new_national_hightech").as_deref(), Some("0.00"));
    // 2 · 12 / 15 = 1.6, spread over what applies: 83 of 100.
    assert_eq!(world.item(GUDONG, "2021-12", "rnd_growth").as_deref(), Some("1.93"));
}

#[test]
fn edge_13_equal_totals_share_a_rank_and_the_next_one_is_skipped() {
    let mut world = World::new();
    let unit = world.unit(GUDONG);
    let project = world.project(unit, SHOP, "2021-01-10");
    world.verified(unit, project, "started", "2021-02-10");
    let street = world.ranking("2021-02").groups[0].units.clone();
    let ranks: Vec<_> = street.iter().map(|standing| standing.rank.unwrap()).collect();
    assert_eq!(ranks[..3], [1, 2, 2]);
    assert!(ranks[1..].iter().all(|rank| *rank == 2));
}
