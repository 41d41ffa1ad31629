-- What other systems read with. The token itself is nowhere but in the other system.
CREATE TABLE access_token (
    campaign  BLOB NOT NULL REFERENCES campaign (id),
    -- SHA-256 of the token.
    digest    BLOB NOT NULL,
    name      TEXT NOT NULL,
    person    BLOB NOT NULL,
    issued_ms BIGINT NOT NULL,
    seal      BLOB NOT NULL,
    PRIMARY KEY (campaign, digest)
);
