//! The rules over time: which scheme and which targets hold in which month, and what puts others in force.

use std::collections::BTreeSet;

use shared::{
    api::ErrorCode,
    calendar::Month,
    id::PersonId,
    period::{Basis, By},
    person::{Person, Role},
    rules::{Change, Rules, Sound},
    scoring::{board::Board, scheme::Scheme, table::split_csv, targets::TargetsTable},
};
use uuid::Uuid;

use crate::world::{SHOP, TARGETS, World, month};

const GUDONG: &str = "鼓东街道";

/// The default scheme with 15 points for starts and 13 for landings, from May to the end of a month.
fn from_may(until: &str) -> String {
    Scheme::default_text()
        .replace("name = \"default-2021.1\"", "name = \"default-2021.2\"")
        .replace("effective_from = \"2021-01\"", "effective_from = \"2021-05\"")
        .replace("effective_until = \"2021-12\"", &format!("effective_until = \"{until}\""))
        .replacen("points = 14", "points = 16", 1)
        .replacen("points = 12", "points = 10", 1)
}

fn scheme(until: &str) -> Change {
    Change::Scheme { text: from_may(until) }
}

fn targets(from: &str, text: &str, reason: &str) -> Change {
    Change::Targets { from: month(from), rows: split_csv(text), reason: reason.to_owned() }
}

fn office(roles: &[Role]) -> Person {
    Person {
        id: PersonId(Uuid::from_u128(9)),
        account: "zhongdian".into(),
        name: "甲".into(),
        unit: World::new().units[0].id,
        roles: roles.iter().copied().collect(),
        duties: BTreeSet::new(),
    }
}

fn sound(world: &World, change: &Change) -> Sound {
    Rules::default().read(change, &world.units).unwrap_or_else(|issues| panic!("{issues:#?}"))
}

/// The board with changes in force, and its basis.
fn after(world: &World, changes: &[Change]) -> (Board, Basis) {
    let mut rules = Rules::default();
    for change in changes {
        let deed = rules.read(change, &world.units).unwrap_or_else(|issues| panic!("{issues:#?}")).deed;
        rules.apply(&deed, By { person: PersonId(Uuid::from_u128(9)), at_ms: 1 }).unwrap();
    }
    let basis = rules.basis(&world.campaign, &world.units, &world.targets);
    (basis.board(&world.replica), basis)
}

/// One street with a start in March and one in May.
fn two_starts() -> World {
    let mut world = World::new();
    let unit = world.unit(GUDONG);
    for day in ["2021-03-10", "2021-05-10"] {
        let project = world.project(unit, SHOP, "2021-01-10");
        world.verified(unit, project, "started", day);
    }
    world
}

#[test]
fn a_month_takes_the_scheme_in_force_and_the_months_before_keep_theirs() {
    let world = two_starts();
    let (board, _) = after(&world, &[scheme("2021-06")]);
    let first = world.recomputed();
    let unit = world.unit(GUDONG);
    let names = ["2021-04", "2021-05", "2021-06", "2021-07"].map(|period| board.ranking(month(period)).scheme);
    assert_eq!(names, ["default-2021.1", "default-2021.2", "default-2021.2", "default-2021.1"]);
    assert_eq!(board.ranking(month("2021-04")), first.ranking(month("2021-04")));
    let full = |board: &Board, period: &str| {
        let explanation = board.explain(&world.replica, month(period), unit).unwrap();
        (explanation.score, explanation.previous_score)
    };
    let ((april, _), (may, before_may)) = (full(&board, "2021-04"), full(&board, "2021-05"));
    assert_eq!(before_may, Some(april), "May is compared with what April was by its own scheme");
    assert_ne!(may, full(&first, "2021-05").0);
    // Their lines are not the same ones; within one scheme they are.
    assert!(board.movement(&world.replica, month("2021-05"), unit).is_none());
    assert!(board.movement(&world.replica, month("2021-06"), unit).is_some());
}

#[test]
fn a_board_of_several_schemes_follows_records_like_one_computed_anew() {
    let mut world = two_starts();
    let (mut board, basis) = after(&world, &[scheme("2021-06"), targets("2021-04", TARGETS, "")]);
    let unit = world.unit(GUDONG);
    let project = world.project(unit, SHOP, "2021-02-10");
    let claim = world.verified(unit, project, "started", "2021-04-10");
    board.refresh(&world.replica, [project, claim]);
    let anew = basis.board(&world.replica);
    for number in 1..=12 {
        let period = Month::new(2021, number).unwrap();
        assert_eq!(board.ranking(period), anew.ranking(period), "{period}");
    }
}

