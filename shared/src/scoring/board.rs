//! The board: the incrementally kept ranking of one campaign.

use std::{
    cell::OnceCell,
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, OnceLock},
};

use rust_decimal::Decimal;

use super::{
    evaluate::{Evaluation, evaluate},
    exact::Exact,
    explain::{self, Subject},
    ledger::{Ledger, Totals, Touched},
    lookup::{Leads, Lookup},
    measure::Rate,
    movement::{self, Movement},
    rank::{self, Place},
    reading::{Keys, Member, Reading, Readings, Sum},
    result::{Explanation, GroupRanking, Headline, ItemScore, Meeting, Ranking, Standing},
    schedule::Asked,
    scheme::{GroupScheme, Indicator, Scheme},
    series::done,
    trial::Trial,
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
    targets: Vec<(Month, Tabled)>,
    scheme: Scheme,
    keys: Arc<Keys>,
    leads: Leads,
    ledger: Ledger,
    /// What was read of each unit at the end of each month, January first, as far as anybody asked since it last
    /// changed.
    readings: BTreeMap<UnitId, [OnceLock<Readings>; 12]>,
    /// How the months ended for each group of [`Group::ALL`], likewise.
    endings: [[OnceLock<Ending>; Group::ALL.len()]; 12],
    /// The board of the months for which this one's scheme is not in force.
    earlier: Option<Box<Self>>,
}

/// Annual figures by the indicator's place in the scheme; `None` where a target was not issued.
type Tabled = BTreeMap<UnitId, Vec<Option<Decimal>>>;

/// The rank and score of each unit of a group at the end of a month: all that the month after asks of it.
type Ending = BTreeMap<UnitId, (Option<u32>, Decimal)>;

/// The month before one that is looked at, with the board by which it was scored.
struct Before<'a> {
    board: &'a Board,
    period: Month,
    /// What was read of all units then, if a group has to be evaluated for it.
    snapshot: OnceCell<Snapshot>,
}

impl<'a> Before<'a> {
    fn ending(&self, group: Group) -> Option<&'a Ending> {
        let cell = self.board.ending_cell(group, self.period)?;
        Some(cell.get_or_init(|| {
            let snapshot = self.snapshot.get_or_init(|| self.board.snapshot(self.period));
            self.board.evaluated(group, snapshot).as_ref().map(ending).unwrap_or_default()
        }))
    }
}

