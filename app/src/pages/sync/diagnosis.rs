//! What a technician asks for on the telephone, as one text to copy. It holds no field values.

use leptos::prelude::*;
use serde_json::json;
use shared::{api::PROTOCOL, t};

use crate::{
    pages::navigation::words,
    state,
    ui::{field::FieldShell, input::TextArea, panel::Panel},
};

/// The diagnosis, made when it is shown and on every change.
#[component]
pub(super) fn DiagnosisPanel() -> impl IntoView {
    view! {
        <Panel title=t!("sync.diagnosis")>
            <FieldShell id="diagnosis" label=t!("sync.diagnosis_label") hint=Some(t!("sync.diagnosis_hint")) wide=true>
                <TextArea value=Signal::derive(diagnosis) on_input=|_| () read_only=true />
            </FieldShell>
        </Panel>
    }
}

fn diagnosis() -> String {
    let status = state::sync_status();
    let session = state::session();
    let unsent = status.unsent();
    let refusals: Vec<String> = state::ledger().refusals().iter().map(|refused| refused.code.key()).collect();
    let facts = json!({
        "app": env!("CARGO_PKG_VERSION"),
        "protocol": PROTOCOL,
        "account": session.person().map(|me| me.account),
        "campaign": session.campaign().map(|campaign| campaign.id),
        "now_ms": state::clock::now_ms(),
        "clock_offset_ms": state::clock::offset_ms(),
        "status": words(status.chip()),
        "unsent": unsent.len(),
        "files_left": status.files_left().len(),
        "oldest_unsent": unsent.first().map(|operation| operation.stamp),
        "refused": refusals,
        "receipt": status.voucher().map(|voucher| voucher.to_string()),
        "last_contact_ms": status.last_contact_ms(),
        "problem": status.problem().map(|problem| problem.message()),
        "storage_persistent": status.storage_is_persistent(),
        "storage_used_and_allowed": status.room(),
        "records": state::ledger().with(shared::merge::replica::Replica::len),
    });
    serde_json::to_string_pretty(&facts).unwrap_or_default()
}
