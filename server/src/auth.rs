//! Who sends a request: session cookies, their end, and requests from other sites.

use std::{net::IpAddr, sync::Arc};

use axum::{
    extract::{ConnectInfo, FromRequestParts, Request},
    http::{HeaderMap, HeaderValue, Method, header, request::Parts},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use shared::{
    authorize::{Action, authorize},
    id::Digest,
    period::By,
    person::{Person, Role},
};
use subtle::ConstantTimeEq as _;

use crate::{
    app::App,
    entropy,
    error::ApiError,
    store::{Session, Standing, StoreError},
};

/// A session of people who manage or audit ends after this long without use.
const IDLE_MANAGEMENT_MS: u64 = 30 * 60 * 1000;

/// Everyone else's: a tablet is used once a month, and has its own lock.
const IDLE_MS: u64 = 30 * 24 * 3600 * 1000;

/// How exactly the last use of a session is noted; finer costs a write per request.
const TOUCH_EVERY_MS: u64 = 60 * 1000;

/// The cookie on plain HTTP, which is loopback.
const COOKIE: &str = "tisheng_session";

/// The cookie behind TLS. Browsers refuse the prefix without it.
const COOKIE_SECURE: &str = "__Host-tisheng_session";

/// Seconds a browser keeps the cookie; the server ends the session by its own rules.
const COOKIE_SECONDS: u64 = 30 * 24 * 3600;

/// A request of a person with a living session.
#[derive(Clone, Debug)]
pub struct Signed {
    /// The person.
    pub person: Person,
    /// The digest of the session's token.
    pub token: Digest,
    /// Whether it can do nothing but set a second factor up.
    pub is_enrolling: bool,
    seen_ms: u64,
}

impl Signed {
    /// Refuses what the person may not do.
    pub fn must(&self, action: Action) -> Result<(), ApiError> {
        if authorize(&self.person, action) { Ok(()) } else { Err(ApiError::Forbidden) }
    }

    /// Whether the session ends soon when unused.
    pub fn is_management(&self) -> bool {
        is_management(&self.person)
    }

    /// The person, now.
    pub fn by(&self, app: &App) -> By {
        By { person: self.person.id, at_ms: app.clock.now_ms() }
    }

    /// Notes that the person used the session. Not called for what a page does by itself, or an open page would
    /// keep an administrator's session for ever.
    pub async fn touch(&self, app: &App) -> Result<(), ApiError> {
        let now_ms = app.clock.now_ms();
        if now_ms.saturating_sub(self.seen_ms) >= TOUCH_EVERY_MS {
            app.store.touch_session(app.campaign()?, self.token, now_ms).await?;
        }
        Ok(())
    }
}

impl FromRequestParts<Arc<App>> for Signed {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let Enrolling(signed) = Enrolling::from_request_parts(parts, app).await?;
        if signed.is_enrolling { Err(ApiError::SecondFactorMissing) } else { Ok(signed) }
    }
}

/// The same, when the session may be one that still waits for a second factor.
#[derive(Clone, Debug)]
pub struct Enrolling(pub Signed);

impl FromRequestParts<Arc<App>> for Enrolling {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        match Sender::from_request_parts(parts, app).await? {
            Sender::Living(signed) => Ok(Self(signed)),
            Sender::Revoked(_) => Err(ApiError::Revoked),
        }
    }
}

/// Who sends unsent work: also somebody whose session was revoked, for it is kept for others.
#[derive(Clone, Debug)]
pub enum Sender {
    /// A person with a living session.
    Living(Signed),
    /// A person whose account was disabled, or whose device was taken out of service.
    Revoked(Person),
}

impl FromRequestParts<Arc<App>> for Sender {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let token = cookie(&parts.headers).ok_or(ApiError::SessionExpired)?;
        let campaign = app.campaign().map_err(|_| ApiError::SessionExpired)?;
        let (session, person) = app.store.session(campaign, digest_of(token)).await.map_err(|error| match error {
            StoreError::NotFound => ApiError::SessionExpired,
            StoreError::Conflict | StoreError::Unavailable(_) | StoreError::Corrupt(_) => error.into(),
        })?;
        let is_enrolling = match session.standing {
            Standing::Open => false,
            Standing::Enrolling => true,
            Standing::PasswordChanged => return Err(ApiError::PasswordChanged),
            Standing::Revoked => return Ok(Self::Revoked(person)),
        };
        let idle_ms = if is_management(&person) { IDLE_MANAGEMENT_MS } else { IDLE_MS };
        if app.clock.now_ms().saturating_sub(session.seen_ms) > idle_ms {
            app.store.end_session(campaign, session.token).await?;
            return Err(ApiError::SessionExpired);
        }
        Ok(Self::Living(Signed { person, token: session.token, is_enrolling, seen_ms: session.seen_ms }))
    }
}

/// The address a request comes from.
#[derive(Clone, Debug)]
pub struct Peer {
    /// As text.
    pub address: String,
}

impl FromRequestParts<Arc<App>> for Peer {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _app: &Arc<App>) -> Result<Self, Self::Rejection> {
        let peer = parts.extensions.get::<ConnectInfo<std::net::SocketAddr>>().copied();
        Ok(Self { address: remote_address(&parts.headers, peer) })
    }
}