#[test]
fn edge_10_targets_put_in_force_from_may_leave_april_as_it_was() {
    let world = two_starts();
    let fewer = TARGETS.replacen("鼓东街道,street,0,0,0,0,0,0,0,0,7,", "鼓东街道,street,0,0,0,0,0,0,0,0,5,", 1);
    let fewer = fewer.replacen("26,12,24,95,", "26,12,24,93,", 1);
    let change = targets("2021-05", &fewer, "一个项目移交鼓西街道以外");
    assert_eq!(sound(&world, &change).warnings, ["服务业新开工数合计 93，方案为 95"]);
    let (board, _) = after(&world, &[change]);
    let target = |period: &str| {
        let standings = board.ranking(month(period)).groups.remove(0).units;
        standings.into_iter().find(|standing| standing.name == GUDONG).unwrap().joint.target.to_string()
    };
    assert_eq!([target("2021-04"), target("2021-05")], ["11", "9"]);
    assert_eq!(board.ranking(month("2021-04")), world.recomputed().ranking(month("2021-04")));
}

#[test]
fn targets_that_are_revised_after_a_ranking_was_asked_for_move_it() {
    let mut world = two_starts();
    let before = world.standing(GUDONG, "2021-06");
    let fewer = TARGETS.replacen("鼓东街道,street,0,0,0,0,0,0,0,0,7,", "鼓东街道,street,0,0,0,0,0,0,0,0,5,", 1);
    let table =
        TargetsTable::parse_csv(&fewer.replacen("26,12,24,95,", "26,12,24,93,", 1), world.board.scheme()).unwrap();
    world.board.revise_targets(month("2021-01"), table.resolve(&world.units).unwrap());
    let after = world.standing(GUDONG, "2021-06");
    assert_eq!((before.joint.target.to_string(), after.joint.target.to_string()), ("11".into(), "9".into()));
}

#[test]
fn totals_that_are_not_the_plans_are_refused_until_they_are_explained() {
    let world = World::new();
    let fewer = TARGETS.replacen("26,12,24,95,", "26,12,24,94,", 1).replacen(
        "五凤街道,street,1,2,1,2,1,2,1,2,8,",
        "五凤街道,street,1,2,1,2,1,2,1,2,7,",
        1,
    );
    let decide = |reason: &str| {
        let change = targets("2021-05", &fewer, reason);
        sound(&world, &change).decide(&office(&[Role::CampaignOffice]), &world.campaign, [])
    };
    let refused = decide("  ").unwrap_err();
    assert_eq!((refused.code, refused.field), (ErrorCode::InvalidField, Some("reason")));
    assert_eq!(decide("市里核减一个"), Ok(()));
}

#[test]
fn what_is_frozen_in_another_year_or_not_ones_business_is_refused() {
    let world = World::new();
    let (march, june, july) = (month("2021-03"), month("2021-06"), month("2021-07"));
    let decide = |change: &Change, roles: &[Role], frozen: &[Month]| {
        let decided = sound(&world, change).decide(&office(roles), &world.campaign, frozen.iter().copied());
        decided.map_err(|refused| refused.code)
    };
    let office = [Role::CampaignOffice];
    for (change, roles, frozen, decided) in [
        (scheme("2021-06"), office.as_slice(), [march, july].as_slice(), Ok(())),
        (scheme("2021-06"), &office, &[march, june], Err(ErrorCode::PeriodFrozen)),
        (scheme("2021-06"), &[Role::Leader, Role::Administrator], &[], Err(ErrorCode::Forbidden)),
        (targets("2021-04", TARGETS, ""), &office, &[march], Ok(())),
        (targets("2021-03", TARGETS, ""), &office, &[march], Err(ErrorCode::PeriodFrozen)),
        (targets("2022-01", TARGETS, ""), &office, &[], Err(ErrorCode::InvalidField)),
    ] {
        assert_eq!(decide(&change, roles, frozen), decided, "{roles:?} {frozen:?}");
    }
}

