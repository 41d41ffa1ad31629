use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use serde_json::{Value, json};
use shared::api::path;

use crate::world::{Answer, Client, EAST, PASSWORD, WEST, World, exchange, id_of, post};

const DAY_MS: u64 = 24 * 3_600_000;
const NEW: &str = "一个足够长的新密码。";

async fn step(client: &Client, person: impl std::fmt::Display, step: Value) -> Answer {
    client.post(&format!("{}/{person}/steps", path::PEOPLE), &step).await
}

async fn invited(client: &Client, account: &str, roles: Value) -> Value {
    let new = json!({ "account": account, "name": "周一", "unit": EAST, "roles": roles });
    let created = client.post(path::PEOPLE, &new).await;
    assert_eq!(created.status, StatusCode::OK, "{}", created.body);
    created.body
}

async fn take(world: &World, account: &str, code: &str, password: &str) -> Answer {
    let taken = json!({ "account": account, "code": code, "password": password });
    world.nobody().post(path::INVITATION, &taken).await
}

#[tokio::test]
async fn an_invitation_lets_a_person_choose_the_password_once_and_for_a_week() {
    let world = World::new().await;
    let admin = world.log_in("admin").await;
    let created = invited(&admin, "hongshan", json!(["filer"])).await;
    let code = created["invitation"]["code"].as_str().unwrap();
    let link = created["invitation"]["link"].as_str().unwrap();
    assert_eq!(link, format!("http://localhost/invitation?account=hongshan&code={code}"));
    assert!(created["invitation"]["picture"]["path"].as_str().unwrap().starts_with("M4,4h1v1h-1z"));
    assert!(!format!("{:?}", world.app.store.facts(crate::world::CAMPAIGN).await.unwrap()).contains(code));
    let short = take(&world, "hongshan", code, "short").await;
    assert_eq!(short.body["error"]["fields"], json!(["password"]));
    // Whether the account, the code or its time is wrong is not told.
    let mut answers = Vec::new();
    for (account, code) in [("nobody", code), ("hongshan", "AAAA-AAAA-AAAA-AAAA"), ("east", code)] {
        let mut answer = take(&world, account, code, NEW).await;
        assert_eq!((answer.status, answer.code()), (StatusCode::FORBIDDEN, "invitation_refused"), "{account}");
        answer.body["error"]["request_id"].take();
        answers.push(answer.body);
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    let done = take(&world, " hongshan ", &format!(" {} ", code.to_lowercase()), NEW).await;
    assert_eq!(done.body["person"]["account"], "hongshan", "{}", done.body);
    assert_eq!(world.client_of(&done).get(path::CAMPAIGN).await.status, StatusCode::OK);
    assert_eq!(take(&world, "hongshan", code, NEW).await.code(), "invitation_refused");
    assert_eq!(world.try_log_in("hongshan", NEW).await.status, StatusCode::OK);
    let again = step(&admin, created["account"]["person"]["id"].as_str().unwrap(), json!({ "type": "invite" })).await;
    let code = again.body["invitation"]["code"].as_str().unwrap().to_owned();
    world.pass(7 * DAY_MS);
    assert_eq!(take(&world, "hongshan", &code, NEW).await.code(), "invitation_refused");
}

#[tokio::test]
async fn a_wrong_code_counts_like_a_wrong_password() {
    let world = World::new().await;
    for _ in 0..3 {
        assert_eq!(take(&world, "east", "AAAA-AAAA-AAAA-AAAA", NEW).await.code(), "invitation_refused");
    }
    assert_eq!(world.try_log_in("east", PASSWORD).await.code(), "login_delayed");
    let joining = json!({ "account": "east", "code": "AAAA-AAAA-AAAA-AAAA", "password": PASSWORD });
    let join = world.nobody().post(&format!("{}/session", path::DEVICES), &joining).await;
    assert_eq!((join.status, join.code()), (StatusCode::TOO_MANY_REQUESTS, "login_delayed"));
}

#[tokio::test]
async fn a_person_moves_to_another_unit_and_the_tablet_goes_on_with_another_scope() {
    let world = World::new().await;
    let (admin, tablet) = (world.log_in("admin").await, world.log_in("east").await);
    let before = tablet.push(&[]).await.scope;
    let change = json!({ "type": "change", "name": "陈二", "unit": WEST, "roles": ["filer", "unit_reviewer"] });
    let changed = step(&admin, id_of("east"), change).await;
    assert_eq!(
        (changed.status, &changed.body["account"]["person"]["unit"]),
        (StatusCode::OK, &json!(WEST)),
        "{}",
        changed.body
    );
    let view = tablet.get(path::SESSION).await.body["person"].clone();
    assert_eq!((&view["name"], &view["roles"]), (&json!("陈二"), &json!(["filer", "unit_reviewer"])));
    assert_ne!(tablet.push(&[]).await.scope, before);
    for (change, field) in [
        (json!({ "type": "change", "name": " ", "unit": WEST, "roles": ["filer"] }), "name"),
        (json!({ "type": "change", "name": "陈", "unit": WEST, "roles": [] }), "roles"),
        (json!({ "type": "change", "name": "陈", "unit": WEST, "roles": ["auditor", "leader"] }), "roles"),
    ] {
        assert_eq!(step(&admin, id_of("east"), change).await.body["error"]["fields"], json!([field]));
    }
}

#[tokio::test]
async fn a_disabled_person_is_told_so_and_comes_back_when_enabled() {
    let world = World::new().await;
    let (admin, tablet) = (world.log_in("admin").await, world.log_in("east").await);
    assert_eq!(step(&admin, id_of("east"), json!({ "type": "disable", "reason": " " })).await.code(), "invalid_field");
    let disabled = step(&admin, id_of("east"), json!({ "type": "disable", "reason": "调离" })).await;
    assert_eq!(disabled.body["account"]["disabled"], "调离");
    let refused = tablet.get(path::CAMPAIGN).await;
    assert_eq!((refused.status, refused.code()), (StatusCode::FORBIDDEN, "revoked"));
    assert_eq!(world.try_log_in("east", PASSWORD).await.code(), "revoked");
    // Who does not know the password learns nothing of it.
    assert_eq!(world.try_log_in("east", "wrong password").await.code(), "wrong_credentials");
    assert_eq!(step(&admin, id_of("east"), json!({ "type": "invite" })).await.code(), "revoked");
    assert_eq!(step(&admin, id_of("east"), json!({ "type": "disable", "reason": "再" })).await.code(), "duplicate");
    let enabled = step(&admin, id_of("east"), json!({ "type": "enable" })).await;
    assert_eq!(enabled.body["account"].get("disabled"), None);
    assert_eq!(step(&admin, id_of("east"), json!({ "type": "enable" })).await.code(), "not_found");
    assert_eq!(tablet.get(path::CAMPAIGN).await.code(), "revoked", "an old session stays ended");
    world.log_in("east").await;
}

#[tokio::test]
async fn what_an_administrator_grants_beyond_daily_work_waits_for_the_security_officer() {
    let world = World::new().await;
    let admin = world.log_in("admin").await;
    // Nobody could confirm the first one.
    let officer = invited(&admin, "anquan", json!(["security"])).await;
    let code = officer["invitation"]["code"].as_str().unwrap();
    let officer = world.client_of(&take(&world, "anquan", code, NEW).await);
    assert_eq!(officer.get(path::PEOPLE).await.body.as_array().unwrap().len(), 10);
    let grant = json!({ "type": "change", "name": "陈", "unit": EAST, "roles": ["unit_reviewer", "verifier"], "duties": ["digital"] });
    let asked = step(&admin, id_of("east"), grant.clone()).await.body["account"].clone();
    assert_eq!(
        (&asked["person"]["roles"], &asked["asked"]["roles"]),
        (&json!(["unit_reviewer"]), &json!(["unit_reviewer", "verifier"]))
    );
    // The administrator cannot confirm it, nor anybody themselves.
    assert_eq!(step(&admin, id_of("east"), json!({ "type": "confirm" })).await.code(), "forbidden");
    assert_eq!(step(&officer, id_of("west"), json!({ "type": "confirm" })).await.code(), "not_found");
    assert_eq!(step(&officer, id_of("east"), grant.clone()).await.code(), "forbidden");
    let declined = step(&officer, id_of("east"), json!({ "type": "decline", "reason": "无任职文件" })).await;
    assert_eq!(declined.body["account"].get("asked"), None);
    step(&admin, id_of("east"), grant).await;
    let confirmed = step(&officer, id_of("east"), json!({ "type": "confirm" })).await.body["account"]["person"].clone();
    assert_eq!(
        (&confirmed["roles"], &confirmed["duties"]),
        (&json!(["unit_reviewer", "verifier"]), &json!(["digital"]))
    );
    // What is taken away is gone at once.
    let less = json!({ "type": "change", "name": "陈", "unit": EAST, "roles": ["filer"] });
    assert_eq!(step(&admin, id_of("east"), less).await.body["account"]["person"]["roles"], json!(["filer"]));
    let told: Vec<Value> = world.deeds_of(id_of("east")).await;
    let told: Vec<&str> = told.iter().map(|deed| deed["what"].as_str().unwrap()).collect();
    let expected =
        ["changed", "grant_asked", "grant_declined", "changed", "grant_asked", "grant_confirmed", "changed", "changed"];
    assert_eq!(told, expected);
}

#[tokio::test]
async fn nobody_manages_the_own_account() {
    let world = World::new().await;
    let admin = world.log_in("admin").await;
    for own in [
        json!({ "type": "disable", "reason": "试" }),
        json!({ "type": "reset_second_factor" }),
        json!({ "type": "change", "name": "管", "unit": EAST, "roles": ["leader"] }),
    ] {
        assert_eq!(step(&admin, id_of("admin"), own).await.code(), "second_person");
    }
    assert_eq!(step(&admin, uuid::Uuid::nil(), json!({ "type": "enable" })).await.code(), "not_found");
}

#[tokio::test]
async fn a_person_sees_and_ends_the_own_sessions_and_no_other() {
    let world = World::new().await;
    let mut logins = Vec::new();
    for agent in ["Mozilla/5.0 (Windows NT 10.0) Chrome/118.0", "Mozilla/5.0 (Android 13) Firefox/120.0"] {
        let mut request = post(path::SESSION, json!({ "account": "east", "password": PASSWORD }).to_string());
        request.headers_mut().insert(header::USER_AGENT, agent.parse().unwrap());
        request.headers_mut().insert("x-forwarded-for", "10.1.2.3".parse().unwrap());
        logins.push(world.client_of(&world.nobody().send(request).await));
        world.pass(1_000);
    }
    let (here, there, other) = (&logins[0], &logins[1], world.log_in("west").await);
    let list = here.get(path::SESSIONS).await.body;
    let devices: Vec<&str> = list.as_array().unwrap().iter().map(|line| line["device"].as_str().unwrap()).collect();
    assert_eq!(devices, ["Firefox 120 · Android", "Chrome 118 · Windows"]);
    assert_eq!((&list[1]["is_this"], &list[0]["address"]), (&json!(true), &json!("10.1.2.3")));
    let named = |id: &Value| {
        Request::delete(format!("{}/{}", path::SESSIONS, id.as_str().unwrap())).body(Body::empty()).unwrap()
    };
    assert_eq!(other.send(named(&list[0]["id"])).await.code(), "not_found");
    assert_eq!(here.send(named(&list[0]["id"])).await.status, StatusCode::NO_CONTENT);
    assert_eq!(there.get(path::CAMPAIGN).await.code(), "revoked");
    let third = world.log_in("east").await;
    let all_others = Request::delete(path::SESSIONS).body(Body::empty()).unwrap();
    assert_eq!(here.send(all_others).await.status, StatusCode::NO_CONTENT);
    assert_eq!(third.get(path::CAMPAIGN).await.code(), "revoked");
    assert_eq!(here.get(path::CAMPAIGN).await.status, StatusCode::OK);
    let admin = world.log_in("admin").await;
    let seen = admin.get(&format!("{}/{}/sessions", path::PEOPLE, id_of("east"))).await.body;
    assert_eq!(seen.as_array().unwrap().len(), 1);
    step(&admin, id_of("east"), json!({ "type": "end_sessions" })).await;
    assert_eq!(here.get(path::CAMPAIGN).await.code(), "revoked");
    assert_eq!(other.get(path::CAMPAIGN).await.status, StatusCode::OK);
}

#[tokio::test]
async fn another_device_joins_by_the_code_that_a_logged_in_one_shows() {
    let world = World::new().await;
    let here = world.log_in("east").await;
    let offer = here.post(path::DEVICES, &json!({})).await.body;
    let joining = json!({ "account": "east", "code": offer["code"], "password": PASSWORD });
    let place = format!("{}/session", path::DEVICES);
    assert_eq!(
        world
            .nobody()
            .post(&place, &json!({ "account": "west", "code": offer["code"], "password": PASSWORD }))
            .await
            .code(),
        "invitation_refused"
    );
    let guessing = json!({ "account": "east", "code": offer["code"], "password": "wrong password" });
    assert_eq!(world.nobody().post(&place, &guessing).await.code(), "wrong_credentials");
    let joined = world.nobody().post(&place, &joining).await;
    assert_eq!((joined.status, &joined.body["person"]["account"]), (StatusCode::OK, &json!("east")));
    assert_eq!(here.get(path::SESSIONS).await.body.as_array().unwrap().len(), 2);
    assert_eq!(world.nobody().post(&place, &joining).await.code(), "invitation_refused");
    let late = here.post(path::DEVICES, &json!({})).await.body;
    world.pass(10 * 60_000);
    let late = json!({ "account": "east", "code": late["code"], "password": PASSWORD });
    assert_eq!(world.nobody().post(&place, &late).await.code(), "invitation_refused");
}

#[tokio::test]
async fn a_tablet_is_told_why_it_is_not_served_in_as_many_words_as_there_are_reasons() {
    let world = World::new().await;
    let mut sentences = std::collections::BTreeSet::new();
    for (account, code) in [("east", "session_expired"), ("east.sh", "password_changed"), ("west", "revoked")] {
        let tablet = world.log_in(account).await;
        match code {
            "session_expired" => world.pass(31 * DAY_MS),
            "password_changed" => {
                let elsewhere = world.log_in(account).await;
                elsewhere.post(path::PASSWORD, &json!({ "current": PASSWORD, "new": NEW })).await;
            }
            _ => {
                let admin = world.log_in("admin").await;
                step(&admin, id_of(account), json!({ "type": "disable", "reason": "调离" })).await;
            }
        }
        let answer = tablet.post(path::SYNC, &exchange(shared::merge::operation::Mark::START, &json!([]), 1)).await;
        assert_eq!(answer.code(), code);
        sentences.insert(answer.body["error"]["message"].as_str().unwrap().to_owned());
    }
    assert_eq!(sentences.len(), 3);
}
