//! What if: other figures, the same rules; and the least that gains one place.

use proptest::prelude::*;
use rust_decimal::Decimal;
use shared::scoring::{
    scheme::Scheme,
    trial::Trial,
    what_if::{Addition, Least, WhatIf},
};

use crate::{
    board::play,
    world::{SHOP, World, month},
};

const GUDONG: &str = "鼓东街道";
const STARTED: &str = "services_started";

fn what_if(world: &mut World, name: &str, period: &str, added: &[Addition]) -> Option<WhatIf> {
    trial(world, name, period).what_if(world.unit(name), added)
}

fn least(world: &mut World, name: &str, period: &str) -> Least {
    trial(world, name, period).least(world.unit(name)).unwrap()
}

/// As a tablet has it: it went over the wire.
fn trial(world: &mut World, name: &str, period: &str) -> Trial {
    world.refresh();
    let group = world.units.iter().find(|unit| unit.name == name).unwrap().group;
    let told = serde_json::to_string(&world.board.trial(month(period), group).unwrap()).unwrap();
    serde_json::from_str(&told).unwrap()
}

fn more(indicator: &str, by: &str) -> Addition {
    Addition { indicator: indicator.into(), by: by.parse().unwrap() }
}

#[test]
fn one_more_start_asked_for_is_one_more_start_done() {
    let mut world = World::new();
    let unit = world.unit(GUDONG);
    let project = world.project(unit, SHOP, "2021-01-10");
    let asked = [more(STARTED, "1"), more("services_started_investment", "2")];
    let asked = what_if(&mut world, GUDONG, "2021-03", &asked).unwrap();
    assert_eq!(asked.now.score, world.standing(GUDONG, "2021-03").score);
    world.verified(unit, project, "started", "2021-03-10");
    let done = world.standing(GUDONG, "2021-03");
    assert_eq!((asked.then.score, asked.then.rank), (done.score, done.rank));
    let keys: Vec<&str> = asked.items.iter().map(|item| item.key.as_str()).collect();
    assert_eq!(keys, [STARTED, "services_started_investment"]);
    assert_eq!((asked.then.rank, asked.then.ahead.is_none()), (Some(1), true));
    assert_eq!(asked.then.behind.unwrap().rank, 2);
}

#[test]
fn a_trial_holds_the_rules_of_its_own_group_alone() {
    let told = serde_json::to_value(trial(&mut World::new(), GUDONG, "2021-03")).unwrap();
    let groups: Vec<&String> = told["scheme"]["group"].as_object().unwrap().keys().collect();
    assert_eq!(groups, ["street"]);
}

#[test]
fn what_is_added_twice_is_added_together() {
    let mut world = World::new();
    let twice = what_if(&mut world, GUDONG, "2021-03", &[more(STARTED, "1"), more(STARTED, "2")]).unwrap();
    assert_eq!(twice.then, what_if(&mut world, GUDONG, "2021-03", &[more(STARTED, "3")]).unwrap().then);
}

#[test]
fn a_months_rate_ends_at_the_whole_and_growth_does_not() {
    let text = Scheme::default_text()
        .replacen(
            "points = 4\nof = [\"visits\"]",
            "points = 4\nrule = { kind = \"proportional\", hi = 9 }\nof = [\"visits\"]",
            1,
        )
        .replacen(
            "points = 2\nof = [\"rnd_growth\"]",
            "points = 2\nrule = { kind = \"proportional\", hi = 20 }\nof = [\"rnd_growth\"]",
            1,
        );
    let mut world = World::with_scheme(Scheme::parse(&text).unwrap());
    let (unit, rival) = (world.unit(GUDONG), world.unit("东街街道"));
    for unit in [unit, rival] {
        world.visit(unit, "2021-12", Some("2021-12-06"));
    }
    for key in ["new_commerce_above_quota", "new_services_above_scale"] {
        world.indicator(rival, "2021-12", key, "99", "2021-12-20");
    }
    for _ in 0..2 {
        let project = world.project(rival, SHOP, "2021-01-10");
        world.verified(rival, project, "started", "2021-02-10");
        world.verified(rival, project, "completed", "2021-03-10");
    }
    let answer = least(&mut world, GUDONG, "2021-12");
    assert!(answer.beyond.iter().any(|key| key == "visits"), "all of them were made: {answer:#?}");
    let growth = answer.options.iter().find(|step| step.addition.indicator == "rnd_growth").unwrap();
    assert!(growth.addition.by > Decimal::ONE, "{growth:?}");
}

#[test]
fn nothing_added_changes_nothing_and_what_makes_no_sense_is_refused() {
    let mut world = World::new();
    let asked = what_if(&mut world, GUDONG, "2021-03", &[]).unwrap();
    assert_eq!((&asked.now, asked.items.len()), (&asked.then, 0));
    for (indicator, by) in [("nothing", "1"), (STARTED, "1000001"), (STARTED, "-1000001")] {
        assert_eq!(what_if(&mut world, GUDONG, "2021-03", &[more(indicator, by)]), None, "{indicator} {by}");
    }
    let park = world.unit("福州软件园");
    assert_eq!(trial(&mut world, GUDONG, "2021-03").what_if(park, &[]), None, "another group's unit");
}

