//! The data key of whoever is at work, kept for reloads of this tab.
//!
//! A reload must open the store without asking: the service worker takes over a new version by one, a tablet in a
//! basement makes some by itself. So the data key lies in the tablet's own database, wrapped under a secret that only
//! this tab knows and that the browser forgets when the tab is closed. Neither half opens anything alone. It lapses
//! after a working day, and at once, for every tab, when somebody taps 换人. The price is that whoever holds an
//! unlocked tablet can read what its last person wrote, as with any page that is left open; who does not want that
//! taps 换人.

use serde::{Deserialize, Serialize};
use shared::id::PersonId;

use crate::{
    browser::{
        bytes::Bytes,
        cipher::{Key, Reach},
        entropy, session_storage,
    },
    data::{
        device::Device,
        error::DataError,
        keyring::{hex, of_hex},
    },
};

/// How long a key is kept without being used.
const KEPT_MS: u64 = 12 * 3600 * 1000;

/// Where the tab keeps its secret.
const SECRET: &str = "tisheng-tab";

/// Where the tablet keeps what the tabs' secrets open.
const KEY: &str = "kept";

/// Tabs whose keys are kept at most.
const TABS_MAX: usize = 8;

/// One tab's key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    person: PersonId,
    /// Which secret opens it: the beginning of its digest.
    tab: String,
    wrapped: String,
    until_ms: u64,
}

/// Keeps a key for this tab's reloads, and gives it back as one that never leaves the browser.
pub(crate) async fn keep(device: &Device, person: PersonId, key: &Key, now_ms: u64) -> Result<Key, DataError> {
    let secret: [u8; 32] = entropy::random_bytes();
    let text = hex(&secret);
    let lock = Key::of_bytes(&secret, Reach::Kept).await?;
    let wrapped = lock.wrap(key, &about(person)).await?;
    let safe = lock.unwrap(&wrapped, &about(person), Reach::Kept).await?;
    let until_ms = now_ms.saturating_add(KEPT_MS);
    let mut all = living(device, now_ms).await?;
    all.retain(|kept| Some(&kept.tab) != tab().as_ref());
    all.insert(0, Kept { person, tab: name(&text), wrapped: hex(&wrapped.to_vec()), until_ms });
    all.truncate(TABS_MAX);
    device.put(KEY, &all).await?;
    session_storage::set(SECRET, &text);
    Ok(safe)
}

/// The key that this tab kept of a person.
pub(crate) async fn recall(
    device: &Device,
    person: PersonId,
    reach: Reach,
    now_ms: u64,
) -> Result<Option<Key>, DataError> {
    let Some(secret) = session_storage::get(SECRET) else {
        return Ok(None);
    };
    let mut all = living(device, now_ms).await?;
    let mine = all.iter_mut().find(|kept| kept.person == person && kept.tab == name(&secret));
    let (Some(kept), Some(bytes)) = (mine, of_hex(&secret)) else {
        return Ok(None);
    };
    let lock = Key::of_bytes(&bytes, Reach::Kept).await?;
    let wrapped = Bytes::of(&of_hex(&kept.wrapped).unwrap_or_default());
    let Ok(key) = lock.unwrap(&wrapped, &about(person), reach).await else {
        return Ok(None);
    };
    kept.until_ms = now_ms.saturating_add(KEPT_MS);
    device.put(KEY, &all).await?;
    Ok(Some(key))
}

/// Forgets what every tab kept.
pub(crate) async fn forget(device: &Device) -> Result<(), DataError> {
    session_storage::remove(SECRET);
    device.put(KEY, &Vec::<Kept>::new()).await
}

async fn living(device: &Device, now_ms: u64) -> Result<Vec<Kept>, DataError> {
    let mut all: Vec<Kept> = device.get(KEY).await?.unwrap_or_default();
    // A clock that was set back by more than a key lasts ends it too.
    all.retain(|kept| kept.until_ms > now_ms && kept.until_ms <= now_ms.saturating_add(KEPT_MS));
    Ok(all)
}

fn tab() -> Option<String> {
    session_storage::get(SECRET).map(|secret| name(&secret))
}

fn name(secret: &str) -> String {
    let mut name = shared::id::Digest::of(&[secret.as_bytes()]).to_string();
    name.truncate(16);
    name
}

fn about(person: PersonId) -> Vec<u8> {
    format!("tisheng kept 1\n{person}").into_bytes()
}

#[cfg(test)]
#[cfg(target_arch = "wasm32")]
mod tests {
    use uuid::Uuid;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    async fn a_reload_finds_the_key_until_it_lapses_or_is_forgotten() {
        let (device, person) = (Device::new(), PersonId(Uuid::from_u128(7)));
        let key = keep(&device, person, &Key::random().await.unwrap(), 1_000).await.unwrap();
        let sealed = key.seal(b"text", b"").await.unwrap();
        let again = recall(&device, person, Reach::Kept, 2_000).await.unwrap().unwrap();
        assert_eq!(again.open(&sealed, b"").await.unwrap(), b"text");
        assert!(
            recall(&device, PersonId(Uuid::from_u128(8)), Reach::Kept, 2_000).await.unwrap().is_none(),
            "another person's"
        );
        assert!(recall(&device, person, Reach::Kept, 2_000 + KEPT_MS).await.unwrap().is_none(), "lapsed");
        keep(&device, person, &Key::random().await.unwrap(), 1_000).await.unwrap();
        forget(&device).await.unwrap();
        assert!(recall(&device, person, Reach::Kept, 2_000).await.unwrap().is_none());
    }
}
