//! 责任分工 and 挂钩帮扶: who answers for what in each unit, and which leader stands by whom.

mod division;
mod pairing;

use leptos::prelude::*;
use shared::{
    authorize::{Action, authorize},
    calendar::Month,
    roster::{Level, Pairing, Partner, Post, Responsibility, Roster, RosterChange},
    t,
    unit::Unit,
};

use self::{division::DivisionPanel, pairing::PairingPanel};
use crate::{
    pages::moment::year_and_month,
    state::{self, DataError},
    ui::{
        banner::Banner,
        chip::{Chip, Tone},
        field::FieldShell,
        input::{Choice, Select},
        page_header::PageHeader,
        panel::Panel,
        table::{ColumnHead, Table},
    },
};

/// What every part of the page shows and changes.
#[derive(Clone, Copy)]
struct Shown {
    roster: RwSignal<Option<Roster>>,
    problem: RwSignal<Option<String>>,
    busy: RwSignal<bool>,
}

impl Shown {
    fn load(self) {
        state::task(async move {
            match state::roster().show().await {
                Ok(roster) => drop(self.roster.try_set(Some(roster))),
                Err(error) => drop(self.problem.try_set(Some(error.message()))),
            }
        });
    }

    /// Sends a change; `done` runs once it holds.
    fn change(self, change: RosterChange, done: impl FnOnce() + 'static) {
        self.busy.set(true);
        state::task(async move {
            let outcome = state::roster().change(&change).await;
            self.busy.try_set(false);
            self.problem.try_set(outcome.as_ref().err().map(words));
            if let Ok(roster) = outcome {
                self.roster.try_set(Some(roster));
                done();
            }
        });
    }
}

/// What is wrong with a change, in a sentence.
fn words(error: &DataError) -> String {
    match error {
        DataError::Server(detail) => match detail.fields.first() {
            Some(field) => t!(&format!("roster.fault.{field}")),
            None => error.message(),
        },
        error => error.message(),
    }
}

/// `/roster`.
#[component]
pub(crate) fn RosterPage() -> impl IntoView {
    let shown = Shown { roster: RwSignal::new(None), problem: RwSignal::new(None), busy: RwSignal::new(false) };
    shown.load();
    let me = Memo::new(|_| state::session().person());
    let pairs = move || me.with(|me| me.as_ref().is_some_and(|me| authorize(me, Action::Pair)));
    let divided = Memo::new(move |_| {
        let me = me.get();
        let may = |unit: &Unit| me.as_ref().is_some_and(|me| authorize(me, Action::DivideWork(unit.id)));
        units().into_iter().filter(may).collect::<Vec<_>>()
    });
    let is_loaded = Memo::new(move |_| shown.roster.with(Option::is_some));
    view! {
        <PageHeader title=t!("roster.title") sub=Some(t!("roster.sub")) />
        <div class="content">
            {move || shown.problem.get().map(|text| view! { <Banner tone=Tone::Stop text /> })}
            {move || shown.roster.get().map(|roster| view! { <Divisions roster=roster.clone() /><Pairings roster /> })}
            <Show when=move || is_loaded.get() && divided.with(|units| !units.is_empty())>
                <DivisionPanel shown units=divided.get_untracked() />
            </Show>
            <Show when=pairs>
                <PairingPanel shown />
            </Show>
        </div>
    }
}

fn units() -> Vec<Unit> {
    state::published().campaign().value.map(|view| view.units.clone()).unwrap_or_default()
}

/// The month whose roster is shown. Tracked.
fn present() -> Month {
    state::session().period().unwrap_or_else(|| state::clock::today().month())
}

#[component]
fn Divisions(roster: Roster) -> impl IntoView {
    let rows = move || {
        let month = present();
        let row = |unit: Unit| view! { <Division said=roster.responsibility(unit.id, month).cloned() unit /> };
        units().into_iter().map(row).collect_view()
    };
    view! {
        <Panel title=t!("roster.divisions") flush=true>
            <Table label=t!("roster.divisions") stacked=true>
                <thead role="rowgroup">
                    <tr role="row">
                        <ColumnHead text=t!("roster.unit") />
                        {Level::ALL.into_iter().map(|level| view! { <ColumnHead text=t!(level.label_key()) /> }).collect_view()}
                        <ColumnHead text=t!("roster.from") />
                    </tr>
                </thead>
                <tbody role="rowgroup">{rows}</tbody>
            </Table>
        </Panel>
    }
}

