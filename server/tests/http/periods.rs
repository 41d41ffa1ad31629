use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use server::{doctor, routes::bulletins, signing};
use shared::{
    api::path,
    calendar::Month,
    merge::operation::{Disposition, Operation},
    period::{FrozenResult, Timetable},
};

use tower::ServiceExt as _;

use crate::world::{Client, EAST, NOON_MS, WEST, World, edit};

fn june() -> Month {
    "2021-06".parse().unwrap()
}

fn of(tail: &str) -> String {
    format!("{}/2021-06{tail}", path::PERIODS)
}

impl World {
    /// A district on the day after the last objections to June.
    async fn of_july() -> Self {
        let world = Self::new().await;
        world.log_in("east").await.push(&[edit(1, "甲")]).await;
        world.pass(Timetable::of(june()).objections_end_ms + 1 - NOON_MS);
        world
    }

    /// Freezes June by two people.
    async fn freeze(&self) -> Value {
        let (one, two) = (self.log_in("zhongdian").await, self.log_in("zhongdian2").await);
        let digest = one.june().await;
        assert_eq!(one.step(&json!({ "type": "propose", "digest": digest })).await.0, StatusCode::OK);
        let (status, view) = two.step(&json!({ "type": "confirm", "digest": digest })).await;
        assert_eq!(status, StatusCode::OK, "{view}");
        view
    }
}

impl Client {
    async fn step(&self, step: &Value) -> (StatusCode, Value) {
        let answer = self.post(&of("/steps"), step).await;
        (answer.status, answer.body)
    }

    /// The digest of June's ranking.
    async fn june(&self) -> Value {
        self.get(&format!("{}/2021-06", path::RANKINGS)).await.body["digest"].clone()
    }

    async fn refused(&self, step: &Value) -> String {
        let (status, body) = self.step(step).await;
        assert!(status.is_client_error(), "{body}");
        assert!(!body["error"]["message"].as_str().unwrap().starts_with("error."));
        body["error"]["code"].as_str().unwrap().to_owned()
    }
}

/// An operation of June that a tablet without a network kept until July.
fn of_june(n: u64) -> Operation {
    Operation { period: Some(june()), ..edit(n, "乙") }
}

#[tokio::test]
async fn june_is_frozen_by_two_people_published_and_stays_what_it_was() {
    let world = World::of_july().await;
    let (one, two) = (world.log_in("zhongdian").await, world.log_in("zhongdian2").await);
    assert_eq!(one.get(&of("")).await.body["phase"], "due");
    let digest = one.june().await;
    let wrong = json!({ "type": "propose", "digest": "00".repeat(32) });
    assert_eq!(one.refused(&wrong).await, "result_changed");
    assert_eq!(one.refused(&json!({ "type": "confirm", "digest": digest })).await, "proposal_missing");
    assert_eq!(world.log_in("rd").await.refused(&json!({ "type": "publish" })).await, "forbidden");
    assert_eq!(one.refused(&json!({ "type": "freeze" })).await, "malformed_request");
    one.step(&json!({ "type": "propose", "digest": digest })).await;
    assert_eq!(one.refused(&json!({ "type": "confirm", "digest": digest })).await, "second_person");
    assert_eq!(one.refused(&json!({ "type": "publish" })).await, "period_not_frozen");
    let view = world.freeze().await;
    assert_eq!((&view["phase"], &view["history"]["editions"][0]["frozen"]["edition"]), (&json!("frozen"), &json!(1)));
    assert_eq!(view["history"]["editions"][0]["frozen"]["digest"], digest);

    // What is not published is shown to those who publish, and to nobody else.
    let leader = world.log_in("leader").await;
    assert_eq!(leader.get(&of("/editions/1")).await.code(), "forbidden");
    let (status, published) = two.step(&json!({ "type": "publish" })).await;
    assert_eq!((status, &published["phase"]), (StatusCode::OK, &json!("published")));
    assert_eq!(two.refused(&json!({ "type": "publish" })).await, "period_published");
    let edition = leader.get(&of("/editions/1")).await.body;
    let document = edition["document"].as_str().unwrap();
    let bytes: Vec<u8> = edition["signature"]
        .as_str()
        .unwrap()
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect();
    let digest_of_document = FrozenResult::digest_of(document.as_bytes());
    assert!(signing::is_signed(edition["key"].as_str().unwrap(), digest_of_document, &bytes));

    // A unit that joins changes what July says; June is what was published, its reasons too.
    let explained = format!("{}/2021-06/units/{EAST}", path::RANKINGS);
    let before = leader.get(&explained).await.body;
    let admin = world.log_in("admin").await;
    admin.post(path::UNITS, &json!({ "name": "洪山镇", "group": "street" })).await;
    assert_eq!(leader.june().await, digest);
    assert_eq!(leader.get(&explained).await.body, before);
    let july = leader.get(&format!("{}/2021-07", path::RANKINGS)).await.body;
    assert_eq!(july["groups"][0]["units"].as_array().unwrap().len(), 3);
    let world = world.restarted().await;
    let leader = world.log_in("leader").await;
    assert_eq!(leader.june().await, digest);
    assert_eq!(leader.get(&of("/editions/1")).await.body, edition);
    assert!(doctor::examine(&world.app.store, &world.app.blobs).await.is_healthy());
}

