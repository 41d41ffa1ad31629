//! Unsent work that somebody else carries: sealed by its author's tablet, opened by the server alone.

use aes_gcm::{
    Aes256Gcm, Nonce,
    aead::{Aead as _, KeyInit as _, Payload},
};
use axum::http::StatusCode;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;
use shared::{
    api::{SessionView, path},
    attachment::FileKind,
    id::{ActorId, CampaignId, Digest, PersonId},
    merge::operation::{Mark, Operation},
    sync::parcel::{Address, Carried, Parcel, Piece, VERSION},
};
use uuid::Uuid;

use crate::files::{attach, photo, send};
use crate::world::{CAMPAIGN, Client, World, edit, exchange, person};

fn address(count: usize) -> Address {
    Address {
        parcel: VERSION,
        campaign: CAMPAIGN,
        person: person(0).id,
        actor: ActorId(1),
        cursor: Mark::START,
        acknowledged: Mark::START,
        count,
        packed_ms: 5,
        piece: None,
    }
}

fn seal(key: Digest, address: Address, plain: &[u8]) -> Parcel {
    let nonce = [9; 12];
    let payload = Payload { msg: plain, aad: &address.about() };
    let sealed = Aes256Gcm::new((&key.0).into()).encrypt(Nonce::from_slice(&nonce), payload).unwrap();
    Parcel { address, sealed: STANDARD.encode([&nonce[..], &sealed].concat()) }
}

fn packed(key: Digest, operations: &[Operation]) -> Parcel {
    seal(key, address(operations.len()), &serde_json::to_vec(operations).unwrap())
}

async fn key_of(client: &Client) -> Digest {
    let view: SessionView = serde_json::from_value(client.get(path::SESSION).await.body).unwrap();
    view.parcel_key.unwrap()
}

async fn carry(client: &Client, parcel: &Parcel) -> Result<Carried, String> {
    let answer = client.post(path::PARCELS, &json!(parcel)).await;
    if answer.status == StatusCode::OK {
        return Ok(serde_json::from_value(answer.body).unwrap());
    }
    Err(answer.code().to_owned())
}

#[tokio::test]
async fn what_another_person_carries_is_taken_in_once_under_its_authors_name() {
    let world = World::new().await;
    let (author, carrier) = (world.log_in("east").await, world.log_in("west").await);
    let operations = [edit(1, "甲"), edit(2, "乙")];
    let parcel = packed(key_of(&author).await, &operations);
    let expected = Carried { name: person(0).name, taken: 2, ..Carried::default() };
    for _ in 0..2 {
        assert_eq!(carry(&carrier, &parcel).await.unwrap(), expected, "again changes nothing");
    }
    // Its own tablet hears the same when it sends the same.
    let response = author.sync(&exchange(Mark::START, &json!(operations), 10)).await;
    let sequences: Vec<u64> = response.receipts.iter().map(|receipt| receipt.mark.sequence).collect();
    assert_eq!(sequences, [1, 2]);
    let auditor = world.log_in("shenji").await;
    let acts = auditor.get(&format!("{}?after=0", path::AUDIT)).await.body.to_string();
    assert!(acts.contains("\"carried\"") && acts.contains(&person(2).id.to_string()), "{acts}");
}

