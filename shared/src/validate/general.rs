//! What every form asks alike: required, lengths, figures, choices, dates.

use rust_decimal::Decimal;

use crate::{
    calendar::{Date, Month},
    fields::{Fields, Value, parse_decimal},
    form::{Field, FieldKind, Form, label, months},
    issue::Issue,
    project::credit::{self, CreditError},
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
        Value::List(texts) if matches!(field.kind, FieldKind::Months { .. }) => check_months(field, texts),
        Value::List(texts) if field.kind == FieldKind::Credit => check_credit(field.name, texts).into_iter().collect(),
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
            let is_former = name == report::monthly::PROGRESS && text == report::FORMER_GRADE;
            let known = field.options(fields).contains(&text);
            (!known && !is_former).then(|| Issue::error(name, "not_a_choice").with("value", text))
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
        FieldKind::Months { .. } => Some(Issue::error(name, "not_twelve_months")),
        FieldKind::Credit => Some(Issue::error(name, "credit_unit")),
        FieldKind::Code | FieldKind::Choices(_) | FieldKind::Flag | FieldKind::Record(_) => None,
    }
}

/// The first month whose figure cannot stand.
fn check_months(field: &Field, texts: &[String]) -> Vec<Issue> {
    let FieldKind::Months { decimals, .. } = field.kind else { return Vec::new() };
    if texts.len() != months::MONTHS {
        return vec![Issue::error(field.name, "not_twelve_months")];
    }
    let mut filled = (1..).zip(texts).filter(|(_, text)| !text.is_empty());
    let first = filled.find_map(|(month, text)| {
        let is_sound =
            parse_decimal(text).is_some_and(|figure| figure >= Decimal::ZERO && figure.normalize().scale() <= decimals);
        let issue = || Issue::error(field.name, "month_figure").with("month", month).with("value", text);
        (!is_sound).then(issue)
    });
    first.into_iter().collect()
}

fn check_credit(name: &str, texts: &[String]) -> Option<Issue> {
    Some(match credit::parts(texts).err()? {
        CreditError::NoUnit => Issue::error(name, "credit_unit"),
        CreditError::Percent(typed) => Issue::error(name, "credit_percent").with("value", typed),
        CreditError::Twice(_) => Issue::error(name, "credit_twice"),
        CreditError::Sum(sum) => Issue::error(name, "credit_sum").with("sum", sum.normalize()),
    })
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
