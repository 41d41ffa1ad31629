//! 项目台账: every project the person may see; found while typing, filtered, sorted, as a list or as cards.

mod rows;

use leptos::prelude::*;
use shared::{
    authorize::{Action, authorize},
    form::{thousands, yi_hint},
    project::Category,
    record::RecordKind,
    t,
    workflow::State,
};

use self::rows::{Row, Sort, Wanted, ledger_rows, wanted_rows};
use crate::{
    state::{self, Page},
    ui::{
        button::{Button, ButtonVariant},
        chip::Chip,
        empty::EmptyState,
        input::{Choice, Select},
        page_header::PageHeader,
        search_box::SearchBox,
        table::{ColumnHead, SortOrder},
        tabs::{TabItem, Tabs},
    },
};

/// Rows put on the page at once; more come on request.
const PAGE_SIZE: usize = 100;

/// `/projects?category=&state=&sort=&view=`.
#[component]
pub(crate) fn ProjectsPage() -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let (category, set_category) = choice_in_address("category");
    let (standing, set_standing) = choice_in_address("state");
    let (sort, set_sort) = choice_in_address("sort");
    let (layout, set_layout) = choice_in_address("view");
    let rows = ledger_rows();
    let wanted = move || Wanted {
        typed: typed.get(),
        category: Category::from_code(&category.get()),
        state: State::ALL.into_iter().find(|state| state.code() == standing.get()),
        sort: Sort::of_code(&sort.get()),
    };
    let found = Memo::new(move |_| rows.with(|rows| wanted_rows(rows, &wanted())));
    let is_cards = Signal::derive(move || layout.get() == "cards");
    view! {
        <PageHeader title=t!("projects.title") sub=Signal::derive(move || Some(summary(rows, found)))>
            <NewProject />
        </PageHeader>
        <div class="content">
            <div class="ledger__tools">
                <SearchBox
                    value=typed
                    on_input=move |text| typed.set(text)
                    label=t!("projects.search")
                    placeholder=Some(t!("projects.search_hint"))
                    clear_label=t!("projects.search_clear")
                />
                <Select
                    value=category
                    options=categories()
                    on_select=move |code| set_category.run(code)
                    empty_label=Some(t!("projects.any_category"))
                    name=Some(t!("projects.category"))
                />
                <Select
                    value=standing
                    options=states()
                    on_select=move |code| set_standing.run(code)
                    empty_label=Some(t!("projects.any_state"))
                    name=Some(t!("projects.state"))
                />
                <Tabs
                    label=t!("projects.view")
                    items=views()
                    active=Signal::derive(move || if is_cards.get() { "cards".to_owned() } else { "list".to_owned() })
                    on_select=move |key| set_layout.run(key)
                />
            </div>
            <Ledger found sort set_sort is_cards />
        </div>
    }
}

/// A choice that lives in the address, so that going back finds the ledger as it was.
fn choice_in_address(key: &'static str) -> (Signal<String>, Callback<String>) {
    let value = state::address().query(Page::Projects, key);
    let set = move |code: String| state::address().set_query(key, Some(code.as_str()).filter(|code| !code.is_empty()));
    (Signal::derive(move || value.get().unwrap_or_default()), Callback::new(set))
}

fn categories() -> Vec<Choice> {
    Category::ALL.map(|category| Choice { value: category.code().to_owned(), label: t!(category.label_key()) }).to_vec()
}

/// The states a project can be in.
fn states() -> Vec<Choice> {
    [State::Draft, State::Submitted, State::Reviewed, State::Returned]
        .map(|state| Choice { value: state.code().to_owned(), label: t!(state.label_key()) })
        .to_vec()
}

fn views() -> Vec<TabItem> {
    let item = |key: &str, label| TabItem { key: key.to_owned(), label, count: None, href: None };
    vec![item("list", t!("projects.as_list")), item("cards", t!("projects.as_cards"))]
}

