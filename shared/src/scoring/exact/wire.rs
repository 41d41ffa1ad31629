//! Exact fractions as they cross the wire: `3`, `-7/12`.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::Exact;

impl Serialize for Exact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { numerator, denominator } = self;
        match denominator {
            1 => serializer.collect_str(numerator),
            _ => serializer.collect_str(&format_args!("{numerator}/{denominator}")),
        }
    }
}

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        read(&text).ok_or_else(|| de::Error::invalid_value(de::Unexpected::Str(&text), &"a fraction such as -7/12"))
    }
}

fn read(text: &str) -> Option<Exact> {
    let (numerator, denominator) = text.split_once('/').unwrap_or((text, "1"));
    let denominator = denominator.parse().ok().filter(|denominator: &i128| denominator.is_positive())?;
    Exact::ratio(numerator.parse().ok()?, denominator)
}

#[cfg(feature = "server")]
impl schemars::JsonSchema for Exact {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Exact".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^-?[0-9]+(/[1-9][0-9]*)?$" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fraction_is_written_in_lowest_terms_and_read_back() {
        for (numerator, denominator, written) in [
            (6, 2, "\"3\""),
            (-14, 24, "\"-7/12\""),
            (0, 5, "\"0\""),
            (i128::MAX, 2, "\"170141183460469231731687303715884105727/2\""),
        ] {
            let fraction = Exact::ratio(numerator, denominator).unwrap();
            assert_eq!(serde_json::to_string(&fraction).unwrap(), written);
            assert_eq!(serde_json::from_str::<Exact>(written).unwrap(), fraction);
        }
    }

    #[cfg(feature = "server")]
    #[test]
    fn what_crosses_the_wire_is_described_as_it_is_written() {
        let described = serde_json::to_value(schemars::schema_for!(Exact)).unwrap();
        assert_eq!((&described["title"], &described["type"]), (&"Exact".into(), &"string".into()));
        assert_eq!(described["pattern"], "^-?[0-9]+(/[1-9][0-9]*)?$");
    }

    #[test]
    fn what_is_no_fraction_is_refused() {
        for text in ["\"1/0\"", "\"1/-2\"", "\"\"", "\"1/2/3\"", "\"0.5\"", "1"] {
            assert!(serde_json::from_str::<Exact>(text).is_err(), "{text}");
        }
    }
}
