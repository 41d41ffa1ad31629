//! What a project is worth beyond the plain counts and sums: points by tables, other fields, standing stocks, and
//! the months for which it was planned. The default scheme asks for none of it.

use rust_decimal::Decimal;

use super::{
    evaluate::PLACES,
    exact::Exact,
    lookup::Lookup,
    measure::{Amount, Filter, Measure, PointTables},
    scheme::{Indicator, Scheme},
    yields::{Contribution, Yield, number_in},
};
use crate::{
    calendar::Month,
    id::RecordId,
    project::{self, Project},
    record::{Pinned, Record, RecordKind},
    report,
    stage::{self, Stage},
};

/// 万元 in one 亿元, the unit of targets and results.
const WAN_PER_YI: Decimal = Decimal::from_parts(10_000, 0, 0, false, 0);

/// A project to be looked at.
#[derive(Clone, Copy)]
pub(super) struct Worth<'a> {
    pub(super) lookup: &'a Lookup<'a>,
    pub(super) project: &'a Record,
    /// Whether it does not count in a month (1–12), whatever it reached.
    pub(super) is_out: &'a dyn Fn(u8) -> bool,
}

/// The project at the end of one month.
struct Moment<'a> {
    period: Month,
    pinned: &'a Pinned,
    project: Project<'a>,
    /// Stages reached, with the claims that count and the months of their verification.
    reached: Vec<(Stage, RecordId, Month)>,
}

