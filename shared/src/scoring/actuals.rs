//! The table of approved results that an office scores without loading them.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::{
    measure::{Measure, Rate},
    scheme::{Indicator, Scheme},
    table::{GROUP, Header, TableIssue, UNIT, body, check_sums, is_total, split_csv},
    targets::TargetsTable,
};
use crate::t;

/// Approved, cumulative figures of units by indicator; `None` where the cell is empty (not reported).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActualsTable {
    /// By unit name.
    pub units: BTreeMap<String, BTreeMap<String, Option<Decimal>>>,
}

impl ActualsTable {
    /// Reads CSV text (RFC 4180; a byte order mark and CRLF are accepted). Units must stand in the targets.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn parse_csv(text: &str, targets: &TargetsTable, scheme: &Scheme) -> Result<Self, Vec<TableIssue>> {
        Self::parse_rows(&split_csv(text), targets, scheme)
    }

    /// Reads rows that were already split into cells.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn parse_rows(rows: &[Vec<String>], targets: &TargetsTable, scheme: &Scheme) -> Result<Self, Vec<TableIssue>> {
        // The group is known from the targets; a table made from theirs may still carry the column.
        let mut known = vec![GROUP];
        known.extend(
            scheme.indicators.iter().filter(|indicator| is_column(indicator)).map(|indicator| indicator.key.as_str()),
        );
        let mut issues = Vec::new();
        let header = Header::read(rows, &[UNIT], &known, &mut issues);
        let mut table = Self::default();
        let mut sums: BTreeMap<String, Decimal> = BTreeMap::new();
        for (line, row) in body(rows) {
            let name = header.cell(row, UNIT);
            if is_total(&name) {
                check_sums(&header, row, line, &sums, scheme, &mut issues);
                continue;
            }
            if targets.rows.iter().all(|target| target.unit != name) {
                issues.push(TableIssue::cell(line, UNIT, t!("scoring.table.unknown_unit", unit = name)));
            } else if table.units.contains_key(&name) {
                issues.push(TableIssue::cell(line, UNIT, t!("scoring.table.unit_twice", unit = name)));
            }
            let figures = header.figures(row, line, scheme, &mut issues);
            for (key, figure) in figures.iter().filter_map(|(key, figure)| figure.map(|figure| (key, figure))) {
                if is_rate(scheme, key) && figure > Decimal::ONE {
                    issues.push(TableIssue::cell(line, key, t!("scoring.table.rate", found = figure)));
                }
                *sums.entry(key.clone()).or_default() += figure;
            }
            table.units.insert(name, figures);
        }
        if issues.is_empty() { Ok(table) } else { Err(issues) }
    }
}

/// Counts, sums, reported figures and the month's rates; how departments verify is known only from the records.
fn is_column(indicator: &Indicator) -> bool {
    let is_of_records = matches!(
        indicator.measure,
        Measure::Event(_) | Measure::Incident { .. } | Measure::Rate { of: Rate::Verification }
    );
    !is_of_records && indicator.measure.parts().is_none()
}

fn is_rate(scheme: &Scheme, key: &str) -> bool {
    scheme.indicator(key).is_some_and(|indicator| matches!(indicator.measure, Measure::Rate { .. }))
}
