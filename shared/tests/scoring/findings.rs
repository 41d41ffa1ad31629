//! Findings and what follows from late and returned records: bonus, deductions, vetoes, exemptions.

use crate::world::{SHOP, World, assert_lines_sum, find, month};
use shared::{
    fields::Value,
    id::RecordId,
    inspection::field,
    record::RecordKind,
    scoring::{
        grade::{Grade, Grades},
        outcome::Condition,
        scheme::Scheme,
        veto::Effect,
    },
    unit::Group,
    workflow::State,
};

const GUDONG: &str = "鼓东街道";
const STARTED: &str = "services_started";

/// The points of a bonus or deduction line, as the explanation shows it.
fn line(world: &mut World, period: &str, key: &str) -> Option<String> {
    let explanation = world.explain(GUDONG, period);
    assert_lines_sum(&explanation.root);
    let lines = explanation.root.children.iter().filter(|node| ["bonus", "deduction"].contains(&node.key.as_str()));
    let line = lines.flat_map(|node| &node.children).find(|node| node.key == key);
    line.and_then(|node| node.score).map(|score| score.to_string())
}

fn lists(world: &mut World, period: &str) -> (Vec<String>, Vec<String>) {
    let ranking = world.ranking(period);
    let meeting = ranking.groups[0].meeting.clone().unwrap();
    let name = |unit: &shared::id::UnitId| world.units.iter().find(|known| known.id == *unit).unwrap().name.clone();
    (meeting.speak.iter().map(name).collect(), meeting.pledge.iter().map(name).collect())
}

/// A street with so many verified starts and completions of 服务业 in February.
fn busy(world: &mut World, name: &str, count: usize) -> Vec<RecordId> {
    let unit = world.unit(name);
    let mut projects = Vec::new();
    for _ in 0..count {
        let project = world.project(unit, SHOP, "2021-01-10");
        world.verified(unit, project, "started", "2021-02-10");
        world.verified(unit, project, "completed", "2021-02-20");
        projects.push(project);
    }
    projects
}

#[test]
fn a_late_or_missing_report_costs_a_tenth_of_a_point_up_to_two() {
    let mut world = World::new();
    let unit = world.unit(GUDONG);
    let (early, late) = (world.project(unit, SHOP, "2021-01-10"), world.project(unit, SHOP, "2021-01-10"));
    world.verified(unit, early, "started", "2021-02-10");
    world.verified(unit, late, "started", "2021-02-10");
    world.monthly_report(unit, early, "2021-03", "2021-03-20", Some("2021-03-22"));
    world.monthly_report(unit, late, "2021-03", "2021-03-26", Some("2021-03-27"));
    assert_eq!(line(&mut world, "2021-02", "late_report"), None, "none was due");
    assert_eq!(line(&mut world, "2021-03", "late_report").as_deref(), Some("-0.10"), "one came after the 25th");
    let explanation = world.explain(GUDONG, "2021-03");
    let source = &find(&explanation.root, "late_report").unwrap().sources;
    assert_eq!((source.len(), source[0].subject), (1, late));
    assert_eq!(line(&mut world, "2021-04", "late_report").as_deref(), Some("-0.10"), "April's may still come");
    assert_eq!(line(&mut world, "2021-05", "late_report").as_deref(), Some("-0.30"), "two of April are missing");
    world.monthly_report(unit, early, "2021-04", "2021-05-03", Some("2021-05-04"));
    let after = ["2021-04", "2021-05"].map(|period| line(&mut world, period, "late_report"));
    assert_eq!(after, [Some("-0.10".into()), Some("-0.30".into())], "filed in May, it changes no month that was");
    assert_eq!(line(&mut world, "2021-12", "late_report").as_deref(), Some("-1.90"));
    assert_eq!(world.standing(GUDONG, "2021-12").deduction.to_string(), "1.90");
}