/// “17 个项目 · 总投资 41.86 亿元”.
fn summary(rows: Memo<Vec<Row>>, found: Memo<Vec<Row>>) -> String {
    let total = found.with(|found| found.iter().filter_map(|row| row.investment).sum());
    let (all, shown) = (rows.with(Vec::len), found.with(Vec::len));
    if shown == all {
        t!("projects.summary", count = all, total = yi_hint(total))
    } else {
        t!("projects.summary_found", count = all, found = shown, total = yi_hint(total))
    }
}

#[component]
fn NewProject() -> impl IntoView {
    let begin = Callback::new(move |()| {
        let id = state::ledger().new_record();
        state::address().go(&format!("/projects/{id}"));
    });
    let may_file = move || {
        state::session().person().is_some_and(|me| authorize(&me, Action::EditRecord(RecordKind::Project, me.unit)))
    };
    view! {
        <Show when=may_file>
            <Button variant=ButtonVariant::Primary on_click=begin attr:data-action="new-project">{t!("projects.new")}</Button>
        </Show>
    }
}

#[component]
fn Ledger(
    found: Memo<Vec<Row>>,
    sort: Signal<String>,
    set_sort: Callback<String>,
    is_cards: Signal<bool>,
) -> impl IntoView {
    let limit = RwSignal::new(PAGE_SIZE);
    let shown = move || found.with(|found| found.iter().take(limit.get()).cloned().collect::<Vec<_>>());
    let left = move || found.with(Vec::len).saturating_sub(limit.get());
    let order =
        move |column: Sort| Signal::derive(move || (Sort::of_code(&sort.get()) == column).then_some(column.order()));
    let sort_by = move |column: Sort| Callback::new(move |()| set_sort.run(column.code().to_owned()));
    let class = move || if is_cards.get() { "ledger ledger--cards" } else { "ledger" };
    view! {
        <table class=class role="table" aria-label=t!("projects.title")>
            <thead role="rowgroup">
                <tr class="ledger__row ledger__head" role="row">
                    <ColumnHead text=t!("projects.column_name") order=order(Sort::Name) on_sort=sort_by(Sort::Name) attr:role="columnheader" />
                    <ColumnHead text=t!("projects.column_stage") attr:role="columnheader" />
                    <ColumnHead
                        text=t!("projects.column_investment")
                        number=true
                        order=order(Sort::Investment)
                        on_sort=sort_by(Sort::Investment)
                        attr:role="columnheader"
                    />
                    <ColumnHead
                        text=t!("projects.column_changed")
                        order=order(Sort::Changed)
                        on_sort=sort_by(Sort::Changed)
                        attr:role="columnheader"
                    />
                    <ColumnHead text=t!("projects.column_state") attr:role="columnheader" />
                </tr>
            </thead>
            <tbody role="rowgroup">
                <For each=shown key=Row::face children=row_view />
            </tbody>
        </table>
        <Show when=move || left() != 0>
            <Button on_click=move |()| limit.update(|limit| *limit += PAGE_SIZE) attr:data-action="more">
                {move || t!("projects.more", count = left())}
            </Button>
        </Show>
        <Show when=move || found.with(Vec::is_empty)>
            <EmptyState title=t!("projects.nothing") text=Some(t!("projects.nothing_text")) />
        </Show>
    }
}

fn row_view(row: Row) -> impl IntoView {
    let (tone, standing) = row.standing;
    let investment = row.investment.map(|amount| thousands(amount, 2));
    view! {
        <tr class="ledger__row" role="row" data-record=row.id.to_string()>
            <td class="ledger__name" role="cell">
                <a class="ledger__link" href=format!("/projects/{}", row.id)>{row.name}</a>
                <span class="ledger__sub">{row.sub}</span>
            </td>
            <td role="cell">{row.stage}</td>
            <td class="number" role="cell">{investment}<span class="ledger__unit">" "{t!("projects.unit")}</span></td>
            <td role="cell">{row.changed}</td>
            <td role="cell"><Chip tone text=standing /></td>
        </tr>
    }
}

impl Sort {
    fn order(self) -> SortOrder {
        match self {
            Self::Name => SortOrder::Ascending,
            Self::Investment | Self::Changed => SortOrder::Descending,
        }
    }
}
