//! The page that hands out the certificate of our own authority, so that tablets trust this server.

use axum::{
    extract::State,
    http::header,
    response::{Html, IntoResponse},
};
use shared::t;

use crate::{app::SharedApp, error::ApiError};

/// Where the page is; what it needs lies below.
pub const PATH: &str = "/certificate";

/// Tells on the page whether the browser trusts this server already.
const SCRIPT: &str = include_str!("certificate/check.js");

/// The page.
pub async fn show(State(app): State<SharedApp>) -> Result<Html<String>, ApiError> {
    app.authority.as_ref().ok_or(ApiError::NotFound)?;
    let (title, text, link) =
        (t!("server.certificate.title"), t!("server.certificate.text"), t!("server.certificate.link"));
    let (checking, good, bad) =
        (t!("server.certificate.checking"), t!("server.certificate.good"), t!("server.certificate.bad"));
    let [android, windows, apple] =
        [t!("server.certificate.android"), t!("server.certificate.windows"), t!("server.certificate.apple")];
    Ok(Html(format!(
        "<!doctype html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <script src=\"{PATH}/check.js\" defer></script></head><body><main><h1>{title}</h1>\
         <p id=\"state\" role=\"status\" data-good=\"{good}\" data-bad=\"{bad}\">{checking}</p>\
         <p>{text}</p><p><a href=\"{PATH}/ca.crt\" download=\"tisheng-ca.crt\">{link}</a></p>\
         <ul><li>{android}</li><li>{windows}</li><li>{apple}</li></ul></main></body></html>"
    )))
}

/// The certificate.
pub async fn download(State(app): State<SharedApp>) -> Result<impl IntoResponse, ApiError> {
    let authority = app.authority.clone().ok_or(ApiError::NotFound)?;
    Ok(([(header::CONTENT_TYPE, "application/x-x509-ca-cert")], authority))
}

/// What runs on the page.
pub async fn script() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], SCRIPT)
}