#[test]
fn a_record_returned_twice_costs_a_tenth_from_the_month_of_the_second_return() {
    let mut world = World::new();
    let unit = world.unit(GUDONG);
    let project = world.project(unit, SHOP, "2021-01-10");
    let claim = world.claim(unit, project, "started", "2021-02-01");
    for (to, day) in [
        (State::Returned, "2021-02-02"),
        (State::Submitted, "2021-03-01"),
        (State::Reviewed, "2021-03-02"),
        (State::Returned, "2021-03-03"),
    ] {
        world.step(claim, to, day);
    }
    assert_eq!(line(&mut world, "2021-02", "returned_twice"), None);
    assert_eq!(line(&mut world, "2021-03", "returned_twice").as_deref(), Some("-0.10"));
    for (to, day) in [(State::Submitted, "2021-04-01"), (State::Returned, "2021-04-03")] {
        world.step(claim, to, day);
    }
    assert_eq!(line(&mut world, "2021-12", "returned_twice").as_deref(), Some("-0.10"), "a record counts once");
    // Twice is as soon as it can be: nobody reviewed it in between.
    let hasty = world.claim(unit, project, "completed", "2021-05-01");
    for (to, day) in
        [(State::Returned, "2021-05-02"), (State::Submitted, "2021-05-03"), (State::Returned, "2021-05-04")]
    {
        world.step(hasty, to, day);
    }
    assert_eq!(line(&mut world, "2021-05", "returned_twice").as_deref(), Some("-0.20"));
}

#[test]
fn a_finding_of_the_year_before_or_of_no_known_kind_counts_as_nothing() {
    let mut world = World::new();
    let unit = world.unit(GUDONG);
    world.found(unit, &[(field::FINDING, "notice")], "2020-12-20");
    world.found(unit, &[(field::FINDING, "hearsay")], "2021-02-20");
    for key in ["notice", "late_report", "returned_twice", "false_report", "award"] {
        assert_eq!(line(&mut world, "2021-12", key), None, "{key}");
    }
}

#[test]
fn a_finding_counts_from_its_first_confirmation_and_anew_after_it_was_withdrawn() {
    let mut world = World::new();
    let unit = world.unit(GUDONG);
    let finding = world.found(unit, &[(field::FINDING, "fraud")], "2021-02-10");
    for (says, confirmed, withdrawn) in
        [("更正", "2021-04-05", Some("2021-04-12")), ("复查属实", "2021-06-05", None), ("补充", "2021-07-05", None)]
    {
        world.write(RecordKind::Inspection, finding, unit, None, &[(field::STATEMENT, Value::text(says))], confirmed);
        world.step(finding, State::Submitted, confirmed);
        world.step(finding, State::Reviewed, confirmed);
        if let Some(day) = withdrawn {
            world.step(finding, State::Withdrawn, day);
        }
    }
    let vetoes = ["2021-02", "2021-03", "2021-04", "2021-05", "2021-06", "2021-07"]
        .map(|period| world.standing(GUDONG, period).vetoes.join("、"));
    let (quarter, both) = ("弄虚作假（当季）", "弄虚作假、弄虚作假（当季）");
    assert_eq!(vetoes, [both, quarter, "", "", both, ""], "of its month and of its quarter");
}

