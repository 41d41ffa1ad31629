//! What folding asks for every record, looked up once for all of them.

use crate::{
    calendar::Month,
    campaign::deadline_ms,
    id::UnitId,
    merge::replica::Replica,
    project::{
        Category,
        credit::{self, Part},
    },
    scoring::{
        incident::{Incident, Within},
        measure::{Filter, Measure},
        scheme::{Credit, Scheme},
        worth::Worth,
    },
    stage::Stage,
    unit::{Group, Unit},
};

/// Lead departments and the places of the indicators they lead.
pub(super) type Leads = Vec<(UnitId, Vec<usize>)>;

/// What folding must know beside the record itself.
pub(super) struct Lookup<'a> {
    pub(super) year: u16,
    pub(super) replica: &'a Replica,
    pub(super) scheme: &'a Scheme,
    units: &'a [Unit],
    /// Indicators over projects, with the stage that must be reached.
    over_projects: Vec<(Stage, usize, &'a Measure)>,
    /// Who leads what first, see [`Lookup::lead`].
    leads: Vec<(UnitId, &'a Filter)>,
    deadlines_ms: [u64; 12],
    incidents: Vec<(usize, Incident, Within)>,
    /// Whether some indicator asks for what [`Worth`] computes.
    pub(super) asks_for_worth: bool,
}

impl<'a> Lookup<'a> {
    pub(super) fn new(
        scheme: &'a Scheme,
        year: u16,
        replica: &'a Replica,
        leads: &'a Leads,
        units: &'a [Unit],
    ) -> Self {
        let indicators = scheme.indicators.iter().enumerate();
        let incidents = indicators.clone().filter_map(|(index, indicator)| {
            let Measure::Incident { of, within } = indicator.measure else { return None };
            Some((index, of, within))
        });
        let over_projects = indicators.filter_map(|(index, indicator)| {
            indicator.measure.filter().map(|filter| (filter.stage, index, &indicator.measure))
        });
        let led = leads.iter().flat_map(|(unit, led)| led.iter().map(move |index| (*unit, *index)));
        let leads = led.filter_map(|(unit, index)| {
            let Measure::Count(filter) = &scheme.indicators.get(index)?.measure else { return None };
            Some((unit, filter))
        });
        Self {
            year,
            replica,
            scheme,
            units,
            over_projects: over_projects.collect(),
            leads: leads.collect(),
            deadlines_ms: deadlines_ms(year),
            incidents: incidents.collect(),
            asks_for_worth: Worth::is_asked_for(scheme),
        }
    }

    /// The units that share a project, by the scheme; none where it is its owner's alone. A list that cannot be
    /// counted was never approved by this release: the owner has it all.
    pub(super) fn parts(&self, texts: &[String]) -> Vec<Part> {
        match self.scheme.credit {
            Credit::Owner => Vec::new(),
            Credit::Shares => credit::parts(texts).unwrap_or_default(),
        }
    }

    /// The indicators that look at projects of a stage, with their places in the scheme.
    pub(super) fn over_projects(&self, stage: Stage) -> impl Iterator<Item = (usize, &'a Measure)> {
        let of_stage = self.over_projects.iter().filter(move |(wanted, ..)| *wanted == stage);
        of_stage.map(|(_, index, measure)| (*index, *measure))
    }

    /// The place of an indicator that units report.
    pub(super) fn reported(&self, key: &str) -> Option<usize> {
        let index = self.scheme.position(key)?;
        let is_reported = matches!(self.scheme.indicators.get(index)?.measure, Measure::Reported { .. });
        is_reported.then_some(index)
    }

    /// The department that leads an indicator of a stage and category: the first of the plan's order.
    pub(super) fn lead(&self, stage: Stage, category: Option<Category>) -> Option<UnitId> {
        let is_about = |filter: &Filter| {
            filter.stage == stage
                && (filter.categories.is_empty()
                    || category.is_some_and(|category| filter.categories.contains(&category)))
        };
        self.leads.iter().find(|(_, filter)| is_about(filter)).map(|(unit, _)| *unit)
    }

    /// The indicators of single events, with their places.
    pub(super) fn incidents(&self) -> impl Iterator<Item = (usize, Incident, Within)> {
        self.incidents.iter().copied()
    }

    /// The group of a unit.
    pub(super) fn group(&self, unit: UnitId) -> Option<Group> {
        self.units.iter().find(|known| known.id == unit).map(|known| known.group)
    }

    /// When the reports of a month (1–12) are due, in ms since 1970.
    pub(super) fn deadline_ms(&self, month: u8) -> u64 {
        self.deadlines_ms.get(usize::from(month.saturating_sub(1))).copied().unwrap_or_default()
    }
}

fn deadlines_ms(year: u16) -> [u64; 12] {
    let mut month = Month::january(year);
    [(); 12].map(|()| {
        let due_ms = deadline_ms(month);
        month = month.next();
        due_ms
    })
}
