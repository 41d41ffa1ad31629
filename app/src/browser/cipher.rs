//! AES-256-GCM and slow keys by the browser's own `WebCrypto`: what is secret never needs to enter the module.

use js_sys::{Array, ArrayBuffer, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, SubtleCrypto};

use crate::browser::{bytes::Bytes, entropy};

/// The cipher.
const AES_GCM: &str = "AES-GCM";

/// Bits of every key.
const KEY_BITS: u32 = 256;

/// Bytes of a nonce. Each is drawn at random: a person who saved something every second for a century would use
/// 2^32 of them with one key, up to which a repetition stays less likely than one in 2^32. A counter would
/// need what two tabs, a killed tab and a store that was set back in time cannot give: a place that never repeats.
const NONCE_BYTES: usize = 12;

/// Why nothing came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CipherError {
    /// The browser has no cipher here: the address is not secure.
    Absent,
    /// Another key, another place, or bytes that somebody changed.
    Refused,
}

/// What may be done with a key once it is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// It never leaves the browser's keeping.
    Kept,
    /// It can be wrapped under other keys.
    Wrappable,
}

/// A key; the module holds its name only.
#[derive(Clone, Debug)]
pub(crate) struct Key(CryptoKey);

impl Key {
    /// A new random key.
    pub(crate) async fn random() -> Result<Self, CipherError> {
        let asked = subtle()?.generate_key_with_object(&algorithm(&[]), true, &usages());
        of_promise(asked).await
    }

    /// The key of 32 bytes.
    pub(crate) async fn of_bytes(bytes: &[u8], reach: Reach) -> Result<Self, CipherError> {
        let raw = Uint8Array::from(bytes);
        let asked = subtle()?.import_key_with_object("raw", &raw, &algorithm(&[]), reach.is_wrappable(), &usages());
        of_promise(asked).await
    }

    /// The key that a person knows by heart, made slow to guess: PBKDF2 with SHA-256.
    pub(crate) async fn of_secret(secret: &str, salt: &[u8], iterations: u32) -> Result<Self, CipherError> {
        let subtle = subtle()?;
        let raw = Uint8Array::from(secret.as_bytes());
        let asked = subtle.import_key_with_str("raw", &raw, "PBKDF2", false, &Array::of1(&"deriveKey".into()));
        let Self(material) = of_promise(asked).await?;
        let slow = object(&[
            ("name", "PBKDF2".into()),
            ("hash", "SHA-256".into()),
            ("salt", Uint8Array::from(salt).into()),
            ("iterations", iterations.into()),
        ]);
        of_promise(subtle.derive_key_with_object_and_object(&slow, &material, &algorithm(&[]), false, &usages())).await
    }

    /// Seals bytes so that they open with this key and the same `about` only.
    pub(crate) async fn seal(&self, plain: &[u8], about: &[u8]) -> Result<Bytes, CipherError> {
        let nonce: [u8; NONCE_BYTES] = entropy::random_bytes();
        let how = with_nonce(&Uint8Array::from(&nonce[..]), about);
        let sealed = buffer(subtle()?.encrypt_with_object_and_u8_array(&how, &self.0, plain)).await?;
        Ok(Bytes::joined(&nonce, &sealed))
    }

    /// Opens what was sealed.
    pub(crate) async fn open(&self, sealed: &Bytes, about: &[u8]) -> Result<Vec<u8>, CipherError> {
        let (nonce, rest) = sealed.split(12);
        let opened = subtle()?.decrypt_with_object_and_js_u8_array(&with_nonce(&nonce, about), &self.0, &rest);
        buffer(opened).await.map(|plain| plain.to_vec())
    }

    /// Seals another key with this one.
    pub(crate) async fn wrap(&self, other: &Self, about: &[u8]) -> Result<Bytes, CipherError> {
        let nonce: [u8; NONCE_BYTES] = entropy::random_bytes();
        let how = with_nonce(&Uint8Array::from(&nonce[..]), about);
        let sealed = buffer(subtle()?.wrap_key_with_object("raw", &other.0, &self.0, &how)).await?;
        Ok(Bytes::joined(&nonce, &sealed))
    }

    /// Opens a key that was sealed with this one.
    pub(crate) async fn unwrap(&self, sealed: &Bytes, about: &[u8], reach: Reach) -> Result<Self, CipherError> {
        let (nonce, rest) = sealed.split(12);
        let asked = subtle()?.unwrap_key_with_js_u8_array_and_object_and_object(
            "raw",
            &rest,
            &self.0,
            &with_nonce(&nonce, about),
            &algorithm(&[]),
            reach.is_wrappable(),
            &usages(),
        );
        of_promise(asked).await
    }

    /// The key as the browser knows it, to hand it to another tab.
    pub(crate) fn as_js(&self) -> &JsValue {
        self.0.as_ref()
    }

    /// The key that another tab handed over.
    pub(crate) fn of_js(value: JsValue) -> Option<Self> {
        value.dyn_into().ok().map(Self)
    }
}

impl Reach {
    fn is_wrappable(self) -> bool {
        self == Self::Wrappable
    }
}

fn subtle() -> Result<SubtleCrypto, CipherError> {
    let crypto = web_sys::window().and_then(|window| window.crypto().ok()).ok_or(CipherError::Absent)?;
    // The binding promises one; browsers leave it out where the address is not secure.
    let subtle = Reflect::get(&crypto, &"subtle".into()).ok().filter(JsValue::is_object);
    subtle.map(JsCast::unchecked_into).ok_or(CipherError::Absent)
}

fn object(parts: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (name, value) in parts {
        drop(Reflect::set(&object, &JsValue::from_str(name), value));
    }
    object
}

fn algorithm(more: &[(&str, JsValue)]) -> Object {
    let parts: Vec<_> = [("name", JsValue::from_str(AES_GCM)), ("length", KEY_BITS.into())]
        .into_iter()
        .chain(more.iter().cloned())
        .collect();
    object(&parts)
}

fn with_nonce(nonce: &Uint8Array, about: &[u8]) -> Object {
    algorithm(&[("iv", nonce.clone().into()), ("additionalData", Uint8Array::from(about).into())])
}

fn usages() -> JsValue {
    ["encrypt", "decrypt", "wrapKey", "unwrapKey"].into_iter().map(JsValue::from_str).collect::<Array>().into()
}

async fn of_promise(asked: Result<Promise, JsValue>) -> Result<Key, CipherError> {
    let promise = asked.map_err(|_| CipherError::Refused)?;
    JsFuture::from(promise).await.ok().and_then(Key::of_js).ok_or(CipherError::Refused)
}

async fn buffer(asked: Result<Promise, JsValue>) -> Result<Uint8Array, CipherError> {
    let promise = asked.map_err(|_| CipherError::Refused)?;
    let buffer = JsFuture::from(promise).await.map_err(|_| CipherError::Refused)?;
    buffer.dyn_ref::<ArrayBuffer>().map(|buffer| Uint8Array::new(buffer)).ok_or(CipherError::Refused)
}
