//! 考评办法: what each scheme says, in words, with what is odd about it; the campaign office puts others in force.

mod change;
mod preview;

use leptos::prelude::*;
use shared::{
    calendar::Month,
    person::Role,
    rules::{RevisionView, RulesView, SchemeView},
    scoring::outline::Chapter,
    t,
};

use self::change::ChangePanel;
use crate::{
    pages::moment::{day_and_time, year_and_month},
    state,
    ui::{
        banner::Banner,
        chip::Tone,
        page_header::PageHeader,
        panel::Panel,
        table::{ColumnHead, Table},
    },
};

/// `/rules`.
#[component]
pub(crate) fn RulesPage() -> impl IntoView {
    let rules = RwSignal::new(None::<RulesView>);
    let problem = RwSignal::new(None::<String>);
    state::task(async move {
        match state::rules().show().await {
            Ok(view) => drop(rules.try_set(Some(view))),
            Err(error) => drop(problem.try_set(Some(error.message()))),
        }
    });
    let manages = Memo::new(|_| state::session().person().is_some_and(|me| me.is(Role::CampaignOffice)));
    view! {
        <PageHeader title=t!("rules.page.title") sub=Some(t!("rules.page.sub")) />
        <div class="content">
            {move || problem.get().map(|text| view! { <Banner tone=Tone::Stop text /> })}
            <Show when=move || manages.get()>
                <ChangePanel take=Callback::new(move |view| rules.set(Some(view))) />
            </Show>
            {move || rules.get().map(|rules| {
                let RulesView { schemes, targets } = rules;
                view! {
                    <Revisions targets />
                    {schemes.into_iter().rev().map(|scheme| view! { <SchemePanel scheme /> }).collect_view()}
                }
            })}
        </div>
    }
}

#[component]
fn Revisions(targets: Vec<RevisionView>) -> impl IntoView {
    let revision = |RevisionView { from, by, reason, against_plan }: RevisionView| {
        let person = state::published().person_name(by.person);
        let head =
            t!("rules.page.revised", month = year_and_month(from), person = person, time = day_and_time(by.at_ms));
        view! {
            <div class="why__part">
                <p class="why__part-head">{head}</p>
                {(!reason.is_empty()).then(|| view! { <p class="why__sentence">{t!("rules.page.reason", reason = reason)}</p> })}
                {against_plan.into_iter().map(|line| view! { <p class="note">{line}</p> }).collect_view()}
            </div>
        }
    };
    (!targets.is_empty()).then(|| {
        view! {
            <Panel title=t!("rules.page.targets")>{targets.into_iter().rev().map(revision).collect_view()}</Panel>
        }
    })
}

#[component]
fn SchemePanel(scheme: SchemeView) -> impl IntoView {
    let SchemeView { name, title, from, until, by, outline, warnings, text } = scheme;
    let aside = Some(t!("rules.page.version", name = name, months = months(from, until)));
    let adopted = by.map(|by| {
        let person = state::published().person_name(by.person);
        view! { <p class="note">{t!("rules.page.adopted", person = person, time = day_and_time(by.at_ms))}</p> }
    });
    let warnings = warnings.into_iter().map(|text| view! { <Banner tone=Tone::Late text /> });
    view! {
        <Panel title aside>
            {adopted}
            {warnings.collect_view()}
            <Outline outline />
            <details>
                <summary>{t!("rules.page.text")}</summary>
                <pre class="source" tabindex="0">{text}</pre>
            </details>
        </Panel>
    }
}

/// What a scheme says.
#[component]
pub(super) fn Outline(outline: Vec<Chapter>) -> impl IntoView {
    outline.into_iter().map(|chapter| view! { <ChapterTable chapter /> }).collect_view()
}

#[component]
fn ChapterTable(chapter: Chapter) -> impl IntoView {
    let Chapter { title, lines } = chapter;
    let has_points = lines.iter().any(|line| line.points.is_some());
    let rows = lines.into_iter().map(move |line| {
        let points =
            has_points.then(|| view! { <td class="number">{line.points.map(|points| points.to_string())}</td> });
        view! {
            <tr>
                <th scope="row">{line.name}</th>
                {points}
                <td>{line.text}</td>
            </tr>
        }
    });
    view! {
        <h3 class="panel__title">{title.clone()}</h3>
        <Table label=title>
            <thead>
                <tr>
                    <ColumnHead text=t!("rules.page.name") />
                    {has_points.then(|| view! { <ColumnHead text=t!("rules.page.points") number=true /> })}
                    <ColumnHead text=t!("rules.page.rule") />
                </tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        </Table>
    }
}

fn months(from: Month, until: Option<Month>) -> String {
    match until {
        Some(until) => t!("rules.effective_between", from = from, until = until),
        None => t!("rules.effective_from", from = from),
    }
}
