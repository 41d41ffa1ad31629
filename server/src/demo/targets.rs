//! The units and targets of `shared/fixtures/targets_demo.csv` (示例).

use rust_decimal::Decimal;
use shared::{
    campaign::Targets,
    id::{CampaignId, UnitId},
    unit::{Group, Unit},
};

const FILE: &str = include_str!("../../../shared/fixtures/targets_demo.csv");

/// The last row: it holds the sums, not a unit.
const SUM_ROW: &str = "合计";

/// Columns that name the unit rather than a figure.
const NAME_COLUMNS: usize = 2;

/// Indicators that units report as a figure; the others are counted from projects and grow with the scale.
const REPORTED: [&str; 3] = ["new_commerce_above_quota", "new_services_above_scale", "net_new_national_hightech"];

/// The units in the file's order and their targets; the projects' multiplied by the scale.
pub(super) fn read(campaign: CampaignId, scale: u32) -> (Vec<Unit>, Targets) {
    let mut reader = csv::Reader::from_reader(FILE.as_bytes());
    let header = reader.headers().cloned().unwrap_or_default();
    let mut units = Vec::new();
    let mut targets = Targets::new();
    for row in reader.records().map_while(Result::ok) {
        let (Some(name), Some(group)) = (row.get(0), row.get(1).and_then(Group::from_code)) else { continue };
        if name == SUM_ROW {
            continue;
        }
        let id = UnitId(campaign.named("unit", name));
        let position = u32::try_from(units.len()).unwrap_or(u32::MAX);
        units.push(Unit { id, name: name.to_owned(), group, position, from: None, until: None });
        let figures = header.iter().zip(&row).skip(NAME_COLUMNS).map(|(indicator, cell)| {
            let factor = if REPORTED.contains(&indicator) { 1 } else { scale };
            let figure: Option<Decimal> = cell.trim().parse().ok();
            (indicator.to_owned(), figure.map(|figure| figure * Decimal::from(factor)))
        });
        targets.insert(id, figures.collect());
    }
    (units, targets)
}
