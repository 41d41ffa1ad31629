use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
};

use futures_executor::block_on;
use shared::api::ErrorDetail;

use super::*;

const CHUNK: usize = 256 * 1024;

/// A tablet and a server in memory.
#[derive(Default)]
struct World {
    shelf: BTreeMap<Digest, Vec<u8>>,
    sent: RefCell<Vec<Digest>>,
    server: RefCell<BTreeMap<Digest, Vec<u8>>>,
    /// Appends until the line breaks.
    until_cut: Cell<usize>,
    appends: Cell<usize>,
    /// Contents that the server does not take.
    refused: Vec<Digest>,
    /// The next chunk comes damaged.
    damages: Cell<bool>,
}

impl World {
    fn with(contents: &[&[u8]]) -> (Self, Vec<KeptFile>) {
        let world = Self { until_cut: Cell::new(usize::MAX), ..Self::default() };
        let shelf = contents.iter().map(|content| (Digest::of_content(content), content.to_vec())).collect();
        let due = contents.iter().map(|content| kept(content, 0)).collect();
        let world = Self { shelf, ..world };
        for content in contents {
            world.server.borrow_mut().insert(Digest::of_content(content), Vec::new());
        }
        (world, due)
    }

    fn run(&self, due: &[KeptFile]) -> Result<(), DataError> {
        block_on(send(self, self, due, |_, _| ()))
    }
}

fn kept(content: &[u8], kept_ms: u64) -> KeptFile {
    let size = content.len().try_into().unwrap();
    KeptFile { blob: Digest::of_content(content), size, kept_ms, is_own: true, is_sent: false }
}

fn refusal(code: ErrorCode) -> DataError {
    let body = serde_json::json!({ "code": code, "message": "", "request_id": "" });
    DataError::Server(Box::new(serde_json::from_value::<ErrorDetail>(body).unwrap()))
}

impl Shelf for World {
    async fn content(&self, blob: Digest) -> Result<Option<Vec<u8>>, DataError> {
        Ok(self.shelf.get(&blob).cloned())
    }

    async fn mark_sent(&self, file: &KeptFile) -> Result<(), DataError> {
        self.sent.borrow_mut().push(file.blob);
        Ok(())
    }
}

impl Carrier for World {
    async fn arrived(&self, blob: Digest) -> Result<Option<u64>, DataError> {
        Ok(self.server.borrow().get(&blob).map(|content| content.len().try_into().unwrap()))
    }

    async fn append(&self, blob: Digest, offset: u64, chunk: &[u8]) -> Result<u64, DataError> {
        if self.until_cut.get() == 0 {
            return Err(DataError::Offline);
        }
        self.until_cut.set(self.until_cut.get() - 1);
        self.appends.set(self.appends.get() + 1);
        if self.refused.contains(&blob) {
            return Err(refusal(ErrorCode::WrongContent));
        }
        if self.damages.replace(false) {
            return Err(refusal(ErrorCode::ChecksumMismatch));
        }
        let mut server = self.server.borrow_mut();
        let content = server.get_mut(&blob).unwrap();
        if u64::try_from(content.len()).unwrap() != offset {
            return Err(refusal(ErrorCode::WrongOffset));
        }
        content.extend(chunk);
        Ok(content.len().try_into().unwrap())
    }
}

#[test]
fn a_content_that_was_cut_goes_on_where_it_was_cut() {
    let content = vec![7; 3 * CHUNK + 1];
    let (world, due) = World::with(&[&content]);
    world.until_cut.set(2);
    assert_eq!(world.run(&due), Err(DataError::Offline));
    assert!(world.sent.borrow().is_empty());
    world.until_cut.set(usize::MAX);
    assert_eq!(world.run(&due), Ok(()));
    assert_eq!((world.appends.get(), world.sent.borrow().as_slice()), (4, &[due[0].blob][..]));
    assert_eq!(world.server.borrow()[&due[0].blob], content);
}

#[test]
fn what_the_server_has_already_is_not_sent_a_second_time() {
    let (world, due) = World::with(&[b"photo"]);
    world.server.borrow_mut().insert(due[0].blob, b"photo".to_vec());
    assert_eq!(world.run(&due), Ok(()));
    assert_eq!((world.appends.get(), world.sent.borrow().len()), (0, 1));
}

#[test]
fn a_damaged_chunk_is_sent_again() {
    let (world, due) = World::with(&[b"photo"]);
    world.damages.set(true);
    assert_eq!(world.run(&due), Ok(()));
    assert_eq!(world.server.borrow()[&due[0].blob], b"photo");
}

#[test]
fn one_that_is_refused_or_unknown_keeps_none_of_the_others() {
    let (world, due) = World::with(&[b"refused", b"unknown", b"good"]);
    let world = World { refused: vec![due[0].blob], ..world };
    world.server.borrow_mut().remove(&due[1].blob);
    assert_eq!(world.run(&due).unwrap_err().code(), Some(ErrorCode::WrongContent));
    assert_eq!(world.sent.borrow().as_slice(), [due[2].blob]);
}

#[test]
fn only_what_is_named_nowhere_and_the_oldest_copies_give_way() {
    let day = 24 * 60 * 60 * 1_000;
    let large = |content: &[u8], kept_ms, is_sent| KeptFile { size: 30 << 20, is_sent, ..kept(content, kept_ms) };
    let files = [
        large(b"oldest", 1, true),
        large(b"older", 2, true),
        large(b"newest", 3, true),
        large(b"unsent", 0, false),
        large(b"unnamed", 0, false),
        large(b"unnamed and new", 2 * day, false),
    ];
    let unnamed = [Digest::of_content(b"unnamed"), Digest::of_content(b"unnamed and new")];
    let dropped = to_drop(&files, |blob| !unnamed.contains(&blob), 2 * day);
    assert_eq!(dropped, [Digest::of_content(b"unnamed"), Digest::of_content(b"oldest")]);
}
