//! Every shape of an operation that a release has written is read for ever, to the byte: a tablet that was offline
//! for months still sends it, and the log's chain was made from it.
//!
//! A release that changes the shape adds a fixture and an upcaster; a fixture is never edited.
#![allow(clippy::unwrap_used, reason = "a test stops where something is missing")]

use shared::{
    id::Digest,
    issue::RefusalCode,
    merge::operation::{Body, Operation},
    sync::accept::read,
};

/// What the releases wrote, with the digest of all operations of the file as they are read.
const RELEASED: [(&str, &str); 3] = [
    (
        include_str!("../fixtures/operations_schema_1.jsonl"),
        "e1ab26a5c22c4a24930ff26f00693d806bff326382838e098c6a889ff61d58d4",
    ),
    (
        include_str!("../fixtures/operations_schema_2.jsonl"),
        "ee7a37ad4e76e30fe6799c4b1b372fa01bf94ce9b85e35e23198fbcab04e3845",
    ),
    (
        include_str!("../fixtures/operations_schema_3.jsonl"),
        "be1534f1a92bee7806931d9d1bd6543f9039fc4a96a7060baf5f27de39579926",
    ),
];

#[test]
fn operations_of_every_release_are_read_and_keep_their_digest() {
    for (text, digest) in RELEASED {
        let operations: Vec<Operation> = text.lines().map(|line| read(line).unwrap()).collect();
        assert!(operations.iter().all(|operation| operation.check_shape().is_ok()));
        let digests: Vec<Digest> = operations.iter().map(Operation::digest).collect();
        assert_eq!(Digest::of_json(&digests).to_string(), digest);
    }
}

#[test]
fn operations_of_this_release_are_written_as_they_were_read() {
    let (text, _) = RELEASED.last().unwrap();
    for line in text.lines() {
        assert_eq!(serde_json::to_string(&read(line).unwrap()).unwrap(), line);
    }
}

#[test]
fn what_a_later_release_adds_to_an_operation_does_not_keep_it_from_being_read() {
    let (text, _) = RELEASED.last().unwrap();
    for line in text.lines() {
        let later = line.replacen("\"schema\":3", "\"schema\":4,\"unheard\":{\"of\":1}", 1);
        assert_ne!(later, line);
        let (then, now) = (read(&later).unwrap(), read(line).unwrap());
        assert_eq!((then.id, &then.body), (now.id, &now.body));
        assert!(then.check_shape().is_ok());
    }
}

#[test]
fn what_only_a_later_release_does_is_read_without_its_content_and_not_taken_into_a_log() {
    let (text, _) = RELEASED.last().unwrap();
    let line = text.lines().next().unwrap();
    let (head, _) = line.split_once("\"body\":").unwrap();
    let later = format!("{head}\"body\":{{\"type\":\"stamp_in_red\",\"of\":[1]}}}}");
    let then: Operation = serde_json::from_str(&later).unwrap();
    assert_eq!(then.body, Body::Unheard);
    assert_eq!(read(&later).unwrap_err().refusal(), Some(RefusalCode::Malformed));
    // Content that this release should know is never taken for something unheard.
    let damaged = format!("{head}\"body\":{{\"type\":\"attach\",\"name\":1}}}}");
    assert!(serde_json::from_str::<Operation>(&damaged).is_err());
}
