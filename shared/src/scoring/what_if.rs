//! What if: the same evaluation with other figures, and its inverse, the least that gains one place.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::{
    board::Evaluated,
    evaluate::{Evaluation, evaluate},
    exact::Exact,
    measure::Measure,
    rank::{self, Place},
    reading::{Done, Reading, Readings},
    scheme::{GroupScheme, Indicator, Scheme, Scope},
    sentence,
    shift::signed,
};
use crate::{id::UnitId, t};

/// The most that one addition may come to: no indicator is counted in more.
pub const ADDITION_MAX: Decimal = Decimal::from_parts(1_000_000, 0, 0, false, 0);

/// How many further steps of one indicator are tried for one more place before giving up.
const STEPS_MAX: u32 = 1000;

/// The indicator's unit that marks a share.
const PER_CENT: &str = "%";

/// So much more of one indicator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addition {
    /// The indicator's key.
    pub indicator: String,
    /// Items, 亿元, or a share (0.01 is one percentage point); below zero for less.
    pub by: Decimal,
}

/// Where a unit would stand with other figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhatIf {
    /// The unit.
    pub unit: UnitId,
    /// What was added.
    pub added: Vec<Addition>,
    /// Where it stands.
    pub now: Standpoint,
    /// Where it would stand.
    pub then: Standpoint,
    /// The items that would have other points.
    pub items: Vec<ItemChange>,
    /// What the unit itself can move: what may be asked about next.
    pub levers: Vec<Lever>,
    /// It in words.
    pub sentence: String,
}

/// An indicator that a unit itself can move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lever {
    /// The indicator's key.
    pub indicator: String,
    /// Its Chinese name.
    pub label: String,
    /// The unit its figures are written in; `%` for a share, of which 1 is the whole.
    pub unit: String,
}

/// A place in a group with its neighbours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standpoint {
    /// The rank; `None` for a unit listed but not ranked.
    pub rank: Option<u32>,
    /// The score, 2 decimals.
    pub score: Decimal,
    /// The next unit ahead.
    pub ahead: Option<Neighbour>,
    /// The next unit behind, or level.
    pub behind: Option<Neighbour>,
}

/// The unit next to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Neighbour {
    /// The unit.
    pub unit: UnitId,
    /// Its name.
    pub name: String,
    /// Its rank.
    pub rank: u32,
    /// Its score.
    pub score: Decimal,
}

/// An item that would have other points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemChange {
    /// The item's key.
    pub key: String,
    /// Its Chinese name.
    pub label: String,
    /// Points now; `None` where it does not apply.
    pub now: Option<Decimal>,
    /// Points then.
    pub then: Option<Decimal>,
}

/// The least that gains one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Least {
    /// For each indicator by which alone a place can be gained the fewest further steps: whole items, tenths of
    /// 亿元, percentage points. The cheapest first: the one that moves the score least, then the one with least
    /// to do.
    pub options: Vec<Step>,
    /// The indicators by which alone no place was gained within the bound.
    pub beyond: Vec<String>,
    /// How many steps of each indicator were tried.
    pub bound: u32,
    /// The answer in words; it says so when the search gave up.
    pub sentence: String,
}

/// So much of one indicator, and where it leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What must be added.
    pub addition: Addition,
    /// The indicator's Chinese name.
    pub label: String,
    /// The score then.
    pub score: Decimal,
    /// The rank then.
    pub rank: u32,
}

/// One unit in its group.
#[derive(Clone, Copy)]
pub(super) struct Stand<'a> {
    pub(super) scheme: &'a Scheme,
    pub(super) evaluated: &'a Evaluated<'a>,
    /// Where the unit stands among the members.
    pub(super) place: usize,
}

/// A group that was evaluated with other figures.
struct Hypothesis {
    evaluations: Vec<Evaluation>,
    places: Vec<Place>,
}

