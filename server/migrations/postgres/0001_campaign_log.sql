-- Ids and digests are raw bytes; times are milliseconds since 1970; JSON columns hold shared's own types as text, byte
-- for byte. Every key begins with the campaign.

-- What the server keeps about itself: the set-up code's digest, the demo clock's offset. It exists before any campaign.
CREATE TABLE setting (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE campaign (
    id      BYTEA NOT NULL PRIMARY KEY,
    body    TEXT NOT NULL,
    targets TEXT NOT NULL,
    -- The log's head. Whoever appends locks this row first, so that no reader overtakes a writer.
    head    BIGINT NOT NULL DEFAULT 0,
    chain   BYTEA NOT NULL
);

CREATE TABLE unit (
    campaign BYTEA NOT NULL REFERENCES campaign (id),
    id       BYTEA NOT NULL,
    position BIGINT NOT NULL,
    body     TEXT NOT NULL,
    PRIMARY KEY (campaign, id)
);
CREATE INDEX unit_by_position ON unit (campaign, position);

CREATE TABLE person (
    campaign BYTEA NOT NULL REFERENCES campaign (id),
    id       BYTEA NOT NULL,
    -- Sorted by its bytes, in every database alike.
    account  TEXT COLLATE "C" NOT NULL,
    body     TEXT NOT NULL,
    -- argon2id in PHC notation.
    password TEXT NOT NULL,
    PRIMARY KEY (campaign, id),
    UNIQUE (campaign, account)
);

-- The log: append-only, gap-free per campaign. The columns beside "body" repeat what queries look for.
CREATE TABLE log (
    campaign     BYTEA NOT NULL,
    sequence     BIGINT NOT NULL,
    operation    BYTEA NOT NULL,
    unit         BYTEA NOT NULL,
    kind         TEXT NOT NULL,
    author       BYTEA NOT NULL,
    takes_effect BOOLEAN NOT NULL,
    chain        BYTEA NOT NULL,
    body         TEXT NOT NULL,
    -- What the sender was told to mend, so that every answer to one operation is the same.
    issues       TEXT,
    PRIMARY KEY (campaign, sequence)
);
CREATE UNIQUE INDEX log_by_operation ON log (campaign, operation);

-- What arrived but can never be a row: unreadable operations, a second operation of one id. Nothing is lost.
CREATE TABLE aside (
    campaign    BYTEA NOT NULL,
    digest      BYTEA NOT NULL,
    person      BYTEA NOT NULL,
    received_ms BIGINT NOT NULL,
    disposition TEXT NOT NULL,
    body        TEXT NOT NULL,
    PRIMARY KEY (campaign, digest)
);
