//! On which devices the person is logged in, and when each was last heard of: whoever looks for what is missing sees
//! which tablet to fetch.

use leptos::prelude::*;
use shared::{api::SessionLine, t};

use crate::{
    pages::account::SessionTable,
    state,
    ui::{button::ButtonLink, panel::Panel},
};

/// The devices, as the server tells them; a sentence where it cannot be asked.
#[component]
pub(super) fn DevicesPanel() -> impl IntoView {
    let (lines, problem) = (RwSignal::new(Vec::<SessionLine>::new()), RwSignal::new(None::<String>));
    state::task(async move {
        match state::own_account().sessions().await {
            Ok(loaded) => lines.try_set(loaded).map(drop),
            Err(error) => problem.try_set(Some(error.message())).map(drop),
        };
    });
    view! {
        <Panel title=t!("devices.title")>
            {move || match problem.get() {
                Some(sentence) => view! { <p class="note">{sentence}</p> }.into_any(),
                None => view! { <SessionTable lines end=None /> }.into_any(),
            }}
            <div class="button-row">
                <ButtonLink href="/account".to_owned()>{t!("sync.devices_more")}</ButtonLink>
            </div>
        </Panel>
    }
}
