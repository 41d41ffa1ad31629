//! 今日: what a filer has to do, and beside it what is open from it or how far the unit's targets are.

mod detail;
mod items;
mod recent;
mod targets;

use leptos::prelude::*;
use shared::{
    calendar::Month,
    campaign,
    id::RecordId,
    search::{Query, key},
    t,
};

use self::{
    detail::OpenItem,
    items::{Group, Item, Opens, items},
    targets::TargetsOverview,
};
use crate::{
    pages::moment::{clock, date, month},
    state::{self, Page},
    ui::{
        chip::{Chip, Tone},
        empty::EmptyState,
        list_item::ListItem,
        page_header::{HeaderPlace, PageHeader},
        search_box::SearchBox,
        split::Split,
    },
};

/// Lines shown of one group; the rest is found by searching.
const LINES_MAX: usize = 100;

/// Milliseconds of a day.
const DAY_MS: u64 = 24 * 3600 * 1000;

/// `/today` and `/today/:item`.
#[component]
pub(crate) fn TodayPage() -> impl IntoView {
    let item = state::address().segment(Page::Today, 1);
    let opens = Memo::new(move |_| item.with(|item| Opens::of_segment(item.as_ref()?)));
    let todo = todo();
    let list = move || view! { <TodoList todo opens /> };
    view! {
        <Split list detail_open=Signal::derive(move || opens.get().is_some()) list_label=t!("today.list") shows_rest=true>
            {move || match opens.get() {
                Some(_) => view! { <OpenItem /> }.into_any(),
                None => view! { <TargetsOverview /> }.into_any(),
            }}
        </Split>
    }
}

/// What the person has to do now.
pub(crate) fn todo_count() -> Signal<usize> {
    let todo = todo();
    Signal::derive(move || todo.with(|items| items.iter().filter(|item| item.group <= Group::Due).count()))
}

fn todo() -> Memo<Vec<Item>> {
    Memo::new(move |_| {
        let session = state::session();
        let (Some(me), Some(campaign), Some(period)) = (session.person(), session.campaign(), session.period()) else {
            return Vec::new();
        };
        let unsent: Vec<RecordId> = state::sync_status().unsent().iter().map(|operation| operation.record).collect();
        state::ledger().with(|replica| items(replica, campaign.id, me.unit, period, &unsent))
    })
}

#[component]
fn TodoList(todo: Memo<Vec<Item>>, opens: Memo<Option<Opens>>) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let refused = move || state::ledger().refusals().len();
    let period = move || state::session().period();
    view! {
        <PageHeader place=HeaderPlace::List title=t!("today.title") sub=Signal::derive(move || period().map(deadline)) />
        <div class="split__tools">
            <SearchBox
                value=typed
                on_input=move |text| typed.set(text)
                label=t!("today.search")
                placeholder=Some(t!("today.search_hint"))
                clear_label=t!("today.search_clear")
            />
        </div>
        {move || (refused() > 0).then(|| view! {
            <ListItem href="/sync" title=t!("today.refused", count = refused()) attr:data-group="refused">
                <Chip tone=Tone::Stop text=t!("today.refused_chip") />
                <span>{t!("today.refused_note")}</span>
            </ListItem>
        })}
        {Group::ALL.map(|group| view! { <GroupList group todo typed opens /> }).collect_view()}
        <Show when=move || todo.with(Vec::is_empty)>
            <EmptyState title=t!("today.nothing") text=Some(t!("today.nothing_text")) />
        </Show>
    }
}

#[component]
fn GroupList(
    group: Group,
    todo: Memo<Vec<Item>>,
    typed: RwSignal<String>,
    opens: Memo<Option<Opens>>,
) -> impl IntoView {
    let found = Memo::new(move |_| {
        let query = typed.with(|typed| Query::new(typed));
        let initials = state::initials();
        let meant = |item: &&Item| {
            item.group == group && (query.is_empty() || query.matches(&key(&item.title, &item.code, &initials)))
        };
        todo.with(|items| items.iter().filter(meant).cloned().collect::<Vec<_>>())
    });
    let line = move |item: Item| {
        let own = item.opens;
        view! {
            <ListItem
                href=format!("/today/{}", own.segment())
                title=item.title
                current=Signal::derive(move || opens.get() == Some(own))
                attr:data-record=item.record.to_string()
            >
                <Chip tone=item.tone text=item.chip />
                <span>{item.note}</span>
            </ListItem>
        }
    };
    let shown = move || found.with(|found| found.iter().take(LINES_MAX).cloned().collect::<Vec<_>>());
    view! {
        <Show when=move || found.with(|found| !found.is_empty())>
            <h2 class="split__group">{move || group.heading(found.with(Vec::len))}</h2>
            <For each=shown key=|item| format!("{item:?}") children=line />
        </Show>
    }
}

/// “6月报送截止 25日 18:00 · 还有 2 天”.
fn deadline(period: Month) -> String {
    let cached = state::published().campaign().value;
    let named = cached.as_ref().and_then(|view| view.periods.iter().find(|listed| listed.month == period));
    let due_ms = named.map_or_else(|| campaign::deadline_ms(period), |period| period.deadline_ms);
    let due_on = shared::calendar::Date::of_ms(due_ms);
    let today = state::clock::today();
    let days = due_on.at_hour_ms(0).saturating_sub(today.at_hour_ms(0)) / DAY_MS;
    let left = match days {
        _ if state::clock::now_ms() > due_ms => t!("today.deadline_passed"),
        0 => t!("today.deadline_today"),
        days => t!("today.deadline_days", days = days),
    };
    t!("today.deadline", month = month(period), day = date(due_on), clock = clock(due_ms), left = left)
}
