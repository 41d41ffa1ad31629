//! The ledger: running totals per unit and month, kept by taking a record's old yield out and its new one in.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::OnceLock,
};

use rust_decimal::Decimal;

use super::{
    exact::Exact,
    history::History,
    identity::Identities,
    incident::Concern,
    lookup::Lookup,
    measure::Rate,
    yields::{Contribution, Mark, Reported, Yield},
};
use crate::{
    id::{RecordId, UnitId},
    merge::replica::{filed_under, judged_under},
    record::{Record, RecordKind},
    workflow::State,
};

/// Months of a campaign.
const MONTHS: usize = 12;

/// Running totals of all units, and what each record adds to them.
#[derive(Clone, Debug, Default)]
pub(super) struct Ledger {
    yields: BTreeMap<RecordId, (UnitId, Yield)>,
    units: BTreeMap<UnitId, Totals>,
    identities: Identities,
    /// What each inspection was last counted with: the project it names, or itself.
    inspected: BTreeMap<RecordId, RecordId>,
    /// Claims that were submitted and are not decided.
    waiting: BTreeMap<RecordId, UnitId>,
}

/// One unit's running totals.
#[derive(Clone, Debug, Default)]
pub(super) struct Totals {
    /// By indicator's place: by how much each month's cumulative figure differs from that of the month before.
    steps: Vec<[Decimal; MONTHS]>,
    /// The cumulative figures that follow, added up when somebody asks for the first of them.
    sums: OnceLock<Vec<[Exact; MONTHS]>>,
    /// Per rate and month: done, due.
    rates: [[(u32, u32); MONTHS]; Rate::COUNT],
    /// Figures that the unit reported.
    reported: Vec<Reported>,
    /// What findings are about.
    concerns: Vec<Concern>,
    /// Records that yield something for the unit, for explanations.
    records: BTreeSet<RecordId>,
    waiting: u32,
}

/// What a change may have made different.
pub(super) struct Touched {
    /// From this month (1–12) on.
    pub(super) since: u8,
    /// Only for these units.
    pub(super) units: BTreeSet<UnitId>,
}

impl Ledger {
    /// Takes in what changed; gives what differs now, where anything does.
    pub(super) fn refresh(
        &mut self,
        lookup: &Lookup<'_>,
        changed: impl IntoIterator<Item = RecordId>,
    ) -> Option<Touched> {
        let mut roots = BTreeSet::new();
        for id in changed {
            let record = lookup.replica.get(id);
            self.note_waiting(id, record);
            let root = record.and_then(filed_under).unwrap_or(id);
            roots.insert(root);
            roots.extend(record.into_iter().flat_map(judged_under));
            if record.is_some_and(|record| record.kind == RecordKind::Inspection) {
                // It may have been about another project, or about none.
                roots.insert(id);
                roots.extend(self.inspected.insert(id, root));
            }
        }
        let twins: Vec<RecordId> =
            roots.iter().flat_map(|root| self.identities.update(*root, lookup.replica.get(*root))).collect();
        roots.extend(twins);
        let (mut since, mut units): (Option<u8>, BTreeSet<UnitId>) = (None, BTreeSet::new());
        for root in roots {
            let before = self.take_out(root);
            let after = lookup
                .replica
                .get(root)
                .map(|record| (record.unit, Yield::of(lookup, record, &self.identities.of(root))));
            if let Some(first) = first_difference(before.as_ref(), after.as_ref()) {
                since = Some(since.map_or(first, |since| since.min(first)));
                for (unit, found) in before.iter().chain(&after) {
                    units.extend(found.marks.iter().map(|mark| mark.unit).chain([*unit]));
                    units.extend(found.credited.iter().map(|(unit, _)| *unit));
                }
            }
            if let Some((unit, found)) = after {
                self.put_in(root, unit, found);
            }
        }
        since.map(|since| Touched { since, units })
    }

