//! Opens what a tablet has sealed for somebody else to carry.

use aes_gcm::{
    Aes256Gcm, Nonce,
    aead::{Aead as _, KeyInit as _, Payload},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use shared::{id::Digest, sync::parcel::Parcel};

/// Bytes of the nonce before what is sealed.
const NONCE_BYTES: usize = 12;

/// What was sealed; `None` where the parcel was sealed under another key or changed since.
pub fn open(key: Digest, parcel: &Parcel) -> Option<Vec<u8>> {
    let bytes = STANDARD.decode(&parcel.sealed).ok()?;
    let (nonce, sealed) = bytes.split_at_checked(NONCE_BYTES)?;
    let cipher = Aes256Gcm::new((&key.0).into());
    cipher.decrypt(Nonce::from_slice(nonce), Payload { msg: sealed, aad: &parcel.address.about() }).ok()
}
