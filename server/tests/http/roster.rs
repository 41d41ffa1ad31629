use axum::http::StatusCode;
use serde_json::{Value, json};
use shared::api::path;

use crate::world::{EAST, WEST, World, edit};

fn divide(unit: impl serde::Serialize, head: &str) -> Value {
    let post = json!({ "level": "head", "name": head, "title": "主任", "work": "全面负责" });
    json!({ "type": "divide", "unit": unit, "from": "2021-06", "posts": [post] })
}

fn pair(partner: &Value) -> Value {
    json!({
        "type": "pair", "leader": "张三", "title": "副区长", "partner": partner, "difficulty": "用地未落实",
        "from": "2021-06",
    })
}

#[tokio::test]
async fn a_unit_names_who_answers_for_what_and_everybody_sees_it_after_a_restart_too() {
    let world = World::new().await;
    let reviewer = world.log_in("east.sh").await;
    assert_eq!(reviewer.get(path::ROSTER).await.body, json!({ "responsibilities": [], "pairings": [] }));
    assert_eq!(world.log_in("east").await.post(path::ROSTER, &divide(EAST, "甲")).await.code(), "forbidden");
    assert_eq!(reviewer.post(path::ROSTER, &divide(WEST, "甲")).await.code(), "forbidden");
    let nameless = reviewer.post(path::ROSTER, &divide(EAST, " ")).await;
    assert_eq!((nameless.code(), &nameless.body["error"]["fields"]), ("invalid_field", &json!(["posts"])));
    let said = reviewer.post(path::ROSTER, &divide(EAST, "甲")).await;
    assert_eq!(said.status, StatusCode::OK, "{}", said.body);
    assert_eq!(said.body["responsibilities"][0]["posts"][0]["name"], "甲");
    let world = world.restarted().await;
    assert_eq!(world.log_in("leader").await.get(path::ROSTER).await.body, said.body);
    assert_eq!(world.log_in("admin").await.get(path::ROSTER).await.code(), "forbidden");
}

#[tokio::test]
async fn the_office_pairs_leaders_with_projects_of_the_ledger_and_parts_them_once() {
    let world = World::new().await;
    world.log_in("east").await.push(&[edit(1, "某项目")]).await;
    let office = world.log_in("zhongdian").await;
    let project = |record| json!({ "kind": "project", "record": record, "name": "某项目" });
    let unknown = office.post(path::ROSTER, &pair(&project(uuid::Uuid::nil()))).await;
    assert_eq!((unknown.code(), &unknown.body["error"]["fields"]), ("invalid_field", &json!(["partner"])));
    let known = pair(&project(edit(1, "").record.0));
    assert_eq!(office.post(path::ROSTER, &known).await.status, StatusCode::OK);
    let firm = pair(&json!({ "kind": "enterprise", "name": "某公司", "credit_code": "91350102MA00000820" }));
    let paired = office.post(path::ROSTER, &firm).await.body;
    assert_eq!(paired["pairings"][1]["number"], 2);
    assert_eq!(world.log_in("leader").await.post(path::ROSTER, &firm).await.code(), "forbidden");
    let part = json!({ "type": "part", "pairing": 2, "from": "2021-07", "outcome": "已解决" });
    let parted = office.post(path::ROSTER, &part).await.body;
    assert_eq!(parted["pairings"][1]["parted"], json!({ "from": "2021-07", "outcome": "已解决" }));
    let again = office.post(path::ROSTER, &part).await;
    assert_eq!((again.code(), &again.body["error"]["fields"]), ("invalid_field", &json!(["pairing"])));
    let auditor = world.log_in("shenji").await;
    let acts = auditor.get(path::AUDIT).await.body["acts"].as_array().unwrap().clone();
    let told = acts.iter().filter(|row| row["act"]["deed"]["type"] == "roster").count();
    assert_eq!(told, 3);
}
