//! From what people type to what a record holds, and back to what they read.

use rust_decimal::{Decimal, RoundingStrategy};

use super::{Field, FieldKind, months, option_label};
use crate::{
    fields::{Value, half_width, normalise_number, parse_decimal},
    t,
};

/// What a record holds for a text that was typed or pasted into a field.
///
/// Full-width digits, thousands separators and the line end of a pasted cell go; what cannot be read stays as
/// typed, for the person to mend. Normalising twice changes nothing more.
pub fn normalise(kind: FieldKind, typed: &str) -> Value {
    match kind {
        FieldKind::Figure { .. } => Value::text(&figure(typed)),
        FieldKind::Months { .. } => months::row(typed),
        FieldKind::Month => Value::text(&month(typed)),
        FieldKind::Date => Value::text(&date(typed)),
        FieldKind::Text { .. } => Value::text(&one_line(typed)),
        FieldKind::Code => Value::text(&code(typed)),
        FieldKind::Phone => Value::text(&half_width(typed).replace(char::is_whitespace, "")),
        FieldKind::LongText { .. } => Value::text(&typed.replace("\r\n", "\n").replace('\r', "\n")),
        FieldKind::Choice(_) | FieldKind::Segmented(_) | FieldKind::Record(_) => Value::text(typed),
        FieldKind::Choices(_) | FieldKind::Credit => {
            let codes: Vec<String> =
                typed.split(',').map(str::trim).filter(|code| !code.is_empty()).map(str::to_owned).collect();
            if codes.is_empty() { Value::Null } else { Value::List(codes) }
        }
        FieldKind::Flag => Value::Flag(matches!(typed.trim(), "true" | "1" | "on")),
    }
}

/// What people read for a field's value: thousands separators and decimals, names instead of codes.
/// A text that is not what the field takes is shown as typed.
pub fn display(field: &Field, value: &Value) -> String {
    match (field.kind, value) {
        (_, Value::Null) => String::new(),
        (FieldKind::Figure { decimals, .. }, Value::Text(text)) => {
            parse_decimal(text).map_or_else(|| text.clone(), |figure| shown_figure(figure, decimals))
        }
        (FieldKind::Choice(_) | FieldKind::Segmented(_), Value::Text(code)) => option_label(field.name, code),
        (_, Value::Text(text)) => text.clone(),
        (FieldKind::Months { decimals, .. }, Value::List(texts)) => {
            let shown = |text: &String| {
                parse_decimal(text).map_or_else(|| text.clone(), |figure| shown_figure(figure, decimals))
            };
            texts.iter().map(shown).collect::<Vec<_>>().join(&t!("form.list_separator"))
        }
        (_, Value::List(codes)) => {
            let names: Vec<String> = codes.iter().map(|code| option_label(field.name, code)).collect();
            names.join(&t!("form.list_separator"))
        }
        (_, Value::Flag(true)) => t!("form.yes"),
        (_, Value::Flag(false)) => t!("form.no"),
    }
}

/// A figure with thousands separators and exactly `decimals` decimals (at least as many as it has, so that
/// nothing typed is hidden by rounding).
pub fn thousands(figure: Decimal, decimals: u32) -> String {
    let scale = decimals.max(figure.normalize().scale());
    let mut rounded = figure;
    rounded.rescale(scale);
    let plain = rounded.abs().to_string();
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    let mut grouped = String::with_capacity(plain.len() + 8);
    if figure.is_sign_negative() && !figure.is_zero() {
        grouped.push('-');
    }
    for (position, digit) in whole.chars().enumerate() {
        if position > 0 && (whole.len() - position) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if !fraction.is_empty() {
        grouped.push('.');
        grouped.push_str(fraction);
    }
    grouped
}

/// An amount in 万元 said in 亿元, such as `2.20 亿元`, rounded half away from zero.
pub fn yi_hint(ten_thousand_yuan: Decimal) -> String {
    let yi =
        (ten_thousand_yuan / Decimal::from(10_000)).round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    t!("form.yi", amount = thousands(yi, 2))
}

/// Money always shows its two decimals; another figure only those it has.
fn shown_figure(figure: Decimal, decimals: u32) -> String {
    if decimals == 2 { thousands(figure, 2) } else { thousands(figure.normalize(), 0) }
}

fn figure(typed: &str) -> String {
    let plain = normalise_number(typed);
    if parse_decimal(&plain).is_some() { plain } else { typed.trim().to_owned() }
}

/// Capital letters and half width, every kind of dash a hyphen, no white space.
fn code(typed: &str) -> String {
    half_width(typed)
        .chars()
        .filter(|letter| !letter.is_whitespace())
        .map(
            |letter| {
                if matches!(letter, '\u{2010}'..='\u{2015}' | '\u{2212}') { '-' } else { letter.to_ascii_uppercase() }
            },
        )
        .collect()
}

fn one_line(typed: &str) -> String {
    typed.split(['\r', '\n', '\t']).map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// `2021-06` from the ways people write a month: `2021年6月`, `2021/6`, `2021.06`, `202106`.
fn month(typed: &str) -> String {
    match numbers(typed).as_slice() {
        [year, month] if year.len() == 4 && month.len() <= 2 => format!("{year}-{month:0>2}"),
        [run] if run.len() == 6 => {
            run.split_at_checked(4).map_or_else(String::new, |(year, month)| format!("{year}-{month}"))
        }
        _ => typed.trim().to_owned(),
    }
}

/// `2021-06-30` from the ways people write a day.
fn date(typed: &str) -> String {
    match numbers(typed).as_slice() {
        [year, month, day] if year.len() == 4 && month.len() <= 2 && day.len() <= 2 => {
            format!("{year}-{month:0>2}-{day:0>2}")
        }
        [run] if run.len() == 8 => match (run.get(..4), run.get(4..6), run.get(6..)) {
            (Some(year), Some(month), Some(day)) => format!("{year}-{month}-{day}"),
            _ => typed.trim().to_owned(),
        },
        _ => typed.trim().to_owned(),
    }
}

/// The runs of digits of a text that holds nothing but digits and the separators of dates.
fn numbers(typed: &str) -> Vec<String> {
    let plain = half_width(typed.trim());
    let is_separator = |letter: char| matches!(letter, '-' | '/' | '.' | '\u{5e74}' | '\u{6708}' | '\u{65e5}' | ' ');
    if !plain.chars().all(|letter| letter.is_ascii_digit() || is_separator(letter)) {
        return Vec::new();
    }
    plain.split(is_separator).filter(|run| !run.is_empty()).map(str::to_owned).collect()
}