/// One group at the end of one month, evaluated.
pub(super) struct Evaluated<'a> {
    pub(super) group: Group,
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
        let mut board = Self {
            campaign: campaign.clone(),
            leads: leads(&scheme, &units),
            keys: Keys::of(&scheme.indicators),
            readings: units.iter().map(|unit| (unit.id, Default::default())).collect(),
            units,
            targets: Vec::new(),
            scheme,
            ledger: Ledger::default(),
            endings: Default::default(),
            earlier: None,
        };
        board.revise_targets(Month::january(campaign.year), targets);
        board
    }

    /// Puts other targets in force from a month on; earlier months keep theirs.
    pub fn revise_targets(&mut self, from: Month, targets: Targets) {
        let in_place = |mut figures: BTreeMap<String, Option<Decimal>>| -> Vec<Option<Decimal>> {
            self.scheme.indicators.iter().map(|indicator| figures.remove(&indicator.key).flatten()).collect()
        };
        let tabled = targets.into_iter().map(|(unit, figures)| (unit, in_place(figures))).collect();
        self.targets.retain(|(month, _)| *month != from);
        self.targets.push((from, tabled));
        self.targets.sort_by_key(|(month, _)| *month);
        self.forget_all();
    }

    /// Leaves the months for which its scheme is not in force to another board of the same campaign.
    #[must_use]
    pub fn following(self, earlier: Self) -> Self {
        Self { earlier: Some(Box::new(earlier)), ..self }
    }

    /// The scheme that was put in force last.
    pub fn scheme(&self) -> &Scheme {
        &self.scheme
    }

    fn in_force(&self, period: Month) -> &Self {
        match &self.earlier {
            Some(earlier) if !self.scheme.is_effective_in(period) => earlier.in_force(period),
            Some(_) | None => self,
        }
    }

    /// Takes changed records in: only what depends on them is computed anew.
    pub fn refresh(&mut self, replica: &Replica, changed: impl IntoIterator<Item = RecordId>) {
        let changed: Vec<RecordId> = changed.into_iter().collect();
        let mut board = Some(self);
        while let Some(one) = board {
            one.refresh_own(replica, changed.iter().copied());
            board = one.earlier.as_deref_mut();
        }
    }

    fn refresh_own(&mut self, replica: &Replica, changed: impl IntoIterator<Item = RecordId>) {
        let lookup = Lookup::new(&self.scheme, self.campaign.year, replica, &self.leads, &self.units);
        if let Some(touched) = self.ledger.refresh(&lookup, changed) {
            self.forget(&touched);
        }
    }

    /// Takes in every record there is, forgetting what was known.
    pub fn recompute(&mut self, replica: &Replica) {
        self.ledger.recompute(&Lookup::new(&self.scheme, self.campaign.year, replica, &self.leads, &self.units));
        self.forget_all();
        if let Some(earlier) = &mut self.earlier {
            earlier.recompute(replica);
        }
    }

    /// The ranking at the end of a month.
    pub fn ranking(&self, period: Month) -> Ranking {
        self.in_force(period).ranking_after(period, self.before(period).as_ref())
    }

    fn ranking_after(&self, period: Month, before: Option<&Before<'_>>) -> Ranking {
        let now = self.snapshot(period);
        let groups = Group::ALL.into_iter().filter_map(|group| self.evaluated(group, &now)).map(|evaluated| {
            let ended = before.and_then(|before| before.ending(evaluated.group));
            let ranking = self.group_ranking(&evaluated, ended, period);
            if let Some(cell) = self.ending_cell(evaluated.group, period) {
                cell.get_or_init(|| ending(&evaluated));
            }
            ranking
        });
        let groups: Vec<GroupRanking> = groups.collect();
        let headlines = self.headlines(&now.district);
        let scheme = self.scheme.name.clone();
        let digest = Digest::of_json(&(period, &scheme, &groups, &headlines));
        Ranking { period, scheme, digest, groups, headlines }
    }

    /// Why a unit has its score; `None` for a unit that is not assessed in that month.
    pub fn explain(&self, replica: &Replica, period: Month, unit: UnitId) -> Option<Explanation> {
        let group = self.units.iter().find(|other| other.id == unit)?.group;
        let ended = self.before(period).and_then(|before| before.ending(group)?.get(&unit));
        self.in_force(period).explain_after(replica, (period, group, unit), ended.map(|(_, score)| *score))
    }

    fn explain_after(
        &self,
        replica: &Replica,
        (period, group, unit): (Month, Group, UnitId),
        previous_score: Option<Decimal>,
    ) -> Option<Explanation> {
        let evaluated = self.evaluated(group, &self.snapshot(period))?;
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

    /// Why a unit moved since the month before; `None` for a unit that was not assessed in both, and where the
    /// two months have different schemes: their lines are not the same ones.
    pub fn movement(&self, replica: &Replica, period: Month, unit: UnitId) -> Option<Movement> {
        let since = Some(period.previous()).filter(|since| self.is_of_year(*since))?;
        let board = Some(self.in_force(period)).filter(|board| std::ptr::eq(*board, self.in_force(since)))?;
        let (before, now) = (self.explain(replica, since, unit)?, self.explain(replica, period, unit)?);
        let (evaluated_before, evaluated_now) =
            (board.evaluated(now.group, &board.snapshot(since))?, board.evaluated(now.group, &board.snapshot(period))?);
        let before = movement::Side { explanation: &before, evaluated: &evaluated_before };
        let now = movement::Side { explanation: &now, evaluated: &evaluated_now };
        movement::of(&board.scheme, before, now)
    }

    /// Monthly reports that came in time, of all that were due for a month, over all units.
    pub fn reports(&self, period: Month) -> (u32, u32) {
        let board = self.in_force(period);
        let counted = board.units.iter().filter_map(|unit| board.ledger.totals(unit.id));
        counted
            .map(|totals| totals.marks(Rate::Reports, period.number()))
            .fold((0, 0), |sum, (done, due)| (sum.0 + done, sum.1 + due))
    }

    /// What a what-if about a group's units at the end of a month is computed from; `None` for a group without rules.
    pub fn trial(&self, period: Month, group: Group) -> Option<Trial> {
        let board = self.in_force(period);
        let evaluated = board.evaluated(group, &board.snapshot(period))?;
        Some(Trial::of(&board.scheme, period, &evaluated))
    }

    fn group_ranking(&self, evaluated: &Evaluated<'_>, before: Option<&Ending>, period: Month) -> GroupRanking {
        let units: Vec<Standing> =
            (0..evaluated.places.len()).filter_map(|index| self.standing(evaluated, before, index)).collect();
        let rule = evaluated.scheme.meeting.as_ref().filter(|rule| rule.months.contains(&period.number()));
        let meeting = rule.map(|rule| {
            let (speak, pledge) =
                rank::lists(evaluated.scheme, rule, &evaluated.members, &evaluated.evaluations, &evaluated.places);
            let ids = |members: Vec<usize>| {
                members.into_iter().filter_map(|member| evaluated.units.get(member)).map(|unit| unit.id).collect()
            };
            Meeting { speak: ids(speak), pledge: ids(pledge) }
        });
        GroupRanking { group: evaluated.group, units, meeting }
    }

    fn standing(&self, evaluated: &Evaluated<'_>, before: Option<&Ending>, index: usize) -> Option<Standing> {
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
        let ended = before.and_then(|before| before.get(&unit.id));
        let grade = rank::grade(evaluated.scheme, &evaluated.members, &evaluated.evaluations, place);
        let vetoes = evaluation.verdict.hits.iter().filter_map(|(place, _)| evaluated.scheme.vetoes.get(*place));
        let vetoes = vetoes.map(|veto| veto.label.clone());
        let against = evaluated.scheme.meeting.as_ref().map(|rule| rule.against).unwrap_or_default();
        Some(Standing {
            unit: unit.id,
            name: unit.name.clone(),
            rank: place.rank,
            change: ended.and_then(|(rank, _)| *rank).zip(place.rank).and_then(|(before, now)| gained(before, now)),
            score: evaluation.score,
            previous_score: ended.map(|(_, score)| *score),
            gap: other.map(|other| (other.score - evaluation.score).abs()),
            started: headline("started"),
            completed: headline("completed"),
            joint: Sum::of(&member.own, &evaluated.scheme.joint).progress(),
            finished: rank::is_finished(evaluated.scheme, member, against),
            items: items.map(|(item, result)| ItemScore { key: item.key.clone(), score: result.score() }).collect(),
            bonus: evaluation.bonus.points,
            deduction: evaluation.deduction.points,
            grade: grade.map(|(grade, _)| grade.label.clone()),
            lifted: grade.is_some_and(|(_, lifted)| lifted),
            vetoes: vetoes.collect(),
            waiting: self.ledger.waiting(unit.id),
        })
    }

    fn headlines(&self, district: &Readings) -> Vec<Headline> {
        let rules = self.scheme.headlines.iter();
        rules.map(|rule| Headline { key: rule.key.clone(), progress: Sum::of(district, &rule.of).progress() }).collect()
    }

    /// The month before, where the campaign has one.
    fn before(&self, period: Month) -> Option<Before<'_>> {
        let before = Some(period.previous()).filter(|before| self.is_of_year(*before))?;
        Some(Before { board: self.in_force(before), period: before, snapshot: OnceCell::new() })
    }

    fn ending_cell(&self, group: Group, period: Month) -> Option<&OnceLock<Ending>> {
        let month = self.endings.get(usize::from(period.number()) - 1).filter(|_| self.is_of_year(period))?;
        Group::ALL.iter().zip(month).find(|(other, _)| **other == group).map(|(_, cell)| cell)
    }

    fn forget(&mut self, touched: &Touched) {
        let since = usize::from(touched.since.saturating_sub(1));
        for (_, months) in self.readings.iter_mut().filter(|(unit, _)| touched.units.contains(unit)) {
            months.iter_mut().skip(since).for_each(|month| drop(month.take()));
        }
        let is_touched = |group: Group| {
            let leads = self.scheme.groups.get(&group).is_some_and(|rules| !rules.leads.is_empty());
            leads || self.units.iter().any(|unit| unit.group == group && touched.units.contains(&unit.id))
        };
        let is_touched = Group::ALL.map(is_touched);
        for month in self.endings.iter_mut().skip(since) {
            month.iter_mut().zip(is_touched).filter(|(_, is)| *is).for_each(|(cell, _)| drop(cell.take()));
        }
    }

    fn forget_all(&mut self) {
        self.readings.values_mut().for_each(|months| *months = Default::default());
        self.endings = Default::default();
    }

    fn is_of_year(&self, period: Month) -> bool {
        period.year() == self.campaign.year
    }

    fn snapshot(&self, period: Month) -> Snapshot {
        let shares: Vec<Option<Exact>> =
            self.scheme.indicators.iter().map(|indicator| self.scheme.share(indicator, period)).collect();
        let assessed = self.units.iter().filter(|unit| unit.is_assessed_in(period));
        let readings: BTreeMap<UnitId, Readings> =
            assessed.map(|unit| (unit.id, self.readings_of(unit, period, &shares))).collect();
        let district = Readings::together(&self.keys, readings.values());
        Snapshot { period, readings, district }
    }

    /// What is read of a unit at the end of a month. `shares` are what schedules make due of every target.
    fn readings_of(&self, unit: &Unit, period: Month, shares: &[Option<Exact>]) -> Readings {
        let month = period.number();
        let read = || {
            let targets = self.targets_at(period).and_then(|targets| targets.get(&unit.id));
            let totals = self.ledger.totals(unit.id);
            Readings::new(&self.keys, |place| {
                let indicator = self.scheme.indicators.get(place)?;
                let planned = || totals.map(|totals| totals.cumulative(self.scheme.planned_place(place), month));
                let share = shares.get(place).copied().flatten();
                // What is the same share of every target follows no list.
                let is_listed = share.is_none() && self.scheme.is_listed(indicator);
                let asked = Asked {
                    unit: &unit.name,
                    period,
                    share,
                    tabled: targets.and_then(|targets| targets.get(place).copied().flatten()),
                    planned: is_listed.then(|| planned().unwrap_or_default()),
                };
                Some(reading(&self.scheme, totals, place, indicator, asked))
            })
        };
        let kept = self.readings.get(&unit.id).and_then(|months| months.get(usize::from(month) - 1));
        match kept.filter(|_| self.is_of_year(period)) {
            Some(month) => month.get_or_init(read).clone(),
            None => read(),
        }
    }

    fn evaluated(&self, group: Group, snapshot: &Snapshot) -> Option<Evaluated<'_>> {
        let scheme = self.scheme.groups.get(&group)?;
        let units: Vec<&Unit> =
            self.units.iter().filter(|unit| unit.group == group && unit.is_assessed_in(snapshot.period)).collect();
        let own = |unit: &Unit| snapshot.readings.get(&unit.id).cloned().unwrap_or_default();
        let member = |unit: &&Unit| Member {
            own: own(unit),
            led: self.led(unit.id, &snapshot.district),
            concerned: self.concerned(scheme, unit.id, snapshot.period),
        };
        let members = units.iter().map(member).collect();
        Evaluated::of(&self.scheme, group, units, members)
    }

    fn targets_at(&self, period: Month) -> Option<&Tabled> {
        self.targets.iter().rev().find(|(from, _)| *from <= period).map(|(_, targets)| targets)
    }

    /// By incident of the group's vetoes the indicators that its findings are about.
    fn concerned(&self, group: &GroupScheme, unit: UnitId, period: Month) -> BTreeMap<String, BTreeSet<String>> {
        let Some(totals) = self.ledger.totals(unit) else { return BTreeMap::new() };
        let key = |place: usize| self.scheme.indicators.get(place).map(|indicator| indicator.key.clone());
        let incidents = group.vetoes.iter().flat_map(|veto| &veto.of);
        let concerned = incidents.filter_map(|incident| {
            let places = totals.concerned(self.scheme.position(incident)?, period.number());
            Some((incident.clone(), places.filter_map(key).collect::<BTreeSet<_>>()))
        });
        concerned.filter(|(_, keys)| !keys.is_empty()).collect()
    }

    fn led(&self, unit: UnitId, district: &Readings) -> Readings {
        let Some((_, led)) = self.leads.iter().find(|(lead, _)| *lead == unit) else { return Readings::default() };
        Readings::new(&self.keys, |place| {
            let indicator = self.scheme.indicators.get(place).filter(|_| led.contains(&place))?;
            district.get(&indicator.key).copied()
        })
    }
}

