//! Tokens of other systems, and the tables they read.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use memchr::memmem;
use serde_json::{Value, json};
use shared::api::path;

use crate::world::{Answer, Client, World, edit};

async fn issued(admin: &Client) -> (String, String) {
    let answer = admin.post(path::TOKENS, &json!({ "name": " 智慧城市平台 " })).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert_eq!(answer.body["token"]["name"], "智慧城市平台");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (text(&answer.body["secret"]), text(&answer.body["token"]["digest"]))
}

async fn read(world: &World, path: &str, token: &str) -> Answer {
    let request =
        Request::get(format!("{}{path}", path::OPEN)).header(header::AUTHORIZATION, format!("Bearer {token}"));
    world.nobody().send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_token_reads_the_open_tables_and_nothing_else_until_it_is_taken_back() {
    let world = World::new().await;
    let admin = world.log_in("admin").await;
    let (secret, digest) = issued(&admin).await;
    for (path, column) in
        [("/rankings/2021-06", "score"), ("/projects", "name"), ("/targets", "indicator"), ("/periods", "phase")]
    {
        let answer = read(&world, path, &secret).await;
        assert_eq!(answer.status, StatusCode::OK, "{path} {}", answer.body);
        let columns = answer.body["columns"].as_array().unwrap();
        assert!(columns.iter().any(|known| known["key"] == column), "{path} {}", answer.body);
        let csv = read(&world, &format!("{path}?format=csv"), &secret).await;
        assert_eq!(csv.headers[header::CONTENT_TYPE], "text/csv; charset=utf-8");
        let head = csv.body.as_str().unwrap().lines().next().unwrap().to_owned();
        assert_eq!(head.trim_start_matches('\u{feff}').split(',').count(), columns.len(), "{head}");
        for wrong in ["", &secret[1..], &digest] {
            assert_eq!(read(&world, path, wrong).await.code(), "token_refused", "{path}");
        }
    }
    assert_eq!(read(&world, "/rankings/2019-06", &secret).await.code(), "not_found");
    assert_eq!(read(&world, "/projects?format=xml", &secret).await.code(), "malformed_request");
    let elsewhere = Request::get(path::CAMPAIGN).header(header::AUTHORIZATION, format!("Bearer {secret}"));
    assert_eq!(world.nobody().send(elsewhere.body(Body::empty()).unwrap()).await.code(), "session_expired");
    // A session is no token.
    assert_eq!(admin.get(&format!("{}/projects", path::OPEN)).await.code(), "token_refused");

    let delete = Request::delete(format!("{}/{digest}", path::TOKENS)).body(Body::empty()).unwrap();
    assert_eq!(admin.send(delete).await.status, StatusCode::NO_CONTENT);
    assert_eq!(read(&world, "/projects", &secret).await.code(), "token_refused");
    assert_eq!(admin.get(path::TOKENS).await.body, json!([]));
}

#[tokio::test]
async fn only_an_administrator_issues_tokens_and_the_secret_is_nowhere_afterwards() {
    let world = World::new().await;
    for account in ["east", "zhongdian", "leader", "shenji"] {
        let client = world.log_in(account).await;
        assert_eq!(client.post(path::TOKENS, &json!({ "name": "x" })).await.code(), "forbidden", "{account}");
        assert_eq!(client.get(path::TOKENS).await.code(), "forbidden", "{account}");
    }
    let admin = world.log_in("admin").await;
    for name in ["", " \u{7} ", &"长".repeat(41)] {
        assert_eq!(admin.post(path::TOKENS, &json!({ "name": name })).await.code(), "invalid_field", "{name}");
    }
    let (secret, digest) = issued(&admin).await;
    let listed = admin.get(path::TOKENS).await.body.to_string();
    assert!(listed.contains(&digest) && !listed.contains(&secret), "{listed}");
    let file = std::fs::read(world.folder.path().join("tisheng.sqlite3-wal")).unwrap();
    let holds = |text: &str| memmem::find(&file, text.as_bytes()).is_some();
    assert!(holds("智慧城市平台") && !holds(&secret));
}

#[tokio::test]
async fn every_reading_is_told_in_the_audit_log_with_its_rows_and_too_many_have_to_wait() {
    let world = World::new().await;
    let admin = world.log_in("admin").await;
    let (secret, digest) = issued(&admin).await;
    world.log_in("east").await.push(&[edit(1, "甲")]).await;
    read(&world, "/rankings/2021-06", &secret).await;
    let auditor = world.log_in("shenji").await;
    let acts = auditor.get(path::AUDIT).await.body["acts"].clone();
    let deeds: Vec<&Value> = acts.as_array().unwrap().iter().map(|row| &row["act"]["deed"]).collect();
    let named = json!({ "type": "token_issued", "token": digest, "name": "智慧城市平台" });
    let told = json!({ "type": "exported", "what": "2021-06 排名（智慧城市平台）", "rows": 2 });
    assert!(deeds.contains(&&named) && deeds.contains(&&told), "{acts}");
    let mut answers = Vec::new();
    for _ in 0..server::system::REQUESTS_PER_MINUTE {
        answers.push(read(&world, "/periods", &secret).await.status);
    }
    assert_eq!(answers.pop(), Some(StatusCode::TOO_MANY_REQUESTS));
    assert!(answers.iter().all(|status| *status == StatusCode::OK), "{answers:?}");
}
