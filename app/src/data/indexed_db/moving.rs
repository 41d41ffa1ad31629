//! A store's first change: it is created, or moved here from version 100, which kept everything in the clear.
//!
//! Moving is one transaction, so a tablet that dies during it has either store, whole. It compares what it read of
//! the old one: a tab of the old version may write until the last moment. The old object stores are emptied by it and
//! deleted by a later version.
//!
//! Version 100 reads its state first of all. What is left in its place is no state, so an app that was rolled back
//! to it says that it cannot read the store, and touches nothing: unsent work waits here for the newer version.

use shared::{
    record::Record,
    sync::client::{ClientState, OwnOperation},
};

use crate::data::{
    error::DataError,
    indexed_db::{
        IndexedDbStore,
        content::{Content, Head},
        frames::Frame,
        schema::{
            ARCHIVE, HEAD, JOURNAL, OLD_META, OLD_OPERATIONS, OLD_PUBLISHED, OLD_RECORDS, OLD_STATE_KEY, OPEN, PAGES,
            REVISION_KEY,
        },
        tx::{Access, Opened, TxError},
    },
};

/// What stands in the place of version 100's state.
const MOVED: &str = "\"sealed since version 200\"";

/// A store of version 100.
struct Old {
    state: String,
    own: Vec<OwnOperation>,
    records: Vec<Record>,
}

impl IndexedDbStore {
    /// Creates the store, from that of version 100 where there is one. Does nothing when another tab was faster.
    pub(super) async fn create(&self) -> Result<(), DataError> {
        let old = self.read_old().await?;
        let plan = match &old {
            None => Content::new(self.fresh).rewrite(None),
            Some(old) => old.content()?.rewrite(Some(old.own.clone())),
        }?;
        let sealing = plan.put.iter().map(|(store, key, bytes)| self.vault.seal(store, key, bytes));
        let sealed = futures_util::future::try_join_all(sealing).await?;
        let put = async |tx: &Opened<'_>| {
            let head: Option<Head> = tx.get(HEAD, REVISION_KEY).await?;
            let state = tx.get_text(OLD_META, OLD_STATE_KEY).await?;
            if head.is_some() || state.as_ref() != old.as_ref().map(|old| &old.state) {
                return Err(TxError::Behind);
            }
            [OLD_OPERATIONS, OLD_RECORDS, OLD_META, OLD_PUBLISHED].iter().try_for_each(|store| tx.clear(store))?;
            tx.put_text(OLD_META, OLD_STATE_KEY, MOVED)?;
            let mut values = plan.put.iter().zip(&sealed);
            values.try_for_each(|((store, key, _), bytes)| tx.put_bytes(store, key, bytes))?;
            tx.put(HEAD, REVISION_KEY, &plan.head)
        };
        let all = [HEAD, JOURNAL, PAGES, OPEN, ARCHIVE, OLD_OPERATIONS, OLD_RECORDS, OLD_META, OLD_PUBLISHED];
        match self.connection.attempt(&all, Access::Write, put).await? {
            Ok(()) | Err(TxError::Behind) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    async fn read_old(&self) -> Result<Option<Old>, DataError> {
        let read = async |tx: &Opened<'_>| {
            let Some(state) = tx.get_text(OLD_META, OLD_STATE_KEY).await? else {
                return Ok(None);
            };
            Ok(Some(Old { state, own: tx.all(OLD_OPERATIONS).await?, records: tx.all(OLD_RECORDS).await? }))
        };
        self.connection.run(&[OLD_META, OLD_OPERATIONS, OLD_RECORDS], Access::Read, read).await
    }
}

impl Old {
    fn content(&self) -> Result<Content, TxError> {
        let state: ClientState =
            serde_json::from_slice(self.state.as_bytes()).map_err(|error| TxError::Corrupt(error.to_string()))?;
        let mut content = Content::new(state.actor);
        content.state = state;
        content.records = self.records.iter().map(|record| (record.id, Frame::of(record))).collect();
        Ok(content)
    }
}
