//! The ledger: running totals per unit and month, kept by taking a record's old yield out and its new one in.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::{
    exact::Exact,
    identity::Identities,
    measure::Rate,
    yields::{Context, Contribution, Mark, Reported, Yield},
};
use crate::{
    id::{RecordId, UnitId},
    merge::replica::project_id,
    record::{Record, RecordKind},
    workflow::State,
};

/// Months of a campaign.
const MONTHS: usize = 12;

/// Running totals of all units, and what each record adds to them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Ledger {
    yields: BTreeMap<RecordId, (UnitId, Yield)>,
    /// Per unit and indicator twelve cumulative figures.
    cumulative: BTreeMap<(UnitId, usize), [Decimal; MONTHS]>,
    /// Per unit, rate and month: done, due.
    rates: BTreeMap<(UnitId, Rate, u8), (u32, u32)>,
    /// Records with a figure that the unit reported, per indicator.
    reports: BTreeMap<(UnitId, usize), BTreeSet<RecordId>>,
    /// Records that yield something for a unit, for explanations.
    of_unit: BTreeMap<UnitId, BTreeSet<RecordId>>,
    identities: Identities,
    /// Claims that were submitted and are not decided.
    waiting: BTreeMap<RecordId, UnitId>,
}

impl Ledger {
    pub(super) fn refresh(&mut self, context: Context<'_>, changed: impl IntoIterator<Item = RecordId>) {
        let mut roots = BTreeSet::new();
        for id in changed {
            let record = context.replica.get(id);
            self.note_waiting(id, record);
            let root = record.and_then(project_id).unwrap_or(id);
            roots.insert(root);
            roots.extend(self.identities.update(root, context.replica.get(root)));
        }
        for root in roots {
            self.take_out(root);
            if let Some(record) = context.replica.get(root) {
                self.put_in(root, record.unit, Yield::of(context, record, &self.identities.of(root)));
            }
        }
    }

    /// The cumulative count or sum of an indicator by the end of a month (1–12).
    pub(super) fn cumulative(&self, unit: UnitId, indicator: usize, month: u8) -> Decimal {
        let row = self.cumulative.get(&(unit, indicator));
        row.and_then(|row| row.get(place(month))).copied().unwrap_or_default()
    }

    /// A month's rate; `None` where nothing was due.
    pub(super) fn rate(&self, unit: UnitId, rate: Rate, month: u8) -> Option<Exact> {
        let (done, due) = self.rates.get(&(unit, rate, month)).copied()?;
        Exact::ratio(i128::from(done), i128::from(due))
    }

    /// The latest cumulative figure that counts at the end of a month.
    pub(super) fn reported(&self, unit: UnitId, indicator: usize, month: u8) -> Option<&Reported> {
        let records = self.reports.get(&(unit, indicator))?.iter().filter_map(|record| self.yields.get(record));
        let figures = records.flat_map(|(_, found)| &found.reported);
        let standing =
            figures.filter(|figure| figure.indicator == indicator && (figure.from..=figure.until).contains(&month));
        standing.max_by_key(|figure| (figure.month, figure.record))
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
        let own = self
            .of_unit
            .get(&unit)
            .into_iter()
            .flatten()
            .filter_map(|id| self.yields.get(id).map(|(owner, found)| (*id, *owner, found)));
        let own = own.filter(move |(_, owner, _)| *owner == unit);
        own.flat_map(move |(id, _, found)| {
            found.contributions.iter().filter(counts).map(move |contribution| (id, contribution))
        })
    }

    /// The marks of a month's rate, with the records they came from.
    pub(super) fn marks(&self, unit: UnitId, rate: Rate, month: u8) -> impl Iterator<Item = (RecordId, &Mark)> {
        let counts = move |mark: &&Mark| mark.unit == unit && mark.rate == rate && mark.month == month;
        let ids = self.of_unit.get(&unit).into_iter().flatten();
        let yields = ids.filter_map(|id| self.yields.get(id).map(|(_, found)| (*id, found)));
        yields.flat_map(move |(id, found)| found.marks.iter().filter(counts).map(move |mark| (id, mark)))
    }

    /// Claims of a unit that wait for review or verification.
    pub(super) fn waiting(&self, unit: UnitId) -> u32 {
        u32::try_from(self.waiting.values().filter(|owner| **owner == unit).count()).unwrap_or(u32::MAX)
    }

    fn note_waiting(&mut self, id: RecordId, record: Option<&Record>) {
        let waits = record
            .filter(|record| record.kind == RecordKind::StageClaim && !record.removed && is_undecided(record.state()));
        match waits {
            Some(record) => self.waiting.insert(id, record.unit),
            None => self.waiting.remove(&id),
        };
    }

    fn put_in(&mut self, id: RecordId, unit: UnitId, found: Yield) {
        for Contribution { indicator, from, until, amount, .. } in &found.contributions {
            self.add(unit, *indicator, *from, *until, *amount);
        }
        for mark in &found.marks {
            let (done, due) = self.rates.entry((mark.unit, mark.rate, mark.month)).or_default();
            *done += u32::from(mark.is_done);
            *due += 1;
            self.of_unit.entry(mark.unit).or_default().insert(id);
        }
        for figure in &found.reported {
            self.reports.entry((unit, figure.indicator)).or_default().insert(id);
        }
        if found != Yield::default() {
            self.of_unit.entry(unit).or_default().insert(id);
            self.yields.insert(id, (unit, found));
        }
    }

    fn take_out(&mut self, id: RecordId) {
        let Some((unit, found)) = self.yields.remove(&id) else { return };
        for Contribution { indicator, from, until, amount, .. } in &found.contributions {
            self.add(unit, *indicator, *from, *until, -*amount);
        }
        for mark in &found.marks {
            if let Some((done, due)) = self.rates.get_mut(&(mark.unit, mark.rate, mark.month)) {
                *done -= u32::from(mark.is_done);
                *due -= 1;
            }
            remove_from(&mut self.of_unit, &mark.unit, id);
        }
        for figure in &found.reported {
            remove_from(&mut self.reports, &(unit, figure.indicator), id);
        }
        remove_from(&mut self.of_unit, &unit, id);
    }

    fn add(&mut self, unit: UnitId, indicator: usize, from: u8, until: u8, amount: Decimal) {
        let row = self.cumulative.entry((unit, indicator)).or_default();
        for cell in row.iter_mut().take(place(until) + 1).skip(place(from)) {
            *cell = (*cell + amount).normalize();
        }
    }
}

fn remove_from<K: Ord>(index: &mut BTreeMap<K, BTreeSet<RecordId>>, key: &K, id: RecordId) {
    if let Some(ids) = index.get_mut(key) {
        ids.remove(&id);
    }
}

/// Where a month (1–12) stands in a row of twelve.
fn place(month: u8) -> usize {
    usize::from(month.saturating_sub(1)).min(MONTHS - 1)
}

const fn is_undecided(state: State) -> bool {
    matches!(state, State::Submitted | State::Reviewed | State::OnSiteCheck)
}
