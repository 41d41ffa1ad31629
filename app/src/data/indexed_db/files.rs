//! Contents of files, sealed like everything else: the bytes in one object store, what is known of them in another,
//! so that a start reads a line for each and none of the bytes.

use shared::id::Digest;

use crate::data::{
    error::DataError,
    indexed_db::{
        IndexedDbStore, decode, encode,
        schema::{BLOBS, FILES},
        tx::{Access, Opened, TxError},
    },
    upload::{KeptFile, Shelf},
};

/// The place that every line of [`FILES`] is sealed for: it names its content itself.
const LINE: &str = "line";

impl IndexedDbStore {
    /// What is known of every content that lies here.
    pub(crate) async fn kept_files(&self) -> Result<Vec<KeptFile>, DataError> {
        let read = async |tx: &Opened<'_>| tx.ask_after(FILES, "", u32::MAX)?.await;
        let sealed = self.connection.run(&[FILES], Access::Read, read).await?;
        let lines = self.vault.open_all(FILES, sealed.iter().map(|bytes| (LINE.to_owned(), bytes))).await?;
        lines.iter().map(|line| decode(line).map_err(DataError::from)).collect()
    }

    /// Lays contents down, all or none; durable when it returns where they are the person's own. A disk without room
    /// refuses them, and keeps the room that text has.
    pub(crate) async fn keep_files(&self, files: &[(KeptFile, Vec<u8>)]) -> Result<(), DataError> {
        let is_own = files.iter().any(|(file, _)| file.is_own);
        if self.is_full() {
            return Err(DataError::RoomForTextOnly);
        }
        let mut sealed = Vec::new();
        for (file, content) in files {
            let key = self.place_of(file.blob);
            let line = self.vault.seal(FILES, LINE, &encode(file)?).await?;
            sealed.push((self.vault.seal(BLOBS, &key, content).await?, line, key));
        }
        let put = async |tx: &Opened<'_>| {
            sealed.iter().try_for_each(|(content, line, key)| {
                tx.put_bytes(BLOBS, key, content)?;
                tx.put_bytes(FILES, key, line)
            })
        };
        let access = if is_own { Access::Write } else { Access::WriteCache };
        match self.connection.attempt(&[BLOBS, FILES], access, put).await? {
            Err(TxError::Full) => Err(DataError::RoomForTextOnly),
            kept => Ok(kept?),
        }
    }

    /// Takes contents away.
    pub(crate) async fn drop_files(&self, blobs: &[Digest]) -> Result<(), DataError> {
        let keys: Vec<String> = blobs.iter().map(|blob| self.place_of(*blob)).collect();
        let delete = async |tx: &Opened<'_>| {
            keys.iter().try_for_each(|key| {
                tx.delete(BLOBS, key)?;
                tx.delete(FILES, key)
            })
        };
        self.connection.run(&[BLOBS, FILES], Access::WriteCache, delete).await
    }

    /// The server was restored and may lack what it had: every content of ours is offered again.
    pub(super) async fn offer_files_again(&self) -> Result<(), DataError> {
        for file in self.kept_files().await? {
            if file.is_own && file.is_sent {
                self.note_file(&KeptFile { is_sent: false, ..file }).await?;
            }
        }
        Ok(())
    }

    async fn note_file(&self, file: &KeptFile) -> Result<(), DataError> {
        let key = self.place_of(file.blob);
        let line = self.vault.seal(FILES, LINE, &encode(file)?).await?;
        let put = async |tx: &Opened<'_>| tx.put_bytes(FILES, &key, &line);
        self.connection.run(&[FILES], Access::WriteCache, put).await
    }

    /// A key that does not tell which content it is: who has the same photo must not find it here.
    fn place_of(&self, blob: Digest) -> String {
        self.vault.hidden(&blob.to_string())
    }
}

impl Shelf for IndexedDbStore {
    async fn content(&self, blob: Digest) -> Result<Option<Vec<u8>>, DataError> {
        let key = self.place_of(blob);
        let read = async |tx: &Opened<'_>| tx.ask(BLOBS, &key)?.await;
        match self.connection.run(&[BLOBS], Access::Read, read).await? {
            Some(sealed) => self.vault.open(BLOBS, &key, &sealed).await.map(Some),
            None => Ok(None),
        }
    }

    async fn mark_sent(&self, file: &KeptFile) -> Result<(), DataError> {
        self.note_file(&KeptFile { is_sent: true, ..file.clone() }).await
    }
}
