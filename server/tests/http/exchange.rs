use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use shared::{
    api::{OPERATIONS_MAX, Poke, Receipt, path},
    bulk,
    id::{ActorId, CampaignId, Digest, OperationId, RecordId, UnitId},
    issue::RefusalCode,
    merge::operation::{Body as OperationBody, Disposition, FIELDS_MAX, Mark, Operation, SCHEMA},
    record::RecordKind,
    sync::sheaf,
    workflow::State,
};
use tower::ServiceExt as _;
use uuid::Uuid;

use crate::world::{WEST, World, edit, exchange, person};

fn with(mut operation: Operation, change: impl FnOnce(&mut Operation)) -> Operation {
    change(&mut operation);
    operation
}

#[tokio::test]
async fn an_operation_nobody_can_read_does_not_hold_up_the_others() {
    let world = World::new().await;
    let filer = world.log_in("east").await;
    let mut unreadable = json!(edit(2, "乙"));
    unreadable["kind"] = json!("spaceship");
    let operations = json!([edit(1, "甲"), unreadable, "nonsense", edit(3, "丙")]);
    for _ in 0..2 {
        let receipts = filer.sync(&exchange(Mark::START, &operations, 10)).await.receipts;
        let malformed = Disposition::Quarantined(RefusalCode::Malformed);
        let expected = [
            (edit(1, "").id, 1, Disposition::Ok),
            (edit(2, "").id, 0, malformed),
            (OperationId(Uuid::nil()), 0, malformed),
            (edit(3, "").id, 2, Disposition::Ok),
        ];
        let got: Vec<_> =
            receipts.iter().map(|receipt| (receipt.id, receipt.mark.sequence, receipt.disposition)).collect();
        assert_eq!(got, expected);
    }
}

/// A request of bulk, and with its JSON changed.
fn bound(request: &Value, change: impl FnOnce(&mut Value)) -> Request<Body> {
    let bytes = sheaf::write(&serde_json::from_value(request.clone()).unwrap());
    let (length, rest) = bytes.split_first_chunk().unwrap();
    let (head, beside) = rest.split_at(usize::try_from(u32::from_be_bytes(*length)).unwrap());
    let mut head = serde_json::from_slice(head).unwrap();
    change(&mut head);
    let head = head.to_string().into_bytes();
    let length = u32::try_from(head.len()).unwrap().to_be_bytes();
    let body = Body::from([&length, head.as_slice(), beside].concat());
    Request::post(path::SYNC).header(header::CONTENT_TYPE, bulk::MEDIA_TYPE).body(body).unwrap()
}

#[tokio::test]
async fn what_comes_bound_is_taken_as_what_comes_one_by_one() {
    let comment = OperationBody::Comment { field: None, text: "请核".into() };
    let remark = with(edit(2, ""), |it| (it.record, it.body) = (edit(1, "").record, comment));
    let request = exchange(Mark::START, &json!([edit(1, "甲"), remark, edit(3, "丙"), edit(1, "甲")]), 10);
    let (one, other) = (World::new().await, World::new().await);
    let by_one = one.log_in("east").await.post(path::SYNC, &request).await;
    let filer = other.log_in("east").await;
    for _ in 0..2 {
        let answer = filer.send(bound(&request, |_| ())).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        for part in ["receipts", "rows", "runs"] {
            assert_eq!(answer.body[part], by_one.body[part]);
        }
        let counts: Vec<&Value> = answer.body["runs"].as_array().unwrap().iter().map(|run| &run["count"]).collect();
        assert_eq!(counts, [&json!(3), &json!(1)], "three rows, and the receipt of then");
    }
}

#[tokio::test]
async fn a_bound_request_that_does_not_fit_together_is_refused_and_nothing_of_it_taken() {
    let world = World::new().await;
    let filer = world.log_in("east").await;
    let request = exchange(Mark::START, &json!([edit(1, "甲"), edit(2, "乙")]), 10);
    let spoils: [fn(&mut Value); 6] = [
        |head| head["value"]["sheaf"]["at"] = json!([0, 0]),
        |head| head["value"]["sheaf"]["at"] = json!([0, 7]),
        |head| head["value"]["sheaf"]["heads"] = json!([]),
        |head| head["ids"] = json!(u64::MAX),
        |head| head["value"]["sheaf"]["forms"] = json!([vec!["x"; FIELDS_MAX + 1]]),
        |head| head["alphabet"] = json!(["鼓东街道".repeat(100_000)]),
    ];
    for spoil in spoils {
        let answer = filer.send(bound(&request, spoil)).await;
        assert_eq!((answer.status, answer.code()), (StatusCode::BAD_REQUEST, "malformed_request"));
    }
    let many = vec![edit(1, "甲"); OPERATIONS_MAX + 1];
    let answer = filer.send(bound(&exchange(Mark::START, &json!(many), 10), |_| ())).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(filer.sync(&exchange(Mark::START, &json!([]), 10)).await.next, Mark::START);
}

