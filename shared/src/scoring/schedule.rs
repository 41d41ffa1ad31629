//! Schedules (序时进度): which share of an annual target is due by the end of a month.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{exact::Exact, figure};
use crate::calendar::Month;

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
    /// The projects planned to have started or finished by then, as first approved; the whole target in
    /// December, and m/12 where no list of projects is known (a table scored by itself).
    List,
    /// Twelve cumulative figures, for all units or each unit's own by name; a target that differs from the last
    /// figure is spread in the same proportions.
    Explicit {
        /// Never falling, the last above zero.
        #[serde(deserialize_with = "figure::many")]
        figures: Vec<Decimal>,
        /// By unit name.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty", deserialize_with = "figure::named")]
        units: BTreeMap<String, Vec<Decimal>>,
    },
    /// Another schedule, chosen by the annual target: the first size that holds it.
    BySize {
        /// From the smallest.
        sizes: Vec<Size>,
        /// The schedule's name above the last size.
        otherwise: String,
    },
}

/// One size of [`Schedule::BySize`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Size {
    /// The greatest annual target.
    #[serde(deserialize_with = "figure::one")]
    pub at_most: Decimal,
    /// The schedule's name.
    pub schedule: String,
}

/// What is known of a target besides its figure.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The unit's name.
    pub unit: &'a str,
    /// The month.
    pub period: Month,
    /// What the indicator's schedule makes due of every target, where it is the same for all, see
    /// [`Schedule::share`].
    pub share: Option<Exact>,
    /// The targets table's figure.
    pub tabled: Option<Decimal>,
    /// What the list of projects makes due, where there is one.
    pub planned: Option<Exact>,
}

impl Schedule {
    /// The share of every target that is due by the end of a month (1–12); `None` where units and targets differ.
    pub fn share(&self, month: u8) -> Option<Exact> {
        match self {
            Self::Linear => Some(linear(month)),
            Self::Curve { shares } => Some(share_of(shares, month, Decimal::ONE_HUNDRED)),
            Self::Monthly => Some(Exact::ONE),
            Self::List | Self::Explicit { .. } | Self::BySize { .. } => None,
        }
    }

    /// What of an annual target is due by the end of the month. `all` are the scheme's schedules.
    pub fn due(&self, all: &BTreeMap<String, Self>, target: Exact, asked: Asked<'_>) -> Exact {
        let month = asked.period.number();
        match self {
            Self::Linear | Self::Curve { .. } | Self::Monthly => target.times(self.share(month).unwrap_or(Exact::ONE)),
            Self::List if month == 12 => target,
            Self::List => asked.planned.map_or_else(|| target.times(linear(month)), |planned| planned.min(target)),
            Self::Explicit { figures, units } => {
                let figures = units.get(asked.unit).unwrap_or(figures);
                target.times(share_of(figures, month, figures.last().copied().unwrap_or(Decimal::ONE)))
            }
            Self::BySize { sizes, otherwise } => {
                let size = sizes.iter().find(|size| target <= Exact::from(size.at_most));
                let name = size.map_or(otherwise, |size| &size.schedule);
                all.get(name).map_or(target, |chosen| chosen.due(all, target, asked))
            }
        }
    }

    /// The names of the schedules it may choose.
    pub(super) fn chosen(&self) -> impl Iterator<Item = &String> {
        let (sizes, otherwise): (&[Size], Option<&String>) = match self {
            Self::BySize { sizes, otherwise } => (sizes, Some(otherwise)),
            Self::Linear | Self::Curve { .. } | Self::Monthly | Self::List | Self::Explicit { .. } => (&[], None),
        };
        sizes.iter().map(|size| &size.schedule).chain(otherwise)
    }

    /// What is wrong with it, as the last part of a catalogue key.
    pub(super) fn fault(&self) -> Option<&'static str> {
        match self {
            Self::Linear | Self::Monthly | Self::List => None,
            Self::Curve { shares } => fault(shares, |last| last == Decimal::ONE_HUNDRED, "ends_at_100"),
            Self::Explicit { figures, units } => std::iter::once(figures)
                .chain(units.values())
                .find_map(|figures| fault(figures, |last| last > Decimal::ZERO, "ends_at_nothing")),
            Self::BySize { sizes, .. } => {
                let mut pairs = sizes.iter().zip(sizes.iter().skip(1));
                pairs.any(|(left, right)| left.at_most >= right.at_most).then_some("sizes")
            }
        }
    }
}

