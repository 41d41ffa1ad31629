//! The key that signs frozen results: made once, kept in the data folder, readable by its owner alone.

use std::{
    fmt, fs,
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use data_encoding::HEXLOWER;
use ed25519_dalek::{Signature, Signer as _, VerifyingKey};
use shared::{
    id::{CampaignId, Digest, PersonId},
    merge::operation::Mark,
    sync::voucher::{self, Voucher},
};

use crate::entropy;

/// The file in the data folder: the secret as 64 hexadecimal digits.
pub const FILE: &str = "signing.key";

/// Who may read it.
const MODE: u32 = 0o600;

/// What is signed begins with this, so that a signature over a result never passes for one over anything else.
const DOMAIN: &[u8] = b"tisheng result 1";

/// The same for what is derived for tablets.
const RECOVERY_DOMAIN: &[u8] = b"tisheng recovery 1";

const PARCEL_DOMAIN: &[u8] = b"tisheng parcel 1";

/// The secret.
#[derive(Clone)]
pub struct SigningKey(ed25519_dalek::SigningKey);

impl fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SigningKey(…)")
    }
}

impl SigningKey {
    /// A key of 32 random bytes.
    pub fn of_bytes(secret: [u8; 32]) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(&secret))
    }

    /// The key of a data folder, made if there is none.
    pub fn of_folder(folder: &Path) -> io::Result<Self> {
        let path = folder.join(FILE);
        match fs::read_to_string(&path) {
            Ok(text) => {
                let Digest(secret) = text.trim().parse().map_err(|_| damaged(&path))?;
                Ok(Self::of_bytes(secret))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let secret = entropy::bytes();
                write_new(&path, &Digest(secret).to_string())?;
                Ok(Self::of_bytes(secret))
            }
            Err(error) => Err(error),
        }
    }

    /// The public key, 64 hexadecimal digits.
    pub fn public(&self) -> String {
        Digest(self.0.verifying_key().to_bytes()).to_string()
    }

    /// What opens a person's stores on tablets after their password was set anew: the same for ever, another one for
    /// everybody. It is derived, so whatever brings the key back, a backup, brings this back too.
    pub fn recovery(&self, campaign: CampaignId, person: PersonId) -> Digest {
        self.of_person(RECOVERY_DOMAIN, campaign, person)
    }

    /// What seals a person's parcels, see [`shared::sync::parcel`]: derived likewise.
    pub fn parcel(&self, campaign: CampaignId, person: PersonId) -> Digest {
        self.of_person(PARCEL_DOMAIN, campaign, person)
    }

    fn of_person(&self, domain: &[u8], campaign: CampaignId, person: PersonId) -> Digest {
        let asked = [domain, campaign.0.as_bytes(), person.0.as_bytes()].concat();
        Digest::of(&[&self.0.sign(&asked).to_bytes()])
    }

    /// A key for another purpose, which tells nothing of this one.
    pub fn derived(&self, purpose: &[u8]) -> [u8; 32] {
        Digest::of(&[purpose, &self.0.to_bytes()]).0
    }

    /// The signature over a document's digest, 64 bytes.
    pub fn sign(&self, document: Digest) -> Vec<u8> {
        self.0.sign(&message(document)).to_bytes().to_vec()
    }

    /// The word that the log stood there.
    pub fn vouch(&self, campaign: CampaignId, at_ms: u64, head: Mark) -> Voucher {
        let signed = self.0.sign(&voucher::message(campaign, at_ms, head)).to_bytes();
        Voucher { campaign, at_ms, head, signature: HEXLOWER.encode(&signed) }
    }

    /// Whether this key gave that word.
    pub fn has_vouched(&self, voucher: &Voucher) -> bool {
        let Voucher { campaign, at_ms, head, signature } = voucher;
        let signature = HEXLOWER.decode(signature.as_bytes()).ok();
        let signature = signature.and_then(|bytes| Signature::from_slice(&bytes).ok());
        let signed = voucher::message(*campaign, *at_ms, *head);
        signature.is_some_and(|signature| self.0.verifying_key().verify_strict(&signed, &signature).is_ok())
    }
}

