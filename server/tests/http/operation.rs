//! What whoever runs the server sees, and what keeps it running.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    body::Body,
    extract::ConnectInfo,
    http::{Request, StatusCode, header},
};
use server::{app::App, clock::Clock, router::router, signing::SigningKey};
use shared::api::path;

use crate::world::{Answer, Client, NOON_MS, World, edit};

impl World {
    /// The same district behind other limits.
    async fn with(&self, requests_per_minute: u32, token: Option<&str>) -> Client {
        let app = App::new(
            self.app.store.clone(),
            self.app.blobs.clone(),
            Clock::of(|| NOON_MS),
            SigningKey::of_bytes([7; 32]),
        )
        .unwrap();
        let app = Arc::new(app.with(requests_per_minute, token));
        app.open_ledger().await.unwrap();
        Client { router: router(app, &self.folder.path().join("dist")), cookie: String::new() }
    }
}

async fn metrics(client: &Client, peer: Option<&str>, headers: &[(&'static str, &str)]) -> Answer {
    let mut request = Request::get("/metrics").body(Body::empty()).unwrap();
    if let Some(peer) = peer {
        request.extensions_mut().insert(ConnectInfo(peer.parse::<SocketAddr>().unwrap()));
    }
    for (name, value) in headers {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    client.send(request).await
}

#[tokio::test]
async fn figures_are_for_this_machine_or_for_whoever_has_the_token() {
    let world = World::new().await;
    let here = Some("127.0.0.1:9");
    for (token, peer, headers, is_shown) in [
        (None, here, vec![], true),
        (None, Some("[::1]:9"), vec![], true),
        (None, Some("10.1.2.3:9"), vec![], false),
        (None, None, vec![], false),
        // Through the proxy on this machine.
        (None, here, vec![("x-forwarded-for", "10.1.2.3")], false),
        (None, here, vec![("forwarded", "for=10.1.2.3")], false),
        (None, Some("10.1.2.3:9"), vec![("authorization", "Bearer ")], false),
        (Some("geheim"), Some("10.1.2.3:9"), vec![("authorization", "Bearer falsch")], false),
        (Some("geheim"), Some("10.1.2.3:9"), vec![("authorization", "geheim")], false),
        (Some("geheim"), Some("10.1.2.3:9"), vec![("authorization", "Bearer geheim")], true),
    ] {
        let answer = metrics(&world.with(0, token).await, peer, &headers).await;
        assert_eq!(answer.status == StatusCode::OK, is_shown, "{token:?} {peer:?} {headers:?}");
        assert!(is_shown || answer.code() == "forbidden");
    }
}

#[tokio::test]
async fn figures_count_routes_and_never_what_stands_in_an_address() {
    let world = World::new().await;
    let filer = world.log_in("east").await;
    filer.push(&[edit(1, "甲"), edit(2, "乙")]).await;
    filer.push(&[edit(1, "丙")]).await;
    filer.get(&format!("{}/2021-06", path::RANKINGS)).await;
    filer.get("/api/v1/nothing/secret").await;
    let answer = metrics(&filer, Some("127.0.0.1:9"), &[]).await;
    assert!(answer.headers[header::CONTENT_TYPE].to_str().unwrap().starts_with("text/plain; version=0.0.4"));
    let text = answer.body.as_str().unwrap();
    for line in [
        "tisheng_log_rows 2",
        "tisheng_operations_total{decided=\"ok\"} 2",
        "tisheng_operations_total{decided=\"quarantined\"} 1",
        "tisheng_requests_total{method=\"POST\",route=\"/api/v1/sync\",status=\"200\"} 2",
        "tisheng_requests_total{method=\"GET\",route=\"/api/v1/rankings/{period}\",status=\"200\"} 1",
        "tisheng_request_seconds_count{route=\"/api/v1/sync\"} 2",
        "tisheng_request_seconds_bucket{route=\"/api/v1/sync\",le=\"+Inf\"} 2",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} in\n{text}");
    }
    assert!(!text.contains("secret") && !text.contains("2021-06"), "{text}");
    let is_sample =
        |line: &str| line.starts_with("# ") || line.rsplit_once(' ').is_some_and(|(_, n)| n.parse::<f64>().is_ok());
    assert!(text.lines().all(is_sample), "{text}");
}

#[tokio::test]
async fn a_device_that_asks_without_end_has_to_wait_and_others_do_not() {
    let world = World::new().await;
    let eager = world.with(3, None).await;
    for n in 0..3 {
        assert_eq!(eager.get(path::SETUP).await.status, StatusCode::OK, "{n}");
    }
    let refused = eager.get(path::SETUP).await;
    assert_eq!((refused.status, refused.code()), (StatusCode::TOO_MANY_REQUESTS, "too_many_requests"));
    assert_eq!(refused.headers[header::RETRY_AFTER], "20");
    assert_eq!(refused.body["error"]["retry_after_seconds"], 20);
    // Another session at the same address, and the same at another.
    let other = Client { cookie: "tisheng_session=other".into(), ..eager.clone() };
    assert_eq!(other.get(path::SETUP).await.status, StatusCode::OK);
    let elsewhere = Request::get(path::SETUP).header("x-forwarded-for", "10.1.2.3").body(Body::empty()).unwrap();
    assert_eq!(eager.send(elsewhere).await.status, StatusCode::OK);
    // Whether the process lives is asked by machines.
    assert_eq!(eager.get(path::HEALTH).await.status, StatusCode::OK);
}
