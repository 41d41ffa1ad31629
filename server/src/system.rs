//! Other systems: who reads the open tables, by a token of its own.

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};

use crate::{app::App, auth, error::ApiError, store::StoreError};

/// Requests of one token in a minute: such a system reads now and then, and each reading is told in the audit log.
pub const REQUESTS_PER_MINUTE: u32 = 60;

/// A request with a living token. Nothing else accepts one: it reads the open tables and no more.
#[derive(Clone, Debug)]
pub struct System {
    /// Which system it is.
    pub name: String,
}

impl FromRequestParts<Arc<App>> for System {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let told =
            parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        let digest = auth::digest_of(told.ok_or(ApiError::TokenRefused)?.trim());
        let campaign = app.campaign().map_err(|_| ApiError::TokenRefused)?;
        let token = app.store.token(campaign, digest).await.map_err(|error| match error {
            StoreError::NotFound => ApiError::TokenRefused,
            StoreError::Conflict | StoreError::Unavailable(_) | StoreError::Corrupt(_) => error.into(),
        })?;
        let counted = app.systems.count(digest, app.clock.now_ms());
        counted.map_err(|retry_after_seconds| ApiError::TooManyRequests { retry_after_seconds })?;
        Ok(Self { name: token.name })
    }
}
