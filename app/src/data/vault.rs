//! Sealing what the tablet keeps: nothing of a person's work lies there in the clear.
//!
//! Every value is sealed together with where it lies (`about`), so that a value put elsewhere, or an older one under
//! a key of its own, does not open. What this cannot notice is a whole store set back to an older day; the exchange
//! does (see `ClientState::learn` in `shared`).

use futures_util::future::try_join_all;
use shared::id::Digest;

use crate::{
    browser::{
        bytes::Bytes,
        cipher::{CipherError, Key},
    },
    data::error::DataError,
};

/// The data key of one store.
#[derive(Clone, Debug)]
pub(crate) struct Vault {
    key: Key,
    name: String,
}

impl Vault {
    /// The vault of a store by its database's name.
    pub(crate) fn new(name: &str, key: Key) -> Self {
        Self { key, name: name.to_owned() }
    }

    /// The data key.
    pub(crate) fn key(&self) -> &Key {
        &self.key
    }

    /// Seals a value for its place.
    pub(crate) async fn seal(&self, store: &str, key: &str, plain: &[u8]) -> Result<Bytes, DataError> {
        Ok(self.key.seal(plain, &self.about(store, key)).await?)
    }

    /// Opens a value of its place.
    pub(crate) async fn open(&self, store: &str, key: &str, sealed: &Bytes) -> Result<Vec<u8>, DataError> {
        Ok(self.key.open(sealed, &self.about(store, key)).await?)
    }

    /// Opens values of one store, in their order; the browser works on several at once.
    pub(crate) async fn open_all<'a>(
        &self,
        store: &str,
        values: impl IntoIterator<Item = (String, &'a Bytes)>,
    ) -> Result<Vec<Vec<u8>>, DataError> {
        let opening = values.into_iter().map(|(key, sealed)| async move { self.open(store, &key, sealed).await });
        try_join_all(opening).await
    }

    /// A key that tells nothing of what it stands for.
    pub(crate) fn hidden(&self, key: &str) -> String {
        Digest::of(&[self.name.as_bytes(), key.as_bytes()]).to_string()
    }

    fn about(&self, store: &str, key: &str) -> Vec<u8> {
        format!("tisheng store 1\n{}\n{store}\n{key}", self.name).into_bytes()
    }
}

impl From<CipherError> for DataError {
    fn from(error: CipherError) -> Self {
        match error {
            CipherError::Absent => Self::NoCipher,
            CipherError::Refused => Self::StoreCorrupt("a value does not open".to_owned()),
        }
    }
}
