//! Who can open a person's store: its data key, wrapped under what the person knows.
//!
//! The data key is random and made once. It is wrapped under the password, and under a PIN where the person chose
//! one, each made slow to guess; a new password wraps it anew and seals nothing again. And it is wrapped under a
//! secret that the server tells this person alone, in answer to a log-in, and that is kept nowhere else: so a store is
//! not lost with a forgotten password, once an administrator has set a new one. The ring lies in the person's own
//! database and holds nothing that helps without one of the secrets.

mod tries;

use serde::{Deserialize, Serialize};
use shared::id::Digest;

use crate::{
    browser::{
        bytes::Bytes,
        cipher::{CipherError, Key, Reach},
        entropy,
    },
    data::{
        error::DataError,
        indexed_db::{
            schema::{KEYS, PERSON_STORES, RING_KEY},
            tx::{Access, Connection, Opened},
        },
        keyring::tries::Tries,
    },
};

/// Rounds of PBKDF2 with SHA-256: what OWASP asks for (2023), a quarter of a second on a tablet. The count stands
/// in each lock, so that raising it leaves older locks open.
const ITERATIONS: u32 = 600_000;

/// Bytes of a salt.
const SALT_BYTES: usize = 16;

/// Digits of a PIN at least.
pub(crate) const PIN_DIGITS_MIN: usize = 6;

/// Digits of a PIN at most.
pub(crate) const PIN_DIGITS_MAX: usize = 12;

/// The data key under one secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Lock {
    salt: String,
    iterations: u32,
    wrapped: String,
}

/// Everything about the keys of one store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Ring {
    /// The data key under the password.
    password: Lock,
    /// Under the PIN, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pin: Option<Lock>,
    /// Under the server's secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    recovery: Option<String>,
    /// Wrong secrets in a row.
    #[serde(default)]
    tries: Tries,
}

/// Which secret opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Password,
    Pin,
    Recovery,
}

impl By {
    const fn name(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Pin => "pin",
            Self::Recovery => "recovery",
        }
    }
}

/// The keys of one store.
#[derive(Debug)]
pub(crate) struct Keyring {
    name: String,
    connection: Connection,
    iterations: u32,
}

