//! Room kept for a bad day: a value that stands for nothing and is thrown away when the disk is full, so that text
//! still saves. From then on nothing large should be stored; the next start lays it again where there is room.

use std::cell::Cell;

use crate::data::{
    error::DataError,
    indexed_db::{
        IndexedDbStore,
        schema::{BALLAST, BALLAST_KEY},
        tx::{Access, Connection, Opened},
    },
};

/// Bytes of it: some hundred changes of a record.
const BALLAST_BYTES: usize = 1024 * 1024;

/// What this tab knows of the ballast.
#[derive(Debug, Default)]
pub(super) struct Ballast {
    was_laid: Cell<bool>,
    is_gone: Cell<bool>,
}

impl IndexedDbStore {
    /// Whether the disk was found full: text still saves, nothing large should.
    pub(crate) fn is_full(&self) -> bool {
        self.ballast.is_gone.get()
    }

    /// Lays the ballast, once for every start.
    pub(super) async fn lay_ballast(&self) -> Result<(), DataError> {
        if self.ballast.was_laid.replace(true) {
            return Ok(());
        }
        let read = async |tx: &Opened<'_>| tx.ask(BALLAST, BALLAST_KEY)?.await;
        if self.connection.run(&[BALLAST], Access::Read, read).await?.is_some() {
            return Ok(());
        }
        // Sealed, because a disk that compresses would make nothing of nothing.
        let sealed = self.vault.seal(BALLAST, BALLAST_KEY, &vec![0; BALLAST_BYTES]).await?;
        let put = async |tx: &Opened<'_>| tx.put_bytes(BALLAST, BALLAST_KEY, &sealed);
        match self.connection.run(&[BALLAST], Access::WriteCache, put).await {
            Err(DataError::StoreFull) => {
                self.ballast.is_gone.set(true);
                Ok(())
            }
            laid => laid,
        }
    }

    /// Throws the ballast away.
    pub(super) async fn drop_ballast(&self) -> Result<(), DataError> {
        self.ballast.is_gone.set(true);
        make_room(&self.connection).await
    }
}

/// Throws the ballast of a person's store away, which need not be unlocked: whoever logs in writes before that.
pub(crate) async fn make_room(connection: &Connection) -> Result<(), DataError> {
    let delete = async |tx: &Opened<'_>| tx.delete(BALLAST, BALLAST_KEY);
    connection.run(&[BALLAST], Access::WriteCache, delete).await
}