#[tokio::test]
async fn each_forbidden_operation_is_refused_by_its_own_name_and_the_next_one_goes() {
    use RefusalCode as Code;
    let world = World::new().await;
    let filer = world.log_in("east").await;
    filer.push(&[edit(1, "甲")]).await;
    let transition = |to| OperationBody::Transition { to, reason: None, revision: Digest::ZERO };
    let cases: Vec<(Operation, Code)> = vec![
        (with(edit(2, "x"), |it| it.campaign = CampaignId(Uuid::from_u128(9))), Code::UnknownCampaign),
        (with(edit(3, "x"), |it| it.unit = UnitId(Uuid::from_u128(9))), Code::UnknownUnit),
        (with(edit(4, "x"), |it| it.unit = WEST), Code::NotTheOwner),
        (with(edit(5, "x"), |it| it.author = person(2).id), Code::NotTheAuthor),
        (
            with(edit(6, "x"), |it| (it.record, it.kind) = (edit(1, "").record, RecordKind::ServiceVisit)),
            Code::NotTheOwner,
        ),
        (with(edit(7, "x"), |it| it.body = OperationBody::Edit { fields: Vec::new() }), Code::Malformed),
        (with(edit(8, "x"), |it| it.body = transition(State::Submitted)), Code::UnknownRecord),
        (
            with(edit(9, "x"), |it| (it.record, it.body) = (edit(1, "").record, transition(State::Verified))),
            Code::WrongState,
        ),
        (
            with(edit(10, "x"), |it| (it.record, it.body) = (edit(1, "").record, transition(State::Submitted))),
            Code::RevisionChanged,
        ),
        (with(edit(11, "x"), |it| it.body = OperationBody::Tombstone), Code::UnknownRecord),
    ];
    let mut operations: Vec<Operation> = cases.iter().map(|(operation, _)| operation.clone()).collect();
    operations.push(edit(12, "乙"));
    let receipts = filer.push(&operations).await.receipts;
    for ((operation, code), receipt) in cases.iter().zip(&receipts) {
        assert_eq!(receipt.disposition, Disposition::Refused(*code), "{}", operation.counter);
        assert!(receipt.is_stored());
        assert!(!code.message().starts_with("refusal."));
    }
    assert_eq!(receipts.last().unwrap().disposition, Disposition::Ok);
}

#[tokio::test]
async fn a_refusal_names_what_to_mend_every_time() {
    let world = World::new().await;
    let filer = world.log_in("east").await;
    let record = edit(1, "甲").record;
    let rows = filer.push(&[edit(1, "甲")]).await.rows;
    let mut replica = shared::merge::replica::Replica::default();
    for row in &rows {
        replica.apply_row(row);
    }
    let revision = replica.get(record).unwrap().revision();
    let submit = with(edit(2, ""), |it| {
        (it.record, it.body) = (record, OperationBody::Transition { to: State::Submitted, reason: None, revision });
    });
    let first = filer.push(std::slice::from_ref(&submit)).await.receipts;
    assert_eq!(first[0].disposition, Disposition::Refused(RefusalCode::Incomplete));
    assert!(!first[0].issues.is_empty());
    assert_eq!(filer.push(&[submit]).await.receipts, first);
}

#[tokio::test]
async fn fifty_times_the_same_push_is_one_record_and_equal_receipts() {
    let world = World::new().await;
    let filer = world.log_in("east").await;
    let operations = json!((1..=20).map(|n| edit(n, "软件园")).collect::<Vec<_>>());
    // Some of them at once, as a tablet with two tabs sends them.
    let pushes: Vec<_> = (0..50)
        .map(|_| {
            let (filer, request) = (filer.clone(), exchange(Mark::START, &operations, 1_000));
            tokio::spawn(async move { filer.sync(&request).await.receipts })
        })
        .collect();
    let mut answers = Vec::new();
    for push in pushes {
        answers.push(push.await.unwrap());
    }
    let world = world.restarted().await;
    let filer = world.log_in("east").await;
    let again = filer.sync(&exchange(Mark::START, &operations, 1_000)).await;
    assert!(answers.iter().all(|receipts| *receipts == again.receipts));
    assert_eq!((again.rows.len(), again.next.sequence), (20, 20));
}

