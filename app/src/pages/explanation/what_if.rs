//! 如果: where a unit would stand with other figures, and the least that gains one place.

use leptos::prelude::*;
use rust_decimal::Decimal;
use shared::{
    calendar::Month,
    id::UnitId,
    scoring::what_if::{ADDITION_MAX, Addition, ItemChange, Least, Lever, Standpoint, Step, WhatIf},
    t,
    unit::Group,
};

use crate::{
    pages::{figure, ranking::as_of},
    state,
    ui::{
        button::{Button, ButtonVariant},
        empty::{EmptyState, Loading},
        field::FieldShell,
        input::{Choice, Select},
        number_input::NumberInput,
    },
};

/// The unit that marks a share.
const PER_CENT: &str = "%";

/// What is asked.
#[derive(Clone, Copy)]
struct Asked(RwSignal<Vec<Addition>>);

impl Asked {
    fn add(self, addition: Addition) {
        self.0.update(|added| {
            added.retain(|known| known.indicator != addition.indicator);
            added.push(addition);
        });
    }

    fn remove(self, indicator: &str) {
        self.0.update(|added| added.retain(|known| known.indicator != indicator));
    }
}

/// The trial: computed here, at once, from what the server told last.
#[component]
pub(super) fn WhatIfPart(period: Month, unit: UnitId, group: Memo<Group>) -> impl IntoView {
    let trial = Asked(RwSignal::default());
    let told = Signal::derive(move || state::published().trial(period, group.get()));
    let least = Memo::new(move |_| told.with(|told| told.value.as_ref()?.least(unit)));
    let result = Memo::new(move |_| told.with(|told| told.value.as_ref()?.what_if(unit, &trial.0.get())));
    let levers = Memo::new(move |_| result.with(|result| result.iter().flat_map(|it| it.levers.clone()).collect()));
    let unanswered = move || {
        let (is_known, problem) = told.with(|told| (told.value.is_some(), told.problem.clone()));
        if !is_known && problem.is_none() {
            return view! { <Loading text=t!("why.loading") /> }.into_any();
        }
        let text = problem.filter(|_| !is_known).map(|problem| problem.message());
        view! { <EmptyState title=t!("what_if.unavailable") text /> }.into_any()
    };
    view! {
        {move || match result.get().zip(least.get()) {
            Some((result, least)) => view! { <Outcome result least trial /> }.into_any(),
            None => unanswered(),
        }}
        <p class="why__formula">{move || told.with(as_of)}</p>
        <Show when=move || !levers.with(Vec::is_empty)>
            <Form trial levers />
        </Show>
    }
}

#[component]
fn Outcome(result: WhatIf, least: Least, trial: Asked) -> impl IntoView {
    let levers = result.levers;
    let is_asked = !result.added.is_empty();
    let added = result.added.into_iter().map(|addition| {
        let (label, figure) = (label_of(&levers, &addition.indicator), words(&levers, &addition));
        view! {
            <li class="why__source">
                <span>{label}</span>
                <Button
                    variant=ButtonVariant::Quiet
                    on_click=Callback::new(move |()| trial.remove(&addition.indicator))
                >
                    {t!("what_if.remove")}
                </Button>
                <span class="why__amount">{figure}</span>
            </li>
        }
    });
    let added = added.collect_view();
    view! {
        <p class="why__sentence">{standing(&result.now)}</p>
        {is_asked.then(|| view! {
            <p class="note" data-what-if="answer">{result.sentence}</p>
            <div class="why__part">
                <p class="why__part-head">{t!("what_if.added")}</p>
                <ul class="why__sources">{added}</ul>
            </div>
            <Items items=result.items />
        })}
        {(!is_asked).then(|| view! { <LeastPart least levers trial /> })}
        <p class="why__formula">{t!("what_if.stale")}</p>
    }
}

#[component]
fn Items(items: Vec<ItemChange>) -> impl IntoView {
    let points = |points: Option<Decimal>| points.map_or_else(|| "\u{2014}".to_owned(), figure::points);
    let item = move |item: ItemChange| {
        let change = figure::signed(item.then.unwrap_or_default() - item.now.unwrap_or_default());
        view! {
            <li class="why__source">
                <span>{item.label}</span>
                <span class="why__formula">{t!("what_if.from_to", from = points(item.now), to = points(item.then))}</span>
                <span class="why__amount">{change}</span>
            </li>
        }
    };
    view! {
        <div class="why__part">
            <p class="why__part-head">{t!("what_if.items")}</p>
            <ul class="why__sources">{items.into_iter().map(item).collect_view()}</ul>
        </div>
    }
}

