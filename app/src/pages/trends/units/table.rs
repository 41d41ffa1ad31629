//! The figures of a group's units, a month a column: what the picture shows, to be read.

use leptos::prelude::*;
use rust_decimal::Decimal;
use shared::{id::UnitId, scoring::trend::UnitTrend, t};

use super::{Shown, write};
use crate::{
    pages::{moment::month, trends::href},
    ui::table::{ColumnHead, Table},
};

/// The table; a unit's name puts it in front.
#[component]
pub(super) fn FigureTable(shown: Memo<Option<Shown>>, chosen: Signal<Option<UnitId>>) -> impl IntoView {
    // Its rows stay while another unit is chosen, so that the keyboard goes on where it was.
    move || {
        shown.get().map(|shown| {
            let label = t!("trends.table", group = t!(shown.group.label_key()), measure = shown.label);
            let heads =
                shown.months.iter().map(|at| view! { <ColumnHead text=month(*at) number=true /> }).collect_view();
            let rows = shown.units.iter().map(|trend| row(&shown, trend, chosen)).collect_view();
            let note = shown.months.last().map(|last| t!("trends.note", month = month(*last)));
            view! {
                <Table label pinned=true>
                    <thead>
                        <tr>
                            <ColumnHead text=t!("trends.unit") />
                            {heads}
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </Table>
                <p class="note">{note}</p>
            }
        })
    }
}

fn row(shown: &Shown, trend: &UnitTrend, chosen: Signal<Option<UnitId>>) -> impl IntoView + use<> {
    let (unit, name) = (trend.unit, trend.name.clone());
    let cells = cells(shown, trend).into_iter().map(|text| view! { <td class="number">{text}</td> }).collect_view();
    let is_chosen = move || (chosen.get() == Some(unit)).then_some("true");
    view! {
        <tr aria-current=is_chosen data-unit=trend.name.clone()>
            <th scope="row">
                <a class="table__link" href=href(shown.group, &shown.measure, unit)>{name}</a>
            </th>
            {cells}
        </tr>
    }
}

/// One text a month; a month that could not be loaded is not the same as a month without a figure.
fn cells(shown: &Shown, trend: &UnitTrend) -> Vec<String> {
    let months = trend.figures.iter().zip(&shown.known);
    let cell = |(figure, is_known): (&Option<Decimal>, &bool)| match figure {
        Some(figure) => write(&shown.measure, *figure),
        None if *is_known => t!("trends.none"),
        None => t!("trends.not_loaded"),
    };
    months.map(cell).collect()
}
