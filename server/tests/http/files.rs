//! Files: announced by an operation, sent in chunks that go on where they were cut, seen by those who may.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::json;
use server::doctor;
use shared::{
    api::{FileView, path},
    attachment::{Attachment, FileKind},
    id::Digest,
    merge::operation::{Body as OperationBody, Mark, Operation, SCHEMA},
};

use crate::world::{Answer, Client, World, edit, exchange};

/// A JPEG of so many bytes, 8 × 8 pixels by its own word.
pub(crate) fn photo(size: usize) -> Vec<u8> {
    let header = [0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc0, 0, 11, 8, 0, 8, 0, 8, 1, 1, 0x11, 0];
    header.into_iter().chain((0..=250).cycle()).take(size).collect()
}

/// Hangs a file on the first record of the filer of 鼓东, as their `n`th operation.
pub(crate) fn attach(n: u64, content: &[u8], kind: FileKind) -> Operation {
    let body = OperationBody::Attach(Box::new(Attachment {
        blob: Digest::of_content(content),
        name: "现场.jpg".into(),
        size: content.len() as u64,
        mime: kind.mime().into(),
        paper: None,
        thumbnail: None,
        shot: None,
    }));
    Operation { record: edit(1, "").record, body, ..edit(n, "") }
}

fn place(blob: Digest) -> String {
    format!("{}/{blob}", path::BLOBS)
}

async fn head(client: &Client, blob: Digest) -> Answer {
    let request = Request::head(place(blob)).header("tus-resumable", "1.0.0");
    client.send(request.body(Body::empty()).unwrap()).await
}

fn patch(blob: Digest, offset: usize, chunk: &[u8]) -> axum::http::request::Builder {
    let checksum = BASE64_STANDARD.encode(Digest::of_content(chunk).0);
    Request::patch(place(blob))
        .header("tus-resumable", "1.0.0")
        .header(header::CONTENT_TYPE, "application/offset+octet-stream")
        .header("upload-offset", offset)
        .header("upload-checksum", format!("sha256 {checksum}"))
}

pub(crate) async fn send(client: &Client, content: &[u8], offset: usize, chunk: &[u8]) -> Answer {
    let request = patch(Digest::of_content(content), offset, chunk);
    client.send(request.body(Body::from(chunk.to_vec())).unwrap()).await
}

fn offset(answer: &Answer) -> &str {
    answer.headers.get("upload-offset").map_or("", |offset| offset.to_str().unwrap())
}

#[tokio::test]
async fn a_file_goes_on_where_it_was_cut_even_after_a_restart() {
    let world = World::new().await;
    let filer = world.log_in("east").await;
    let content = photo(300_000);
    let blob = Digest::of_content(&content);
    assert_eq!(head(&filer, blob).await.status, StatusCode::NOT_FOUND, "no record names it yet");
    filer.push(&[edit(1, "甲"), attach(2, &content, FileKind::Jpeg)]).await;
    let begun = head(&filer, blob).await;
    assert_eq!((offset(&begun), begun.headers["upload-length"].to_str().unwrap()), ("0", "300000"));
    assert_eq!(begun.headers["tus-resumable"], "1.0.0");
    assert_eq!(offset(&send(&filer, &content, 0, &content[..100_000]).await), "100000");

    let world = world.restarted().await;
    let filer = world.log_in("east").await;
    assert_eq!(offset(&head(&filer, blob).await), "100000");
    let again = send(&filer, &content, 0, &content[..100_000]).await;
    assert_eq!((again.status, again.code()), (StatusCode::CONFLICT, "wrong_offset"));
    assert_eq!(again.headers["tus-resumable"], "1.0.0");
    let list = format!("{}/{}/files", path::RECORDS, edit(1, "").record);
    let arrived = async |client: &Client| {
        let views: Vec<FileView> = serde_json::from_value(client.get(&list).await.body).unwrap();
        views.iter().map(|file| file.has_arrived).collect::<Vec<_>>()
    };
    assert_eq!(arrived(&filer).await, [false]);
    let done = send(&filer, &content, 100_000, &content[100_000..]).await;
    assert_eq!((done.status, offset(&done)), (StatusCode::NO_CONTENT, "300000"));
    assert_eq!(arrived(&filer).await, [true]);
    // Whole already: nothing is sent a second time.
    assert_eq!(offset(&head(&filer, blob).await), "300000");
    assert!(doctor::examine(&world.app.store, &world.app.blobs).await.is_healthy());
}

