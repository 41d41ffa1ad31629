//! The units of one group: one figure of each through the year, with one unit in front.

mod picture;
mod table;

use leptos::prelude::*;
use rust_decimal::Decimal;
use shared::{
    calendar::Month,
    id::UnitId,
    scoring::{
        result::Ranking,
        trend::{Measure, UnitTrend, of_units},
    },
    t,
    unit::Group,
};

use self::{picture::Picture, table::FigureTable};
use super::{group_href, totals::PaceChip, year::Year};
use crate::{
    pages::{
        figure::{movement, plain, points, signed},
        moment::month,
        ranking::{self, files},
    },
    state::{self, Page},
    ui::{
        input::{Choice, Select},
        panel::Panel,
        tabs::{TabItem, Tabs},
    },
};

/// What is shown: a group's figures of one kind.
#[derive(Clone, PartialEq)]
struct Shown {
    group: Group,
    measure: Measure,
    /// What people call the measure.
    label: String,
    /// The months up to the last one that is known.
    months: Vec<Month>,
    /// Whether each of them is known.
    known: Vec<bool>,
    units: Vec<UnitTrend>,
}

impl Shown {
    fn of(year: &Year, group: Group, measure: Measure, label: String) -> Self {
        let months = year.told();
        let rankings: Vec<Option<&Ranking>> = year.rankings().into_iter().take(months.len()).collect();
        let known = rankings.iter().map(Option::is_some).collect();
        let units = of_units(&rankings, group, &measure);
        Self { group, measure, label, months, known, units }
    }

    /// The unit that was asked for, the person's own, or the first.
    fn chosen(&self, asked: Option<UnitId>, own: Option<UnitId>) -> Option<UnitTrend> {
        let find = |unit: UnitId| self.units.iter().find(|trend| trend.unit == unit);
        asked.and_then(find).or_else(|| own.and_then(find)).or_else(|| self.units.first()).cloned()
    }
}

/// The figures that can be looked at, and those of the units.
#[component]
pub(super) fn Units(year: Signal<Option<Year>>) -> impl IntoView {
    let address = state::address();
    let (asked_group, asked_measure, asked_unit) = (
        address.query(Page::Trends, "group"),
        address.query(Page::Trends, "measure"),
        address.query(Page::Trends, "unit"),
    );
    let own = Memo::new(|_| state::session().person().filter(files).map(|person| person.unit));
    let unit = Memo::new(move |_| asked_unit.with(|text| text.as_ref()?.parse::<UnitId>().ok()));
    let group = Memo::new(move |_| {
        let named = asked_group.with(|code| Group::from_code(code.as_ref()?));
        named
            .or_else(|| year.with(|year| group_of(year.as_ref()?, unit.get().or_else(|| own.get())?)))
            .unwrap_or(Group::Street)
    });
    let measure = Memo::new(move |_| {
        asked_measure.with(|code| code.as_deref().and_then(Measure::from_code)).unwrap_or(Measure::Score)
    });
    let choices =
        Memo::new(move |_| choices(year.with(|year| year.as_ref().map(Year::running)), group.get(), &measure.get()));
    let shown = Memo::new(move |_| {
        let code = measure.with(Measure::code);
        let label =
            choices.with(|choices| choices.iter().find(|choice| choice.value == code).map(|it| it.label.clone()));
        year.with(|year| Some(Shown::of(year.as_ref()?, group.get(), measure.get(), label.unwrap_or_default())))
    });
    let chosen = Memo::new(move |_| shown.with(|shown| shown.as_ref()?.chosen(unit.get(), own.get())));
    let legend = move || if measure.with(has_schedule) { t!("trends.legend_due") } else { t!("trends.legend_unit") };
    view! {
        <Panel title=t!("trends.units") aside=Signal::derive(move || Some(legend()))>
            <Choices group measure choices />
            {move || shown.get().zip(chosen.get()).map(|(shown, chosen)| view! { <InFront shown chosen /> })}
            <Picture shown chosen />
            <FigureTable shown chosen=Signal::derive(move || chosen.with(|it| it.as_ref().map(|it| it.unit))) />
        </Panel>
    }
}

