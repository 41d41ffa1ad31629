//! “Why did we move since last month”: the difference of two explanations, down to the records.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    board::Evaluated,
    cause::{self, Comparison},
    result::Explanation,
    scheme::Scheme,
    shift::{self, Shift, signed},
};
use crate::{calendar::Month, id::UnitId, t, unit::Group};

/// Why a unit has another score and another rank than the month before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Movement {
    /// The unit.
    pub unit: UnitId,
    /// Its name.
    pub name: String,
    /// Its group.
    pub group: Group,
    /// The month.
    pub period: Month,
    /// The month it is compared with.
    pub since: Month,
    /// The rank at the end of the month; `None` for a unit listed but not ranked.
    pub rank: Option<u32>,
    /// The rank a month before.
    pub previous_rank: Option<u32>,
    /// The score.
    pub score: Decimal,
    /// The score a month before.
    pub previous_score: Decimal,
    /// Who stood ahead and does not any more. For a unit ranked in both months the places gained are these less
    /// those of `passed_by`.
    pub passed: Vec<Rival>,
    /// Who stands ahead and did not.
    pub passed_by: Vec<Rival>,
    /// What happened to score and rank, as a sentence.
    pub sentence: String,
    /// The tree of differences. The sum of the lines is the difference of the scores, always.
    pub root: Shift,
}

/// Another unit of the group that was passed, or that passed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Rival {
    /// The unit.
    pub unit: UnitId,
    /// Its name.
    pub name: String,
    /// Its rank; `None` where it has none at the end of the month.
    pub rank: Option<u32>,
    /// Its rank a month before.
    pub previous_rank: Option<u32>,
    /// Its score, where it is assessed.
    pub score: Option<Decimal>,
}

/// One month's side of a comparison.
#[derive(Clone, Copy)]
pub(super) struct Side<'a> {
    pub(super) explanation: &'a Explanation,
    pub(super) evaluated: &'a Evaluated<'a>,
}

/// The difference between two months of one unit; `None` for a unit that was not assessed in both.
pub(super) fn of(scheme: &Scheme, before: Side<'_>, now: Side<'_>) -> Option<Movement> {
    let (earlier, later) = (before.explanation, now.explanation);
    let unit = later.unit;
    let comparison = Comparison::of(scheme, before.evaluated, now.evaluated, unit, earlier.period)?;
    let gone = shift::gone(&comparison, &earlier.root, &later.root);
    let root = shift::total(&comparison, &cause::by_item(&comparison, &gone), &earlier.root, &later.root);
    let (passed, passed_by) = rivals(before.evaluated, now.evaluated, unit);
    let score =
        t!("movement.score", from = earlier.score, to = later.score, points = signed(later.score - earlier.score));
    let rank = rank_words(earlier.rank, later.rank);
    let rest = [passed_words(&passed, later.rank), passed_by_words(&passed_by)];
    let rest: String = rest.into_iter().flatten().map(|words| t!("movement.then", words = words)).collect();
    Some(Movement {
        unit,
        name: later.name.clone(),
        group: later.group,
        period: later.period,
        since: earlier.period,
        rank: later.rank,
        previous_rank: earlier.rank,
        score: later.score,
        previous_score: earlier.score,
        passed,
        passed_by,
        sentence: t!("movement.sentence", score = score, rank = rank, rest = rest),
        root,
    })
}

/// Who was passed and who passed, in the order of the present ranking.
fn rivals(before: &Evaluated<'_>, now: &Evaluated<'_>, unit: UnitId) -> (Vec<Rival>, Vec<Rival>) {
    let (Some(previous_rank), Some(rank)) = (before.rank_of(unit), now.rank_of(unit)) else {
        return (Vec::new(), Vec::new());
    };
    let present = now.places.iter().filter_map(|place| now.units.get(place.member));
    let left = before.units.iter().filter(|other| now.index_of(other.id).is_none());
    let (mut passed, mut passed_by) = (Vec::new(), Vec::new());
    for other in present.chain(left).filter(|other| other.id != unit) {
        let rival = Rival {
            unit: other.id,
            name: other.name.clone(),
            rank: now.rank_of(other.id),
            previous_rank: before.rank_of(other.id),
            score: now.score_of(other.id),
        };
        let was_ahead = rival.previous_rank.is_some_and(|theirs| theirs < previous_rank);
        let is_ahead = rival.rank.is_some_and(|theirs| theirs < rank);
        match (was_ahead, is_ahead) {
            (true, false) => passed.push(rival),
            (false, true) => passed_by.push(rival),
            (true, true) | (false, false) => {}
        }
    }
    (passed, passed_by)
}

fn rank_words(before: Option<u32>, now: Option<u32>) -> String {
    match (before, now) {
        (Some(before), Some(now)) if now < before => t!("movement.rank_up", from = before, to = now),
        (Some(before), Some(now)) if now > before => t!("movement.rank_down", from = before, to = now),
        (Some(_), Some(now)) => t!("movement.rank_same", rank = now),
        (None, Some(now)) => t!("movement.rank_new", rank = now),
        (Some(before), None) => t!("movement.rank_lost", from = before),
        (None, None) => t!("movement.rank_none"),
    }
}

/// 超过A、B;与C并列;D不再排名.
fn passed_words(passed: &[Rival], rank: Option<u32>) -> Option<String> {
    let names = |wanted: fn(Option<u32>, Option<u32>) -> bool| {
        names(passed.iter().filter(|rival| wanted(rival.rank, rank)).collect())
    };
    let behind = names(|theirs, ours| theirs > ours).map(|names| t!("movement.passed", names = names));
    let level = names(|theirs, ours| theirs == ours).map(|names| t!("movement.level", names = names));
    let out = names(|theirs, _| theirs.is_none()).map(|names| t!("movement.out", names = names));
    joined([behind, level, out])
}

/// 被E超过;F进入排名并在前.
fn passed_by_words(passed_by: &[Rival]) -> Option<String> {
    let (ranked, fresh): (Vec<&Rival>, Vec<&Rival>) = passed_by.iter().partition(|rival| rival.previous_rank.is_some());
    let overtaken = names(ranked).map(|names| t!("movement.passed_by", names = names));
    let entered = names(fresh).map(|names| t!("movement.entered", names = names));
    joined([overtaken, entered])
}

fn names(rivals: Vec<&Rival>) -> Option<String> {
    let names: Vec<&str> = rivals.into_iter().map(|rival| rival.name.as_str()).collect();
    (!names.is_empty()).then(|| names.join(&t!("movement.and")))
}

fn joined<const PARTS: usize>(parts: [Option<String>; PARTS]) -> Option<String> {
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(&t!("movement.semicolon")))
}
