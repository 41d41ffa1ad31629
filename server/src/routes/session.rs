//! Logging in and out.

use std::net::SocketAddr;

use axum::{
    Json,
    extract::{ConnectInfo, State},
    http::{HeaderMap, header},
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
    auth::{self, Signed},
    body::Body,
    error::{ApiError, Done},
    store::{Failures, StoreError},
};

/// Failed log-ins of one account before each further one has to wait.
const ACCOUNT_FREE: u32 = 3;

/// The same for one address, behind which a whole office may sit.
const ADDRESS_FREE: u32 = 20;

/// The longest wait.
const DELAY_MAX_SECONDS: u64 = 15 * 60;

/// Failures older than this are forgotten.
const FORGET_MS: u64 = 24 * 3600 * 1000;

/// Characters of an account name that are looked at at all.
const ACCOUNT_CHARS_MAX: usize = 64;

/// Who is logged in.
pub async fn show(State(app): State<SharedApp>, signed: Signed) -> Result<Json<SessionView>, ApiError> {
    view(&app, signed.person).map(Json)
}

/// Logs in.
pub async fn create(
    State(app): State<SharedApp>,
    headers: HeaderMap,
    peer: Option<axum::Extension<ConnectInfo<SocketAddr>>>,
    Body(login): Body<Login>,
) -> Result<impl IntoResponse, ApiError> {
    let address = auth::remote_address(&headers, peer.map(|axum::Extension(peer)| peer));
    let person = check(&app, login, &address).await?;
    let cookie = auth::begin(&app, &headers, &person, &address).await?;
    Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), Json(entered(&app, person)?)))
}

/// Logs out.
pub async fn delete(
    State(app): State<SharedApp>,
    headers: HeaderMap,
    signed: Signed,
) -> Result<impl IntoResponse, ApiError> {
    let campaign = app.campaign()?;
    app.store.end_session(campaign, signed.token).await?;
    let By { person, at_ms } = signed.by(&app);
    app.store.record(campaign, &Act { at_ms, person: Some(person), deed: Deed::LoggedOut }).await?;
    Ok((AppendHeaders([(header::SET_COOKIE, auth::forget(&headers)?)]), Done))
}

/// What a person who is logged in is told.
pub fn view(app: &App, person: Person) -> Result<SessionView, ApiError> {
    let campaign = app.ledger()?.campaign().clone();
    let parcel_key = Some(app.key.parcel(campaign.id, person.id));
    Ok(SessionView { person, campaign, now_ms: app.clock.now_ms(), recovery: None, parcel_key })
}

/// What a person who just logged in is told: the log-in stands in the audit log, and so does this.
pub fn entered(app: &App, person: Person) -> Result<SessionView, ApiError> {
    let recovery = Some(app.key.recovery(app.campaign()?, person.id));
    Ok(SessionView { recovery, ..view(app, person)? })
}

/// The person of an account and password. Unknown accounts take the same time and give the same answer.
async fn check(app: &App, login: Login, address: &str) -> Result<Person, ApiError> {
    let campaign = app.campaign().map_err(|_| ApiError::WrongCredentials)?;
    let now_ms = app.clock.now_ms();
    // No account's name has a control character, and not every database could look for one.
    let letters = login.account.trim().chars().filter(|letter| !letter.is_control());
    let name: String = letters.take(ACCOUNT_CHARS_MAX).collect();
    let subjects = (format!("account:{name}"), format!("address:{address}"));
    let wait = wait_seconds(app.store.failures(campaign, &subjects.0).await?, ACCOUNT_FREE, now_ms).max(wait_seconds(
        app.store.failures(campaign, &subjects.1).await?,
        ADDRESS_FREE,
        now_ms,
    ));
    if wait > 0 {
        return Err(ApiError::LoginDelayed { retry_after_seconds: wait });
    }
    let account = match app.store.account(campaign, &name).await {
        Ok(account) => Some(account),
        Err(StoreError::NotFound) => None,
        Err(error @ (StoreError::Conflict | StoreError::Unavailable(_) | StoreError::Corrupt(_))) => {
            return Err(error.into());
        }
    };
    let hash = account.as_ref().map(|account| account.password.clone());
    if !app.passwords.verify(login.password, hash).await? {
        let forget_before_ms = now_ms.saturating_sub(FORGET_MS);
        app.store.count_failure(campaign, &[&subjects.0, &subjects.1], now_ms, forget_before_ms).await?;
        let deed = Deed::LoginFailed { account: name, address: address.to_owned() };
        app.store.record(campaign, &Act { at_ms: now_ms, person: None, deed }).await?;
        return Err(ApiError::WrongCredentials);
    }
    app.store.clear_failures(campaign, &subjects.0).await?;
    account.map(|account| account.person).ok_or(ApiError::WrongCredentials)
}

/// How long the next attempt has to wait: 2, 4, 8 … seconds after the last of too many failures.
fn wait_seconds(failures: Failures, free: u32, now_ms: u64) -> u64 {
    let Some(beyond) = failures.count.checked_sub(free).map(|beyond| beyond + 1) else {
        return 0;
    };
    let delay_seconds = 1_u64.checked_shl(beyond.min(20)).unwrap_or(DELAY_MAX_SECONDS).min(DELAY_MAX_SECONDS);
    let until_ms = failures.last_ms.saturating_add(delay_seconds * 1_000);
    until_ms.saturating_sub(now_ms).div_ceil(1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_after_the_free_attempts_and_stay_bounded() {
        for (count, waited_ms, wait) in [
            (0, 0, 0),
            (2, 0, 0),
            (3, 0, 2),
            (3, 1_500, 1),
            (3, 2_000, 0),
            (4, 0, 4),
            (5, 0, 8),
            (60, 0, DELAY_MAX_SECONDS),
        ] {
            let failures = Failures { count, last_ms: 1_000_000 };
            assert_eq!(wait_seconds(failures, ACCOUNT_FREE, 1_000_000 + waited_ms), wait, "{count} {waited_ms}");
        }
    }
}
