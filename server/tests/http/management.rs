use axum::http::StatusCode;
use serde_json::json;
use server::first_start;
use shared::api::path;

use crate::world::{EAST, World};

#[tokio::test]
async fn the_printed_code_sets_an_empty_server_up_once() {
    let world = World::empty().await;
    let code = first_start::setup_code(&world.app).await.unwrap();
    assert_eq!(world.nobody().get(path::SETUP).await.body["needed"], true);
    let setup = |code: &str, region: &str| {
        json!({
            "code": code, "district": "台江区", "region": region, "year": 2022,
            "account": "管理员", "name": "林一", "password": "第一个管理员的新密码",
        })
    };
    let wrong = world.nobody().post(path::SETUP, &setup("AAAA-AAAA-AAAA-AAAA", "350103")).await;
    assert_eq!((wrong.status, wrong.code()), (StatusCode::FORBIDDEN, "setup_refused"));
    let invalid = world.nobody().post(path::SETUP, &setup(&code, "台江")).await;
    assert_eq!((invalid.code(), &invalid.body["error"]["fields"]), ("invalid_field", &json!(["region"])));
    let done = world.nobody().post(path::SETUP, &setup(&format!(" {} ", code.to_lowercase()), "350103")).await;
    assert_eq!((done.status, done.body["campaign"]["district"].as_str()), (StatusCode::OK, Some("台江区")));
    let admin = world.client_of(&done);
    assert_eq!(admin.get(path::CAMPAIGN).await.body["units"][0]["name"], "重点办");
    assert_eq!(world.nobody().get(path::SETUP).await.body["needed"], false);
    assert_eq!(world.nobody().post(path::SETUP, &setup(&code, "350103")).await.code(), "setup_refused");
}

#[tokio::test]
async fn an_administrator_adds_units_and_people_who_can_log_in() {
    let world = World::new().await;
    let admin = world.log_in("admin").await;
    let unit = admin.post(path::UNITS, &json!({ "name": "洪山镇", "group": "street" })).await;
    assert_eq!((unit.status, &unit.body["position"]), (StatusCode::OK, &json!(3)));
    assert_eq!(admin.post(path::UNITS, &json!({ "name": "洪山镇", "group": "street" })).await.code(), "duplicate");
    let new = json!({ "account": "hongshan", "name": "周一", "unit": unit.body["id"], "roles": ["filer"] });
    let created = admin.post(path::PEOPLE, &new).await;
    assert_eq!(created.status, StatusCode::OK, "{}", created.body);
    assert_eq!(admin.post(path::PEOPLE, &new).await.code(), "duplicate");
    let code = &created.body["invitation"]["code"];
    let taken = json!({ "account": "hongshan", "code": code, "password": "一个足够长的新密码。" });
    assert_eq!(world.nobody().post(path::INVITATION, &taken).await.body["person"]["name"], "周一");
    assert_eq!(admin.get(path::PEOPLE).await.body.as_array().unwrap().len(), 10);
    for (change, field) in [
        (json!({ "account": "a b" }), "account"),
        (json!({ "name": " " }), "name"),
        (json!({ "unit": "00000000-0000-0000-0000-000000000000" }), "unit"),
        (json!({ "roles": [] }), "roles"),
        (json!({ "roles": ["administrator", "auditor"] }), "roles"),
    ] {
        let mut wrong = json!({ "account": "another", "name": "周一", "unit": EAST, "roles": ["filer"] });
        wrong.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        assert_eq!(admin.post(path::PEOPLE, &wrong).await.body["error"]["fields"], json!([field]));
    }
}

#[tokio::test]
async fn nobody_else_manages() {
    let world = World::new().await;
    for account in ["east", "east.sh", "rd", "zhongdian", "leader"] {
        let client = world.log_in(account).await;
        assert_eq!(client.get(path::PEOPLE).await.code(), "forbidden", "{account}");
        let new = json!({ "account": "x.y", "name": "周", "unit": EAST, "roles": ["leader"] });
        assert_eq!(client.post(path::PEOPLE, &new).await.code(), "forbidden", "{account}");
        assert_eq!(
            client.post(path::UNITS, &json!({ "name": "x", "group": "park" })).await.code(),
            "forbidden",
            "{account}"
        );
    }
}

#[tokio::test]
async fn a_person_learns_only_what_their_work_needs() {
    let world = World::new().await;
    let names = |answer: &crate::world::Answer| answer.body["people"].as_object().unwrap().len();
    let filer = world.log_in("east").await.get(path::CAMPAIGN).await;
    // Both of the own unit, the verifier and two of the campaign office.
    assert_eq!(names(&filer), 5);
    assert_eq!(filer.body["periods"].as_array().unwrap().len(), 12);
    assert_eq!(names(&world.log_in("rd").await.get(path::CAMPAIGN).await), 9);
}