#[tokio::test]
async fn what_arrives_after_the_freeze_is_late_until_a_correction_takes_it_in() {
    let world = World::of_july().await;
    let filer = world.log_in("east").await;
    let told = async |n| filer.push(&[of_june(n)]).await.receipts[0].disposition;
    assert_eq!(told(2).await, Disposition::Ok);
    world.freeze().await;
    assert_eq!(told(3).await, Disposition::Late);
    let office = world.log_in("zhongdian").await;
    assert_eq!(office.refused(&json!({ "type": "reopen", "reason": " " })).await, "invalid_field");
    office.step(&json!({ "type": "publish" })).await;
    let first = office.get(&of("/editions/1")).await.body;
    world.log_in("admin").await.post(path::UNITS, &json!({ "name": "洪山镇", "group": "street" })).await;
    let published = office.june().await;
    let late = office.get(&of("/late")).await.body;
    let of_row = |late: &Value| (late["sequence"].as_u64(), late["arrival"].clone(), late["after_freeze"].clone());
    let rows: Vec<_> = late.as_array().unwrap().iter().map(of_row).collect();
    assert_eq!(rows, [(Some(2), json!("disputed"), json!(false)), (Some(3), json!("disputed"), json!(true))], "{late}");
    assert_eq!(filer.get(&of("/late")).await.code(), "forbidden");

    assert_eq!(filer.get(&of("/current")).await.code(), "forbidden");

    let (_, view) = office.step(&json!({ "type": "reopen", "reason": "鼓东补报一项" })).await;
    assert_eq!(view["phase"], "reopened");
    assert_eq!(told(4).await, Disposition::Ok);
    // While it is corrected, the edition that was published is what people see.
    assert_eq!(office.june().await, published);
    let two = world.log_in("zhongdian2").await;
    let digest = two.current().await;
    office.step(&json!({ "type": "propose", "digest": digest })).await;
    let (status, view) = two.step(&json!({ "type": "confirm", "digest": digest })).await;
    assert_eq!(status, StatusCode::OK, "{view}");
    assert_eq!((&view["phase"], &view["history"]["editions"][1]["reason"]), (&json!("frozen"), &json!("鼓东补报一项")));
    assert_eq!(office.june().await, published);
    two.step(&json!({ "type": "publish" })).await;
    let second: FrozenResult =
        serde_json::from_str(office.get(&of("/editions/2")).await.body["document"].as_str().unwrap()).unwrap();
    assert_eq!(office.june().await, json!(second.ranking.digest));
    let moved: Vec<String> = second.difference.unwrap().moved.into_iter().map(|moved| moved.name).collect();
    assert_eq!(moved, ["洪山镇"]);
    assert_eq!(office.get(&of("/editions/1")).await.body, first);
    assert!(doctor::examine(&world.app.store, &world.app.blobs).await.is_healthy());
}

impl Client {
    /// The digest of June as it would be frozen now.
    async fn current(&self) -> Value {
        self.get(&of("/current")).await.body["digest"].clone()
    }
}