    /// Takes in every record there is, forgetting what was known.
    pub(super) fn recompute(&mut self, lookup: &Lookup<'_>) {
        *self = Self::default();
        let mut signs = Vec::new();
        let by_project = lookup.replica.by_project();
        let mut about = by_project.as_slice();
        for record in lookup.replica.records() {
            match record.kind {
                RecordKind::Project => {
                    // Projects and what is about them come in the same order.
                    let own = about_next(&mut about, record.id);
                    let history = History::of(lookup, record, own.iter().map(|(_, record)| *record), &[]);
                    self.identities.pair(record.id, Some(record));
                    signs.extend(history.signs().into_iter().map(|sign| (sign, record.id)));
                    self.put_in(record.id, record.unit, Yield::of_project(lookup, record, &history));
                }
                RecordKind::StageClaim => self.note_waiting(record.id, Some(record)),
                RecordKind::MonthlyReport => {}
                RecordKind::IndicatorReport | RecordKind::ServiceVisit | RecordKind::ServiceIssue => {
                    self.put_in(record.id, record.unit, Yield::of(lookup, record, &[]));
                }
                RecordKind::Inspection => {
                    let project = filed_under(record);
                    self.inspected.insert(record.id, project.unwrap_or(record.id));
                    if project.is_none() {
                        self.put_in(record.id, record.unit, Yield::of(lookup, record, &[]));
                    }
                }
            }
        }
        // The few projects that may be another one's twin are looked at again, beside that one.
        for twin in self.identities.fill(signs) {
            self.take_out(twin);
            if let Some(record) = lookup.replica.get(twin) {
                self.put_in(twin, record.unit, Yield::of(lookup, record, &self.identities.of(twin)));
            }
        }
    }

    /// A unit's totals; `None` where nothing was ever counted for it.
    pub(super) fn totals(&self, unit: UnitId) -> Option<&Totals> {
        self.units.get(&unit)
    }

    /// The latest cumulative figure that counts at the end of a month.
    pub(super) fn reported(&self, unit: UnitId, indicator: usize, month: u8) -> Option<&Reported> {
        self.totals(unit)?.reported(indicator, month)
    }

    /// The project contributions that count towards an indicator at the end of a month, with their projects.
    pub(super) fn contributions(
        &self,
        unit: UnitId,
        indicator: usize,
        month: u8,
    ) -> impl Iterator<Item = (RecordId, &Contribution)> {
        let counts = move |contribution: &&Contribution| {
            contribution.indicator == indicator && (contribution.from..=contribution.until).contains(&month)
        };
        self.records_of(unit).flat_map(move |(id, owner, found)| {
            let own = found.contributions.iter().filter(move |_| owner == unit);
            let credited = found.credited.iter().filter(move |(other, _)| *other == unit).map(|(_, part)| part);
            own.chain(credited).filter(counts).map(move |contribution| (id, contribution))
        })
    }

    /// The marks of a month's rate, with the records they came from.
    pub(super) fn marks(&self, unit: UnitId, rate: Rate, month: u8) -> impl Iterator<Item = (RecordId, &Mark)> {
        let counts = move |mark: &&Mark| mark.unit == unit && mark.rate == rate && mark.month == month;
        self.records_of(unit)
            .flat_map(move |(id, _, found)| found.marks.iter().filter(counts).map(move |mark| (id, mark)))
    }

    /// Claims of a unit that wait for review or verification.
    pub(super) fn waiting(&self, unit: UnitId) -> u32 {
        self.totals(unit).map_or(0, |totals| totals.waiting)
    }

    fn records_of(&self, unit: UnitId) -> impl Iterator<Item = (RecordId, UnitId, &Yield)> {
        let ids = self.units.get(&unit).into_iter().flat_map(|totals| &totals.records);
        ids.filter_map(|id| self.yields.get(id).map(|(owner, found)| (*id, *owner, found)))
    }

    fn note_waiting(&mut self, id: RecordId, record: Option<&Record>) {
        let waits = record.filter(|record| record.kind == RecordKind::StageClaim && !record.removed && waits(record));
        let before = match waits {
            Some(record) => {
                self.units.entry(record.unit).or_default().waiting += 1;
                self.waiting.insert(id, record.unit)
            }
            None => self.waiting.remove(&id),
        };
        if let Some(totals) = before.and_then(|unit| self.units.get_mut(&unit)) {
            totals.waiting -= 1;
        }
    }

