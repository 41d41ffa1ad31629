//! The targets table (任务分解表): one row per unit, one column per indicator, a last row of sums.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::{
    scheme::Scheme,
    table::{GROUP, Header, TableIssue, UNIT, body, check_sums, is_total, split_csv},
};
use crate::{
    campaign::Targets,
    t,
    unit::{Group, Unit},
};

/// A parsed targets table (任务分解表).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TargetsTable {
    /// One row per unit, in the table's order.
    pub rows: Vec<TargetRow>,
}

/// One unit's row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetRow {
    /// The unit's name.
    pub unit: String,
    /// Its group.
    pub group: Group,
    /// Annual figures by indicator; `None` where the cell is empty (未下达).
    pub figures: BTreeMap<String, Option<Decimal>>,
}

impl TargetsTable {
    /// Reads CSV text (RFC 4180; a byte order mark and CRLF are accepted).
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn parse_csv(text: &str, scheme: &Scheme) -> Result<Self, Vec<TableIssue>> {
        Self::parse_rows(&split_csv(text), scheme)
    }

    /// Reads rows that were already split into cells: the header, one row per unit, and the sums.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn parse_rows(rows: &[Vec<String>], scheme: &Scheme) -> Result<Self, Vec<TableIssue>> {
        let known: Vec<&str> = scheme.tabled().map(|indicator| indicator.key.as_str()).collect();
        let mut issues = Vec::new();
        let header = Header::read(rows, &[UNIT, GROUP], &known, &mut issues);
        let mut table = Self::default();
        let mut sums: BTreeMap<String, Decimal> = BTreeMap::new();
        let mut total_at: Option<usize> = None;
        for (line, row) in body(rows) {
            let name = header.cell(row, UNIT);
            if let Some(total_at) = total_at {
                issues.push(TableIssue::line(line, t!("scoring.table.after_total", line = total_at)));
                break;
            }
            if is_total(&name) {
                total_at = Some(line);
                check_sums(&header, row, line, &sums, scheme, &mut issues);
                continue;
            }
            let Some(group) = Group::from_code(&header.cell(row, GROUP)) else {
                issues.push(TableIssue::cell(
                    line,
                    GROUP,
                    t!("scoring.table.unknown_group", found = header.cell(row, GROUP)),
                ));
                continue;
            };
            if name.is_empty() {
                issues.push(TableIssue::cell(line, UNIT, t!("scoring.table.no_unit")));
            } else if table.rows.iter().any(|other| other.unit == name) {
                issues.push(TableIssue::cell(line, UNIT, t!("scoring.table.unit_twice", unit = name)));
            }
            let figures = header.figures(row, line, scheme, &mut issues);
            for (key, figure) in &figures {
                *sums.entry(key.clone()).or_default() += figure.unwrap_or_default();
            }
            table.rows.push(TargetRow { unit: name, group, figures });
        }
        if issues.is_empty() { Ok(table) } else { Err(issues) }
    }

    /// The targets of the campaign's units, by name.
    ///
    /// # Errors
    /// The names that are not among the units.
    pub fn resolve(&self, units: &[Unit]) -> Result<Targets, Vec<String>> {
        let mut targets = Targets::new();
        let mut unknown = Vec::new();
        for row in &self.rows {
            match units.iter().find(|unit| unit.name == row.unit) {
                Some(unit) => {
                    targets.insert(unit.id, row.figures.clone());
                }
                None => unknown.push(row.unit.clone()),
            }
        }
        if unknown.is_empty() { Ok(targets) } else { Err(unknown) }
    }
}
