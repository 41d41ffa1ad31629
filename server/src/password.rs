//! Passwords: argon2id, never more at once than the machine has cores.

use std::sync::Arc;

use argon2::{
    ARGON2ID_IDENT, Algorithm, Argon2, Params, Version,
    password_hash::{Output, ParamsString, PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString},
};
use tokio::{sync::Semaphore, task::spawn_blocking};

use crate::{entropy, error::ApiError};

/// Memory of one hash, in KiB (OWASP's first choice for argon2id with two passes).
const MEMORY_KIB: u32 = 19 * 1024;

/// Passes over it.
const PASSES: u32 = 2;

/// Characters a password must have.
const CHARS_MIN: usize = 10;

/// Characters a password may have; more only costs time.
const CHARS_MAX: usize = 128;

/// Whether a new password is acceptable.
pub fn is_acceptable(password: &str) -> bool {
    (CHARS_MIN..=CHARS_MAX).contains(&password.chars().count())
}

/// Hashes and checks passwords off the request threads.
#[derive(Clone, Debug)]
pub struct Passwords {
    at_once: Arc<Semaphore>,
    /// The hash of a password that nobody knows, so that unknown accounts take the same time.
    nobody: Arc<str>,
}

impl Passwords {
    /// As many at once as there are cores.
    pub fn new() -> Result<Self, ApiError> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self { at_once: Arc::new(Semaphore::new(cores)), nobody: nobody()?.into() })
    }

    /// The hash of a password with a salt of its own, in PHC notation.
    pub async fn hash(&self, password: String) -> Result<String, ApiError> {
        self.run(move || hash(&password)).await?
    }

    /// Whether the password is the one of the hash. Without a hash (an unknown account) it takes the same time.
    pub async fn verify(&self, password: String, expected: Option<String>) -> Result<bool, ApiError> {
        let nobody = self.nobody.clone();
        self.run(move || {
            if password.chars().count() > CHARS_MAX {
                return Ok(false);
            }
            let parsed = PasswordHash::new(expected.as_deref().unwrap_or(&nobody)).map_err(ApiError::internal)?;
            let matches = hasher()?.verify_password(password.as_bytes(), &parsed).is_ok();
            Ok(expected.is_some() && matches)
        })
        .await?
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, ApiError> {
        let _turn = self.at_once.acquire().await.map_err(ApiError::internal)?;
        spawn_blocking(work).await.map_err(ApiError::internal)
    }
}

fn hasher() -> Result<Argon2<'static>, ApiError> {
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters()?))
}

fn parameters() -> Result<Params, ApiError> {
    Params::new(MEMORY_KIB, PASSES, 1, None).map_err(ApiError::internal)
}

fn hash(password: &str) -> Result<String, ApiError> {
    let salt = SaltString::encode_b64(&entropy::bytes::<16>()).map_err(ApiError::internal)?;
    Ok(hasher()?.hash_password(password.as_bytes(), &salt).map_err(ApiError::internal)?.to_string())
}

/// A hash drawn at random: what it is of nobody can find.
fn nobody() -> Result<String, ApiError> {
    let salt = SaltString::encode_b64(&entropy::bytes::<16>()).map_err(ApiError::internal)?;
    let nobody = PasswordHash {
        algorithm: ARGON2ID_IDENT,
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(&parameters()?).map_err(ApiError::internal)?,
        salt: Some(salt.as_salt()),
        hash: Some(Output::new(&entropy::bytes::<32>()).map_err(ApiError::internal)?),
    };
    Ok(nobody.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_unknown_account_costs_the_same_work_and_is_never_let_in() {
        let passwords = Passwords::new().unwrap();
        let stored = passwords.hash("一个足够长的密码。".to_owned()).await.unwrap();
        let work = |hash: &str| hash.split('$').take(4).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(work(&passwords.nobody), work(&stored));
        for (hash, is_right) in [(Some(stored), true), (None, false)] {
            let verified = passwords.verify("一个足够长的密码。".to_owned(), hash).await.unwrap();
            assert_eq!(verified, is_right);
        }
    }
}
