use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use shared::api::path;

use crate::world::World;

#[tokio::test]
async fn each_file_is_cached_as_long_as_its_name_lasts() {
    let world = World::new().await;
    for (path, lifetime, content_type) in [
        ("/", "no-cache", "text/html"),
        ("/projects/17", "no-cache", "text/html"),
        ("/sw.js", "no-cache", "text/javascript"),
        ("/assets/app.0a1b.wasm", "public, max-age=31536000, immutable", "application/wasm"),
        (path::SETUP, "no-store", "application/json"),
    ] {
        let answer = world.nobody().get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert_eq!(answer.headers[header::CACHE_CONTROL], lifetime, "{path}");
        assert!(answer.headers[header::CONTENT_TYPE].to_str().unwrap().starts_with(content_type), "{path}");
    }
    let request =
        Request::get("/assets/app.0a1b.wasm").header(header::ACCEPT_ENCODING, "br").body(Body::empty()).unwrap();
    let packed = world.nobody().send(request).await;
    assert_eq!((&packed.headers[header::CONTENT_ENCODING], packed.body.as_str()), (&"br".parse().unwrap(), Some("br")));
}

#[tokio::test]
async fn a_file_that_is_gone_is_not_the_page() {
    let world = World::new().await;
    for path in ["/assets/app.old.js", "/assets/../tisheng.sqlite3", "/icons/none.png"] {
        assert_eq!(world.nobody().get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn every_answer_tells_the_browser_what_it_may_do() {
    let world = World::new().await;
    for path in ["/", path::HEALTH, path::SESSION, "/assets/none"] {
        let headers = world.nobody().get(path).await.headers;
        let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(
            policy.contains("script-src 'self' 'wasm-unsafe-eval'; ") && !policy.contains("unsafe-inline"),
            "{path}"
        );
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("form-action 'self'"), "{path}");
        assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff", "{path}");
        assert_eq!(headers["cross-origin-opener-policy"], "same-origin", "{path}");
    }
}
