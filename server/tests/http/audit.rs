use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use serde_json::json;
use shared::api::path;

use crate::world::{EAST, PASSWORD, World};

#[tokio::test]
async fn the_auditor_reads_what_was_done_and_nobody_else_does() {
    let world = World::new().await;
    world.try_log_in("east", "wrong password").await;
    let admin = world.log_in("admin").await;
    admin.post(path::UNITS, &json!({ "name": "洪山镇", "group": "street" })).await;
    admin.post(path::PEOPLE, &json!({ "account": "new", "name": "周一", "unit": EAST, "roles": ["filer"] })).await;
    admin.post(path::PASSWORD, &json!({ "current": PASSWORD, "new": "一个足够长的新密码。" })).await;
    admin.send(Request::delete(path::SESSION).body(Body::empty()).unwrap()).await;
    for account in ["east", "zhongdian", "leader"] {
        assert_eq!(world.log_in(account).await.get(path::AUDIT).await.code(), "forbidden", "{account}");
    }
    let auditor = world.log_in("shenji").await;
    let page = auditor.get(path::AUDIT).await;
    assert_eq!(page.status, StatusCode::OK);
    let acts = page.body["acts"].as_array().unwrap();
    let types: Vec<&str> = acts.iter().map(|act| act["act"]["deed"]["type"].as_str().unwrap()).collect();
    let expected = [
        "began",
        "login_failed",
        "logged_in",
        "unit_added",
        "account_created",
        "account",
        "password_changed",
        "logged_out",
        "logged_in",
        "logged_in",
        "logged_in",
        "logged_in",
    ];
    assert_eq!(types, expected);
    assert_eq!(acts[1]["act"]["deed"]["account"], "east");
    assert_eq!(acts[4]["act"]["deed"]["roles"], json!(["filer"]));
    // A password, or what would open an account, is nowhere in it.
    let text = page.body.to_string();
    assert!(!text.contains("argon2") && !text.contains(PASSWORD), "{text}");
    let rest = auditor.get(&format!("{}?after=10", path::AUDIT)).await.body;
    assert_eq!((rest["acts"].as_array().unwrap().len(), &rest["more"]), (2, &json!(false)));
    assert_eq!(auditor.get(&format!("{}?after=x", path::AUDIT)).await.code(), "malformed_request");
}

#[tokio::test]
async fn a_long_log_comes_in_pages() {
    let world = World::new().await;
    for n in 0..205 {
        let act = shared::audit::Act {
            at_ms: n,
            person: None,
            deed: shared::audit::Deed::Exported { what: "ranking".into(), rows: n },
        };
        world.app.store.record(crate::world::CAMPAIGN, &act).await.unwrap();
    }
    let auditor = world.log_in("shenji").await;
    let (mut after, mut seen) = (0, Vec::new());
    loop {
        let page = auditor.get(&format!("{}?after={after}", path::AUDIT)).await.body;
        let sequences = page["acts"].as_array().unwrap().iter().map(|act| act["sequence"].as_u64().unwrap());
        seen.extend(sequences);
        after = *seen.last().unwrap();
        if page["more"] == false {
            break;
        }
    }
    assert_eq!(seen, (1..=207).collect::<Vec<u64>>());
}
