//! 通报: the document of a frozen edition, to look at, as a document and as a workbook. What is taken out is told in
//! the audit log first.

use axum::{
    Json,
    extract::{Path, State},
    http::header,
    response::{IntoResponse as _, Response},
};
use shared::{
    audit::{Act, Deed},
    authorize::Action,
    bulletin::Bulletin,
    calendar::Date,
    period::FrozenResult,
    t,
};

use super::periods::of_campaign;
use crate::{
    app::{App, SharedApp},
    auth::Signed,
    error::ApiError,
    export::{ExportError, docx, xlsx},
};

/// What a document is.
pub const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// What a workbook is.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Month and number of an edition, as an address names them.
type Edition = Path<(String, u32)>;

/// Makes a file of a bulletin.
type Write = fn(&Bulletin) -> Result<Vec<u8>, ExportError>;

/// The bulletin, to look at.
pub async fn show(State(app): State<SharedApp>, signed: Signed, edition: Edition) -> Result<Json<Bulletin>, ApiError> {
    of_edition(&app, &signed, edition).await.map(Json)
}

/// The bulletin as a document.
pub async fn document(State(app): State<SharedApp>, signed: Signed, edition: Edition) -> Result<Response, ApiError> {
    let bulletin = of_edition(&app, &signed, edition).await?;
    hand_out(&app, &signed, &bulletin, (DOCX, "docx", docx::write)).await
}

/// The bulletin as a workbook.
pub async fn workbook(State(app): State<SharedApp>, signed: Signed, edition: Edition) -> Result<Response, ApiError> {
    let bulletin = of_edition(&app, &signed, edition).await?;
    hand_out(&app, &signed, &bulletin, (XLSX, "xlsx", xlsx::write)).await
}

async fn of_edition(app: &App, signed: &Signed, Path((month, edition)): Edition) -> Result<Bulletin, ApiError> {
    signed.must(Action::PublishPeriod)?;
    signed.touch(app).await?;
    let month = of_campaign(app, &month)?;
    let periods = app.ledger()?.periods();
    let editions = periods.get(&month).into_iter().flat_map(|history| &history.editions);
    let known = editions.into_iter().find(|known| known.frozen.edition == edition).ok_or(ApiError::NotFound)?;
    let on = Date::of_ms(known.published.unwrap_or(known.confirmed).at_ms);
    let stored = app.store.result(app.campaign()?, month, edition).await?;
    let result: FrozenResult = serde_json::from_str(&stored.document).map_err(ApiError::internal)?;
    Ok(Bulletin::of(&result, on))
}

/// Tells the audit log first: what is not told is not handed out.
async fn hand_out(
    app: &App,
    signed: &Signed,
    bulletin: &Bulletin,
    (kind, ending, write): (&'static str, &str, Write),
) -> Result<Response, ApiError> {
    let bytes = write(bulletin).map_err(ApiError::internal)?;
    let what = t!("bulletin.told", month = bulletin.month, edition = bulletin.edition, kind = ending);
    let rows = u64::try_from(bulletin.rows()).map_err(ApiError::internal)?;
    let act = Act { at_ms: app.clock.now_ms(), person: Some(signed.person.id), deed: Deed::Exported { what, rows } };
    app.store.record(app.campaign()?, &act).await?;
    let name = format!("attachment; filename=\"bulletin-{}-{}.{ending}\"", bulletin.month, bulletin.edition);
    Ok(([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, name)], bytes).into_response())
}
