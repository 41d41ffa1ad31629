//! The board: the incrementally kept ranking of one campaign.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::{
    evaluate::{Evaluation, evaluate},
    exact::Exact,
    explain::{self, Subject},
    ledger::Ledger,
    measure::{Measure, Missing},
    rank::{self, Place},
    reading::{Member, Reading, Readings, Sum},
    result::{Explanation, GroupRanking, Headline, ItemScore, Meeting, Ranking, Standing},
    scheme::{GroupScheme, Indicator, Scheme},
    yields::Context,
};
use crate::{
    calendar::Month,
    campaign::{Campaign, Targets},
    id::{Digest, RecordId, UnitId},
    merge::replica::Replica,
    unit::{Group, Unit},
};

/// The ranking of one campaign, kept as records change.
#[derive(Clone, Debug)]
pub struct Board {
    campaign: Campaign,
    /// In the plan's order.
    units: Vec<Unit>,
    /// The targets in force from a month on, oldest first; old months keep theirs.
    targets: Vec<(Month, Targets)>,
    scheme: Scheme,
    leads: Vec<(UnitId, Vec<usize>)>,
    ledger: Ledger,
}

/// One group at the end of one month, evaluated.
pub(super) struct Evaluated<'a> {
    pub(super) scheme: &'a GroupScheme,
    pub(super) units: Vec<&'a Unit>,
    pub(super) members: Vec<Member>,
    pub(super) evaluations: Vec<Evaluation>,
    pub(super) places: Vec<Place>,
}

/// What was read of all units at the end of one month.
struct Snapshot {
    period: Month,
    readings: BTreeMap<UnitId, Readings>,
    /// What they did together.
    district: Readings,
}

impl Board {
    /// An empty board: no record has been looked at.
    pub fn new(campaign: &Campaign, mut units: Vec<Unit>, targets: Targets, scheme: Scheme) -> Self {
        units.sort_by_key(|unit| (unit.position, unit.id));
        let leads = leads(&scheme, &units);
        let targets = vec![(Month::january(campaign.year), targets)];
        Self { campaign: campaign.clone(), units, targets, scheme, leads, ledger: Ledger::default() }
    }

    /// Puts other targets in force from a month on; earlier months keep theirs.
    pub fn revise_targets(&mut self, from: Month, targets: Targets) {
        self.targets.retain(|(month, _)| *month != from);
        self.targets.push((from, targets));
        self.targets.sort_by_key(|(month, _)| *month);
    }

    /// The scheme in force.
    pub fn scheme(&self) -> &Scheme {
        &self.scheme
    }

    /// Takes changed records in: only what depends on them is computed anew.
    pub fn refresh(&mut self, replica: &Replica, changed: impl IntoIterator<Item = RecordId>) {
        let context = Context { scheme: &self.scheme, year: self.campaign.year, replica, leads: &self.leads };
        self.ledger.refresh(context, changed);
    }

    /// The ranking at the end of a month.
    pub fn ranking(&self, period: Month) -> Ranking {
        let (now, before) = (self.snapshot(period), self.before(period));
        let groups: Vec<GroupRanking> =
            Group::ALL.into_iter().filter_map(|group| self.group_ranking(group, &now, before.as_ref())).collect();
        let headlines = self.headlines(&now.district);
        let scheme = self.scheme.name.clone();
        let digest = Digest::of_json(&(period, &scheme, &groups, &headlines));
        Ranking { period, scheme, digest, groups, headlines }
    }

    /// Why a unit has its score; `None` for a unit that is not assessed in that month.
    pub fn explain(&self, replica: &Replica, period: Month, unit: UnitId) -> Option<Explanation> {
        let group = self.units.iter().find(|other| other.id == unit)?.group;
        let evaluated = self.evaluated(group, &self.snapshot(period))?;
        let before = self.before(period).and_then(|before| self.evaluated(group, &before));
        let previous_score = before.and_then(|before| before.score_of(unit));
        let district: Vec<UnitId> =
            self.units.iter().filter(|unit| unit.is_assessed_in(period)).map(|unit| unit.id).collect();
        let subject = Subject {
            scheme: &self.scheme,
            evaluated: &evaluated,
            district: &district,
            ledger: &self.ledger,
            replica,
            period,
        };
        explain::explain(subject, unit, previous_score)
    }

