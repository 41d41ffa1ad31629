//! Rankings, and why a unit has its score.

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, header},
    response::{AppendHeaders, IntoResponse, Response},
};
use shared::{authorize::Action, calendar::Month, id::UnitId, scoring::result::Explanation};

use crate::{
    app::SharedApp,
    auth::Signed,
    error::{ApiError, NotModified},
};

/// The ranking at the end of a month. Its digest is the entity tag, so that an unchanged one costs no body.
pub async fn show(
    State(app): State<SharedApp>,
    signed: Signed,
    Path(period): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    signed.must(Action::ReadRanking)?;
    let ranking = app.ledger()?.ranking(month(&period)?).await?;
    let tag = HeaderValue::from_str(&format!("\"{}\"", ranking.digest)).map_err(ApiError::internal)?;
    let tagged = AppendHeaders([(header::ETAG, tag.clone())]);
    if headers.get(header::IF_NONE_MATCH) == Some(&tag) {
        return Ok((tagged, NotModified).into_response());
    }
    Ok((tagged, Json(&*ranking)).into_response())
}

/// Why a unit has its score at the end of a month.
pub async fn explain(
    State(app): State<SharedApp>,
    signed: Signed,
    Path((period, unit)): Path<(String, String)>,
) -> Result<Json<Explanation>, ApiError> {
    signed.must(Action::ReadRanking)?;
    signed.touch(&app).await?;
    let unit: UnitId = unit.parse().map_err(|_| ApiError::NotFound)?;
    app.ledger()?.explain(month(&period)?, unit).await?.map(Json).ok_or(ApiError::NotFound)
}

fn month(period: &str) -> Result<Month, ApiError> {
    period.parse().map_err(|_| ApiError::NotFound)
}
