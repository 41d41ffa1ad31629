//! Periods: where they stand, steps with them, and what was frozen.

use axum::{
    Json,
    extract::{Path, State},
};
use shared::{
    api::EditionView,
    authorize::Action,
    calendar::Month,
    period::{History, LateArrival, LateArrivals, PeriodView, Step, Timetable},
    scoring::result::Ranking,
};

use crate::{
    app::{App, SharedApp},
    auth::Signed,
    body::Body,
    entropy,
    error::ApiError,
    keeper::StepRequest,
};

/// Rows of the log that are looked at in one go.
const LOOK_ROWS: u32 = 5_000;

/// The campaign's periods.
pub async fn list(State(app): State<SharedApp>, signed: Signed) -> Result<Json<Vec<PeriodView>>, ApiError> {
    signed.must(Action::ReadPeriods)?;
    signed.touch(&app).await?;
    all(&app).map(Json)
}

/// All of them, as they stand.
pub(super) fn all(app: &App) -> Result<Vec<PeriodView>, ApiError> {
    app.ledger()?.campaign().periods().iter().map(|period| view(app, period.month)).collect()
}

/// One period.
pub async fn show(
    State(app): State<SharedApp>,
    signed: Signed,
    Path(month): Path<String>,
) -> Result<Json<PeriodView>, ApiError> {
    signed.must(Action::ReadPeriods)?;
    signed.touch(&app).await?;
    view(&app, of_campaign(&app, &month)?).map(Json)
}

/// Takes a step with a period.
pub async fn step(
    State(app): State<SharedApp>,
    signed: Signed,
    Path(month): Path<String>,
    Body(step): Body<Step>,
) -> Result<Json<PeriodView>, ApiError> {
    signed.touch(&app).await?;
    let month = of_campaign(&app, &month)?;
    let (now_ms, key) = (app.clock.now_ms(), app.key.clone());
    let history = app.ledger()?.step(StepRequest { person: signed.person, month, step, now_ms, key }).await?;
    Ok(Json(of_history(month, history, now_ms)))
}

/// A period's figures as they would be frozen now, whatever was published.
pub async fn current(
    State(app): State<SharedApp>,
    signed: Signed,
    Path(month): Path<String>,
) -> Result<Json<Ranking>, ApiError> {
    signed.must(Action::FreezePeriod)?;
    signed.touch(&app).await?;
    let ranking = app.ledger()?.current(of_campaign(&app, &month)?).await?;
    Ok(Json((*ranking).clone()))
}

/// What units filed for a period after its deadline.
pub async fn late(
    State(app): State<SharedApp>,
    signed: Signed,
    Path(month): Path<String>,
) -> Result<Json<Vec<LateArrival>>, ApiError> {
    signed.must(Action::ReadLateArrivals)?;
    signed.touch(&app).await?;
    let mut late = LateArrivals::new(of_campaign(&app, &month)?);
    let (campaign, mut after) = (app.campaign()?, 0);
    loop {
        let rows = app.store.replay(campaign, after, LOOK_ROWS).await?;
        for entry in &rows {
            late.look(&entry.row);
        }
        match rows.last() {
            Some(last) => after = last.row.sequence,
            None => return Ok(Json(late.into_found())),
        }
    }
}

/// A frozen edition with its signature; only published ones, except for those who publish.
pub async fn edition(
    State(app): State<SharedApp>,
    signed: Signed,
    Path((month, edition)): Path<(String, u32)>,
) -> Result<Json<EditionView>, ApiError> {
    signed.must(Action::ReadPeriods)?;
    signed.touch(&app).await?;
    let month = of_campaign(&app, &month)?;
    let periods = app.ledger()?.periods();
    let editions = periods.get(&month).into_iter().flat_map(|history| &history.editions);
    let known = editions.into_iter().find(|known| known.frozen.edition == edition).ok_or(ApiError::NotFound)?;
    if known.published.is_none() {
        signed.must(Action::PublishPeriod)?;
    }
    let stored = app.store.result(app.campaign()?, month, edition).await?;
    let signature = entropy::digits(&stored.signature);
    Ok(Json(EditionView { document: stored.document, signature, key: known.frozen.key.clone() }))
}

/// The month of an address, where the campaign has it.
pub(super) fn of_campaign(app: &App, month: &str) -> Result<Month, ApiError> {
    let month: Month = month.parse().map_err(|_| ApiError::NotFound)?;
    if month.year() == app.ledger()?.campaign().year { Ok(month) } else { Err(ApiError::NotFound) }
}

fn view(app: &App, month: Month) -> Result<PeriodView, ApiError> {
    let history = app.ledger()?.periods().get(&month).cloned().unwrap_or_default();
    Ok(of_history(month, history, app.clock.now_ms()))
}

fn of_history(month: Month, history: History, now_ms: u64) -> PeriodView {
    let timetable = Timetable::of(month);
    PeriodView { month, phase: history.phase(&timetable, now_ms), timetable, history }
}
