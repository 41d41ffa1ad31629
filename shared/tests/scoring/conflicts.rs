//! What people wrote without having seen each other moves no score until somebody judges it.

use proptest::prelude::*;
use shared::{fields::Value, id::RecordId, scoring::result::Ranking};

use crate::world::{Draft, SHOP, World, text};

const GUDONG: &str = "鼓东街道";
const MONTHS: [&str; 3] = ["2021-03", "2021-06", "2021-12"];

/// A unit with something approved of every kind, and those records; two projects, so that a claim can name another.
fn world() -> (World, Vec<RecordId>) {
    let mut world = World::new();
    let unit = world.unit(GUDONG);
    let factory = Draft { category: "industry", total: "30000", sector: "C3900", flags: &[], code: "" };
    let shop = world.project(unit, SHOP, "2021-01-10");
    let factory = world.project(unit, factory, "2021-01-10");
    let mut records = vec![shop, factory];
    records.push(world.verified(unit, shop, "started", "2021-02-10"));
    records.push(world.verified(unit, factory, "started", "2021-03-10"));
    records.push(world.monthly_report(unit, shop, "2021-03", "2021-03-20", Some("2021-03-22")));
    records.push(world.indicator(unit, "2021-03", "new_commerce_above_quota", "3", "2021-03-28"));
    records.push(world.visit(unit, "2021-06", Some("2021-06-20")));
    records.push(world.service_issue(unit, "2021-06-15", Some("2021-06-15")));
    (world, records)
}

/// Fields that decide what a record counts for, with other values than stand there.
fn values(records: &[RecordId]) -> Vec<(&'static str, Value)> {
    let mut values = vec![("project", text(&records[0].to_string())), ("project", text(&records[1].to_string()))];
    let texts = [
        ("category", "services"),
        ("category", "digital"),
        ("total_investment", "90000"),
        ("sector", "A0100"),
        ("stage", "completed"),
        ("stage", "landed"),
        ("reached_on", "2021-05-05"),
        ("period", "2021-05"),
        ("indicator", "rd_growth"),
        ("figure", "9"),
        ("investment", "500"),
        ("visited_on", "2021-06-01"),
        ("due_on", "2021-06-01"),
        ("closed_on", "2021-06-30"),
    ];
    values.extend(texts.map(|(field, value)| (field, text(value))));
    values.push(("flags", Value::List(vec!["real_estate".to_owned()])));
    values.push(("planned", Value::Flag(false)));
    values
}

fn rankings(world: &mut World) -> Vec<Ranking> {
    MONTHS.iter().map(|period| world.ranking(period)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10))]

    #[test]
    fn an_unsettled_conflict_moves_no_score(
        writes in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 1..8),
    ) {
        let (mut world, records) = world();
        let before = rankings(&mut world);
        let values = values(&records);
        for (record, value) in &writes {
            let (field, value) = value.get(&values).clone();
            // Later than all approvals, so that it is the value shown.
            world.write_unseen(*record.get(&records), field, value, "2021-07-01");
        }
        prop_assert_eq!(&rankings(&mut world), &before);
        let anew = world.recomputed();
        let anew: Vec<Ranking> = MONTHS.iter().map(|period| anew.ranking(crate::world::month(period))).collect();
        prop_assert_eq!(&anew, &before);
    }
}
