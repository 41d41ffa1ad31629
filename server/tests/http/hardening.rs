//! What protects whoever uses the server, whatever they ask and whatever goes wrong.

use axum::{
    body::Body,
    http::{HeaderMap, Request, StatusCode, header},
};
use memchr::memmem;
use serde_json::json;
use shared::api::{BODY_BYTES_MAX, path};

use crate::world::{CAMPAIGN, Client, PASSWORD, World, post};

/// What every answer tells a browser.
fn assert_guarded(what: &str, headers: &HeaderMap) {
    let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    for word in
        ["default-src 'self'", "'wasm-unsafe-eval'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"]
    {
        assert!(policy.contains(word), "{what}: {policy}");
    }
    assert!(
        !policy.contains("unsafe-inline") && !policy.contains("http:") && !policy.contains('*'),
        "{what}: {policy}"
    );
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("cross-origin-opener-policy", "same-origin"),
        ("referrer-policy", "same-origin"),
    ] {
        assert_eq!(headers[name], value, "{what}");
    }
    assert!(headers["permissions-policy"].to_str().unwrap().contains("geolocation=()"), "{what}");
    assert_eq!(headers.get_all(header::CONTENT_SECURITY_POLICY).iter().count(), 1, "{what}");
}

async fn ask(client: &Client, request: Request<Body>, status: StatusCode) {
    let what = format!("{} {}", request.method(), request.uri());
    let answer = client.send(request).await;
    assert_eq!(answer.status, status, "{what} {}", answer.body);
    assert_guarded(&what, &answer.headers);
}

#[tokio::test]
async fn answers_of_every_kind_tell_the_browser_what_it_may_do() {
    let world = World::new().await;
    let filer = world.log_in("east").await;
    let get = |path: &str| Request::get(path).body(Body::empty()).unwrap();
    let ranking = format!("{}/2021-06", path::RANKINGS);
    let tag = filer.get(&ranking).await.headers[header::ETAG].clone();
    let unchanged = Request::get(&ranking).header(header::IF_NONE_MATCH, tag).body(Body::empty()).unwrap();
    let mut elsewhere = post(path::SYNC, "{}");
    elsewhere.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
    for (request, status) in [
        (get("/"), StatusCode::OK),
        (get("/any/screen"), StatusCode::OK),
        (get("/sw.js"), StatusCode::OK),
        (get("/assets/app.0a1b.wasm"), StatusCode::OK),
        (get("/api/docs"), StatusCode::OK),
        (get("/api/docs.css"), StatusCode::OK),
        (get("/api/openapi.json"), StatusCode::OK),
        (get(path::HEALTH), StatusCode::OK),
        (get(path::CAMPAIGN), StatusCode::OK),
        (unchanged, StatusCode::NOT_MODIFIED),
        (post(path::SYNC, "{"), StatusCode::BAD_REQUEST),
        (get(path::PEOPLE), StatusCode::FORBIDDEN),
        (elsewhere, StatusCode::FORBIDDEN),
        (get("/assets/none.js"), StatusCode::NOT_FOUND),
        (get("/certificate"), StatusCode::NOT_FOUND),
        (get("/metrics"), StatusCode::FORBIDDEN),
        (get("/api/v1/none"), StatusCode::NOT_FOUND),
        (Request::put(path::SYNC).body(Body::empty()).unwrap(), StatusCode::METHOD_NOT_ALLOWED),
        (post(path::SYNC, vec![b' '; BODY_BYTES_MAX + 1]), StatusCode::PAYLOAD_TOO_LARGE),
        (Request::delete(path::SESSION).body(Body::empty()).unwrap(), StatusCode::NO_CONTENT),
        (get(path::CAMPAIGN), StatusCode::UNAUTHORIZED),
    ] {
        ask(&filer, request, status).await;
    }
}

#[tokio::test]
async fn a_session_is_256_bits_of_which_only_the_hash_is_stored_and_passwords_are_argon2id() {
    let world = World::new().await;
    let filer = world.log_in("east").await;
    let (_, token) = filer.cookie.split_once('=').unwrap();
    assert!(token.len() == 64 && token.chars().all(|digit| digit.is_ascii_hexdigit()), "{token}");
    assert_ne!(world.log_in("east").await.cookie, filer.cookie);
    let change = json!({ "current": PASSWORD, "new": "一个足够长的新密码。" });
    assert_eq!(filer.post(path::PASSWORD, &change).await.status, StatusCode::NO_CONTENT);
    let account = world.app.store.account(CAMPAIGN, "east").await.unwrap();
    assert!(account.password.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", account.password);
    // Nothing durable holds what a thief could use.
    let bytes: Vec<u8> = (0..64).step_by(2).map(|at| u8::from_str_radix(&token[at..at + 2], 16).unwrap()).collect();
    world.app.store.close().await;
    for entry in
        std::fs::read_dir(world.folder.path()).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_file())
    {
        let file = std::fs::read(entry.path()).unwrap();
        for wanted in [token, PASSWORD, "一个足够长的新密码。"].map(str::as_bytes).into_iter().chain([bytes.as_slice()])
        {
            assert!(memmem::find(&file, wanted).is_none(), "{}", entry.path().display());
        }
    }
}
