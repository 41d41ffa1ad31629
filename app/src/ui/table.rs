//! A plain table that scrolls sideways within itself when the screen is narrow, or whose rows become blocks there.

use leptos::prelude::*;

/// A table; the children are `thead` and `tbody`. Cells of figures have the class `number`.
#[component]
pub(crate) fn Table(
    /// Names the table for screen readers.
    #[prop(into)]
    label: Signal<String>,
    /// Its first column stays where it is while the others scroll.
    #[prop(optional)]
    pinned: bool,
    /// Its rows hold words, and are blocks on a narrow screen: each cell names its column by `data-label`, and rows,
    /// heads and cells carry their roles, which the blocks would take from them.
    #[prop(optional)]
    stacked: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="table-scroll" role="region" tabindex="0" aria-label=move || label.get()>
            <table class="table" class=("table--pinned", pinned) class=("table--stacked", stacked) role="table">
                {children()}
            </table>
        </div>
    }
}

/// How a column is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SortOrder {
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
}

impl SortOrder {
    fn attribute(self) -> &'static str {
        match self {
            Self::Ascending => "ascending",
            Self::Descending => "descending",
        }
    }
}

/// The head of a column; a button where the column can be sorted.
#[component]
pub(crate) fn ColumnHead(
    #[prop(into)] text: Signal<String>,
    /// Holds figures: aligned to the right.
    #[prop(optional)]
    number: bool,
    /// The order, while the table is sorted by this column.
    #[prop(optional, into)]
    order: Signal<Option<SortOrder>>,
    #[prop(optional, into)] on_sort: Option<Callback<()>>,
) -> impl IntoView {
    let content = match on_sort {
        Some(on_sort) => view! {
            <button type="button" class="table__sort" on:click=move |_| on_sort.run(())>
                {move || text.get()}
            </button>
        }
        .into_any(),
        None => (move || text.get()).into_any(),
    };
    view! {
        <th role="columnheader" scope="col" class:number=number aria-sort=move || order.get().map(SortOrder::attribute)>
            {content}
        </th>
    }
}
