//! 为什么: one score, opened into blocks, items, the formula in words, and the records that count; what moved since
//! the month before; what if.

mod evidence;
mod movement;
mod what_if;

use std::sync::Arc;

use leptos::prelude::*;
use shared::{
    calendar::Month,
    id::UnitId,
    scoring::result::{Explanation, Node, Source, Status},
    t,
    unit::Group,
};

use self::{evidence::Evidence, movement::MovementPart, what_if::WhatIfPart};
use crate::{
    pages::{
        figure,
        files::{Viewer, ViewerDialog},
        ranking::{group_href, unit_href},
        trends,
    },
    state::{self, Page},
    ui::{
        empty::{EmptyState, Loading},
        progress::ProgressBar,
        tabs::{TabItem, Tabs},
    },
};

/// The colour of each block that the plan knows: a matter has the same one for every unit and in every chart.
const SERIES: [(&str, &str); 10] = [
    ("industry", "series--1"),
    ("projects", "series--1"),
    ("services", "series--2"),
    ("digital", "series--3"),
    ("field", "series--3"),
    ("ecology_livelihood", "series--4"),
    ("landing", "series--5"),
    ("service", SERIES_OTHER),
    ("enterprises", "series--7"),
    ("emerging", "series--8"),
];

/// The colour of a block that only a district's own scheme knows.
const SERIES_OTHER: &str = "series--6";

/// What is asked about a score; in the address under `view`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Question {
    Score,
    Movement,
    WhatIf,
}

impl Question {
    const ALL: [Self; 3] = [Self::Score, Self::Movement, Self::WhatIf];

    fn code(self) -> &'static str {
        match self {
            Self::Score => "score",
            Self::Movement => "movement",
            Self::WhatIf => "what-if",
        }
    }

    fn label(self) -> String {
        match self {
            Self::Score => t!("why.tab.score"),
            Self::Movement => t!("why.tab.movement"),
            Self::WhatIf => t!("why.tab.what_if"),
        }
    }
}

/// Why one unit has its score in one period.
#[component]
pub(crate) fn ExplanationPanel(period: Month, unit: UnitId, group: Memo<Group>) -> impl IntoView {
    let published = state::published();
    let explanation = Signal::derive(move || published.explanation(period, unit));
    // Who looks at a score may ask what if later, where there is no network.
    Effect::new(move |_| published.keep_trial(period, group.get()));
    let asked = state::address().query(Page::Ranking, "view");
    let question = Memo::new(move |_| {
        let named = |code: &String| Question::ALL.into_iter().find(|question| question.code() == code);
        asked.with(|code| code.as_ref().and_then(named)).unwrap_or(Question::Score)
    });
    let is_known = Memo::new(move |_| explanation.with(|cached| cached.value.is_some()));
    let value = Signal::derive(move || explanation.with(|cached| cached.value.clone()));
    let missing = move || match explanation.with(|cached| cached.problem.clone()) {
        Some(problem) => view! { <EmptyState title=t!("why.unavailable") text=Some(problem.message()) /> }.into_any(),
        None => view! { <Loading text=t!("why.loading") /> }.into_any(),
    };
    let known = move || {
        view! {
            <div class="why">
                <a class="page-header__back ranking-page__back" href=move || group_href(period, group.get())>
                    {t!("why.back")}
                </a>
                {move || value.get().map(|explanation| view! { <Head explanation=(*explanation).clone() /> })}
                <Questions period unit question />
                {move || match question.get() {
                    Question::Score => view! { <ScorePart value /> }.into_any(),
                    Question::Movement => view! { <MovementPart period unit value /> }.into_any(),
                    Question::WhatIf => view! { <WhatIfPart period unit group /> }.into_any(),
                }}
                <div class="button-row">
                    <a class="button button--quiet" href=move || trends::unit_href(group.get(), unit)>
                        {t!("trends.open")}
                    </a>
                </div>
            </div>
        }
        .into_any()
    };
    move || if is_known.get() { known() } else { missing() }
}

#[component]
fn Questions(period: Month, unit: UnitId, question: Memo<Question>) -> impl IntoView {
    let items = Question::ALL.map(|question| TabItem {
        key: question.code().to_owned(),
        label: question.label(),
        count: None,
        href: Some(format!("{}?view={}", unit_href(period, unit), question.code())),
    });
    let active = Signal::derive(move || question.get().code().to_owned());
    view! { <Tabs label=t!("why.tabs") items=items.to_vec() active /> }
}

#[component]
fn Head(explanation: Explanation) -> impl IntoView {
    let Explanation { name, period, rank, score, previous_score, .. } = explanation;
    let title = match rank {
        Some(rank) => t!("why.heading", unit = name, rank = rank),
        None => t!("why.heading_unranked", unit = name),
    };
    let context = match previous_score {
        Some(previous) => t!("why.context", change = figure::signed(score - previous)),
        None => t!("why.context_first"),
    };
    view! {
        <div class="why__head">
            <div>
                <p class="why__caption">{t!("why.caption", month = period.number())}</p>
                <h2 class="why__title">{title}</h2>
            </div>
            <div class="figure figure--end">
                <span class="figure__value" data-score="total">{figure::points(score)}</span>
                <span class="figure__context">{context}</span>
            </div>
        </div>
    }
}

