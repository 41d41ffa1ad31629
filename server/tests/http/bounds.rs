use std::io::Write as _;

use axum::http::{StatusCode, header};
use flate2::{Compression, write::GzEncoder};
use serde_json::json;
use shared::{
    api::{BODY_BYTES_MAX, path},
    merge::operation::Mark,
};

use crate::world::{World, edit, exchange, post};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn an_oversized_body_is_refused_whatever_it_is_packed_in() {
    let world = World::new().await;
    let client = world.log_in("east").await;
    let large = vec![b' '; BODY_BYTES_MAX + 1];
    let mut bomb = post(path::SYNC, gzip(&vec![b' '; 50 * BODY_BYTES_MAX]));
    bomb.headers_mut().insert(header::CONTENT_ENCODING, "gzip".parse().unwrap());
    for request in [post(path::SYNC, large), bomb] {
        let answer = client.send(request).await;
        assert_eq!((answer.status, answer.code()), (StatusCode::PAYLOAD_TOO_LARGE, "body_too_large"));
        assert!(answer.body["error"]["message"].as_str().unwrap().contains("过大"));
    }
    let too_many: Vec<_> = (1..=1_001).map(|n| edit(n, "名")).collect();
    let answer = client.post(path::SYNC, &exchange(Mark::START, &json!(too_many), 1)).await;
    assert_eq!(answer.code(), "body_too_large");
    assert_eq!(world.app.ledger().unwrap().head().borrow().to_owned(), 0);
}

#[tokio::test]
async fn a_compressed_body_is_read() {
    let world = World::new().await;
    let client = world.log_in("east").await;
    let body = exchange(Mark::START, &json!([edit(1, "软件园")]), 1).to_string();
    let mut request = post(path::SYNC, gzip(body.as_bytes()));
    request.headers_mut().insert(header::CONTENT_ENCODING, "gzip".parse().unwrap());
    let answer = client.send(request).await;
    assert_eq!((answer.status, &answer.body["next"]["sequence"]), (StatusCode::OK, &json!(1)));
}

#[tokio::test]
async fn what_is_not_a_request_is_answered_with_a_reason() {
    let world = World::new().await;
    let client = world.log_in("east").await;
    let good = exchange(Mark::START, &json!([]), 1).to_string();
    let mut not_gzip = post(path::SYNC, good.clone());
    not_gzip.headers_mut().insert(header::CONTENT_ENCODING, "gzip".parse().unwrap());
    let mut unknown_encoding = post(path::SYNC, good.clone());
    unknown_encoding.headers_mut().insert(header::CONTENT_ENCODING, "rot13".parse().unwrap());
    let mut form = post(path::SYNC, good);
    form.headers_mut().insert(header::CONTENT_TYPE, "application/x-www-form-urlencoded".parse().unwrap());
    for request in
        [post(path::SYNC, "{"), post(path::SYNC, "{}"), post(path::SYNC, "\u{0}"), not_gzip, unknown_encoding, form]
    {
        let answer = client.send(request).await;
        assert_eq!((answer.status, answer.code()), (StatusCode::BAD_REQUEST, "malformed_request"), "{}", answer.body);
    }
    let mut old = exchange(Mark::START, &json!([]), 1);
    old["protocol"] = json!(99);
    let answer = client.post(path::SYNC, &old).await;
    assert_eq!((answer.status, answer.code()), (StatusCode::UPGRADE_REQUIRED, "upgrade_required"));
}

#[tokio::test]
async fn every_error_of_the_interface_has_a_body_with_a_request_id() {
    let world = World::new().await;
    let nobody = world.nobody();
    let put = axum::http::Request::put(path::SYNC).body(axum::body::Body::empty()).unwrap();
    for (answer, status, code) in [
        (nobody.get("/api/v1/nothing").await, StatusCode::NOT_FOUND, "not_found"),
        (nobody.get("/api").await, StatusCode::NOT_FOUND, "not_found"),
        (nobody.send(put).await, StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed"),
        (nobody.get(path::CAMPAIGN).await, StatusCode::UNAUTHORIZED, "session_expired"),
    ] {
        assert_eq!((answer.status, answer.code()), (status, code));
        assert_eq!(answer.body["error"]["request_id"].as_str(), answer.headers["x-request-id"].to_str().ok());
        assert!(!answer.body["error"]["message"].as_str().unwrap().starts_with("error."));
    }
}
