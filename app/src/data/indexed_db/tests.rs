//! The store in a real browser.

use indexed_db_futures::{Build, database::Database};
use shared::id::ActorId;
use wasm_bindgen_test::wasm_bindgen_test;

use super::*;
use crate::{
    browser::entropy,
    data::contract::{self, edit, operation_id},
};

fn unique_name() -> String {
    format!("test-{:016x}", entropy::random_u64())
}

async fn open(name: &str, actor: u64) -> IndexedDbStore {
    IndexedDbStore::open_named(name, ActorId(actor)).await.unwrap()
}

#[wasm_bindgen_test]
async fn keeps_every_promise() {
    contract::keeps_every_promise(async || open(&unique_name(), 7).await).await;
}

#[wasm_bindgen_test]
async fn a_store_that_is_opened_again_is_the_same_store() {
    let name = unique_name();
    let first = open(&name, 1).await;
    first.save(&edit(1, "name", "甲", vec![]), operation_id(1), 1_000).await.unwrap();
    let before = first.load().await.unwrap();
    first.close();
    let again = open(&name, 2).await;
    assert_eq!(again.load().await.unwrap(), before, "with its records, its operations and its actor");
}

#[wasm_bindgen_test]
async fn a_connection_that_the_browser_closed_is_opened_once_more() {
    let store = open(&unique_name(), 1).await;
    store.close();
    store.save(&edit(1, "name", "甲", vec![]), operation_id(1), 1_000).await.unwrap();
    store.connection.close_behind_our_back();
    store.save(&edit(1, "name", "乙", vec![]), operation_id(2), 2_000).await.unwrap();
    assert_eq!(store.outbox().await.unwrap().unsent, 2);
}

#[wasm_bindgen_test]
async fn two_tabs_share_one_counter_without_gaps() {
    let name = unique_name();
    let (left, right) = (open(&name, 1).await, open(&name, 2).await);
    for number in (1..=20).step_by(2) {
        let (one, two) = (edit(1, "name", "左", vec![]), edit(1, "note", "右", vec![]));
        let both = futures_util::future::join(
            left.save(&one, operation_id(number), number),
            right.save(&two, operation_id(number + 1), number),
        );
        let (one, two) = both.await;
        assert!(one.is_ok() && two.is_ok());
    }
    let outbox = left.outbox().await.unwrap();
    assert!(outbox.operations.iter().map(|operation| operation.counter).eq(1..=20));
    let record = &right.load().await.unwrap().records[0];
    assert_eq!((record.value("name").as_text(), record.value("note").as_text()), (Some("左"), Some("右")));
}

#[wasm_bindgen_test]
async fn a_transaction_whose_work_fails_leaves_nothing_behind() {
    let store = open(&unique_name(), 1).await;
    let before = store.load().await.unwrap();
    let fails = async |tx: &Opened<'_>| {
        tx.put_text(RECORDS, "half", "{}")?;
        Err::<(), TxError>(TxError::Corrupt("no".to_owned()))
    };
    let failed = store.connection.run(&[META, RECORDS], Access::Write, fails).await;
    assert_eq!(failed, Err(DataError::StoreCorrupt("no".to_owned())));
    assert_eq!(store.load().await.unwrap(), before);
}

#[wasm_bindgen_test]
async fn an_app_that_was_rolled_back_opens_the_newer_store() {
    let name = unique_name();
    let store = open(&name, 1).await;
    store.save(&edit(1, "name", "甲", vec![]), operation_id(1), 1_000).await.unwrap();
    store.close();
    let newer = Database::open(name.as_str()).with_version(schema::VERSION + 7).build().unwrap().await.unwrap();
    newer.close();
    let older = open(&name, 2).await;
    assert_eq!(older.load().await.unwrap().records.len(), 1);
}
