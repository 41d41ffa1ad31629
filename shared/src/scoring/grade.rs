//! Grades (等次) after ranking, and the lift by one of them (晋档).

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    figure,
    outcome::{Condition, Position},
};

/// How a group's units are graded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grades {
    /// From the best down; a unit gets the first whose bounds it keeps.
    pub steps: Vec<Grade>,
    /// Who is lifted to the next better grade.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lift: Option<Condition>,
}

/// One grade.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grade {
    /// What people call it.
    pub label: String,
    /// The last rank that gets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<u32>,
    /// The least score.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "figure::maybe")]
    pub least: Option<Decimal>,
}

impl Grades {
    /// The grade of a ranked unit, and whether it was lifted to it.
    pub fn of(&self, position: Position, score: Decimal) -> Option<(&Grade, bool)> {
        let keeps = |grade: &Grade| {
            grade.first.is_none_or(|last| position.rank <= last) && grade.least.is_none_or(|least| score >= least)
        };
        let place = self.steps.iter().position(keeps)?;
        let lifted = place.checked_sub(1).filter(|_| self.lift.as_ref().is_some_and(|lift| lift.holds(position)));
        self.steps.get(lifted.unwrap_or(place)).map(|grade| (grade, lifted.is_some()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lift_raises_by_one_grade_and_never_above_the_best() {
        let grade = |label: &str, first, least: Option<i64>| Grade {
            label: label.to_owned(),
            first,
            least: least.map(Decimal::from),
        };
        let steps = vec![grade("优秀", Some(3), Some(85)), grade("良好", Some(6), None), grade("一般", None, None)];
        let grades = Grades { steps, lift: Some(Condition::Finished) };
        for (rank, score, is_finished, expected) in [
            (1, 90, false, ("优秀", false)),
            (1, 90, true, ("优秀", false)),
            (2, 84, false, ("良好", false)),
            (2, 84, true, ("优秀", true)),
            (9, 40, true, ("良好", true)),
            (9, 40, false, ("一般", false)),
        ] {
            let position = Position { rank, is_finished, ..Position::default() };
            let given = grades.of(position, Decimal::from(score)).map(|(grade, lifted)| (grade.label.as_str(), lifted));
            assert_eq!(given, Some(expected), "rank {rank}, {score}");
        }
    }
}
