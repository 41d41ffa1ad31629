use axum::http::StatusCode;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use shared::{api::path, scoring::scheme::Scheme};

use crate::world::{EAST, World, edit};

/// The default scheme under another name, from July on, with two points moved from one item to another.
fn from_july() -> String {
    Scheme::default_text()
        .replace("name = \"default-2021.1\"", "name = \"default-2021.2\"")
        .replace("effective_from = \"2021-01\"", "effective_from = \"2021-07\"")
        .replacen("points = 14", "points = 16", 1)
        .replacen("points = 12", "points = 10", 1)
}

fn scheme(text: &str) -> Value {
    json!({ "kind": "scheme", "name": "办法.toml", "content": STANDARD.encode(text) })
}

fn targets(rows: &str, from: &str, reason: &str) -> Value {
    // As Excel saves CSV in China.
    let (content, _, _) = encoding_rs::GBK.encode(rows);
    json!({
        "kind": "targets", "name": "任务.csv", "content": STANDARD.encode(content), "from": from, "reason": reason,
    })
}

fn preview_path() -> String {
    format!("{}/preview", path::RULES)
}

#[tokio::test]
async fn the_office_puts_a_scheme_in_force_from_a_month_after_seeing_what_it_moves() {
    let world = World::new().await;
    world.log_in("east").await.push(&[edit(1, "甲")]).await;
    let (office, leader) = (world.log_in("zhongdian").await, world.log_in("leader").await);
    let first = leader.get(path::RULES).await.body;
    assert_eq!(first["schemes"].as_array().map(Vec::len), Some(1));
    assert_eq!(first["schemes"][0]["outline"][0]["title"], "总则");

    let broken = from_july().replacen("points = 16", "points = 17", 1);
    let preview = office.post(&preview_path(), &scheme(&broken)).await;
    assert_eq!(
        (preview.status, &preview.body["issues"]),
        (StatusCode::OK, &json!(["group.street: 分值合计为 101，应为 100"]))
    );
    assert_eq!(office.post(path::RULES, &scheme(&broken)).await.code(), "invalid_field");
    let preview = office.post(&preview_path(), &scheme(&from_july())).await.body;
    assert_eq!(
        (&preview["issues"], &preview["from"], &preview["month"]),
        (&json!([]), &json!("2021-07"), &json!("2021-07"))
    );
    assert_eq!(leader.get(path::RULES).await.body, first, "looking changes nothing");

    assert_eq!(leader.post(path::RULES, &scheme(&from_july())).await.code(), "forbidden");
    assert_eq!(office.post(path::RULES, &scheme(&from_july())).await.status, StatusCode::OK);
    let world = world.restarted().await;
    let leader = world.log_in("leader").await;
    let schemes = leader.get(path::RULES).await.body["schemes"].clone();
    assert_eq!((&schemes[1]["name"], &schemes[1]["from"]), (&json!("default-2021.2"), &json!("2021-07")));
    for (period, name) in [("2021-06", "default-2021.1"), ("2021-07", "default-2021.2")] {
        assert_eq!(leader.get(&format!("{}/{period}", path::RANKINGS)).await.body["scheme"], name);
    }
    let acts = world.log_in("shenji").await.get(path::AUDIT).await.body["acts"].clone();
    let adopted = acts.as_array().unwrap().iter().find(|act| act["act"]["deed"]["type"] == "scheme_adopted").unwrap();
    assert_eq!(adopted["act"]["deed"]["text"], from_july());
}

#[tokio::test]
async fn targets_come_from_the_table_of_an_office_and_need_a_reason_where_they_leave_the_plan() {
    let world = World::new().await;
    let office = world.log_in("zhongdian").await;
    let rows = "unit,group,services_started\n鼓东街道,street,7\n鼓西街道,street,7\n合计,,14\n";
    let preview = office.post(&preview_path(), &targets(rows, "2021-06", "")).await.body;
    assert_eq!(preview["issues"], json!([]), "{preview}");
    assert!(preview["warnings"].as_array().unwrap().contains(&json!("服务业新开工数合计 14，方案为 95")), "{preview}");
    let refused = office.post(path::RULES, &targets(rows, "2021-06", " ")).await;
    assert_eq!((refused.code(), &refused.body["error"]["fields"]), ("invalid_field", &json!(["reason"])));
    let taken = office.post(path::RULES, &targets(rows, "2021-06", "两个街道先行")).await;
    assert_eq!(taken.body["targets"][0]["reason"], "两个街道先行", "{}", taken.body);
    for (period, target) in [("2021-05", "0"), ("2021-06", "7")] {
        let ranking = office.get(&format!("{}/{period}", path::RANKINGS)).await.body;
        let units = ranking["groups"][0]["units"].as_array().unwrap();
        let east = units.iter().find(|unit| unit["unit"] == json!(EAST)).unwrap();
        assert_eq!(east["started"]["target"], target, "{period}");
    }
    let short = "unit,group,services_started\n鼓东街道,street,七\n";
    let issues = office.post(&preview_path(), &targets(short, "2021-06", "")).await.body["issues"].clone();
    assert_eq!(issues, json!(["第2行 services_started 列: “七”不是数字"]));
}
