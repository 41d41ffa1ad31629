//! The scheme's file: the default one is sound, and what is wrong with another is named with its place.

use shared::scoring::{scheme::Scheme, targets::TargetsTable};

const DEFAULT: &str = include_str!("../../schemes/default-2021.1.toml");
const TARGETS: &str = include_str!("../../fixtures/targets_demo.csv");

#[test]
fn the_default_scheme_is_sound() {
    let scheme = Scheme::parse(DEFAULT).unwrap_or_else(|issues| panic!("{issues:#?}"));
    assert_eq!(scheme.name, "default-2021.1");
    assert_eq!(scheme.tabled().count(), 27);
    assert_eq!(scheme, Scheme::default_scheme());
}

#[test]
fn the_demo_targets_add_up() {
    let table = TargetsTable::parse_csv(TARGETS, &Scheme::default_scheme()).unwrap_or_else(|issues| panic!("{issues:#?}"));
    assert_eq!(table.rows.len(), 25);
}
