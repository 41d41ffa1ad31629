//! Other systems and hall screens: who reads what is open to it, by a token of its own.

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};

use shared::api::{hall::TOKEN_PREFIX, token::TokenView};

use crate::{app::App, auth, error::ApiError, store::StoreError};

/// Requests of one token in a minute: such a system reads now and then, and each reading is told in the audit log.
pub const REQUESTS_PER_MINUTE: u32 = 60;

/// A request with a living token. Nothing else accepts one: it reads the open tables and no more.
#[derive(Clone, Debug)]
pub struct System {
    /// Which system it is.
    pub name: String,
}

/// A request with the living token of a hall screen: it reads one frame and no more.
#[derive(Clone, Copy, Debug)]
pub struct Screen;

impl FromRequestParts<Arc<App>> for System {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let secret = secret_of(parts).filter(|secret| !secret.starts_with(TOKEN_PREFIX));
        let token = living(app, secret.ok_or(ApiError::TokenRefused)?).await?;
        Ok(Self { name: token.name })
    }
}

impl FromRequestParts<Arc<App>> for Screen {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let secret = secret_of(parts).filter(|secret| secret.starts_with(TOKEN_PREFIX));
        living(app, secret.ok_or(ApiError::TokenRefused)?).await.map(|_| Self)
    }
}

fn secret_of(parts: &Parts) -> Option<&str> {
    parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ").map(str::trim)
}

async fn living(app: &App, secret: &str) -> Result<TokenView, ApiError> {
    let digest = auth::digest_of(secret);
    let campaign = app.campaign().map_err(|_| ApiError::TokenRefused)?;
    let token = app.store.token(campaign, digest).await.map_err(|error| match error {
        StoreError::NotFound => ApiError::TokenRefused,
        StoreError::Conflict | StoreError::Unavailable(_) | StoreError::Corrupt(_) => error.into(),
    })?;
    let counted = app.systems.count(digest, app.clock.now_ms());
    counted.map_err(|retry_after_seconds| ApiError::TooManyRequests { retry_after_seconds })?;
    Ok(token)
}