    fn group_ranking(&self, group: Group, now: &Snapshot, before: Option<&Snapshot>) -> Option<GroupRanking> {
        let evaluated = self.evaluated(group, now)?;
        let before = before.and_then(|before| self.evaluated(group, before));
        let units: Vec<Standing> =
            (0..evaluated.places.len()).filter_map(|index| self.standing(&evaluated, before.as_ref(), index)).collect();
        let rule = evaluated.scheme.meeting.as_ref().filter(|rule| rule.months.contains(&now.period.number()));
        let meeting = rule.map(|rule| {
            let (speak, pledge) =
                rank::lists(evaluated.scheme, rule, &evaluated.members, &evaluated.evaluations, &evaluated.places);
            let ids = |members: Vec<usize>| {
                members.into_iter().filter_map(|member| evaluated.units.get(member)).map(|unit| unit.id).collect()
            };
            Meeting { speak: ids(speak), pledge: ids(pledge) }
        });
        Some(GroupRanking { group, units, meeting })
    }

    fn standing(&self, evaluated: &Evaluated<'_>, before: Option<&Evaluated<'_>>, index: usize) -> Option<Standing> {
        let place = evaluated.places.get(index)?;
        let (unit, member) = (*evaluated.units.get(place.member)?, evaluated.members.get(place.member)?);
        let evaluation = evaluated.evaluations.get(place.member)?;
        let neighbour = if index == 0 { evaluated.places.get(1) } else { evaluated.places.get(index - 1) };
        let other = neighbour
            .filter(|other| other.rank.is_some() && place.rank.is_some())
            .and_then(|other| evaluated.evaluations.get(other.member));
        let headline = |key: &str| {
            let rule = self.scheme.headlines.iter().find(|rule| rule.key == key);
            rule.map(|rule| Sum::of(&member.own, &rule.of)).unwrap_or_default().progress()
        };
        let items = evaluated.scheme.items.iter().zip(&evaluation.items);
        let against = evaluated.scheme.meeting.as_ref().map(|rule| rule.against).unwrap_or_default();
        Some(Standing {
            unit: unit.id,
            name: unit.name.clone(),
            rank: place.rank,
            change: before
                .and_then(|before| before.rank_of(unit.id))
                .zip(place.rank)
                .and_then(|(before, now)| gained(before, now)),
            score: evaluation.score,
            previous_score: before.and_then(|before| before.score_of(unit.id)),
            gap: other.map(|other| (other.score - evaluation.score).abs()),
            started: headline("started"),
            completed: headline("completed"),
            joint: Sum::of(&member.own, &evaluated.scheme.joint).progress(),
            finished: rank::is_finished(evaluated.scheme, member, against),
            items: items.map(|(item, result)| ItemScore { key: item.key.clone(), score: result.score() }).collect(),
            bonus: evaluation.bonus.points,
            deduction: evaluation.deduction.points,
            waiting: self.ledger.waiting(unit.id),
        })
    }

    fn headlines(&self, district: &Readings) -> Vec<Headline> {
        let rules = self.scheme.headlines.iter();
        rules.map(|rule| Headline { key: rule.key.clone(), progress: Sum::of(district, &rule.of).progress() }).collect()
    }

    /// The month before, where the campaign has one.
    fn before(&self, period: Month) -> Option<Snapshot> {
        (period > Month::january(self.campaign.year)).then(|| self.snapshot(period.previous()))
    }

    fn snapshot(&self, period: Month) -> Snapshot {
        let assessed = self.units.iter().filter(|unit| unit.is_assessed_in(period));
        let readings: BTreeMap<UnitId, Readings> =
            assessed.map(|unit| (unit.id, self.readings(unit.id, period))).collect();
        let mut district = Readings::new();
        for (key, reading) in readings.values().flatten() {
            let sum: &mut Reading = district.entry(key.clone()).or_default();
            sum.actual = added(sum.actual, reading.actual);
            sum.target = added(sum.target, reading.target);
            sum.due = sum.due.plus(reading.due);
        }
        Snapshot { period, readings, district }
    }

