//! What a frozen result says as a document: its tables, and who speaks, who pledges, and who missed it by one thing.

use shared::{
    bulletin::{Bulletin, Cell, Roll},
    merge::operation::Mark,
    period::{Basis, FrozenResult},
};

use crate::world::{SHOP, World, month};

const GUDONG: &str = "鼓东街道";
const WENQUAN: &str = "温泉街道";

fn bulletin(world: &World, period: &str) -> (FrozenResult, Bulletin) {
    let basis = Basis {
        campaign: world.campaign.clone(),
        units: world.units.clone(),
        targets: world.targets.clone(),
        scheme: world.board.scheme().clone(),
        revised: Vec::new(),
        adopted: Vec::new(),
    };
    let result = FrozenResult::compute(basis, &world.replica, Mark::START, month(period), (1, None));
    let bulletin = Bulletin::of(&result, "2021-07-06".parse().unwrap());
    (result, bulletin)
}

fn names(roll: &Roll) -> Vec<&str> {
    roll.entries.iter().map(|entry| entry.unit.as_str()).collect()
}

#[test]
fn a_bulletin_has_a_table_for_each_group_with_every_unit_in_its_rank() {
    let mut world = World::new();
    let unit = world.unit(GUDONG);
    let project = world.project(unit, SHOP, "2021-01-10");
    world.verified(unit, project, "started", "2021-02-10");
    let (result, bulletin) = bulletin(&world, "2021-05");
    assert!(bulletin.title.contains("2021年5月") && bulletin.day == "2021年7月6日", "{bulletin:?}");
    assert!(bulletin.rolls.is_empty(), "the meeting is quarterly");
    assert_eq!(bulletin.tables.len(), 3);
    for (table, group) in bulletin.tables.iter().zip(&result.ranking.groups) {
        let names: Vec<String> = table.rows.iter().map(|row| row[1].words()).collect();
        assert_eq!(names, group.units.iter().map(|unit| unit.name.clone()).collect::<Vec<_>>());
        assert!(table.rows.iter().all(|row| row.len() == table.columns.len()));
    }
    assert_eq!(bulletin.tables[0].rows[0][2], Cell::Figure(result.ranking.groups[0].units[0].score));
    assert_eq!(bulletin.rows(), world.units.len());
}

#[test]
fn the_lists_are_those_of_the_result_with_reasons_and_with_those_who_missed_them_by_one_thing() {
    let mut world = World::new();
    let (first, exempt) = (world.unit(GUDONG), world.unit(WENQUAN));
    for _ in 0..4 {
        let project = world.project(first, SHOP, "2021-01-10");
        world.verified(first, project, "started", "2021-02-10");
        world.verified(first, project, "completed", "2021-03-10");
    }
    world.found(exempt, &[("finding", "exemption"), ("statement", "文物勘探致延期")], "2021-06-10");
    let (result, bulletin) = bulletin(&world, "2021-06");
    let of = |title: &str| {
        let found = bulletin.rolls.iter().find(|roll| roll.group == "街镇组" && roll.title == title);
        found.unwrap_or_else(|| panic!("no {title}: {:?}", bulletin.rolls))
    };
    let street = &result.ranking.groups[0];
    let meeting = street.meeting.as_ref().unwrap();
    let listed = |ids: &[shared::id::UnitId]| -> Vec<&str> {
        street.units.iter().filter(|unit| ids.contains(&unit.unit)).map(|unit| unit.name.as_str()).collect()
    };
    let (speak, pledge, near) = (of("介绍经验"), of("表态发言"), of("差一项的单位"));
    assert_eq!(names(speak), listed(&meeting.speak));
    assert_eq!(names(pledge), listed(&meeting.pledge));
    assert_eq!(names(speak)[0], GUDONG);
    assert_eq!(speak.entries[0].reason, "位居第 1，在前 3 位");
    // Everybody else has the same score: all are last, and none has finished.
    assert!(pledge.entries.iter().all(|entry| entry.reason.contains("在末 2 位") && entry.reason.contains("应完成")));
    assert!(!names(pledge).contains(&WENQUAN));
    let missed = near.entries.iter().find(|entry| entry.unit == WENQUAN).unwrap();
    assert!(missed.reason.contains("表态发言") && missed.reason.contains("容错"), "{}", missed.reason);
    assert_eq!(bulletin.rolls.len(), 9);
    assert_eq!(
        bulletin.rows(),
        world.units.len() + bulletin.rolls.iter().map(|roll| roll.entries.len()).sum::<usize>()
    );
}
