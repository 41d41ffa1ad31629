//! Field values, and a record's fields read as one settled map.
//!
//! Values stay as people typed them: a number is text that a reader parses, so that a wrong figure is kept,
//! shown and answered with an issue instead of being lost.

use std::{borrow::Cow, collections::BTreeMap, fmt};

use rust_decimal::Decimal;
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error, SeqAccess, Visitor},
};

use crate::calendar::{Date, Month};

/// The value of one field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Value {
    /// Nothing, or deliberately emptied.
    #[default]
    Null,
    /// Yes or no.
    Flag(bool),
    /// Text, a number, a date, a choice's code.
    Text(String),
    /// Several choices' codes.
    List(Vec<String>),
}

// By hand: a derived one would copy each value before it knows which it is, and values are most of what is read.
impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("nothing, a flag, a text or a list of texts")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Value, E> {
        Ok(Value::Flag(flag))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Value, E> {
        Ok(Value::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::List(list))
    }
}

impl Value {
    /// A text value; blank text is [`Value::Null`].
    pub fn text(text: &str) -> Self {
        let text = text.trim();
        if text.is_empty() { Self::Null } else { Self::Text(text.to_owned()) }
    }

    /// Whether nothing was entered.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Flag(_) => false,
            Self::Text(text) => text.trim().is_empty(),
            Self::List(items) => items.is_empty(),
        }
    }

    /// The text, where it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Null | Self::Flag(_) | Self::List(_) => None,
        }
    }

    /// The codes, where it is a list.
    pub fn as_list(&self) -> &[String] {
        match self {
            Self::List(items) => items,
            Self::Null | Self::Flag(_) | Self::Text(_) => &[],
        }
    }

    /// Characters of its longest text.
    pub fn chars_max(&self) -> usize {
        match self {
            Self::Null | Self::Flag(_) => 0,
            Self::Text(text) => text.chars().count(),
            Self::List(items) => items.iter().map(|item| item.chars().count()).sum(),
        }
    }
}

/// The fields of a record or of a pinned revision, settled: one value each. A record has a dozen or two, and
/// scoring reads those of a whole year: they lie in one piece, sorted by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "BTreeMap<String, Value>")]
pub struct Fields(Vec<(String, Value)>);

impl Fields {
    /// The value, [`Value::Null`] where there is none.
    pub fn get(&self, field: &str) -> &Value {
        self.place(field).ok().and_then(|place| self.0.get(place)).map_or(&Value::Null, |(_, value)| value)
    }

    /// Sets a field.
    pub fn set(&mut self, field: &str, value: Value) {
        match self.place(field) {
            Ok(place) => {
                if let Some((_, standing)) = self.0.get_mut(place) {
                    *standing = value;
                }
            }
            Err(place) => self.0.insert(place, (field.to_owned(), value)),
        }
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Every field with its value, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(field, value)| (field.as_str(), value))
    }

    fn place(&self, field: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(own, _)| own.as_str().cmp(field))
    }

    /// The text, `""` where there is none.
    pub fn text(&self, field: &str) -> &str {
        self.get(field).as_text().unwrap_or_default()
    }

    /// Whether a flag is set.
    pub fn flag(&self, field: &str) -> bool {
        matches!(self.get(field), Value::Flag(true))
    }

    /// The codes of a list.
    pub fn list(&self, field: &str) -> &[String] {
        self.get(field).as_list()
    }

    /// The number, where the text is one.
    pub fn decimal(&self, field: &str) -> Option<Decimal> {
        parse_decimal(self.text(field))
    }

    /// The month, where the text is one.
    pub fn month(&self, field: &str) -> Option<Month> {
        self.text(field).parse().ok()
    }

    /// The day, where the text is one.
    pub fn date(&self, field: &str) -> Option<Date> {
        self.text(field).parse().ok()
    }
}

impl From<BTreeMap<String, Value>> for Fields {
    fn from(fields: BTreeMap<String, Value>) -> Self {
        Self(fields.into_iter().collect())
    }
}

impl FromIterator<(String, Value)> for Fields {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(fields: I) -> Self {
        fields.into_iter().collect::<BTreeMap<_, _>>().into()
    }
}

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

/// Digits a figure may have; more is a slip of the keyboard, and would not fit a `Decimal`.
const DIGITS_MAX: usize = 15;

/// Reads a figure as people type and paste it: full-width digits, thousands separators, white space and the
/// line end of a pasted cell are accepted. Exponents, empty text and a second point are not.
pub fn parse_decimal(text: &str) -> Option<Decimal> {
    // Almost every figure is plain already, and some are read very often.
    let is_plain = text.bytes().all(|letter| letter.is_ascii_digit() || matches!(letter, b'.' | b'-'));
    let plain = if is_plain { Cow::Borrowed(text) } else { Cow::Owned(normalise_number(text)) };
    let digits = plain.chars().filter(char::is_ascii_digit).count();
    let shaped = plain.strip_prefix('-').unwrap_or(&plain);
    let well_formed = shaped.chars().all(|letter| letter.is_ascii_digit() || letter == '.')
        && shaped.starts_with(|letter: char| letter.is_ascii_digit())
        && !shaped.ends_with('.');
    if well_formed && (1..=DIGITS_MAX).contains(&digits) { plain.parse().ok() } else { None }
}

/// The figure's plain spelling: half-width digits, no separators. Text that is no number comes back in half
/// width but otherwise unchanged, for the person to mend.
pub fn normalise_number(text: &str) -> String {
    half_width(text.trim())
        .chars()
        .filter(|letter| !matches!(letter, ',' | '\u{2019}') && !letter.is_whitespace())
        .collect()
}

/// Full-width ASCII (`１２．５`, `Ａ`) as half-width; other text unchanged.
pub fn half_width(text: &str) -> String {
    text.chars().map(half_width_letter).collect()
}

/// One letter of [`half_width`].
pub fn half_width_letter(letter: char) -> char {
    match letter {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(letter) - 0xFEE0).unwrap_or(letter),
        '\u{3000}' => ' ',
        _ => letter,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_as_they_are_written_and_nothing_else_is_a_value() {
        let list = Value::List(vec!["permit".into(), String::new()]);
        for value in [Value::Null, Value::Flag(false), Value::Flag(true), Value::text("１，８２０"), list] {
            let text = serde_json::to_string(&value).unwrap();
            assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value, "{text}");
            assert_eq!(serde_json::from_value::<Value>(serde_json::from_str(&text).unwrap()).unwrap(), value);
        }
        for text in ["1", "1.5", "{}", "[1]", "[null]"] {
            assert!(serde_json::from_str::<Value>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn figures_are_read_as_people_type_them() {
        for (text, figure) in [
            ("1820", Some("1820")),
            (" 1,820.50 ", Some("1820.50")),
            ("１，８２０．５０", Some("1820.50")),
            ("22 000.00\r\n", Some("22000.00")),
            ("-5", Some("-5")),
            ("", None),
            ("1.2.3", None),
            (".5", None),
            ("5.", None),
            ("1e9", None),
            ("九百", None),
            ("1234567890123456", None),
        ] {
            assert_eq!(parse_decimal(text).map(|figure| figure.to_string()).as_deref(), figure, "{text:?}");
        }
    }
}