#[test]
fn the_first_and_the_unranked_have_no_place_to_gain() {
    let mut world = World::new();
    let unit = world.unit(GUDONG);
    let project = world.project(unit, SHOP, "2021-01-10");
    world.verified(unit, project, "started", "2021-03-10");
    assert_eq!(least(&mut world, GUDONG, "2021-03").sentence, "已是第 1 名");
    assert_eq!(least(&mut world, "区行政服务中心", "2021-03").sentence, "本月不排名，没有前一名可追");
}

#[test]
fn the_least_that_gains_a_place_is_told_for_each_indicator_by_which_it_can_be_gained() {
    let mut world = World::new();
    let rival = world.unit("东街街道");
    let project = world.project(rival, SHOP, "2021-01-10");
    world.verified(rival, project, "started", "2021-02-10");
    let answer = least(&mut world, GUDONG, "2021-03");
    let told: Vec<String> = answer
        .options
        .iter()
        .map(|step| format!("{} {} → {} 分 第 {} 名", step.addition.indicator, step.addition.by, step.score, step.rank))
        .collect();
    let expected = [
        "services_completed 1 → 15.38 分 第 1 名",
        "major_industry_landed 3 → 15.38 分 第 1 名",
        "services_started 2 → 17.09 分 第 1 名",
    ];
    assert_eq!(told, expected, "{answer:#?}");
    // Investment alone is worth 6 points at most, and the rival has more; a month's rate needs something due.
    assert!(["services_started_investment", "visits"].iter().all(|key| answer.beyond.iter().any(|other| other == key)));
    assert_eq!(answer.beyond.len(), 19);
    assert_eq!(answer.sentence, "最省的一项：服务业建成数再完成 1 个，+15.38 分，升至第 1 名");
}

#[test]
fn the_neighbours_in_a_group_are_those_with_the_next_ranks() {
    let mut world = World::new();
    for (name, starts) in [(GUDONG, 1), ("东街街道", 2), ("温泉街道", 2), ("南街街道", 3)] {
        let unit = world.unit(name);
        for _ in 0..starts {
            let project = world.project(unit, SHOP, "2021-01-10");
            world.verified(unit, project, "started", "2021-02-10");
        }
    }
    let stands = |world: &mut World, name: &str| {
        let now = what_if(world, name, "2021-02", &[]).unwrap().now;
        (now.rank, now.ahead.map(|other| (other.name, other.rank)), now.behind.map(|other| (other.name, other.rank)))
    };
    let at = |name: &str, rank: u32| Some((name.to_owned(), rank));
    assert_eq!(stands(&mut world, "南街街道"), (Some(1), None, at("东街街道", 2)));
    assert_eq!(stands(&mut world, "东街街道"), (Some(2), at("南街街道", 1), at("温泉街道", 3)));
    assert_eq!(stands(&mut world, GUDONG), (Some(4), at("温泉街道", 3), at("鼓西街道", 5)));
    assert_eq!(stands(&mut world, "东街街道").1, at("南街街道", 1));
    // In January nobody has done anything: all are level, and nobody is ahead of anybody.
    let now = what_if(&mut world, "温泉街道", "2021-01", &[]).unwrap().now;
    assert_eq!((now.rank, now.ahead, now.behind.map(|other| other.rank)), (Some(1), None, Some(1)));
}

#[test]
fn where_no_single_indicator_is_enough_the_search_says_that_it_gave_up() {
    let mut world = World::new();
    let rival = world.unit("东街街道");
    for stage in ["started", "completed"] {
        for _ in 0..9 {
            let project = world.project(rival, SHOP, "2021-01-10");
            world.verified(rival, project, stage, "2021-02-10");
        }
    }
    // Every other street holds one place of the second, and all are level but for one point of the first.
    let answer = least(&mut world, GUDONG, "2021-02");
    assert!(answer.options.is_empty() && !answer.beyond.is_empty(), "{answer:?}");
    assert!(answer.sentence.contains("1000"), "{}", answer.sentence);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_least_gains_the_place_and_one_step_less_does_not(
        actions in prop::collection::vec(any::<(u8, u8, u8, u8)>(), 1..40),
    ) {
        let mut world = World::new();
        let (mut projects, mut claims) = (Vec::new(), Vec::new());
        for action in actions {
            play(&mut world, &mut projects, &mut claims, action);
        }
        for name in [GUDONG, "福州软件园", "区商务局"] {
            let Some(rank) = world.standing(name, "2021-06").rank else { continue };
            let answer = least(&mut world, name, "2021-06");
            prop_assert!(answer.options.is_sorted_by_key(|step| step.score));
            for step in &answer.options {
                let enough = what_if(&mut world, name, "2021-06", std::slice::from_ref(&step.addition)).unwrap();
                prop_assert_eq!((enough.then.rank, enough.then.score), (Some(step.rank), step.score));
                prop_assert!(step.rank < rank);
                let one = ["0.01", "0.1", "1"].map(|one| one.parse::<Decimal>().unwrap());
                let one = one.into_iter().find(|one| match step.addition.indicator.as_str() {
                    "visits" | "service_issues" | "reports" | "verification" | "rnd_growth" => one.scale() == 2,
                    key => one.scale() == u32::from(key.ends_with("investment")),
                });
                let short = Addition { by: step.addition.by - one.unwrap(), ..step.addition.clone() };
                let short = what_if(&mut world, name, "2021-06", &[short]).unwrap();
                prop_assert!(short.then.rank >= Some(rank), "{:?}", step);
            }
        }
    }
}
