//! The board against records: what counts, from when, and that keeping it up equals computing it anew.

use crate::world::{Draft, SHOP, World, assert_lines_sum, find, month, text};
use proptest::prelude::*;
use shared::{id::RecordId, record::RecordKind, service, unit::Group, workflow::State};

const GUDONG: &str = "鼓东街道";
const MONTHS: [&str; 7] = ["2021-01", "2021-02", "2021-03", "2021-04", "2021-05", "2021-06", "2021-12"];

#[test]
fn a_claim_counts_from_the_month_of_its_verification() {
    let mut world = World::new();
    let unit = world.unit(GUDONG);
    let project = world.project(unit, SHOP, "2021-01-10");
    let claim = world.claim(unit, project, "started", "2021-02-10");
    assert_eq!(world.standing(GUDONG, "2021-02").waiting, 1);
    world.step(claim, State::Reviewed, "2021-02-11");
    world.step(claim, State::Verified, "2021-03-02");
    assert_eq!(world.standing(GUDONG, "2021-02").waiting, 0);
    assert_eq!(world.counted(GUDONG, "2021-02", "services_started"), ("0".into(), 0));
    assert_eq!(world.counted(GUDONG, "2021-03", "services_started"), ("1".into(), 1));
    assert_eq!(world.counted(GUDONG, "2021-03", "services_started_investment"), ("2".into(), 1));
    // 14 · 1 / (7 · 30 %)
    let explanation = world.explain(GUDONG, "2021-03");
    let item = explanation
        .root
        .children
        .iter()
        .flat_map(|block| &block.children)
        .find(|item| item.key == "services_started")
        .unwrap();
    assert!(
        item.sentence.starts_with(
            "服务业新开工数 1 个，应完成 2.1 个（全年 7 个 × 30%），得 14 × 1 ÷ 2.1 = 6.67 分，无任务项折算 × 100/"
        ),
        "{}",
        item.sentence
    );
    assert_eq!(item.children[0].sources[0].record, claim);
    assert_eq!(item.children[0].sources[0].subject, project);
    insta::assert_json_snapshot!("explanation_of_a_start", explanation);
}

#[test]
fn a_claim_that_was_changed_since_it_was_submitted_waits_for_nobody_else() {
    let mut world = World::new();
    let unit = world.unit(GUDONG);
    let project = world.project(unit, SHOP, "2021-01-10");
    let claim = world.claim(unit, project, "started", "2021-02-10");
    world.write(RecordKind::StageClaim, claim, unit, None, &[("stage", text("completed"))], "2021-02-11");
    assert_eq!(world.standing(GUDONG, "2021-02").waiting, 0);
    world.step(claim, State::Submitted, "2021-02-12");
    assert_eq!(world.standing(GUDONG, "2021-02").waiting, 1);
}

#[test]
fn a_rate_of_january_follows_its_record() {
    let mut world = World::new();
    let unit = world.unit(GUDONG);
    let visit = world.visit(unit, "2021-01", None);
    world.visit(unit, "2021-01", Some("2021-01-20"));
    assert_eq!(world.counted(GUDONG, "2021-01", "visits"), ("0.5".into(), 2));
    let visited = [(service::visit::VISITED_ON, text("2021-01-21"))];
    world.write(RecordKind::ServiceVisit, visit, unit, Some(month("2021-01")), &visited, "2021-01-21");
    world.step(visit, State::Submitted, "2021-01-21");
    world.step(visit, State::Reviewed, "2021-01-21");
    assert_eq!(world.counted(GUDONG, "2021-01", "visits"), ("1".into(), 2));
}

#[test]
fn a_visit_that_was_withdrawn_is_not_due_until_it_is_approved_again() {
    let mut world = World::new();
    let unit = world.unit(GUDONG);
    let visit = world.visit(unit, "2021-06", Some("2021-06-04"));
    assert_eq!(world.counted(GUDONG, "2021-06", "visits"), ("1".into(), 1));
    world.step(visit, State::Withdrawn, "2021-06-20");
    assert_eq!(world.item(GUDONG, "2021-06", "visits"), None);
    world.step(visit, State::Submitted, "2021-07-01");
    world.step(visit, State::Reviewed, "2021-07-02");
    assert_eq!(world.counted(GUDONG, "2021-06", "visits"), ("1".into(), 1));
}

