//! The worked example of the design, and the batch's tables.

use shared::{
    calendar::Month,
    scoring::{
        actuals::ActualsTable,
        batch::{Batch, BatchUnit},
        scheme::{Rounding, Scheme},
        targets::TargetsTable,
    },
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
    let items: Vec<String> = gudong
        .items
        .0
        .iter()
        .map(|(_, score)| score.map_or_else(|| "-".to_owned(), |score| score.to_string()))
        .collect();
    let expected = "14.65 6.59 13.19 5.49 4.58 - 0.00 6.28 13.19 0.00 5.49 3.52 - - 4.18 4.95 4.40";
    assert_eq!(items.join(" "), expected);
    assert_eq!(
        (gudong.bonus.to_string(), gudong.deduction.to_string(), gudong.rank),
        ("0.00".to_owned(), "0.00".to_owned(), Some(1))
    );
    let street = batch.meeting.as_ref().unwrap().get("street").unwrap();
    assert!(!street.pledge.contains(&"鼓东街道".to_owned()), "finished its 服务业开竣工: no 表态 whatever its rank");
}

#[test]
fn the_worked_example_rounded_at_the_end_gives_86_50() {
    let scheme = Scheme { round: Rounding::AtEnd, ..Scheme::default_scheme() };
    assert_eq!(unit(&score(WORKED, "2021-06", &scheme), "鼓东街道").score.to_string(), "86.50");
}

#[test]
fn a_bonus_rewards_what_goes_beyond_the_annual_target_and_what_had_none() {
    // 鼓东: 7 starts of 服务业 and no task in 工业. Three beyond the target, six without a task.
    let batch = score("unit,services_started,industry_started\n鼓东街道,10,6\n", "2021-06", &Scheme::default_scheme());
    assert_eq!(unit(&batch, "鼓东街道").bonus.to_string(), "1.30", "3 × 0.1, and 6 × 0.2 capped at 1");
    let batch = score("unit,services_started\n鼓东街道,70\n", "2021-06", &Scheme::default_scheme());
    assert_eq!(unit(&batch, "鼓东街道").bonus.to_string(), "2.00", "63 × 0.1 capped at 2");
}

#[test]
fn the_total_is_held_at_the_ceiling() {
    let all = "services_started,services_started_investment,services_completed,services_completed_investment,services_started_emerging,\
               digital_started,ecology_livelihood_started,ecology_livelihood_completed,major_industry_landed,foreign_landed,\
               new_commerce_above_quota,new_services_above_scale,net_new_national_hightech,rnd_growth";
    let full = vec!["99"; 14].join(",");
    let batch = score(&format!("unit,{all}\n鼓东街道,{full}\n"), "2021-12", &Scheme::default_scheme());
    let gudong = unit(&batch, "鼓东街道");
    assert_eq!(
        (gudong.score.to_string(), gudong.bonus.to_string()),
        ("101.99".into(), "2.00".into()),
        "rounded line by line"
    );
    let scheme = Scheme { ceiling: 101.into(), ..Scheme::default_scheme() };
    let batch = score(&format!("unit,{all}\n鼓东街道,{full}\n"), "2021-12", &scheme);
    assert_eq!(unit(&batch, "鼓东街道").score.to_string(), "101.00");
}

#[test]
fn equal_totals_are_told_apart_by_the_chain_uncapped() {
    let scheme = without_bonus();
    let batch = score("unit,services_started,services_completed\n鼓西街道,7,4\n东街街道,7,5\n", "2021-06", &scheme);
    assert_eq!(unit(&batch, "东街街道").score, unit(&batch, "鼓西街道").score);
    assert_eq!((unit(&batch, "东街街道").rank, unit(&batch, "鼓西街道").rank), (Some(1), Some(2)));
    let batch = score("unit,services_started,services_completed\n鼓西街道,7,4\n东街街道,7,4\n", "2021-06", &scheme);
    assert_eq!((unit(&batch, "东街街道").rank, unit(&batch, "鼓西街道").rank), (Some(1), Some(1)), "并列");
}

fn without_bonus() -> Scheme {
    let mut scheme = Scheme::default_scheme();
    scheme.groups.values_mut().for_each(|group| group.bonus.lines.clear());
    scheme
}

#[test]
fn an_empty_target_is_not_issued_and_a_missing_rate_does_not_apply() {
    let scheme = Scheme::default_scheme();
    let targets = "unit,group,services_started,services_completed,services_started_investment,services_completed_investment,major_industry_landed\n甲,street,4,4,,,10\n";
    let targets = TargetsTable::parse_csv(targets, &scheme).unwrap();
    let actuals = ActualsTable::parse_csv("unit,services_started,visits\n甲,4,\n", &targets, &scheme).unwrap();
    let batch = Batch::score(&targets, &actuals, "2021-12".parse().unwrap(), &scheme);
    let unit = unit(&batch, "甲");
    assert_eq!(unit.items.get("services_started_investment"), Some(&None));
    assert_eq!(unit.items.get("visits"), Some(&None));
    assert_eq!(
        unit.items.get("services_completed").unwrap().unwrap().to_string(),
        "0.00",
        "a missing count is nothing done"
    );
    // 14 + 12 + 12 of 100 apply: too little for a rank.
    assert_eq!((unit.rank, unit.items.get("services_started").unwrap().unwrap().to_string()), (None, "36.84".into()));
}

#[test]
fn a_negative_net_figure_is_allowed_and_gives_nothing() {
    let batch = score("unit,net_new_national_hightech\n鼓东街道,-2\n", "2021-12", &Scheme::default_scheme());
    assert_eq!(unit(&batch, "鼓东街道").items.get("net_new_national_hightech").unwrap().unwrap().to_string(), "0.00");
}

#[test]
fn departments_have_no_led_field_in_the_batch_and_a_mean_of_the_rates_there_are() {
    let batch = score(
        "unit,visits,service_issues,reports\n区教育局,0.9,0.6,1\n区卫健局,0.8,,\n",
        "2021-06",
        &Scheme::default_scheme(),
    );
    let education = unit(&batch, "区教育局");
    assert_eq!((education.items.get("led_field"), education.items.get("verification")), (Some(&None), Some(&None)));
    // 45 + 7 + 5 of 100 apply; 7 · 0.75 · 100/57.
    assert_eq!(education.items.get("service").unwrap().unwrap().to_string(), "9.21");
    assert!(education.rank.is_some());
    assert_eq!(
        unit(&batch, "区卫健局").items.get("service").unwrap().unwrap().to_string(),
        "10.77",
        "7 · 0.8 · 100/52"
    );
}

#[test]
fn the_quarterly_lists_follow_the_plan() {
    let batch = score(
        "unit,services_started,services_completed\n鼓东街道,7,4\n鼓西街道,7,4\n温泉街道,8,5\n东街街道,7,4\n南街街道,6,4\n安泰街道,5,3\n华大街道,8,5\n水部街道,6,4\n五凤街道,1,0\n洪山镇,10,6\n",
        "2021-06",
        &Scheme::default_scheme(),
    );
    let street = batch.meeting.as_ref().unwrap().get("street").unwrap();
    assert_eq!(street.speak.len(), 3);
    assert_eq!(street.pledge, ["五凤街道"], "洪山镇 is among the last two, but has finished its 服务业开竣工");
    let park = batch.meeting.as_ref().unwrap().get("park").unwrap();
    assert_eq!((park.speak.len(), park.pledge.len()), (0, 2));
    assert!(score("unit\n", "2021-05", &Scheme::default_scheme()).meeting.is_none());
}