#[test]
fn awards_and_circulars_count_from_their_confirmation_each_with_its_cap() {
    let mut world = World::new();
    let unit = world.unit(GUDONG);
    busy(&mut world, GUDONG, 3);
    let waiting = world.finding(unit, &[(field::FINDING, "award")], "2021-02-20");
    assert_eq!(line(&mut world, "2021-02", "award"), None, "nobody has confirmed it");
    world.step(waiting, State::Reviewed, "2021-03-02");
    assert_eq!(line(&mut world, "2021-02", "award"), None, "an event counts from the period of its confirmation");
    assert_eq!(line(&mut world, "2021-03", "award").as_deref(), Some("0.50"));
    for day in ["2021-04-02", "2021-07-02", "2021-10-02"] {
        world.found(unit, &[(field::FINDING, "award")], day);
        world.found(unit, &[(field::FINDING, "notice"), (field::DOCUMENT, "榕鼓督〔2021〕8号")], day);
    }
    assert_eq!(line(&mut world, "2021-10", "award").as_deref(), Some("1.00"), "four awards, capped");
    assert_eq!(line(&mut world, "2021-09", "notice").as_deref(), Some("-2.00"));
    assert_eq!(line(&mut world, "2021-10", "notice").as_deref(), Some("-2.00"), "three circulars, capped");
    let explanation = world.explain(GUDONG, "2021-10");
    let notice = find(&explanation.root, "notice").unwrap();
    assert_eq!(notice.sources[0].title, "督查通报（榕鼓督〔2021〕8号）");
}

#[test]
fn a_false_report_costs_a_point_and_takes_its_project_out_until_it_is_withdrawn() {
    let mut world = World::new();
    let unit = world.unit(GUDONG);
    let project = busy(&mut world, GUDONG, 1)[0];
    let finding = world.found(
        unit,
        &[(field::FINDING, "false_report"), (field::MATTER, "started"), (field::PROJECT, &project.to_string())],
        "2021-04-10",
    );
    let counted =
        |world: &mut World| ["2021-03", "2021-04", "2021-12"].map(|period| world.counted(GUDONG, period, STARTED).0);
    assert_eq!(counted(&mut world), ["1", "0", "0"]);
    assert_eq!(line(&mut world, "2021-03", "false_report"), None);
    assert_eq!(line(&mut world, "2021-04", "false_report").as_deref(), Some("-1.00"));
    let stopped = find(&world.explain(GUDONG, "2021-04").root, STARTED).unwrap().stopped.clone();
    assert_eq!(stopped[0].reason, "督查核查不实，项目不再计入");
    world.step(finding, State::Withdrawn, "2021-06-10");
    assert_eq!(["2021-05", "2021-06"].map(|period| world.counted(GUDONG, period, STARTED).0), ["0", "1"]);
    assert_eq!(line(&mut world, "2021-06", "false_report"), None);
    assert_eq!(world.ranking("2021-06").digest, world.recomputed().ranking(month("2021-06")).digest);
}

#[test]
fn a_finding_that_turns_out_to_be_about_another_project_lets_the_first_one_go() {
    let mut world = World::new();
    let unit = world.unit(GUDONG);
    let projects = busy(&mut world, GUDONG, 2);
    let about = |project: RecordId| project.to_string();
    let finding = world.found(
        unit,
        &[(field::FINDING, "false_report"), (field::MATTER, "started"), (field::PROJECT, &about(projects[0]))],
        "2021-04-10",
    );
    assert_eq!(world.counted(GUDONG, "2021-04", STARTED).0, "1");
    let other = [(field::PROJECT, Value::text(&about(projects[1])))];
    world.write(RecordKind::Inspection, finding, unit, None, &other, "2021-05-10");
    world.step(finding, State::Submitted, "2021-05-10");
    world.step(finding, State::Reviewed, "2021-05-11");
    assert_eq!(world.counted(GUDONG, "2021-05", STARTED).0, "1");
    let anew = world.recomputed();
    for period in ["2021-03", "2021-04", "2021-05", "2021-06"] {
        assert_eq!(world.ranking(period), anew.ranking(month(period)), "{period}");
    }
}

#[test]
fn a_finding_that_turns_out_to_be_about_a_project_counts_once() {
    let mut world = World::new();
    let unit = world.unit(GUDONG);
    let project = busy(&mut world, GUDONG, 1)[0];
    let finding = world.found(unit, &[(field::FINDING, "notice")], "2021-03-10");
    assert_eq!(line(&mut world, "2021-04", "notice").as_deref(), Some("-1.00"));
    let about = [(field::PROJECT, Value::text(&project.to_string()))];
    world.write(RecordKind::Inspection, finding, unit, None, &about, "2021-04-10");
    world.step(finding, State::Submitted, "2021-04-10");
    world.step(finding, State::Reviewed, "2021-04-11");
    assert_eq!(line(&mut world, "2021-04", "notice").as_deref(), Some("-1.00"));
}

