-- Ids and digests are raw bytes; times are milliseconds since 1970; JSON columns hold shared's own types.

-- What the server keeps about itself: the set-up code's digest, the demo clock's offset.
CREATE TABLE setting (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE campaign (
    id      BLOB NOT NULL PRIMARY KEY,
    body    TEXT NOT NULL,
    targets TEXT NOT NULL,
    -- The log's head. It moves in the transaction that appends rows, so that no reader overtakes a writer.
    head    BIGINT NOT NULL DEFAULT 0,
    chain   BLOB NOT NULL
);

CREATE TABLE unit (
    id       BLOB NOT NULL PRIMARY KEY,
    campaign BLOB NOT NULL REFERENCES campaign (id),
    position BIGINT NOT NULL,
    body     TEXT NOT NULL
);
CREATE INDEX unit_by_campaign ON unit (campaign, position);

CREATE TABLE person (
    id       BLOB NOT NULL PRIMARY KEY,
    campaign BLOB NOT NULL REFERENCES campaign (id),
    account  TEXT NOT NULL UNIQUE,
    body     TEXT NOT NULL,
    -- argon2id in PHC notation.
    password TEXT NOT NULL
);

CREATE TABLE session (
    -- SHA-256 of the token; the token itself is nowhere but in the browser's cookie.
    token      BLOB NOT NULL PRIMARY KEY,
    person     BLOB NOT NULL REFERENCES person (id),
    created_ms BIGINT NOT NULL,
    seen_ms    BIGINT NOT NULL
);
CREATE INDEX session_by_person ON session (person);

-- Failed log-ins in a row, per account and per address.
CREATE TABLE login_failure (
    subject TEXT NOT NULL PRIMARY KEY,
    count   BIGINT NOT NULL,
    last_ms BIGINT NOT NULL
);

-- The log: append-only, gap-free per campaign. The columns beside "row" repeat what queries look for.
CREATE TABLE log (
    campaign     BLOB NOT NULL,
    sequence     BIGINT NOT NULL,
    operation    BLOB NOT NULL,
    unit         BLOB NOT NULL,
    kind         TEXT NOT NULL,
    author       BLOB NOT NULL,
    takes_effect BOOLEAN NOT NULL,
    chain        BLOB NOT NULL,
    body         TEXT NOT NULL,
    -- What the sender was told to mend, so that every answer to one operation is the same.
    issues       TEXT,
    PRIMARY KEY (campaign, sequence)
);
CREATE UNIQUE INDEX log_by_operation ON log (campaign, operation);

-- What arrived but can never be a row: unreadable operations, a second operation of one id. Nothing is lost.
CREATE TABLE aside (
    campaign    BLOB NOT NULL,
    digest      BLOB NOT NULL,
    person      BLOB NOT NULL,
    received_ms BIGINT NOT NULL,
    disposition TEXT NOT NULL,
    body        TEXT NOT NULL,
    PRIMARY KEY (campaign, digest)
);
