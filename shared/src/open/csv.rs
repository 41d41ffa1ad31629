//! Comma-separated values that spreadsheets open right and run nothing of.

use std::borrow::Cow;

use super::Table;
use crate::fields::parse_decimal;

/// Tells spreadsheets that what follows is UTF-8.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// What a spreadsheet takes for a formula when a cell begins with it.
const FORMULA_STARTS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

impl Table {
    /// The table with a head of names for people, as RFC 4180 has it.
    pub fn csv(&self) -> String {
        let mut text = String::from(BYTE_ORDER_MARK);
        write_line(&mut text, self.columns.iter().map(|column| column.label.as_str()));
        for row in &self.rows {
            let cells = self.columns.iter().map(|column| row.get(&column.key).and_then(Option::as_deref));
            write_line(&mut text, cells.map(Option::unwrap_or_default));
        }
        text
    }
}

fn write_line<'a>(text: &mut String, cells: impl Iterator<Item = &'a str>) {
    for (place, cell) in cells.enumerate() {
        if place > 0 {
            text.push(',');
        }
        let cell = harmless(cell);
        if cell.contains([',', '"', '\n', '\r']) {
            text.extend(["\"", &cell.replace('"', "\"\""), "\""]);
        } else {
            text.push_str(&cell);
        }
    }
    text.push_str("\r\n");
}

/// The cell as text, where a spreadsheet would take it for a formula. A negative figure is none.
pub fn harmless(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(FORMULA_STARTS) && parse_decimal(cell).is_none() {
        format!("'{cell}").into()
    } else {
        cell.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn csv(cells: &[&str]) -> String {
        let mut table = Table::of([("a", "甲".to_owned()), ("b", "乙,丙".to_owned())]);
        table.push(cells.iter().map(|cell| Some((*cell).to_owned())));
        table.csv()
    }

    #[test]
    fn a_cell_that_would_run_is_text_and_a_figure_stays_one() {
        for (cell, expected) in [
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("+86 591", "'+86 591"),
            ("-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0"),
            ("\tx", "'\tx"),
            ("-12.5", "-12.5"),
            ("软件园", "软件园"),
            ("", ""),
        ] {
            assert_eq!(harmless(cell), expected);
        }
    }

    #[test]
    fn separators_and_quotes_stand_between_quotes() {
        let line = csv(&["一\"二\"", "三\n四"]);
        assert_eq!(line, "\u{feff}甲,\"乙,丙\"\r\n\"一\"\"二\"\"\",\"三\n四\"\r\n");
        assert_eq!(csv(&["=a,b"]), "\u{feff}甲,\"乙,丙\"\r\n\"'=a,b\",\r\n");
    }
}