#[test]
fn rates_are_of_the_month_and_absent_without_a_denominator() {
    let mut world = World::new();
    let unit = world.unit(GUDONG);
    world.visit(unit, "2021-06", Some("2021-06-20"));
    world.visit(unit, "2021-06", None);
    world.visit(unit, "2021-05", None);
    world.service_issue(unit, "2021-06-15", Some("2021-06-15"));
    world.service_issue(unit, "2021-06-15", Some("2021-06-16"));
    world.service_issue(unit, "2021-06-30", None);
    assert_eq!(world.counted(GUDONG, "2021-06", "visits"), ("0.5".into(), 2));
    assert_eq!(world.counted(GUDONG, "2021-06", "service_issues"), ("0.333333".into(), 3));
    assert_eq!(world.counted(GUDONG, "2021-05", "visits"), ("0".into(), 1));
    assert_eq!(world.item(GUDONG, "2021-05", "service_issues"), None);
    assert_eq!(world.item(GUDONG, "2021-04", "visits"), None);
}

#[test]
fn a_report_is_due_for_each_month_of_construction() {
    let mut world = World::new();
    let unit = world.unit(GUDONG);
    let (early, late) = (world.project(unit, SHOP, "2021-01-10"), world.project(unit, SHOP, "2021-01-10"));
    world.verified(unit, early, "started", "2021-02-10");
    world.verified(unit, late, "started", "2021-03-10");
    world.monthly_report(unit, early, "2021-03", "2021-03-20", Some("2021-03-22"));
    world.monthly_report(unit, early, "2021-04", "2021-04-26", Some("2021-04-27"));
    world.monthly_report(unit, late, "2021-04", "2021-04-20", Some("2021-04-22"));
    world.verified(unit, early, "completed", "2021-04-28");
    assert_eq!(world.item(GUDONG, "2021-02", "reports"), None, "construction begins after the month of the start");
    assert_eq!(world.counted(GUDONG, "2021-03", "reports"), ("1".into(), 1));
    assert_eq!(world.counted(GUDONG, "2021-04", "reports"), ("0.5".into(), 2), "one came a day late");
    assert_eq!(world.counted(GUDONG, "2021-05", "reports"), ("0".into(), 1), "the completed one owes none");
}

#[test]
fn the_latest_verified_figure_of_an_indicator_counts() {
    let mut world = World::new();
    let unit = world.unit(GUDONG);
    world.indicator(unit, "2021-03", "new_commerce_above_quota", "3", "2021-03-28");
    let may = world.indicator(unit, "2021-05", "new_commerce_above_quota", "6", "2021-06-02");
    world.indicator(unit, "2021-04", "new_commerce_above_quota", "4", "2021-06-03");
    for (period, figure) in [("2021-02", "0"), ("2021-03", "3"), ("2021-05", "3"), ("2021-06", "6"), ("2021-12", "6")] {
        assert_eq!(world.counted(GUDONG, period, "new_commerce_above_quota").0, figure, "{period}");
    }
    world.step(may, State::Withdrawn, "2021-08-01");
    assert_eq!(world.counted(GUDONG, "2021-07", "new_commerce_above_quota").0, "6");
    assert_eq!(world.counted(GUDONG, "2021-08", "new_commerce_above_quota").0, "4");
}

#[test]
fn landed_projects_count_by_sector_and_size() {
    let mut world = World::new();
    let unit = world.unit(GUDONG);
    let mut landed = |category: &str, total: &str, sector: &str, flags: &[&str]| {
        let project = world.project(unit, Draft { category, total, sector, flags, code: "" }, "2021-01-10");
        world.verified(unit, project, "landed", "2021-02-10");
        world.counted(GUDONG, "2021-02", "major_industry_landed").0
    };
    assert_eq!(landed("services", "6000", "L7200", &[]), "1", "a 6,000 万 service project counts for 表5");
    assert_eq!(landed("services", "4999.99", "L7200", &[]), "1");
    assert_eq!(landed("industry", "29999", "C3900", &[]), "1");
    assert_eq!(landed("industry", "30000", "C3900", &[]), "2");
    assert_eq!(landed("industry", "10000", "C3900", &["technical_upgrade"]), "3");
    assert_eq!(landed("services", "90000", "K7010", &["real_estate"]), "3");
    assert_eq!(landed("services", "90000", "A0100", &[]), "3");
    assert_eq!(landed("services", "100", "A0100", &["foreign"]), "3");
    assert_eq!(world.counted(GUDONG, "2021-02", "foreign_landed").0, "1");
}