impl Stand<'_> {
    /// Where the unit would stand; `None` for an addition to what is not an indicator or beyond [`ADDITION_MAX`].
    pub(super) fn what_if(self, unit: UnitId, added: &[Addition]) -> Option<WhatIf> {
        let is_sound = |addition: &Addition| {
            addition.by.abs() <= ADDITION_MAX && self.scheme.indicator(&addition.indicator).is_some()
        };
        if !added.iter().all(is_sound) {
            return None;
        }
        let then = self.with(added);
        let evaluated = self.evaluated;
        let (before, after) = (evaluated.evaluations.get(self.place)?, then.evaluations.get(self.place)?);
        let items = evaluated.scheme.items.iter().zip(before.items.iter().zip(&after.items));
        let items = items.filter(|(_, (before, after))| before.score() != after.score());
        let items = items.map(|(item, (before, after))| ItemChange {
            key: item.key.clone(),
            label: item.label.clone(),
            now: before.score(),
            then: after.score(),
        });
        let (stands, would) = (
            self.standpoint(&evaluated.evaluations, &evaluated.places)?,
            self.standpoint(&then.evaluations, &then.places)?,
        );
        let points = signed(would.score - stands.score);
        let sentence = match would.rank {
            Some(rank) => t!("what_if.then", score = would.score, points = points, rank = rank),
            None => t!("what_if.then_unranked", score = would.score, points = points),
        };
        let levers = self.adjustable().map(|indicator| Lever {
            indicator: indicator.key.clone(),
            label: indicator.label.clone(),
            unit: indicator.unit.clone(),
        });
        Some(WhatIf {
            unit,
            added: added.to_vec(),
            now: stands,
            then: would,
            items: items.collect(),
            levers: levers.collect(),
            sentence,
        })
    }

    /// The least that gains one place, by one indicator alone. Where more of an indicator were worth less, its
    /// answer would be one of several.
    pub(super) fn least(self) -> Option<Least> {
        let rank = rank_in(&self.evaluated.places, self.place);
        let score = self.evaluated.evaluations.get(self.place)?.score;
        let nothing = |sentence| Some(Least { options: Vec::new(), beyond: Vec::new(), bound: STEPS_MAX, sentence });
        let Some(rank) = rank else { return nothing(t!("what_if.unranked")) };
        if rank == 1 {
            return nothing(t!("what_if.first"));
        }
        let (mut options, mut beyond) = (Vec::new(), Vec::new());
        for indicator in self.adjustable() {
            match self.fewest(indicator, rank) {
                Some(step) => options.push(step),
                None => beyond.push(indicator.key.clone()),
            }
        }
        options.sort_by_key(|step| (step.score, step.addition.by));
        let sentence = match options.first() {
            Some(step) => t!(
                "what_if.least",
                label = step.label,
                by = self.figure(&step.addition),
                points = signed(step.score - score),
                rank = step.rank
            ),
            None => t!("what_if.gave_up", bound = STEPS_MAX),
        };
        Some(Least { options, beyond, bound: STEPS_MAX, sentence })
    }

    /// The fewest steps of one indicator that give a better rank, found by halving.
    fn fewest(self, indicator: &Indicator, rank: u32) -> Option<Step> {
        let addition =
            |steps: u32| Addition { indicator: indicator.key.clone(), by: step(indicator) * Decimal::from(steps) };
        let reached = |steps: u32| {
            let then = self.with(&[addition(steps)]);
            let better = rank_in(&then.places, self.place).filter(|better| *better < rank)?;
            Some((better, then.evaluations.get(self.place)?.score))
        };
        let (mut short, mut enough) = (0, self.bound(indicator));
        let mut found = reached(enough)?;
        while enough - short > 1 {
            let middle = short.midpoint(enough);
            match reached(middle) {
                Some(better) => (enough, found) = (middle, better),
                None => short = middle,
            }
        }
        let (rank, score) = found;
        Some(Step { addition: addition(enough), label: indicator.label.clone(), score, rank })
    }

    /// How many steps can be made: a month's rate ends at the whole.
    fn bound(self, indicator: &Indicator) -> u32 {
        if !indicator.measure.is_monthly() || indicator.unit != PER_CENT {
            return STEPS_MAX;
        }
        let done = self.evaluated.members.get(self.place).and_then(|member| member.own.get(&indicator.key)?.actual);
        let left = Exact::ONE.minus(done.unwrap_or_default()).over(Exact::from(step(indicator)));
        left.map_or(STEPS_MAX, |left| u32::try_from(left.floor()).unwrap_or(0)).min(STEPS_MAX)
    }

    fn figure(self, addition: &Addition) -> String {
        let unit = self.scheme.indicator(&addition.indicator).map_or("", |indicator| indicator.unit.as_str());
        sentence::figure(Exact::from(addition.by), unit)
    }

    fn with(self, added: &[Addition]) -> Hypothesis {
        let mut members = self.evaluated.members.clone();
        for (place, member) in members.iter_mut().enumerate() {
            // What a unit of the group leads across the district grows with what any unit does.
            member.led = raised(&member.led, added);
            if place == self.place {
                member.own = derived(self.scheme, &raised(&member.own, added));
            }
        }
        let group = self.evaluated.scheme;
        let evaluations = evaluate(self.scheme, group, &members);
        let places = rank::rank(group, &members, &evaluations);
        Hypothesis { evaluations, places }
    }

    fn standpoint(self, evaluations: &[Evaluation], places: &[Place]) -> Option<Standpoint> {
        let position = places.iter().position(|place| place.member == self.place)?;
        let neighbour = |position: Option<usize>| {
            let place = places.get(position?)?;
            let (unit, evaluation) = (self.evaluated.units.get(place.member)?, evaluations.get(place.member)?);
            Some(Neighbour { unit: unit.id, name: unit.name.clone(), rank: place.rank?, score: evaluation.score })
        };
        let rank = rank_in(places, self.place);
        // Units level with this one stand in the plan's order; ahead is who has a better rank.
        let ahead = places.iter().take(position).rposition(|place| rank.is_some() && place.rank < rank);
        Some(Standpoint {
            rank,
            score: evaluations.get(self.place)?.score,
            ahead: neighbour(ahead),
            behind: neighbour(rank.is_some().then_some(position + 1)),
        })
    }
}

