//! The units and targets of `shared/fixtures/targets_demo.csv` (示例).

use rust_decimal::Decimal;
use shared::{
    campaign::Targets,
    id::{CampaignId, UnitId},
    scoring::{
        measure::Measure,
        scheme::{Indicator, Scheme},
        targets::TargetsTable,
    },
    unit::Unit,
};

const FILE: &str = include_str!("../../../shared/fixtures/targets_demo.csv");

/// The units in the file's order and their targets. What is counted from projects is multiplied by the scale;
/// figures that units report are not.
pub(super) fn read(campaign: CampaignId, scale: u32) -> (Vec<Unit>, Targets) {
    let scheme = Scheme::default_scheme();
    // The file is ours; a test reads all of its 25 rows.
    let table = TargetsTable::parse_csv(FILE, &scheme).unwrap_or_default();
    let mut units = Vec::new();
    let mut targets = Targets::new();
    for (position, row) in (0..).zip(table.rows) {
        let id = UnitId(campaign.named("unit", &row.unit));
        let grow = |(key, figure): (String, Option<Decimal>)| {
            let is_reported = scheme.indicator(&key).is_some_and(is_reported);
            let factor = Decimal::from(if is_reported { 1 } else { scale });
            (key, figure.map(|figure| figure * factor))
        };
        targets.insert(id, row.figures.into_iter().map(grow).collect());
        units.push(Unit { id, name: row.unit, group: row.group, position, from: None, until: None });
    }
    (units, targets)
}

fn is_reported(indicator: &Indicator) -> bool {
    matches!(indicator.measure, Measure::Reported { .. })
}
