//! The store in a real browser.

use indexed_db_futures::{Build, database::Database};
use shared::{
    id::{ActorId, Digest},
    merge::operation::Disposition,
    record::Record,
    sync::{client::ClientState, horizon::KEPT_MS},
};
use wasm_bindgen_test::wasm_bindgen_test;

use super::*;
use crate::{
    browser::{cipher::Key, cipher::Reach, entropy, task},
    data::{
        contract::{self, answer, edit, operation_id},
        indexed_db::{
            schema::{JOURNAL, OLD_META, OLD_OPERATIONS, OLD_RECORDS, OLD_STATE_KEY, PAGES, VERSION},
            tx::Connection,
        },
        upload::{KeptFile, Shelf as _},
    },
};

fn unique_name() -> String {
    format!("test-{:016x}", entropy::random_u64())
}

async fn vault(name: &str) -> Vault {
    Vault::new(name, Key::of_bytes(&[7; 32], Reach::Kept).await.unwrap())
}

async fn open(name: &str, actor: u64) -> IndexedDbStore {
    try_open(name, vault(name).await, actor).await.unwrap()
}

async fn try_open(name: &str, vault: Vault, actor: u64) -> Result<IndexedDbStore, DataError> {
    IndexedDbStore::open(Connection::new(name, schema::PERSON_STORES), vault, ActorId(actor)).await
}

/// How many values lie in an object store.
async fn count(store: &IndexedDbStore, name: &str) -> usize {
    let read = async |tx: &Opened<'_>| Ok(tx.ask_after(name, "", u32::MAX)?.await?.len());
    store.connection.run(&[name], Access::Read, read).await.unwrap()
}

