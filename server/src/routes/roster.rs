//! Who answers for what in a unit, and which leader stands by whom.

use axum::{Json, extract::State};
use shared::{
    authorize::Action,
    roster::{Roster, RosterChange},
};

use crate::{app::SharedApp, auth::Signed, body::Body, error::ApiError};

/// Everything that was said of it.
pub async fn show(State(app): State<SharedApp>, signed: Signed) -> Result<Json<Roster>, ApiError> {
    signed.must(Action::ReadRoster)?;
    signed.touch(&app).await?;
    Ok(Json(Roster::clone(&app.ledger()?.roster())))
}

/// Changes it.
pub async fn create(
    State(app): State<SharedApp>,
    signed: Signed,
    Body(change): Body<RosterChange>,
) -> Result<Json<Roster>, ApiError> {
    signed.must(change.action())?;
    signed.touch(&app).await?;
    let roster = app.ledger()?.change_roster(signed.person, change, app.clock.now_ms()).await?;
    Ok(Json(Roster::clone(&roster)))
}
