//! How far the unit's targets are, against the schedule.

use leptos::prelude::*;
use rust_decimal::Decimal;
use shared::{
    calendar::Month,
    scoring::result::{Progress, Standing},
    t,
    unit::Group,
};

use super::recent::RecentPanel;
use crate::{
    pages::{
        figure::{percent, plain, points, progress_percent},
        moment::{month, year_and_month},
        record::facts::join,
    },
    state,
    ui::{
        chip::{Chip, Tone},
        empty::{EmptyState, Loading},
        page_header::{HeaderPlace, PageHeader},
        panel::Panel,
        progress::ProgressBar,
    },
};

/// The own unit's line of the ranking, and its group.
#[derive(Clone, PartialEq)]
struct Own {
    group: Group,
    standing: Standing,
}

/// The unit's rank, score and targets in the open period.
#[component]
pub(super) fn TargetsOverview() -> impl IntoView {
    let published = state::published();
    let period = Memo::new(|_| state::session().period());
    let own = Memo::new(move |_| own(period.get()?));
    let title = move || state::session().person().map(|me| published.unit_name(me.unit)).unwrap_or_default();
    let sub = move || period.get().map(|period| sub_line(period, own.get().as_ref()));
    let waits = move || {
        period.get().is_some_and(|period| {
            let cached = published.ranking(period);
            cached.value.is_none() && !cached.offline && cached.problem.is_none()
        })
    };
    view! {
        <PageHeader place=HeaderPlace::Detail title=Signal::derive(title) sub=Signal::derive(sub) />
        <div class="content">
            {move || match (period.get(), own.get()) {
                (Some(period), Some(own)) => view! { <Targets period standing=own.standing /> }.into_any(),
                _ if waits() => view! { <Loading text=t!("today.targets_loading") /> }.into_any(),
                _ => view! { <EmptyState title=t!("today.no_targets") text=Some(t!("today.no_targets_text")) /> }.into_any(),
            }}
            <RecentPanel />
        </div>
    }
}

fn own(period: Month) -> Option<Own> {
    let unit = state::session().person()?.unit;
    let ranking = state::published().ranking(period).value?;
    ranking.groups.iter().find_map(|group| {
        let standing = group.units.iter().find(|standing| standing.unit == unit)?;
        Some(Own { group: group.group, standing: standing.clone() })
    })
}

fn sub_line(period: Month, own: Option<&Own>) -> String {
    let rank = own.and_then(|own| Some(t!("today.rank", group = t!(own.group.label_key()), rank = own.standing.rank?)));
    let score = own.map(|own| t!("today.score", score = points(own.standing.score)));
    let waiting = own.map(|own| own.standing.waiting).filter(|waiting| *waiting > 0);
    join([Some(year_and_month(period)), rank, score, waiting.map(|count| t!("today.waiting", count = count))])
}

#[component]
fn Targets(period: Month, standing: Standing) -> impl IntoView {
    let rows = [
        ("started", t!("today.started"), standing.started),
        ("completed", t!("today.completed"), standing.completed),
        ("joint", t!("today.joint"), standing.joint),
    ];
    let row = |(key, name, progress): (&'static str, String, Progress)| view! { <TargetRow key name progress /> };
    view! {
        <Panel title=t!("today.targets") aside=Some(t!("today.tick", month = month(period)))>
            <div class="target-grid">{rows.map(row).collect_view()}</div>
        </Panel>
    }
}

#[component]
fn TargetRow(key: &'static str, name: String, progress: Progress) -> impl IntoView {
    let (done, due) = progress_percent(&progress);
    let Progress { actual, target, due: due_count } = progress;
    let behind = due_count - actual;
    let (tone, word) = if target.is_zero() {
        (Tone::Neutral, t!("today.no_task"))
    } else if behind <= Decimal::ZERO {
        (Tone::Ok, t!("today.on_schedule"))
    } else {
        (Tone::Late, t!("today.behind", count = plain(behind)))
    };
    let label = t!("today.progress_words", name = name, actual = plain(actual), target = plain(target));
    let share = |figure| format!("{:.0}", percent(figure, target));
    view! {
        <div class="target-row" data-target=key>
            <span class="target-row__name">{name} " " <Chip tone text=word /></span>
            <span class="target-row__figure">
                {plain(actual)} " " <span class="target-row__of">{t!("today.of", target = plain(target))}</span>
            </span>
            <ProgressBar percent=done due_percent=Some(due) label />
            <span class="target-row__context">{t!("today.done_share", percent = share(actual))}</span>
            <span class="target-row__context target-row__context--end">{t!("today.due_share", percent = share(due_count))}</span>
        </div>
    }
}
