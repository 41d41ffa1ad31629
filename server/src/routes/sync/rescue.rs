//! Unsent work of a person or device that was taken out of service: kept once, for others to look through.

use shared::{
    api::{Receipt, SyncResponse},
    id::{Digest, OperationId},
    issue::RefusalCode,
    merge::operation::Disposition,
    person::Person,
    sync::accept,
};

use super::Exchange;
use crate::{app::App, error::ApiError, keeper::Incoming, store::Aside};

/// What one person may leave behind: far more than a tablet holds that was in use last week.
const KEPT_MAX: usize = 5_000;

/// Keeps what was sent and answers each operation for good, so that the tablet goes on to the next. When nothing is
/// left to send, the tablet is told why it is not served any more.
pub(super) async fn keep(app: &App, person: &Person, exchange: &Exchange) -> Result<SyncResponse, ApiError> {
    if exchange.operations.is_empty() {
        return Err(ApiError::Revoked);
    }
    let campaign = app.campaign()?;
    let kept = app.store.asides(campaign).await?;
    let of_person = kept.iter().filter(|aside| aside.person == person.id).count();
    if of_person.saturating_add(exchange.operations.len()) > KEPT_MAX {
        return Err(ApiError::Revoked);
    }
    let (now_ms, disposition) = (app.clock.now_ms(), Disposition::Quarantined(RefusalCode::Revoked));
    let aside = |body: String| Aside {
        digest: Digest::of(&[body.as_bytes()]),
        person: person.id,
        received_ms: now_ms,
        disposition,
        body,
        outcome: None,
    };
    // What is in the log already was answered before the end: its receipt is the one of then.
    let ids: Vec<OperationId> = exchange.operations.iter().map(Incoming::id).collect();
    let held = app.store.entries(campaign, &ids).await?;
    let is_held = |id: OperationId| held.iter().find(|entry| entry.row.operation.id == id);
    let mut asides = Vec::new();
    let mut receipts: Vec<Receipt> = Vec::new();
    for (operation, id) in exchange.operations.iter().zip(ids) {
        if let Some(entry) = is_held(id) {
            receipts.push(entry.receipt());
        } else {
            asides.push(aside(operation.text()));
            receipts.push(accept::aside(id, disposition));
        }
    }
    app.store.set_aside(campaign, &asides).await?;
    tracing::info!(person = %person.id, kept = asides.len(), "kept work of somebody out of service");
    Ok(SyncResponse { receipts, ..SyncResponse::nothing_new(exchange.cursor, now_ms) })
}
