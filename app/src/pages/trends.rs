//! 趋势: how the year goes, month by month: the plan's totals against their schedule, and every unit's figures.

mod totals;
mod units;
mod year;

use leptos::prelude::*;
use shared::{id::UnitId, scoring::trend::Measure, t, unit::Group};

use self::{totals::Totals, units::Units, year::Year};
use crate::{
    pages::{moment::month, ranking::as_of, record::facts::join},
    state,
    ui::{
        banner::Banner,
        button::{Button, ButtonVariant},
        chip::Tone,
        empty::{EmptyState, Loading},
        page_header::PageHeader,
    },
};

/// The address of a group's figures.
fn group_href(group: Group, measure: &Measure) -> String {
    format!("/trends?group={}&measure={}", group.code(), measure.code())
}

/// The address of one unit's scores among its group's.
pub(crate) fn unit_href(group: Group, unit: UnitId) -> String {
    href(group, &Measure::Score, unit)
}

/// The address of one unit's figures among its group's.
fn href(group: Group, measure: &Measure, unit: UnitId) -> String {
    format!("{}&unit={unit}", group_href(group, measure))
}

/// `/trends?group=…&measure=…&unit=…`
#[component]
pub(crate) fn TrendsPage() -> impl IntoView {
    let period = Memo::new(|_| state::session().period());
    let ask = move || {
        if let Some(period) = period.get_untracked() {
            state::published().ask_again(&year::months(period));
        }
    };
    // Before anything reads them: what was never read is asked for by reading it.
    ask();
    let again = move || {
        view! {
            <Button variant=ButtonVariant::Secondary on_click=Callback::new(move |()| ask())>
                {t!("trends.again")}
            </Button>
        }
    };
    let year = Signal::derive(move || period.get().map(Year::read));
    let with = move |read: fn(&Year) -> Option<String>| year.with(|year| year.as_ref().and_then(read));
    let sub = move || with(|year| Some(sub_line(year)));
    let missing = move || with(missing);
    let is_known = Memo::new(move |_| year.with(|year| year.as_ref().is_some_and(|year| year.last().is_some())));
    let nothing = move || match with(Year::problem) {
        Some(sentence) => {
            view! { <EmptyState title=t!("trends.unavailable") text=Some(sentence)>{again()}</EmptyState> }.into_any()
        }
        None => view! { <Loading text=t!("trends.coming") /> }.into_any(),
    };
    view! {
        <PageHeader title=t!("trends.title") sub=Signal::derive(sub) />
        <div class="content">
            {move || {
                if is_known.get() {
                    view! {
                        {move || missing().map(|text| view! { <Banner tone=Tone::Late text>{again()}</Banner> })}
                        <Totals year />
                        <Units year />
                    }
                    .into_any()
                } else {
                    nothing()
                }
            }}
        </div>
    }
}

fn sub_line(year: &Year) -> String {
    let running = year.running();
    let months = t!("trends.sub", year = running.year(), month = month(running));
    join([Some(months), year.newest().map(as_of).filter(|words| !words.is_empty())])
}

/// Which months leave a gap because they could not be loaded, and why.
fn missing(year: &Year) -> Option<String> {
    let months: Vec<String> = year.missing().into_iter().map(month).collect();
    let problem = year.problem().filter(|_| !months.is_empty())?;
    Some(t!("trends.missing", months = months.join(&t!("trends.and")), problem = problem))
}
