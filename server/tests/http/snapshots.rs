//! Tablets far behind, and clients of releases past.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use shared::{
    api::{PROTOCOL, PROTOCOL_OF_ROWS, PROTOCOL_OLDEST, ROWS_MAX, path},
    id::{ActorId, Digest},
    merge::{
        operation::{Mark, Operation},
        replica::Replica,
    },
    record::Record,
    sync::snapshot::{self, Offer},
};
use tower::ServiceExt as _;

use crate::world::{Client, World, edit, exchange, post};

/// What a client of the first release sends, to the byte. Never edited: see `shared/tests/released.rs`.
const RELEASED: [&str; 1] = [include_str!("../../../shared/fixtures/exchange_protocol_1.json")];

async fn push(filer: &Client, numbers: std::ops::RangeInclusive<u64>) -> Mark {
    let operations: Vec<Operation> = numbers.map(|n| edit(n, &format!("项目{n}"))).collect();
    let mut head = Mark::START;
    for batch in operations.chunks(500) {
        head = filer.push(batch).await.receipts.last().unwrap().mark;
    }
    head
}

async fn offered(client: &Client, cursor: Mark, acknowledged: Mark) -> Option<Offer> {
    let mut request = exchange(cursor, &json!([]), ROWS_MAX);
    request["acknowledged"] = json!(acknowledged);
    let answer = client.post(path::SYNC, &request).await;
    if answer.status == StatusCode::OK {
        return None;
    }
    assert_eq!((answer.status, answer.code()), (StatusCode::GONE, "snapshot"));
    Some(serde_json::from_value(answer.body["error"]["snapshot"].clone()).unwrap())
}

async fn loaded(client: &Client, offer: &Offer) -> Vec<Record> {
    let request = Request::get(&offer.url).header(header::COOKIE, &client.cookie).body(Body::empty()).unwrap();
    let response = client.router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()[header::ETAG], format!("\"{}\"", offer.sha256));
    let text = response.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(Digest::of_content(&text), offer.sha256, "what a browser computes of it");
    snapshot::read(offer, &text).unwrap()
}

/// The records by the rows, as a client of the first release pulls them.
async fn by_rows(client: &Client) -> Vec<Record> {
    let mut replica = Replica::default();
    let mut request = exchange(Mark::START, &json!([]), ROWS_MAX);
    request["protocol"] = json!(PROTOCOL_OF_ROWS);
    loop {
        let page = client.sync(&request).await;
        page.rows.iter().for_each(|row| replica.apply_row(row));
        request["cursor"] = json!(page.next);
        if !page.more {
            return replica.all().cloned().collect();
        }
    }
}

#[tokio::test]
async fn a_tablet_far_behind_gets_one_file_and_each_only_what_they_may_see() {
    let world = World::new().await;
    let (filer, verifier) = (world.log_in("east").await, world.log_in("rd").await);
    let head = push(&filer, 1..=1_100).await;
    let offer = offered(&verifier, Mark::START, Mark::START).await.unwrap();
    assert_eq!((offer.at, offer.counter), (head, 1_100));
    let records = loaded(&verifier, &offer).await;
    assert_eq!(records.len(), 1_100);
    assert_eq!(records, by_rows(&verifier).await);
    // The filer sees one unit, the other unit's filer none of it, a leader no records at all.
    let own = offered(&filer, Mark::START, Mark::START).await.unwrap();
    assert_eq!(loaded(&filer, &own).await, records);
    for other in ["west", "leader"] {
        let other = world.log_in(other).await;
        assert_eq!(other.get(&offer.url).await.code(), "not_found");
        assert_eq!(offered(&other, Mark::START, Mark::START).await, None);
    }
    assert_eq!(world.nobody().get(&offer.url).await.code(), "session_expired");
}

