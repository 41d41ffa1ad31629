//! Rules: from an actual figure and what is due to points. One pure function per rule.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{exact::Exact, figure};

/// How an item's points follow from the completion of its indicators.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Rule {
    /// 按完成率: P · clamp(A/D, lo, hi).
    Proportional {
        /// The least ratio.
        #[serde(default, deserialize_with = "figure::one")]
        lo: Decimal,
        /// The greatest ratio.
        #[serde(default = "one", deserialize_with = "figure::one")]
        hi: Decimal,
    },
}

impl Default for Rule {
    fn default() -> Self {
        Self::Proportional { lo: Decimal::ZERO, hi: Decimal::ONE }
    }
}

fn one() -> Decimal {
    Decimal::ONE
}

impl Rule {
    /// Points of one indicator (or a joint sum of several): `points` attainable, `actual` done, `due` above zero.
    pub fn points(&self, points: Exact, actual: Exact, due: Exact) -> Exact {
        match self {
            Self::Proportional { lo, hi } => proportional(points, actual, due, Exact::from(*lo), Exact::from(*hi)),
        }
    }
}

/// P · clamp(A/D, lo, hi); a due figure of zero has no ratio and gives the least.
pub fn proportional(points: Exact, actual: Exact, due: Exact, lo: Exact, hi: Exact) -> Exact {
    let ratio = actual.over(due).unwrap_or(lo);
    points.times(ratio.held(lo, hi))
}