async fn fill(store: &IndexedDbStore, numbers: std::ops::RangeInclusive<u64>) {
    for number in numbers {
        store.save(&edit(number, "name", "甲", vec![]), operation_id(number), 1_000 + number).await.unwrap();
    }
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
async fn a_journal_that_is_folded_into_pages_holds_the_same() {
    let name = unique_name();
    let store = open(&name, 1).await;
    for round in 0..3 {
        fill(&store, round * 100 + 1..=round * 100 + 100).await;
        let sent = store.outbox().await.unwrap().operations;
        let cursor = store.outbox().await.unwrap().state.cursor;
        let response = answer(cursor, &sent[..50], shared::merge::operation::Disposition::Ok);
        store.take(&sent, &response).await.unwrap().unwrap();
        let before = store.load().await.unwrap();
        store.tidy().await.unwrap();
        assert_eq!(store.load().await.unwrap(), before);
        assert_eq!(open(&name, 2).await.load().await.unwrap(), before, "read anew, after {round}");
    }
    assert!(count(&store, JOURNAL).await <= 129 && count(&store, PAGES).await >= 2);
    assert_eq!(store.outbox().await.unwrap().unsent, 150);
}

#[wasm_bindgen_test]
async fn the_first_screen_needs_the_newest_page_only() {
    let name = unique_name();
    let store = open(&name, 1).await;
    fill(&store, 1..=200).await;
    store.tidy().await.unwrap();
    let again = open(&name, 2).await;
    let (first, is_whole) = again.first().await.unwrap();
    assert_eq!((first.records.len(), is_whole), (64, false));
    assert!(first.records.iter().all(|record| record.touched.ms() > 1_136), "the ones touched last");
    assert_eq!(again.load().await.unwrap().records.len(), 200);
}

#[wasm_bindgen_test]
async fn a_tab_goes_on_though_another_folded_everything_behind_its_back() {
    let name = unique_name();
    let (left, right) = (open(&name, 1).await, open(&name, 2).await);
    fill(&left, 1..=140).await;
    assert_eq!(right.load().await.unwrap().records.len(), 140);
    left.tidy().await.unwrap();
    fill(&right, 141..=150).await;
    assert_eq!(left.load().await.unwrap(), right.load().await.unwrap());
    assert!(left.outbox().await.unwrap().operations.iter().map(|operation| operation.counter).eq(1..=150));
}

#[wasm_bindgen_test]
async fn a_tab_is_told_what_others_changed_and_of_itself_nothing() {
    let name = unique_name();
    let (left, right) = (open(&name, 1).await, open(&name, 2).await);
    fill(&left, 1..=3).await;
    assert!(matches!(right.news().await, Ok(News::All(loaded)) if loaded.records.len() == 3));
    fill(&right, 4..=4).await;
    left.save(&edit(2, "note", "改", vec![]), operation_id(9), 9_000).await.unwrap();
    // The exchange looks at the store too; that must swallow nothing.
    right.outbox().await.unwrap();
    let Ok(News::Some(news)) = right.news().await else { panic!("everything anew") };
    assert_eq!(news.records.iter().map(|record| record.value("note").as_text()).collect::<Vec<_>>(), [Some("改")]);
    assert_eq!(news.own.len(), 5);
    assert!(matches!(right.news().await, Ok(News::Some(news)) if news.records.is_empty()));
}

#[wasm_bindgen_test]
async fn a_value_that_was_put_elsewhere_or_changed_does_not_open() {
    let name = unique_name();
    let store = open(&name, 1).await;
    fill(&store, 1..=2).await;
    let keys = [content::journal_key(2), content::journal_key(3)];
    let swap = async |tx: &Opened<'_>| {
        let (one, two) = (tx.ask(JOURNAL, &keys[0])?.await?.unwrap(), tx.ask(JOURNAL, &keys[1])?.await?.unwrap());
        tx.put_bytes(JOURNAL, &keys[0], &two)?;
        tx.put_bytes(JOURNAL, &keys[1], &one)
    };
    store.connection.run(&[JOURNAL], Access::Write, swap).await.unwrap();
    let again = try_open(&name, vault(&name).await, 2).await;
    assert!(matches!(again, Err(DataError::StoreCorrupt(_))));
    let other = Vault::new(&name, Key::random().await.unwrap());
    assert!(try_open(&name, other, 2).await.is_err(), "another key");
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
async fn on_a_full_disk_text_still_saves_in_the_room_that_was_kept() {
    let store = open(&unique_name(), 1).await;
    store.tidy().await.unwrap();
    assert_eq!((count(&store, schema::BALLAST).await, store.is_full()), (1, false));
    store.connection.refuse_as_full(1);
    store.save(&edit(1, "name", "甲", vec![]), operation_id(1), 1_000).await.unwrap();
    assert_eq!((count(&store, schema::BALLAST).await, store.is_full()), (0, true));
    // Nothing is left to throw away: the save fails, and leaves nothing.
    store.connection.refuse_as_full(1);
    let failed = store.save(&edit(2, "name", "乙", vec![]), operation_id(2), 2_000).await;
    assert_eq!(failed, Err(DataError::StoreFull));
    assert_eq!(store.load().await.unwrap().records.len(), 1);
}

fn kept(content: &[u8]) -> KeptFile {
    let size = content.len().try_into().unwrap();
    KeptFile { blob: Digest::of_content(content), size, kept_ms: 1, is_own: true, is_sent: false }
}

#[wasm_bindgen_test]
async fn contents_of_files_lie_sealed_and_are_offered_again_to_a_server_that_was_restored() {
    let name = unique_name();
    let store = open(&name, 1).await;
    let (photo, thumbnail) = (kept(b"photo"), kept(b"thumbnail"));
    let laid = [(photo.clone(), b"photo".to_vec()), (thumbnail.clone(), b"thumbnail".to_vec())];
    store.keep_files(&laid).await.unwrap();
    store.mark_sent(&photo).await.unwrap();
    store.close();
    let again = open(&name, 2).await;
    let sent = async |store: &IndexedDbStore| {
        let files = store.kept_files().await.unwrap();
        files.iter().filter(|file| file.is_sent).map(|file| file.blob).collect::<Vec<_>>()
    };
    assert_eq!((again.kept_files().await.unwrap().len(), sent(&again).await), (2, vec![photo.blob]));
    assert_eq!(again.content(photo.blob).await.unwrap().as_deref(), Some(&b"photo"[..]));
    let read = async |tx: &Opened<'_>| tx.ask_after(schema::BLOBS, "", u32::MAX)?.await;
    let sealed = again.connection.run(&[schema::BLOBS], Access::Read, read).await.unwrap();
    assert!(sealed.iter().all(|bytes| !bytes.to_vec().windows(5).any(|part| part == b"photo")));
    again.rewind(0).await.unwrap();
    assert!(sent(&again).await.is_empty());
    again.drop_files(&[photo.blob]).await.unwrap();
    assert_eq!(again.content(photo.blob).await.unwrap(), None);
    assert_eq!(again.kept_files().await.unwrap(), [thumbnail]);
}

#[wasm_bindgen_test]
async fn on_a_full_disk_no_file_takes_the_room_that_was_kept_for_text() {
    let store = open(&unique_name(), 1).await;
    store.tidy().await.unwrap();
    store.connection.refuse_as_full(1);
    let refused = store.keep_files(&[(kept(b"photo"), b"photo".to_vec())]).await;
    assert_eq!((refused, store.is_full()), (Err(DataError::RoomForTextOnly), false));
    assert_eq!(count(&store, schema::FILES).await, 0);
}

#[wasm_bindgen_test]
async fn a_save_that_is_tried_again_after_its_commit_is_one_save() {
    let store = open(&unique_name(), 1).await;
    let once = store.save(&edit(1, "name", "甲", vec![]), operation_id(1), 1_000).await.unwrap();
    let again = store.save(&edit(1, "name", "甲", vec![]), operation_id(1), 1_000).await.unwrap();
    assert_eq!(again, once);
    assert_eq!(store.outbox().await.unwrap().unsent, 1);
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
        tx.put_text(JOURNAL, &content::journal_key(2), "{}")?;
        Err::<(), TxError>(TxError::Corrupt("no".to_owned()))
    };
    let failed = store.connection.run(&[HEAD, JOURNAL], Access::Write, fails).await;
    assert_eq!(failed, Err(DataError::StoreCorrupt("no".to_owned())));
    assert_eq!(store.load().await.unwrap(), before);
}

