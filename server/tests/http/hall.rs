//! What hall screens show, and that their token shows nothing else.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use serde_json::json;
use shared::api::{hall::HallView, path};

use crate::world::{Answer, World};

async fn read(world: &World, path: &str, token: &str) -> Answer {
    let request = Request::get(path).header(header::AUTHORIZATION, format!("Bearer {token}"));
    world.nobody().send(request.body(Body::empty()).unwrap()).await
}

async fn issued(world: &World, screen: bool) -> String {
    let admin = world.log_in("admin").await;
    let answer = admin.post(path::TOKENS, &json!({ "name": "一楼大厅", "screen": screen })).await;
    answer.body["secret"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_screen_shows_the_running_month_until_one_is_published() {
    let world = World::new().await;
    let token = issued(&world, true).await;
    let answer = read(&world, path::HALL, &token).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let frame: HallView = serde_json::from_value(answer.body).unwrap();
    assert_eq!((frame.period.to_string().as_str(), frame.edition), ("2021-06", None));
    assert_eq!(frame.ranking.period, frame.period);
    assert_eq!(frame.reports, (0, 0));
}

#[tokio::test]
async fn the_token_of_a_screen_reads_one_frame_and_other_tokens_read_none() {
    let world = World::new().await;
    let (screen, system) = (issued(&world, true).await, issued(&world, false).await);
    for path in ["/rankings/2021-06", "/projects", "/targets", "/periods"] {
        let path = format!("{}{path}", path::OPEN);
        assert_eq!(read(&world, &path, &screen).await.code(), "token_refused", "{path}");
        assert_eq!(read(&world, &path, &system).await.status, StatusCode::OK, "{path}");
    }
    let stripped = screen.trim_start_matches("screen-");
    for token in ["", "screen-", stripped, &system, &format!("screen-{system}")] {
        assert_eq!(read(&world, path::HALL, token).await.code(), "token_refused", "{token}");
    }
    assert_eq!(world.log_in("leader").await.get(path::HALL).await.code(), "token_refused", "a session is no token");
}
