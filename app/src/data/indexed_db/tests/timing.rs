//! How long the store takes, encryption included: the tablet's side of `cargo xtask bench sync`, which reads the line
//! that this prints. Nothing here is asserted but that the work was done.
#![cfg(test)]

use shared::{
    api::SyncResponse,
    fields::Value,
    id::{ActorId, OperationId, RecordId, uuid_v7},
    merge::operation::{Body, Disposition, FieldEdit, Mark, Operation},
    sync::client::{ClientState, Intent},
};
use wasm_bindgen_test::{console_log, wasm_bindgen_test};

use super::*;
use crate::{
    browser::{cipher::Reach, entropy, stopwatch},
    data::contract::{answer, edit},
};

/// Records of the store that is opened and filled.
const RECORDS: u64 = 10_000;

/// Records of one answer of the server.
const PAGE: usize = 1_000;

/// Saves that are timed one by one.
const SAVES: u64 = 200;

/// Runs of everything else; the median counts.
const RUNS: usize = 5;

/// Fields of a record, which together weigh 1.2 kB.
const FIELDS: u64 = 25;

fn intent(number: u64) -> Intent {
    let fields = (0..FIELDS).map(|field| FieldEdit {
        field: format!("field_{field}"),
        value: Value::Text(format!("鼓楼区重点项目第{number}号第{field}项说明")),
        over: Vec::new(),
    });
    let record = RecordId(uuid_v7(number, [9; 10]));
    Intent { record, body: Body::Edit { fields: fields.collect() }, ..edit(0, "", "", Vec::new()) }
}

fn operations() -> Vec<Operation> {
    let mut state = ClientState::new(ActorId(99));
    let id = |number| OperationId(uuid_v7(number, [8; 10]));
    (0..RECORDS).map(|number| state.write(intent(number), id(number), 1_000 + number)).collect()
}

fn answers(operations: &[Operation]) -> Vec<SyncResponse> {
    let mut base = Mark::START;
    let mut answers = Vec::new();
    for page in operations.chunks(PAGE) {
        let mut response = answer(base, page, Disposition::Ok);
        response.receipts.clear();
        base = response.next;
        answers.push(response);
    }
    answers
}

async fn open(name: &str) -> IndexedDbStore {
    let vault = Vault::new(name, Key::of_bytes(&[7; 32], Reach::Kept).await.unwrap());
    IndexedDbStore::open(Connection::new(name, schema::PERSON_STORES), vault, ActorId(1)).await.unwrap()
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}

#[wasm_bindgen_test]
#[ignore = "a benchmark"]
async fn store_timing() {
    let responses = answers(&operations());
    let (mut filling, mut first, mut whole) = (Vec::new(), Vec::new(), Vec::new());
    let mut name = String::new();
    for _ in 0..RUNS {
        name = format!("timing-{:016x}", entropy::random_u64());
        let store = open(&name).await;
        let start = stopwatch::now_ms();
        for response in &responses {
            store.take(&[], response).await.unwrap().unwrap();
        }
        filling.push(stopwatch::now_ms() - start);
        store.close();
        let start = stopwatch::now_ms();
        let store = open(&name).await;
        assert!(store.first().await.unwrap().0.records.len() >= 50);
        first.push(stopwatch::now_ms() - start);
        assert_eq!(store.load().await.unwrap().records.len(), 10_000);
        whole.push(stopwatch::now_ms() - start);
        store.close();
    }
    let store = open(&name).await;
    store.load().await.unwrap();
    let mut saving = Vec::new();
    for number in 0..SAVES {
        let intent = intent(RECORDS + number);
        let start = stopwatch::now_ms();
        store.save(&intent, OperationId(uuid_v7(number, [7; 10])), 20_000 + number).await.unwrap();
        saving.push(stopwatch::now_ms() - start);
    }
    console_log!("timing: {} {} {} {}", median(first), median(whole), median(saving), median(filling));
}