    fn evaluated(&self, group: Group, snapshot: &Snapshot) -> Option<Evaluated<'_>> {
        let scheme = self.scheme.groups.get(&group)?;
        let units: Vec<&Unit> =
            self.units.iter().filter(|unit| unit.group == group && unit.is_assessed_in(snapshot.period)).collect();
        let own = |unit: &Unit| snapshot.readings.get(&unit.id).cloned().unwrap_or_default();
        let members: Vec<Member> =
            units.iter().map(|unit| Member { own: own(unit), led: self.led(unit.id, &snapshot.district) }).collect();
        let evaluations = evaluate(&self.scheme, scheme, &members);
        let places = rank::rank(scheme, &members, &evaluations);
        Some(Evaluated { scheme, units, members, evaluations, places })
    }

    fn targets_at(&self, period: Month) -> Option<&Targets> {
        self.targets.iter().rev().find(|(from, _)| *from <= period).map(|(_, targets)| targets)
    }

    fn readings(&self, unit: UnitId, period: Month) -> Readings {
        let targets = self.targets_at(period).and_then(|targets| targets.get(&unit));
        let of_indicator = self.scheme.indicators.iter().enumerate().map(|(index, indicator)| {
            let tabled = || targets.and_then(|targets| targets.get(&indicator.key).copied().flatten());
            let actual = self.actual(unit, index, indicator, period);
            let reading = Reading::of(&self.scheme, indicator, actual, tabled(), period);
            // Nothing was due in the month: there is no task, rather than a figure that is missing.
            let is_idle = actual.is_none() && matches!(indicator.measure, Measure::Rate { .. });
            let reading =
                if is_idle { Reading { target: Some(Exact::ZERO), due: Exact::ZERO, ..reading } } else { reading };
            (indicator.key.clone(), reading)
        });
        of_indicator.collect()
    }

    fn actual(&self, unit: UnitId, index: usize, indicator: &Indicator, period: Month) -> Option<Exact> {
        let month = period.number();
        match &indicator.measure {
            Measure::Count(_) | Measure::Sum(_) | Measure::Event(_) => {
                Some(Exact::from(self.ledger.cumulative(unit, index, month)))
            }
            Measure::Rate { of } => self.ledger.rate(unit, *of, month),
            Measure::Reported { missing, .. } => {
                let figure = self.ledger.reported(unit, index, month).map(|reported| Exact::from(reported.figure));
                figure.or_else(|| (*missing == Missing::Zero).then_some(Exact::ZERO))
            }
        }
    }

    fn led(&self, unit: UnitId, district: &Readings) -> Readings {
        let led = self.leads.iter().find(|(lead, _)| *lead == unit).into_iter().flat_map(|(_, indicators)| indicators);
        let indicators = led.filter_map(|index| self.scheme.indicators.get(*index));
        indicators
            .filter_map(|indicator| district.get(&indicator.key).map(|reading| (indicator.key.clone(), *reading)))
            .collect()
    }
}

impl Evaluated<'_> {
    pub(super) fn index_of(&self, unit: UnitId) -> Option<usize> {
        self.units.iter().position(|other| other.id == unit)
    }

    pub(super) fn rank_of(&self, unit: UnitId) -> Option<u32> {
        let member = self.index_of(unit)?;
        self.places.iter().find(|place| place.member == member)?.rank
    }

    fn score_of(&self, unit: UnitId) -> Option<Decimal> {
        self.evaluations.get(self.index_of(unit)?).map(|evaluation| evaluation.score)
    }
}

fn added(left: Option<Exact>, right: Option<Exact>) -> Option<Exact> {
    match (left, right) {
        (Some(left), Some(right)) => Some(left.plus(right)),
        (one, other) => one.or(other),
    }
}

/// Places gained (+) or lost (−).
fn gained(before: u32, now: u32) -> Option<i32> {
    i32::try_from(i64::from(before) - i64::from(now)).ok()
}

fn leads(scheme: &Scheme, units: &[Unit]) -> Vec<(UnitId, Vec<usize>)> {
    let of_groups = scheme.groups.values().flat_map(|group| &group.leads);
    let by_name: BTreeMap<&str, BTreeSet<usize>> = of_groups
        .map(|(name, keys)| (name.as_str(), keys.iter().filter_map(|key| scheme.position(key)).collect()))
        .collect();
    units
        .iter()
        .filter_map(|unit| by_name.get(unit.name.as_str()).map(|led| (unit.id, led.iter().copied().collect())))
        .collect()
}
