//! A figure for each month of a year: how it is spread, written down and read.

use rust_decimal::Decimal;

use crate::fields::{Value, half_width, normalise_number, parse_decimal};

/// Months of a year.
pub const MONTHS: usize = 12;

/// The figures of a value, January first; `None` where a month has none or one that cannot be read.
pub fn figures(value: &Value) -> [Option<Decimal>; MONTHS] {
    let mut figures = [None; MONTHS];
    for (figure, text) in figures.iter_mut().zip(value.as_list()) {
        *figure = parse_decimal(text);
    }
    figures
}

/// The sum of the months that have a figure; `None` where none has.
pub fn sum(value: &Value) -> Option<Decimal> {
    let figures = figures(value);
    figures.iter().any(Option::is_some).then(|| figures.into_iter().flatten().sum())
}

/// The value with one month written anew; nothing when every month is empty.
pub fn with_month(value: &Value, month: usize, typed: &str) -> Value {
    let mut texts: Vec<String> = (0..MONTHS).map(|place| text_of(value, place).to_owned()).collect();
    if let Some(text) = texts.get_mut(month) {
        *text = figure_text(typed);
    }
    of_texts(texts)
}

/// What stands in one month.
pub fn text_of(value: &Value, month: usize) -> &str {
    value.as_list().get(month).map_or("", String::as_str)
}

/// A year's amount in twelve parts of two decimals that sum to it: the last month takes what dividing leaves.
pub fn spread(total: Decimal) -> Value {
    let part = (total / Decimal::from(MONTHS)).trunc_with_scale(2);
    let last = total - part * Decimal::from(MONTHS - 1);
    let parts = std::iter::repeat_n(part, MONTHS - 1).chain([last]);
    Value::List(parts.map(|part| part.normalize().to_string()).collect())
}

/// Twelve figures from a row of cells, as it is pasted from a spreadsheet.
pub(super) fn row(typed: &str) -> Value {
    let cells = half_width(typed);
    let cells: Vec<&str> = cells.trim_end_matches(['\r', '\n']).split(['\t', ';', '\u{3001}']).collect();
    of_texts(cells.into_iter().take(MONTHS).map(figure_text).collect())
}

fn of_texts(mut texts: Vec<String>) -> Value {
    texts.resize(MONTHS, String::new());
    if texts.iter().all(String::is_empty) { Value::Null } else { Value::List(texts) }
}

fn figure_text(typed: &str) -> String {
    let plain = normalise_number(typed);
    if parse_decimal(&plain).is_some() { plain } else { typed.trim().to_owned() }
}