fn linear(month: u8) -> Exact {
    Exact::ratio(i128::from(month), 12).unwrap_or(Exact::ONE)
}

fn share_of(figures: &[Decimal], month: u8, whole: Decimal) -> Exact {
    let figure = figures.get(usize::from(month.saturating_sub(1))).copied().unwrap_or(whole);
    Exact::from(figure).over(Exact::from(whole)).unwrap_or(Exact::ONE)
}

fn fault(figures: &[Decimal], ends_well: impl Fn(Decimal) -> bool, ends_badly: &'static str) -> Option<&'static str> {
    let is_falling = figures.iter().zip(figures.iter().skip(1)).any(|(earlier, later)| earlier > later);
    let starts_below = figures.first().is_some_and(|first| *first < Decimal::ZERO);
    if figures.len() != 12 {
        Some("twelve_shares")
    } else if is_falling {
        Some("falling")
    } else if starts_below || !figures.last().is_some_and(|last| ends_well(*last)) {
        Some(ends_badly)
    } else {
        None
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

    fn due(schedule: &Schedule, target: i128, month: u8, unit: &str, planned: Option<i128>) -> String {
        let period = Month::new(2021, month).unwrap();
        let asked = Asked { unit, period, share: None, tabled: None, planned: planned.map(Exact::whole) };
        let all = BTreeMap::from([("list".to_owned(), Schedule::List), ("linear".to_owned(), Schedule::Linear)]);
        schedule.due(&all, Exact::whole(target), asked).shown(4).to_string()
    }

    fn figures(figures: [i64; 12]) -> Vec<Decimal> {
        figures.map(Decimal::from).to_vec()
    }

    #[test]
    fn linear_is_exact_and_a_curve_reads_its_month() {
        assert_eq!(due(&Schedule::Linear, 7, 7, "甲", None), "4.0833");
        let curve = Schedule::Curve { shares: figures([5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 100]) };
        assert_eq!((due(&curve, 7, 6, "甲", None), due(&curve, 7, 12, "甲", None)), ("0.35".into(), "7".into()));
        assert_eq!(curve.fault(), None);
    }

    #[test]
    fn a_list_makes_due_what_was_planned_and_everything_in_december() {
        let months = [(3, 0), (6, 1), (9, 5), (12, 0)];
        let dues = months.map(|(month, planned)| due(&Schedule::List, 2, month, "甲", Some(planned)));
        assert_eq!(dues, ["0", "1", "2", "2"]);
        assert_eq!(due(&Schedule::List, 2, 6, "甲", None), "1", "without a list m/12");
    }

    #[test]
    fn explicit_figures_hold_for_all_or_for_one_unit_and_scale_with_the_target() {
        let own = figures([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3]);
        let units = BTreeMap::from([("乙".to_owned(), own)]);
        let schedule = Schedule::Explicit { figures: figures([0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4]), units };
        assert_eq!(due(&schedule, 4, 6, "甲", None), "2");
        assert_eq!(due(&schedule, 6, 6, "甲", None), "3", "a revised target keeps the proportions");
        assert_eq!((due(&schedule, 3, 11, "乙", None), due(&schedule, 3, 12, "乙", None)), ("0".into(), "3".into()));
        assert_eq!(schedule.fault(), None);
        assert_eq!(
            Schedule::Explicit { figures: figures([0; 12]), units: BTreeMap::new() }.fault(),
            Some("ends_at_nothing")
        );
    }

    #[test]
    fn a_small_target_may_follow_another_schedule() {
        let sizes = vec![Size { at_most: Decimal::TWO, schedule: "list".into() }];
        let schedule = Schedule::BySize { sizes, otherwise: "linear".into() };
        assert_eq!(
            (due(&schedule, 2, 6, "甲", Some(0)), due(&schedule, 3, 6, "甲", Some(0))),
            ("0".into(), "1.5".into())
        );
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
