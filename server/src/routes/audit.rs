//! The log of administrative acts.

use axum::{
    Json,
    extract::{Query, State},
};
use serde::Deserialize;
use shared::{api::AuditPage, authorize::Action};

use crate::{app::SharedApp, auth::Signed, error::ApiError};

/// Acts of one page.
const PAGE_ACTS: u32 = 200;

/// Which page.
#[derive(Debug, Deserialize)]
pub struct After {
    /// The last act seen.
    #[serde(default)]
    after: u64,
}

/// The acts after one, oldest first.
pub async fn list(
    State(app): State<SharedApp>,
    signed: Signed,
    page: Result<Query<After>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<AuditPage>, ApiError> {
    signed.must(Action::ReadAudit)?;
    signed.touch(&app).await?;
    let Query(After { after }) = page.map_err(|error| ApiError::MalformedRequest(error.to_string()))?;
    let mut acts = app.store.acts(app.campaign()?, after, PAGE_ACTS + 1).await?;
    let page = usize::try_from(PAGE_ACTS).map_err(ApiError::internal)?;
    let more = acts.len() > page;
    acts.truncate(page);
    Ok(Json(AuditPage { acts, more }))
}
