//! What a change of the rules would do, before it is done.

use leptos::prelude::*;
use rust_decimal::Decimal;
use shared::{period::Moved, rules::Preview, t};

use super::Outline;
use crate::{
    pages::moment::year_and_month,
    ui::{
        banner::Banner,
        chip::Tone,
        table::{ColumnHead, Table},
    },
};

/// Faults, or who would move.
#[component]
pub(super) fn PreviewView(preview: Preview) -> impl IntoView {
    let Preview { issues, warnings, from, month, moved, outline } = preview;
    let banners =
        |tone: Tone, lines: Vec<String>| lines.into_iter().map(|text| view! { <Banner tone text /> }).collect_view();
    let effect = from.zip(month).map(|(from, month)| {
        let text = if moved.is_empty() {
            t!("rules.page.nobody_moves", from = year_and_month(from), month = year_and_month(month))
        } else {
            t!("rules.page.moves", from = year_and_month(from), month = year_and_month(month), count = moved.len())
        };
        view! { <Banner tone=Tone::Calm text /> }
    });
    view! {
        <div data-preview="rules">
            {banners(Tone::Stop, issues)}
            {banners(Tone::Late, warnings)}
            {effect}
            {(!moved.is_empty()).then(|| view! { <MovedTable moved /> })}
            {(!outline.is_empty()).then(|| view! {
                <details>
                    <summary>{t!("rules.page.read")}</summary>
                    <Outline outline />
                </details>
            })}
        </div>
    }
}

#[component]
fn MovedTable(moved: Vec<Moved>) -> impl IntoView {
    let row = |Moved { name, before, now, .. }: Moved| {
        view! {
            <tr>
                <th scope="row">{name}</th>
                <td class="number">{place(before)}</td>
                <td class="number">{place(now)}</td>
            </tr>
        }
    };
    view! {
        <Table label=t!("rules.page.moved")>
            <thead>
                <tr>
                    <ColumnHead text=t!("rules.page.unit") />
                    <ColumnHead text=t!("rules.page.before") number=true />
                    <ColumnHead text=t!("rules.page.after") number=true />
                </tr>
            </thead>
            <tbody>{moved.into_iter().map(row).collect_view()}</tbody>
        </Table>
    }
}

fn place(standing: Option<(Option<u32>, Decimal)>) -> String {
    match standing {
        Some((Some(rank), score)) => t!("rules.page.place", rank = rank, score = score),
        Some((None, score)) => t!("rules.page.unranked", score = score),
        None => t!("rules.page.absent"),
    }
}
