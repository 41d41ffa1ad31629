//! Request bodies: JSON, of limited size after decompression.

use std::error::Error;

use axum::{
    body::{Bytes, to_bytes},
    extract::{FromRequest, Request},
    http::header,
};
use serde::de::DeserializeOwned;
use shared::{api::BODY_BYTES_MAX, bulk};

use crate::error::ApiError;

/// A body of JSON.
#[derive(Clone, Debug)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let RawJson(bytes) = RawJson::from_request(request, state).await?;
        parse(&bytes).map(Self)
    }
}

/// A body of JSON, not yet read.
#[derive(Clone, Debug)]
pub struct RawJson(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for RawJson {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        match Raw::from_request(request, state).await? {
            Raw::Json(bytes) => Ok(Self(bytes)),
            Raw::Bulk(_) => Err(ApiError::MalformedRequest(format!("content type {}", bulk::MEDIA_TYPE))),
        }
    }
}

/// A body of JSON or of [`shared::bulk`], not yet read.
#[derive(Clone, Debug)]
pub enum Raw {
    /// JSON.
    Json(Bytes),
    /// Bulk.
    Bulk(Bytes),
}

impl<S: Send + Sync> FromRequest<S> for Raw {
    type Rejection = ApiError;

    async fn from_request(request: Request, _state: &S) -> Result<Self, ApiError> {
        let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let media_type = content_type.and_then(|value| value.split(';').next()).map(str::trim);
        let is = |name: &str| media_type.is_some_and(|media_type| media_type.eq_ignore_ascii_case(name));
        let of_kind = match (is("application/json"), is(bulk::MEDIA_TYPE)) {
            (true, _) => Self::Json,
            (_, true) => Self::Bulk,
            _ => return Err(ApiError::MalformedRequest(format!("content type {content_type:?}"))),
        };
        // The limit holds for what comes out of the decompression, so that a small archive cannot fill the memory.
        to_bytes(request.into_body(), BODY_BYTES_MAX).await.map(of_kind).map_err(|error| {
            let is_too_large = error.source().is_some_and(|source| source.to_string().contains("length limit"));
            if is_too_large { ApiError::BodyTooLarge } else { ApiError::MalformedRequest(error.to_string()) }
        })
    }
}

/// Reads JSON.
pub fn parse<'a, T: serde::Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, ApiError> {
    serde_json::from_slice(bytes).map_err(|error| ApiError::MalformedRequest(error.to_string()))
}
