//! What every form asks alike: required, lengths, figures, choices, dates.

use rust_decimal::Decimal;

use crate::{
    calendar::{Date, Month},
    fields::{Fields, Value, parse_decimal},
    form::{Field, FieldKind, Form, label},
    issue::Issue,
    record::RecordKind,
    report,
};

/// Digits of a telephone number, at least and at most: a local line, and a mobile with its country code.
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 7..=14;

/// The issues of the fields that are asked; what is hidden is not judged.
pub(super) fn check(form: &Form, fields: &Fields) -> Vec<Issue> {
    form.fields()
        .filter(|field| field.is_shown(fields))
        .flat_map(|field| check_field(form.kind, field, fields))
        .collect()
}

fn check_field(kind: RecordKind, field: &Field, fields: &Fields) -> Vec<Issue> {
    let value = fields.get(field.name);
    match value {
        value if value.is_empty() => {
            let issue = || Issue::error(field.name, "required").with("field", label(kind, field.name));
            field.required.then(issue).into_iter().collect()
        }
        Value::Text(text) => check_text(kind, field, text, fields).into_iter().collect(),
        Value::List(codes) => {
            let options = field.options(fields);
            let unknown = codes.iter().filter(|code| !options.contains(&code.as_str()));
            // Evidence of a stage chosen before is left ticked and harmless.
            let judged = unknown.filter(|_| field.name != crate::stage::field::EVIDENCE);
            judged.map(|code| Issue::error(field.name, "not_a_choice").with("value", code)).collect()
        }
        Value::Null | Value::Flag(_) => Vec::new(),
    }
}

fn check_text(kind: RecordKind, field: &Field, text: &str, fields: &Fields) -> Option<Issue> {
    let name = field.name;
    match field.kind {
        FieldKind::Text { min, max } | FieldKind::LongText { min, max } => check_length(name, text, min, max),
        FieldKind::Figure { decimals, .. } => check_figure(kind, name, text, decimals),
        FieldKind::Choice(_) | FieldKind::Segmented(_) => {
            let known = field.options(fields).contains(&text);
            (!known).then(|| Issue::error(name, "not_a_choice").with("value", text))
        }
        FieldKind::Month => {
            text.parse::<Month>().is_err().then(|| Issue::error(name, "not_a_month").with("value", text))
        }
        FieldKind::Date => text.parse::<Date>().is_err().then(|| Issue::error(name, "not_a_date").with("value", text)),
        FieldKind::Phone => {
            let digits = text.chars().filter(char::is_ascii_digit).count();
            let well_formed =
                text.chars().all(|letter| letter.is_ascii_digit() || matches!(letter, '-' | '+' | '(' | ')'));
            (!well_formed || !PHONE_DIGITS.contains(&digits)).then(|| Issue::warning(name, "not_a_phone"))
        }
        FieldKind::Code | FieldKind::Choices(_) | FieldKind::Flag | FieldKind::Record(_) => None,
    }
}

fn check_length(name: &str, text: &str, min: usize, max: usize) -> Option<Issue> {
    let length = text.trim().chars().count();
    if length < min {
        Some(Issue::error(name, "too_short").with("min", min))
    } else if length > max {
        Some(Issue::error(name, "too_long").with("max", max).with("length", length))
    } else {
        None
    }
}

fn check_figure(kind: RecordKind, name: &str, text: &str, decimals: u32) -> Option<Issue> {
    let Some(figure) = parse_decimal(text) else {
        return Some(Issue::error(name, "not_a_number").with("value", text));
    };
    // These two may fall below zero; their own files say when.
    let may_be_negative = match kind {
        RecordKind::MonthlyReport => name == report::monthly::INVESTMENT,
        RecordKind::IndicatorReport => name == report::indicator::FIGURE,
        RecordKind::Project
        | RecordKind::StageClaim
        | RecordKind::ServiceVisit
        | RecordKind::ServiceIssue
        | RecordKind::Inspection => false,
    };
    if figure < Decimal::ZERO && !may_be_negative {
        return Some(Issue::error(name, "negative"));
    }
    (figure.normalize().scale() > decimals).then(|| Issue::error(name, "too_many_decimals").with("decimals", decimals))
}