#[wasm_bindgen_test]
async fn an_app_that_was_rolled_back_opens_the_newer_store_of_its_hundred_and_no_other() {
    let name = unique_name();
    let store = open(&name, 1).await;
    store.save(&edit(1, "name", "甲", vec![]), operation_id(1), 1_000).await.unwrap();
    store.close();
    let version = async |version: u32| {
        Database::open(name.as_str()).with_version(version).build().unwrap().await.unwrap().close();
    };
    version(VERSION + 7).await;
    let older = open(&name, 2).await;
    assert_eq!(older.load().await.unwrap().records.len(), 1);
    older.close();
    version(VERSION + 100).await;
    let refused = try_open(&name, vault(&name).await, 3).await;
    assert_eq!(refused.err(), Some(DataError::StoreNewer));
}

#[wasm_bindgen_test]
async fn a_tab_lets_go_for_an_upgrade_in_another_and_goes_on_over_the_newer_store() {
    let name = unique_name();
    let store = open(&name, 1).await;
    fill(&store, 1..=1).await;
    // A newer tab: it would wait for ever if this one held on.
    let newer = Database::open(name.as_str()).with_version(VERSION + 1).build().unwrap();
    task::within(2_000, newer).await.expect("nothing blocks it").unwrap().close();
    fill(&store, 2..=2).await;
    assert_eq!(store.load().await.unwrap().own.len(), 2);
}

#[wasm_bindgen_test]
async fn an_upgrade_that_an_old_tab_blocks_is_said_and_goes_on_once_that_is_closed() {
    let name = unique_name();
    version_100(&name, 4).await;
    // A tab of a release that did not listen: it keeps its connection.
    let old = Database::open(name.as_str()).with_version(100_u32).build().unwrap().await.unwrap();
    let blocked = try_open(&name, vault(&name).await, 1).await;
    assert_eq!(blocked.err(), Some(DataError::StoreBlocked));
    old.close();
    let store = open(&name, 1).await;
    assert_eq!(store.load().await.unwrap().records.len(), 4, "nothing is lost over it");
}

