//! Ranks: totals, the chain that decides between equal ones, and what stays equal (并列).

use std::cmp::Ordering;

use super::{
    evaluate::Evaluation,
    exact::Exact,
    outcome::{Against, MeetingRule, Position},
    reading::{Member, Sum},
    scheme::{GroupScheme, Tie},
};

/// One unit's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The unit's place in the members given.
    pub member: usize,
    /// Its rank; `None` for a unit listed but not ranked.
    pub rank: Option<u32>,
}

/// Orders a group: ranked units first, best first; then those not ranked, in the order given.
pub fn rank(group: &GroupScheme, members: &[Member], evaluations: &[Evaluation]) -> Vec<Place> {
    let mut ranked: Vec<(usize, &Evaluation, Vec<Option<Exact>>)> = Vec::new();
    let mut unranked = Vec::new();
    for (member, (figures, evaluation)) in members.iter().zip(evaluations).enumerate() {
        if evaluation.is_ranked {
            ranked.push((member, evaluation, tie_keys(group, figures, evaluation)));
        } else {
            unranked.push(Place { member, rank: None });
        }
    }
    let better = |(_, left, left_keys): &(usize, &Evaluation, Vec<Option<Exact>>),
                  (_, right, right_keys): &(usize, &Evaluation, Vec<Option<Exact>>)| {
        right.score.cmp(&left.score).then_with(|| right_keys.cmp(left_keys))
    };
    // Stable: what is equal in everything stays in the plan's order.
    ranked.sort_by(better);
    let mut places = Vec::with_capacity(members.len());
    let mut current = 0;
    for (position, entry) in ranked.iter().enumerate() {
        let is_equal = position
            .checked_sub(1)
            .and_then(|before| ranked.get(before))
            .is_some_and(|before| better(before, entry) == Ordering::Equal);
        if !is_equal {
            current = u32::try_from(position + 1).unwrap_or(u32::MAX);
        }
        places.push(Place { member: entry.0, rank: Some(current) });
    }
    places.extend(unranked);
    places
}

/// The figures that decide between equal totals, greater is better; no ratio is less than any.
fn tie_keys(group: &GroupScheme, member: &Member, evaluation: &Evaluation) -> Vec<Option<Exact>> {
    let keys = group.ties.iter().map(|tie| match tie {
        Tie::Completion { of } => {
            let sum = Sum::of(&member.own, of);
            sum.actual.over(sum.due)
        }
        Tie::Sum { of } => Some(Sum::of(&member.own, of).actual),
        Tie::FewerDeductions => Some(Exact::ZERO.minus(Exact::from(evaluation.deduction.points))),
    });
    keys.collect()
}

/// Whether every indicator of the group's list that has a target has reached it.
pub fn is_finished(group: &GroupScheme, member: &Member, against: Against) -> bool {
    group.finished.iter().filter_map(|key| member.own.get(key)).all(|reading| {
        let wanted = match against {
            Against::Due => reading.due,
            Against::Annual => reading.target.unwrap_or_default(),
        };
        !reading.target.is_some_and(Exact::is_positive) || reading.actual.unwrap_or_default() >= wanted
    })
}

/// The meeting's lists as places of members, in rank order: who speaks, who pledges.
pub fn lists(
    group: &GroupScheme,
    rule: &MeetingRule,
    members: &[Member],
    evaluations: &[Evaluation],
    places: &[Place],
) -> (Vec<usize>, Vec<usize>) {
    let (mut speak, mut pledge) = (Vec::new(), Vec::new());
    for place in places {
        let (Some(rank), Some(member), Some(evaluation)) =
            (place.rank, members.get(place.member), evaluations.get(place.member))
        else {
            continue;
        };
        let below = evaluations.iter().filter(|other| other.is_ranked && other.score < evaluation.score).count();
        let joint = Sum::of(&member.own, &group.joint);
        let wanted = match rule.against {
            Against::Due => joint.due,
            Against::Annual => joint.target,
        };
        let position = Position {
            rank,
            below: u32::try_from(below).unwrap_or(u32::MAX),
            is_finished: is_finished(group, member, rule.against),
            is_joint_finished: joint.actual >= wanted,
        };
        if rule.pledge.holds(position) {
            pledge.push(place.member);
        } else if rule.speak.holds(position) {
            speak.push(place.member);
        }
    }
    (speak, pledge)
}
