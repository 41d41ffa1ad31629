//! Tables as offices keep them: CSV in the encodings that Excel saves in China, and Excel's own workbooks.

use std::{io::Cursor, path::Path};

use calamine::{Data, Reader as _, Xlsx};
use encoding_rs::{Encoding, GB18030, UTF_8};
use shared::{
    intake::{self, Sheet, letters},
    scoring::table::{TableIssue, split_csv},
    t,
};

/// What every workbook begins with: it is a zip archive.
const WORKBOOK_MARK: &[u8] = b"PK\x03\x04";

/// Significant digits that Excel keeps; what stands behind them is how a binary fraction is stored.
const DIGITS: usize = 15;

/// Columns of a sheet that are looked at.
const COLUMNS_MAX: usize = 256;

/// A table that was read: rows of cells, the header first.
pub(crate) struct Table {
    name: String,
    /// The sheet, where it stood in a workbook.
    sheet: Option<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// Reads a CSV file (UTF-8, UTF-16 with its mark, or GBK) or the first sheet of a workbook: what it is says its
    /// content, not its name.
    pub(super) fn read(path: &Path) -> Result<Self, String> {
        Self::of(path.display().to_string(), read(path)?)
    }

    /// The same, of a file that is in memory already.
    pub(crate) fn of(name: String, bytes: Vec<u8>) -> Result<Self, String> {
        if !bytes.starts_with(WORKBOOK_MARK) {
            let rows = split_csv(&decoded(&name, &bytes)?);
            return Ok(Self { name, sheet: None, rows });
        }
        let unreadable = |error: calamine::XlsxError| t!("scoring.batch.unreadable", file = name, error = error);
        let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(unreadable)?;
        let Some(sheet) = workbook.sheet_names().first().cloned() else {
            return Err(t!("scoring.batch.no_sheet", file = name));
        };
        let rows = cells(&mut workbook, &sheet).map_err(unreadable)?;
        Ok(Self { name, sheet: Some(sheet), rows })
    }

    pub(crate) fn into_rows(self) -> Vec<Vec<String>> {
        self.rows
    }

    pub(super) fn rows(&self) -> &[Vec<String>] {
        &self.rows
    }

    /// An issue with its place: file, line and column, or file, sheet and cell.
    pub(super) fn sentence(&self, issue: &TableIssue) -> String {
        let Some(sheet) = &self.sheet else { return format!("{}: {issue}", self.name) };
        let header = self.rows.first().into_iter().flatten();
        let column = header.map(|cell| cell.trim()).position(|column| column == issue.column);
        let place = match column.filter(|_| !issue.column.is_empty()) {
            Some(column) => format!("{}{}", letters(column), issue.line),
            None => issue.line.to_string(),
        };
        t!("scoring.table.of_sheet", file = self.name, sheet = sheet, cell = place, issue = issue)
    }
}

/// All sheets of a workbook, as far as somebody reads them.
pub(crate) fn sheets(name: &str, bytes: Vec<u8>) -> Result<Vec<Sheet>, String> {
    if !bytes.starts_with(WORKBOOK_MARK) {
        return Err(t!("intake.no_workbook", file = name));
    }
    let unreadable = |error: calamine::XlsxError| t!("scoring.batch.unreadable", file = name, error = error);
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(unreadable)?;
    let mut sheets = Vec::new();
    for name in workbook.sheet_names() {
        let rows = cells(&mut workbook, &name).map_err(unreadable)?;
        sheets.push(Sheet { name, rows });
    }
    Ok(sheets)
}

/// The cells of a sheet from its first one on, so that rows and columns are those that Excel shows, and one by one: as
/// a rectangle, one cell far away would fill the memory. What stands below the last line that is read stands in one
/// line more, and what stands beyond the last column in one column more, so that nobody takes the sheet for whole.
fn cells(workbook: &mut Xlsx<Cursor<Vec<u8>>>, sheet: &str) -> Result<Vec<Vec<String>>, calamine::XlsxError> {
    let mut reader = workbook.worksheet_cells_reader(sheet)?;
    let mut rows: Vec<Vec<String>> = Vec::new();
    while let Some(cell) = reader.next_cell()? {
        let (row, column) = cell.get_position();
        let (Ok(row), Ok(column)) = (usize::try_from(row), usize::try_from(column)) else { continue };
        let (row, column) = (row.min(intake::LINES_MAX), column.min(COLUMNS_MAX));
        rows.resize(rows.len().max(row + 1), Vec::new());
        let Some(line) = rows.get_mut(row) else { continue };
        line.resize(line.len().max(column + 1), String::new());
        if let Some(place) = line.get_mut(column) {
            *place = text(&Data::from(cell.get_value().clone()));
        }
    }
    Ok(rows)
}

/// The text of a file in any encoding that [`Table::read`] knows.
pub(super) fn read_text(path: &Path) -> Result<String, String> {
    decoded(&path.display().to_string(), &read(path)?)
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| t!("scoring.batch.unreadable", file = path.display(), error = error))
}

/// What is not UTF-8 is taken for GB18030, which contains GBK: so Excel saves CSV in China.
pub(crate) fn decoded(name: &str, bytes: &[u8]) -> Result<String, String> {
    let (encoding, bytes) = match Encoding::for_bom(bytes) {
        Some((encoding, length)) => (encoding, bytes.get(length..).unwrap_or_default()),
        None if std::str::from_utf8(bytes).is_ok() => (UTF_8, bytes),
        None => (GB18030, bytes),
    };
    let (text, is_faulty) = encoding.decode_without_bom_handling(bytes);
    if is_faulty || text.contains('\0') {
        Err(t!("scoring.batch.encoding", file = name))
    } else {
        Ok(text.into_owned())
    }
}

/// A cell as the person sees it.
fn text(cell: &Data) -> String {
    match cell {
        Data::Float(number) => {
            let kept = format!("{number:.*e}", DIGITS - 1).parse::<f64>().unwrap_or(*number);
            kept.to_string()
        }
        // Its serial number would pass for a count.
        Data::DateTime(_) => t!("scoring.table.date"),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_bear_the_letters_that_excel_gives_them() {
        let named = [0, 1, 25, 26, 51, 54, 701, 702].map(letters);
        assert_eq!(named, ["A", "B", "Z", "AA", "AZ", "BC", "ZZ", "AAA"]);
    }

    #[test]
    fn a_number_has_the_digits_that_excel_shows() {
        for (number, shown) in [(0.1 + 0.2, "0.3"), (0.15, "0.15"), (3.0, "3"), (-2.0, "-2"), (1_234.56, "1234.56")] {
            assert_eq!(text(&Data::Float(number)), shown);
        }
        assert_eq!(
            (text(&Data::Empty), text(&Data::Int(7)), text(&Data::String("三".into()))),
            (String::new(), "7".into(), "三".into())
        );
    }

    #[test]
    fn text_is_read_in_the_encodings_that_excel_saves() {
        let (gbk, _, _) = encoding_rs::GBK.encode("鼓东街道,3");
        let utf_16: Vec<u8> = "\u{feff}鼓东街道,3".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in ["鼓东街道,3".as_bytes(), "\u{feff}鼓东街道,3".as_bytes(), gbk.as_ref(), utf_16.as_slice()]
        {
            assert_eq!(decoded("T.csv", bytes).as_deref(), Ok("鼓东街道,3"));
        }
        assert_eq!(decoded("T.csv", b"\xff\x80\x81"), Err("T.csv: 不是 UTF-8、UTF-16 或 GBK 编码的文本".to_owned()));
    }
}