impl<'a> Stand<'a> {
    /// The indicators that the unit itself can move and that its items or bonus look at.
    fn adjustable(self) -> impl Iterator<Item = &'a Indicator> {
        let looked_at = looked_at(self.evaluated.scheme);
        self.scheme.indicators.iter().filter(move |indicator| {
            let is_moved = indicator.measure.parts().is_none()
                && !matches!(indicator.measure, Measure::Rating { .. } | Measure::Incident { .. });
            is_moved && looked_at.contains(indicator.key.as_str())
        })
    }
}

fn looked_at(group: &GroupScheme) -> BTreeSet<&str> {
    let of_items = group.items.iter().filter(|item| item.scope == Scope::Own).flat_map(|item| &item.of);
    of_items.chain(group.bonus.lines.iter().flat_map(|line| &line.of)).map(String::as_str).collect()
}

fn rank_in(places: &[Place], member: usize) -> Option<u32> {
    places.iter().find(|place| place.member == member)?.rank
}

/// One step of an indicator: a percentage point, a tenth of 亿元 where sums are added, else a whole item.
fn step(indicator: &Indicator) -> Decimal {
    if indicator.unit == PER_CENT {
        Decimal::new(1, 2)
    } else if matches!(indicator.measure, Measure::Sum(_)) {
        Decimal::new(1, 1)
    } else {
        Decimal::ONE
    }
}

fn raised(readings: &Readings, added: &[Addition]) -> Readings {
    readings.map(|key, reading| {
        let by = added.iter().filter(|addition| addition.indicator == key).map(|addition| addition.by);
        match by.reduce(|sum, by| sum + by) {
            Some(by) => Reading { actual: Some(reading.actual.unwrap_or_default().plus(Exact::from(by))), ..*reading },
            None => *reading,
        }
    })
}

/// With shares and growth taken anew from the figures that they are made of. Why one of them has no figure is not
/// asked: its item does not apply then.
fn derived(scheme: &Scheme, readings: &Readings) -> Readings {
    readings.map(|key, reading| {
        let measure = scheme.indicator(key).map(|indicator| &indicator.measure);
        let Some(measure) = measure.filter(|measure| measure.parts().is_some()) else { return *reading };
        let done = Done::derived(measure, |part| readings.get(part).and_then(|reading| reading.actual));
        Reading { actual: done.figure, ..*reading }
    })
}
