//! What is read in memory.

use std::str;

use server::keeper::Incoming;
use shared::{
    api::SyncRequest,
    bulk::Reader,
    calendar::{Date, Month},
    fields::{Fields, Value, normalise_number, parse_decimal},
    id::{ActorId, CampaignId, Digest, UnitId},
    merge::{
        operation::{Disposition, LogRow, Mark, Operation},
        replica::Replica,
        stamp::Stamp,
    },
    person::{Person, Role},
    project,
    record::RecordKind,
    scoring::{scheme::Scheme, targets::TargetsTable},
    sync::{
        accept::Log,
        client::ClientState,
        sheaf::{self, Bound},
        snapshot::{self, Offer},
    },
    validate::{Context, validate},
};
use uuid::Uuid;

use crate::strange::{FEW, MANY, try_all};

const ID: &str = "00000000-0000-7000-8000-000000000001";

fn operations() -> Vec<String> {
    let bodies = [
        r#"{"type":"edit","fields":[{"field":"name","value":"软件园"},{"field":"flags","value":["a","b"]},{"field":"x","value":null},{"field":"y","value":true,"over":["00000000-0000-7000-8000-000000000001"]}]}"#,
        r#"{"type":"transition","to":"submitted","reason":{"text":"补","fields":["name"]},"revision":"0000000000000000000000000000000000000000000000000000000000000000"}"#,
        r#"{"type":"comment","field":"name","text":"请核实"}"#,
        r#"{"type":"tombstone"}"#,
    ];
    let whole = |body: &str| {
        format!(
            "{{\"id\":\"{ID}\",\"campaign\":\"{ID}\",\"unit\":\"{ID}\",\"period\":\"2021-06\",\"record\":\"{ID}\",\
             \"kind\":\"project\",\"author\":\"{ID}\",\"actor\":\"00000000000000a7\",\"counter\":1,\
             \"stamp\":\"0000000000010000\",\"seen\":0,\"schema\":1,\"body\":{body}}}"
        )
    };
    bodies.map(whole).into()
}

#[test]
fn an_operation_of_any_bytes_is_read_as_one_or_set_aside_and_what_is_read_has_one_spelling() {
    let good = operations();
    let good: Vec<&[u8]> = good.iter().map(String::as_bytes).collect();
    let id = Uuid::parse_str(ID).unwrap();
    let person = Person {
        id: shared::id::PersonId(id),
        account: "a".into(),
        name: "甲".into(),
        unit: UnitId(id),
        roles: [Role::Filer].into(),
        duties: [].into(),
    };
    try_all("operation", &good, MANY, |bytes| {
        let Ok(text) = str::from_utf8(bytes) else { return };
        let Incoming::Operation(operation) = Incoming::read(text) else { return };
        let written = serde_json::to_string(&operation).unwrap();
        let again: Operation = serde_json::from_str(&written).unwrap();
        assert_eq!(again, *operation);
        let mut log = Log::new(CampaignId(id), [UnitId(id)]);
        log.accept(*operation, &person, None, 1_624_413_600_000);
    });
}

#[test]
fn an_exchange_of_any_bytes_is_read_or_refused() {
    let mark = format!("{{\"sequence\":0,\"chain\":\"{}\"}}", Digest::ZERO);
    let good = format!(
        "{{\"protocol\":1,\"app\":\"0.1.0\",\"actor\":\"00000000000000a7\",\"cursor\":{mark},\"acknowledged\":{mark},\
         \"wall_ms\":0,\"operations\":[{}],\"limit\":1000}}",
        operations().join(",")
    );
    try_all("exchange", &[good.as_bytes()], MANY, |bytes| {
        if let Ok(request) = serde_json::from_slice::<shared::api::SyncRequest>(bytes) {
            serde_json::to_vec(&request).unwrap();
        }
    });
}

#[test]
fn bulk_of_any_bytes_is_read_or_refused_and_what_is_read_is_written_again() {
    let operations: Vec<Operation> = operations().iter().map(|text| serde_json::from_str(text).unwrap()).collect();
    let mut request = ClientState::new(ActorId(7)).request("0.1.0", 0, operations);
    request.limit = 10;
    let good = sheaf::write(&request);
    try_all("bulk", &[good.as_slice()], MANY, |bytes| {
        let Ok((bound, mut beside)) = Reader::open::<Bound<SyncRequest>>(bytes) else { return };
        let Ok(edits) = bound.sheaf.unbind(&mut beside) else { return };
        let edits: Vec<Operation> = edits.into_iter().map(|(_, edit)| edit).collect();
        let again = sheaf::write(&SyncRequest { operations: edits.clone(), ..bound.request });
        let (again, mut beside) = Reader::open::<Bound<SyncRequest>>(&again).unwrap();
        let again = again.sheaf.unbind(&mut beside).unwrap();
        assert_eq!(again.into_iter().map(|(_, edit)| edit).collect::<Vec<_>>(), edits);
    });
}

