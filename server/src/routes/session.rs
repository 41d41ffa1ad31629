//! Logging in and out.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::{AppendHeaders, IntoResponse},
};
use shared::{
    api::{Login, SessionView},
    audit::{Act, Deed},
    period::By,
    person::Person,
};

use crate::{
    app::{App, SharedApp},
    attempts::Attempt,
    auth::{self, Enrolling, Peer},
    body::Body,
    error::{ApiError, Done},
    second_factor::{self, Shown},
    store::{FactKind, Standing, StoreError},
};

/// The header that gives a browser its cookie.
pub(super) type Cookie = AppendHeaders<[(HeaderName, HeaderValue); 1]>;

/// Who is logged in.
pub async fn show(State(app): State<SharedApp>, Enrolling(signed): Enrolling) -> Result<Json<SessionView>, ApiError> {
    let is_enrolling = signed.is_enrolling;
    view(&app, signed.person, is_enrolling).map(Json)
}

/// Logs in.
pub async fn create(
    State(app): State<SharedApp>,
    headers: HeaderMap,
    peer: Peer,
    Body(login): Body<Login>,
) -> Result<impl IntoResponse + use<>, ApiError> {
    let attempt = Attempt::begin(&app, &login.account, &peer.address).await?;
    let (person, standing) = check(&app, &attempt, login).await?;
    attempt.succeed(&app).await?;
    let (cookie, view) = enter(&app, &headers, person, &peer.address, Some(standing)).await?;
    Ok((cookie, Json(view)))
}

/// Logs out.
pub async fn delete(
    State(app): State<SharedApp>,
    headers: HeaderMap,
    Enrolling(signed): Enrolling,
) -> Result<impl IntoResponse + use<>, ApiError> {
    let campaign = app.campaign()?;
    app.store.end_session(campaign, signed.token).await?;
    let By { person, at_ms } = signed.by(&app);
    app.store.record(campaign, &Act { at_ms, person: Some(person), deed: Deed::LoggedOut }).await?;
    Ok((AppendHeaders([(header::SET_COOKIE, auth::forget(&headers)?)]), Done))
}

/// Begins a session of somebody who proved who they are. Without a standing it is found out whether a second factor
/// is to be set up first.
pub(super) async fn enter(
    app: &App,
    headers: &HeaderMap,
    person: Person,
    address: &str,
    standing: Option<Standing>,
) -> Result<(Cookie, SessionView), ApiError> {
    let standing = match standing {
        Some(standing) => standing,
        None => match second_factor::check(app, &person, None).await? {
            Shown::NotNeeded => Standing::Open,
            // One that is set up is asked for at the next log-in: a code of an invitation does not stand for it.
            Shown::Asked => return Err(ApiError::SecondFactorAsked),
            Shown::Missing | Shown::Wrong | Shown::Right => Standing::Enrolling,
        },
    };
    let cookie = auth::begin(app, headers, &person, address, standing).await?;
    // The log-in stands in the audit log, and so what opens stores on tablets is told in its answer alone.
    let recovery = Some(app.key.recovery(app.campaign()?, person.id));
    let view = SessionView { recovery, ..view(app, person, standing == Standing::Enrolling)? };
    Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), view))
}

fn view(app: &App, person: Person, is_enrolling: bool) -> Result<SessionView, ApiError> {
    let campaign = app.ledger()?.campaign().clone();
    let parcel_key = (!is_enrolling).then(|| app.key.parcel(campaign.id, person.id));
    Ok(SessionView { person, campaign, now_ms: app.clock.now_ms(), recovery: None, parcel_key, is_enrolling })
}

/// The person of an account, a password and a code. Unknown accounts take the same time and give the same answer.
async fn check(app: &App, attempt: &Attempt, login: Login) -> Result<(Person, Standing), ApiError> {
    let campaign = app.campaign().map_err(|_| ApiError::WrongCredentials)?;
    let account = match app.store.account(campaign, &attempt.account).await {
        Ok(account) => Some(account),
        Err(StoreError::NotFound) => None,
        Err(error) => return Err(error.into()),
    };
    let hash = account.as_ref().map(|account| account.password.clone());
    let is_right = app.passwords.verify(login.password, hash).await?;
    let Some(person) = account.filter(|_| is_right).map(|account| account.person) else {
        return Err(attempt.fail(app, ApiError::WrongCredentials).await?);
    };
    if app.store.fact(campaign, person.id, FactKind::Disabled).await?.is_some() {
        return Err(ApiError::Revoked);
    }
    match second_factor::check(app, &person, login.code.as_deref()).await? {
        Shown::NotNeeded | Shown::Right => Ok((person, Standing::Open)),
        Shown::Missing => Ok((person, Standing::Enrolling)),
        Shown::Asked => Err(ApiError::SecondFactorAsked),
        Shown::Wrong => Err(attempt.fail(app, ApiError::SecondFactorWrong).await?),
    }
}
