//! Tables of targets and actuals as people keep them: one row per unit, one column per indicator.

use std::{collections::BTreeMap, fmt};

use rust_decimal::Decimal;

use super::{measure::Measure, scheme::Scheme};
use crate::{
    campaign::Targets,
    fields::{half_width, parse_decimal},
    t,
    unit::{Group, Unit},
};

/// The first cell of the row that holds the sums.
const TOTAL: &str = "合计";

/// Columns that are no indicator.
const UNIT: &str = "unit";
const GROUP: &str = "group";

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

/// One thing wrong with a table, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableIssue {
    /// The line, from 1; the header is line 1.
    pub line: usize,
    /// The column's header; empty when the whole line is at fault.
    pub column: String,
    /// The sentence for people.
    pub message: String,
}

impl fmt::Display for TableIssue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.column.is_empty() {
            t!("scoring.table.line", line = self.line)
        } else {
            t!("scoring.table.cell", line = self.line, column = self.column)
        };
        write!(formatter, "{place}: {}", self.message)
    }
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
                issues.push(TableIssue { line, column: String::new(), message: t!("scoring.table.after_total", line = total_at) });
                break;
            }
            if name == TOTAL {
                total_at = Some(line);
                check_sums(&header, row, line, &sums, scheme, &mut issues);
                continue;
            }
            let Some(group) = Group::from_code(&header.cell(row, GROUP)) else {
                issues.push(header.issue(line, GROUP, t!("scoring.table.unknown_group", found = header.cell(row, GROUP))));
                continue;
            };
            if name.is_empty() {
                issues.push(header.issue(line, UNIT, t!("scoring.table.no_unit")));
            } else if table.rows.iter().any(|other| other.unit == name) {
                issues.push(header.issue(line, UNIT, t!("scoring.table.unit_twice", unit = name)));
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

fn check_sums(header: &Header, row: &[String], line: usize, sums: &BTreeMap<String, Decimal>, scheme: &Scheme, issues: &mut Vec<TableIssue>) {
    for (key, stated) in header.figures(row, line, scheme, issues) {
        let sum = sums.get(&key).copied().unwrap_or_default();
        if let Some(stated) = stated.filter(|stated| *stated != sum) {
            let message = t!("scoring.table.total", stated = stated.normalize(), sum = sum.normalize());
            issues.push(TableIssue { line, column: key, message });
        }
    }
}

/// Rows below the header that are not empty, with their line numbers.
pub(super) fn body(rows: &[Vec<String>]) -> impl Iterator<Item = (usize, &[String])> {
    let numbered = rows.iter().enumerate().skip(1).map(|(index, row)| (index + 1, row.as_slice()));
    numbered.filter(|(_, row)| row.iter().any(|cell| !cell.trim().is_empty()))
}

/// Where each column stands.
pub(super) struct Header {
    columns: Vec<String>,
    named: Vec<String>,
}

impl Header {
    /// Reads the first row: `required` names and any of `known`; anything else is an issue.
    pub(super) fn read(rows: &[Vec<String>], required: &[&str], known: &[&str], issues: &mut Vec<TableIssue>) -> Self {
        let columns: Vec<String> = rows.first().into_iter().flatten().map(|cell| cell.trim().to_owned()).collect();
        for name in required.iter().filter(|name| !columns.iter().any(|column| column == *name)) {
            issues.push(TableIssue { line: 1, column: (*name).to_owned(), message: t!("scoring.table.column_missing") });
        }
        for (index, column) in columns.iter().enumerate() {
            let is_known = required.contains(&column.as_str()) || known.contains(&column.as_str());
            if !is_known {
                issues.push(TableIssue { line: 1, column: column.clone(), message: t!("scoring.table.column_unknown", position = index + 1) });
            } else if columns.iter().take(index).any(|other| other == column) {
                issues.push(TableIssue { line: 1, column: column.clone(), message: t!("scoring.table.column_twice") });
            }
        }
        Self { columns, named: required.iter().map(|name| (*name).to_owned()).collect() }
    }

    pub(super) fn cell(&self, row: &[String], column: &str) -> String {
        let index = self.columns.iter().position(|name| name == column);
        index.and_then(|index| row.get(index)).map(|cell| cell.trim().to_owned()).unwrap_or_default()
    }

    pub(super) fn issue(&self, line: usize, column: &str, message: String) -> TableIssue {
        TableIssue { line, column: column.to_owned(), message }
    }

    /// The row's figures by indicator; an empty cell is `None`.
    pub(super) fn figures(&self, row: &[String], line: usize, scheme: &Scheme, issues: &mut Vec<TableIssue>) -> BTreeMap<String, Option<Decimal>> {
        if row.iter().skip(self.columns.len()).any(|cell| !cell.trim().is_empty()) {
            issues.push(TableIssue { line, column: String::new(), message: t!("scoring.table.too_many_cells") });
        }
        let mut figures = BTreeMap::new();
        for column in self.columns.iter().filter(|column| !self.named.contains(column)) {
            let cell = self.cell(row, column);
            if cell.is_empty() {
                figures.insert(column.clone(), None);
                continue;
            }
            let Some(figure) = parse_decimal(&cell) else {
                issues.push(self.issue(line, column, t!("scoring.table.not_a_number", found = half_width(&cell))));
                continue;
            };
            if figure.is_sign_negative() && !figure.is_zero() && !may_be_negative(scheme, column) {
                issues.push(self.issue(line, column, t!("scoring.table.negative", found = cell)));
            }
            figures.insert(column.clone(), Some(figure));
        }
        figures
    }
}

fn may_be_negative(scheme: &Scheme, key: &str) -> bool {
    scheme.indicator(key).is_some_and(|indicator| matches!(indicator.measure, Measure::Reported { may_be_negative: true, .. }))
}

/// Splits CSV text into rows of cells. A row keeps its place even when it is empty, so that line numbers hold;
/// a quoted line break shifts those below it.
pub fn split_csv(text: &str) -> Vec<Vec<String>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut rows = vec![Vec::new()];
    let mut cell = String::new();
    let mut is_quoted = false;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if is_quoted && letters.peek() == Some(&'"') => {
                cell.push('"');
                letters.next();
            }
            '"' if is_quoted || cell.is_empty() => is_quoted = !is_quoted,
            ',' if !is_quoted => push_cell(&mut rows, &mut cell),
            '\n' if !is_quoted => {
                push_cell(&mut rows, &mut cell);
                rows.push(Vec::new());
            }
            '\r' if !is_quoted && letters.peek() == Some(&'\n') => {}
            other => cell.push(other),
        }
    }
    push_cell(&mut rows, &mut cell);
    rows
}

fn push_cell(rows: &mut [Vec<String>], cell: &mut String) {
    if let Some(row) = rows.last_mut() {
        row.push(std::mem::take(cell));
    }
}