#[component]
fn Division(unit: Unit, said: Option<Responsibility>) -> impl IntoView {
    let Some(Responsibility { posts, from, .. }) = said else {
        return view! {
            <tr role="row">
                <th role="rowheader" scope="row">{unit.name}</th>
                <td role="cell" colspan="4"><Chip tone=Tone::Late text=t!("roster.missing") /></td>
            </tr>
        }
        .into_any();
    };
    let of_level = |level: Level| {
        let line = |post: &Post| t!("roster.post", name = post.name, title = post.title, work = post.work);
        let lines: Vec<String> = posts.iter().filter(|post| post.level == level).map(line).collect();
        view! {
            <td role="cell" data-label=t!(level.label_key())>
                {lines.into_iter().map(|line| view! { <p>{line}</p> }).collect_view()}
            </td>
        }
    };
    view! {
        <tr role="row">
            <th role="rowheader" scope="row">{unit.name}</th>
            {Level::ALL.into_iter().map(of_level).collect_view()}
            <td role="cell" data-label=t!("roster.from")>{year_and_month(from)}</td>
        </tr>
    }
    .into_any()
}

#[component]
fn Pairings(roster: Roster) -> impl IntoView {
    let Roster { pairings, .. } = roster;
    if pairings.is_empty() {
        return ().into_any();
    }
    view! {
        <Panel title=t!("roster.pairings") flush=true>
            <Table label=t!("roster.pairings") stacked=true>
                <thead role="rowgroup">
                    <tr role="row">
                        <ColumnHead text=t!("roster.leader") />
                        <ColumnHead text=t!("roster.partner") />
                        <ColumnHead text=t!("roster.difficulty") />
                        <ColumnHead text=t!("roster.standing") />
                    </tr>
                </thead>
                <tbody role="rowgroup">
                    {pairings.into_iter().map(|pairing| view! { <Paired pairing /> }).collect_view()}
                </tbody>
            </Table>
        </Panel>
    }
    .into_any()
}

#[component]
fn Paired(pairing: Pairing) -> impl IntoView {
    let Pairing { leader, title, partner, difficulty, from, parted, .. } = pairing;
    let kind = match partner {
        Partner::Enterprise { .. } => t!("roster.enterprise"),
        Partner::Project { .. } => t!("roster.project"),
    };
    let (tone, standing) = match parted {
        None => (Tone::Calm, t!("roster.since", month = year_and_month(from))),
        Some(parted) => (Tone::Ok, t!("roster.parted", month = year_and_month(parted.from), outcome = parted.outcome)),
    };
    view! {
        <tr role="row">
            <th role="rowheader" scope="row">{t!("roster.person", name = leader, title = title)}</th>
            <td role="cell" data-label=t!("roster.partner")>
                {t!("roster.partner_of_kind", name = partner.name(), kind = kind)}
            </td>
            <td role="cell" data-label=t!("roster.difficulty")>{difficulty}</td>
            <td role="cell" data-label=t!("roster.standing")><Chip tone text=standing /></td>
        </tr>
    }
}

/// From which month on a change holds.
#[component]
fn MonthField(id: &'static str, month: RwSignal<String>) -> impl IntoView {
    let year = state::session().campaign().map_or_else(|| present().year(), |campaign| campaign.year);
    let months = (1..=12).filter_map(move |number| Month::new(year, number));
    let choices: Vec<Choice> =
        months.map(|month| Choice { value: month.to_string(), label: year_and_month(month) }).collect();
    view! {
        <FieldShell id label=t!("roster.from")>
            <Select value=month options=choices on_select=move |value| month.set(value) />
        </FieldShell>
    }
}
