use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use serde_json::json;
use shared::{api::path, scoring::trial::Trial};

use crate::world::{EAST, World};

#[tokio::test]
async fn a_ranking_that_has_not_changed_costs_no_body() {
    let world = World::new().await;
    let leader = world.log_in("leader").await;
    let ranking = leader.get(&format!("{}/2021-06", path::RANKINGS)).await;
    assert_eq!((ranking.status, ranking.body["period"].as_str()), (StatusCode::OK, Some("2021-06")));
    let tag = &ranking.headers[header::ETAG];
    let request = Request::get(format!("{}/2021-06", path::RANKINGS))
        .header(header::IF_NONE_MATCH, tag)
        .body(Body::empty())
        .unwrap();
    assert_eq!(leader.send(request).await.status, StatusCode::NOT_MODIFIED);
    let why = leader.get(&format!("{}/2021-06/units/{EAST}", path::RANKINGS)).await;
    assert_eq!((why.status, why.body["name"].as_str()), (StatusCode::OK, Some("鼓东街道")));
}

#[tokio::test]
async fn a_movement_is_for_those_who_may_read_the_ranking() {
    let world = World::new().await;
    let (leader, admin) = (world.log_in("leader").await, world.log_in("admin").await);
    let of = |tail: &str| format!("{}/2021-06/units/{EAST}/{tail}", path::RANKINGS);
    let moved = leader.get(&of("movement")).await;
    assert_eq!((moved.status, moved.body["since"].as_str()), (StatusCode::OK, Some("2021-05")));
    assert_eq!(admin.get(&of("movement")).await.code(), "forbidden");
    let january = format!("{}/2021-01/units/{EAST}/movement", path::RANKINGS);
    assert_eq!(leader.get(&january).await.code(), "not_found", "there is no month before");
}

#[tokio::test]
async fn what_a_what_if_is_computed_from_gives_the_ranking_of_the_server() {
    let world = World::new().await;
    let leader = world.log_in("leader").await;
    let of = |group: &str| format!("{}/2021-06/groups/{group}/trial", path::RANKINGS);
    let trial: Trial = serde_json::from_value(leader.get(&of("street")).await.body).unwrap();
    let why = leader.get(&format!("{}/2021-06/units/{EAST}", path::RANKINGS)).await;
    let stands = trial.what_if(EAST, &[]).unwrap().now;
    assert_eq!(json!([stands.rank, stands.score]), json!([why.body["rank"], why.body["score"]]));
    assert_eq!(leader.get(&of("nobody")).await.code(), "not_found");
    assert_eq!(world.log_in("admin").await.get(&of("street")).await.code(), "forbidden");
}

#[tokio::test]
async fn rankings_are_for_those_who_may_read_them_and_of_months_and_units_that_exist() {
    let world = World::new().await;
    assert_eq!(world.log_in("admin").await.get(&format!("{}/2021-06", path::RANKINGS)).await.code(), "forbidden");
    let leader = world.log_in("leader").await;
    for tail in ["2021-13", "六月", "2021-06/units/none", "2021-06/units/00000000-0000-0000-0000-000000000000"] {
        let tail = tail.replace("六月", "%E5%85%AD%E6%9C%88");
        assert_eq!(leader.get(&format!("{}/{tail}", path::RANKINGS)).await.code(), "not_found", "{tail}");
    }
}
