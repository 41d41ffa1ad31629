//! 较上月: what moved a score since the month before, line by line down to the records.

use std::sync::Arc;

use leptos::prelude::*;
use shared::{
    calendar::Month,
    id::UnitId,
    scoring::{movement::Movement, result::Explanation, shift::Shift},
    t,
};

use crate::{
    pages::figure,
    state::{self, DataError},
    ui::empty::{EmptyState, Loading},
};

/// An answer, once there is one.
type Answer = Option<Result<Option<Movement>, DataError>>;

/// The movement of a unit. It is asked for anew whenever the explanation is another.
#[component]
pub(super) fn MovementPart(period: Month, unit: UnitId, value: Signal<Option<Arc<Explanation>>>) -> impl IntoView {
    let answer = RwSignal::new(Answer::None);
    Effect::new(move |_| {
        value.track();
        state::task(async move {
            let movement = state::published().movement(period, unit).await;
            answer.try_set(Some(movement));
        });
    });
    move || match answer.get() {
        None => view! { <Loading text=t!("why.loading") /> }.into_any(),
        Some(Err(error)) => view! { <EmptyState title=t!("why.unavailable") text=Some(error.message()) /> }.into_any(),
        Some(Ok(None)) => view! { <EmptyState title=t!("why.movement_first") /> }.into_any(),
        Some(Ok(Some(movement))) => view! { <Moved movement /> }.into_any(),
    }
}

#[component]
fn Moved(movement: Movement) -> impl IntoView {
    let Movement { sentence, root, .. } = movement;
    view! {
        <p class="note">{sentence}</p>
        <div>{root.children.into_iter().map(|shift| view! { <Line shift /> }).collect_view()}</div>
        <p class="why__sum">
            <span>{t!("why.movement_sum")}</span>
            <span class="why__sum-figure" data-movement="total">{figure::signed(root.change)}</span>
        </p>
    }
}

/// One block: what it gained or lost at a glance, why when opened.
#[component]
fn Line(shift: Shift) -> impl IntoView {
    let (key, name, change) = (shift.key.clone(), shift.label.clone(), figure::signed(shift.change));
    let from_to = from_to(&shift);
    view! {
        <details class="why__item" data-item=key>
            <summary class="why__summary">
                <span class="why__row why__row--plain">
                    <span>
                        <span class="why__name">{name}</span>
                        <span class="why__formula">{from_to}</span>
                    </span>
                    <span class="why__points">{change}</span>
                </span>
            </summary>
            <div class="why__detail">
                <Parts shift />
            </div>
        </details>
    }
}

/// What an opened line shows: its own sentence, its causes and records, then its parts.
#[component]
fn Parts(shift: Shift) -> AnyView {
    let Shift { sentence, causes, counted, stopped, children, .. } = shift;
    let causes = causes.into_iter().map(|cause| (cause.sentence, figure::signed(cause.points)));
    let stopped = stopped.into_iter().map(|stopped| (t!("why.stopped", reason = stopped.reason), stopped.source));
    let counted = counted.into_iter().map(|source| (t!("why.counted_from", month = source.month.number()), source));
    let record = |(words, source): (String, shared::scoring::result::Source)| {
        view! {
            <li class="why__source" data-record=source.record.to_string()>
                <span>{source.title}</span>
                <span class="why__formula">{words}</span>
                <span class="why__amount">{figure::plain(source.amount)}</span>
            </li>
        }
    };
    view! {
        {(!sentence.is_empty()).then(|| view! { <p class="why__sentence">{sentence}</p> })}
        <ul class="why__sources">
            {causes
                .map(|(sentence, points)| view! {
                    <li class="why__source"><span>{sentence}</span><span></span><span class="why__amount">{points}</span></li>
                })
                .collect_view()}
            {counted.chain(stopped).map(record).collect_view()}
        </ul>
        {children
            .into_iter()
            .map(|child| {
                let (key, name, change) = (child.key.clone(), child.label.clone(), figure::signed(child.change));
                view! {
                    <div class="why__part" data-item=key>
                        <p class="why__part-head"><span>{name}</span><b>{change}</b></p>
                        <Parts shift=child />
                    </div>
                }
            })
            .collect_view()}
    }
    .into_any()
}

fn from_to(shift: &Shift) -> String {
    let points = |points: Option<rust_decimal::Decimal>| points.map_or_else(|| "\u{2014}".to_owned(), figure::points);
    t!("what_if.from_to", from = points(shift.before), to = points(shift.now))
}