#[test]
fn of_two_findings_the_one_that_stays_goes_on_voiding_its_item() {
    let mut world = World::new();
    let unit = world.unit(GUDONG);
    busy(&mut world, GUDONG, 4);
    let mut fraud =
        |matter: &str| world.found(unit, &[(field::FINDING, "fraud"), (field::MATTER, matter)], "2021-03-10");
    let (start, _) = (fraud("started"), fraud("completed"));
    let voided = |world: &mut World| {
        [STARTED, "services_completed"].map(|key| world.item(GUDONG, "2021-03", key).as_deref() == Some("0.00"))
    };
    assert_eq!(voided(&mut world), [true, true]);
    world.step(start, State::Withdrawn, "2021-03-20");
    assert_eq!(voided(&mut world), [false, true]);
}

#[test]
fn fraud_voids_the_items_it_is_about_for_the_month_and_silences_for_the_quarter() {
    let mut world = World::new();
    let unit = world.unit(GUDONG);
    let projects = busy(&mut world, GUDONG, 4);
    assert!(lists(&mut world, "2021-03").0.contains(&GUDONG.to_owned()));
    let about = [(field::FINDING, "fraud"), (field::MATTER, "started"), (field::PROJECT, &projects[0].to_string())];
    world.found(unit, &about, "2021-02-25");
    let item = |world: &mut World, period: &str, key: &str| world.item(GUDONG, period, key).unwrap();
    assert_eq!(item(&mut world, "2021-02", STARTED), "0.00");
    assert_eq!(item(&mut world, "2021-02", "services_started_investment"), "0.00");
    assert_ne!(item(&mut world, "2021-02", "services_completed"), "0.00", "the finding is about the start alone");
    assert_ne!(item(&mut world, "2021-03", STARTED), "0.00", "that month alone");
    let explanation = world.explain(GUDONG, "2021-02");
    assert_lines_sum(&explanation.root);
    let voided = &explanation.root.children[0].children[0];
    assert!(voided.sentence.ends_with("因弄虚作假，本项计 0.00 分"), "{}", voided.sentence);
    let veto = find(&explanation.root, "fraud_in_quarter").unwrap();
    assert_eq!((veto.sentence.as_str(), veto.sources.len()), ("弄虚作假（当季） 1 次：不作介绍经验发言", 1));
    assert!(!lists(&mut world, "2021-03").0.contains(&GUDONG.to_owned()), "first, and does not speak");
    assert_eq!(world.standing(GUDONG, "2021-03").rank, Some(1));
    assert_eq!(world.standing(GUDONG, "2021-03").vetoes, ["弄虚作假（当季）"]);
    assert!(world.standing(GUDONG, "2021-04").vetoes.is_empty());
}

#[test]
fn a_serious_accident_keeps_a_unit_from_speaking_in_its_quarter() {
    let mut world = World::new();
    let unit = world.unit(GUDONG);
    busy(&mut world, GUDONG, 7);
    world.found(unit, &[(field::FINDING, "accident")], "2021-04-25");
    assert!(lists(&mut world, "2021-03").0.contains(&GUDONG.to_owned()));
    assert!(!lists(&mut world, "2021-06").0.contains(&GUDONG.to_owned()));
    assert!(lists(&mut world, "2021-09").0.contains(&GUDONG.to_owned()));
}

