//! The own second factor.

use axum::{Json, extract::State};
use shared::api::{RecoveryCodes, SecondFactorCode, SecondFactorOffer, SecondFactorView};

use crate::{
    app::SharedApp,
    attempts::Attempt,
    auth::{Enrolling, Peer},
    body::Body,
    error::ApiError,
    second_factor,
    store::{Standing, Which},
};

/// Where one stands.
pub async fn show(
    State(app): State<SharedApp>,
    Enrolling(signed): Enrolling,
) -> Result<Json<SecondFactorView>, ApiError> {
    second_factor::view(&app, &signed.person).await.map(Json)
}

/// A new secret for the authenticator.
pub async fn create(
    State(app): State<SharedApp>,
    Enrolling(signed): Enrolling,
) -> Result<Json<SecondFactorOffer>, ApiError> {
    signed.touch(&app).await?;
    second_factor::offer(&app, &signed.person).await.map(Json)
}

/// The authenticator has it: from now on a log-in asks for its code.
pub async fn confirm(
    State(app): State<SharedApp>,
    Enrolling(signed): Enrolling,
    peer: Peer,
    Body(shown): Body<SecondFactorCode>,
) -> Result<Json<RecoveryCodes>, ApiError> {
    signed.touch(&app).await?;
    let attempt = Attempt::begin(&app, &signed.person.account, &peer.address).await?;
    let codes = match second_factor::confirm(&app, &signed.person, &shown.code).await {
        Ok(codes) => codes,
        Err(ApiError::SecondFactorWrong) => return Err(attempt.fail(&app, ApiError::SecondFactorWrong).await?),
        Err(error) => return Err(error),
    };
    attempt.succeed(&app).await?;
    let this = Which::Only(signed.token);
    app.store.set_standing(app.campaign()?, signed.person.id, this, Standing::Open, None).await?;
    Ok(Json(codes))
}