/// The score, line by line.
#[component]
fn ScorePart(value: Signal<Option<Arc<Explanation>>>) -> impl IntoView {
    let viewer = Viewer::new();
    let lines = move || {
        value.get().map(|explanation| {
            let (root, score) = (explanation.root.clone(), explanation.score);
            view! {
                <div>{root.children.into_iter().map(|node| view! { <Line node viewer /> }).collect_view()}</div>
                <p class="why__sum">
                    <span>{t!("why.sum")}</span>
                    <span class="why__sum-figure">{figure::points(score)}</span>
                </p>
                <p class="note">{root.sentence}</p>
            }
        })
    };
    view! {
        {lines}
        <ViewerDialog viewer />
    }
}

/// One block or item: its points at a glance, its formula and its parts when opened.
#[component]
fn Line(node: Node, viewer: Viewer) -> impl IntoView {
    let series = SERIES.into_iter().find(|(key, _)| *key == node.key).map_or(SERIES_OTHER, |(_, series)| series);
    let status = status_text(node.status);
    let points = node.score.map_or_else(|| "\u{2014}".to_owned(), figure::points);
    let of = node.full.map(|full| t!("why.of", full = figure::points(full)));
    let percent = figure::percent(node.score.unwrap_or_default(), node.full.unwrap_or_default());
    let words = t!("why.bar", label = node.label, points = points);
    let (key, name) = (node.key.clone(), node.label.clone());
    let summary = brief(&node).or(status).unwrap_or_default();
    view! {
        <details class=format!("why__item {series}") data-item=key>
            <summary class="why__summary">
                <span class="why__row">
                    <span class="why__swatch" aria-hidden="true"></span>
                    <span>
                        <span class="why__name">{name}</span>
                        <span class="why__formula">{summary}</span>
                    </span>
                    <ProgressBar percent label=words />
                    <span class="why__points">{points}{of.map(|of| view! { <span class="why__of">{of}</span> })}</span>
                </span>
            </summary>
            <div class="why__detail"><Parts node viewer /></div>
        </details>
    }
}

/// What an opened line shows: its own sentence and records, then its parts.
#[component]
fn Parts(node: Node, viewer: Viewer) -> AnyView {
    let Node { sentence, children, sources, .. } = node;
    view! {
        {(!sentence.is_empty()).then(|| view! { <p class="why__sentence">{sentence}</p> })}
        {(!sources.is_empty()).then(|| view! { <Sources sources viewer /> })}
        {children
            .into_iter()
            .map(|child| {
                let points = child.score.map(figure::points);
                let (key, name) = (child.key.clone(), child.label.clone());
                view! {
                    <div class="why__part" data-item=key>
                        <p class="why__part-head">
                            <span>{name}</span>
                            {points.map(|points| view! { <b>{points}</b> })}
                        </p>
                        <Parts node=child viewer />
                    </div>
                }
            })
            .collect_view()}
    }
    .into_any()
}

#[component]
fn Sources(sources: Vec<Source>, viewer: Viewer) -> impl IntoView {
    let source = move |source: Source| {
        let month = t!("why.counted_from", month = source.month.number());
        view! {
            <li class="why__source" data-record=source.record.to_string() data-verification=source.verification.to_string()>
                <span>{source.title.clone()}</span>
                <span class="why__formula">{month}</span>
                <span class="why__amount">{figure::plain(source.amount)}</span>
                <Evidence record=source.record title=source.title.clone() viewer />
            </li>
        }
    };
    view! { <ul class="why__sources">{sources.into_iter().map(source).collect_view()}</ul> }
}

/// The line under a block's name: done and due of its first two counts.
fn brief(node: &Node) -> Option<String> {
    let counts: Vec<String> = node
        .children
        .iter()
        .filter_map(|child| {
            let progress = child.progress?;
            Some(t!(
                "why.brief",
                label = child.label,
                actual = figure::plain(progress.actual),
                due = figure::plain(progress.due)
            ))
        })
        .take(2)
        .collect();
    (!counts.is_empty()).then(|| counts.join(" \u{b7} "))
}

fn status_text(status: Status) -> Option<String> {
    match status {
        Status::Scored => None,
        Status::NoTask => Some(t!("why.no_task")),
        Status::NotIssued => Some(t!("why.not_issued")),
        Status::NotDue => Some(t!("why.not_due")),
        Status::NoBase => Some(t!("why.no_base")),
        Status::NotReported => Some(t!("why.not_reported")),
    }
}