    fn put_in(&mut self, id: RecordId, unit: UnitId, found: Yield) {
        if found == Yield::default() {
            return;
        }
        for mark in found.marks.iter().filter(|mark| mark.unit != unit) {
            let totals = self.units.entry(mark.unit).or_default();
            totals.count(mark);
            totals.records.insert(id);
        }
        for (other, part) in &found.credited {
            let totals = self.units.entry(*other).or_default();
            totals.add(part, part.amount);
            totals.records.insert(id);
        }
        // Almost all are the unit's own, which is looked up once.
        let totals = self.units.entry(unit).or_default();
        found.marks.iter().filter(|mark| mark.unit == unit).for_each(|mark| totals.count(mark));
        for contribution in &found.contributions {
            totals.add(contribution, contribution.amount);
        }
        totals.reported.extend_from_slice(&found.reported);
        totals.concerns.extend_from_slice(&found.concerns);
        totals.records.insert(id);
        self.yields.insert(id, (unit, found));
    }

    fn take_out(&mut self, id: RecordId) -> Option<(UnitId, Yield)> {
        let (unit, found) = self.yields.remove(&id)?;
        for mark in &found.marks {
            let Some(totals) = self.units.get_mut(&mark.unit) else { continue };
            if let Some((done, due)) = totals.rate_mut(mark) {
                *done -= u32::from(mark.is_done);
                *due -= 1;
            }
            totals.records.remove(&id);
        }
        for (other, part) in &found.credited {
            let Some(totals) = self.units.get_mut(other) else { continue };
            totals.add(part, -part.amount);
            totals.records.remove(&id);
        }
        if let Some(totals) = self.units.get_mut(&unit) {
            for contribution in &found.contributions {
                totals.add(contribution, -contribution.amount);
            }
            for gone in &found.reported {
                totals.reported.retain(|reported| reported.record != gone.record);
            }
            for gone in &found.concerns {
                totals.concerns.retain(|concern| concern.record != gone.record);
            }
            totals.records.remove(&id);
        }
        Some((unit, found))
    }
}

impl Totals {
    /// The cumulative count or sum of an indicator by the end of a month (1–12).
    pub(super) fn cumulative(&self, indicator: usize, month: u8) -> Exact {
        let sums = self.sums.get_or_init(|| self.steps.iter().map(sums).collect());
        let place = usize::from(month).checked_sub(1);
        place.and_then(|place| sums.get(indicator)?.get(place)).copied().unwrap_or_default()
    }

    /// A month's rate; `None` where nothing was due.
    pub(super) fn rate(&self, rate: Rate, month: u8) -> Option<Exact> {
        let (done, due) = self.marks(rate, month);
        Exact::ratio(i128::from(done), i128::from(due))
    }

    /// What was done in a month, of what was due.
    pub(super) fn marks(&self, rate: Rate, month: u8) -> (u32, u32) {
        let place = usize::from(month).checked_sub(1);
        place.and_then(|place| self.rates.get(rate.place())?.get(place)).copied().unwrap_or_default()
    }

    fn count(&mut self, mark: &Mark) {
        if let Some((done, due)) = self.rate_mut(mark) {
            *done += u32::from(mark.is_done);
            *due += 1;
        }
    }

    fn rate_mut(&mut self, mark: &Mark) -> Option<&mut (u32, u32)> {
        self.rates.get_mut(mark.rate.place())?.get_mut(usize::from(mark.month).checked_sub(1)?)
    }

    /// The latest cumulative figure that counts at the end of a month.
    pub(super) fn reported(&self, indicator: usize, month: u8) -> Option<&Reported> {
        let standing = self
            .reported
            .iter()
            .filter(|figure| figure.indicator == indicator && (figure.from..=figure.until).contains(&month));
        standing.max_by_key(|figure| (figure.month, figure.record))
    }

