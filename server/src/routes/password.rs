//! The own password.

use axum::extract::State;
use shared::api::PasswordChange;

use crate::{
    app::SharedApp,
    attempts::Attempt,
    auth::{Enrolling, Peer},
    body::Body,
    error::{ApiError, Done},
    password,
};

/// Changes it and ends the person's other sessions.
pub async fn update(
    State(app): State<SharedApp>,
    Enrolling(signed): Enrolling,
    peer: Peer,
    Body(change): Body<PasswordChange>,
) -> Result<Done, ApiError> {
    if !password::is_acceptable(&change.new) {
        return Err(ApiError::InvalidField(vec!["new".to_owned()]));
    }
    // Whoever finds an open session must not guess the password in peace.
    let attempt = Attempt::begin(&app, &signed.person.account, &peer.address).await?;
    let campaign = app.campaign()?;
    let account = app.store.account(campaign, &signed.person.account).await?;
    if !app.passwords.verify(change.current, Some(account.password)).await? {
        return Err(attempt.fail(&app, ApiError::InvalidField(vec!["current".to_owned()])).await?);
    }
    attempt.succeed(&app).await?;
    let hash = app.passwords.hash(change.new).await?;
    app.store.set_password(campaign, signed.by(&app), &hash, signed.token).await?;
    Ok(Done)
}
