//! Logs: structured, one id per request.

use std::{env, fmt, sync::Arc};

use axum::{extract::Request, http::HeaderValue, middleware::Next, response::Response};
use tracing::Instrument as _;
use tracing_subscriber::EnvFilter;

use crate::{
    config::{LOG_DEFAULT, LOG_FORMAT_VARIABLE, LOG_VARIABLE},
    entropy,
};

/// Finds a request in the log.
#[derive(Clone, Debug, Default)]
pub struct RequestId(Arc<str>);

impl fmt::Display for RequestId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Starts logging to standard error.
pub fn start() {
    let filter = EnvFilter::try_from_env(LOG_VARIABLE).unwrap_or_else(|_| EnvFilter::new(LOG_DEFAULT));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    if env::var(LOG_FORMAT_VARIABLE).is_ok_and(|format| format == "json") {
        lines.json().init();
    } else {
        lines.init();
    }
}

/// Gives each request its id: in its extensions, in the answer's headers, and in all that is logged for it.
pub async fn identify(mut request: Request, next: Next) -> Response {
    let id: Arc<str> = entropy::hex::<8>().into();
    let header = HeaderValue::from_str(&id);
    let span = tracing::info_span!("request", request_id = &*id);
    request.extensions_mut().insert(RequestId(id));
    let mut response = next.run(request).instrument(span).await;
    if let Ok(header) = header {
        response.headers_mut().insert("x-request-id", header);
    }
    response
}
