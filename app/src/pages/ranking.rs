//! 排名: three groups, the rank first, and beside it why one unit stands where it stands.
//!
//! One page serves `/ranking` and `/ranking/{period}/{unit}`: wide screens show table and reasons side by side,
//! narrow ones one of the two. The address holds everything, so that a leader can send it on.

mod standings;

use std::sync::Arc;

use leptos::prelude::*;
use shared::{
    calendar::Month,
    id::UnitId,
    period::PeriodView,
    person::{Person, Role},
    scoring::result::Ranking,
    t,
    unit::Group,
};

use self::standings::Standings;
use crate::{
    pages::{explanation::ExplanationPanel, figure, moment, month_steps::MonthSteps},
    state::{self, Cached, Page},
    ui::{
        empty::{EmptyState, Loading},
        progress::ProgressBar,
        tabs::{TabItem, Tabs},
    },
};

/// The address of the ranking of a period and group.
pub(crate) fn group_href(period: Month, group: Group) -> String {
    format!("/ranking?period={period}&group={}", group.code())
}

/// The address of one unit's reasons.
pub(crate) fn unit_href(period: Month, unit: UnitId) -> String {
    format!("/ranking/{period}/{unit}")
}

/// The ranking, and the reasons of the unit that the address names.
#[component]
pub(crate) fn RankingPage() -> impl IntoView {
    let address = state::address();
    let (month, wanted) = (address.segment(Page::Ranking, 1), address.query(Page::Ranking, "period"));
    let (asked_unit, asked_group) = (address.segment(Page::Ranking, 2), address.query(Page::Ranking, "group"));
    let published = state::published();
    let period = Memo::new(move |_| {
        let named = month.get().or_else(|| wanted.get());
        named.and_then(|text| text.parse::<Month>().ok()).or_else(|| state::session().period())
    });
    let unit = Memo::new(move |_| asked_unit.with(|text| text.as_ref()?.parse::<UnitId>().ok()));
    let ranking = Signal::derive(move || period.get().map(|period| published.ranking(period)).unwrap_or_default());
    let group = Memo::new(move |_| {
        let named = asked_group.with(|code| Group::from_code(code.as_ref()?));
        // Those who file look for their own unit; those who lead begin with the first group.
        let own = || state::session().person().filter(files).map(|person| person.unit);
        named.unwrap_or_else(|| ranking.with(|ranking| group_of(ranking, unit.get().or_else(own))))
    });
    // On a wide screen the reasons are never empty: without a choice they are those of the first.
    let explained = Memo::new(move |_| unit.get().or_else(|| ranking.with(|ranking| first_of(ranking, group.get()))));
    let class = move || if unit.get().is_some() { "ranking-page ranking-page--unit" } else { "ranking-page" };
    view! {
        <div class=class>
            <section class="ranking-page__list" aria-label=t!("ranking.title")>
                <Head ranking period group />
                <Headlines ranking />
                {move || match ranking.with(|ranking| ranking.value.clone()) {
                    Some(value) => {
                        let (group, period) = (group.get(), value.period);
                        let listed = value.groups.iter().find(|listed| listed.group == group);
                        let units = listed.map(|listed| listed.units.clone()).unwrap_or_default();
                        view! { <Standings group units period selected=explained /> }.into_any()
                    }
                    None => view! { <NothingYet ranking /> }.into_any(),
                }}
            </section>
            <section class="ranking-page__why panel" aria-label=t!("why.title")>
                {move || {
                    period.get().zip(explained.get()).map(|(period, unit)| view! { <ExplanationPanel period unit group /> })
                }}
            </section>
        </div>
    }
}

/// Whether the person writes a unit's figures.
pub(super) fn files(person: &Person) -> bool {
    person.is(Role::Filer) || person.is(Role::UnitReviewer)
}

fn group_of(ranking: &Cached<Ranking>, unit: Option<UnitId>) -> Group {
    let groups = ranking.value.as_ref().map(|ranking| ranking.groups.as_slice()).unwrap_or_default();
    let holds =
        |group: &&shared::scoring::result::GroupRanking| group.units.iter().any(|standing| Some(standing.unit) == unit);
    groups.iter().find(holds).map_or(Group::Street, |group| group.group)
}

fn first_of(ranking: &Cached<Ranking>, group: Group) -> Option<UnitId> {
    let groups = &ranking.value.as_ref()?.groups;
    groups.iter().find(|listed| listed.group == group)?.units.first().map(|standing| standing.unit)
}