/// Whether a public key signed a document's digest.
pub fn is_signed(public: &str, document: Digest, signature: &[u8]) -> bool {
    let Ok(Digest(public)) = public.parse() else {
        return false;
    };
    let (Ok(key), Ok(signature)) = (VerifyingKey::from_bytes(&public), Signature::from_slice(signature)) else {
        return false;
    };
    key.verify_strict(&message(document), &signature).is_ok()
}

/// Writes a secret to a file that was not there.
pub fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(MODE).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn message(Digest(document): Digest) -> Vec<u8> {
    [DOMAIN, &document].concat()
}

fn damaged(path: &Path) -> io::Error {
    let path: PathBuf = path.to_owned();
    io::Error::new(io::ErrorKind::InvalidData, format!("{}: not a key", path.display()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_signature_holds_for_its_document_and_key_alone() {
        let (key, other) = (SigningKey::of_bytes([1; 32]), SigningKey::of_bytes([2; 32]));
        let document = Digest([3; 32]);
        let signature = key.sign(document);
        assert!(is_signed(&key.public(), document, &signature));
        assert!(!is_signed(&other.public(), document, &signature));
        assert!(!is_signed(&key.public(), Digest([4; 32]), &signature));
        assert!(!is_signed(&key.public(), document, &signature[1..]));
        assert!(!is_signed("", document, &signature));
    }

    #[test]
    fn a_word_about_the_log_holds_for_what_it_says_and_its_key_alone() {
        let (key, other) = (SigningKey::of_bytes([1; 32]), SigningKey::of_bytes([2; 32]));
        let head = Mark { sequence: 7, chain: Digest([3; 32]) };
        let voucher = key.vouch(CampaignId(uuid::Uuid::from_u128(1)), 5, head);
        assert!(key.has_vouched(&voucher) && !other.has_vouched(&voucher));
        for changed in [
            Voucher { at_ms: 6, ..voucher.clone() },
            Voucher { head: Mark { sequence: 8, ..head }, ..voucher.clone() },
            Voucher { campaign: CampaignId(uuid::Uuid::from_u128(2)), ..voucher.clone() },
            Voucher { signature: "00".repeat(64), ..voucher.clone() },
            Voucher { signature: "x".to_owned(), ..voucher.clone() },
        ] {
            assert!(!key.has_vouched(&changed), "{changed}");
        }
    }

    #[test]
    fn what_recovers_a_store_is_one_persons_and_one_servers() {
        let [one, other] = [1, 2].map(|secret| SigningKey::of_bytes([secret; 32]));
        let ([campaign, elsewhere], [me, you]) = (
            [1, 2].map(|id| CampaignId(uuid::Uuid::from_u128(id))),
            [3, 4].map(|id| PersonId(uuid::Uuid::from_u128(id))),
        );
        let mine = one.recovery(campaign, me);
        assert_ne!(one.parcel(campaign, me), mine);
        assert_eq!(SigningKey::of_bytes([1; 32]).recovery(campaign, me), mine, "the same after a restart");
        for another in [one.recovery(campaign, you), one.recovery(elsewhere, me), other.recovery(campaign, me)] {
            assert_ne!(another, mine);
        }
    }

    #[test]
    fn a_folder_keeps_its_key_from_everyone_else() {
        let folder = tempfile::tempdir().unwrap();
        let key = SigningKey::of_folder(folder.path()).unwrap();
        assert_eq!(SigningKey::of_folder(folder.path()).unwrap().public(), key.public());
        let path = folder.path().join(FILE);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, MODE);
        fs::write(&path, "abc").unwrap();
        assert_eq!(SigningKey::of_folder(folder.path()).unwrap_err().kind(), io::ErrorKind::InvalidData);
    }
}