#[test]
fn a_lead_department_answers_for_its_field_across_the_district() {
    let mut world = World::new();
    let commerce = "区商务局";
    let before = world.item(commerce, "2021-03", "led_field").unwrap();
    assert_eq!(before.parse::<rust_decimal::Decimal>().unwrap(), rust_decimal::Decimal::ZERO);
    let unit = world.unit(GUDONG);
    let project = world.project(unit, SHOP, "2021-01-10");
    let claim = world.claim(unit, project, "started", "2021-03-01");
    world.step(claim, State::Reviewed, "2021-03-02");
    world.step(claim, State::Verified, "2021-03-20");
    assert_ne!(world.item(commerce, "2021-03", "led_field").unwrap(), before);
    let explanation = world.explain(commerce, "2021-03");
    let led = find(find(&explanation.root, "led_field").unwrap(), "services_started").unwrap();
    assert_eq!((led.progress.unwrap().actual.to_string(), led.sources.len()), ("1".into(), 1));
    assert_eq!(world.counted(commerce, "2021-03", "verification"), ("0".into(), 1), "18 days are more than 10");
    assert_eq!(world.item("区数字办", "2021-03", "verification"), None);
}

#[test]
fn a_decision_stands_until_it_is_taken_back_and_the_next_one_is_judged_by_itself() {
    for (taken_back, march) in [(None, "1"), (Some("2021-03-20"), "0"), (Some("2021-04-10"), "0")] {
        let mut world = World::new();
        let unit = world.unit(GUDONG);
        let project = world.project(unit, SHOP, "2021-01-10");
        let claim = world.claim(unit, project, "started", "2021-03-01");
        world.step(claim, State::Reviewed, "2021-03-02");
        world.step(claim, State::Verified, "2021-03-05");
        if let Some(day) = taken_back {
            world.step(claim, State::Withdrawn, day);
        }
        let decided = |world: &mut World, period: &str| world.counted("区商务局", period, "verification");
        assert_eq!(decided(&mut world, "2021-03"), (march.to_owned(), 1), "{taken_back:?}");
        for (to, day) in
            [(State::Submitted, "2021-05-01"), (State::Reviewed, "2021-05-02"), (State::Verified, "2021-05-03")]
        {
            world.step(claim, to, day);
        }
        assert_eq!(decided(&mut world, "2021-05"), ("1".to_owned(), 1), "{taken_back:?}");
    }
}

#[test]
fn the_change_since_the_month_before_is_in_places() {
    let mut world = World::new();
    let (unit, other) = (world.unit(GUDONG), world.unit("东街街道"));
    let (first, second) = (world.project(unit, SHOP, "2021-01-10"), world.project(other, SHOP, "2021-01-10"));
    world.verified(unit, first, "started", "2021-01-20");
    assert_eq!((world.standing(GUDONG, "2021-01").rank, world.standing(GUDONG, "2021-01").change), (Some(1), None));
    world.verified(other, second, "started", "2021-02-20");
    world.verified(other, second, "completed", "2021-02-21");
    let (ours, theirs) = (world.standing(GUDONG, "2021-02"), world.standing("东街街道", "2021-02"));
    assert_eq!((theirs.rank, theirs.change), (Some(1), Some(1)));
    assert_eq!((ours.rank, ours.change), (Some(2), Some(-1)));
    assert_eq!(theirs.gap, ours.gap);
    assert_eq!(ours.previous_score, Some(world.standing(GUDONG, "2021-01").score));
}

#[test]
fn what_becomes_known_of_a_month_is_what_the_next_one_is_compared_with() {
    // Each is the street's own, but a department leads what the figure is about.
    for (name, is_figure) in [(GUDONG, false), ("区商务局", true)] {
        let mut world = World::new();
        let unit = world.unit(GUDONG);
        world.visit(unit, "2021-01", None);
        let before = world.standing(name, "2021-02").previous_score.unwrap();
        if is_figure {
            world.indicator(unit, "2021-01", "new_commerce_above_quota", "9", "2021-01-20");
        } else {
            world.visit(unit, "2021-01", Some("2021-01-20"));
        }
        let compared = world.standing(name, "2021-02").previous_score.unwrap();
        assert!(compared > before, "{name}: {compared} {before}");
        assert_eq!(compared, world.standing(name, "2021-01").score, "{name}");
    }
}

