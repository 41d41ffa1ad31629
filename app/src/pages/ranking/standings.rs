//! The table of one group's standings.

use leptos::prelude::*;
use shared::{
    calendar::Month,
    id::UnitId,
    scoring::result::{Progress, Standing},
    t,
    unit::Group,
};

use crate::{
    pages::{figure, ranking::unit_href},
    ui::{
        chip::{Chip, Tone},
        progress::ProgressBar,
    },
};

/// The standings of one group, the first first. Rows are grids, so the table roles are written out.
#[component]
pub(crate) fn Standings(
    group: Group,
    units: Vec<Standing>,
    period: Month,
    selected: Memo<Option<UnitId>>,
) -> impl IntoView {
    let head =
        |class: &'static str, text: String| view! { <th role="columnheader" scope="col" class=class>{text}</th> };
    let joint = t!(&format!("ranking.joint.{}", group.code()));
    view! {
        <table class="ranking" role="table" aria-label=t!(group.label_key())>
            <thead role="rowgroup">
                <tr role="row" class="ranking__row ranking__head">
                    {head("ranking__rank", t!("ranking.rank"))}
                    {head("ranking__move", t!("ranking.change"))}
                    {head("", t!("ranking.unit"))}
                    {head("number", t!("ranking.started"))}
                    {head("number", t!("ranking.completed"))}
                    {head("ranking__chip", joint)}
                    {head("ranking__score", t!("ranking.score"))}
                </tr>
            </thead>
            <tbody role="rowgroup">
                {units
                    .into_iter()
                    .map(|standing| view! { <Row standing period selected /> })
                    .collect_view()}
            </tbody>
        </table>
    }
}

#[component]
fn Row(standing: Standing, period: Month, selected: Memo<Option<UnitId>>) -> impl IntoView {
    let unit = standing.unit;
    let is_selected = move || (selected.get() == Some(unit)).then_some("true");
    let rank = standing.rank.map_or_else(|| "\u{2014}".to_owned(), |rank| rank.to_string());
    // The chip says of its own figure whether it is reached; the meeting's rule may ask for more.
    let (done, tone) = if standing.joint.actual >= standing.joint.due {
        ("ranking.finished", Tone::Ok)
    } else {
        ("ranking.unfinished", Tone::Late)
    };
    let joint =
        format!("{} / {} {}", figure::plain(standing.joint.actual), figure::plain(standing.joint.due), t!(done));
    view! {
        <tr role="row" class="ranking__row" aria-current=is_selected data-unit=standing.name.clone()>
            <td role="cell" class="ranking__rank">{rank}</td>
            <td role="cell" class="ranking__move">{figure::movement(standing.change)}</td>
            <th role="rowheader" scope="row" class="ranking__unit">
                <a class="ranking__link" href=unit_href(period, unit)>{standing.name.clone()}</a>
                {note(&standing).map(|note| view! { <span class="ranking__sub">{note}</span> })}
            </th>
            <ProgressCell label=t!("ranking.started") progress=standing.started />
            <ProgressCell label=t!("ranking.completed") progress=standing.completed />
            <td role="cell" class="ranking__chip"><Chip tone text=joint /></td>
            <td role="cell" class="ranking__score">
                {figure::points(standing.score)}
                {gap(&standing).map(|gap| view! { <span class="ranking__sub">{gap}</span> })}
            </td>
        </tr>
    }
}

#[component]
fn ProgressCell(label: String, progress: Progress) -> impl IntoView {
    let (actual, target) = (figure::plain(progress.actual), figure::plain(progress.target));
    let (done, due) = figure::progress_percent(&progress);
    let words =
        t!("ranking.progress", label = label, actual = actual, target = target, due = figure::plain(progress.due));
    view! {
        <td role="cell" class="ranking__bar" data-label=label>
            <span class="ranking__count">{actual}<span class="ranking__of">{format!(" / {target}")}</span></span>
            <ProgressBar percent=done due_percent=Some(due) label=words />
        </td>
    }
}

fn note(standing: &Standing) -> Option<String> {
    if standing.rank.is_none() {
        return Some(t!("ranking.not_ranked"));
    }
    (standing.waiting > 0).then(|| t!("ranking.waiting", count = standing.waiting))
}

fn gap(standing: &Standing) -> Option<String> {
    let gap = figure::points(standing.gap?);
    let key = if standing.rank == Some(1) { "ranking.lead" } else { "ranking.behind" };
    Some(t!(key, points = gap))
}
