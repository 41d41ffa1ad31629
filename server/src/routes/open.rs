//! Open tables for other systems, each as JSON or as comma-separated values.

use axum::{
    Json,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::header,
    response::{IntoResponse as _, Response},
};
use schemars::JsonSchema;
use serde::Deserialize;
use shared::{
    audit::{Act, Deed},
    open::{self, Subject, Table},
    scoring::scheme::Scheme,
    t,
};

use super::periods;
use crate::{
    app::{App, SharedApp},
    error::ApiError,
    system::System,
};

/// What comma-separated values are called.
const CSV: &str = "text/csv; charset=utf-8";

/// How the table is wanted.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// As JSON.
    #[default]
    Json,
    /// As comma-separated values.
    Csv,
}

/// What stands after the question mark.
#[derive(Debug, Deserialize)]
pub struct Wanted {
    #[serde(default)]
    format: Format,
}

type Asked = Result<Query<Wanted>, QueryRejection>;

/// The ranking of a month.
pub async fn ranking(
    State(app): State<SharedApp>,
    system: System,
    Path(period): Path<String>,
    asked: Asked,
) -> Result<Response, ApiError> {
    let month = periods::of_campaign(&app, &period)?;
    let ranking = app.ledger()?.ranking(month).await?;
    hand_out(&app, &system, asked, Subject::Ranking(month), &open::ranking(&ranking)).await
}

/// The projects as they were last approved.
pub async fn projects(State(app): State<SharedApp>, system: System, asked: Asked) -> Result<Response, ApiError> {
    let table = app.ledger()?.projects().await?;
    hand_out(&app, &system, asked, Subject::Projects, &table).await
}

/// The year's targets.
pub async fn targets(State(app): State<SharedApp>, system: System, asked: Asked) -> Result<Response, ApiError> {
    let record = app.ledger()?.record();
    let table = open::targets(&record.targets, &record.units, &Scheme::default_scheme());
    hand_out(&app, &system, asked, Subject::Targets, &table).await
}

/// The campaign's periods.
pub async fn periods(State(app): State<SharedApp>, system: System, asked: Asked) -> Result<Response, ApiError> {
    let table = open::periods(&periods::all(&app)?);
    hand_out(&app, &system, asked, Subject::Periods, &table).await
}

/// Tells the audit log first: what is not told is not handed out.
async fn hand_out(
    app: &App,
    system: &System,
    asked: Asked,
    subject: Subject,
    table: &Table,
) -> Result<Response, ApiError> {
    let Query(Wanted { format }) = asked.map_err(|error| ApiError::MalformedRequest(error.to_string()))?;
    let what = t!("open.told", subject = subject.name(), system = system.name);
    let rows = u64::try_from(table.rows.len()).map_err(ApiError::internal)?;
    let act = Act { at_ms: app.clock.now_ms(), person: None, deed: Deed::Exported { what, rows } };
    app.store.record(app.campaign()?, &act).await?;
    Ok(match format {
        Format::Json => Json(table).into_response(),
        Format::Csv => ([(header::CONTENT_TYPE, CSV)], table.csv()).into_response(),
    })
}
