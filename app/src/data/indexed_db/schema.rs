//! Names of databases, object stores and keys.

use shared::id::PersonId;

/// The version of the databases' layout. Versions up to the next hundred only add and can be read by older code;
/// a new hundred is one that older code must leave alone.
///
/// 100 kept every record and operation as a text of its own, for everyone to read; 200 keeps sealed pages; 201 adds
/// the contents of files.
pub(crate) const VERSION: u32 = 201;

/// Who can open the store: the data key, wrapped. The only thing in a person's database that anyone can read.
pub(crate) const KEYS: &str = "keys";
/// How far the store is, under [`REVISION_KEY`] for every tab to compare, and what lies where, under [`BASE_KEY`].
pub(crate) const HEAD: &str = "head";
/// Everything that changed since the base was written, by revision.
pub(crate) const JOURNAL: &str = "journal";
/// Records, a thousand to a value, newest first.
pub(crate) const PAGES: &str = "pages";
/// Own operations that concern the person: unsent ones and refusals that nobody has put away.
pub(crate) const OPEN: &str = "open";
/// Own operations that are settled, until a backup holds them.
pub(crate) const ARCHIVE: &str = "archive";
/// Cached answers of the server.
pub(crate) const ANSWERS: &str = "answers";
/// What is known of each content of a file.
pub(crate) const FILES: &str = "files";
/// The contents of files.
pub(crate) const BLOBS: &str = "blobs";
/// Room for a full disk.
pub(crate) const BALLAST: &str = "ballast";

/// Of version 100: own operations by counter. Emptied when a store is moved; a later version deletes it.
pub(crate) const OLD_OPERATIONS: &str = "operations";
/// Of version 100: records by id.
pub(crate) const OLD_RECORDS: &str = "records";
/// Of version 100: the state. What stands here afterwards keeps version 100 from beginning anew; see `moving`.
pub(crate) const OLD_META: &str = "meta";
/// Of version 100: cached answers.
pub(crate) const OLD_PUBLISHED: &str = "published";

/// What the tablet remembers without a person.
pub(crate) const DEVICE: &str = "device";

/// The key of the revision in [`HEAD`].
pub(crate) const REVISION_KEY: &str = "revision";
/// The key of the base in [`HEAD`].
pub(crate) const BASE_KEY: &str = "base";
/// The key of the ballast in [`BALLAST`].
pub(crate) const BALLAST_KEY: &str = "ballast";
/// The key of the ring in [`KEYS`].
pub(crate) const RING_KEY: &str = "ring";
/// The key of the state in [`OLD_META`].
pub(crate) const OLD_STATE_KEY: &str = "state";

/// The object stores of a person's database.
pub(crate) const PERSON_STORES: &[&str] = &[
    KEYS,
    HEAD,
    JOURNAL,
    PAGES,
    OPEN,
    ARCHIVE,
    ANSWERS,
    FILES,
    BLOBS,
    BALLAST,
    OLD_OPERATIONS,
    OLD_RECORDS,
    OLD_META,
    OLD_PUBLISHED,
];

/// The object stores of the tablet's own database.
pub(crate) const DEVICE_STORES: &[&str] = &[DEVICE];

/// The tablet's own database.
pub(crate) const DEVICE_DATABASE: &str = "tisheng-device";

/// The name of a person's database.
pub(crate) fn person_database(person: PersonId) -> String {
    format!("tisheng-{person}")
}