#[component]
fn Head(ranking: Signal<Cached<Ranking>>, period: Memo<Option<Month>>, group: Memo<Group>) -> impl IntoView {
    let title = move || {
        period
            .get()
            .map(|period| t!("ranking.heading", year = period.year(), month = period.number()))
            .unwrap_or_default()
    };
    let items = Signal::derive(move || {
        let Some(period) = period.get() else { return Vec::new() };
        let value = ranking.with(|ranking| ranking.value.clone());
        Group::ALL.into_iter().map(|group| tab(period, group, value.as_ref())).collect::<Vec<_>>()
    });
    view! {
        <div class="ranking__head-line">
            <div class="page-header__text">
                <h1 class="page-header__title">{title}</h1>
                <p class="page-header__sub">
                    <Standing ranking period />
                    " "
                    {move || ranking.with(as_of)}
                </p>
            </div>
            <MonthSteps period href=move |month| group_href(month, group.get()) />
            <Tabs label=t!("ranking.groups") items active=Signal::derive(move || group.get().code().to_owned()) />
        </div>
    }
}

/// Whether what is shown may still change: provisional and published look different.
#[component]
fn Standing(ranking: Signal<Cached<Ranking>>, period: Memo<Option<Month>>) -> impl IntoView {
    let known = RwSignal::new(None::<PeriodView>);
    Effect::new(move |_| {
        ranking.track();
        let Some(month) = period.get() else { return };
        state::task(async move {
            // Without an answer nothing more is claimed than before.
            if let Ok(view) = state::periods().of(month).await {
                known.try_set(Some(view));
            }
        });
    });
    let of_period = move || known.get().filter(|view| Some(view.month) == period.get());
    let published = move || of_period().and_then(|view| view.history.published().map(|edition| edition.frozen.edition));
    let class = move || if published().is_some() { "standing standing--frozen" } else { "standing" };
    let words = move || match published() {
        Some(edition) => t!("ranking.published", edition = edition),
        None => t!("ranking.provisional"),
    };
    view! { <span class=class>{words}</span> }
}

fn tab(period: Month, group: Group, ranking: Option<&Arc<Ranking>>) -> TabItem {
    let listed = ranking.and_then(|ranking| ranking.groups.iter().find(|listed| listed.group == group));
    TabItem {
        key: group.code().to_owned(),
        label: t!(group.label_key()),
        count: listed.map(|listed| listed.units.len().to_string()),
        href: Some(group_href(period, group)),
    }
}

/// Of what time a judgement is, and whether it may be stale.
pub(super) fn as_of<T>(judgement: &Cached<T>) -> String {
    let Some(at_ms) = judgement.at_ms else { return String::new() };
    let at = moment::day_and_time(at_ms);
    if judgement.offline { t!("ranking.as_of_offline", at = at) } else { t!("ranking.as_of", at = at) }
}

/// The district's totals of the plan: what the year asks for, and where it stands.
#[component]
fn Headlines(ranking: Signal<Cached<Ranking>>) -> impl IntoView {
    let headlines = move || {
        let value = ranking.with(|ranking| ranking.value.clone());
        value.map(|ranking| ranking.headlines.clone()).unwrap_or_default()
    };
    let headline = |headline: shared::scoring::result::Headline| {
        let label = t!(&format!("headline.{}", headline.key));
        let (done, due) = figure::progress_percent(&headline.progress);
        let (actual, target) = (figure::plain(headline.progress.actual), figure::plain(headline.progress.target));
        let words = t!(
            "ranking.progress",
            label = label,
            actual = actual,
            target = target,
            due = figure::plain(headline.progress.due)
        );
        view! {
            <div class="headline">
                <span class="headline__label">{label}</span>
                <span class="headline__figure">{actual}<span class="headline__of">{format!(" / {target}")}</span></span>
                <ProgressBar percent=done due_percent=Some(due) label=words />
            </div>
        }
    };
    view! { <div class="headlines">{move || headlines().into_iter().map(headline).collect_view()}</div> }
}

#[component]
fn NothingYet(ranking: Signal<Cached<Ranking>>) -> impl IntoView {
    let problem = move || ranking.with(|ranking| ranking.problem.as_ref().map(state::DataError::message));
    move || match problem() {
        Some(sentence) => view! { <EmptyState title=t!("ranking.unavailable") text=Some(sentence)  /> }.into_any(),
        None => view! { <Loading text=t!("ranking.loading") /> }.into_any(),
    }
}
