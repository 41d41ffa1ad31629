//! 通报 · 季度会议: the document of a frozen edition, to read, to print and to take along.

use leptos::prelude::*;
use shared::{
    api::path,
    bulletin::{Bulletin, Roll, Sheet},
    calendar::Month,
    t,
};

use crate::{
    state::{self, Page},
    ui::{
        banner::Banner,
        button::{Button, ButtonVariant},
        chip::Tone,
        empty::Loading,
        page_header::{HeaderPlace, PageHeader},
        panel::Panel,
        table::Table,
    },
};

/// The address of an edition's bulletin.
pub(crate) fn href(month: Month, edition: u32) -> String {
    format!("/bulletins/{month}/{edition}")
}

/// `/bulletins/:month/:edition`
#[component]
pub(crate) fn BulletinPage() -> impl IntoView {
    let address = state::address();
    let (month, edition) = (address.segment(Page::Bulletin, 1), address.segment(Page::Bulletin, 2));
    let asked = Memo::new(move |_| {
        let month = month.with(|text| text.as_ref()?.parse::<Month>().ok())?;
        Some((month, edition.with(|text| text.as_ref()?.parse::<u32>().ok())?))
    });
    let bulletin = RwSignal::new(None::<Bulletin>);
    let problem = RwSignal::new(None::<String>);
    Effect::new(move || {
        let Some((month, edition)) = asked.get() else { return };
        state::task(async move {
            match state::periods().bulletin(month, edition).await {
                Ok(told) => drop(bulletin.try_set(Some(told))),
                Err(error) => drop(problem.try_set(Some(error.message()))),
            }
        });
    });
    move || match (bulletin.get(), problem.get()) {
        (Some(bulletin), _) => view! { <Shown bulletin /> }.into_any(),
        (None, Some(text)) => view! { <Banner tone=Tone::Stop text /> }.into_any(),
        (None, None) => view! { <Loading text=t!("bulletin_page.coming") /> }.into_any(),
    }
}

#[component]
fn Shown(bulletin: Bulletin) -> impl IntoView {
    let Bulletin { month, edition, office, title, addressees, paragraphs, tables, rolls, day, copies, proof } =
        bulletin;
    let file = move |ending: &str| {
        let href = format!("{}/{month}/editions/{edition}/bulletin.{ending}", path::PERIODS);
        let name = format!("{month}-{edition}.{ending}");
        let words = t!(&format!("bulletin_page.{ending}"));
        view! { <a class="button" href=href rel="external" download=name data-action=ending.to_owned()>{words}</a> }
    };
    let signature = format!("{office} {day}");
    view! {
        <article class="record" data-bulletin=month.to_string()>
            <PageHeader
                place=HeaderPlace::Bar
                title=t!("bulletin_page.title")
                back_href=Some(super::periods::href(month))
                back_label=t!("periods.title")
            />
            <div class="content content--narrow">
                <div class="button-row">
                    {file("docx")}
                    {file("xlsx")}
                    <Button variant=ButtonVariant::Primary on_click=move |()| state::print() attr:data-action="print">
                        {t!("bulletin_page.print")}
                    </Button>
                </div>
                <Panel title>
                    <p>{addressees}</p>
                    {paragraphs.into_iter().map(|text| view! { <p>{text}</p> }).collect_view()}
                </Panel>
                {tables.into_iter().map(table).collect_view()}
                {rolls.into_iter().map(roll).collect_view()}
                <p>{signature}</p>
                <p>{copies}</p>
                <p class="note">{proof}</p>
            </div>
        </article>
    }
}

fn table(sheet: Sheet) -> impl IntoView {
    let Sheet { title, columns, rows, .. } = sheet;
    let heads = columns.into_iter().map(|label| view! { <th scope="col">{label}</th> }).collect_view();
    let row = |cells: Vec<shared::bulletin::Cell>| {
        let cells = cells.into_iter().map(|cell| view! { <td>{cell.words()}</td> }).collect_view();
        view! { <tr>{cells}</tr> }
    };
    view! {
        <Panel title=title.clone() flush=true>
            <Table label=title>
                <thead><tr>{heads}</tr></thead>
                <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
            </Table>
        </Panel>
    }
}

fn roll(roll: Roll) -> impl IntoView {
    let Roll { group, title, entries } = roll;
    let is_empty = entries.is_empty();
    let line = |entry: shared::bulletin::Entry| {
        view! { <li><strong>{entry.unit}</strong> " " {entry.reason}</li> }
    };
    view! {
        <Panel title=t!("bulletin_page.roll", group = group, title = title)>
            {is_empty.then(|| view! { <p>{t!("bulletin_page.nobody")}</p> })}
            <ol>{entries.into_iter().map(line).collect_view()}</ol>
        </Panel>
    }
}
