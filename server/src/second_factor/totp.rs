//! RFC 6238 as every authenticator has it: HMAC-SHA-1, six digits, thirty seconds.

use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;

use crate::auth::is_same;

/// How long a code is shown.
const STEP_MS: u64 = 30_000;

/// Codes of so many steps before and after count: telephones' clocks differ, and people type slowly.
const TOLERANCE_STEPS: u64 = 1;

/// Six digits.
const MODULUS: u32 = 1_000_000;

/// Bytes of a secret, as RFC 4226 recommends.
pub(super) const SECRET_BYTES: usize = 20;

/// What server and authenticator share.
#[derive(Clone)]
pub(super) struct Secret([u8; SECRET_BYTES]);

impl Secret {
    /// A secret of random bytes.
    pub(super) const fn of_bytes(bytes: [u8; SECRET_BYTES]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub(super) const fn bytes(&self) -> &[u8; SECRET_BYTES] {
        &self.0
    }

    /// The secret as people type it.
    pub(super) fn text(&self) -> String {
        BASE32_NOPAD.encode(&self.0)
    }

    /// The address that authenticators scan.
    pub(super) fn address(&self, issuer: &str, account: &str) -> String {
        let [issuer, account] = [issuer, account].map(|text| {
            text.bytes().fold(String::new(), |escaped, byte| {
                if byte.is_ascii_alphanumeric() {
                    escaped + char::from(byte).encode_utf8(&mut [0; 4])
                } else {
                    format!("{escaped}%{byte:02X}")
                }
            })
        });
        format!("otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}", self.text())
    }

    /// The latest step whose code this is, of those that count now. Each is compared, whether one matched or not.
    pub(super) fn step_of(&self, code: &str, now_ms: u64) -> Option<u64> {
        let now = now_ms / STEP_MS;
        let steps = now.saturating_sub(TOLERANCE_STEPS)..=now.saturating_add(TOLERANCE_STEPS);
        let is_shown = |step: &u64| self.code(*step).is_some_and(|shown| is_same(shown.as_bytes(), code.as_bytes()));
        steps.filter(is_shown).fold(None, |_, step| Some(step))
    }

    /// The code of a step.
    fn code(&self, step: u64) -> Option<String> {
        let mut mac = Hmac::<Sha1>::new_from_slice(&self.0).ok()?;
        mac.update(&step.to_be_bytes());
        let digest = mac.finalize().into_bytes();
        let place = usize::from(digest.last()? & 0x0f);
        let word: [u8; 4] = digest.get(place..place + 4)?.try_into().ok()?;
        Some(format!("{:06}", (u32::from_be_bytes(word) & 0x7fff_ffff) % MODULUS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_are_those_of_the_standard() {
        // RFC 6238, appendix B, whose eight digits end in these six.
        let secret = Secret::of_bytes(*b"12345678901234567890");
        for (second, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(secret.step_of(code, second * 1_000), Some(second / 30), "{second}");
        }
        assert_eq!(secret.text(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    }

    #[test]
    fn a_code_counts_a_step_early_and_late_and_no_longer() {
        let secret = Secret::of_bytes(*b"12345678901234567890");
        for (shift, counts) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            let now_ms = u64::try_from(1_111_111_111_i64 + shift * 30).unwrap() * 1_000;
            assert_eq!(secret.step_of("050471", now_ms).is_some(), counts, "{shift}");
        }
    }

    #[test]
    fn the_address_names_district_and_account() {
        let address = Secret::of_bytes([0; SECRET_BYTES]).address("鼓楼区", "gudong.sh");
        assert_eq!(
            address,
            "otpauth://totp/%E9%BC%93%E6%A5%BC%E5%8C%BA:gudong%2Esh?secret=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\
             &issuer=%E9%BC%93%E6%A5%BC%E5%8C%BA"
        );
    }
}
