//! Figures for Prometheus: what was asked, how long it took, what became of it.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    net::SocketAddr,
    sync::{Mutex, PoisonError},
};

use axum::{
    extract::{ConnectInfo, MatchedPath, Request, State},
    http::{HeaderMap, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use shared::{api::Receipt, id::Digest, merge::operation::Disposition};
use tokio::time::Instant;

use crate::{
    app::{App, SharedApp},
    auth,
    error::ApiError,
};

/// Upper bounds of the histogram, in ms and as Prometheus writes them, in seconds.
const BOUNDS: [(u128, &str); 10] = [
    (1, "0.001"),
    (2, "0.002"),
    (5, "0.005"),
    (10, "0.01"),
    (25, "0.025"),
    (50, "0.05"),
    (100, "0.1"),
    (250, "0.25"),
    (1_000, "1"),
    (5_000, "5"),
];

/// Where they are: no part of the interface, and not for browsers.
pub const PATH: &str = "/metrics";

/// What the format is called.
const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// What was counted since the start.
#[derive(Debug, Default)]
pub struct Metrics(Mutex<Counted>);

#[derive(Debug, Default)]
struct Counted {
    /// By method, route and status.
    requests: BTreeMap<(String, String, u16), u64>,
    /// By route.
    times: BTreeMap<String, Times>,
    /// By what the server decided.
    operations: BTreeMap<&'static str, u64>,
}

#[derive(Clone, Debug, Default)]
struct Times {
    within: [u64; BOUNDS.len()],
    count: u64,
    sum_us: u128,
}

impl Metrics {
    /// Counts what became of operations.
    pub fn count_operations(&self, receipts: &[Receipt]) {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for receipt in receipts {
            let decided = match receipt.disposition {
                Disposition::Ok => "ok",
                Disposition::Late => "late",
                Disposition::Refused(_) => "refused",
                Disposition::Quarantined(_) => "quarantined",
            };
            *counted.operations.entry(decided).or_default() += 1;
        }
    }

    fn count_request(&self, method: String, route: String, status: u16, took_us: u128) {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let times = counted.times.entry(route.clone()).or_default();
        times.count += 1;
        times.sum_us += took_us;
        for (within, (bound_ms, _)) in times.within.iter_mut().zip(BOUNDS) {
            *within += u64::from(took_us <= bound_ms * 1_000);
        }
        *counted.requests.entry((method, route, status)).or_default() += 1;
    }

    fn write(&self, head: u64) -> String {
        let mut text = String::new();
        // Writing into memory cannot fail.
        let _ = self.write_to(&mut text, head);
        text
    }

    fn write_to(&self, out: &mut String, head: u64) -> std::fmt::Result {
        let counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        writeln!(out, "# HELP tisheng_info The version that serves.\n# TYPE tisheng_info gauge")?;
        writeln!(out, "tisheng_info{{version=\"{}\"}} 1", env!("CARGO_PKG_VERSION"))?;
        writeln!(out, "# HELP tisheng_log_rows Rows of the campaign's log.\n# TYPE tisheng_log_rows gauge")?;
        writeln!(out, "tisheng_log_rows {head}")?;
        let what = "# HELP tisheng_operations_total Operations answered, by what was decided.";
        writeln!(out, "{what}\n# TYPE tisheng_operations_total counter")?;
        for (decided, count) in &counted.operations {
            writeln!(out, "tisheng_operations_total{{decided=\"{decided}\"}} {count}")?;
        }
        writeln!(out, "# HELP tisheng_requests_total Requests answered.\n# TYPE tisheng_requests_total counter")?;
        for ((method, route, status), count) in &counted.requests {
            let labels = format!("method=\"{method}\",route=\"{route}\",status=\"{status}\"");
            writeln!(out, "tisheng_requests_total{{{labels}}} {count}")?;
        }
        let what = "# HELP tisheng_request_seconds Time from a request to the head of its answer.";
        writeln!(out, "{what}\n# TYPE tisheng_request_seconds histogram")?;
        for (route, times) in &counted.times {
            for (within, (_, bound)) in times.within.iter().zip(BOUNDS) {
                writeln!(out, "tisheng_request_seconds_bucket{{route=\"{route}\",le=\"{bound}\"}} {within}")?;
            }
            let (seconds, rest) = (times.sum_us / 1_000_000, times.sum_us % 1_000_000);
            writeln!(out, "tisheng_request_seconds_bucket{{route=\"{route}\",le=\"+Inf\"}} {}", times.count)?;
            writeln!(out, "tisheng_request_seconds_sum{{route=\"{route}\"}} {seconds}.{rest:06}")?;
            writeln!(out, "tisheng_request_seconds_count{{route=\"{route}\"}} {}", times.count)?;
        }
        Ok(())
    }
}

/// The layer that measures requests by their route, never by what stands in an address.
pub async fn measure(State(app): State<SharedApp>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("other", MatchedPath::as_str).to_owned();
    let method = request.method().to_string();
    let began = Instant::now();
    let response = next.run(request).await;
    app.metrics.count_request(method, route, response.status().as_u16(), began.elapsed().as_micros());
    response
}

/// The figures, for this machine itself or whoever has the token.
pub async fn show(
    State(app): State<SharedApp>,
    headers: HeaderMap,
    peer: Option<axum::Extension<ConnectInfo<SocketAddr>>>,
) -> Result<impl IntoResponse, ApiError> {
    if !is_local(&headers, peer.map(|axum::Extension(peer)| peer)) && !has_token(&app, &headers) {
        return Err(ApiError::Forbidden);
    }
    let head = app.ledger().map_or(0, |ledger| *ledger.head().borrow());
    Ok(([(header::CONTENT_TYPE, CONTENT_TYPE)], app.metrics.write(head)))
}

/// A proxy on this machine speaks for others.
fn is_local(headers: &HeaderMap, peer: Option<ConnectInfo<SocketAddr>>) -> bool {
    let is_proxied = headers.contains_key("x-forwarded-for") || headers.contains_key(header::FORWARDED);
    peer.is_some_and(|ConnectInfo(peer)| peer.ip().is_loopback()) && !is_proxied
}

fn has_token(app: &App, headers: &HeaderMap) -> bool {
    let told = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    // Digests are compared, so that the time it takes tells nothing of the token.
    let digest: Option<Digest> = told.map(|told| auth::digest_of(told.trim()));
    app.metrics_token.is_some() && digest == app.metrics_token
}