#[tokio::test]
async fn a_file_is_seen_by_those_who_see_the_record_and_by_leaders_and_never_run() {
    let world = World::new().await;
    let filer = world.log_in("east").await;
    let content = photo(1_000);
    let blob = Digest::of_content(&content);
    filer.push(&[edit(1, "甲"), attach(2, &content, FileKind::Jpeg)]).await;
    assert_eq!(filer.get(&place(blob)).await.code(), "not_found", "announced, and not here yet");
    send(&filer, &content, 0, &content).await;
    for (account, may) in [
        ("east", true),
        ("east.sh", true),
        ("rd", true),
        ("leader", true),
        ("west", false),
        ("admin", false),
        ("shenji", false),
    ] {
        let client = world.log_in(account).await;
        let answer = client.get(&place(blob)).await;
        assert_eq!(answer.status.is_success(), may, "{account}");
        let list = client.get(&format!("{}/{}/files", path::RECORDS, edit(1, "").record)).await;
        assert_eq!(list.status.is_success(), may, "{account}");
        if may {
            assert_eq!(answer.headers[header::CONTENT_TYPE], "image/jpeg");
            assert_eq!(answer.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
            assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
            let policy = answer.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
            assert!(policy.contains("sandbox") && policy.contains("default-src 'none'"), "{policy}");
        }
    }
    assert_eq!(world.nobody().get(&place(blob)).await.code(), "session_expired");
    // Only whoever writes the record sends what hangs on it.
    for account in ["west", "rd", "leader"] {
        let client = world.log_in(account).await;
        assert_eq!(send(&client, &content, 0, &content).await.code(), "not_found", "{account}");
    }
}

#[tokio::test]
async fn what_is_not_what_it_was_said_to_be_is_not_kept() {
    let world = World::new().await;
    let filer = world.log_in("east").await;
    let page = b"<script>alert(1)</script>".to_vec();
    let (small, wide) = (photo(900), {
        let mut wide = photo(900);
        wide[15] = 0x40;
        wide
    });
    filer
        .push(&[
            edit(1, "甲"),
            attach(2, &page, FileKind::Jpeg),
            attach(3, &wide, FileKind::Jpeg),
            attach(4, &small, FileKind::Jpeg),
        ])
        .await;
    for content in [&page, &wide] {
        let refused = send(&filer, content, 0, content).await;
        assert_eq!((refused.status, refused.code()), (StatusCode::UNSUPPORTED_MEDIA_TYPE, "wrong_content"));
        assert_eq!(offset(&head(&filer, Digest::of_content(content)).await), "0");
    }
    let other = vec![7; 900];
    let blob = Digest::of_content(&small);
    let damaged = filer.send(patch(blob, 0, &small).body(Body::from(other.clone())).unwrap()).await;
    assert_eq!((damaged.status.as_u16(), damaged.code()), (460, "checksum_mismatch"));
    // Every chunk is right and the whole is not: it begins anew.
    let wrong = filer.send(patch(blob, 0, &other).body(Body::from(other)).unwrap()).await;
    assert_eq!((wrong.status.as_u16(), offset(&head(&filer, blob).await)), (460, "0"));
    let long = [&small[..], b"more"].concat();
    assert_eq!(filer.send(patch(blob, 0, &long).body(Body::from(long)).unwrap()).await.code(), "body_too_large");
    let plain = Request::patch(place(blob)).body(Body::from(small.clone())).unwrap();
    assert_eq!(filer.send(plain).await.status, StatusCode::PRECONDITION_FAILED);
    assert!(send(&filer, &small, 0, &small).await.status.is_success());
}

#[tokio::test]
async fn only_files_of_known_kinds_and_sizes_are_announced_and_only_by_whoever_writes() {
    let world = World::new().await;
    let filer = world.log_in("east").await;
    filer.push(&[edit(1, "甲")]).await;
    let with = |n, change: &dyn Fn(&mut Attachment)| {
        let mut operation = attach(n, &photo(900), FileKind::Jpeg);
        if let OperationBody::Attach(file) = &mut operation.body {
            change(file);
        }
        operation
    };
    for (operation, code) in [
        (with(2, &|file| file.mime = "text/html".into()), Some("malformed")),
        (with(3, &|file| file.size = 0), Some("malformed")),
        (with(4, &|file| file.size = 500_000), Some("malformed")),
        (with(5, &|file| file.name = String::new()), Some("malformed")),
        (with(6, &|file| (file.mime, file.size) = (FileKind::Pdf.mime().into(), 500_000)), None),
    ] {
        let receipts = filer.push(&[operation]).await.receipts;
        assert_eq!(receipts[0].refusal().map(shared::issue::RefusalCode::key).as_deref(), code);
    }
    let west = world.log_in("west").await;
    let stranger = Operation { author: crate::world::person(2).id, actor: shared::id::ActorId(8), ..with(7, &|_| {}) };
    assert_eq!(west.push(&[stranger]).await.receipts[0].refusal(), Some(shared::issue::RefusalCode::NotTheOwner));
}

#[tokio::test]
async fn the_doctor_reads_every_file() {
    let world = World::new().await;
    let filer = world.log_in("east").await;
    let content = photo(2_000);
    filer.push(&[edit(1, "甲"), attach(2, &content, FileKind::Jpeg)]).await;
    send(&filer, &content, 0, &content).await;
    let faults = async || {
        let report = doctor::examine(&world.app.store, &world.app.blobs).await;
        report.all().filter(|check| !check.faults.is_empty()).count()
    };
    assert_eq!(faults().await, 0);
    let name = Digest::of_content(&content).to_string();
    let file = world.folder.path().join("blobs").join(&name[..2]).join(&name);
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[1_234] ^= 1;
    std::fs::write(&file, &bytes).unwrap();
    assert_eq!(faults().await, 1);
    std::fs::remove_file(&file).unwrap();
    assert_eq!(faults().await, 1);
}

#[tokio::test]
async fn it_says_what_it_can_do() {
    let world = World::new().await;
    let blob = Digest::of_content(b"");
    let request = Request::options(place(blob)).body(Body::empty()).unwrap();
    let told = world.nobody().send(request).await;
    assert_eq!(told.status, StatusCode::NO_CONTENT, "{}", json!(told.body));
    assert_eq!(told.headers["tus-checksum-algorithm"], "sha256");
}

#[tokio::test]
async fn a_client_of_the_release_before_is_served_without_what_it_cannot_read_and_pulls_anew_once_it_can() {
    let world = World::new().await;
    let filer = world.log_in("east").await;
    let newest = filer.push(&[edit(1, "甲"), attach(2, &photo(900), FileKind::Jpeg), edit(3, "乙")]).await;
    let mut request = exchange(Mark::START, &json!([]), 2);
    request.as_object_mut().unwrap().remove("schema");
    let counters = |answer: &shared::api::SyncResponse| -> Vec<u64> {
        answer.rows.iter().map(|row| row.operation.counter).collect()
    };
    let page = filer.sync(&request).await;
    assert_eq!((counters(&page), page.more, page.next.sequence), (vec![1], true, 2));
    request["cursor"] = json!(page.next);
    let rest = filer.sync(&request).await;
    assert_eq!((counters(&rest), rest.more), (vec![3], false));
    assert_eq!(rest.scope, page.scope);
    assert_ne!(rest.scope, newest.scope);
    request["schema"] = json!(SCHEMA);
    assert_eq!(filer.sync(&request).await.scope, newest.scope);
}