#[wasm_bindgen_test]
async fn what_every_backup_holds_for_long_leaves_the_archive() {
    let name = unique_name();
    let store = open(&name, 1).await;
    fill(&store, 1..=150).await;
    let sent = store.outbox().await.unwrap().operations;
    let mut response = answer(shared::merge::operation::Mark::START, &sent, Disposition::Ok);
    response.backed_up = Some(150);
    store.take(&sent, &response).await.unwrap().unwrap();
    store.tidy().await.unwrap();
    assert_eq!(count(&store, schema::ARCHIVE).await, 1);
    let now_ms = response.now_ms + KEPT_MS;
    let later = SyncResponse { backed_up: Some(150), now_ms, ..answer(contract::mark(150), &[], Disposition::Ok) };
    store.take(&[], &later).await.unwrap().unwrap();
    store.tidy().await.unwrap();
    assert_eq!(count(&store, schema::ARCHIVE).await, 0);
    let again = open(&name, 2).await;
    assert_eq!(again.load().await.unwrap().records.len(), 150);
    again.rewind(150).await.unwrap();
    fill(&again, 151..=151).await;
    assert_eq!(again.outbox().await.unwrap().unsent, 1);
}

/// What version 100 wrote: every value a JSON text of its own.
async fn version_100(name: &str, operations: u64) -> (ClientState, Vec<OwnOperation>, Vec<Record>) {
    let mut state = ClientState::new(ActorId(77));
    let (mut own, mut records) = (Vec::new(), Vec::new());
    for number in 1..=operations {
        let operation = state.write(edit(number, "name", "旧", vec![]), operation_id(number), number);
        let mut record = Record::new(&operation);
        record.apply_local(&operation);
        records.push(record);
        own.push(OwnOperation::unsent(operation));
    }
    // Half of them are settled.
    let sent: Vec<Operation> = own.iter().take(own.len() / 2).map(|own| own.operation.clone()).collect();
    let response = answer(state.cursor, &sent, shared::merge::operation::Disposition::Ok);
    assert!(matches!(state.take(&sent, &response), Taking::Whole(_)));
    for (own, receipt) in own.iter_mut().zip(response.receipts) {
        own.receipt = Some(receipt);
    }
    let old = Connection::new(name, &[OLD_OPERATIONS, OLD_RECORDS, OLD_META, schema::OLD_PUBLISHED]);
    let write = async |tx: &Opened<'_>| {
        tx.put(OLD_META, OLD_STATE_KEY, &state)?;
        own.iter().try_for_each(|own| tx.put(OLD_OPERATIONS, &format!("{:016x}", own.operation.counter), own))?;
        records.iter().try_for_each(|record| tx.put(OLD_RECORDS, &record.id.to_string(), record))
    };
    old.run_at(100, &[OLD_META, OLD_OPERATIONS, OLD_RECORDS], write).await;
    (state, own, records)
}

#[wasm_bindgen_test]
async fn a_store_of_version_100_is_moved_whole_and_its_plain_texts_are_gone() {
    let name = unique_name();
    let (state, own, records) = version_100(&name, 40).await;
    let store = open(&name, 1).await;
    let loaded = store.load().await.unwrap();
    assert_eq!((&loaded.state, &loaded.records), (&state, &records));
    let unsent: Vec<&OwnOperation> = own.iter().filter(|own| own.is_unsent()).collect();
    assert_eq!(loaded.own.iter().collect::<Vec<_>>(), unsent);
    let mut slot = store.content.lock().await;
    let content = store.refresh(&mut slot).await.unwrap();
    assert_eq!(store.archived(content).await.unwrap().unwrap().len(), 20, "settled ones too");
    drop(slot);
    let left = async |tx: &Opened<'_>| {
        Ok((tx.all::<Record>(OLD_RECORDS).await?.len(), tx.all::<OwnOperation>(OLD_OPERATIONS).await?.len()))
    };
    assert_eq!(store.connection.run(&[OLD_OPERATIONS, OLD_RECORDS], Access::Read, left).await.unwrap(), (0, 0));
}

#[wasm_bindgen_test]
async fn version_100_that_was_rolled_back_to_finds_no_state_that_it_can_read() {
    let name = unique_name();
    let store = open(&name, 1).await;
    fill(&store, 1..=3).await;
    // What version 100 does first of all.
    let begins = async |tx: &Opened<'_>| tx.get::<ClientState>(OLD_META, OLD_STATE_KEY).await;
    let refused = store.connection.run(&[OLD_META], Access::Write, begins).await;
    assert!(matches!(refused, Err(DataError::StoreCorrupt(_))));
    assert_eq!(store.load().await.unwrap().own.len(), 3);
}
