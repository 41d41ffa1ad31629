-- Everything but the server's own settings is found by its campaign first, so that a distributed database can be cut
-- there and no two campaigns ever meet in an index.

-- How often the campaign's units have changed: what another process compares before it decides anything.
ALTER TABLE campaign ADD COLUMN version BIGINT NOT NULL DEFAULT 0;

CREATE TABLE unit_by_key (
    campaign BLOB NOT NULL REFERENCES campaign (id),
    id       BLOB NOT NULL,
    position BIGINT NOT NULL,
    body     TEXT NOT NULL,
    PRIMARY KEY (campaign, id)
);
INSERT INTO unit_by_key (campaign, id, position, body) SELECT campaign, id, position, body FROM unit;

CREATE TABLE person_by_key (
    campaign BLOB NOT NULL REFERENCES campaign (id),
    id       BLOB NOT NULL,
    account  TEXT NOT NULL,
    body     TEXT NOT NULL,
    -- argon2id in PHC notation.
    password TEXT NOT NULL,
    PRIMARY KEY (campaign, id),
    UNIQUE (campaign, account)
);
INSERT INTO person_by_key (campaign, id, account, body, password)
SELECT campaign, id, account, body, password FROM person;

CREATE TABLE session_by_key (
    campaign   BLOB NOT NULL,
    -- SHA-256 of the token; the token itself is nowhere but in the browser's cookie.
    token      BLOB NOT NULL,
    person     BLOB NOT NULL,
    created_ms BIGINT NOT NULL,
    seen_ms    BIGINT NOT NULL,
    PRIMARY KEY (campaign, token),
    FOREIGN KEY (campaign, person) REFERENCES person_by_key (campaign, id)
);
INSERT INTO session_by_key (campaign, token, person, created_ms, seen_ms)
SELECT person.campaign, session.token, session.person, session.created_ms, session.seen_ms
FROM session JOIN person ON person.id = session.person;

-- Failed log-ins in a row, per account and per address.
CREATE TABLE login_failure_by_key (
    campaign BLOB NOT NULL REFERENCES campaign (id),
    subject  TEXT NOT NULL,
    count    BIGINT NOT NULL,
    last_ms  BIGINT NOT NULL,
    PRIMARY KEY (campaign, subject)
);
INSERT INTO login_failure_by_key (campaign, subject, count, last_ms)
SELECT campaign.id, login_failure.subject, login_failure.count, login_failure.last_ms
FROM campaign CROSS JOIN login_failure;

DROP TABLE session;
DROP TABLE login_failure;
DROP TABLE person;
DROP TABLE unit;
ALTER TABLE unit_by_key RENAME TO unit;
ALTER TABLE person_by_key RENAME TO person;
ALTER TABLE session_by_key RENAME TO session;
ALTER TABLE login_failure_by_key RENAME TO login_failure;
CREATE INDEX unit_by_position ON unit (campaign, position);
CREATE INDEX session_by_person ON session (campaign, person);
