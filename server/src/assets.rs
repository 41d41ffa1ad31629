//! The built application: static files, precompressed, each cached as long as it can be.

use std::path::Path;

use axum::{
    Router,
    extract::Request,
    http::{HeaderValue, header},
    middleware::{self, Next},
    response::Response,
};
use tower_http::services::{ServeDir, ServeFile};

/// The page that starts the application; without it the folder holds no application.
pub const PAGE: &str = "index.html";

/// Names that change with the content.
const FOREVER: &str = "public, max-age=31536000, immutable";

/// Pages and the service worker: asked for every time, so that an update is seen.
const REVALIDATE: &str = "no-cache";

/// Icons and the manifest.
const A_DAY: &str = "public, max-age=86400";

/// The routes of a folder: its files, and its page for every address that is a screen of the application.
pub fn router<S: Clone + Send + Sync + 'static>(folder: &Path) -> Router<S> {
    let files = |folder: &Path| ServeDir::new(folder).precompressed_br().precompressed_gzip();
    let page = ServeFile::new(folder.join(PAGE)).precompressed_br().precompressed_gzip();
    Router::new()
        // A missing file of an old version must not be answered with the page.
        .nest_service("/assets", files(&folder.join("assets")))
        .nest_service("/icons", files(&folder.join("icons")))
        .fallback_service(files(folder).append_index_html_on_directories(true).fallback(page))
        .layer(middleware::from_fn(cache))
}

async fn cache(request: Request, next: Next) -> Response {
    let lifetime = lifetime(request.uri().path());
    let mut response = next.run(request).await;
    if response.status().is_success() {
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(lifetime));
    }
    response
}

fn lifetime(path: &str) -> &'static str {
    if path.starts_with("/assets/") {
        FOREVER
    } else if path.starts_with("/icons/") || path == "/app.webmanifest" {
        A_DAY
    } else {
        REVALIDATE
    }
}