#[test]
fn an_exemption_on_record_spares_the_pledge() {
    let mut world = World::new();
    let unit = world.unit(GUDONG);
    assert!(lists(&mut world, "2021-03").1.contains(&GUDONG.to_owned()));
    world.found(unit, &[(field::FINDING, "exemption")], "2021-03-05");
    assert!(!lists(&mut world, "2021-03").1.contains(&GUDONG.to_owned()));
    assert!(lists(&mut world, "2021-06").1.contains(&GUDONG.to_owned()), "in its quarter");
}

/// The default scheme, in which an accident has other effects on streets.
fn with_effects(effects: &[Effect]) -> World {
    let mut scheme = Scheme::default_scheme();
    let street = scheme.groups.get_mut(&Group::Street).unwrap();
    street.vetoes.iter_mut().filter(|veto| veto.key == "accident").for_each(|veto| veto.effects = effects.to_vec());
    let mut world = World::with_scheme(scheme);
    for (name, count) in [(GUDONG, 9), ("鼓西街道", 1), ("温泉街道", 1), ("东街街道", 1)] {
        busy(&mut world, name, count);
    }
    let unit = world.unit(GUDONG);
    world.found(unit, &[(field::FINDING, "accident")], "2021-02-25");
    world
}

#[test]
fn a_veto_may_hold_a_rank_back_void_a_block_or_disqualify() {
    let ranks = |world: &mut World| {
        [GUDONG, "鼓西街道", "温泉街道", "东街街道"].map(|name| world.standing(name, "2021-03").rank)
    };
    let mut world = with_effects(&[Effect::NoSpeech]);
    let order = ranks(&mut world);
    assert_eq!(order[0], Some(1));
    let score = world.standing(GUDONG, "2021-03").score;

    let mut held = with_effects(&[Effect::RankAtBest(3)]);
    assert_eq!(held.standing(GUDONG, "2021-03").rank, Some(3));
    assert_eq!(held.standing(GUDONG, "2021-03").score, score, "the points stay");
    let ahead = ranks(&mut held)[1..].iter().flatten().filter(|rank| **rank < 3).count();
    assert_eq!(ahead, 2, "two stand before it");

    let mut voided = with_effects(&[Effect::BlocksZero(vec!["services".into()])]);
    assert_eq!(voided.item(GUDONG, "2021-03", STARTED).as_deref(), Some("0.00"));
    assert_eq!(voided.item(GUDONG, "2021-03", "services_completed").as_deref(), Some("0.00"));
    assert_lines_sum(&voided.explain(GUDONG, "2021-03").root);

    let mut single = with_effects(&[Effect::ItemsZero(vec![STARTED.into()])]);
    assert_eq!(single.item(GUDONG, "2021-03", STARTED).as_deref(), Some("0.00"));
    assert_ne!(single.item(GUDONG, "2021-03", "services_completed").as_deref(), Some("0.00"));

    let mut out = with_effects(&[Effect::Disqualified]);
    assert_eq!((out.standing(GUDONG, "2021-03").rank, out.standing(GUDONG, "2021-03").score), (None, score));
    assert_eq!(out.standing("鼓西街道", "2021-03").rank, Some(1));
    assert!(out.explain(GUDONG, "2021-03").root.sentence.ends_with("取消评比资格，只列示、不排名"));
}

#[test]
fn a_veto_moves_nobody_forward_and_keeps_the_order_of_those_it_holds_back() {
    let order = |hit: &[&str]| -> Vec<String> {
        let mut scheme = Scheme::default_scheme();
        let street = scheme.groups.get_mut(&Group::Street).unwrap();
        street.vetoes.iter_mut().for_each(|veto| veto.effects = vec![Effect::RankAtBest(3)]);
        let mut world = World::with_scheme(scheme);
        for (name, count) in [(GUDONG, 9), ("鼓西街道", 3), ("温泉街道", 2), ("东街街道", 1)] {
            busy(&mut world, name, count);
        }
        for name in hit {
            let unit = world.unit(name);
            world.found(unit, &[(field::FINDING, "accident")], "2021-02-25");
        }
        let units = world.ranking("2021-03").groups[0].units.clone();
        let ranks: Vec<_> = units.iter().take(4).map(|standing| standing.rank).collect();
        assert_eq!(ranks, [Some(1), Some(2), Some(3), Some(4)], "{hit:?}");
        units.into_iter().take(4).map(|standing| standing.name).collect()
    };
    let natural = order(&[]);
    let [first, second, third, fourth] = [0, 1, 2, 3].map(|place| natural[place].as_str());
    assert_eq!(order(&[fourth]), natural, "it stands behind the third without any veto");
    assert_eq!(order(&[first, second]), [third, fourth, first, second]);
}

