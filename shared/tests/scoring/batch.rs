//! The worked example of the design, and the batch's tables.

use shared::{
    calendar::Month,
    scoring::{actuals::ActualsTable, batch::{Batch, BatchUnit}, scheme::{Rounding, Scheme}, targets::TargetsTable},
};

const TARGETS: &str = include_str!("../../fixtures/targets_demo.csv");
const WORKED: &str = include_str!("../../fixtures/actuals_worked_example.csv");

fn score(actuals: &str, period: &str, scheme: &Scheme) -> Batch {
    let targets = TargetsTable::parse_csv(TARGETS, scheme).unwrap();
    let actuals = ActualsTable::parse_csv(actuals, &targets, scheme).unwrap_or_else(|issues| panic!("{issues:#?}"));
    Batch::score(&targets, &actuals, period.parse::<Month>().unwrap(), scheme)
}

fn unit<'a>(batch: &'a Batch, name: &str) -> &'a BatchUnit {
    batch.groups.iter().flat_map(|group| &group.units).find(|unit| unit.unit == name).unwrap()
}

#[test]
fn the_worked_example_gives_86_51() {
    let batch = score(WORKED, "2021-06", &Scheme::default_scheme());
    let gudong = unit(&batch, "鼓东街道");
    assert_eq!(gudong.score.to_string(), "86.51");
    let items: Vec<String> = gudong.items.0.iter().map(|(_, score)| score.map_or_else(|| "-".to_owned(), |score| score.to_string())).collect();
    let expected = "14.65 6.59 13.19 5.49 4.58 - 0.00 6.28 13.19 0.00 5.49 3.52 - - 4.18 4.95 4.40";
    assert_eq!(items.join(" "), expected);
    assert_eq!((gudong.bonus.to_string(), gudong.deduction.to_string(), gudong.rank), ("0.00".to_owned(), "0.00".to_owned(), Some(1)));
    let street = batch.meeting.as_ref().unwrap().get("street").unwrap();
    assert!(!street.pledge.contains(&"鼓东街道".to_owned()), "finished its 服务业开竣工: no 表态 whatever its rank");
}

#[test]
fn the_worked_example_rounded_at_the_end_gives_86_50() {
    let scheme = Scheme { round: Rounding::AtEnd, ..Scheme::default_scheme() };
    assert_eq!(unit(&score(WORKED, "2021-06", &scheme), "鼓东街道").score.to_string(), "86.50");
}
