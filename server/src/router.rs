//! The whole route table, and the layers around it.

use std::path::Path;

use axum::{
    Router,
    extract::Request,
    http::{HeaderValue, header},
    middleware::{self, Next},
    response::Response,
    routing::{delete, get, post},
};
use shared::api::path;
use tower_http::{CompressionLevel, compression::CompressionLayer, decompression::RequestDecompressionLayer};

use crate::{
    app::SharedApp,
    assets, auth,
    error::{self, ApiError},
    limits, metrics, openapi,
    routes::{
        audit, blobs, bulletins, campaign, certificate, devices, events, files, hall, invitation, open, parcels,
        password, people, periods, rankings, rescue, roster, rules, second_factor, session, sessions, setup, snapshots,
        sync, tokens, units,
    },
    telemetry,
};

/// Brotli's level for answers: beyond it a kilobyte saved costs more time than a district's network takes for it.
const COMPRESSION_LEVEL: i32 = 4;

/// What may run in the page: our own files and our own module, nothing inline.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' data: blob:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; object-src 'none'; \
    base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// The same for Chromium before [`WASM_TOKEN_SINCE`], which does not know `'wasm-unsafe-eval'` and would refuse
/// our module: it needs the wider word.
const CONTENT_SECURITY_POLICY_OLD: &str = "default-src 'self'; script-src 'self' 'unsafe-eval'; style-src 'self'; \
    img-src 'self' data: blob:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; object-src 'none'; \
    base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// The version of Chromium that brought `'wasm-unsafe-eval'`.
const WASM_TOKEN_SINCE: u32 = 97;