#[tokio::test]
async fn a_unit_objects_in_time_and_is_answered_before_the_freeze() {
    let world = World::new().await;
    let timetable = Timetable::of(june());
    world.pass(timetable.deadline_ms + 1 - NOON_MS);
    let object = json!({ "type": "object", "unit": EAST, "text": "少计一项开工" });
    assert_eq!(world.log_in("east.sh").await.refused(&object).await, "objections_closed");
    world.pass(timetable.grace_ends_ms - timetable.deadline_ms);
    let reviewer = world.log_in("east.sh").await;
    assert_eq!(reviewer.step(&object).await.0, StatusCode::OK);
    let for_another = json!({ "type": "object", "unit": WEST, "text": "少计" });
    assert_eq!(reviewer.refused(&for_another).await, "forbidden");
    world.pass(timetable.objections_end_ms - timetable.grace_ends_ms);
    let office = world.log_in("zhongdian").await;
    let digest = office.june().await;
    let propose = json!({ "type": "propose", "digest": digest });
    assert_eq!(office.refused(&propose).await, "objections_open");
    let answer = json!({ "type": "answer", "objection": 1, "upheld": false, "text": "开工材料不全" });
    assert_eq!(office.step(&answer).await.1["history"]["objections"][0]["answer"]["upheld"], false);
    // The unit may not agree; somebody else than who answered looks at it again.
    assert_eq!(office.refused(&propose).await, "appeals_open");
    let reviewer = world.log_in("east.sh").await;
    let appeal = json!({ "type": "appeal", "unit": EAST, "objection": 1, "text": "开工证已补" });
    assert_eq!(reviewer.step(&appeal).await.0, StatusCode::OK);
    let rule = json!({ "type": "rule", "objection": 1, "upheld": false, "text": "开工日期不在本月" });
    assert_eq!(office.refused(&rule).await, "second_person");
    let ruled = world.log_in("zhongdian2").await.step(&rule).await.1;
    assert_eq!(ruled["history"]["objections"][0]["appeal"]["ruling"]["upheld"], false);
    assert_eq!(office.step(&propose).await.0, StatusCode::OK);
    assert_eq!(office.step(&json!({ "type": "decline" })).await.1["history"]["proposal"], Value::Null);
}

#[tokio::test]
async fn every_month_of_the_year_has_a_period_and_no_other() {
    let world = World::new().await;
    let leader = world.log_in("leader").await;
    let periods = leader.get(path::PERIODS).await.body;
    let phases: Vec<&str> =
        periods.as_array().unwrap().iter().map(|period| period["phase"].as_str().unwrap()).collect();
    assert_eq!(phases[3..8], ["due", "due", "open", "upcoming", "upcoming"]);
    for month in ["2020-12", "2022-01", "june"] {
        assert_eq!(leader.get(&format!("{}/{month}", path::PERIODS)).await.code(), "not_found", "{month}");
    }
    assert_eq!(world.log_in("admin").await.get(path::PERIODS).await.code(), "forbidden");
    assert_eq!(world.nobody().get(path::PERIODS).await.code(), "session_expired");
    assert_eq!(leader.get(&of("/editions/1")).await.code(), "not_found");
}

#[tokio::test]
async fn a_bulletin_is_made_of_a_frozen_edition_for_the_office_and_told_when_it_is_taken_out() {
    let world = World::of_july().await;
    let bulletin = |ending: &str| of(&format!("/editions/1/bulletin{ending}"));
    let office = world.log_in("zhongdian").await;
    assert_eq!(office.get(&bulletin("")).await.code(), "not_found", "nothing is frozen");
    world.freeze().await;
    let told = office.get(&bulletin("")).await.body;
    assert_eq!((told["month"].as_str(), told["edition"].as_u64()), (Some("2021-06"), Some(1)), "{told}");
    let rows = told["tables"].as_array().unwrap().iter().flat_map(|table| table["rows"].as_array().unwrap()).count();
    let lists = told["rolls"].as_array().unwrap().iter().flat_map(|roll| roll["entries"].as_array().unwrap()).count();
    for (ending, kind) in [(".docx", bulletins::DOCX), (".xlsx", bulletins::XLSX)] {
        let request =
            Request::get(bulletin(ending)).header(header::COOKIE, &office.cookie).body(Body::empty()).unwrap();
        let response = office.router.clone().oneshot(request).await.unwrap();
        assert_eq!(
            (response.status(), &response.headers()[header::CONTENT_TYPE]),
            (StatusCode::OK, &kind.parse().unwrap())
        );
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        assert!(bytes.starts_with(b"PK"), "{ending}");
    }
    for account in ["leader", "east.sh", "shenji"] {
        assert_eq!(world.log_in(account).await.get(&bulletin("")).await.code(), "forbidden", "{account}");
    }
    let acts = world.log_in("shenji").await.get(path::AUDIT).await.body["acts"].as_array().unwrap().clone();
    let exported: Vec<&Value> =
        acts.iter().map(|row| &row["act"]["deed"]).filter(|deed| deed["type"] == "exported").collect();
    assert_eq!(exported.len(), 2);
    assert!(exported.iter().all(|deed| deed["rows"] == json!(rows + lists)), "{exported:?}");
}
