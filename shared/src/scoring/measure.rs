//! Measures: where an indicator's figure comes from.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    figure,
    incident::{Incident, Within},
};
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
    /// Projects that stand at the stage, whenever it was verified (存量).
    Stock(Filter),
    /// A field of the projects whose stage was verified this year, in 亿元.
    Sum(Filter),
    /// Projects counted as events of a bonus: no target belongs to them, and a project earns only its largest.
    Event(Filter),
    /// Points of each project by tables.
    Points(PointTables),
    /// Single events for or against the unit.
    Incident {
        /// Of what kind.
        of: Incident,
        /// How long each counts.
        #[serde(default)]
        within: Within,
    },
    /// Σ of some indicators against Σ of others (占比).
    Share {
        /// The part.
        part: Vec<String>,
        /// The whole.
        whole: Vec<String>,
    },
    /// By how much Σ of some indicators exceeds a base: (now − base) / base (增幅).
    Growth {
        /// Now.
        now: Vec<String>,
        /// The base, such as last year's figure.
        base: Vec<String>,
    },
    /// The month's mean mark of one class of raters, 0–100.
    Rating {
        /// One of [`crate::inspection::CLASSES`].
        class: String,
        /// How many of the highest and of the lowest marks are left out.
        #[serde(default)]
        trim: u8,
    },
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

impl Rate {
    /// How many there are.
    pub const COUNT: usize = 4;

    /// Its place among them.
    pub(super) const fn place(self) -> usize {
        match self {
            Self::Visits => 0,
            Self::ServiceIssues => 1,
            Self::Reports => 2,
            Self::Verification => 3,
        }
    }

    /// The code in schemes and findings.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Visits => "visits",
            Self::ServiceIssues => "service_issues",
            Self::Reports => "reports",
            Self::Verification => "verification",
        }
    }
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
    /// What a sum adds up.
    #[serde(default, skip_serializing_if = "Amount::is_total")]
    pub field: Amount,
}

/// What a sum adds up, in 亿元 except where said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Amount {
    /// 总投资.
    #[default]
    TotalInvestment,
    /// 年度计划投资.
    PlannedInvestment,
    /// The year's completed investment by approved monthly reports, of projects at the stage in any year.
    Invested,
    /// 合同外资, 万美元.
    ForeignCapital,
}

/// What one project earns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PointTables {
    /// A project earns the sum over the tables; in each the first row that is about it.
    pub tables: Vec<Vec<PointRow>>,
    /// Points for a project whose investment is complete; proportionally before.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "figure::maybe")]
    pub progress: Option<Decimal>,
    /// Whether stages of earlier years count too.
    #[serde(default)]
    pub ever: bool,
}

/// One row of a table: all that is said must hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PointRow {
    /// Points.
    #[serde(deserialize_with = "figure::one")]
    pub points: Decimal,
    /// The stage that was reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
    /// The least total investment, 万元.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "figure::maybe")]
    pub total: Option<Decimal>,
    /// Section letters of 行业代码.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sections: Option<String>,
    /// One of these categories; any when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<Category>,
    /// All of these flags: what kind of project, of which level.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<String>,
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
    /// Which projects it looks at, where it looks at projects whose stage is new and at their total investment.
    pub fn filter(&self) -> Option<&Filter> {
        match self {
            Self::Count(filter) | Self::Event(filter) => Some(filter),
            Self::Sum(filter) => Some(filter).filter(|filter| filter.field == Amount::TotalInvestment),
            Self::Stock(_)
            | Self::Points(_)
            | Self::Incident { .. }
            | Self::Share { .. }
            | Self::Growth { .. }
            | Self::Rating { .. }
            | Self::Reported { .. }
            | Self::Rate { .. } => None,
        }
    }

    /// Whether it is computed from other indicators, and from which.
    pub fn parts(&self) -> Option<(&[String], &[String])> {
        match self {
            Self::Share { part, whole } => Some((part, whole)),
            Self::Growth { now, base } => Some((now, base)),
            Self::Count(_)
            | Self::Stock(_)
            | Self::Sum(_)
            | Self::Event(_)
            | Self::Points(_)
            | Self::Incident { .. }
            | Self::Rating { .. }
            | Self::Reported { .. }
            | Self::Rate { .. } => None,
        }
    }

    /// Whether it never has a target: what is counted is worth something by itself.
    pub const fn is_bare(&self) -> bool {
        matches!(self, Self::Event(_) | Self::Points(_) | Self::Incident { .. })
    }

    /// Whether it starts anew each month, and has nothing to say where nothing was due.
    pub const fn is_monthly(&self) -> bool {
        matches!(self, Self::Rate { .. } | Self::Rating { .. })
    }
}

impl Amount {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde's skip_serializing_if asks for")]
    fn is_total(&self) -> bool {
        *self == Self::TotalInvestment
    }
}

impl PointRow {
    /// Whether it is about a project that has reached these stages.
    pub fn admits(&self, project: &Project, reached: &[Stage]) -> bool {
        self.stage.is_none_or(|stage| reached.contains(&stage))
            && self.total.is_none_or(|least| project.total_investment.is_some_and(|total| total >= least))
            && self
                .sections
                .as_ref()
                .is_none_or(|sections| project.section.is_some_and(|section| sections.contains(section)))
            && (self.categories.is_empty()
                || project.category.is_some_and(|category| self.categories.contains(&category)))
            && self.flags.iter().all(|flag| project.has(flag))
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
        self.concerns(project) && project.total_investment.is_some_and(|total| total >= self.total)
    }

    /// Whether it is for projects like this one, whatever their investment.
    pub(super) fn concerns(&self, project: &Project) -> bool {
        let in_section = self
            .sections
            .as_ref()
            .is_none_or(|sections| project.section.is_some_and(|section| sections.contains(section)));
        in_section && self.flag.as_ref().is_none_or(|flag| project.has(flag))
    }
}