#[test]
fn a_snapshot_of_any_bytes_is_read_or_refused() {
    let mut replica = Replica::default();
    for (sequence, text) in (1..).zip(operations()) {
        let operation: Operation = serde_json::from_str(&text).unwrap();
        let (chain, effective_stamp, disposition) = (Digest::ZERO, operation.stamp, Disposition::Ok);
        replica.apply_row(&LogRow { operation, sequence, chain, effective_stamp, disposition, received_ms: 0 });
    }
    let good = snapshot::write(Mark::START, replica.all());
    let (sha256, scope) = (Digest::ZERO, Digest::ZERO);
    let (url, at, base) = (String::new(), Mark::START, [Mark::START; 2]);
    let offer = Offer { url, sha256, at, base, scope, counter: 0, stamp: Stamp::default() };
    try_all("snapshot", &[good.as_slice()], MANY, |bytes| {
        if let Ok(records) = snapshot::read(&offer, bytes) {
            assert_eq!(
                snapshot::read(&offer, &snapshot::write(Mark::START, &records)).map(|again| again.len()),
                Ok(records.len())
            );
        }
    });
}

#[test]
fn a_scheme_of_any_bytes_is_legal_or_refused_with_a_place() {
    let good = [
        include_bytes!("../../../shared/schemes/default-2021.1.toml").as_slice(),
        include_bytes!("../../../shared/schemes/rules-by-example.toml").as_slice(),
    ];
    try_all("scheme", &good, FEW, |bytes| {
        let Ok(text) = str::from_utf8(bytes) else { return };
        if let Err(issues) = Scheme::parse(text) {
            assert!(!issues.is_empty());
            assert!(issues.iter().all(|issue| !issue.to_string().is_empty()));
        }
    });
}

#[test]
fn targets_of_any_bytes_are_read_or_refused_with_a_line() {
    let good = [include_bytes!("../../../shared/fixtures/targets_demo.csv").as_slice()];
    let scheme = Scheme::default_scheme();
    try_all("targets", &good, MANY / 4, |bytes| {
        let Ok(text) = str::from_utf8(bytes) else { return };
        if let Err(issues) = TargetsTable::parse_csv(text, &scheme) {
            assert!(!issues.is_empty());
        }
    });
}

#[test]
fn codes_of_any_bytes_are_right_or_wrong() {
    let good: [&[u8]; 3] = [b"91350100M000100Y43", b"2106-350102-04-01-123456", "９１３５０１００".as_bytes()];
    try_all("codes", &good, MANY, |bytes| {
        let Ok(text) = str::from_utf8(bytes) else { return };
        let mut fields = Fields::default();
        for field in [project::field::CODE, project::field::CREDIT_CODE, project::field::TOTAL_INVESTMENT] {
            fields.set(field, Value::Text(text.to_owned()));
        }
        for issue in validate(RecordKind::Project, &fields, &Context::default()) {
            assert!(!issue.message().is_empty());
        }
    });
}

#[test]
fn months_days_digests_and_figures_of_any_bytes_come_back_as_they_are_written() {
    let digest = Digest::ZERO.to_string();
    let good: [&[u8]; 5] = [b"2021-06", b"2021-06-30", digest.as_bytes(), "１２，３４５．６７".as_bytes(), b"-0.50"];
    try_all("short", &good, MANY, |bytes| {
        let Ok(text) = str::from_utf8(bytes) else { return };
        if let Ok(month) = text.parse::<Month>() {
            assert_eq!(month.to_string(), text);
            assert!(month.next() > month);
        }
        if let Ok(day) = text.parse::<Date>() {
            assert_eq!(day.to_string(), text);
        }
        if let Ok(digest) = text.parse::<Digest>() {
            assert_eq!(digest.to_string(), text.to_lowercase());
        }
        if let Some(figure) = parse_decimal(text) {
            assert_eq!(parse_decimal(&figure.to_string()), Some(figure));
            assert_eq!(parse_decimal(&normalise_number(text)), Some(figure));
        }
    });
}
