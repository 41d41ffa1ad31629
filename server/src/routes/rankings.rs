//! Rankings, and why a unit has its score.

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, header},
    response::{AppendHeaders, IntoResponse, Response},
};
use shared::{
    authorize::Action,
    calendar::Month,
    id::UnitId,
    scoring::{movement::Movement, result::Explanation, trial::Trial},
    unit::Group,
};

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
    Path(subject): Path<(String, String)>,
) -> Result<Json<Explanation>, ApiError> {
    signed.must(Action::ReadRanking)?;
    signed.touch(&app).await?;
    let (period, unit) = month_and_unit(&subject)?;
    app.ledger()?.explain(period, unit).await?.map(Json).ok_or(ApiError::NotFound)
}

/// Why a unit moved since the month before.
pub async fn movement(
    State(app): State<SharedApp>,
    signed: Signed,
    Path(subject): Path<(String, String)>,
) -> Result<Json<Movement>, ApiError> {
    signed.must(Action::ReadRanking)?;
    signed.touch(&app).await?;
    let (period, unit) = month_and_unit(&subject)?;
    app.ledger()?.movement(period, unit).await?.map(Json).ok_or(ApiError::NotFound)
}

/// What a what-if about a group's units is computed from, on the asking tablet.
pub async fn trial(
    State(app): State<SharedApp>,
    signed: Signed,
    Path((period, group)): Path<(String, String)>,
) -> Result<Json<Trial>, ApiError> {
    signed.must(Action::ReadRanking)?;
    signed.touch(&app).await?;
    let group = Group::from_code(&group).ok_or(ApiError::NotFound)?;
    app.ledger()?.trial(month(&period)?, group).await?.map(Json).ok_or(ApiError::NotFound)
}

fn month_and_unit((period, unit): &(String, String)) -> Result<(Month, UnitId), ApiError> {
    Ok((month(period)?, unit.parse().map_err(|_| ApiError::NotFound)?))
}

fn month(period: &str) -> Result<Month, ApiError> {
    period.parse().map_err(|_| ApiError::NotFound)
}
