//! Figures over time: what a unit did for an indicator by the end of a month, rolled up as the scheme says.

use super::{
    exact::Exact,
    ledger::Totals,
    measure::{Measure, Missing},
    reading::Done,
    scheme::{Indicator, Scheme},
};

/// What a unit did for an indicator by the end of a month (1–12).
pub(super) fn done(scheme: &Scheme, totals: Option<&Totals>, place: usize, indicator: &Indicator, month: u8) -> Done {
    if indicator.rollup.is_latest() {
        return standing(scheme, totals, place, indicator, month);
    }
    let months: Vec<Option<Exact>> = (1..=month).map(|of| alone(scheme, totals, place, indicator, of, month)).collect();
    Done::from(indicator.rollup.of(&months))
}

/// The figure as it stands.
fn standing(scheme: &Scheme, totals: Option<&Totals>, place: usize, indicator: &Indicator, month: u8) -> Done {
    match &indicator.measure {
        Measure::Count(_)
        | Measure::Stock(_)
        | Measure::Sum(_)
        | Measure::Event(_)
        | Measure::Points(_)
        | Measure::Incident { .. } => Done::from(Some(cumulative(totals, place, month))),
        Measure::Share { .. } | Measure::Growth { .. } => Done::derived(&indicator.measure, |key| {
            let place = scheme.position(key)?;
            done(scheme, totals, place, scheme.indicators.get(place)?, month).figure
        }),
        Measure::Rate { of } => Done::from(totals.and_then(|totals| totals.rate(*of, month))),
        Measure::Rating { .. } => {
            Done::from(totals.and_then(|totals| totals.reported_for(place, month, month)).map(|mark| mark.figure))
        }
        Measure::Reported { missing, .. } => {
            let figure = totals.and_then(|totals| totals.reported(place, month)).map(|reported| reported.figure);
            Done::from(figure.or_else(|| (*missing == Missing::Zero).then_some(Exact::ZERO)))
        }
    }
}

/// The figure of one month by itself, as known at the end of another.
fn alone(
    scheme: &Scheme,
    totals: Option<&Totals>,
    place: usize,
    indicator: &Indicator,
    of: u8,
    month: u8,
) -> Option<Exact> {
    match &indicator.measure {
        Measure::Reported { .. } | Measure::Rating { .. } => {
            totals?.reported_for(place, of, month).map(|reported| reported.figure)
        }
        Measure::Rate { .. } | Measure::Share { .. } | Measure::Growth { .. } => {
            standing(scheme, totals, place, indicator, of).figure
        }
        Measure::Count(_)
        | Measure::Stock(_)
        | Measure::Sum(_)
        | Measure::Event(_)
        | Measure::Points(_)
        | Measure::Incident { .. } => {
            Some(cumulative(totals, place, of).minus(cumulative(totals, place, of.saturating_sub(1))))
        }
    }
}

/// Zero before January.
fn cumulative(totals: Option<&Totals>, place: usize, month: u8) -> Exact {
    totals.map(|totals| totals.cumulative(place, month)).unwrap_or_default()
}
