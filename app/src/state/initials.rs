//! The table that finds names by the initials of their pinyin. It comes after everything else: a ledger can be read
//! without it, and the first visit over a thin line is shorter by it.

use std::sync::Arc;

use leptos::prelude::{Get, Set};
use shared::search::Initials;

use crate::{browser::page, state::core::core};

/// The table; empty until it has come. Tracked.
pub(crate) fn initials() -> Arc<Initials> {
    core().initials.get()
}

/// Fetches the table: from the service worker's store after the first visit.
pub(super) async fn load() {
    let core = core();
    let Some(url) = page::named_by_boot("initials") else { return };
    // Without it a search by initials finds nothing, and the next start tries again.
    if let Ok(table) = core.http.text(&url).await {
        core.initials.set(Arc::new(Initials::read(&table)));
    }
}
