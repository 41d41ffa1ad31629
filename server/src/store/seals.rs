//! What a row's content hashes to, where no chain and no act says what it was: damage shows.

use shared::id::{Digest, PersonId};

use super::{Head, Session, rows::number};

/// Bytes of a seal: enough that damage never matches by chance.
const SEAL_BYTES: usize = 16;

/// The seal of a row.
pub(crate) fn seal(parts: &[&[u8]]) -> Vec<u8> {
    Digest::of(parts).0.into_iter().take(SEAL_BYTES).collect()
}

/// The seal of a row of the log.
pub(crate) fn log_seal(body: &str, issues: Option<&str>) -> Vec<u8> {
    seal(&[body.as_bytes(), issues.unwrap_or_default().as_bytes()])
}

/// The seal of a campaign's head.
pub(crate) fn head_seal(head: Head) -> Vec<u8> {
    let Digest(chain) = head.mark.chain;
    seal(&[&number(head.mark.sequence).to_be_bytes(), &chain, &number(head.version).to_be_bytes()])
}

/// The seal of a session; an older version's says nothing of its device.
pub(crate) fn session_seal(session: &Session, tells_device: bool) -> Vec<u8> {
    let Digest(token) = session.token;
    let times = [session.created_ms, session.seen_ms].map(|time| number(time).to_be_bytes()).concat();
    let mut parts: Vec<&[u8]> = vec![&token, session.person.0.as_bytes(), &times];
    if tells_device {
        parts.extend([session.address.as_bytes(), session.device.as_bytes(), session.standing.code().as_bytes()]);
    }
    seal(&parts)
}

/// The seal of something that is true of an account.
pub(crate) fn fact_seal(person: PersonId, kind: &str, body: &str) -> Vec<u8> {
    seal(&[person.0.as_bytes(), kind.as_bytes(), body.as_bytes()])
}

/// The seal of a subject's failed log-ins.
pub(crate) fn failure_seal(subject: &str, count: i64, last_ms: i64) -> Vec<u8> {
    seal(&[subject.as_bytes(), &count.to_be_bytes(), &last_ms.to_be_bytes()])
}

/// The seal of what stands aside; its text is its key.
pub(crate) fn aside_seal(
    digest: &[u8],
    person: &[u8],
    received_ms: i64,
    disposition: &str,
    outcome: Option<&str>,
) -> Vec<u8> {
    let received = received_ms.to_be_bytes();
    let mut parts: Vec<&[u8]> = vec![digest, person, &received, disposition.as_bytes()];
    parts.extend(outcome.map(str::as_bytes));
    seal(&parts)
}

/// The seal of what is known of a file's content.
pub(crate) fn blob_seal(blob: Digest, size: i64, mime: &str, received_ms: i64) -> Vec<u8> {
    seal(&[&blob.0, &size.to_be_bytes(), mime.as_bytes(), &received_ms.to_be_bytes()])
}

/// The digest of an account as stored.
pub(crate) fn account_digest(account: &str, body: &str, password: &str) -> Digest {
    Digest::of(&[account.as_bytes(), body.as_bytes(), password.as_bytes()])
}

/// The digest of a unit as stored.
pub(crate) fn unit_digest(position: i64, body: &str) -> Digest {
    Digest::of(&[&position.to_be_bytes(), body.as_bytes()])
}

/// The digest of a campaign with its targets as stored.
pub(crate) fn campaign_digest(body: &str, targets: &str) -> Digest {
    Digest::of(&[body.as_bytes(), targets.as_bytes()])
}
