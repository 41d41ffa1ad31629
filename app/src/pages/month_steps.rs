//! One month back, one month on.

use leptos::prelude::*;
use shared::{calendar::Month, t};

use crate::{pages::moment::month, state};

/// Links to the months beside the one shown, within the campaign's year and not into the future.
#[component]
pub(crate) fn MonthSteps(
    period: Memo<Option<Month>>,
    /// The address of a month on the page that steps.
    #[prop(into)]
    href: Callback<Month, String>,
) -> impl IntoView {
    let step = move |to: fn(Month) -> Month| {
        let (shown, last) = period.get().zip(state::session().period())?;
        let beside = to(shown);
        (beside.year() == last.year() && beside <= last).then_some(beside)
    };
    let link = move |beside: Month, words: String| {
        view! { <a class="button button--quiet" href=href.run(beside)>{words}</a> }
    };
    let back = move || step(Month::previous).map(|beside| link(beside, t!("month_steps.back", month = month(beside))));
    let on = move || step(Month::next).map(|beside| link(beside, t!("month_steps.on", month = month(beside))));
    view! {
        <nav class="month-steps" aria-label=t!("month_steps.label")>
            <span>{back}</span>
            <strong>{move || period.get().map(month)}</strong>
            <span>{on}</span>
        </nav>
    }
}