/// One random thing that happens to the ledger.
pub(crate) fn play(
    world: &mut World,
    projects: &mut Vec<(RecordId, usize)>,
    claims: &mut Vec<RecordId>,
    (action, first, second, number): (u8, u8, u8, u8),
) {
    let names = [GUDONG, "洪山镇", "福州软件园", "区商务局"];
    let which = usize::from(first) % names.len();
    let unit = world.unit(names[which]);
    let day = format!("2021-{:02}-{:02}", number % 6 + 1, second % 28 + 1);
    let period = format!("2021-{:02}", number % 6 + 1);
    let draft = Draft {
        category: ["services", "industry", "digital", "ecology_livelihood"][usize::from(second) % 4],
        total: ["9999.99", "20000", "123456.78", "500000"][usize::from(number) % 4],
        sector: ["C3900", "L7200", "", "A0100"][usize::from(action / 16) % 4],
        flags: [&["emerging"][..], &[], &["foreign", "emerging"], &["technical_upgrade"]][usize::from(first / 4) % 4],
        code: ["", "", "2101-350102-04-01-000001"][usize::from(second / 4) % 3],
    };
    let stage = ["landed", "started", "completed"][usize::from(number) % 3];
    match (action % 9, projects.is_empty(), claims.is_empty()) {
        (1 | 2, false, _) => {
            let (project, owner) = projects[usize::from(first) % projects.len()];
            let unit = world.unit(names[owner]);
            claims.push(world.verified(unit, project, stage, &day));
        }
        (3, _, false) => {
            let claim = claims[usize::from(first) % claims.len()];
            if world.replica.get(claim).unwrap().state() == State::Verified {
                world.step(claim, State::Withdrawn, &day);
            }
        }
        (4, false, _) => {
            let (project, owner) = projects[usize::from(first) % projects.len()];
            let unit = world.unit(names[owner]);
            world.edit_project(project, unit, draft, &day);
        }
        (5, false, _) => {
            let (project, owner) = projects[usize::from(first) % projects.len()];
            let unit = world.unit(names[owner]);
            world.monthly_report(unit, project, &period, &day, (second % 2 == 0).then_some(day.as_str()));
        }
        (6, _, _) => drop(world.visit(unit, &period, (second % 2 == 0).then_some(day.as_str()))),
        (7, _, _) => drop(world.service_issue(unit, &day, (second % 2 == 0).then_some(day.as_str()))),
        (8, _, _) => drop(world.indicator(unit, &period, "new_commerce_above_quota", &second.to_string(), &day)),
        _ => projects.push((world.project(unit, draft, &day), which)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn keeping_the_board_up_equals_computing_it_anew(actions in prop::collection::vec(any::<(u8, u8, u8, u8)>(), 1..40)) {
        let mut world = World::new();
        let (mut projects, mut claims) = (Vec::new(), Vec::new());
        for action in actions {
            play(&mut world, &mut projects, &mut claims, action);
            world.refresh();
        }
        let anew = world.recomputed();
        for period in MONTHS {
            prop_assert_eq!(world.board.ranking(month(period)), anew.ranking(month(period)));
        }
    }

    #[test]
    fn the_lines_of_an_explanation_sum_to_the_score(actions in prop::collection::vec(any::<(u8, u8, u8, u8)>(), 1..40)) {
        let mut world = World::new();
        let (mut projects, mut claims) = (Vec::new(), Vec::new());
        for action in actions {
            play(&mut world, &mut projects, &mut claims, action);
        }
        for period in ["2021-03", "2021-06", "2021-12"] {
            for group in world.ranking(period).groups {
                for standing in group.units {
                    let explanation = world.explain(&standing.name, period);
                    prop_assert_eq!(explanation.score, standing.score);
                    prop_assert_eq!(explanation.root.score, Some(standing.score));
                    assert_lines_sum(&explanation.root);
                }
            }
        }
    }
}

#[test]
fn all_three_groups_stand_in_the_plans_order() {
    let groups: Vec<Group> = World::new().ranking("2021-06").groups.iter().map(|group| group.group).collect();
    assert_eq!(groups, Group::ALL);
}
