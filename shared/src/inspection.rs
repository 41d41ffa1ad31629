//! Inspections (督查与评议): what an office above the units found or was told about one of them. Scoring reads
//! bonus, deductions, vetoes, exemptions and ratings from them; what each is worth stands in the scheme.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::fields::parse_decimal;

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// 正向激励: commended by the province.
    Award,
    /// 核查不实: what was reported does not hold on site.
    FalseReport,
    /// 督查通报: named in a circular.
    Notice,
    /// 弄虚作假.
    Fraud,
    /// 重大安全事故.
    Accident,
    /// 容错免责: an exemption on record.
    Exemption,
    /// 评议: marks given by one class of raters.
    Rating,
}

impl Finding {
    /// Every finding, in the form's order.
    pub const ALL: [Self; 7] =
        [Self::Award, Self::FalseReport, Self::Notice, Self::Fraud, Self::Accident, Self::Exemption, Self::Rating];

    /// The code in records and schemes.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Award => "award",
            Self::FalseReport => "false_report",
            Self::Notice => "notice",
            Self::Fraud => "fraud",
            Self::Accident => "accident",
            Self::Exemption => "exemption",
            Self::Rating => "rating",
        }
    }

    /// The finding of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|finding| finding.code() == code)
    }

    /// The catalogue key of its name.
    pub const fn label_key(self) -> &'static str {
        match self {
            Self::Award => "option.finding.award",
            Self::FalseReport => "option.finding.false_report",
            Self::Notice => "option.finding.notice",
            Self::Fraud => "option.finding.fraud",
            Self::Accident => "option.finding.accident",
            Self::Exemption => "option.finding.exemption",
            Self::Rating => "option.finding.rating",
        }
    }
}

/// What a finding may be about (涉及事项), by code: a stage, an indicator that units report, or a monthly rate.
pub const MATTERS: [&str; 10] = [
    "started",
    "completed",
    "landed",
    "new_commerce_above_quota",
    "new_services_above_scale",
    "net_new_national_hightech",
    "rnd_growth",
    "visits",
    "service_issues",
    "reports",
];

/// Classes of raters (评议主体), by code.
pub const CLASSES: [&str; 4] = ["leaders", "departments", "enterprises", "public"];

/// Marks are given out of this.
pub const MARK_MAX: Decimal = Decimal::ONE_HUNDRED;

/// Names of an inspection's fields.
pub mod field {
    /// What was found, a [`super::Finding`] code.
    pub const FINDING: &str = "finding";
    /// The day.
    pub const FOUND_ON: &str = "found_on";
    /// 文号 of the circular or report.
    pub const DOCUMENT: &str = "document";
    /// The record id of the project it is about, where it is about one.
    pub const PROJECT: &str = "project";
    /// What it is about, one of [`super::MATTERS`].
    pub const MATTER: &str = "matter";
    /// Who rated, one of [`super::CLASSES`].
    pub const CLASS: &str = "class";
    /// The marks given, one for each rater.
    pub const MARKS: &str = "marks";
    /// What happened.
    pub const STATEMENT: &str = "statement";
}

/// Reads marks as people write them, apart by spaces, commas or line ends.
///
/// # Errors
/// The first piece that is not a mark between 0 and [`MARK_MAX`].
pub fn parse_marks(text: &str) -> Result<Vec<Decimal>, &str> {
    let pieces = text.split([' ', '\u{3000}', ',', '\u{ff0c}', '\u{3001}', ';', '\u{ff1b}', '\n', '\r', '\t']);
    let marks = pieces.filter(|piece| !piece.is_empty()).map(|piece| {
        let mark = parse_decimal(piece).filter(|mark| (Decimal::ZERO..=MARK_MAX).contains(mark));
        mark.ok_or(piece)
    });
    marks.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_read_as_people_write_them() {
        for (text, expected) in [
            ("95 90.5、88", Ok(vec!["95", "90.5", "88"])),
            ("９５，100\n0", Ok(vec!["95", "100", "0"])),
            ("", Ok(vec![])),
            ("95 good", Err("good")),
            ("95 101", Err("101")),
            ("-1", Err("-1")),
        ] {
            let read = parse_marks(text).map(|marks| marks.iter().map(ToString::to_string).collect::<Vec<_>>());
            assert_eq!(read, expected.map(|marks| marks.into_iter().map(str::to_owned).collect()), "{text:?}");
        }
    }
}
