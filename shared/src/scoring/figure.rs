//! Reading decimals of a scheme's file: whole numbers bare, others in quotes. A bare `0.1` is a binary float by
//! the time it is read, and no float comes near a score.

use std::{collections::BTreeMap, fmt};

use rust_decimal::Decimal;
use serde::{
    Deserialize, Deserializer,
    de::{Error, Visitor},
};

/// One figure.
pub(super) fn one<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
    Figure::deserialize(deserializer).map(|figure| figure.0)
}

/// A list of figures.
pub(super) fn many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Decimal>, D::Error> {
    Vec::<Figure>::deserialize(deserializer).map(|figures| figures.into_iter().map(|figure| figure.0).collect())
}

/// Lists of figures by name.
pub(super) fn named<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, Vec<Decimal>>, D::Error> {
    let named = BTreeMap::<String, Vec<Figure>>::deserialize(deserializer)?;
    Ok(named.into_iter().map(|(name, figures)| (name, figures.into_iter().map(|figure| figure.0).collect())).collect())
}

/// A figure that may be absent.
pub(super) fn maybe<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Decimal>, D::Error> {
    Option::<Figure>::deserialize(deserializer).map(|figure| figure.map(|figure| figure.0))
}

struct Figure(Decimal);

impl<'de> Deserialize<'de> for Figure {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FigureVisitor)
    }
}

struct FigureVisitor;

impl Visitor<'_> for FigureVisitor {
    type Value = Figure;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a whole number, or a decimal number in quotes")
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Figure, E> {
        Ok(Figure(Decimal::from(number)))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Figure, E> {
        Ok(Figure(Decimal::from(number)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Figure, E> {
        text.parse().map(Figure).map_err(|_| E::invalid_value(serde::de::Unexpected::Str(text), &self))
    }
}