fn reading(scheme: &Scheme, totals: Option<&Totals>, place: usize, indicator: &Indicator, asked: Asked<'_>) -> Reading {
    let done = done(scheme, totals, place, indicator, asked.period.number());
    let reading = Reading::of(scheme, indicator, done, asked);
    // Nothing was due in the month: there is no task, rather than a figure that is missing.
    let is_idle = done.figure.is_none() && indicator.measure.is_monthly();
    if is_idle { Reading { target: Some(Exact::ZERO), due: Exact::ZERO, ..reading } } else { reading }
}

fn ending(evaluated: &Evaluated<'_>) -> Ending {
    let places = evaluated.places.iter().filter_map(|place| {
        let (unit, evaluation) = (evaluated.units.get(place.member)?, evaluated.evaluations.get(place.member)?);
        Some((unit.id, (place.rank, evaluation.score)))
    });
    places.collect()
}

impl<'a> Evaluated<'a> {
    /// A group's units with what was read of each; `None` for a group without rules.
    pub(super) fn of(scheme: &'a Scheme, group: Group, units: Vec<&'a Unit>, members: Vec<Member>) -> Option<Self> {
        let rules = scheme.groups.get(&group)?;
        let evaluations = evaluate(scheme, rules, &members);
        let places = rank::rank(rules, &members, &evaluations);
        Some(Self { group, scheme: rules, units, members, evaluations, places })
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

    pub(super) fn score_of(&self, unit: UnitId) -> Option<Decimal> {
        self.evaluations.get(self.index_of(unit)?).map(|evaluation| evaluation.score)
    }
}

/// Places gained (+) or lost (−).
fn gained(before: u32, now: u32) -> Option<i32> {
    i32::try_from(i64::from(before) - i64::from(now)).ok()
}

fn leads(scheme: &Scheme, units: &[Unit]) -> Leads {
    let of_groups = scheme.groups.values().flat_map(|group| &group.leads);
    let by_name: BTreeMap<&str, BTreeSet<usize>> = of_groups
        .map(|(name, keys)| (name.as_str(), keys.iter().filter_map(|key| scheme.position(key)).collect()))
        .collect();
    units
        .iter()
        .filter_map(|unit| by_name.get(unit.name.as_str()).map(|led| (unit.id, led.iter().copied().collect())))
        .collect()
}
