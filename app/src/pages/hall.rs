//! 大屏: the three groups by turns, for people who look up from twenty metres. Nobody touches it for weeks: it keeps
//! the last good frame when the network goes, and says of when it is.

use leptos::prelude::*;
use rust_decimal::Decimal;
use shared::{
    api::hall::HallView,
    scoring::result::{GroupRanking, Headline, Standing},
    t,
};

use crate::{
    pages::{
        figure,
        moment::{day_and_time, year_and_month},
    },
    state::{self, Page},
    ui::{empty::EmptyState, progress::ProgressBar},
};

/// Between two questions for a newer frame.
const ASK_MS: u32 = 60_000;

/// How long a group stays: ten lines read without haste.
const TURN_MS: u32 = 20_000;

/// Units up to which one column is enough.
const ONE_COLUMN_MAX: usize = 5;

/// `/hall?theme=light#token`
#[component]
pub(crate) fn HallPage() -> impl IntoView {
    let (frame, problem) = (RwSignal::new(None::<HallView>), RwSignal::new(None::<String>));
    let turn = RwSignal::new(0_usize);
    state::task(follow(frame, problem));
    state::task(take_turns(turn));
    let theme = state::address().query(Page::Hall, "theme");
    let is_light = move || theme.get().as_deref() == Some("light");
    let group = Memo::new(move |_| {
        frame.with(|frame| {
            let groups = frame.as_ref().map(groups).unwrap_or_default();
            let place = turn.get().checked_rem(groups.len())?;
            groups.get(place).cloned().map(|group| (group, place, groups.len()))
        })
    });
    view! {
        <main class="hall" class=("hall--light", is_light)>
            <Show
                when=move || frame.with(Option::is_some)
                fallback=move || {
                    view! { <EmptyState title=t!("hall.waiting") text=Signal::derive(move || problem.get()) /> }
                }
            >
                <Frame frame group problem />
            </Show>
        </main>
    }
}

/// The groups that have units.
fn groups(frame: &HallView) -> Vec<GroupRanking> {
    frame.ranking.groups.iter().filter(|group| !group.units.is_empty()).cloned().collect()
}

/// Asks for frames as long as the page stands.
async fn follow(frame: RwSignal<Option<HallView>>, problem: RwSignal<Option<String>>) {
    let hall = state::hall();
    frame.try_set(hall.kept().await);
    while !frame.is_disposed() {
        match hall.token().await {
            None => drop(problem.try_set(Some(t!("hall.no_token")))),
            Some(token) => match hall.ask(&token).await {
                Ok(newest) => {
                    frame.try_set(Some(newest));
                    problem.try_set(None);
                }
                Err(error) => drop(problem.try_set(Some(error.message()))),
            },
        }
        hall.rest(ASK_MS).await;
    }
}

async fn take_turns(turn: RwSignal<usize>) {
    while !turn.is_disposed() {
        state::hall().pause(TURN_MS).await;
        turn.try_update(|turn| *turn = turn.wrapping_add(1));
    }
}

type Shown = Memo<Option<(GroupRanking, usize, usize)>>;

