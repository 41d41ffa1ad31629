-- The contents of files that are whole in the place where files are kept. Their bytes are not here.
CREATE TABLE blob (
    campaign    BYTEA NOT NULL,
    -- SHA-256 of the content: its name there.
    sha256      BYTEA NOT NULL,
    size        BIGINT NOT NULL,
    mime        TEXT NOT NULL,
    received_ms BIGINT NOT NULL,
    seal        BYTEA NOT NULL,
    PRIMARY KEY (campaign, sha256)
);
