//! What both databases are told about accounts and sessions, in words and placeholders that either one reads.

/// Replaces a person; their password is part of what the audit log seals.
pub(super) const CHANGE_PERSON: &str = "UPDATE person SET body = $1 WHERE campaign = $2 AND id = $3 RETURNING password";

/// Replaces a password.
pub(super) const CHANGE_PASSWORD: &str =
    "UPDATE person SET password = $1 WHERE campaign = $2 AND id = $3 RETURNING account, body";

/// Everything that is true of accounts.
pub(super) const FACTS: &str = "SELECT person, kind, body FROM account_fact WHERE campaign = $1 ORDER BY person, kind";

/// One thing of one account.
pub(super) const FACT: &str = "SELECT body FROM account_fact WHERE campaign = $1 AND person = $2 AND kind = $3";

/// Sessions that ended long ago.
pub(super) const FORGET_ENDED: &str = "\
    DELETE FROM session \
    WHERE campaign = $1 AND person = $2 AND standing IN ('revoked', 'password_changed') AND seen_ms < $3";

/// A new session.
pub(super) const BEGIN_SESSION: &str = "\
    INSERT INTO session (campaign, token, person, created_ms, seen_ms, seal, address, device, standing) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

/// A session with its person.
pub(super) const SESSION: &str = "\
    SELECT session.token, session.person, session.created_ms, session.seen_ms, session.address, \
    session.device, session.standing, person.body \
    FROM session JOIN person ON person.campaign = session.campaign AND person.id = session.person \
    WHERE session.campaign = $1 AND session.token = $2";

/// A person's living sessions; those of the first versions have no standing.
pub(super) const SESSIONS: &str = "\
    SELECT token, person, created_ms, seen_ms, address, device, standing FROM session \
    WHERE campaign = $1 AND person = $2 AND (standing IS NULL OR standing IN ('open', 'enrolling')) \
    ORDER BY seen_ms DESC, token";

/// A session was used.
pub(super) const TOUCH_SESSION: &str = "\
    UPDATE session SET seen_ms = $1 WHERE campaign = $2 AND token = $3 \
    RETURNING token, person, created_ms, seen_ms, address, device, standing";

/// A session goes.
pub(super) const END_SESSION: &str = "DELETE FROM session WHERE campaign = $1 AND token = $2";

/// What stands aside.
pub(super) const ASIDES: &str = "\
    SELECT digest, person, received_ms, disposition, body, outcome FROM aside WHERE campaign = $1 \
    ORDER BY received_ms, digest";

/// Something that stands aside is settled, once.
pub(super) const SETTLE_ASIDE: &str = "\
    UPDATE aside SET outcome = $1 WHERE campaign = $2 AND digest = $3 AND outcome IS NULL \
    RETURNING person, received_ms, disposition";

/// Its seal after that.
pub(super) const SEAL_ASIDE: &str = "UPDATE aside SET seal = $1 WHERE campaign = $2 AND digest = $3";

/// Why an account is disabled, where it is.
pub(super) const DISABLED: &str =
    "SELECT body FROM account_fact WHERE campaign = $1 AND person = $2 AND kind = 'disabled'";

/// Something becomes true.
pub(super) const ADD_FACT: &str = "\
    INSERT INTO account_fact (campaign, person, kind, body, seal) VALUES ($1, $2, $3, $4, $5) \
    ON CONFLICT (campaign, person, kind) DO NOTHING";

/// Something is true in another way.
pub(super) const REPLACE_FACT: &str =
    "UPDATE account_fact SET body = $1, seal = $2 WHERE campaign = $3 AND person = $4 AND kind = $5 AND body = $6";

/// Something is true no more.
pub(super) const TAKE_FACT: &str =
    "DELETE FROM account_fact WHERE campaign = $1 AND person = $2 AND kind = $3 AND body = $4";

/// Living sessions stand elsewhere: one, all but one, or all.
pub(super) const STAND: &str = "\
    UPDATE session SET standing = $1 WHERE campaign = $2 AND person = $3 \
    AND (standing IS NULL OR standing IN ('open', 'enrolling')) AND (CAST($4 AS BYTEA) IS NULL OR token = $4) \
    AND (CAST($5 AS BYTEA) IS NULL OR token <> $5) \
    RETURNING token, person, created_ms, seen_ms, address, device, standing";

/// A session's seal after a change.
pub(super) const SEAL_SESSION: &str = "UPDATE session SET seal = $1 WHERE campaign = $2 AND token = $3";
