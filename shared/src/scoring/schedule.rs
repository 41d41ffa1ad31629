//! Schedules (序时进度): which share of an annual target is due by the end of a month.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{exact::Exact, figure};

/// How much of an annual target is due by the end of each month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "shape", rename_all = "snake_case", deny_unknown_fields)]
pub enum Schedule {
    /// m/12.
    Linear,
    /// Twelve cumulative shares in per cent, January to December.
    Curve {
        /// 0–100, never falling, 100 in December.
        #[serde(deserialize_with = "figure::many")]
        shares: Vec<Decimal>,
    },
    /// The whole target every month: rates that start anew each month.
    Monthly,
}

impl Schedule {
    /// The share due by the end of a month (1–12), 0–1.
    pub fn share(&self, month: u8) -> Exact {
        match self {
            Self::Linear => Exact::ratio(i128::from(month), 12).unwrap_or(Exact::ONE),
            Self::Curve { shares } => {
                let share = shares.get(usize::from(month.saturating_sub(1))).copied().unwrap_or(Decimal::ONE_HUNDRED);
                Exact::from(share).over(Exact::whole(100)).unwrap_or(Exact::ONE)
            }
            Self::Monthly => Exact::ONE,
        }
    }

    /// What is wrong with it, as the last part of a catalogue key.
    pub(super) fn fault(&self) -> Option<&'static str> {
        let Self::Curve { shares } = self else { return None };
        let is_falling = shares.iter().zip(shares.iter().skip(1)).any(|(earlier, later)| earlier > later);
        if shares.len() != 12 {
            Some("twelve_shares")
        } else if is_falling {
            Some("falling")
        } else if shares.first().is_some_and(Decimal::is_sign_negative) || shares.last() != Some(&Decimal::ONE_HUNDRED)
        {
            Some("ends_at_100")
        } else {
            None
        }
    }
}

/// How a due figure that is not whole is taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whole {
    /// As it is: 4.2 are due.
    #[default]
    Exact,
    /// Rounded up.
    Ceil,
    /// Rounded down.
    Floor,
    /// Rounded half up.
    HalfUp,
}

impl Whole {
    /// The due figure by this policy.
    pub fn apply(self, due: Exact) -> Exact {
        match self {
            Self::Exact => due,
            Self::Ceil => Exact::whole(due.ceil()),
            Self::Floor => Exact::whole(due.floor()),
            Self::HalfUp => Exact::from(due.round(0)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn linear_is_exact_and_a_curve_reads_its_month() {
        assert_eq!(Schedule::Linear.share(7), Exact::ratio(7, 12).unwrap());
        let curve =
            Schedule::Curve { shares: (1..=12).map(|month| Decimal::from(if month < 12 { 5 } else { 100 })).collect() };
        assert_eq!(curve.share(6).shown(2).to_string(), "0.05");
        assert_eq!(curve.share(12), Exact::ONE);
        assert_eq!(curve.fault(), None);
    }

    #[test]
    fn a_curve_that_falls_is_short_or_ends_early_is_a_fault() {
        let curve = |shares: &[i64]| Schedule::Curve { shares: shares.iter().copied().map(Decimal::from).collect() };
        assert_eq!(curve(&[100]).fault(), Some("twelve_shares"));
        assert_eq!(curve(&[0, 9, 8, 30, 40, 50, 60, 70, 80, 90, 95, 100]).fault(), Some("falling"));
        assert_eq!(curve(&[0, 8, 9, 30, 40, 50, 60, 70, 80, 90, 95, 99]).fault(), Some("ends_at_100"));
    }

    #[test]
    fn whole_due_figures_follow_the_policy() {
        let due = Exact::ratio(45, 10).unwrap();
        let taken = [Whole::Exact, Whole::Ceil, Whole::Floor, Whole::HalfUp]
            .map(|policy| policy.apply(due).shown(2).to_string());
        assert_eq!(taken, ["4.5", "5", "4", "5"]);
    }
}