impl Worth<'_> {
    /// Whether a scheme asks for any of it.
    pub(super) fn is_asked_for(scheme: &Scheme) -> bool {
        scheme.indicators.iter().any(|declared| is_asked(&declared.measure) || scheme.is_listed(declared))
    }

    /// Adds what the scheme asks for.
    pub(super) fn put_in(self, into: &mut Yield) {
        let declared = || self.lookup.scheme.indicators.iter().enumerate();
        if declared().any(|(_, declared)| is_asked(&declared.measure)) {
            // Month for month: nothing that may change between two of them is missed.
            for month in 1..=12 {
                let Some(moment) = Month::new(self.lookup.year, month).and_then(|period| self.at(period)) else {
                    continue;
                };
                let parts = self.lookup.parts(moment.project.credit);
                for (indicator, declared) in declared() {
                    let Some((amount, record)) = self.amount(&declared.measure, &moment) else { continue };
                    let whole = Contribution { indicator, from: month, until: month, amount, record };
                    let is_shared = !matches!(declared.measure, Measure::Points(_));
                    into.credit(self.project.unit, if is_shared { &parts } else { &[] }, whole);
                }
            }
        }
        into.contributions.extend(self.planned());
    }

    fn at(&self, period: Month) -> Option<Moment<'_>> {
        let pinned = self.project.pinned_at(period)?;
        if (self.is_out)(period.number()) {
            return None;
        }
        let reached = Stage::ALL.into_iter().filter_map(|stage| self.reached(stage, period)).collect();
        Some(Moment { period, pinned, project: Project::read(&pinned.fields), reached })
    }

    /// The claim by which a stage counts: of several, the one verified first.
    fn reached(&self, stage: Stage, period: Month) -> Option<(Stage, RecordId, Month)> {
        let standing =
            self.about(RecordKind::StageClaim).filter_map(|claim| Some((claim.pinned_at(period)?, claim.id)));
        standing
            .filter(|(pinned, _)| Stage::from_code(pinned.fields.text(stage::field::STAGE)) == Some(stage))
            .min_by_key(|(pinned, id)| (pinned.sequence, *id))
            .map(|(pinned, id)| (stage, id, pinned.month))
    }

    /// What the project adds to a measure in a month, and the claim by which it does.
    fn amount(&self, measure: &Measure, moment: &Moment<'_>) -> Option<(Decimal, RecordId)> {
        match measure {
            Measure::Points(tables) => self.points(tables, moment),
            Measure::Stock(filter) => Some((Decimal::ONE, moment.claim(filter, None)?)),
            Measure::Sum(filter) => {
                let year = Some(self.lookup.year).filter(|_| filter.field != Amount::Invested);
                let claim = moment.claim(filter, year).filter(|_| filter.field != Amount::TotalInvestment)?;
                Some((self.sum(filter.field, moment.pinned, moment.period), claim))
            }
            Measure::Count(_)
            | Measure::Event(_)
            | Measure::Incident { .. }
            | Measure::Share { .. }
            | Measure::Growth { .. }
            | Measure::Rating { .. }
            | Measure::Reported { .. }
            | Measure::Rate { .. } => None,
        }
    }

    fn sum(&self, field: Amount, pinned: &Pinned, period: Month) -> Decimal {
        let figure = |name: &str| pinned.fields.decimal(name).unwrap_or_default();
        match field {
            Amount::TotalInvestment => figure(project::field::TOTAL_INVESTMENT) / WAN_PER_YI,
            Amount::PlannedInvestment => figure(project::field::PLANNED_INVESTMENT) / WAN_PER_YI,
            Amount::Invested => self.invested(Some(self.lookup.year), period) / WAN_PER_YI,
            Amount::ForeignCapital => figure(project::field::FOREIGN_CAPITAL),
        }
    }

    /// Points by tables, rounded to a score's decimals so that a printed list adds up by hand.
    fn points(&self, tables: &PointTables, moment: &Moment<'_>) -> Option<(Decimal, RecordId)> {
        let counting = moment.reached.iter().filter(|(_, _, month)| tables.ever || month.year() == self.lookup.year);
        let (_, claim, _) = counting.clone().next_back()?;
        let stages: Vec<Stage> = counting.map(|(stage, ..)| *stage).collect();
        let rows = tables.tables.iter().filter_map(|rows| rows.iter().find(|row| row.admits(&moment.project, &stages)));
        let by_tables = rows.fold(Exact::ZERO, |sum, row| sum.plus(Exact::from(row.points)));
        let progress = tables.progress.and_then(|points| {
            let invested = Exact::from(self.invested(None, moment.period));
            let share = invested.over(Exact::from(moment.project.total_investment?))?;
            Some(share.held(Exact::ZERO, Exact::ONE).times(Exact::from(points)))
        });
        Some((by_tables.plus(progress.unwrap_or_default()).round(PLACES), *claim))
    }

    /// Completed investment by the end of a month, 万元: by approved reports, of one year or of all.
    fn invested(&self, year: Option<u16>, period: Month) -> Decimal {
        let reports = self.about(RecordKind::MonthlyReport).filter(|report| {
            let own = report.period;
            own.is_some_and(|month| month <= period && year.is_none_or(|year| month.year() == year))
        });
        let pinned = reports.filter_map(|report| report.pinned_at(period));
        pinned.filter_map(|pinned| pinned.fields.decimal(report::monthly::INVESTMENT)).sum()
    }

    /// What a `list` schedule makes due: the project from the month it was planned for, by the plan that was
    /// approved first, so that putting it off changes nothing.
    fn planned(&self) -> Vec<Contribution> {
        let scheme = self.lookup.scheme;
        let listed = scheme.indicators.iter().enumerate().filter(|(_, declared)| scheme.is_listed(declared));
        let Some(first) = self.project.pinned.first() else { return Vec::new() };
        let year = self.lookup.year;
        let project = Project::read(&first.fields);
        let of_indicator = |(place, declared): (usize, &Indicator)| {
            let (Measure::Count(filter) | Measure::Sum(filter)) = &declared.measure else { return None };
            let field = planned_field(filter.stage).filter(|_| filter.admits(&project))?;
            let month = first.fields.month(field)?.max(first.month);
            let is_sum = matches!(declared.measure, Measure::Sum(_));
            let amount = if is_sum { self.sum(filter.field, first, month) } else { Decimal::ONE };
            (month.year() <= year).then(|| Contribution {
                indicator: scheme.planned_place(place),
                from: number_in(year, month).max(1),
                until: 12,
                amount,
                record: self.project.id,
            })
        };
        listed.filter_map(of_indicator).collect()
    }

    fn about(&self, kind: RecordKind) -> impl Iterator<Item = &Record> {
        self.lookup.replica.about(self.project.id).filter(move |record| record.kind == kind)
    }
}

impl Moment<'_> {
    /// The claim by which a project counts that a filter admits; of one year or of all.
    fn claim(&self, filter: &Filter, year: Option<u16>) -> Option<RecordId> {
        let (_, claim, month) = self.reached.iter().find(|(stage, ..)| *stage == filter.stage)?;
        (year.is_none_or(|year| month.year() == year) && filter.admits(&self.project)).then_some(*claim)
    }
}

/// Whether a measure is one of those computed here.
fn is_asked(measure: &Measure) -> bool {
    match measure {
        Measure::Points(_) | Measure::Stock(_) => true,
        Measure::Sum(filter) => filter.field != Amount::TotalInvestment,
        Measure::Count(_)
        | Measure::Event(_)
        | Measure::Incident { .. }
        | Measure::Share { .. }
        | Measure::Growth { .. }
        | Measure::Rating { .. }
        | Measure::Reported { .. }
        | Measure::Rate { .. } => false,
    }
}

/// The field that says for when a stage was planned.
pub(super) const fn planned_field(stage: Stage) -> Option<&'static str> {
    match stage {
        Stage::Started => Some(project::field::PLANNED_START),
        Stage::Completed => Some(project::field::PLANNED_COMPLETION),
        Stage::Planned | Stage::Signed | Stage::Landed | Stage::PartlyOperating | Stage::Expanded => None,
    }
}
