//! Names of databases, object stores and keys.

use shared::id::PersonId;

/// The version of the databases' layout. Versions up to the next hundred only add and can be read by older code.
pub(crate) const VERSION: u32 = 100;

/// Own operations by counter: outbox and archive.
pub(crate) const OPERATIONS: &str = "operations";
/// Records by id, folded.
pub(crate) const RECORDS: &str = "records";
/// The store's own state under [`STATE_KEY`].
pub(crate) const META: &str = "meta";
/// Cached answers of the server.
pub(crate) const PUBLISHED: &str = "published";
/// What the tablet remembers without a person.
pub(crate) const DEVICE: &str = "device";

/// The key of the store's state in [`META`].
pub(crate) const STATE_KEY: &str = "state";

/// The object stores of a person's database.
pub(crate) const PERSON_STORES: &[&str] = &[OPERATIONS, RECORDS, META, PUBLISHED];

/// The object stores of the tablet's own database.
pub(crate) const DEVICE_STORES: &[&str] = &[DEVICE];

/// The tablet's own database.
pub(crate) const DEVICE_DATABASE: &str = "tisheng-device";

/// The name of a person's database.
pub(crate) fn person_database(person: PersonId) -> String {
    format!("tisheng-{person}")
}

/// The key of an operation: text order is counter order.
pub(crate) fn operation_key(counter: u64) -> String {
    format!("{counter:016x}")
}
