//! Measures: where an indicator's figure comes from.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::figure;
use crate::{
    project::{Category, Project},
    stage::Stage,
};

/// Where an indicator's figure comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Measure {
    /// Projects whose stage was verified this year.
    Count(Filter),
    /// Their total investment, in 亿元.
    Sum(Filter),
    /// Projects counted as events of a bonus: no target belongs to them.
    Event(Filter),
    /// The latest verified cumulative figure that the unit reported.
    Reported {
        /// What a figure that was not reported is.
        #[serde(default)]
        missing: Missing,
        /// Whether the figure may fall below zero (net growth).
        #[serde(default)]
        may_be_negative: bool,
    },
    /// A share of what was due in the month.
    Rate {
        /// Of what.
        of: Rate,
    },
}

/// What a figure that was not reported is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// Nothing was reached.
    #[default]
    Zero,
    /// The item does not apply.
    NotApplicable,
}

/// A monthly rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rate {
    /// Planned visits that took place.
    Visits,
    /// Issues due in the month that were closed in time.
    ServiceIssues,
    /// Projects under construction whose report came in time.
    Reports,
    /// Claims that a department decided in time and that stand.
    Verification,
}

/// Which projects count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// The stage that was verified.
    pub stage: Stage,
    /// One of these categories; any when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<Category>,
    /// All of these flags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<String>,
    /// None of these flags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub without: Vec<String>,
    /// At least one of these; any project when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub thresholds: Vec<Threshold>,
}

/// The least total investment, for all projects or for some sectors or flags.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// 万元.
    #[serde(deserialize_with = "figure::one")]
    pub total: Decimal,
    /// Section letters of 行业代码, such as `BCDE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sections: Option<String>,
    /// The flag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flag: Option<String>,
}

impl Measure {
    /// Which projects it looks at, where it looks at projects.
    pub const fn filter(&self) -> Option<&Filter> {
        match self {
            Self::Count(filter) | Self::Sum(filter) | Self::Event(filter) => Some(filter),
            Self::Reported { .. } | Self::Rate { .. } => None,
        }
    }
}

impl Filter {
    /// Whether a project that reached the stage counts.
    pub fn admits(&self, project: &Project) -> bool {
        let in_category =
            self.categories.is_empty() || project.category.is_some_and(|category| self.categories.contains(&category));
        in_category
            && self.flags.iter().all(|flag| project.has(flag))
            && !self.without.iter().any(|flag| project.has(flag))
            && (self.thresholds.is_empty() || self.thresholds.iter().any(|threshold| threshold.admits(project)))
    }
}

impl Threshold {
    fn admits(&self, project: &Project) -> bool {
        let in_section = self
            .sections
            .as_ref()
            .is_none_or(|sections| project.section.is_some_and(|section| sections.contains(section)));
        in_section
            && self.flag.as_ref().is_none_or(|flag| project.has(flag))
            && project.total_investment.is_some_and(|total| total >= self.total)
    }
}