fn is_management(person: &Person) -> bool {
    person
        .roles
        .iter()
        .any(|role| matches!(role, Role::Administrator | Role::Security | Role::CampaignOffice | Role::Auditor))
}

/// Begins a session and gives the cookie that carries it.
pub async fn begin(
    app: &App,
    headers: &HeaderMap,
    person: &Person,
    address: &str,
    standing: Standing,
) -> Result<HeaderValue, ApiError> {
    let token = entropy::hex::<32>();
    let now_ms = app.clock.now_ms();
    let session = Session {
        token: digest_of(&token),
        person: person.id,
        created_ms: now_ms,
        seen_ms: now_ms,
        address: address.to_owned(),
        device: device(headers),
        standing,
    };
    app.store.begin_session(app.campaign()?, &session).await.map_err(|error| match error {
        StoreError::Conflict => ApiError::Revoked,
        StoreError::NotFound | StoreError::Unavailable(_) | StoreError::Corrupt(_) => error.into(),
    })?;
    set_cookie(headers, &token, COOKIE_SECONDS)
}

/// Whether two secrets are the same: how long it takes to find out tells nothing of either.
pub fn is_same(one: &[u8], other: &[u8]) -> bool {
    one.ct_eq(other).into()
}

/// The origin that a browser reached us at, for addresses that are handed over.
pub fn origin(headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    format!("{}://{host}", if is_secure(headers) { "https" } else { "http" })
}

/// What a browser says it is, in few words: its name with its version, and the system.
fn device(headers: &HeaderMap) -> String {
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    let system =
        ["Android", "iPad", "iPhone", "Windows", "Mac OS X", "Linux"].into_iter().find(|name| agent.contains(name));
    // The more particular name first: every browser also names those that it resembles.
    let browser = ["Edg/", "Firefox/", "Chrome/", "Version/"].into_iter().find_map(|name| {
        let (_, rest) = agent.split_once(name)?;
        let version: String = rest.chars().take_while(char::is_ascii_digit).collect();
        let name = if name == "Version/" { "Safari" } else { name.trim_end_matches('/') };
        Some(format!("{name} {version}"))
    });
    let words: Vec<String> = browser.into_iter().chain(system.map(str::to_owned)).collect();
    words.join(" \u{b7} ")
}

/// The cookie that takes the session's cookie away.
pub fn forget(headers: &HeaderMap) -> Result<HeaderValue, ApiError> {
    set_cookie(headers, "", 0)
}

/// The address a request comes from, for the delay after failed log-ins. Only a proxy on this machine can
/// have reached us on behalf of another address, and it appends that address last.
pub fn remote_address(headers: &HeaderMap, peer: Option<ConnectInfo<std::net::SocketAddr>>) -> String {
    let peer = peer.map(|ConnectInfo(peer)| peer.ip());
    let forwarded = headers.get("x-forwarded-for").and_then(|value| value.to_str().ok());
    let forwarded =
        forwarded.and_then(|list| list.rsplit(',').next()).and_then(|last| last.trim().parse::<IpAddr>().ok());
    let address = if peer.is_none_or(|peer| peer.is_loopback()) { forwarded.or(peer) } else { peer };
    address.map_or_else(|| "unknown".to_owned(), |address| address.to_string())
}

/// The layer that refuses requests which change something and were sent by a page of another site.
pub async fn same_site(request: Request, next: Next) -> Response {
    let is_safe = [Method::GET, Method::HEAD, Method::OPTIONS].contains(request.method());
    if is_safe || is_from_here(request.headers()) {
        next.run(request).await
    } else {
        ApiError::CrossSite.into_response()
    }
}

/// Browsers say where a request comes from in `Sec-Fetch-Site`, older ones in `Origin`; other programs say nothing.
fn is_from_here(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => site == "same-origin" || site == "none",
        (None, Some(origin)) => origin.split_once("://").is_some_and(|(_, host)| Some(host) == text("host")),
        (None, None) => true,
    }
}

fn is_secure(headers: &HeaderMap) -> bool {
    headers.get("x-forwarded-proto").is_some_and(|protocol| protocol == "https")
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    let name = if is_secure(headers) { COOKIE_SECURE } else { COOKIE };
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
}

fn set_cookie(headers: &HeaderMap, token: &str, seconds: u64) -> Result<HeaderValue, ApiError> {
    let (name, secure) = if is_secure(headers) { (COOKIE_SECURE, "; Secure") } else { (COOKIE, "") };
    let cookie = format!("{name}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}");
    HeaderValue::from_str(&cookie).map_err(ApiError::internal)
}

/// What is stored of a token or code.
pub fn digest_of(secret: &str) -> Digest {
    Digest::of(&[secret.as_bytes()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_named_in_few_words() {
        for (agent, words) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/90.0.4427.0 Safari/537.36",
                "Chrome 90 \u{b7} Linux",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/118.0.0.0 Safari/537.36 Edg/118.0",
                "Edg 118 \u{b7} Windows",
            ),
            (
                "Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) AppleWebKit/605 Version/17.0 Mobile Safari/604",
                "Safari 17 \u{b7} iPad",
            ),
            ("", ""),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::USER_AGENT, agent.parse().unwrap());
            assert_eq!(device(&headers), words);
        }
    }
}
