//! Secrets of second factors as they are stored: under a key that lies in the data folder, not in the database.

use chacha20poly1305::{
    ChaCha20Poly1305, KeyInit as _, Nonce,
    aead::{Aead as _, Payload},
};
use data_encoding::HEXLOWER;
use shared::id::PersonId;

use super::totp::{SECRET_BYTES, Secret};
use crate::{entropy, error::ApiError, signing::SigningKey};

const PURPOSE: &[u8] = b"tisheng second factor 1";

const NONCE_BYTES: usize = 12;

/// What closes and opens.
pub(super) struct Seal(ChaCha20Poly1305);

impl Seal {
    /// The seal of a data folder.
    pub(super) fn of(key: &SigningKey) -> Self {
        Self(ChaCha20Poly1305::new(&key.derived(PURPOSE).into()))
    }

    /// The secret as stored: of no use for another account.
    pub(super) fn close(&self, person: PersonId, secret: &Secret) -> Result<String, ApiError> {
        let nonce: [u8; NONCE_BYTES] = entropy::bytes();
        let payload = Payload { msg: secret.bytes(), aad: person.0.as_bytes() };
        let sealed = self.0.encrypt(&Nonce::from(nonce), payload).map_err(ApiError::internal)?;
        Ok(HEXLOWER.encode(&[&nonce[..], &sealed].concat()))
    }

    /// The secret again.
    pub(super) fn open(&self, person: PersonId, stored: &str) -> Result<Secret, ApiError> {
        let bytes = HEXLOWER.decode(stored.as_bytes()).map_err(ApiError::internal)?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE_BYTES).ok_or_else(|| ApiError::internal("cut"))?;
        let nonce: [u8; NONCE_BYTES] = nonce.try_into().map_err(ApiError::internal)?;
        let payload = Payload { msg: sealed, aad: person.0.as_bytes() };
        // Another server's folder, or a changed row.
        let opened = self.0.decrypt(&Nonce::from(nonce), payload);
        let opened = opened.map_err(|_| ApiError::internal("the key of this data folder does not open the secret"))?;
        let bytes: [u8; SECRET_BYTES] = opened.try_into().map_err(|_| ApiError::internal("not a secret"))?;
        Ok(Secret::of_bytes(bytes))
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_secret_opens_for_its_account_with_its_key_alone() {
        let (one, other) = (PersonId(Uuid::from_u128(1)), PersonId(Uuid::from_u128(2)));
        let seal = Seal::of(&SigningKey::of_bytes([7; 32]));
        let stored = seal.close(one, &Secret::of_bytes([5; SECRET_BYTES])).unwrap();
        assert_eq!(seal.open(one, &stored).unwrap().bytes(), &[5; SECRET_BYTES]);
        assert!(!stored.contains(&HEXLOWER.encode(&[5; SECRET_BYTES])));
        assert!(seal.open(other, &stored).is_err());
        assert!(Seal::of(&SigningKey::of_bytes([8; 32])).open(one, &stored).is_err());
        assert!(seal.open(one, "ab").is_err() && seal.open(one, "?").is_err());
    }
}
