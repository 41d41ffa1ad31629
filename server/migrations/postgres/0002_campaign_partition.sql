-- How often the campaign's units have changed: what another process compares before it decides anything.
ALTER TABLE campaign ADD COLUMN version BIGINT NOT NULL DEFAULT 0;

CREATE TABLE session (
    campaign   BYTEA NOT NULL,
    -- SHA-256 of the token; the token itself is nowhere but in the browser's cookie.
    token      BYTEA NOT NULL,
    person     BYTEA NOT NULL,
    created_ms BIGINT NOT NULL,
    seen_ms    BIGINT NOT NULL,
    PRIMARY KEY (campaign, token),
    FOREIGN KEY (campaign, person) REFERENCES person (campaign, id)
);
CREATE INDEX session_by_person ON session (campaign, person);

-- Failed log-ins in a row, per account and per address.
CREATE TABLE login_failure (
    campaign BYTEA NOT NULL REFERENCES campaign (id),
    subject  TEXT NOT NULL,
    count    BIGINT NOT NULL,
    last_ms  BIGINT NOT NULL,
    PRIMARY KEY (campaign, subject)
);