#[test]
fn a_faulty_file_is_answered_with_every_fault_and_its_place() {
    let world = World::new();
    let faults = |change: &Change| Rules::default().read(change, &world.units).unwrap_err();
    let broken = Change::Scheme { text: from_may("2021-06").replacen("points = 16", "points = 17", 1) };
    assert_eq!(faults(&broken), ["group.street: 分值合计为 101，应为 100"]);
    assert!(faults(&Change::Scheme { text: "这不是".to_owned() })[0].starts_with("第1行: "));
    let is_left = |line: &&str| !line.starts_with("区工信局") && !line.starts_with("合计");
    let without = TARGETS.lines().filter(is_left).collect::<Vec<_>>().join("\n");
    assert_eq!(faults(&targets("2021-05", &without, "")), ["缺少“区工信局”一行"]);
    let foreign = TARGETS.replacen("鼓东街道", "台江街道", 1);
    assert_eq!(faults(&targets("2021-05", &foreign, "")), ["“台江街道”不是本行动的责任单位"]);
    let misspelt = TARGETS.replacen("街道,street,0", "街道,street,零", 1);
    assert_eq!(
        faults(&targets("2021-05", &misspelt, "")).first().map(String::as_str),
        Some("第2行 industry_started 列: “零”不是数字")
    );
}

#[test]
fn what_was_frozen_before_anything_changed_keeps_its_bytes() {
    let world = World::new();
    let (_, basis) = after(&world, &[]);
    let json = serde_json::to_string(&basis).unwrap();
    assert!(!json.contains("\"revised\"") && !json.contains("\"adopted\""));
    let (_, changed) = after(&world, &[scheme("2021-06"), targets("2021-04", TARGETS, "")]);
    let read: Basis = serde_json::from_str(&serde_json::to_string(&changed).unwrap()).unwrap();
    assert_eq!(read, changed);
}

#[test]
fn a_scheme_is_told_in_words_down_to_every_line() {
    for text in [Scheme::default_text(), include_str!("../../schemes/rules-by-example.toml")] {
        let scheme = Scheme::parse(text).unwrap();
        let chapters = scheme.outline();
        let lines = || chapters.iter().flat_map(|chapter| &chapter.lines);
        for group in scheme.groups.values() {
            for item in &group.items {
                let told = lines().any(|line| line.name == item.label && line.points == Some(item.points));
                assert!(told, "{}: no line", item.key);
            }
        }
        for told in lines().map(|line| &line.text).chain(chapters.iter().map(|chapter| &chapter.title)) {
            assert!(!told.is_empty() && !told.contains(['{', '}']) && !told.contains("rules."), "{told}");
        }
    }
    let chapters = Scheme::default_scheme().outline();
    for line in chapters.iter().flat_map(|chapter| &chapter.lines) {
        assert!(!line.name.is_ascii(), "{}: the product's own scheme speaks Chinese", line.name);
    }
    let line = |chapter: &str, name: &str| {
        let of_chapter = chapters.iter().find(|it| it.title == chapter).unwrap_or_else(|| panic!("no {chapter}"));
        of_chapter.lines.iter().find(|line| line.name == name).unwrap_or_else(|| panic!("no {name}")).text.clone()
    };
    assert_eq!(line("总则", "施行月份"), "2021-01 至 2021-12");
    let says_whose = |text: &str| {
        let chapters = Scheme::parse(text).unwrap().outline();
        chapters[0].lines.iter().any(|line| line.name == "共同促成的项目")
    };
    let shared = Scheme::default_text().replacen("ceiling =", "credit = \"shares\"\nceiling =", 1);
    assert_eq!([Scheme::default_text(), &shared].map(says_whose), [false, true]);
    let explicit = |units: &str| {
        let figures = "[0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4]";
        let schedule = format!("[schedules]\nlisted = {{ shape = \"explicit\", figures = {figures}{units} }}");
        let text = Scheme::default_text().replacen("[schedules]", &schedule, 1);
        let chapters = Scheme::parse(&text).unwrap().outline();
        chapters[1].lines.iter().find(|line| line.name == "listed").unwrap().text.clone()
    };
    assert_eq!(explicit(""), "1至12月末应完成 0、0、1、1、1、2、2、2、3、3、3、4");
    let of_one = explicit(", units = { \"鼓东街道\" = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4] }");
    assert!(of_one.ends_with("；另有 1 个单位各有其数"), "{of_one}");
    assert_eq!(line("序时进度", "新开工"), "1至12月末应完成全年的 8、16、30、38、47、60、67、75、85、90、95、100（%）");
    assert_eq!(
        line("街镇组·考评项", "新落地重大产业项目"),
        "分值 × 完成率，完成率最低按 0、最高按 1 计；依据：新落地重大产业项目（序时“按月均分”）；无任务时：分值由其他项分担"
    );
}
