//! Roll-ups (时间汇总): how the figures of the months make that of the period.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{exact::Exact, figure};

/// How the figures of the months make that of the period.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rollup {
    /// The cumulative figure as it stands; of a monthly rate or rating the month's own.
    #[default]
    Latest,
    /// The mean of the months that have a figure.
    Mean,
    /// Their sum.
    Sum,
    /// The greatest.
    Max,
    /// The last months, as many as there are weights, the earliest first; where one has no figure, the weights
    /// of the others are scaled.
    Weighted(#[serde(deserialize_with = "figure::many")] Vec<Decimal>),
}

impl Rollup {
    /// Whether it is the cumulative figure as it stands.
    pub fn is_latest(&self) -> bool {
        *self == Self::Latest
    }

    /// The period's figure from those of the months since January.
    pub fn of(&self, months: &[Option<Exact>]) -> Option<Exact> {
        let known = || months.iter().copied().flatten();
        match self {
            Self::Latest => months.last().copied().flatten(),
            Self::Mean => {
                let count = i128::try_from(known().count()).ok()?;
                known().reduce(Exact::plus)?.over(Exact::whole(count))
            }
            Self::Sum => known().reduce(Exact::plus),
            Self::Max => known().max(),
            Self::Weighted(weights) => {
                let last = months.iter().rev().copied().zip(weights.iter().rev());
                let known = last.filter_map(|(figure, weight)| Some((figure?, Exact::from(*weight))));
                let (sum, weight) = known.fold((Exact::ZERO, Exact::ZERO), |(sum, whole), (figure, weight)| {
                    (sum.plus(figure.times(weight)), whole.plus(weight))
                });
                sum.over(weight)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_months_make_the_period_as_the_scheme_says() {
        let months = [Some(4), None, Some(10), Some(7)].map(|figure| figure.map(Exact::whole));
        let weights = |weights: &[i64]| Rollup::Weighted(weights.iter().copied().map(Decimal::from).collect());
        for (rollup, expected) in [
            (Rollup::Latest, Some("7")),
            (Rollup::Mean, Some("7")),
            (Rollup::Sum, Some("21")),
            (Rollup::Max, Some("10")),
            // 10 · 0.45 + 7 · 0.45, and nothing for February.
            (weights(&[10, 45, 45]), Some("8.5")),
            (weights(&[50, 30, 20]), Some("8.8")),
        ] {
            assert_eq!(rollup.of(&months).map(|figure| figure.shown(4).to_string()).as_deref(), expected, "{rollup:?}");
        }
        let none = [None; 3];
        for rollup in [Rollup::Latest, Rollup::Mean, Rollup::Sum, Rollup::Max, weights(&[1, 1])] {
            assert_eq!(rollup.of(&none), None, "{rollup:?}");
        }
        assert_eq!(
            weights(&[1, 1, 8]).of(&[Some(Exact::whole(3))]),
            Some(Exact::whole(3)),
            "January has no months before"
        );
    }
}