#[test]
fn grades_follow_the_rank_and_a_finished_task_lifts_by_one() {
    let mut scheme = Scheme::default_scheme();
    let grade = |label: &str, first| Grade { label: label.to_owned(), first, least: None };
    let steps = vec![grade("优秀", Some(1)), grade("良好", Some(3)), grade("一般", None)];
    let street = scheme.groups.get_mut(&Group::Street).unwrap();
    street.grades = Some(Grades { steps, lift: Some(Condition::JointFinished) });
    let mut world = World::with_scheme(scheme);
    for name in [GUDONG, "鼓西街道"] {
        busy(&mut world, name, 9);
    }
    let graded = |world: &mut World, name: &str| {
        let standing = world.standing(name, "2021-03");
        (standing.rank, standing.grade.unwrap(), standing.lifted)
    };
    let mut best = [GUDONG, "鼓西街道"].map(|name| graded(&mut world, name));
    best.sort();
    assert_eq!(best, [(Some(1), "优秀".into(), false), (Some(2), "优秀".into(), true)]);
    let last = graded(&mut world, "五凤街道");
    assert_eq!((last.1.as_str(), last.2), ("良好", false), "third, and has finished nothing");
}

#[test]
fn all_deductions_together_are_held_at_ten() {
    let mut world = World::new();
    let unit = world.unit(GUDONG);
    busy(&mut world, GUDONG, 7);
    for _ in 0..9 {
        world.found(unit, &[(field::FINDING, "false_report"), (field::MATTER, "visits")], "2021-03-05");
        world.found(unit, &[(field::FINDING, "notice")], "2021-03-05");
    }
    let standing = world.standing(GUDONG, "2021-03");
    assert_eq!(standing.deduction.to_string(), "7.00", "5 and 2, each line with its own cap");
    let mut scheme = Scheme::default_scheme();
    scheme.groups.values_mut().flat_map(|group| &mut group.deduction.lines).for_each(|line| line.cap = 50.into());
    let mut uncapped = World::with_scheme(scheme);
    for _ in 0..9 {
        uncapped.found(unit, &[(field::FINDING, "notice")], "2021-03-05");
        uncapped.found(unit, &[(field::FINDING, "false_report"), (field::MATTER, "visits")], "2021-03-05");
    }
    assert_eq!(uncapped.standing(GUDONG, "2021-03").deduction.to_string(), "10.00");
    assert_eq!(uncapped.standing(GUDONG, "2021-03").score.to_string(), "0.00", "not below zero");
}

#[test]
fn a_project_that_was_taken_out_owes_no_reports() {
    let mut world = World::new();
    let unit = world.unit(GUDONG);
    let project = world.project(unit, SHOP, "2021-01-10");
    world.verified(unit, project, "started", "2021-02-10");
    let about = [(field::FINDING, "false_report"), (field::MATTER, "started"), (field::PROJECT, &project.to_string())];
    world.found(unit, &about, "2021-04-10");
    assert_eq!(world.item(GUDONG, "2021-03", "reports").as_deref(), Some("0.00"));
    assert_eq!(world.item(GUDONG, "2021-04", "reports"), None);
    assert_eq!(line(&mut world, "2021-12", "late_report").as_deref(), Some("-0.10"), "March's alone");
}
