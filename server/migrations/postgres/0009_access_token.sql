-- What other systems read with. The token itself is nowhere but in the other system.
CREATE TABLE access_token (
    campaign  BYTEA NOT NULL REFERENCES campaign (id),
    -- SHA-256 of the token.
    digest    BYTEA NOT NULL,
    name      TEXT NOT NULL,
    person    BYTEA NOT NULL,
    issued_ms BIGINT NOT NULL,
    seal      BYTEA NOT NULL,
    PRIMARY KEY (campaign, digest)
);
