//! The first password, with the code of an invitation.

use axum::{Json, extract::State, http::HeaderMap, response::IntoResponse};
use shared::{
    api::{InvitationTaken, SessionView},
    audit::AccountDeed,
    id::Digest,
    period::By,
};

use crate::{
    accounts,
    app::SharedApp,
    attempts::Attempt,
    auth::Peer,
    body::Body,
    error::ApiError,
    one_time, password,
    routes::session,
    store::{FactKind, StoreError},
};

/// Sets it, ends sessions that another password began, and logs in.
pub async fn create(
    State(app): State<SharedApp>,
    headers: HeaderMap,
    peer: Peer,
    Body(taken): Body<InvitationTaken>,
) -> Result<impl IntoResponse + use<>, ApiError> {
    let attempt = Attempt::begin(&app, &taken.account, &peer.address).await?;
    if !password::is_acceptable(&taken.password) {
        return Err(ApiError::InvalidField(vec!["password".to_owned()]));
    }
    // Before anything is looked up: an unknown account takes the same time.
    let hash = app.passwords.hash(taken.password).await?;
    let campaign = app.campaign().map_err(|_| ApiError::InvitationRefused)?;
    let person = match app.store.account(campaign, &attempt.account).await {
        Ok(account) => account.person,
        Err(StoreError::NotFound) => return Err(attempt.fail(&app, ApiError::InvitationRefused).await?),
        Err(error) => return Err(error.into()),
    };
    let by = By { person: person.id, at_ms: app.clock.now_ms() };
    let act = accounts::act(person.id, AccountDeed::InvitationTaken, by);
    if !one_time::take(&app, campaign, person.id, FactKind::Invitation, &taken.code, &act).await? {
        return Err(attempt.fail(&app, ApiError::InvitationRefused).await?);
    }
    app.store.set_password(campaign, by, &hash, Digest::ZERO).await?;
    attempt.succeed(&app).await?;
    let (cookie, view): (_, SessionView) = session::enter(&app, &headers, person, &peer.address, None).await?;
    Ok((cookie, Json(view)))
}
