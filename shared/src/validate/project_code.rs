//! 项目代码 (GB/T 40058): `YYMM-RRRRRR-DD-TT-NNNNNC`, 20 digits in five parts. The last digit is not checked.

/// Digits of the five parts.
const PARTS: [usize; 5] = [4, 6, 2, 2, 6];

/// Digits in all.
const DIGITS: usize = 20;

/// Years of the codes before the standard, which begin with the whole year, such as `2017-`.
const OLD_YEARS: std::ops::RangeInclusive<u8> = 13..=20;

/// Why a code is not one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProjectCodeError {
    /// Not five parts of 4, 6, 2, 2 and 6 digits.
    #[error("not of the shape YYMM-RRRRRR-DD-TT-NNNNNC")]
    Shape {
        /// The code that was likely meant, where only the hyphens are wrong.
        suggestion: Option<String>,
    },
    /// The month is none; holds the two digits.
    #[error("{0} is not a month")]
    Month(String),
}

/// Checks a code and gives the six digits of its region.
///
/// # Errors
/// The first thing wrong with it.
pub fn check_project_code(code: &str) -> Result<&str, ProjectCodeError> {
    let parts: Vec<&str> = code.split('-').collect();
    let is_shaped = parts.len() == PARTS.len()
        && parts
            .iter()
            .zip(PARTS)
            .all(|(part, digits)| part.len() == digits && part.chars().all(|digit| digit.is_ascii_digit()));
    let [date, region, ..] = parts.as_slice() else {
        return Err(ProjectCodeError::Shape { suggestion: hyphenated(code) });
    };
    if !is_shaped {
        return Err(ProjectCodeError::Shape { suggestion: hyphenated(code) });
    }
    let (century, month) = date.split_at_checked(2).unwrap_or_default();
    let number = month.parse().unwrap_or(0);
    let is_old = century == "20" && OLD_YEARS.contains(&number);
    if is_old || (1..=12).contains(&number) { Ok(region) } else { Err(ProjectCodeError::Month(month.to_owned())) }
}

/// The digits with hyphens in their places, when there are exactly twenty of them and the result is a code.
fn hyphenated(code: &str) -> Option<String> {
    let digits: String = code.chars().filter(char::is_ascii_digit).collect();
    let is_only_digits = code.chars().all(|letter| letter.is_ascii_digit() || letter == '-');
    if digits.len() != DIGITS || !is_only_digits {
        return None;
    }
    let mut rest = digits.as_str();
    let mut parts = Vec::with_capacity(PARTS.len());
    for length in PARTS {
        let (part, tail) = rest.split_at_checked(length)?;
        parts.push(part);
        rest = tail;
    }
    let candidate = parts.join("-");
    check_project_code(&candidate).is_ok().then_some(candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_the_standard_and_older_ones_are_accepted_and_others_told_why_not() {
        let shape =
            |suggestion: Option<&str>| Err(ProjectCodeError::Shape { suggestion: suggestion.map(str::to_owned) });
        for (code, verdict) in [
            ("2101-350102-04-01-123456", Ok("350102")),
            ("2112-350103-04-05-000000", Ok("350103")),
            ("2017-350102-47-03-012345", Ok("350102")),
            ("2113-350102-04-01-123456", Err(ProjectCodeError::Month("13".into()))),
            ("2100-350102-04-01-123456", Err(ProjectCodeError::Month("00".into()))),
            ("21013501020401123456", shape(Some("2101-350102-04-01-123456"))),
            ("2101-350102-0401-123456", shape(Some("2101-350102-04-01-123456"))),
            ("2101-350102-04-01-12345", shape(None)),
            ("2101-35010A-04-01-123456", shape(None)),
            ("", shape(None)),
            ("----", shape(None)),
        ] {
            assert_eq!(check_project_code(code), verdict, "{code}");
        }
    }
}
