use axum::http::StatusCode;
use serde_json::{Value, json};
use shared::{api::path, merge::operation::Mark};

use crate::world::{Client, World, edit, exchange, id_of};

/// A filer whose account ends with two operations unsent, and what the tablet is told when it sends them.
async fn left_behind() -> (World, Client, Client) {
    let world = World::new().await;
    let tablet = world.log_in("east").await;
    tablet.push(&[edit(1, "上报过的")]).await;
    let admin = world.log_in("admin").await;
    let steps = format!("{}/{}/steps", path::PEOPLE, id_of("east"));
    assert_eq!(admin.post(&steps, &json!({ "type": "disable", "reason": "调离" })).await.status, StatusCode::OK);
    let reviewer = world.log_in("east.sh").await;
    (world, tablet, reviewer)
}

/// The name that a kept edit writes.
fn named(item: &Value) -> &str {
    item["operation"]["body"]["fields"][0]["value"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn unsent_work_is_kept_once_and_each_operation_is_answered_for_good() {
    let (world, tablet, reviewer) = left_behind().await;
    let unsent = [edit(1, "上报过的"), edit(2, "没上报的"), edit(3, "也没有")];
    for _ in 0..2 {
        let response = tablet.push(&unsent).await;
        let codes: Vec<_> =
            response.receipts.iter().map(|receipt| receipt.refusal().map(shared::issue::RefusalCode::key)).collect();
        assert_eq!(codes, [None, Some("revoked".to_owned()), Some("revoked".to_owned())]);
        assert!(response.rows.is_empty() && response.next == Mark::START);
    }
    let told = tablet.post(path::SYNC, &exchange(Mark::START, &json!([]), 1)).await;
    assert_eq!((told.status, told.code()), (StatusCode::FORBIDDEN, "revoked"));
    assert_eq!(world.app.ledger().unwrap().head().borrow().to_owned(), 1);
    let kept = reviewer.get(path::RESCUE).await.body;
    assert_eq!(kept.as_array().unwrap().len(), 2);
    assert!(kept.as_array().unwrap().iter().any(|item| named(item) == "没上报的"), "{kept}");
    for account in ["west", "rd", "leader", "admin", "shenji"] {
        assert_eq!(world.log_in(account).await.get(path::RESCUE).await.code(), "forbidden", "{account}");
    }
    assert_eq!(world.log_in("zhongdian").await.get(path::RESCUE).await.body.as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_reviewer_adopts_what_is_right_in_the_own_name_and_leaves_the_rest_with_a_reason() {
    let (world, tablet, reviewer) = left_behind().await;
    tablet.push(&[edit(2, "没上报的"), edit(3, "也没有")]).await;
    let kept = reviewer.get(path::RESCUE).await.body;
    let item = |name: &str| {
        let found = kept.as_array().unwrap().iter().find(|item| named(item) == name).unwrap();
        format!("{}/{}", path::RESCUE, found["id"].as_str().unwrap())
    };
    // The campaign office looks, but writes no unit's records.
    let refused = world.log_in("zhongdian").await.post(&item("没上报的"), &json!({ "type": "adopt" })).await;
    assert_eq!(refused.code(), "forbidden");
    let adopted = reviewer.post(&item("也没有"), &json!({ "type": "adopt" })).await;
    assert_eq!(adopted.body["item"]["outcome"]["adopted"], true, "{}", adopted.body);
    assert_eq!(reviewer.post(&item("也没有"), &json!({ "type": "adopt" })).await.code(), "duplicate");
    assert_eq!(
        reviewer.post(&item("没上报的"), &json!({ "type": "discard", "reason": " " })).await.code(),
        "invalid_field"
    );
    let left = reviewer.post(&item("没上报的"), &json!({ "type": "discard", "reason": "重复" })).await;
    assert_eq!(
        (&left.body["item"]["outcome"]["adopted"], &left.body["item"]["outcome"]["reason"]),
        (&json!(false), &json!("重复"))
    );
    let rows = reviewer.sync(&exchange(Mark::START, &json!([]), 10)).await.rows;
    let last = &rows.last().unwrap().operation;
    assert_eq!((last.author, last.record), (id_of("east.sh"), edit(3, "").record));
}
