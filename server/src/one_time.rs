//! One-time codes that are handed over on paper or by camera: kept as digests, good for a while, used once.

use serde::{Deserialize, Serialize};
use shared::{
    api::Invitation,
    audit::Act,
    id::{CampaignId, Digest, PersonId},
    person::Person,
};

use crate::{
    app::App,
    auth, entropy,
    error::ApiError,
    picture,
    store::{Change, FactKind, StoreError},
};

/// What is kept of a code.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Kept {
    digest: Digest,
    /// Until when it can be used, ms since 1970.
    pub until_ms: u64,
}

impl Kept {
    /// What was kept, where it can be used still.
    pub fn living(text: &str, now_ms: u64) -> Option<Self> {
        serde_json::from_str(text).ok().filter(|kept: &Self| now_ms < kept.until_ms)
    }
}

/// The address that a code is used at: the origin of the request that asked for it, and a path.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// Such as `https://10.1.2.3`.
    pub origin: &'a str,
    /// Such as `/invitation`.
    pub path: &'a str,
}

/// Makes a code for a person in the place of the one before, together with the act that `tell` gives of its end.
pub async fn make(
    app: &App,
    person: &Person,
    kind: FactKind,
    lasting_ms: u64,
    place: Place<'_>,
    tell: impl FnOnce(u64) -> Act,
) -> Result<Invitation, ApiError> {
    let campaign = app.campaign()?;
    let (code, until_ms) = (entropy::code(), app.clock.now_ms().saturating_add(lasting_ms));
    let kept = serde_json::to_string(&Kept { digest: digest_of(&code), until_ms }).map_err(ApiError::internal)?;
    let before = app.store.fact(campaign, person.id, kind).await?;
    let change = Change { person: person.id, kind, from: before.as_deref(), to: Some(&kept) };
    app.store.change_fact(campaign, change, Some(&tell(until_ms))).await?;
    let Place { origin, path } = place;
    let link = format!("{origin}{path}?account={}&code={code}", escaped(&person.account));
    let picture = picture::of(&link)?;
    Ok(Invitation { account: person.account.clone(), code, until_ms, link, picture })
}

/// Uses a code up, together with an act; of several that try at once, one is told that it did.
pub async fn take(
    app: &App,
    campaign: CampaignId,
    person: PersonId,
    kind: FactKind,
    code: &str,
    act: &Act,
) -> Result<bool, ApiError> {
    let stored = app.store.fact(campaign, person, kind).await?;
    let kept = stored.as_deref().and_then(|text| Kept::living(text, app.clock.now_ms()));
    if !kept.is_some_and(|kept| auth::is_same(&kept.digest.0, &digest_of(code).0)) {
        return Ok(false);
    }
    let change = Change { person, kind, from: stored.as_deref(), to: None };
    match app.store.change_fact(campaign, change, Some(act)).await {
        Ok(()) => Ok(true),
        Err(StoreError::Conflict) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Codes are typed from paper: case and spaces around do not matter.
pub fn digest_of(code: &str) -> Digest {
    auth::digest_of(&code.trim().to_uppercase())
}

/// An account's name in an address.
fn escaped(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut escaped, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_') {
            escaped.push(char::from(byte));
        } else {
            let _ = write!(escaped, "%{byte:02X}");
        }
        escaped
    })
}