#[tokio::test]
async fn a_reused_id_or_counter_is_kept_apart_and_never_loops() {
    let world = World::new().await;
    let filer = world.log_in("east").await;
    let stored = filer.push(&[edit(1, "甲")]).await.receipts;
    let same_id = edit(1, "另一个内容");
    let same_id_elsewhere = with(edit(1, "第三个内容"), |it| (it.actor, it.counter) = (ActorId(8), 1));
    let same_counter = with(edit(1, "乙"), |it| it.id = OperationId(Uuid::from_u128(77)));
    for _ in 0..2 {
        let receipts = filer
            .push(&[same_id.clone(), same_id_elsewhere.clone(), same_counter.clone(), edit(1, "甲")])
            .await
            .receipts;
        let reused = Disposition::Quarantined(RefusalCode::IdReused);
        assert_eq!((receipts[0].disposition, receipts[0].mark), (reused, Mark::START));
        assert_eq!((receipts[1].disposition, receipts[1].mark), (reused, Mark::START));
        assert_eq!(
            (receipts[2].disposition, receipts[2].mark.sequence),
            (Disposition::Quarantined(RefusalCode::CounterReused), 2)
        );
        assert_eq!(receipts[3], stored[0]);
    }
}

#[tokio::test]
async fn every_page_size_and_start_shows_each_visible_row_once() {
    let world = World::new().await;
    let (east, west) = (world.log_in("east").await, world.log_in("west").await);
    let of_west = |n: u64| {
        with(edit(n, "西"), |it| {
            (it.unit, it.author, it.actor) = (WEST, person(2).id, ActorId(9));
            (it.id, it.record) =
                (OperationId(Uuid::from_u128(9_000 + u128::from(n))), RecordId(Uuid::from_u128(9_000 + u128::from(n))));
        })
    };
    for chunk in 0..10 {
        east.push(&[edit(2 * chunk + 1, "东"), edit(2 * chunk + 2, "东")]).await;
        west.push(&[of_west(2 * chunk + 1), of_west(2 * chunk + 2)]).await;
    }
    let all = world.log_in("rd").await.sync(&exchange(Mark::START, &json!([]), 1_000)).await;
    assert_eq!((all.rows.len(), all.more, all.next.sequence), (40, false, 40));
    let marks: Vec<Mark> = std::iter::once(Mark::START)
        .chain(all.rows.iter().map(|row| Mark { sequence: row.sequence, chain: row.chain }))
        .collect();
    for start in &marks {
        for limit in [1, 2, 3, 7, 20, 40] {
            let (mut cursor, mut seen) = (*start, Vec::new());
            loop {
                let page = east.sync(&exchange(cursor, &json!([]), limit)).await;
                assert_eq!(page.base, cursor);
                assert!(page.rows.len() <= limit as usize);
                seen.extend(page.rows);
                cursor = page.next;
                if !page.more {
                    break;
                }
            }
            let expected: Vec<_> = all
                .rows
                .iter()
                .filter(|row| row.operation.unit != WEST && row.sequence > start.sequence)
                .cloned()
                .collect();
            assert_eq!(seen, expected, "limit {limit} from {}", start.sequence);
            assert_eq!(cursor, marks[40]);
        }
    }
}

#[tokio::test]
async fn a_leader_sees_rankings_and_no_records() {
    let world = World::new().await;
    world.log_in("east").await.push(&[edit(1, "甲")]).await;
    let page = world.log_in("leader").await.sync(&exchange(Mark::START, &json!([]), 10)).await;
    assert_eq!((page.rows.len(), page.next.sequence), (0, 1));
}

#[tokio::test]
async fn marks_of_another_past_are_refused_before_anything_is_taken_in() {
    let world = World::new().await;
    let filer = world.log_in("east").await;
    let head = filer.push(&[edit(1, "甲"), edit(2, "乙")]).await.next;
    let wrong = Mark { sequence: 2, chain: Digest([9; 32]) };
    let future = Mark { sequence: 40, chain: head.chain };
    for (cursor, acknowledged, common) in
        [(wrong, Mark::START, 0), (future, head, 2), (head, future, 2), (wrong, future, 0)]
    {
        let mut request = exchange(cursor, &json!([edit(3, "丙")]), 10);
        request["acknowledged"] = json!(acknowledged);
        let answer = filer.post(path::SYNC, &request).await;
        assert_eq!((answer.status, answer.code()), (StatusCode::CONFLICT, "lineage"));
        assert_eq!(answer.body["error"]["common"], common);
    }
    assert_eq!(filer.sync(&exchange(head, &json!([]), 10)).await.next, head);
}

