//! The description of the interface says what the router does, no more and no less.

use std::collections::{BTreeMap, BTreeSet};

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use serde_json::Value;
use server::{metrics, openapi::description};
use shared::api::ErrorCode;

use crate::world::World;

/// Paths that are for machines of whoever runs the server or for browsers, and no part of the interface.
const APART: [&str; 6] =
    ["/api", "/api/{*path}", metrics::PATH, "/certificate", "/certificate/ca.crt", "/certificate/check.js"];

/// Methods and paths as the router itself shows them.
fn routed(world: &World) -> BTreeSet<(String, String)> {
    let shown = format!("{:?}", world.router);
    let (shown, _) = shown.split_once("fallback_router: ").unwrap();
    let (routes, named) = shown.split_once("paths: {").unwrap();
    let mut paths = BTreeMap::new();
    for pair in named.split("RouteId(").skip(1) {
        let (id, rest) = pair.split_once("): \"").unwrap();
        paths.insert(id.to_owned(), rest.split_once('"').unwrap().0.to_owned());
    }
    let mut found = BTreeSet::new();
    for route in routes.split("RouteId(").skip(1) {
        let Some((id, methods)) = route.split_once("): MethodRouter(MethodRouter {") else { continue };
        let methods = methods.split_once("fallback").unwrap().0;
        for method in ["get", "post", "delete", "put", "patch"] {
            if methods.contains(&format!(" {method}: Route")) || methods.contains(&format!(" {method}: BoxedHandler")) {
                found.insert((method.to_owned(), paths[id].clone()));
            }
        }
    }
    found
}

#[tokio::test]
async fn every_route_is_described_and_every_description_is_a_route() {
    let world = World::new().await;
    let mut described = BTreeSet::new();
    for (path, methods) in description()["paths"].as_object().unwrap() {
        described.extend(methods.as_object().unwrap().keys().map(|method| (method.clone(), path.clone())));
    }
    let mut known = routed(&world);
    known.retain(|(_, path)| {
        !APART.contains(&path.as_str()) && !path.starts_with("/assets") && !path.starts_with("/icons")
    });
    assert!(described.len() > 30, "{described:?}");
    assert_eq!(described, known);
}

#[tokio::test]
async fn the_document_is_served_and_every_reference_in_it_leads_somewhere() {
    let world = World::new().await;
    let document = world.nobody().get("/api/openapi.json").await.body;
    assert_eq!((&document, document["openapi"].as_str()), (description(), Some("3.1.0")));
    let mut open = vec![&document];
    while let Some(value) = open.pop() {
        match value {
            Value::Object(fields) => {
                if let Some(target) = fields.get("$ref").and_then(Value::as_str) {
                    assert!(document.pointer(&target[1..]).is_some(), "{target}");
                }
                open.extend(fields.values());
            }
            Value::Array(items) => open.extend(items),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}

#[tokio::test]
async fn every_code_is_documented_somewhere_with_its_status_and_sentence() {
    let text = description().to_string();
    // Only what has no path or no such method comes without an operation.
    for code in ErrorCode::ALL.into_iter().filter(|code| *code != ErrorCode::MethodNotAllowed) {
        assert!(text.contains(&format!("`{}` ", code.key())), "{}", code.key());
    }
    let login = &description()["paths"]["/api/v1/session"]["post"]["responses"];
    assert!(login["401"]["description"].as_str().unwrap().starts_with("`wrong_credentials` 账号"), "{login}");
    assert!(login["429"]["description"].as_str().unwrap().contains("`login_delayed`"), "{login}");
}

#[tokio::test]
async fn the_page_shows_every_operation_and_has_nothing_inline_and_nothing_from_elsewhere() {
    let world = World::new().await;
    let page = world.nobody().get("/api/docs").await;
    assert!(page.headers[header::CONTENT_TYPE].to_str().unwrap().starts_with("text/html"));
    let text = page.body.as_str().unwrap();
    for path in description()["paths"].as_object().unwrap().keys().filter(|path| path.starts_with("/api/v1/")) {
        assert!(text.contains(&format!("</b> {path}</code>")), "{path}");
    }
    for word in ["<script", "<style", " style=", "http://", "https://", "interface."] {
        assert!(!text.contains(word), "{word}");
    }
    let style = world.nobody().send(Request::get("/api/docs.css").body(Body::empty()).unwrap()).await;
    assert_eq!(style.status, StatusCode::OK);
}
