//! Another device of one's own, by a code that a logged-in one shows.

use axum::{Json, extract::State, http::HeaderMap, response::IntoResponse};
use shared::{
    api::{DeviceJoining, Invitation},
    audit::AccountDeed,
    period::By,
};

use crate::{
    accounts,
    app::SharedApp,
    attempts::Attempt,
    auth::{self, Peer, Signed},
    body::Body,
    error::ApiError,
    one_time::{self, Place},
    routes::session,
    store::{FactKind, Standing, StoreError},
};

/// How long the code is shown: as long as it takes to fetch the other device.
const OFFER_MS: u64 = 10 * 60 * 1000;

/// Makes a code.
pub async fn create(
    State(app): State<SharedApp>,
    signed: Signed,
    headers: HeaderMap,
) -> Result<Json<Invitation>, ApiError> {
    signed.touch(&app).await?;
    let (by, person) = (signed.by(&app), &signed.person);
    let place = Place { origin: &auth::origin(&headers), path: "/device" };
    let tell = |until_ms| accounts::act(person.id, AccountDeed::DeviceOffered { until_ms }, by);
    one_time::make(&app, person, FactKind::Device, OFFER_MS, place, tell).await.map(Json)
}

/// Logs in with a password and a code. The code was made behind the second factor, and stands for it.
pub async fn join(
    State(app): State<SharedApp>,
    headers: HeaderMap,
    peer: Peer,
    Body(joining): Body<DeviceJoining>,
) -> Result<impl IntoResponse + use<>, ApiError> {
    let attempt = Attempt::begin(&app, &joining.account, &peer.address).await?;
    let campaign = app.campaign().map_err(|_| ApiError::InvitationRefused)?;
    let account = match app.store.account(campaign, &attempt.account).await {
        Ok(account) => Some(account),
        Err(StoreError::NotFound) => None,
        Err(error) => return Err(error.into()),
    };
    let hash = account.as_ref().map(|account| account.password.clone());
    let is_right = app.passwords.verify(joining.password, hash).await?;
    let Some(person) = account.filter(|_| is_right).map(|account| account.person) else {
        return Err(attempt.fail(&app, ApiError::WrongCredentials).await?);
    };
    let by = By { person: person.id, at_ms: app.clock.now_ms() };
    // What the code was made for is told by the log-in that follows.
    let act = accounts::act(person.id, AccountDeed::InvitationTaken, by);
    if !one_time::take(&app, campaign, person.id, FactKind::Device, &joining.code, &act).await? {
        return Err(attempt.fail(&app, ApiError::InvitationRefused).await?);
    }
    attempt.succeed(&app).await?;
    let (cookie, view) = session::enter(&app, &headers, person, &peer.address, Some(Standing::Open)).await?;
    Ok((cookie, Json(view)))
}