#[tokio::test]
async fn whoever_listens_is_poked_when_the_log_has_grown() {
    let world = World::new().await;
    assert_eq!(world.nobody().get(path::EVENTS).await.code(), "session_expired");
    let (filer, leader) = (world.log_in("east").await, world.log_in("leader").await);
    let request = Request::get(path::EVENTS).header(header::COOKIE, leader.cookie).body(Body::empty()).unwrap();
    let response = world.router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
    let mut body = response.into_body();
    let mut poke = async || {
        let frame = body.frame().await?.unwrap().into_data().unwrap();
        let text = String::from_utf8(frame.to_vec()).unwrap();
        Some(serde_json::from_str::<Value>(text.trim().strip_prefix("data: ").unwrap()).unwrap())
    };
    assert_eq!(poke().await, Some(json!({ "head": 0 })));
    filer.push(&[edit(1, "甲")]).await;
    let grown = poke().await.unwrap();
    assert_eq!((&grown["head"], &grown["news"]["rows"]), (&json!(1), &json!([])), "a leader sees no records");
    world.app.stop();
    assert_eq!(poke().await, None);
}

#[tokio::test]
async fn a_poke_brings_what_a_pull_would_to_those_who_may_see_it() {
    let world = World::new().await;
    let (filer, verifier) = (world.log_in("east").await, world.log_in("rd").await);
    let before = filer.push(&[edit(1, "甲")]).await.next;
    let listened = format!("{}?schema={SCHEMA}", path::EVENTS);
    let request = Request::get(listened).header(header::COOKIE, &verifier.cookie).body(Body::empty()).unwrap();
    let mut body = world.router.clone().oneshot(request).await.unwrap().into_body();
    let mut poke = async || {
        let frame = body.frame().await.unwrap().unwrap().into_data().unwrap();
        let text = String::from_utf8(frame.to_vec()).unwrap();
        serde_json::from_str::<Poke>(text.trim().strip_prefix("data: ").unwrap()).unwrap()
    };
    assert_eq!(poke().await, Poke { head: 1, news: None });
    filer.push(&[edit(2, "乙"), edit(3, "丙")]).await;
    let news = poke().await.news.unwrap();
    assert_eq!(news, verifier.sync(&exchange(before, &json!([]), 10)).await);
    assert_eq!((news.base, news.rows.len()), (before, 2));
    // Too much for a poke.
    let many: Vec<Operation> = (4..=100).map(|n| edit(n, "丁")).collect();
    filer.push(&many).await;
    assert_eq!(poke().await, Poke { head: 100, news: None });
    filer.push(&[edit(101, "戊")]).await;
    assert_eq!(poke().await.news.map(|news| news.rows.len()), Some(1));
}

#[tokio::test]
async fn a_commit_that_another_process_overtook_is_decided_again() {
    let world = World::new().await;
    let filer = world.log_in("east").await;
    let other = server::ledger::Ledger::open(world.app.store.clone()).await.unwrap();
    let push = |operations: &[Operation]| {
        let texts: Vec<String> = operations.iter().map(|operation| serde_json::to_string(operation).unwrap()).collect();
        let operations = texts.iter().map(|text| server::keeper::Incoming::read(text)).collect();
        server::keeper::Push { person: person(0), operations, now_ms: crate::world::NOON_MS }
    };
    filer.push(&[edit(1, "甲")]).await;
    let sequences = |receipts: Vec<Receipt>| receipts.iter().map(|receipt| receipt.mark.sequence).collect::<Vec<_>>();
    assert_eq!(sequences(other.push(push(&[edit(1, "甲"), edit(2, "乙")])).await.unwrap()), [1, 2]);
    assert_eq!(sequences(filer.push(&[edit(3, "丙"), edit(2, "乙")]).await.receipts), [3, 2]);
    let record = RecordId(Uuid::from_u128(5_003));
    assert!(filer.push(&[]).await.rows.iter().any(|row| row.operation.record == record));
}
