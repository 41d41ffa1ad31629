//! Files that hang on records: chosen, made smaller, kept on the tablet, sent when there is a network, and shown.

use std::{collections::BTreeSet, rc::Rc};

use leptos::prelude::{GetUntracked, RwSignal, Set};
use shared::{
    api::{ErrorCode, FileView, path},
    attachment::{Attachment, FileKind, PHOTO_BYTES_MAX, Thumbnail},
    id::{Digest, OperationId, RecordId},
    issue::RefusalCode,
    record::Record,
    t,
};

use crate::{
    browser::{
        chosen_file::{self, Chosen},
        locks,
        object_url::ObjectUrl,
        sha256,
        task::sleep,
    },
    data::{
        photo::{Prepared, prepare},
        upload::{self, KeptFile, Outcome, Shelf as _},
    },
    state::{
        DataError, Target, clock,
        core::{Core, core},
        desk::Desk,
        drafts, ledger, notices, task,
    },
};

/// How often the server is asked whether the rest of a record's files has arrived, while somebody looks.
const FOLLOW_MS: u32 = 5_000;

/// Files on this tablet and at the server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Files;

impl Files {
    /// Hangs every file chosen in an input on a record. One that cannot be hung on keeps none of the others.
    pub(crate) async fn attach(self, target: Target, paper: Option<String>, input_id: &str) -> Result<(), DataError> {
        let chosen = chosen_file::take(input_id);
        drafts().flush().await?;
        let mut failed = Ok(());
        for file in &chosen {
            failed = failed.and(attach_one(target, paper.clone(), file).await);
        }
        failed
    }

    /// Takes a file off a record.
    pub(crate) async fn take_off(self, target: Target, file: OperationId) -> Result<(), DataError> {
        drafts().flush().await?;
        ledger().take_off(target, file).await
    }

    /// How many of a record's files wait on this tablet to be sent. Tracked.
    pub(crate) fn waiting(self, record: &Record) -> usize {
        let core = core();
        core.track();
        core.desk().map_or(0, |desk| desk.waiting_files(record).count())
    }

    /// Whether a file waits on this tablet to be sent. Tracked.
    pub(crate) fn is_waiting(self, file: &Attachment) -> bool {
        let core = core();
        core.track();
        core.desk().is_ok_and(|desk| desk.is_waiting(file))
    }

    /// An address of a content: of what lies here, or of what the server has.
    pub(crate) async fn open(self, blob: Digest, kind: FileKind) -> Result<ObjectUrl, DataError> {
        let core = core();
        let desk = core.desk()?;
        let content = match desk.store.content(blob).await? {
            Some(content) => content,
            None => fetch(&core, &desk, blob).await?,
        };
        ObjectUrl::of(&content, kind.mime()).ok_or(DataError::FileUnknown)
    }

    /// The files of a record, as the server has them.
    pub(crate) async fn of(self, record: RecordId) -> Result<Vec<FileView>, DataError> {
        let files = core().http.get(&format!("{}/{record}/files", path::RECORDS)).await;
        files.inspect_err(|error| core().note_session_end(error))
    }

    /// Which of a record's files the server has: asked again until it has all of them or nobody looks any more.
    pub(crate) fn follow(self, record: RecordId, told: RwSignal<Option<Vec<FileView>>>) {
        task(async move {
            loop {
                match self.of(record).await {
                    Ok(files) => {
                        let is_whole = files.iter().all(|file| file.has_arrived);
                        if told.try_set(Some(files)).is_some() || is_whole {
                            return;
                        }
                    }
                    Err(error) if error.is_permanent() => return,
                    Err(_) if told.try_get_untracked().is_none() => return,
                    Err(_) => {}
                }
                sleep(FOLLOW_MS).await;
            }
        });
    }
}

