//! Every route of the real router, for every role, for the own unit and another, in every phase of a period.

use std::collections::{BTreeMap, BTreeSet};

use axum::{
    body::Body,
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use serde_json::{Value, json};
use shared::{api::path, calendar::Month, id::UnitId, period::Timetable};

use crate::world::{Client, EAST, NOON_MS, WEST, World, edit, id_of, post};

/// The roles of the table's columns, by an account of each. `-` stands for nobody.
const COLUMNS: [(char, &str); 10] = [
    ('f', "east"),
    ('u', "east.sh"),
    ('v', "rd"),
    ('c', "zhongdian"),
    ('i', "ducha"),
    ('l', "leader"),
    ('a', "admin"),
    ('s', "anquan"),
    ('j', "shenji"),
    ('-', ""),
];

/// Anyone who is logged in.
const SIGNED: &str = "fuvcilasj";
/// Anyone at all.
const ANYONE: &str = "fuvcilasj-";
/// Whoever sees rankings.
const READERS: &str = "fuvcil";

/// One row: a request, and who may send it. Whoever may is answered by what the request means, and never by 401 or
/// by `forbidden`.
struct Row(&'static str, String, Value, &'static str);

fn rows() -> Vec<Row> {
    let (get, send, delete) = ("GET", "POST", "DELETE");
    let month = "2021-05";
    let person = id_of("west");
    let of_unit = |unit| format!("{}/{month}/units/{unit}", path::RANKINGS);
    let mut rows = vec![
        Row(get, path::SESSION.into(), Value::Null, SIGNED),
        Row(send, path::SESSION.into(), json!({}), ANYONE),
        Row(get, path::SESSIONS.into(), Value::Null, SIGNED),
        Row(delete, format!("{}/{}", path::SESSIONS, "0".repeat(64)), Value::Null, SIGNED),
        Row(delete, path::SESSIONS.into(), Value::Null, SIGNED),
        Row(send, path::INVITATION.into(), json!({}), ANYONE),
        Row(send, path::DEVICES.into(), json!({}), SIGNED),
        Row(send, format!("{}/session", path::DEVICES), json!({}), ANYONE),
        Row(get, path::SECOND_FACTOR.into(), Value::Null, SIGNED),
        Row(send, path::SECOND_FACTOR.into(), json!({}), SIGNED),
        Row(send, format!("{}/confirmation", path::SECOND_FACTOR), json!({ "code": "0" }), SIGNED),
        Row(send, path::PASSWORD.into(), json!({ "current": "", "new": "" }), SIGNED),
        Row(get, path::SETUP.into(), Value::Null, ANYONE),
        Row(send, path::SETUP.into(), json!({}), ANYONE),
        Row(get, path::CAMPAIGN.into(), Value::Null, SIGNED),
        Row(send, path::SYNC.into(), json!({}), SIGNED),
        Row(get, path::EVENTS.into(), Value::Null, SIGNED),
        Row(get, format!("{}/{month}", path::RANKINGS), Value::Null, READERS),
        Row(get, path::PEOPLE.into(), Value::Null, "as"),
        Row(get, format!("{}/{person}/sessions", path::PEOPLE), Value::Null, "a"),
        Row(send, path::UNITS.into(), json!({ "name": "", "group": "park" }), "a"),
        Row(get, path::PERIODS.into(), Value::Null, "fuvcilj"),
        Row(get, format!("{}/{month}", path::PERIODS), Value::Null, "fuvcilj"),
        Row(get, format!("{}/{month}/current", path::PERIODS), Value::Null, "c"),
        Row(get, format!("{}/{month}/late", path::PERIODS), Value::Null, "ci"),
        Row(get, format!("{}/{month}/editions/1", path::PERIODS), Value::Null, "fuvcilj"),
        Row(get, format!("{}/{month}/editions/1/bulletin", path::PERIODS), Value::Null, "c"),
        Row(get, format!("{}/{month}/editions/1/bulletin.docx", path::PERIODS), Value::Null, "c"),
        Row(get, format!("{}/{month}/editions/1/bulletin.xlsx", path::PERIODS), Value::Null, "c"),
        Row(get, path::RESCUE.into(), Value::Null, "uc"),
        Row(send, format!("{}/{}", path::RESCUE, "0".repeat(64)), json!({ "type": "adopt" }), "uc"),
        Row(get, path::AUDIT.into(), Value::Null, "j"),
        Row(send, path::PEOPLE.into(), json!({ "account": "", "name": "", "unit": EAST, "roles": [] }), "a"),
    ];
    let nothing = "0".repeat(64);
    rows.extend([
        Row(get, format!("{}/{nothing}", path::SNAPSHOTS), Value::Null, SIGNED),
        Row(send, path::PARCELS.into(), json!({}), SIGNED),
        Row(get, path::HALL.into(), Value::Null, ""),
        Row(get, format!("{}/{}/files", path::RECORDS, edit(1, "").record), Value::Null, SIGNED),
        Row(get, format!("{}/{nothing}", path::BLOBS), Value::Null, SIGNED),
        Row("OPTIONS", format!("{}/{nothing}", path::BLOBS), Value::Null, ANYONE),
        Row("PATCH", format!("{}/{nothing}", path::BLOBS), Value::Null, SIGNED),
        Row(send, path::INTAKE.into(), json!({ "name": "", "content": "" }), "a"),
        Row(send, format!("{}/preview", path::INTAKE), json!({ "name": "", "content": "" }), "a"),
        Row(get, path::ROSTER.into(), Value::Null, READERS),
        Row(send, path::ROSTER.into(), divide(EAST), "uc"),
        Row(send, path::ROSTER.into(), divide(WEST), "c"),
        Row(send, path::ROSTER.into(), json!({ "type": "part", "pairing": 1, "from": month, "outcome": "" }), "c"),
        Row(get, path::RULES.into(), Value::Null, READERS),
        Row(send, path::RULES.into(), json!({ "kind": "scheme", "name": "", "content": "" }), "c"),
        Row(send, format!("{}/preview", path::RULES), json!({ "kind": "scheme", "name": "", "content": "" }), "c"),
        Row(get, path::TOKENS.into(), Value::Null, "a"),
        Row(send, path::TOKENS.into(), json!({ "name": "" }), "a"),
        Row(delete, format!("{}/{nothing}", path::TOKENS), Value::Null, "a"),
    ]);
    // Other systems have tokens of their own, and no session of anybody is one.
    for table in ["rankings/2021-05", "projects", "targets", "periods"] {
        rows.push(Row(get, format!("{}/{table}", path::OPEN), Value::Null, ""));
    }
    rows.push(Row(get, format!("{}/{month}/groups/street/trial", path::RANKINGS), Value::Null, READERS));
    for unit in [EAST, WEST] {
        rows.push(Row(get, of_unit(unit), Value::Null, READERS));
        rows.push(Row(get, format!("{}/movement", of_unit(unit)), Value::Null, READERS));
    }
    rows.extend(period_steps(month));
    let steps = format!("{}/{person}/steps", path::PEOPLE);
    for (step, who) in [
        (json!({ "type": "change", "name": "", "unit": EAST, "roles": [] }), "a"),
        (json!({ "type": "disable", "reason": "" }), "a"),
        (json!({ "type": "enable" }), "a"),
        (json!({ "type": "reset_second_factor" }), "a"),
        (json!({ "type": "confirm" }), "s"),
        (json!({ "type": "decline", "reason": "" }), "s"),
        (json!({ "type": "invite" }), "a"),
        (json!({ "type": "end_sessions" }), "a"),
    ] {
        rows.push(Row(send, steps.clone(), step, who));
    }
    // The last one: the session ends with it.
    rows.push(Row(delete, path::SESSION.into(), Value::Null, SIGNED));
    rows
}

/// The steps with a period.
fn period_steps(month: &str) -> Vec<Row> {
    let steps = format!("{}/{month}/steps", path::PERIODS);
    let digest = "0".repeat(64);
    let mut rows = Vec::new();
    for (step, who) in [
        (json!({ "type": "propose", "digest": digest }), "c"),
        (json!({ "type": "confirm", "digest": digest }), "c"),
        (json!({ "type": "decline" }), "c"),
        (json!({ "type": "publish" }), "c"),
        (json!({ "type": "reopen", "reason": "" }), "c"),
        (json!({ "type": "object", "unit": EAST, "text": "" }), "u"),
        (json!({ "type": "object", "unit": WEST, "text": "" }), ""),
        (json!({ "type": "answer", "objection": 9, "upheld": true, "text": "" }), "c"),
        (json!({ "type": "appeal", "unit": EAST, "objection": 9, "text": "" }), "u"),
        (json!({ "type": "appeal", "unit": WEST, "objection": 9, "text": "" }), ""),
        (json!({ "type": "rule", "objection": 9, "upheld": true, "text": "" }), "ci"),
    ] {
        rows.push(Row("POST", steps.clone(), step, who));
    }
    rows
}

fn divide(unit: UnitId) -> Value {
    json!({ "type": "divide", "unit": unit, "from": "2021-05", "posts": [] })
}

/// Phases of May 2021 by the moment at which it stands there, in the order of time, and what two people of the
/// campaign office do to it first.
fn phases() -> [(&'static str, u64, &'static [&'static str]); 8] {
    let may = Timetable::of("2021-05".parse::<Month>().unwrap());
    let after_ms = may.objections_end_ms + 1;
    [
        ("upcoming", may.opens_ms - 1, &[]),
        ("open", may.opens_ms + 1, &[]),
        ("late arrivals", may.deadline_ms + 1, &[]),
        ("objections", may.grace_ends_ms + 1, &[]),
        ("due", after_ms, &[]),
        ("frozen", after_ms, &["propose", "confirm"]),
        ("published", after_ms, &["propose", "confirm", "publish"]),
        ("reopened", after_ms, &["propose", "confirm", "publish", "reopen"]),
    ]
}

/// Brings May into a phase that takes steps.
async fn bring(world: &World, steps: &[&str], phase: &str) {
    let (one, two) = (world.log_in("zhongdian").await, world.log_in("zhongdian2").await);
    let may = format!("{}/2021-05", path::PERIODS);
    let digest = one.get(&format!("{may}/current")).await.body["digest"].clone();
    for step in steps {
        let client = if *step == "confirm" { &two } else { &one };
        let body = match *step {
            "propose" | "confirm" => json!({ "type": step, "digest": digest }),
            "reopen" => json!({ "type": step, "reason": "漏计一项" }),
            _ => json!({ "type": step }),
        };
        let answer = client.post(&format!("{may}/steps"), &body).await;
        assert_eq!(answer.status, StatusCode::OK, "{phase}: {step}: {}", answer.body);
    }
}

async fn ask(client: &Client, Row(method, path, body, _): &Row) -> (StatusCode, String) {
    let mut request = match *method {
        "POST" => post(path, body.to_string()),
        _ => Request::builder().method(*method).uri(path).body(Body::empty()).unwrap(),
    };
    if !client.cookie.is_empty() {
        request.headers_mut().insert(header::COOKIE, client.cookie.parse().unwrap());
    }
    // The stream of events never ends: its head is enough.
    let response = tower::ServiceExt::oneshot(client.router.clone(), request).await.unwrap();
    let (parts, body) = response.into_parts();
    let is_stream = parts.headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream");
    if is_stream || parts.status.is_success() {
        return (parts.status, String::new());
    }
    let bytes = http_body_util::BodyExt::collect(body).await.unwrap().to_bytes();
    let body: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    (parts.status, body["error"]["code"].as_str().unwrap_or_default().to_owned())
}

async fn sessions(world: &World) -> BTreeMap<char, Client> {
    let mut clients = BTreeMap::new();
    for (column, account) in COLUMNS {
        let client = if account.is_empty() { world.nobody() } else { world.log_in(account).await };
        clients.insert(column, client);
    }
    clients
}

/// What a request is refused with for want of a right, if it is.
fn is_refused(status: StatusCode, code: &str) -> bool {
    status == StatusCode::UNAUTHORIZED && matches!(code, "session_expired" | "token_refused") || code == "forbidden"
}

#[tokio::test]
async fn each_role_may_send_what_the_table_says_and_nothing_else_in_every_phase() {
    for (phase, at_ms, steps) in phases() {
        let world = World::with_every_role().await;
        world.now_ms.store(at_ms, std::sync::atomic::Ordering::Relaxed);
        bring(&world, steps, phase).await;
        let clients = sessions(&world).await;
        for row in rows() {
            let Row(method, path, body, allowed) = &row;
            // What is frozen and not published is seen by those who publish it.
            let is_unpublished = phase == "frozen" && path.ends_with("/editions/1");
            let allowed = if is_unpublished { "c" } else { *allowed };
            for (column, account) in COLUMNS {
                let (status, code) = ask(&clients[&column], &row).await;
                let refused = is_refused(status, &code);
                let expected = !allowed.contains(column);
                assert_eq!(refused, expected, "{phase}: {method} {path} {body} by {account:?} got {status} {code}");
                assert!(!status.is_server_error(), "{phase}: {method} {path} {body} by {account:?}: {code}");
            }
        }
    }
}

/// The paths that the router itself says it has.
fn paths_of(router: &axum::Router) -> BTreeSet<String> {
    let said = format!("{router:?}");
    let pieces = said.split('"').filter(|piece| piece.starts_with("/api/v1/"));
    pieces.map(str::to_owned).collect()
}

#[tokio::test]
async fn no_route_is_missing_from_the_table() {
    let world = World::new().await;
    let nobody = world.nobody();
    let filled = |path: &str| -> bool { path.contains('{') };
    let shape = |path: &str| -> Vec<String> { path.split('/').map(str::to_owned).collect() };
    let tested: Vec<(String, Vec<String>)> =
        rows().iter().map(|Row(method, path, ..)| ((*method).to_owned(), shape(path))).collect();
    let paths = paths_of(&world.router);
    assert!(paths.len() > 20, "{paths:?}");
    let mut missing = Vec::new();
    for path in paths {
        for method in methods(&nobody, &path).await {
            let is_tested = tested.iter().any(|(tested, segments)| {
                let own = shape(&path);
                *tested == method
                    && own.len() == segments.len()
                    && own.iter().zip(segments).all(|(own, tested)| own == tested || filled(own))
            });
            if !is_tested {
                missing.push(format!("{method} {path}"));
            }
        }
    }
    assert_eq!(missing, Vec::<String>::new());
}

/// The methods that a path answers, from what it says to one that it does not.
async fn methods(client: &Client, path: &str) -> Vec<String> {
    let request = Request::builder().method(Method::TRACE).uri(path).body(Body::empty()).unwrap();
    let headers: HeaderMap = client.send(request).await.headers;
    let allow = headers.get(header::ALLOW).map(|allow| allow.to_str().unwrap().to_owned()).unwrap_or_default();
    allow.split(',').filter(|method| !method.is_empty() && *method != "HEAD").map(str::to_owned).collect()
}

#[test]
fn the_phases_are_in_the_order_of_time() {
    assert!(phases().windows(2).all(|pair| pair[0].1 <= pair[1].1) && phases()[7].1 < NOON_MS);
}
