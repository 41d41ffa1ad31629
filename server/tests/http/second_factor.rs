use axum::http::StatusCode;
use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha1::Sha1;
use shared::api::path;

use crate::world::{Answer, Client, NOON_MS, PASSWORD, World, id_of};

const STEP_MS: u64 = 30_000;

/// What an authenticator shows.
fn authenticator(secret: &str, now_ms: u64) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(&BASE32_NOPAD.decode(secret.as_bytes()).unwrap()).unwrap();
    mac.update(&(now_ms / STEP_MS).to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let place = usize::from(digest[19] & 15);
    let word = u32::from_be_bytes(digest[place..place + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", word % 1_000_000)
}

/// Sets a second factor up: the secret and the recovery codes.
async fn enrol(client: &Client, now_ms: u64) -> (String, Vec<String>) {
    let offer = client.post(path::SECOND_FACTOR, &json!({})).await;
    assert_eq!(offer.status, StatusCode::OK, "{}", offer.body);
    let secret = offer.body["secret"].as_str().unwrap().to_owned();
    let confirmation = format!("{}/confirmation", path::SECOND_FACTOR);
    assert_eq!(client.post(&confirmation, &json!({ "code": "000000" })).await.code(), "second_factor_wrong");
    let done = client.post(&confirmation, &json!({ "code": authenticator(&secret, now_ms) })).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.body);
    (secret, serde_json::from_value(done.body["codes"].clone()).unwrap())
}

async fn log_in(world: &World, account: &str, code: Option<&str>) -> Answer {
    let mut login = json!({ "account": account, "password": PASSWORD });
    if let Some(code) = code {
        login["code"] = json!(code);
    }
    world.nobody().post(path::SESSION, &login).await
}

#[tokio::test]
async fn reviewers_and_above_set_a_second_factor_up_before_anything_else_and_filers_need_none() {
    let world = World::asking_second_factor().await;
    for account in ["east.sh", "rd", "zhongdian", "leader", "admin", "shenji"] {
        let first = log_in(&world, account, None).await;
        assert_eq!((first.status, &first.body["is_enrolling"]), (StatusCode::OK, &json!(true)), "{account}");
        let client = world.client_of(&first);
        for path in [path::CAMPAIGN, path::PERIODS, path::SESSIONS, path::EVENTS] {
            let refused = client.get(path).await;
            assert_eq!((refused.status, refused.code()), (StatusCode::FORBIDDEN, "second_factor_missing"), "{account}");
        }
        enrol(&client, NOON_MS).await;
        assert_eq!(client.get(path::CAMPAIGN).await.status, StatusCode::OK, "{account}");
    }
    let filer = log_in(&world, "east", None).await;
    assert_eq!(filer.body.get("is_enrolling"), None);
    assert_eq!(world.client_of(&filer).get(path::CAMPAIGN).await.status, StatusCode::OK);
}

#[tokio::test]
async fn where_it_is_not_asked_for_everyone_logs_in_with_a_password_and_may_still_have_one() {
    let world = World::new().await;
    let reviewer = world.log_in("east.sh").await;
    assert_eq!(reviewer.get(path::CAMPAIGN).await.status, StatusCode::OK);
    let view = reviewer.get(path::SECOND_FACTOR).await.body;
    assert_eq!(view, json!({ "is_required": false, "is_set": false, "recovery_codes": 0 }));
    enrol(&reviewer, NOON_MS).await;
    assert_eq!(log_in(&world, "east.sh", None).await.code(), "second_factor_asked");
}

#[tokio::test]
async fn a_code_counts_once_and_wrong_ones_delay_like_wrong_passwords() {
    let world = World::asking_second_factor().await;
    let client = world.client_of(&log_in(&world, "east.sh", None).await);
    let (secret, _) = enrol(&client, NOON_MS).await;
    // The code that set it up is used.
    let replayed = log_in(&world, "east.sh", Some(&authenticator(&secret, NOON_MS))).await;
    assert_eq!((replayed.status, replayed.code()), (StatusCode::UNAUTHORIZED, "second_factor_wrong"));
    world.pass(STEP_MS);
    let code = authenticator(&secret, NOON_MS + STEP_MS);
    let asked = log_in(&world, "east.sh", None).await;
    assert_eq!((asked.status, asked.code()), (StatusCode::UNAUTHORIZED, "second_factor_asked"));
    let done = log_in(&world, "east.sh", Some(&code)).await;
    assert_eq!((done.status, done.body.get("is_enrolling")), (StatusCode::OK, None));
    assert_eq!(log_in(&world, "east.sh", Some(&code)).await.code(), "second_factor_wrong");
    // Without the password the code says nothing, not even that there is one.
    let wrong = world
        .nobody()
        .post(path::SESSION, &json!({ "account": "east.sh", "password": "wrong password", "code": code }))
        .await;
    assert_eq!(wrong.code(), "wrong_credentials");
    assert_eq!(log_in(&world, "east.sh", Some("123456")).await.code(), "second_factor_wrong");
    assert_eq!(log_in(&world, "east.sh", Some("123456")).await.code(), "login_delayed");
}

#[tokio::test]
async fn wrong_codes_while_it_is_set_up_delay_like_wrong_passwords() {
    let world = World::asking_second_factor().await;
    let client = world.client_of(&log_in(&world, "east.sh", None).await);
    let offer = client.post(path::SECOND_FACTOR, &json!({})).await;
    let confirmation = format!("{}/confirmation", path::SECOND_FACTOR);
    for _ in 0..3 {
        assert_eq!(client.post(&confirmation, &json!({ "code": "" })).await.code(), "second_factor_wrong");
    }
    let right = json!({ "code": authenticator(offer.body["secret"].as_str().unwrap(), NOON_MS) });
    assert_eq!(client.post(&confirmation, &right).await.code(), "login_delayed");
    world.pass(2_000);
    assert_eq!(client.post(&confirmation, &right).await.status, StatusCode::OK);
}

#[tokio::test]
async fn of_two_who_send_one_code_at_once_one_gets_in() {
    let world = World::asking_second_factor().await;
    let (secret, _) = enrol(&world.client_of(&log_in(&world, "rd", None).await), NOON_MS).await;
    world.pass(STEP_MS);
    let code = authenticator(&secret, NOON_MS + STEP_MS);
    let (one, two) = tokio::join!(log_in(&world, "rd", Some(&code)), log_in(&world, "rd", Some(&code)));
    let mut answers = [one.status, two.status];
    answers.sort();
    assert_eq!(answers, [StatusCode::OK, StatusCode::UNAUTHORIZED]);
}

#[tokio::test]
async fn a_recovery_code_stands_for_it_once_and_an_administrator_lets_another_be_set_up() {
    let world = World::asking_second_factor().await;
    let admin = world.client_of(&log_in(&world, "admin", None).await);
    enrol(&admin, NOON_MS).await;
    let reviewer = world.client_of(&log_in(&world, "east.sh", None).await);
    let (secret, codes) = enrol(&reviewer, NOON_MS).await;
    assert_eq!(codes.len(), 8);
    assert_eq!(reviewer.post(path::SECOND_FACTOR, &json!({})).await.code(), "duplicate");
    let by_code = log_in(&world, "east.sh", Some(&format!(" {} ", codes[0].to_lowercase()))).await;
    assert_eq!(by_code.status, StatusCode::OK, "{}", by_code.body);
    assert_eq!(log_in(&world, "east.sh", Some(&codes[0])).await.code(), "second_factor_wrong");
    let recovered = world.client_of(&by_code);
    assert_eq!(recovered.get(path::SECOND_FACTOR).await.body["recovery_codes"], 7);
    // Neither the secret nor the codes are anywhere in what is stored.
    let stored = format!("{:?}", world.app.store.facts(crate::world::CAMPAIGN).await.unwrap());
    assert!(!stored.contains(&secret) && codes.iter().all(|code| !stored.contains(code.as_str())), "{stored}");
    let person = id_of("east.sh");
    let steps = format!("{}/{person}/steps", path::PEOPLE);
    let done = admin.post(&steps, &json!({ "type": "reset_second_factor" })).await;
    assert_eq!((done.status, &done.body["account"]["has_second_factor"]), (StatusCode::OK, &json!(false)));
    assert_eq!(recovered.get(path::CAMPAIGN).await.code(), "revoked");
    let again = log_in(&world, "east.sh", None).await;
    assert_eq!(again.body["is_enrolling"], true);
    let told: Vec<Value> = world.deeds_of(person).await;
    let told: Vec<&str> = told.iter().map(|deed| deed["what"].as_str().unwrap()).collect();
    assert_eq!(told, ["second_factor_set", "recovery_code_used", "second_factor_reset", "sessions_ended"]);
}
