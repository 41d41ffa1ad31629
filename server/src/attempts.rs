//! Who may try again, and when: failed attempts to prove who one is, counted per account and per address.

use shared::{
    audit::{Act, Deed},
    id::CampaignId,
};

use crate::{app::App, error::ApiError, store::Failures};

/// Failed log-ins of one account before each further one has to wait.
const ACCOUNT_FREE: u32 = 3;

/// The same for one address, behind which a whole office may sit.
const ADDRESS_FREE: u32 = 20;

/// The longest wait.
const DELAY_MAX_SECONDS: u64 = 15 * 60;

/// Failures older than this are forgotten.
const FORGET_MS: u64 = 24 * 3600 * 1000;

/// Characters of an account name that are looked at at all.
const ACCOUNT_CHARS_MAX: usize = 64;

/// One attempt to prove who one is.
#[derive(Debug)]
pub struct Attempt {
    campaign: CampaignId,
    /// The account's name, as far as it is looked at.
    pub account: String,
    address: String,
    now_ms: u64,
}

impl Attempt {
    /// Begins one, unless too many failed just before.
    pub async fn begin(app: &App, account: &str, address: &str) -> Result<Self, ApiError> {
        let campaign = app.campaign().map_err(|_| ApiError::WrongCredentials)?;
        // No account's name has a control character, and not every database could look for one.
        let letters = account.trim().chars().filter(|letter| !letter.is_control());
        let account: String = letters.take(ACCOUNT_CHARS_MAX).collect();
        let attempt = Self { campaign, account, address: address.to_owned(), now_ms: app.clock.now_ms() };
        let [of_account, of_address] = attempt.subjects();
        let mut wait = 0;
        for (subject, free) in [(of_account, ACCOUNT_FREE), (of_address, ADDRESS_FREE)] {
            wait = wait.max(wait_seconds(app.store.failures(campaign, &subject).await?, free, attempt.now_ms));
        }
        if wait > 0 { Err(ApiError::LoginDelayed { retry_after_seconds: wait }) } else { Ok(attempt) }
    }

    /// It failed: counts it, tells the auditor, and hands the error over.
    pub async fn fail(&self, app: &App, error: ApiError) -> Result<ApiError, ApiError> {
        let forget_before_ms = self.now_ms.saturating_sub(FORGET_MS);
        let [of_account, of_address] = self.subjects();
        app.store.count_failure(self.campaign, &[&of_account, &of_address], self.now_ms, forget_before_ms).await?;
        let deed = Deed::LoginFailed { account: self.account.clone(), address: self.address.clone() };
        app.store.record(self.campaign, &Act { at_ms: self.now_ms, person: None, deed }).await?;
        Ok(error)
    }

    /// It succeeded, and the account's failures are forgotten. Those of the address are not: who knows one account
    /// could try all others.
    pub async fn succeed(&self, app: &App) -> Result<(), ApiError> {
        let [of_account, _] = self.subjects();
        Ok(app.store.clear_failures(self.campaign, &of_account).await?)
    }

    fn subjects(&self) -> [String; 2] {
        [format!("account:{}", self.account), format!("address:{}", self.address)]
    }
}

/// How long the next attempt has to wait: 2, 4, 8 … seconds after the last of too many failures.
fn wait_seconds(failures: Failures, free: u32, now_ms: u64) -> u64 {
    let Some(beyond) = failures.count.checked_sub(free).map(|beyond| beyond + 1) else {
        return 0;
    };
    let delay_seconds = 1_u64.checked_shl(beyond.min(20)).unwrap_or(DELAY_MAX_SECONDS).min(DELAY_MAX_SECONDS);
    let until_ms = failures.last_ms.saturating_add(delay_seconds * 1_000);
    until_ms.saturating_sub(now_ms).div_ceil(1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_after_the_free_attempts_and_stay_bounded() {
        for (count, waited_ms, wait) in [
            (0, 0, 0),
            (2, 0, 0),
            (3, 0, 2),
            (3, 1_500, 1),
            (3, 2_000, 0),
            (4, 0, 4),
            (5, 0, 8),
            (60, 0, DELAY_MAX_SECONDS),
        ] {
            let failures = Failures { count, last_ms: 1_000_000 };
            assert_eq!(wait_seconds(failures, ACCOUNT_FREE, 1_000_000 + waited_ms), wait, "{count} {waited_ms}");
        }
    }
}
