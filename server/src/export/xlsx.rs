//! The bulletin as a workbook: a sheet for each group and one for the meeting.

use rust_decimal::prelude::ToPrimitive as _;
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Workbook, Worksheet};
use shared::{
    bulletin::{Bulletin, Cell, Roll, Sheet},
    open::harmless,
    t,
};

use super::ExportError;

/// Width of a column of names and of one of figures, in characters.
const NAME_WIDTH: f64 = 18.0;
const FIGURE_WIDTH: f64 = 11.0;
const REASON_WIDTH: f64 = 60.0;

/// Rows over the table: its title.
const HEAD_ROW: u32 = 1;

/// The workbook's bytes.
///
/// # Errors
/// When a sheet cannot be written.
pub fn write(bulletin: &Bulletin) -> Result<Vec<u8>, ExportError> {
    let mut workbook = Workbook::new();
    for table in &bulletin.tables {
        write_table(workbook.add_worksheet(), table)?;
    }
    if !bulletin.rolls.is_empty() {
        write_rolls(workbook.add_worksheet(), &bulletin.rolls)?;
    }
    Ok(workbook.save_to_buffer()?)
}

fn write_table(sheet: &mut Worksheet, table: &Sheet) -> Result<(), ExportError> {
    sheet.set_name(&table.name)?;
    begin(sheet, &table.title, &table.columns)?;
    for (row, cells) in (HEAD_ROW + 1..).zip(&table.rows) {
        for (column, cell) in (0..).zip(cells) {
            write_cell(sheet, row, column, cell)?;
        }
    }
    for (column, label) in (0..).zip(&table.columns) {
        let is_name = column == 1 || label.chars().count() > 6;
        sheet.set_column_width(column, if is_name { NAME_WIDTH } else { FIGURE_WIDTH })?;
    }
    Ok(())
}

fn write_rolls(sheet: &mut Worksheet, rolls: &[Roll]) -> Result<(), ExportError> {
    sheet.set_name(t!("bulletin.rolls"))?;
    let columns = [t!("bulletin.group"), t!("bulletin.list"), t!("bulletin.unit"), t!("bulletin.reason")];
    begin(sheet, &t!("bulletin.rolls"), &columns)?;
    let lines = rolls.iter().flat_map(|roll| {
        let empty = roll
            .entries
            .is_empty()
            .then(|| [roll.group.clone(), roll.title.clone(), t!("bulletin.nobody"), String::new()]);
        let entries = roll.entries.iter();
        let entries =
            entries.map(|entry| [roll.group.clone(), roll.title.clone(), entry.unit.clone(), entry.reason.clone()]);
        entries.chain(empty).collect::<Vec<_>>()
    });
    for (row, line) in (HEAD_ROW + 1..).zip(lines) {
        for (column, text) in (0..).zip(line) {
            write_cell(sheet, row, column, &Cell::Text(text))?;
        }
    }
    for (column, width) in [(0, FIGURE_WIDTH), (1, FIGURE_WIDTH), (2, NAME_WIDTH), (3, REASON_WIDTH)] {
        sheet.set_column_width(column, width)?;
    }
    Ok(())
}

/// The title over all columns, and their heads, which stay in sight.
fn begin(sheet: &mut Worksheet, title: &str, columns: &[String]) -> Result<(), ExportError> {
    let heading = Format::new().set_bold().set_font_size(14.0).set_align(FormatAlign::Center);
    let last = u16::try_from(columns.len().saturating_sub(1)).unwrap_or_default();
    sheet.merge_range(0, 0, 0, last, &harmless(title), &heading)?;
    let head = framed().set_bold().set_text_wrap().set_align(FormatAlign::Center);
    for (column, label) in (0..).zip(columns) {
        sheet.write_string_with_format(HEAD_ROW, column, harmless(label), &head)?;
    }
    sheet.set_freeze_panes(HEAD_ROW + 1, 2)?;
    sheet.set_landscape().set_paper_size(A4).set_print_fit_to_pages(1, 0);
    Ok(())
}

/// A4, as spreadsheets number papers.
const A4: u8 = 9;

fn framed() -> Format {
    Format::new().set_border(FormatBorder::Thin).set_align(FormatAlign::VerticalCenter)
}

/// Figures are figures, so that they can be added up; words never are formulas.
fn write_cell(sheet: &mut Worksheet, row: u32, column: u16, cell: &Cell) -> Result<(), ExportError> {
    match cell {
        Cell::Figure(figure) => {
            sheet.write_number_with_format(row, column, figure.to_f64().unwrap_or_default(), &framed())?;
        }
        Cell::Text(text) => {
            sheet.write_string_with_format(row, column, harmless(text), &framed().set_text_wrap())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Data, Reader as _, Xlsx};

    use super::*;
    use crate::export::tests::sample;

    #[test]
    fn a_workbook_holds_the_groups_with_figures_as_figures_and_words_that_are_no_formulas() {
        let bytes = write(&sample()).unwrap();
        let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
        assert_eq!(workbook.sheet_names(), ["街镇组", "季度会议名单"]);
        let sheet = workbook.worksheet_range("街镇组").unwrap();
        let row: Vec<Data> = sheet.rows().nth(2).unwrap().to_vec();
        assert_eq!(row, [Data::Float(1.0), Data::String("'=cmd|' /C calc'!A0".into()), Data::Float(97.25)]);
        let rolls = workbook.worksheet_range("季度会议名单").unwrap();
        let lines: Vec<String> = rolls.rows().skip(2).map(|row| row[2].to_string()).collect();
        assert_eq!(lines, ["'=cmd|' /C calc'!A0", "无"]);
        assert!(workbook.worksheet_formula("街镇组").unwrap().is_empty());
    }
}