/// What gains one place: the cheapest first; a tap tries it.
#[component]
fn LeastPart(least: Least, levers: Vec<Lever>, trial: Asked) -> impl IntoView {
    // Where nothing is enough the sentence says so; a list of everything would say no more.
    let beyond = least.beyond.iter().filter(|_| !least.options.is_empty());
    let beyond: Vec<String> = beyond.map(|key| label_of(&levers, key)).collect();
    let option = |Step { addition, label, score, rank }: Step| {
        let figure = words(&levers, &addition);
        view! {
            <li class="why__source">
                <span>
                    {label}
                    <span class="why__formula">{t!("what_if.gains", rank = rank, score = figure::points(score))}</span>
                </span>
                <Button variant=ButtonVariant::Quiet on_click=Callback::new(move |()| trial.add(addition.clone()))>
                    {t!("what_if.ask")}
                </Button>
                <span class="why__amount">{figure}</span>
            </li>
        }
    };
    let options = (!least.options.is_empty()).then(|| {
        let options = least.options.into_iter().map(option).collect_view();
        view! {
            <div class="why__part">
                <p class="why__part-head">{t!("what_if.least_title")}</p>
                <ul class="why__sources">{options}</ul>
            </div>
        }
    });
    view! {
        <p class="note" data-what-if="least">{least.sentence}</p>
        {options}
        {(!beyond.is_empty()).then(|| view! { <p class="why__formula">{t!("what_if.beyond", names = beyond.join("、"))}</p> })}
    }
}

/// Any other figure.
#[component]
fn Form(trial: Asked, levers: Memo<Vec<Lever>>) -> impl IntoView {
    let (chosen, amount) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let problem = RwSignal::new(None::<String>);
    let options = Signal::derive(move || {
        let choice = |lever: &Lever| Choice { value: lever.indicator.clone(), label: lever.label.clone() };
        levers.with(|levers| levers.iter().map(choice).collect::<Vec<_>>())
    });
    let lever = move || {
        let key = chosen.get();
        levers.with(|levers| levers.iter().find(|lever| lever.indicator == key).or(levers.first()).cloned())
    };
    let add = move |()| {
        let typed = shared::fields::half_width(amount.get_untracked().trim());
        let by = typed.parse::<Decimal>().ok().filter(|by| by.abs() <= ADDITION_MAX);
        let Some((lever, by)) = untrack(lever).zip(by) else {
            problem.set(Some(t!("what_if.amount_wrong", most = figure::plain(ADDITION_MAX))));
            return;
        };
        problem.set(None);
        amount.set(String::new());
        let by = if lever.unit == PER_CENT { by / Decimal::ONE_HUNDRED } else { by };
        trial.add(Addition { indicator: lever.indicator, by });
    };
    view! {
        <div class="form-grid">
            <FieldShell id="f-lever" label=t!("what_if.indicator")>
                <Select value=chosen options on_select=move |key| chosen.set(key) />
            </FieldShell>
            <FieldShell id="f-amount" label=t!("what_if.amount") error=problem>
                <NumberInput
                    value=amount
                    unit=Signal::derive(move || lever().map(|lever| lever.unit))
                    on_input=move |typed| amount.set(typed)
                />
            </FieldShell>
            <div>
                <Button on_click=add attr:data-action="what-if">{t!("what_if.add")}</Button>
            </div>
        </div>
    }
}

fn standing(standpoint: &Standpoint) -> String {
    let score = figure::points(standpoint.score);
    match standpoint.rank {
        Some(rank) => t!("what_if.now", score = score, rank = rank),
        None => t!("what_if.now_unranked", score = score),
    }
}

fn label_of(levers: &[Lever], key: &str) -> String {
    levers.iter().find(|lever| lever.indicator == key).map(|lever| lever.label.clone()).unwrap_or_default()
}

/// An addition with its unit: `+2 个`, `+3%`.
fn words(levers: &[Lever], addition: &Addition) -> String {
    let unit =
        levers.iter().find(|lever| lever.indicator == addition.indicator).map_or("", |lever| lever.unit.as_str());
    let sign = if addition.by.is_sign_negative() { "\u{2212}" } else { "+" };
    let by = addition.by.abs();
    if unit == PER_CENT {
        format!("{sign}{}%", figure::plain(by * Decimal::ONE_HUNDRED))
    } else {
        format!("{sign}{} {unit}", figure::plain(by))
    }
}