#[component]
fn Frame(frame: RwSignal<Option<HallView>>, group: Shown, problem: RwSignal<Option<String>>) -> impl IntoView {
    let of = move |read: fn(&HallView) -> String| frame.with(|frame| frame.as_ref().map(read).unwrap_or_default());
    let name = move || group.get().map(|(group, ..)| t!(group.group.label_key()));
    let sub =
        move || t!("hall.sub", month = of(|frame| year_and_month(frame.period)), group = name().unwrap_or_default());
    let edition = |frame: &HallView| match frame.edition {
        Some(edition) => t!("hall.edition", edition = edition),
        None => t!("hall.provisional"),
    };
    let complete = |frame: &HallView| match frame.reports {
        (_, 0) => t!("hall.nothing_due"),
        (done, due) => t!("hall.complete", percent = u64::from(done) * 100 / u64::from(due), done = done, due = due),
    };
    let headlines = move || frame.with(|frame| frame.as_ref().map(|frame| frame.ranking.headlines.clone()));
    view! {
        <header class="hall__head">
            <h1 class="hall__title">
                {move || of(|frame| format!("{}{}", frame.campaign.district, frame.campaign.name))}
            </h1>
            <p class="hall__sub">{sub}</p>
            <p class="hall__edition">{move || of(edition)}</p>
        </header>
        <div class="hall__totals">
            {move || headlines().unwrap_or_default().into_iter().map(total).collect_view()}
        </div>
        {move || group.get().map(|(group, ..)| view! { <Lines units=group.units /> })}
        <footer class="hall__foot">
            <span>{move || t!("hall.as_of", at = of(|frame| day_and_time(frame.as_of_ms)))}</span>
            <span>{move || of(complete)}</span>
            <span>{t!("hall.tick")}</span>
            <Show when=move || frame.with(|frame| frame.as_ref().is_some_and(|frame| frame.campaign.demo))>
                <span>{t!("hall.demo")}</span>
            </Show>
            <Show when=move || problem.with(Option::is_some)>
                <span class="hall__problem">{t!("hall.offline")}</span>
            </Show>
            <Turns group />
        </footer>
    }
}

#[expect(clippy::needless_pass_by_value, reason = "a total owns what it shows")]
fn total(headline: Headline) -> impl IntoView {
    let label = t!(&format!("headline.{}", headline.key));
    let (done, due) = figure::progress_percent(&headline.progress);
    let (actual, target) = (figure::plain(headline.progress.actual), figure::plain(headline.progress.target));
    let due_words = figure::plain(headline.progress.due);
    let words = t!("ranking.progress", label = label, actual = actual, target = target, due = due_words);
    view! {
        <div class="hall__total">
            <span class="hall__label">{label}</span>
            <span class="hall__figure">{actual}<span class="hall__of">{format!(" / {target}")}</span></span>
            <ProgressBar percent=done due_percent=Some(due) label=words />
        </div>
    }
}

/// The units in columns: down the first one, then down the second.
#[component]
fn Lines(units: Vec<Standing>) -> impl IntoView {
    let is_short = units.len() <= ONE_COLUMN_MAX;
    let rows = if is_short { units.len() } else { units.len().div_ceil(2) };
    let best = units.iter().map(|unit| unit.score).max().unwrap_or_default().max(Decimal::ONE_HUNDRED);
    view! {
        <ol
            class="hall__lines"
            class=("hall__lines--short", is_short)
            style:grid-template-rows=format!("repeat({rows}, minmax(0, 1fr))")
        >
            {units.into_iter().map(|unit| line(unit, best)).collect_view()}
        </ol>
    }
}

#[expect(clippy::needless_pass_by_value, reason = "a line owns what it shows")]
fn line(unit: Standing, best: Decimal) -> impl IntoView {
    let is_first = unit.rank.is_some_and(|rank| rank <= 3);
    let rank = unit.rank.map_or_else(|| "\u{2014}".to_owned(), |rank| rank.to_string());
    let width = format!("{:.1}%", figure::percent(unit.score, best).clamp(0.0, 100.0));
    view! {
        <li class="hall__line" data-unit=unit.name.clone()>
            <span class="hall__rank" class=("hall__rank--first", is_first)>{rank}</span>
            <span class="hall__unit">{unit.name.clone()}</span>
            <span class="hall__bar" aria-hidden="true"><span class="hall__done" style:width=width></span></span>
            <span class="hall__score">{figure::points(unit.score)}</span>
            <span class="hall__move">{figure::movement(unit.change)}</span>
        </li>
    }
}

/// Which of the groups is shown.
#[component]
fn Turns(group: Shown) -> impl IntoView {
    let dots = move || {
        let (place, count) = group.get().map_or((0, 0), |(_, place, count)| (place, count));
        (0..count)
            .map(|dot| view! { <span class="hall__dot" class=("hall__dot--on", dot == place)></span> })
            .collect_view()
    };
    view! { <span class="hall__turns" aria-hidden="true">{dots}</span> }
}