async fn attach_one(target: Target, paper: Option<String>, chosen: &Chosen) -> Result<(), DataError> {
    let desk = core().desk()?;
    if desk.store.is_full() {
        return Err(DataError::RoomForTextOnly);
    }
    let Prepared { name, kind, content, thumbnail, shot } = prepare(chosen).await?;
    let blob = sha256::of(&content).await;
    let is_there = ledger().peek(|replica| {
        let record = replica.get(target.record)?;
        if !record.attachments.has_room() {
            return Some(Err(DataError::Refused(RefusalCode::TooManyFiles)));
        }
        let mut hung = record.attachments.iter().map(|(_, attached)| &attached.file);
        hung.any(|file| file.blob == blob && file.paper == paper).then_some(Ok(()))
    });
    if let Some(answer) = is_there {
        if answer.is_ok() {
            notices().say(t!("files.there_already", name = name));
        }
        return answer;
    }
    let mut laid = Vec::new();
    let mut small = None;
    if let Some(thumbnail) = thumbnail {
        let file = own(sha256::of(&thumbnail).await, &thumbnail);
        small = Some(Thumbnail { blob: file.blob, size: file.size });
        laid.push((file, thumbnail));
    }
    let file = own(blob, &content);
    let attachment =
        Attachment { blob, name, size: file.size, mime: kind.mime().to_owned(), paper, thumbnail: small, shot };
    laid.push((file, content));
    // The contents first: a record never names what is nowhere.
    desk.store.keep_files(&laid).await?;
    desk.note_files(laid.into_iter().map(|(file, _)| file));
    ledger().attach(target, attachment).await
}

fn own(blob: Digest, content: &[u8]) -> KeptFile {
    KeptFile { blob, size: size_of(content), kept_ms: clock::now_ms(), is_own: true, is_sent: false }
}

fn size_of(content: &[u8]) -> u64 {
    u64::try_from(content.len()).unwrap_or(u64::MAX)
}

/// A content of the server; a photo stays for when there is no network.
async fn fetch(core: &Rc<Core>, desk: &Rc<Desk>, blob: Digest) -> Result<Vec<u8>, DataError> {
    let content = match core.http.content(blob).await {
        Err(error) if error.code() == Some(ErrorCode::NotFound) => return Err(DataError::FileOnItsWay),
        answer => answer.inspect_err(|error| core.note_session_end(error))?,
    };
    let size = size_of(&content);
    if size <= PHOTO_BYTES_MAX {
        let copy = KeptFile { blob, size, kept_ms: clock::now_ms(), is_own: false, is_sent: true };
        let laid = [(copy, content)];
        // What does not stay is fetched again.
        if desk.store.keep_files(&laid).await.is_ok() {
            desk.note_files(laid.iter().map(|(file, _)| file.clone()));
        }
        let [(_, content)] = laid;
        return Ok(content);
    }
    Ok(content)
}

/// Sends what waits, one tab at a time and beside the exchange: a photo must not hold up a figure.
pub(super) fn carry(core: &Rc<Core>, desk: &Rc<Desk>, lock: &str) {
    if desk.is_carrying.replace(true) {
        return;
    }
    let (core, desk, lock) = (Rc::clone(core), Rc::clone(desk), format!("{lock}-files"));
    task(async move {
        let carried = carry_all(&core, &desk, &lock).await;
        desk.is_carrying.set(false);
        match carried {
            Err(error) if error.is_session_end() => core.note_session_end(&error),
            Err(error) if error.is_permanent() => notices().say(error.message()),
            // The next exchange that finds the server goes on.
            Ok(()) | Err(_) => {}
        }
    });
}

async fn carry_all(core: &Rc<Core>, desk: &Rc<Desk>, lock: &str) -> Result<(), DataError> {
    if desk.due_files().is_empty() {
        return desk.tidy_files(clock::now_ms()).await;
    }
    let Some(held) = locks::try_hold(lock).await else {
        return Ok(());
    };
    let told = |file: &KeptFile, outcome: Outcome| {
        match outcome {
            Outcome::Sent => desk.note_files([KeptFile { is_sent: true, ..file.clone() }]),
            Outcome::Refused => drop(desk.refused_files.borrow_mut().insert(file.blob)),
        }
        core.changed();
    };
    let mut carried = Ok(());
    let mut tried = BTreeSet::new();
    // What is hung on meanwhile goes along.
    while carried.is_ok() && core.desk().is_ok_and(|current| Rc::ptr_eq(&current, desk)) {
        let due: Vec<KeptFile> = desk.due_files().into_iter().filter(|file| tried.insert(file.blob)).collect();
        if due.is_empty() {
            break;
        }
        carried = upload::send(&desk.store, &core.http, &due, told).await;
    }
    held.release().await;
    carried
}
