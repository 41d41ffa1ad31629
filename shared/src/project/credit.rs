//! 计分比例: the units that share a project's credit, each with its part.
//!
//! In a record it is a list of texts, `<unit id>:<percent>`; without one the project is its owner's alone.

use rust_decimal::Decimal;

use crate::{
    fields::{Value, normalise_number, parse_decimal},
    id::UnitId,
    t,
};

/// Decimals that a percentage may have.
pub const PERCENT_DECIMALS: u32 = 2;

/// One unit's part as it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    /// The unit, once chosen.
    pub unit: Option<UnitId>,
    /// Its part in percent, as text.
    pub percent: String,
}

/// One unit's part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// The unit.
    pub unit: UnitId,
    /// Percent: above 0, at most 100.
    pub percent: Decimal,
}

/// What keeps a list from being counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CreditError {
    /// A part without a unit.
    NoUnit,
    /// A percentage that is none, 0, over 100 or has more than two decimals.
    Percent(String),
    /// A unit stands twice.
    Twice(UnitId),
    /// The parts sum to this instead of 100.
    Sum(Decimal),
}

/// The parts as typed.
pub fn typed(texts: &[String]) -> Vec<Typed> {
    let read = |text: &String| {
        let (unit, percent) = text.split_once(':').unwrap_or((text, ""));
        Typed { unit: unit.parse().ok().map(UnitId), percent: percent.to_owned() }
    };
    texts.iter().map(read).collect()
}

/// The value of parts as typed; nothing without any.
pub fn value(parts: &[Typed]) -> Value {
    let text = |part: &Typed| {
        let unit = part.unit.map(|unit| unit.to_string()).unwrap_or_default();
        format!("{unit}:{}", normalise_number(&part.percent))
    };
    if parts.is_empty() { Value::Null } else { Value::List(parts.iter().map(text).collect()) }
}

/// The parts as people read them, each with its unit's name.
pub fn words(texts: &[String], name: impl Fn(UnitId) -> String) -> String {
    let part =
        |part: &Typed| t!("form.credit_part", unit = part.unit.map(&name).unwrap_or_default(), percent = part.percent);
    typed(texts).iter().map(part).collect::<Vec<_>>().join(&t!("form.list_separator"))
}

/// The parts, which sum to 100; empty where the project is its owner's alone.
///
/// # Errors
/// The first fault, in the list's order.
pub fn parts(texts: &[String]) -> Result<Vec<Part>, CreditError> {
    let mut parts: Vec<Part> = Vec::with_capacity(texts.len());
    for typed in typed(texts) {
        let unit = typed.unit.ok_or(CreditError::NoUnit)?;
        let is_sound = |percent: &Decimal| {
            *percent > Decimal::ZERO
                && *percent <= Decimal::ONE_HUNDRED
                && percent.normalize().scale() <= PERCENT_DECIMALS
        };
        let Some(percent) = parse_decimal(&typed.percent).filter(is_sound) else {
            return Err(CreditError::Percent(typed.percent));
        };
        if parts.iter().any(|part| part.unit == unit) {
            return Err(CreditError::Twice(unit));
        }
        parts.push(Part { unit, percent });
    }
    let sum: Decimal = parts.iter().map(|part| part.percent).sum();
    if parts.is_empty() || sum == Decimal::ONE_HUNDRED { Ok(parts) } else { Err(CreditError::Sum(sum)) }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn list(parts: &[(u128, &str)]) -> Vec<String> {
        parts.iter().map(|(unit, percent)| format!("{}:{percent}", Uuid::from_u128(*unit))).collect()
    }

    fn unit(number: u128) -> UnitId {
        UnitId(Uuid::from_u128(number))
    }

    #[test]
    fn parts_count_when_they_are_whole() {
        for (texts, error) in [
            (list(&[]), None),
            (list(&[(1, "100")]), None),
            (list(&[(1, "33.33"), (2, "33.33"), (3, "33.34")]), None),
            (list(&[(1, "60"), (2, "30")]), Some(CreditError::Sum(Decimal::from(90)))),
            (list(&[(1, "50"), (1, "50")]), Some(CreditError::Twice(unit(1)))),
            (list(&[(1, "0"), (2, "100")]), Some(CreditError::Percent("0".into()))),
            (list(&[(1, "-50"), (2, "150")]), Some(CreditError::Percent("-50".into()))),
            (list(&[(1, "0.005"), (2, "99.995")]), Some(CreditError::Percent("0.005".into()))),
            (vec![":100".to_owned()], Some(CreditError::NoUnit)),
            (vec!["鼓东:100".to_owned()], Some(CreditError::NoUnit)),
        ] {
            assert_eq!(parts(&texts).err(), error, "{texts:?}");
        }
    }

    #[test]
    fn parts_are_read_by_the_names_of_their_units() {
        let name = |id: UnitId| if id == unit(1) { "鼓东街道".to_owned() } else { "鼓西街道".to_owned() };
        assert_eq!(words(&list(&[(1, "60"), (2, "40")]), name), "鼓东街道 60%、鼓西街道 40%");
    }

    #[test]
    fn what_is_typed_is_kept_as_it_was_meant() {
        let half = vec![
            Typed { unit: Some(unit(7)), percent: " ５０ ".to_owned() },
            Typed { unit: None, percent: String::new() },
        ];
        let kept = value(&half);
        assert_eq!(typed(kept.as_list())[0], Typed { unit: Some(unit(7)), percent: "50".to_owned() });
        assert_eq!(typed(kept.as_list())[1].unit, None);
        assert_eq!(value(&[]), Value::Null);
    }
}
