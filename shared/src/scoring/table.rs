//! Tables as people keep them: cells that are text, read with issues that name line and column.

use std::{collections::BTreeMap, fmt};

use rust_decimal::Decimal;

use super::{measure::Measure, scheme::Scheme};
use crate::{
    fields::{half_width, parse_decimal},
    t,
};

/// The column of the unit's name.
pub(super) const UNIT: &str = "unit";

/// The column of the unit's group.
pub(super) const GROUP: &str = "group";

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

impl TableIssue {
    pub(super) fn cell(line: usize, column: &str, message: String) -> Self {
        Self { line, column: column.to_owned(), message }
    }

    pub(super) fn line(line: usize, message: String) -> Self {
        Self { line, column: String::new(), message }
    }
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

/// Whether a unit's name says that the row holds the sums.
pub(super) fn is_total(name: &str) -> bool {
    name == t!("scoring.table.total_row")
}

/// Compares a row of sums with the sums of the rows above it; an empty cell states nothing.
pub(super) fn check_sums(
    header: &Header,
    row: &[String],
    line: usize,
    sums: &BTreeMap<String, Decimal>,
    scheme: &Scheme,
    issues: &mut Vec<TableIssue>,
) {
    for (key, stated) in header.figures(row, line, scheme, issues) {
        let sum = sums.get(&key).copied().unwrap_or_default();
        if let Some(stated) = stated.filter(|stated| *stated != sum) {
            let message = t!("scoring.table.total", stated = stated.normalize(), sum = sum.normalize());
            issues.push(TableIssue::cell(line, &key, message));
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
    /// Columns that hold no figure.
    named: [&'static str; 2],
}

impl Header {
    /// Reads the first row: `required` names and any of `known`; anything else is an issue.
    pub(super) fn read(rows: &[Vec<String>], required: &[&str], known: &[&str], issues: &mut Vec<TableIssue>) -> Self {
        let columns: Vec<String> = rows.first().into_iter().flatten().map(|cell| cell.trim().to_owned()).collect();
        for name in required.iter().filter(|name| !columns.iter().any(|column| column == *name)) {
            issues.push(TableIssue::cell(1, name, t!("scoring.table.column_missing")));
        }
        for (index, column) in columns.iter().enumerate() {
            let is_known = required.contains(&column.as_str()) || known.contains(&column.as_str());
            if !is_known {
                issues.push(TableIssue::cell(1, column, t!("scoring.table.column_unknown", position = index + 1)));
            } else if columns.iter().take(index).any(|other| other == column) {
                issues.push(TableIssue::cell(1, column, t!("scoring.table.column_twice")));
            }
        }
        Self { columns, named: [UNIT, GROUP] }
    }

    pub(super) fn cell(&self, row: &[String], column: &str) -> String {
        let index = self.columns.iter().position(|name| name == column);
        index.and_then(|index| row.get(index)).map(|cell| cell.trim().to_owned()).unwrap_or_default()
    }

    /// The row's figures by indicator; an empty cell is `None`.
    pub(super) fn figures(
        &self,
        row: &[String],
        line: usize,
        scheme: &Scheme,
        issues: &mut Vec<TableIssue>,
    ) -> BTreeMap<String, Option<Decimal>> {
        if row.iter().skip(self.columns.len()).any(|cell| !cell.trim().is_empty()) {
            issues.push(TableIssue::line(line, t!("scoring.table.too_many_cells")));
        }
        let mut figures = BTreeMap::new();
        for column in self.columns.iter().filter(|column| !self.named.contains(&column.as_str())) {
            let cell = self.cell(row, column);
            if cell.is_empty() {
                figures.insert(column.clone(), None);
                continue;
            }
            let Some(figure) = parse_decimal(&cell) else {
                issues.push(TableIssue::cell(
                    line,
                    column,
                    t!("scoring.table.not_a_number", found = half_width(&cell)),
                ));
                continue;
            };
            if figure.is_sign_negative() && !figure.is_zero() && !may_be_negative(scheme, column) {
                issues.push(TableIssue::cell(line, column, t!("scoring.table.negative", found = cell)));
            }
            figures.insert(column.clone(), Some(figure));
        }
        figures
    }
}

fn may_be_negative(scheme: &Scheme, key: &str) -> bool {
    scheme
        .indicator(key)
        .is_some_and(|indicator| matches!(indicator.measure, Measure::Reported { may_be_negative: true, .. }))
}

/// Splits CSV text into rows of cells, one for each line of the file: an empty line is an empty row, and so is each
/// line that a quoted line break begins, whose cells belong to the row above. So a row's place is its line.
pub fn split_csv(text: &str) -> Vec<Vec<String>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut rows = vec![Vec::new()];
    let mut cell = String::new();
    let mut is_quoted = false;
    let mut lines_inside = 0;
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
                rows.resize(rows.len() + 1 + std::mem::take(&mut lines_inside), Vec::new());
            }
            '\r' if !is_quoted && letters.peek() == Some(&'\n') => {}
            other => {
                lines_inside += usize::from(other == '\n');
                cell.push(other);
            }
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
