//! Ranks: totals, the chain that decides between equal ones, and what stays equal (并列).

use std::cmp::Ordering;

use super::{
    evaluate::Evaluation,
    exact::Exact,
    grade::Grade,
    outcome::{Against, MeetingRule, Position},
    reading::{Member, Sum},
    scheme::{GroupScheme, Tie},
    veto::events,
};

/// One unit's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The unit's place in the members given.
    pub member: usize,
    /// Its rank; `None` for a unit listed but not ranked.
    pub rank: Option<u32>,
}

/// A ranked unit: its place among the members, its score and what decides between equal ones.
type Entry<'a> = (usize, &'a Evaluation, Vec<Option<Exact>>);

/// Orders a group: ranked units first, best first; then those not ranked, in the order given.
pub fn rank(group: &GroupScheme, members: &[Member], evaluations: &[Evaluation]) -> Vec<Place> {
    let mut ranked: Vec<Entry<'_>> = Vec::new();
    let mut unranked = Vec::new();
    for (member, (figures, evaluation)) in members.iter().zip(evaluations).enumerate() {
        if evaluation.is_ranked {
            ranked.push((member, evaluation, tie_keys(group, figures, evaluation)));
        } else {
            unranked.push(Place { member, rank: None });
        }
    }
    let better = |(_, left, left_keys): &Entry<'_>, (_, right, right_keys): &Entry<'_>| {
        right.score.cmp(&left.score).then_with(|| right_keys.cmp(left_keys))
    };
    // Stable: what is equal in everything stays in the plan's order.
    ranked.sort_by(better);
    let ranked = held_back(ranked);
    let mut places = Vec::with_capacity(members.len());
    let mut current = 0;
    for (position, entry) in ranked.iter().enumerate() {
        let is_equal = position
            .checked_sub(1)
            .and_then(|before| ranked.get(before))
            .is_some_and(|before| better(before, entry) == Ordering::Equal && best_rank(before) == best_rank(entry));
        if !is_equal {
            current = u32::try_from(position + 1).unwrap_or(u32::MAX);
        }
        places.push(Place { member: entry.0, rank: Some(current) });
    }
    places.extend(unranked);
    places
}

/// Puts units that a veto keeps from the front behind others, as far as there are any; they keep their order.
fn held_back(ranked: Vec<Entry<'_>>) -> Vec<Entry<'_>> {
    let (held, mut order): (Vec<_>, Vec<_>) =
        ranked.into_iter().enumerate().partition(|(_, entry)| best_rank(entry).is_some());
    let mut least = 0;
    for (natural, entry) in held {
        let ahead = order.iter().filter(|(place, _)| *place < natural).count();
        let allowed = best_rank(&entry).and_then(|rank| usize::try_from(rank).ok()).unwrap_or(1).saturating_sub(1);
        let place = ahead.max(allowed).max(least).min(order.len());
        order.insert(place, (natural, entry));
        least = place + 1;
    }
    order.into_iter().map(|(_, entry)| entry).collect()
}

fn best_rank((_, evaluation, _): &Entry<'_>) -> Option<u32> {
    evaluation.verdict.best_rank
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
        let Some(position) = position(group, members, evaluations, place) else { continue };
        let is_silent = evaluations.get(place.member).is_some_and(|evaluation| evaluation.verdict.is_silent);
        if rule.pledge.holds(position) {
            pledge.push(place.member);
        } else if rule.speak.holds(position) && !is_silent {
            speak.push(place.member);
        }
    }
    (speak, pledge)
}

/// What conditions look at; `None` for a unit that is not ranked.
pub fn position(
    group: &GroupScheme,
    members: &[Member],
    evaluations: &[Evaluation],
    place: &Place,
) -> Option<Position> {
    let (rank, member, evaluation) = (place.rank?, members.get(place.member)?, evaluations.get(place.member)?);
    let below = evaluations.iter().filter(|other| other.is_ranked && other.score < evaluation.score).count();
    let joint = Sum::of(&member.own, &group.joint);
    let against = group.meeting.as_ref().map(|rule| rule.against).unwrap_or_default();
    let wanted = match against {
        Against::Due => joint.due,
        Against::Annual => joint.target,
    };
    Some(Position {
        rank,
        below: u32::try_from(below).unwrap_or(u32::MAX),
        is_finished: is_finished(group, member, against),
        is_joint_finished: joint.actual >= wanted,
        is_vetoed: !evaluation.verdict.hits.is_empty(),
        is_exempt: group.meeting.as_ref().is_some_and(|rule| events(&rule.exempt_by, member) > 0),
    })
}

/// The grade of a unit, with whether it was lifted to it (晋档).
pub fn grade<'a>(
    group: &'a GroupScheme,
    members: &[Member],
    evaluations: &[Evaluation],
    place: &Place,
) -> Option<(&'a Grade, bool)> {
    let position = position(group, members, evaluations, place)?;
    group.grades.as_ref()?.of(position, evaluations.get(place.member)?.score)
}
