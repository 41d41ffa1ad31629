//! 考评期: where each month stands, its frozen editions, objections, and the steps of those who may take them.

mod appeals;
mod editions;
mod objections;
mod steps;

use leptos::prelude::*;
use shared::{
    calendar::Month,
    period::{PeriodView, Phase, Timetable},
    t,
};

use self::{editions::EditionsPanel, objections::ObjectionsPanel, steps::StepsPanel};
use crate::{
    pages::moment::{day_and_time, month, year_and_month},
    state::{self, Page},
    ui::{
        banner::Banner,
        chip::{Chip, Tone},
        empty::EmptyState,
        key_value::{KeyValue, KeyValueList},
        list_item::ListItem,
        page_header::{HeaderPlace, PageHeader},
        panel::Panel,
        split::Split,
    },
};

/// The address of a month's period.
pub(crate) fn href(month: Month) -> String {
    format!("/periods/{month}")
}

/// `/periods/:month?`.
#[component]
pub(crate) fn PeriodsPage() -> impl IntoView {
    let asked = state::address().segment(Page::Periods, 1);
    let opened = Memo::new(move |_| asked.with(|text| text.as_ref()?.parse::<Month>().ok()));
    let periods = RwSignal::new(Vec::<PeriodView>::new());
    let problem = RwSignal::new(None::<String>);
    state::task(async move {
        match state::periods().list().await {
            Ok(list) => drop(periods.try_set(list)),
            Err(error) => drop(problem.try_set(Some(error.message()))),
        }
    });
    let list = move || {
        view! {
            <PageHeader place=HeaderPlace::List title=t!("periods.title") />
            {move || problem.get().map(|text| view! { <Banner tone=Tone::Stop text /> })}
            <For each=move || periods.get() key=|period| (period.month, period.phase) children=move |period| line(&period, opened) />
        }
    };
    let period = Memo::new(move |_| {
        let month = opened.get()?;
        periods.with(|periods| periods.iter().find(|period| period.month == month).cloned())
    });
    let take = Callback::new(move |stepped: PeriodView| {
        periods.update(|periods| {
            if let Some(period) = periods.iter_mut().find(|period| period.month == stepped.month) {
                *period = stepped;
            }
        });
    });
    view! {
        <Split list detail_open=Signal::derive(move || opened.get().is_some()) list_label=t!("periods.title")>
            {move || match period.get() {
                Some(period) => view! { <PeriodDetail period take /> }.into_any(),
                None => view! { <EmptyState title=t!("periods.choose") text=Some(t!("periods.choose_text")) /> }.into_any(),
            }}
        </Split>
    }
}

fn line(period: &PeriodView, opened: Memo<Option<Month>>) -> impl IntoView + use<> {
    let (own, phase) = (period.month, period.phase);
    let due = t!("periods.due_at", time = day_and_time(period.timetable.deadline_ms));
    view! {
        <ListItem
            href=href(own)
            title=month(own)
            current=Signal::derive(move || opened.get() == Some(own))
            attr:data-period=own.to_string()
        >
            <Chip tone=tone(phase) text=t!(phase.label_key()) />
            <span>{due}</span>
        </ListItem>
    }
}

/// The tone of a phase.
pub(crate) fn tone(phase: Phase) -> Tone {
    match phase {
        Phase::Upcoming => Tone::Neutral,
        Phase::Open | Phase::LateArrivals | Phase::Objections | Phase::Frozen => Tone::Calm,
        Phase::Due | Phase::Reopened => Tone::Late,
        Phase::Published => Tone::Ok,
    }
}

#[component]
fn PeriodDetail(period: PeriodView, take: Callback<PeriodView>) -> impl IntoView {
    let PeriodView { month, phase, timetable, history } = period.clone();
    view! {
        <article class="record" data-phase=month.to_string()>
            <PageHeader
                place=HeaderPlace::Detail
                title=year_and_month(month)
                back_href=Some("/periods".to_owned())
                back_label=t!("periods.title")
            >
                <Chip tone=tone(phase) text=t!(phase.label_key()) />
            </PageHeader>
            <div class="content content--narrow">
                <StepsPanel period=period.clone() take />
                <Calendar timetable />
                <ObjectionsPanel period take />
                <EditionsPanel month editions=history.editions />
            </div>
        </article>
    }
}

#[component]
fn Calendar(timetable: Timetable) -> impl IntoView {
    view! {
        <Panel title=t!("periods.calendar")>
            <KeyValueList>
                <KeyValue label=t!("periods.deadline")>{day_and_time(timetable.deadline_ms)}</KeyValue>
                <KeyValue label=t!("periods.grace_ends")>{day_and_time(timetable.grace_ends_ms)}</KeyValue>
                <KeyValue label=t!("periods.objections_end")>{day_and_time(timetable.objections_end_ms)}</KeyValue>
            </KeyValueList>
        </Panel>
    }
}