/// Headers of every answer.
const HEADERS: [(header::HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (
        header::HeaderName::from_static("permissions-policy"),
        "camera=(self), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()",
    ),
];

/// Everything the server answers.
pub fn router(app: SharedApp, assets: &Path) -> Router {
    Router::new()
        .merge(interface(&app))
        .route(path::HEALTH, get(health))
        .route(certificate::PATH, get(certificate::show).layer(middleware::from_fn(error::render)))
        .route(
            &format!("{}/ca.crt", certificate::PATH),
            get(certificate::download).layer(middleware::from_fn(error::render)),
        )
        .route(&format!("{}/check.js", certificate::PATH), get(certificate::script))
        .route(metrics::PATH, get(metrics::show).layer(middleware::from_fn(error::render)))
        .merge(assets::router(assets))
        .with_state(app)
        .layer(middleware::from_fn(headers))
        .layer(middleware::from_fn(telemetry::identify))
}

fn interface(app: &SharedApp) -> Router<SharedApp> {
    Router::new()
        .route(path::SESSION, get(session::show).post(session::create).delete(session::delete))
        .route(path::SESSIONS, get(sessions::list).delete(sessions::delete_others))
        .route(&format!("{}/{{id}}", path::SESSIONS), delete(sessions::delete))
        .route(path::INVITATION, post(invitation::create))
        .route(path::DEVICES, post(devices::create))
        .route(&format!("{}/session", path::DEVICES), post(devices::join))
        .route(path::SECOND_FACTOR, get(second_factor::show).post(second_factor::create))
        .route(&format!("{}/confirmation", path::SECOND_FACTOR), post(second_factor::confirm))
        .route(path::PASSWORD, post(password::update))
        .route(path::SETUP, get(setup::show).post(setup::create))
        .route(path::CAMPAIGN, get(campaign::show))
        .route(path::SYNC, post(sync::create))
        .route(path::PARCELS, post(parcels::create))
        .route(&format!("{}/{{sha256}}", path::SNAPSHOTS), get(snapshots::show))
        .route(path::EVENTS, get(events::show))
        .route(&format!("{}/{{period}}", path::RANKINGS), get(rankings::show))
        .route(&format!("{}/{{period}}/units/{{unit}}", path::RANKINGS), get(rankings::explain))
        .route(&format!("{}/{{period}}/units/{{unit}}/movement", path::RANKINGS), get(rankings::movement))
        .route(&format!("{}/{{period}}/groups/{{group}}/trial", path::RANKINGS), get(rankings::trial))
        .route(path::PEOPLE, get(people::list).post(people::create))
        .route(path::INTAKE, post(people::intake::create))
        .route(&format!("{}/preview", path::INTAKE), post(people::intake::preview))
        .route(&format!("{}/{{person}}/steps", path::PEOPLE), post(people::step))
        .route(&format!("{}/{{person}}/sessions", path::PEOPLE), get(people::list_sessions))
        .route(path::UNITS, post(units::create))
        .route(path::PERIODS, get(periods::list))
        .route(&format!("{}/{{month}}", path::PERIODS), get(periods::show))
        .route(&format!("{}/{{month}}/steps", path::PERIODS), post(periods::step))
        .route(&format!("{}/{{month}}/current", path::PERIODS), get(periods::current))
        .route(&format!("{}/{{month}}/late", path::PERIODS), get(periods::late))
        .route(&format!("{}/{{month}}/editions/{{edition}}", path::PERIODS), get(periods::edition))
        .route(&format!("{}/{{month}}/editions/{{edition}}/bulletin", path::PERIODS), get(bulletins::show))
        .route(&format!("{}/{{month}}/editions/{{edition}}/bulletin.docx", path::PERIODS), get(bulletins::document))
        .route(&format!("{}/{{month}}/editions/{{edition}}/bulletin.xlsx", path::PERIODS), get(bulletins::workbook))
        .route(path::ROSTER, get(roster::show).post(roster::create))
        .route(path::RULES, get(rules::show).post(rules::create))
        .route(&format!("{}/preview", path::RULES), post(rules::preview))
        .route(path::RESCUE, get(rescue::list))
        .route(&format!("{}/{{id}}", path::RESCUE), post(rescue::step))
        .route(path::AUDIT, get(audit::list))
        .route(path::TOKENS, get(tokens::list).post(tokens::create))
        .route(&format!("{}/{{token}}", path::TOKENS), delete(tokens::delete))
        .route(path::HALL, get(hall::show))
        .route(&format!("{}/rankings/{{period}}", path::OPEN), get(open::ranking))
        .route(&format!("{}/projects", path::OPEN), get(open::projects))
        .route(&format!("{}/targets", path::OPEN), get(open::targets))
        .route(&format!("{}/periods", path::OPEN), get(open::periods))
        .route(openapi::DOCUMENT, get(openapi::show))
        .route(openapi::PAGE, get(openapi::page))
        .route(openapi::STYLE, get(openapi::style))
        .route(
            &format!("{}/{{blob}}", path::BLOBS),
            get(blobs::show)
                .head(blobs::standing)
                .patch(blobs::append)
                .options(blobs::capabilities)
                .layer(middleware::from_fn(blobs::resumable)),
        )
        .route(&format!("{}/{{record}}/files", path::RECORDS), get(files::list))
        .route("/api", axum::routing::any(unknown))
        .route("/api/{*path}", axum::routing::any(unknown))
        .layer(CompressionLayer::new().quality(CompressionLevel::Precise(COMPRESSION_LEVEL)))
        .layer(RequestDecompressionLayer::new())
        .layer(middleware::from_fn_with_state(app.clone(), limits::count))
        .layer(middleware::from_fn(auth::same_site))
        .layer(middleware::from_fn(error::render))
        .layer(middleware::from_fn(private))
        .layer(middleware::from_fn_with_state(app.clone(), metrics::measure))
}

async fn health() -> &'static str {
    "ok"
}

async fn unknown() -> ApiError {
    ApiError::NotFound
}

/// Answers of the interface are kept by nobody: what is to be kept lies in the tablet's own database.
async fn private(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

async fn headers(request: Request, next: Next) -> Response {
    let policy =
        match request.headers().get(header::USER_AGENT).and_then(|agent| chromium_version(agent.to_str().ok()?)) {
            Some(version) if version < WASM_TOKEN_SINCE => CONTENT_SECURITY_POLICY_OLD,
            Some(_) | None => CONTENT_SECURITY_POLICY,
        };
    let mut response = next.run(request).await;
    // A file's own policy is stricter.
    let own = response.headers_mut().entry(header::CONTENT_SECURITY_POLICY);
    own.or_insert_with(|| HeaderValue::from_static(policy));
    response.headers_mut().append(header::VARY, HeaderValue::from_static("user-agent"));
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

fn chromium_version(agent: &str) -> Option<u32> {
    let (_, rest) = agent.split_once("Chrome/")?;
    rest.split_once('.')?.0.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::chromium_version;

    #[test]
    fn the_version_is_read_from_what_chromium_says_of_itself() {
        let agent = |version: &str| {
            format!("Mozilla/5.0 (X11; Linux) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{version} Safari/537.36")
        };
        assert_eq!(chromium_version(&agent("90.0.4427.0")), Some(90));
        assert_eq!(chromium_version(&agent("156.0.0.0")), Some(156));
        assert_eq!(chromium_version("Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0"), None);
    }
}
