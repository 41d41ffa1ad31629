//! What folding asks for every record, looked up once for all of them.

use crate::{
    calendar::Month,
    campaign::deadline_ms,
    id::UnitId,
    merge::replica::Replica,
    project::Category,
    scoring::{
        measure::{Filter, Measure},
        scheme::Scheme,
    },
    stage::Stage,
};

/// Lead departments and the places of the indicators they lead.
pub(super) type Leads = Vec<(UnitId, Vec<usize>)>;

/// What folding must know beside the record itself.
pub(super) struct Lookup<'a> {
    pub(super) year: u16,
    pub(super) replica: &'a Replica,
    scheme: &'a Scheme,
    /// Indicators over projects, with the stage that must be reached.
    over_projects: Vec<(Stage, usize, &'a Measure)>,
    /// Who leads what first, see [`Lookup::lead`].
    leads: Vec<(UnitId, &'a Filter)>,
    deadlines_ms: [u64; 12],
}

impl<'a> Lookup<'a> {
    pub(super) fn new(scheme: &'a Scheme, year: u16, replica: &'a Replica, leads: &'a Leads) -> Self {
        let indicators = scheme.indicators.iter().enumerate();
        let over_projects = indicators.filter_map(|(index, indicator)| {
            indicator.measure.filter().map(|filter| (filter.stage, index, &indicator.measure))
        });
        let led = leads.iter().flat_map(|(unit, led)| led.iter().map(move |index| (*unit, *index)));
        let leads = led.filter_map(|(unit, index)| match &scheme.indicators.get(index)?.measure {
            Measure::Count(filter) => Some((unit, filter)),
            Measure::Sum(_) | Measure::Event(_) | Measure::Reported { .. } | Measure::Rate { .. } => None,
        });
        let (over_projects, leads) = (over_projects.collect(), leads.collect());
        Self { year, replica, scheme, over_projects, leads, deadlines_ms: deadlines_ms(year) }
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
