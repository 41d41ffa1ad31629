//! The frozen editions of a period: who froze and published them, and what proves them.

use leptos::prelude::*;
use shared::{
    api::path,
    authorize::{Action, authorize},
    calendar::Month,
    period::{By, Edition},
    t,
};

use crate::{
    pages::{bulletin, moment::day_and_time, ranking::group_href},
    state,
    ui::{
        key_value::{KeyValue, KeyValueList},
        panel::Panel,
    },
};

/// Digits of a key or digest that people compare by eye.
const DIGITS_SHOWN: usize = 16;

/// The editions, the newest first.
#[component]
pub(super) fn EditionsPanel(month: Month, editions: Vec<Edition>) -> impl IntoView {
    (!editions.is_empty()).then(|| {
        let editions = editions.into_iter().rev();
        view! {
            <Panel title=t!("periods.editions")>
                {editions.map(|edition| view! { <EditionEntry month edition /> }).collect_view()}
            </Panel>
        }
    })
}

#[component]
fn EditionEntry(month: Month, edition: Edition) -> impl IntoView {
    let Edition { frozen, proposed, confirmed, published, reason } = edition;
    let head = t!("periods.edition", number = frozen.edition, row = frozen.mark.sequence);
    let document = format!("{}/{month}/editions/{}", path::PERIODS, frozen.edition);
    let (digest, key) = (frozen.digest.to_string(), frozen.key);
    let me = state::session().person();
    let may_publish = me.is_some_and(|me| authorize(&me, Action::PublishPeriod));
    let group = shared::unit::Group::Street;
    view! {
        <div class="why__part" data-edition=frozen.edition.to_string()>
            <p class="why__part-head">{head}</p>
            {reason.map(|reason| view! { <p class="note">{t!("periods.corrects", reason = reason)}</p> })}
            <KeyValueList>
                <KeyValue label=t!("periods.proposed_by")>{signature(proposed)}</KeyValue>
                <KeyValue label=t!("periods.confirmed_by")>{signature(confirmed)}</KeyValue>
                <KeyValue label=t!("periods.published_by")>
                    {published.map_or_else(|| t!("periods.not_published"), signature)}
                </KeyValue>
                <KeyValue label=t!("periods.scheme")>{frozen.scheme}</KeyValue>
                <KeyValue label=t!("periods.digest")><code>{shortened(&digest)}</code></KeyValue>
                <KeyValue label=t!("periods.key")><code>{shortened(&key)}</code></KeyValue>
            </KeyValueList>
            <p class="button-row">
                {published.map(|_| view! { <a href=group_href(month, group)>{t!("periods.open_ranking")}</a> })}
                {may_publish.then(|| view! {
                    <a href=bulletin::href(month, frozen.edition) data-action="bulletin">{t!("bulletin_page.open")}</a>
                })}
                <a href=document rel="external" download=format!("{month}-{}.json", frozen.edition)>{t!("periods.document")}</a>
            </p>
        </div>
    }
}

fn signature(by: By) -> String {
    t!("periods.by", person = state::published().person_name(by.person), time = day_and_time(by.at_ms))
}

fn shortened(digits: &str) -> String {
    digits.chars().take(DIGITS_SHOWN).collect()
}