#[tokio::test]
async fn a_parcel_that_was_not_sealed_by_its_author_for_this_server_is_refused_and_nothing_is_taken() {
    let world = World::new().await;
    let (author, carrier) = (world.log_in("east").await, world.log_in("west").await);
    let (key, own) = (key_of(&author).await, key_of(&carrier).await);
    assert_ne!(key, own);
    let sound = packed(key, &[edit(1, "甲")]);
    let addressed = |change: &dyn Fn(&mut Address)| {
        let mut parcel = sound.clone();
        change(&mut parcel.address);
        parcel
    };
    let text = |text: &str| seal(key, address(1), text.as_bytes());
    for (why, parcel) in [
        ("the carrier's own key", packed(own, &[edit(1, "甲")])),
        ("another person's name on it", addressed(&|address| address.person = person(2).id)),
        ("nobody's name on it", addressed(&|address| address.person = PersonId(Uuid::from_u128(77)))),
        ("another campaign", addressed(&|address| address.campaign = CampaignId(Uuid::from_u128(9)))),
        ("another shape", addressed(&|address| address.parcel = 2)),
        ("another count", addressed(&|address| address.count = 2)),
        ("another mark", addressed(&|address| address.cursor.sequence = 1)),
        ("cut", Parcel { sealed: sound.sealed[..40].to_owned(), ..sound.clone() }),
        ("empty", Parcel { sealed: String::new(), ..sound.clone() }),
        ("no base64", Parcel { sealed: "甲".into(), ..sound.clone() }),
        ("no JSON inside", text("甲")),
        ("no list inside", text("{}")),
        ("fewer than it says", text("[]")),
    ] {
        assert_eq!(carry(&carrier, &parcel).await, Err("parcel_refused".to_owned()), "{why}");
    }
    assert_eq!(world.nobody().post(path::PARCELS, &json!(sound)).await.code(), "session_expired");
    assert!(author.sync(&exchange(Mark::START, &json!([]), 10)).await.rows.is_empty());
    // What holds more than this server ever had comes by itself, and first.
    let ahead = Address { cursor: Mark { sequence: 7, chain: Digest::ZERO }, ..address(1) };
    let ahead = seal(key, ahead, &serde_json::to_vec(&[edit(1, "甲")]).unwrap());
    assert_eq!(carry(&carrier, &ahead).await, Err("lineage".to_owned()));
}

/// The pieces of a content at these places.
fn pieces(key: Digest, content: &[u8], bytes: usize) -> Vec<Parcel> {
    let blob = Digest::of_content(content);
    let sealed = |(number, piece): (usize, &[u8])| {
        let offset = (number * bytes) as u64;
        seal(key, Address { piece: Some(Piece { blob, offset }), ..address(0) }, piece)
    };
    content.chunks(bytes).enumerate().map(sealed).collect()
}

#[tokio::test]
async fn files_come_along_and_go_on_where_their_own_tablet_was_cut() {
    let world = World::new().await;
    let (author, carrier) = (world.log_in("east").await, world.log_in("west").await);
    let (key, content) = (key_of(&author).await, photo(300_000));
    let nothing = Carried { name: person(0).name, ..Carried::default() };
    let whole = Carried { files: 1, ..nothing.clone() };
    let three = pieces(key, &content, 100_000);
    assert_eq!(carry(&carrier, &three[0]).await.unwrap(), nothing, "no record names it yet");
    author.push(&[edit(1, "甲"), attach(2, &content, FileKind::Jpeg)]).await;
    assert_eq!(carry(&carrier, &three[1]).await.unwrap(), nothing, "the piece before it has not come");
    send(&author, &content, 0, &content[..50_000]).await;
    for (piece, expected) in [(0, &nothing), (0, &nothing), (1, &nothing), (2, &whole), (2, &whole), (0, &whole)] {
        assert_eq!(&carry(&carrier, &three[piece]).await.unwrap(), expected, "piece {piece}");
    }
    let read = author.get(&format!("{}/{}", path::BLOBS, Digest::of_content(&content))).await;
    assert_eq!(read.status, StatusCode::OK);

    // What is not what it was said to be is not kept, and holds nothing up.
    let other = photo(1_000);
    author.push(&[attach(3, &other, FileKind::Jpeg)]).await;
    let blob = Digest::of_content(&other);
    let false_one = seal(key, Address { piece: Some(Piece { blob, offset: 0 }), ..address(0) }, &[7; 1_000]);
    assert_eq!(carry(&carrier, &false_one).await.unwrap(), nothing);
    assert_eq!(carry(&carrier, &pieces(key, &other, 1_000)[0]).await.unwrap(), whole);
    let stranger = pieces(key_of(&carrier).await, &other, 1_000);
    assert_eq!(carry(&carrier, &stranger[0]).await, Err("parcel_refused".to_owned()), "another person's key");
}

#[tokio::test]
async fn an_operation_that_nobody_can_read_does_not_hold_up_the_others_of_its_parcel() {
    let world = World::new().await;
    let (author, carrier) = (world.log_in("east").await, world.log_in("west").await);
    let mut unreadable = json!(edit(2, "乙"));
    unreadable["kind"] = json!("spaceship");
    let plain = serde_json::to_vec(&json!([edit(1, "甲"), unreadable, edit(3, "丙")])).unwrap();
    let parcel = seal(key_of(&author).await, address(3), &plain);
    let answer = carry(&carrier, &parcel).await.unwrap();
    assert_eq!((answer.taken, answer.refused), (2, 1));
}