#[tokio::test]
async fn a_snapshot_serves_until_too_much_follows_and_never_lacks_what_was_acknowledged() {
    let world = World::new().await;
    let filer = world.log_in("east").await;
    push(&filer, 1..=1_100).await;
    let first = offered(&filer, Mark::START, Mark::START).await.unwrap();
    let later = push(&filer, 1_101..=1_110).await;
    assert_eq!(offered(&filer, Mark::START, Mark::START).await.unwrap().at, first.at, "little follows");
    let whole = offered(&filer, Mark::START, later).await.unwrap();
    assert_eq!((whole.at, loaded(&filer, &whole).await.len()), (later, 1_110));
    push(&filer, 1_111..=2_200).await;
    let newest = offered(&filer, Mark::START, Mark::START).await.unwrap();
    assert_eq!(newest.at.sequence, 2_200);
    // Who knows something and lacks little pulls it.
    assert_eq!(offered(&filer, later, later).await, None);
    let unchanged = Request::get(&newest.url).header(header::IF_NONE_MATCH, format!("\"{}\"", newest.sha256));
    assert_eq!(filer.send(unchanged.body(Body::empty()).unwrap()).await.status, StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn what_a_tablet_sends_is_taken_before_it_must_load_anything() {
    let world = World::new().await;
    let filer = world.log_in("east").await;
    push(&filer, 1..=1_100).await;
    let new = exchange(Mark::START, &json!([edit(1_101, "新")]), ROWS_MAX);
    assert_eq!(filer.sync(&new).await.receipts.len(), 1);
}

#[tokio::test]
async fn what_a_request_sent_comes_back_in_short_and_once() {
    let world = World::new().await;
    let filer = world.log_in("east").await;
    filer.push(&[edit(1, "甲")]).await;
    let request = exchange(Mark::START, &json!([edit(2, "乙"), edit(1, "甲")]), 10);
    let answer = filer.post(path::SYNC, &request).await;
    assert_eq!((&answer.body["rows"], &answer.body["receipts"]), (&json!([]), &json!([])));
    let places: Vec<&Value> = answer.body["runs"].as_array().unwrap().iter().map(|run| &run["place"]).collect();
    assert_eq!(places, [&json!(0), &json!(1)]);
    let whole = filer.sync(&request).await;
    let mut of_old = request.clone();
    of_old["protocol"] = json!(PROTOCOL_OF_ROWS);
    assert_eq!(whole, filer.sync(&of_old).await);
}

#[tokio::test]
async fn clients_of_every_release_are_served_and_those_of_no_release_are_told() {
    for request in RELEASED {
        let world = World::new().await;
        let filer = world.log_in("east").await;
        let answer = filer.send(post(path::SYNC, request)).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        let sent: Value = serde_json::from_str(request).unwrap();
        assert_eq!(answer.body["rows"][0]["operation"], sent["operations"][0], "as it was sent, and whole");
        assert_eq!(answer.body["receipts"][0]["disposition"], json!({ "type": "ok" }));
    }
    let world = World::new().await;
    let filer = world.log_in("east").await;
    for protocol in [PROTOCOL_OLDEST - 1, PROTOCOL + 1] {
        let mut request = exchange(Mark::START, &json!([]), 10);
        request["protocol"] = json!(protocol);
        assert_eq!(filer.post(path::SYNC, &request).await.status, StatusCode::UPGRADE_REQUIRED);
    }
}

#[tokio::test]
async fn a_store_that_fell_back_in_time_learns_how_far_the_log_knows_it() {
    let world = World::new().await;
    let filer = world.log_in("east").await;
    push(&filer, 1..=1_100).await;
    let mut request = exchange(Mark::START, &json!([]), ROWS_MAX);
    for (actor, counter) in [(ActorId(7), 1_100), (ActorId(8), 0)] {
        request["actor"] = json!(actor);
        let answer = filer.post(path::SYNC, &request).await;
        assert_eq!(answer.body["error"]["snapshot"]["counter"], counter);
    }
}