    /// The figure that was reported for one month (1–12), as known at the end of another.
    pub(super) fn reported_for(&self, indicator: usize, of: u8, month: u8) -> Option<&Reported> {
        let standing = self.reported.iter().filter(|figure| {
            figure.indicator == indicator && figure.month == of && (figure.from..=figure.until).contains(&month)
        });
        standing.max_by_key(|figure| figure.record)
    }

    /// The indicators that the findings of one kind are about at the end of a month.
    pub(super) fn concerned(&self, incident: usize, month: u8) -> impl Iterator<Item = usize> {
        let standing = self
            .concerns
            .iter()
            .filter(move |concern| concern.incident == incident && (concern.from..=concern.until).contains(&month));
        standing.map(|concern| concern.indicator)
    }

    fn add(&mut self, contribution: &Contribution, amount: Decimal) {
        self.sums.take();
        if self.steps.len() <= contribution.indicator {
            self.steps.resize(contribution.indicator + 1, [Decimal::ZERO; MONTHS]);
        }
        let Some(steps) = self.steps.get_mut(contribution.indicator) else { return };
        if let Some(first) = steps.get_mut(usize::from(contribution.from.saturating_sub(1))) {
            *first += amount;
        }
        // After December there is no step.
        if let Some(after) = steps.get_mut(usize::from(contribution.until)) {
            *after -= amount;
        }
    }
}

/// The figures by the end of each month, from what each month added.
fn sums(steps: &[Decimal; MONTHS]) -> [Exact; MONTHS] {
    let mut sum = Decimal::ZERO;
    let mut last = Exact::ZERO;
    steps.map(|step| {
        if !step.is_zero() {
            sum += step;
            last = Exact::from(sum);
        }
        last
    })
}

/// Takes what is about a project off the front of what is about it and those after it.
fn about_next<'a, 'b>(about: &mut &'b [(RecordId, &'a Record)], project: RecordId) -> &'b [(RecordId, &'a Record)] {
    let (_, rest) = about.split_at(about.iter().take_while(|(id, _)| *id < project).count());
    let (own, rest) = rest.split_at(rest.iter().take_while(|(id, _)| *id == project).count());
    *about = rest;
    own
}

/// The first month in which two yields of a record differ.
fn first_difference(before: Option<&(UnitId, Yield)>, after: Option<&(UnitId, Yield)>) -> Option<u8> {
    let in_month = |of: Option<&(UnitId, Yield)>, month: u8| {
        let Some((unit, found)) = of else { return Default::default() };
        let counts = found.contributions.iter().filter(|counted| (counted.from..=counted.until).contains(&month));
        let credited = found.credited.iter().filter(|(_, part)| (part.from..=part.until).contains(&month));
        let credited = credited.map(|(unit, part)| (*unit, part.indicator, part.amount));
        let counts: Vec<_> = counts.map(|counted| (*unit, counted.indicator, counted.amount)).chain(credited).collect();
        let marks: Vec<Mark> = found.marks.iter().filter(|mark| mark.month == month).copied().collect();
        let reported = found.reported.iter().filter(|figure| (figure.from..=figure.until).contains(&month));
        let reported: Vec<_> = reported.map(|figure| (*unit, figure.indicator, figure.month, figure.figure)).collect();
        let concerns = found.concerns.iter().filter(|concern| (concern.from..=concern.until).contains(&month));
        let concerns: Vec<_> = concerns.map(|concern| (*unit, concern.incident, concern.indicator)).collect();
        (counts, marks, reported, concerns)
    };
    (1..=12).find(|month| in_month(before, *month) != in_month(after, *month))
}

/// Whether a claim was submitted and is not decided. What was decided needs no look at its content.
fn waits(claim: &Record) -> bool {
    let is_undecided = |state: State| matches!(state, State::Submitted | State::Reviewed | State::OnSiteCheck);
    claim.last_step().is_some_and(|step| is_undecided(step.to)) && is_undecided(claim.state())
}