impl Keyring {
    /// The keys of the store in a database.
    pub(crate) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), connection: Connection::new(name, PERSON_STORES), iterations: ITERATIONS }
    }

    /// The same, quick to open and to guess.
    #[cfg(test)]
    #[cfg(target_arch = "wasm32")]
    fn quick(name: &str) -> Self {
        Self { iterations: 10, ..Self::new(name) }
    }

    /// Whether a PIN opens the store.
    pub(crate) async fn has_pin(&self) -> Result<bool, DataError> {
        Ok(self.read().await?.is_some_and(|ring| ring.pin.is_some() && !ring.tries.is_pin_spent()))
    }

    /// Makes the data key of a new store. When another tab was faster, its ring counts: `None`.
    pub(crate) async fn create(&self, password: &str) -> Result<Option<Key>, DataError> {
        let key = Key::random().await?;
        let password = self.lock(&key, By::Password, password).await?;
        let ring = Ring { password, pin: None, recovery: None, tries: Tries::default() };
        let write = async |tx: &Opened<'_>| match tx.get::<Ring>(KEYS, RING_KEY).await? {
            Some(_) => Ok(false),
            None => tx.put(KEYS, RING_KEY, &ring).map(|()| true),
        };
        let is_made = self.connection.run(&[KEYS], Access::Write, write).await?;
        Ok(is_made.then_some(key))
    }

    /// Opens with a password or PIN.
    ///
    /// The try is noted before it is made, so that closing the page does not undo it; a right one clears the notes.
    pub(crate) async fn unlock(&self, secret: &str, now_ms: u64) -> Result<Key, DataError> {
        let ring = self.read().await?.ok_or(DataError::Nobody)?;
        let wait_seconds = ring.tries.wait_seconds(now_ms);
        if wait_seconds > 0 {
            return Err(DataError::UnlockDelayed(wait_seconds));
        }
        let by = if is_pin(secret) && ring.pin.is_some() { By::Pin } else { By::Password };
        if by == By::Pin && ring.tries.is_pin_spent() {
            return Err(DataError::PinSpent);
        }
        self.update(|ring| ring.tries.failed(now_ms, by == By::Pin)).await?;
        let opened = self.open(&ring, by, secret).await?;
        match opened {
            Some(key) => {
                self.update(|ring| ring.tries.succeeded()).await?;
                Ok(key)
            }
            None => Err(DataError::WrongSecret),
        }
    }

    /// Opens with the password of somebody whom the server has just let in: nothing waits, and all is forgiven.
    pub(crate) async fn unlock_vouched(&self, password: &str) -> Result<Key, DataError> {
        let ring = self.read().await?.ok_or(DataError::Nobody)?;
        let key = self.open(&ring, By::Password, password).await?.ok_or(DataError::OtherPassword)?;
        self.update(|ring| ring.tries.succeeded()).await?;
        Ok(key)
    }

    /// Wraps the data key under the server's secret, where it told one.
    pub(crate) async fn arrange(&self, key: &Key, secret: Option<Digest>) -> Result<(), DataError> {
        let Some(Digest(secret)) = secret else {
            return Ok(());
        };
        let lock = Key::of_bytes(&secret, Reach::Kept).await?;
        let wrapped = hex(&lock.wrap(key, &self.about(By::Recovery)).await?.to_vec());
        self.update(|ring| ring.recovery = Some(wrapped.clone())).await
    }

    /// Opens with the server's secret.
    pub(crate) async fn recover(&self, secret: Option<Digest>) -> Result<Key, DataError> {
        let wrapped = self.read().await?.and_then(|ring| of_hex(&ring.recovery?));
        let (Some(Digest(secret)), Some(wrapped)) = (secret, wrapped) else {
            return Err(DataError::OtherPassword);
        };
        let lock = Key::of_bytes(&secret, Reach::Kept).await?;
        let opened = lock.unwrap(&Bytes::of(&wrapped), &self.about(By::Recovery), Reach::Wrappable).await;
        opened.map_err(|error| match error {
            CipherError::Absent => DataError::NoCipher,
            CipherError::Refused => DataError::OtherPassword,
        })
    }

    /// Wraps the data key under a new password, and forgets the PIN's wrong tries.
    pub(crate) async fn set_password(&self, key: &Key, password: &str) -> Result<(), DataError> {
        let lock = self.lock(key, By::Password, password).await?;
        self.update(|ring| {
            ring.password = lock.clone();
            ring.tries = Tries::default();
        })
        .await
    }

    /// Lets a PIN open the store from now on.
    pub(crate) async fn set_pin(&self, key: &Key, pin: &str) -> Result<(), DataError> {
        let lock = self.lock(key, By::Pin, pin).await?;
        self.update(|ring| {
            ring.pin = Some(lock.clone());
            ring.tries = Tries::default();
        })
        .await
    }

    async fn open(&self, ring: &Ring, by: By, secret: &str) -> Result<Option<Key>, DataError> {
        let lock = match (by, &ring.pin) {
            (By::Password, _) => &ring.password,
            (By::Pin, Some(lock)) => lock,
            (By::Pin, None) | (By::Recovery, _) => return Ok(None),
        };
        let (Some(salt), Some(wrapped)) = (of_hex(&lock.salt), of_hex(&lock.wrapped)) else {
            return Err(DataError::StoreCorrupt("the keys are damaged".to_owned()));
        };
        let slow = Key::of_secret(secret, &salt, lock.iterations).await?;
        match slow.unwrap(&Bytes::of(&wrapped), &self.about(by), Reach::Wrappable).await {
            Ok(key) => Ok(Some(key)),
            Err(CipherError::Refused) => Ok(None),
            Err(error @ CipherError::Absent) => Err(error.into()),
        }
    }

    async fn lock(&self, key: &Key, by: By, secret: &str) -> Result<Lock, DataError> {
        let salt: [u8; SALT_BYTES] = entropy::random_bytes();
        let slow = Key::of_secret(secret, &salt, self.iterations).await?;
        let wrapped = slow.wrap(key, &self.about(by)).await?;
        Ok(Lock { salt: hex(&salt), iterations: self.iterations, wrapped: hex(&wrapped.to_vec()) })
    }

    async fn read(&self) -> Result<Option<Ring>, DataError> {
        self.connection.run(&[KEYS], Access::Read, async |tx: &Opened<'_>| tx.get(KEYS, RING_KEY).await).await
    }

    async fn update(&self, change: impl Fn(&mut Ring)) -> Result<(), DataError> {
        let write = async |tx: &Opened<'_>| {
            if let Some(mut ring) = tx.get::<Ring>(KEYS, RING_KEY).await? {
                change(&mut ring);
                tx.put(KEYS, RING_KEY, &ring)?;
            }
            Ok(())
        };
        self.connection.run(&[KEYS], Access::Write, write).await
    }

    fn about(&self, by: By) -> Vec<u8> {
        format!("tisheng key 1\n{}\n{}", self.name, by.name()).into_bytes()
    }
}

/// Whether a secret has the form of a PIN.
pub(crate) fn is_pin(secret: &str) -> bool {
    (PIN_DIGITS_MIN..=PIN_DIGITS_MAX).contains(&secret.len()) && secret.bytes().all(|byte| byte.is_ascii_digit())
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for digit in bytes.iter().flat_map(|byte| [byte >> 4, byte & 0x0f]) {
        text.extend(char::from_digit(digit.into(), 16));
    }
    text
}

/// The bytes of hexadecimal digits.
pub(crate) fn of_hex(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

#[cfg(test)]
#[cfg(target_arch = "wasm32")]
mod tests;
