//! 同步: exactly what is unsent and why, what was refused and what to do, and how this tablet stands.

mod devices;
mod diagnosis;
mod parcels;
mod refused;
mod unsent;

use leptos::prelude::*;
use shared::t;

use self::{
    devices::DevicesPanel, diagnosis::DiagnosisPanel, parcels::ParcelPanel, refused::RefusedPanel, unsent::UnsentPanel,
};
use crate::{
    pages::{
        moment::moment,
        navigation::{tone, words},
    },
    state,
    ui::{
        banner::Banner,
        button::{Button, ButtonVariant},
        chip::{Chip, Tone},
        key_value::{KeyValue, KeyValueList},
        page_header::PageHeader,
        panel::Panel,
    },
};

/// `/sync`.
#[component]
pub(crate) fn SyncPage() -> impl IntoView {
    let status = state::sync_status();
    let problem = move || status.problem().map(|problem| problem.message());
    view! {
        <PageHeader title=t!("sync.title") sub=Some(t!("sync.sub"))>
            <Button variant=ButtonVariant::Primary on_click=move |()| status.sync_now() attr:data-action="sync-now">
                {t!("sync.now")}
            </Button>
        </PageHeader>
        {move || problem().map(|sentence| view! { <Banner tone=Tone::Late text=sentence /> })}
        <div class="content content--narrow">
            <StatePanel />
            <RefusedPanel />
            <UnsentPanel />
            <ParcelPanel />
            <DevicesPanel />
            <DiagnosisPanel />
        </div>
    }
}

#[component]
fn StatePanel() -> impl IntoView {
    let status = state::sync_status();
    status.measure_room();
    let contact = move || status.last_contact_ms().map_or_else(|| t!("sync.never"), moment);
    let storage = move || match status.storage_is_persistent() {
        Some(true) => t!("sync.persistent"),
        Some(false) => t!("sync.not_persistent"),
        None => t!("sync.persistence_unknown"),
    };
    view! {
        <Panel title=t!("sync.state")>
            <KeyValueList>
                <KeyValue label=t!("sync.sending_state")>
                    <Chip tone=Signal::derive(move || tone(status.chip())) text=Signal::derive(move || words(status.chip())) />
                </KeyValue>
                <KeyValue label=t!("sync.last_contact")>{contact}</KeyValue>
                <KeyValue label=t!("sync.clock")>{move || clock_words(state::clock::offset_ms())}</KeyValue>
                <KeyValue label=t!("sync.storage")>{storage}</KeyValue>
                <Show when=move || status.room().is_some()>
                    <KeyValue label=t!("sync.room")>{move || status.room().map(|(used, all)| room_words(used, all))}</KeyValue>
                </Show>
            </KeyValueList>
        </Panel>
    }
}

/// “已用 12.3 MB，可用 2.0 GB”.
fn room_words(used: u64, all: u64) -> String {
    t!("sync.room_words", used = size_words(used), left = size_words(all.saturating_sub(used)))
}

/// A number of bytes as people say it, with one place.
fn size_words(bytes: u64) -> String {
    let (unit, name) = if bytes >= 1_000_000_000 { (1_000_000_000, "GB") } else { (1_000_000, "MB") };
    let tenths = bytes / (unit / 10);
    format!("{}.{} {name}", tenths / 10, tenths % 10)
}

/// How the tablet's clock stands against the server's. `offset_ms` = server − tablet.
fn clock_words(offset_ms: i64) -> String {
    let seconds = (offset_ms / 1000).unsigned_abs();
    let size = match seconds {
        0..=5 => return t!("sync.clock_right"),
        6..=119 => t!("sync.seconds", count = seconds),
        120..=7199 => t!("sync.minutes", count = seconds / 60),
        7200..=172_799 => t!("sync.hours", count = seconds / 3600),
        _ => t!("sync.days", count = seconds / 86_400),
    };
    if offset_ms > 0 { t!("sync.clock_behind", size = size) } else { t!("sync.clock_ahead", size = size) }
}
