//! Randomness: the only place that asks the system for it.

use std::fmt::Write as _;

use rand::RngCore as _;
use shared::id::uuid_v7;
use uuid::Uuid;

/// Letters of codes that people type: no 0/O, 1/I/L.
const CODE_LETTERS: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";

/// Random bytes, fit for secrets.
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    #[expect(clippy::disallowed_methods, reason = "this is the one home of randomness")]
    rand::rng().fill_bytes(&mut bytes);
    bytes
}

/// Random bytes as hexadecimal digits.
pub fn hex<const N: usize>() -> String {
    digits(&bytes::<N>())
}

/// Bytes as hexadecimal digits.
pub fn digits(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A code for people to type, in groups of four: 16 letters, 79 bits.
pub fn code() -> String {
    let mut code = String::with_capacity(19);
    while code.len() < 19 {
        if code.len() % 5 == 4 {
            code.push('-');
            continue;
        }
        let [byte] = bytes::<1>();
        // Bytes beyond the last whole multiple are drawn again, so that every letter is equally likely.
        if let Some(letter) = CODE_LETTERS.get(usize::from(byte) % 32).filter(|_| byte % 32 < 31) {
            code.push(char::from(*letter));
        }
    }
    code
}

/// A new `UUIDv7`.
pub fn new_id(now_ms: u64) -> Uuid {
    uuid_v7(now_ms, bytes())
}