/// The group that a unit was ranked in last.
fn group_of(year: &Year, unit: UnitId) -> Option<Group> {
    let newest_first = year.rankings().into_iter().take(year.last()? + 1).rev().flatten();
    let mut groups = newest_first.flat_map(|ranking| &ranking.groups);
    groups.find(|group| group.units.iter().any(|standing| standing.unit == unit)).map(|group| group.group)
}

fn has_schedule(measure: &Measure) -> bool {
    matches!(measure, Measure::Started | Measure::Completed)
}

/// What can be looked at: what every scheme has, then the items of the one in force. An item that another address
/// named stays among them, for a month before may have had it.
fn choices(running: Option<Month>, group: Group, chosen: &Measure) -> Vec<Choice> {
    let choice = |measure: Measure, label: String| Choice { value: measure.code(), label };
    let common = Measure::COMMON.map(|measure| {
        let label = t!(&format!("trends.measure.{}", measure.code()));
        choice(measure, label)
    });
    let rules = running.and_then(|running| state::published().trial_beside(running, group).value);
    let items = rules.iter().flat_map(|rules| rules.items().iter());
    let items = items.map(|item| choice(Measure::Item(item.key.clone()), item.label.clone()));
    let mut choices: Vec<Choice> = common.into_iter().chain(items).collect();
    if let Measure::Item(key) = chosen
        && choices.iter().all(|choice| choice.value != chosen.code())
    {
        choices.push(choice(chosen.clone(), key.clone()));
    }
    choices
}

#[component]
fn Choices(group: Memo<Group>, measure: Memo<Measure>, choices: Memo<Vec<Choice>>) -> impl IntoView {
    let tab = move |group: Group| {
        // Another group may have other items.
        let measure = measure.get();
        let measure = if Measure::COMMON.contains(&measure) { measure } else { Measure::Score };
        TabItem {
            key: group.code().to_owned(),
            label: t!(group.label_key()),
            count: None,
            href: Some(group_href(group, &measure)),
        }
    };
    let choose = Callback::new(|code: String| state::address().set_query("measure", Some(&code)));
    view! {
        <div class="ledger__tools">
            <Tabs
                label=t!("trends.group")
                items=Signal::derive(move || Group::ALL.map(tab).to_vec())
                active=Signal::derive(move || group.get().code().to_owned())
            />
            <Select
                value=Signal::derive(move || measure.with(Measure::code))
                options=choices
                on_select=choose
                name=Some(t!("trends.measure"))
            />
        </div>
    }
}

/// The unit in front, with its last figure and what it is compared with.
#[component]
fn InFront(shown: Shown, chosen: UnitTrend) -> impl IntoView {
    let UnitTrend { unit, name, figures, now, .. } = chosen;
    let last = figures.iter().rposition(Option::is_some);
    let at = last.and_then(|last| Some((*shown.months.get(last)?, *figures.get(last)?)));
    let told = at.and_then(|(at, figure)| {
        Some(t!("trends.now", month = month(at), measure = shown.label, figure = write(&shown.measure, figure?)))
    });
    let compared = match now {
        Some(progress) => Some(t!("trends.of_target", target = plain(progress.target), due = plain(progress.due))),
        None => last.and_then(|last| since(&shown, &figures, last)),
    };
    let in_front = name.clone();
    view! {
        <p class="trend__head" data-in-front=in_front>
            <strong class="panel__title">{name}</strong>
            <span>{told}</span>
            <span class="trend__context">{compared}</span>
            {now.map(|progress| view! { <PaceChip progress /> })}
            {at.map(|(at, _)| {
                view! { <a class="button button--quiet" href=ranking::unit_href(at, unit)>{t!("trends.why")}</a> }
            })}
        </p>
    }
}

/// How the last figure differs from the one of the month before.
fn since(shown: &Shown, figures: &[Option<Decimal>], last: usize) -> Option<String> {
    let before = last.checked_sub(1)?;
    let (now, then) = ((*figures.get(last)?)?, (*figures.get(before)?)?);
    let change = match shown.measure {
        Measure::Rank => movement(i32::try_from(then - now).ok()),
        _ => signed(now - then),
    };
    Some(t!("trends.since", month = month(*shown.months.get(before)?), change = change))
}

/// A figure as the ranking writes it.
fn write(measure: &Measure, figure: Decimal) -> String {
    match measure {
        Measure::Score | Measure::Item(_) => points(figure),
        Measure::Rank | Measure::Started | Measure::Completed => plain(figure),
    }
}
