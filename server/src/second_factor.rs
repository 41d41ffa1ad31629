//! The second factor: time-based one-time passwords (RFC 6238), and recovery codes for the day on which the
//! authenticator is lost.

use serde::{Deserialize, Serialize};
use shared::{
    api::{RecoveryCodes, SecondFactorOffer, SecondFactorView},
    audit::{AccountDeed, Act, Deed},
    id::{CampaignId, Digest, PersonId},
    person::Person,
};

use self::{sealed::Seal, totp::Secret};
use crate::{
    app::App,
    auth, entropy,
    error::ApiError,
    one_time, picture,
    store::{Change, FactKind, StoreError},
};

mod sealed;
mod totp;

/// Recovery codes that a person gets.
const RECOVERY_CODES: usize = 8;

/// What is kept of a second factor.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Kept {
    /// The secret under the data folder's key.
    sealed: String,
    /// Whether the person has shown that their authenticator has it.
    is_confirmed: bool,
    /// The last step whose code was used: none counts twice.
    last_step: u64,
}

/// What a log-in showed of the second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// There is none, and none is asked for.
    NotNeeded,
    /// There is none yet, and the person's roles ask for one.
    Missing,
    /// There is one, and no code came with the log-in.
    Asked,
    /// The code is wrong, or was used before.
    Wrong,
    /// It is right.
    Right,
}

/// Whether what is kept is a second factor that counts.
pub fn is_set(text: &str) -> bool {
    serde_json::from_str::<Kept>(text).is_ok_and(|kept| kept.is_confirmed)
}

/// Where a person stands.
pub async fn view(app: &App, person: &Person) -> Result<SecondFactorView, ApiError> {
    let campaign = app.campaign()?;
    let kept = app.store.fact(campaign, person.id, FactKind::SecondFactor).await?;
    let codes = app.store.fact(campaign, person.id, FactKind::RecoveryCodes).await?;
    let codes = codes.map_or(Ok(Vec::new()), |text| of_json::<Vec<Digest>>(&text))?;
    Ok(SecondFactorView {
        is_required: app.asks_second_factor && person.needs_second_factor(),
        is_set: kept.is_some_and(|text| is_set(&text)),
        recovery_codes: u32::try_from(codes.len()).map_err(ApiError::internal)?,
    })
}

/// Looks at the code of a log-in and uses it up.
pub async fn check(app: &App, person: &Person, code: Option<&str>) -> Result<Shown, ApiError> {
    let campaign = app.campaign()?;
    let stored = app.store.fact(campaign, person.id, FactKind::SecondFactor).await?;
    let Some(stored) = stored.filter(|text| is_set(text)) else {
        let is_needed = app.asks_second_factor && person.needs_second_factor();
        return Ok(if is_needed { Shown::Missing } else { Shown::NotNeeded });
    };
    let Some(code) = code.map(str::trim).filter(|code| !code.is_empty()) else {
        return Ok(Shown::Asked);
    };
    let is_right = use_digits(app, campaign, person.id, &stored, code, None).await?
        || use_recovery_code(app, campaign, person.id, code).await?;
    Ok(if is_right { Shown::Right } else { Shown::Wrong })
}

/// A new secret, which counts once [`confirm`] has seen a code of it. While another one counts, there is none.
pub async fn offer(app: &App, person: &Person) -> Result<SecondFactorOffer, ApiError> {
    let campaign = app.campaign()?;
    let before = app.store.fact(campaign, person.id, FactKind::SecondFactor).await?;
    if before.as_deref().is_some_and(is_set) {
        return Err(ApiError::Duplicate);
    }
    let secret = Secret::of_bytes(entropy::bytes());
    let sealed = Seal::of(&app.key).close(person.id, &secret)?;
    let kept = to_json(&Kept { sealed, is_confirmed: false, last_step: 0 })?;
    let change = Change { person: person.id, kind: FactKind::SecondFactor, from: before.as_deref(), to: Some(&kept) };
    app.store.change_fact(campaign, change, None).await?;
    let issuer = &app.ledger()?.campaign().district;
    Ok(SecondFactorOffer { secret: secret.text(), picture: picture::of(&secret.address(issuer, &person.account))? })
}

