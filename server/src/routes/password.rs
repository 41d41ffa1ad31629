//! The own password.

use axum::extract::State;
use shared::api::PasswordChange;

use crate::{
    app::SharedApp,
    auth::Signed,
    body::Body,
    error::{ApiError, Done},
    password,
};

/// Changes it and ends the person's other sessions.
pub async fn update(
    State(app): State<SharedApp>,
    signed: Signed,
    Body(change): Body<PasswordChange>,
) -> Result<Done, ApiError> {
    if !password::is_acceptable(&change.new) {
        return Err(ApiError::InvalidField(vec!["new".to_owned()]));
    }
    let campaign = app.campaign()?;
    let account = app.store.account(campaign, &signed.person.account).await?;
    if !app.passwords.verify(change.current, Some(account.password)).await? {
        return Err(ApiError::InvalidField(vec!["current".to_owned()]));
    }
    let hash = app.passwords.hash(change.new).await?;
    app.store.set_password(campaign, signed.by(&app), &hash, signed.token).await?;
    Ok(Done)
}
