//! What stands before a body.

use std::{panic::AssertUnwindSafe, sync::Arc};

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, Request, header},
};
use server::{
    app::App, blobs::folder::Folder, clock::Clock, router::router, signing::SigningKey, store::sqlite::SqliteStore,
};
use shared::api::path;
use tempfile::TempDir;
use tower::ServiceExt as _;

use crate::strange::{MANY, try_all};

const NAMES: [HeaderName; 10] = [
    header::COOKIE,
    header::AUTHORIZATION,
    header::USER_AGENT,
    header::ORIGIN,
    header::HOST,
    header::CONTENT_TYPE,
    header::CONTENT_ENCODING,
    header::ACCEPT_ENCODING,
    HeaderName::from_static("x-forwarded-for"),
    HeaderName::from_static("sec-fetch-site"),
];

#[test]
fn headers_of_any_bytes_are_answered_and_never_with_a_defect() {
    let folder = TempDir::new().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let router = runtime.block_on(async {
        let store = Arc::new(SqliteStore::open(folder.path()).await.unwrap());
        let blobs = Arc::new(Folder::new(folder.path().join("blobs")));
        let app = App::new(store, blobs, Clock::of(|| 1_624_413_600_000), SigningKey::of_bytes([7; 32])).unwrap();
        router(Arc::new(app.with(0, None)), folder.path())
    });
    let good: [&[u8]; 6] = [
        b"tisheng_session=0123; other=1; __Host-tisheng_session=9",
        b"Bearer 0123456789abcdef",
        b"Mozilla/5.0 Chrome/90.0.4427.0 Safari/537.36",
        b"http://127.0.0.1:8080",
        b"10.1.2.3, [::1]:99",
        b"application/json; charset=utf-8",
    ];
    let read = AssertUnwindSafe(|bytes: &[u8]| {
        let Ok(value) = HeaderValue::from_bytes(bytes) else { return };
        for (name, asked) in
            NAMES.iter().zip([path::SESSION, path::SETUP, "/healthz", path::SYNC, "/api/docs"].iter().cycle())
        {
            let get = Request::get(*asked).header(name, &value).body(Body::empty()).unwrap();
            let post = Request::post(path::SESSION).header(name, &value).body(Body::from("{}")).unwrap();
            for request in [get, post] {
                let answer = runtime.block_on(router.clone().oneshot(request)).unwrap();
                assert!(!answer.status().is_server_error(), "{name} {asked} {}", answer.status());
                assert!(answer.headers().contains_key(header::CONTENT_SECURITY_POLICY), "{name} {asked}");
            }
        }
    });
    try_all("headers", &good, MANY / 20, |bytes| (*read)(bytes));
}