/// Lets the secret count that was offered, and gives recovery codes.
pub async fn confirm(app: &App, person: &Person, code: &str) -> Result<RecoveryCodes, ApiError> {
    let campaign = app.campaign()?;
    let stored = app.store.fact(campaign, person.id, FactKind::SecondFactor).await?;
    let stored = stored.filter(|text| !is_set(text)).ok_or(ApiError::NotFound)?;
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| entropy::code()).collect();
    let digests: Vec<Digest> = codes.iter().map(|code| one_time::digest_of(code)).collect();
    let before = app.store.fact(campaign, person.id, FactKind::RecoveryCodes).await?;
    let digests = to_json(&digests)?;
    let change =
        Change { person: person.id, kind: FactKind::RecoveryCodes, from: before.as_deref(), to: Some(&digests) };
    app.store.change_fact(campaign, change, None).await?;
    let act = act(app, person.id, person.id, AccountDeed::SecondFactorSet);
    if use_digits(app, campaign, person.id, &stored, code.trim(), Some(&act)).await? {
        Ok(RecoveryCodes { codes })
    } else {
        Err(ApiError::SecondFactorWrong)
    }
}

/// Takes a person's second factor away, on the word of another.
pub async fn reset(app: &App, person: PersonId, by: PersonId) -> Result<(), ApiError> {
    let campaign = app.campaign()?;
    let act = act(app, person, by, AccountDeed::SecondFactorReset);
    for (kind, act) in [(FactKind::RecoveryCodes, None), (FactKind::SecondFactor, Some(&act))] {
        let before = app.store.fact(campaign, person, kind).await?;
        if before.is_some() {
            app.store.change_fact(campaign, Change { person, kind, from: before.as_deref(), to: None }, act).await?;
        }
    }
    Ok(())
}

fn act(app: &App, account: PersonId, by: PersonId, deed: AccountDeed) -> Act {
    Act { at_ms: app.clock.now_ms(), person: Some(by), deed: Deed::Account { account, deed } }
}

/// Uses the digits of a step up that lies after the last one used.
async fn use_digits(
    app: &App,
    campaign: CampaignId,
    person: PersonId,
    stored: &str,
    code: &str,
    act: Option<&Act>,
) -> Result<bool, ApiError> {
    let kept: Kept = of_json(stored)?;
    let secret = Seal::of(&app.key).open(person, &kept.sealed)?;
    let step = secret.step_of(code, app.clock.now_ms()).filter(|step| *step > kept.last_step);
    let Some(last_step) = step else {
        return Ok(false);
    };
    let used = to_json(&Kept { is_confirmed: true, last_step, ..kept })?;
    let change = Change { person, kind: FactKind::SecondFactor, from: Some(stored), to: Some(&used) };
    happened(app.store.change_fact(campaign, change, act).await)
}

async fn use_recovery_code(app: &App, campaign: CampaignId, person: PersonId, code: &str) -> Result<bool, ApiError> {
    let kind = FactKind::RecoveryCodes;
    let Some(stored) = app.store.fact(campaign, person, kind).await? else {
        return Ok(false);
    };
    let (mut digests, used): (Vec<Digest>, _) = (of_json(&stored)?, one_time::digest_of(code));
    let count = digests.len();
    digests.retain(|digest| !auth::is_same(&digest.0, &used.0));
    if digests.len() == count {
        return Ok(false);
    }
    let left = u32::try_from(digests.len()).map_err(ApiError::internal)?;
    let (act, rest) = (act(app, person, person, AccountDeed::RecoveryCodeUsed { left }), to_json(&digests)?);
    let change = Change { person, kind, from: Some(&stored), to: Some(&rest) };
    happened(app.store.change_fact(campaign, change, Some(&act)).await)
}

/// Of several that use one code at once, one did.
fn happened(changed: Result<(), StoreError>) -> Result<bool, ApiError> {
    match changed {
        Ok(()) => Ok(true),
        Err(StoreError::Conflict) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

fn of_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, ApiError> {
    serde_json::from_str(text).map_err(ApiError::internal)
}

fn to_json<T: Serialize>(value: &T) -> Result<String, ApiError> {
    serde_json::to_string(value).map_err(ApiError::internal)
}
