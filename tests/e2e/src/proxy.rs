//! A proxy that sends every exchange to the server more than once, as bad networks do.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use anyhow::Result;
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{StatusCode, header::HOST},
    response::Response,
};

/// Times each exchange reaches the server.
const TIMES: usize = 3;

/// The largest body the proxy forwards.
const BODY_BYTES_MAX: usize = 8 * 1024 * 1024;

/// A proxy in front of a server; it ends with the test.
#[derive(Debug)]
pub struct Proxy {
    origin: String,
    repeated: Arc<AtomicUsize>,
}

#[derive(Clone)]
struct Route {
    client: reqwest::Client,
    target: String,
    repeated: Arc<AtomicUsize>,
}

impl Proxy {
    /// Starts a proxy that forwards to `target` and repeats every `POST …/sync`.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn repeating(target: &str) -> Result<Self> {
        let repeated = Arc::new(AtomicUsize::new(0));
        let route =
            Route { client: reqwest::Client::new(), target: target.to_owned(), repeated: Arc::clone(&repeated) };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let origin = format!("http://{}", listener.local_addr()?);
        let router = Router::new().fallback(forward).with_state(route);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { origin, repeated })
    }

    /// The address to open in the browser.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// How many exchanges were sent again.
    pub fn repeated(&self) -> usize {
        self.repeated.load(Ordering::Relaxed)
    }
}

async fn forward(State(route): State<Route>, request: Request) -> Response {
    forwarded(&route, request).await.unwrap_or_else(|_| {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::BAD_GATEWAY;
        response
    })
}

async fn forwarded(route: &Route, request: Request) -> Result<Response> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, BODY_BYTES_MAX).await?;
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let url = format!("{}{path}", route.target);
    let is_exchange = parts.method == http::Method::POST && path.ends_with("/sync");
    let mut headers = parts.headers;
    headers.remove(HOST);
    let send = || route.client.request(parts.method.clone(), &url).headers(headers.clone()).body(body.clone()).send();
    let mut answer = send().await?;
    for _ in 1..if is_exchange { TIMES } else { 1 } {
        // The page hears the last answer: the first two were lost on the way, as far as it knows.
        answer = send().await?;
        route.repeated.fetch_add(1, Ordering::Relaxed);
    }
    let mut response = Response::new(Body::empty());
    *response.status_mut() = answer.status();
    *response.headers_mut() = answer.headers().clone();
    *response.body_mut() = Body::from_stream(answer.bytes_stream());
    Ok(response)
}
