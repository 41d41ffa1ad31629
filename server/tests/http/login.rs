use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use serde_json::json;
use shared::api::path;

use crate::world::{PASSWORD, World, post};

const MINUTE_MS: u64 = 60_000;
const DAY_MS: u64 = 24 * 60 * MINUTE_MS;

#[tokio::test]
async fn a_wrong_password_and_an_unknown_account_get_the_same_answer() {
    let world = World::new().await;
    let mut answers = Vec::new();
    for account in ["east", "nobody"] {
        let mut answer = world.try_log_in(account, "wrong password").await;
        assert_eq!((answer.status, answer.code()), (StatusCode::UNAUTHORIZED, "wrong_credentials"));
        assert!(!answer.headers.contains_key(header::SET_COOKIE));
        answer.body["error"]["request_id"].take();
        answers.push(answer.body);
    }
    assert_eq!(answers[0], answers[1]);
}

#[tokio::test]
async fn failed_log_ins_delay_the_next_even_after_a_restart() {
    let world = World::new().await;
    for _ in 0..3 {
        assert_eq!(world.try_log_in("east", "wrong password").await.code(), "wrong_credentials");
    }
    let world = world.restarted().await;
    let delayed = world.try_log_in("east", PASSWORD).await;
    assert_eq!((delayed.status, delayed.code()), (StatusCode::TOO_MANY_REQUESTS, "login_delayed"));
    assert_eq!(delayed.body["error"]["retry_after_seconds"], 2);
    assert_eq!(delayed.headers[header::RETRY_AFTER], "2");
    // Another account of the same office is not held up.
    world.log_in("west").await;
    world.pass(2_000);
    world.log_in("east").await;
    assert_eq!(world.try_log_in("east", "wrong password").await.code(), "wrong_credentials");
    world.log_in("east").await;
}

#[tokio::test]
async fn one_address_cannot_try_account_after_account() {
    let world = World::new().await;
    for n in 0..20 {
        assert_eq!(world.try_log_in(&format!("guess{n}"), "wrong password").await.code(), "wrong_credentials");
    }
    assert_eq!(world.try_log_in("east", PASSWORD).await.code(), "login_delayed");
    let elsewhere = Request::post(path::SESSION)
        .header(header::CONTENT_TYPE, "application/json")
        .header("x-forwarded-for", "10.1.2.3")
        .body(Body::from(json!({ "account": "east", "password": PASSWORD }).to_string()))
        .unwrap();
    assert_eq!(world.nobody().send(elsewhere).await.status, StatusCode::OK);
}

#[tokio::test]
async fn sessions_of_management_end_after_half_an_hour_without_use_and_others_after_a_month() {
    for (account, path, living_ms, ended_ms) in
        [("admin", path::PEOPLE, 29 * MINUTE_MS, 31 * MINUTE_MS), ("east", path::CAMPAIGN, 29 * DAY_MS, 31 * DAY_MS)]
    {
        let world = World::new().await;
        let client = world.log_in(account).await;
        world.pass(living_ms);
        assert_eq!(client.get(path).await.status, StatusCode::OK, "{account}");
        world.pass(ended_ms);
        let expired = client.get(path).await;
        assert_eq!((expired.status, expired.code()), (StatusCode::UNAUTHORIZED, "session_expired"), "{account}");
    }
}

#[tokio::test]
async fn using_a_session_keeps_it() {
    let world = World::new().await;
    let client = world.log_in("admin").await;
    for _ in 0..5 {
        world.pass(20 * MINUTE_MS);
        assert_eq!(client.get(path::PEOPLE).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn logging_out_ends_the_session_and_takes_the_cookie_away() {
    let world = World::new().await;
    let client = world.log_in("east").await;
    assert_eq!(client.get(path::SESSION).await.body["person"]["account"], "east");
    let done = client.send(Request::delete(path::SESSION).body(Body::empty()).unwrap()).await;
    assert_eq!(done.status, StatusCode::NO_CONTENT);
    assert!(done.headers[header::SET_COOKIE].to_str().unwrap().contains("Max-Age=0"));
    assert_eq!(client.get(path::SESSION).await.code(), "session_expired");
}

#[tokio::test]
async fn the_cookie_is_out_of_reach_of_scripts_and_other_sites_and_behind_tls_bound_to_the_host() {
    let world = World::new().await;
    let login = json!({ "account": "east", "password": PASSWORD }).to_string();
    let plain = world.nobody().send(post(path::SESSION, login.clone())).await;
    let cookie = plain.headers[header::SET_COOKIE].to_str().unwrap().to_owned();
    assert!(cookie.starts_with("tisheng_session=") && cookie.contains("; HttpOnly; SameSite=Strict"), "{cookie}");
    assert!(!cookie.contains("Secure"));
    let mut behind_tls = post(path::SESSION, login);
    behind_tls.headers_mut().insert("x-forwarded-proto", "https".parse().unwrap());
    let cookie = world.nobody().send(behind_tls).await.headers[header::SET_COOKIE].to_str().unwrap().to_owned();
    assert!(
        cookie.starts_with("__Host-tisheng_session=")
            && cookie.ends_with("; Path=/; Max-Age=2592000; HttpOnly; SameSite=Strict; Secure"),
        "{cookie}"
    );
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions() {
    let world = World::new().await;
    let (here, there) = (world.log_in("east").await, world.log_in("east").await);
    for (current, new, field) in [("wrong password", "long enough 1", "current"), (PASSWORD, "short", "new")] {
        let refused = here.post(path::PASSWORD, &json!({ "current": current, "new": new })).await;
        assert_eq!(
            (refused.status, &refused.body["error"]["fields"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!([field]))
        );
    }
    let done = here.post(path::PASSWORD, &json!({ "current": PASSWORD, "new": "一个足够长的新密码。" })).await;
    assert_eq!(done.status, StatusCode::NO_CONTENT);
    assert_eq!(here.get(path::SESSION).await.status, StatusCode::OK);
    assert_eq!(there.get(path::SESSION).await.code(), "password_changed");
    assert_eq!(world.try_log_in("east", PASSWORD).await.code(), "wrong_credentials");
    assert_eq!(world.try_log_in("east", "一个足够长的新密码。").await.status, StatusCode::OK);
}

#[tokio::test]
async fn requests_of_other_sites_change_nothing() {
    let world = World::new().await;
    let login = json!({ "account": "east", "password": PASSWORD }).to_string();
    for (name, value, allowed) in [
        ("sec-fetch-site", "cross-site", false),
        ("sec-fetch-site", "same-site", false),
        ("sec-fetch-site", "same-origin", true),
        ("sec-fetch-site", "none", true),
        ("origin", "https://evil.example", false),
        ("origin", "http://127.0.0.1:8080", true),
    ] {
        let mut request = post(path::SESSION, login.clone());
        request.headers_mut().insert(header::HOST, "127.0.0.1:8080".parse().unwrap());
        request.headers_mut().insert(name, value.parse().unwrap());
        let answer = world.nobody().send(request).await;
        assert_eq!(answer.status == StatusCode::OK, allowed, "{name}: {value}");
        assert!(allowed || answer.code() == "cross_site");
    }
}
