-- The second log: what was done to the campaign rather than in it. Append-only, gap-free and chained like the first.
CREATE TABLE act (
    campaign BLOB NOT NULL,
    sequence BIGINT NOT NULL,
    -- The month of acts about a period, such as 2021-06.
    period   TEXT,
    chain    BLOB NOT NULL,
    body     TEXT NOT NULL,
    PRIMARY KEY (campaign, sequence)
);
CREATE INDEX act_by_period ON act (campaign, period, sequence);

-- Its head: moves in the transaction that appends an act.
CREATE TABLE audit (
    campaign BLOB NOT NULL PRIMARY KEY,
    head     BIGINT NOT NULL,
    chain    BLOB NOT NULL
);

-- Frozen editions: the signed document byte for byte, and the explanations of its scores. Never changed.
CREATE TABLE period_result (
    campaign  BLOB NOT NULL,
    period    TEXT NOT NULL,
    edition   BIGINT NOT NULL,
    document  TEXT NOT NULL,
    annex     TEXT NOT NULL,
    signature BLOB NOT NULL,
    PRIMARY KEY (campaign, period, edition)
);

-- What a row's content hashes to, where no chain and no act says so: damage shows. Rows of older versions have none.
ALTER TABLE log ADD COLUMN seal BLOB;
ALTER TABLE campaign ADD COLUMN seal BLOB;
ALTER TABLE session ADD COLUMN seal BLOB;
ALTER TABLE login_failure ADD COLUMN seal BLOB;
ALTER TABLE setting ADD COLUMN seal BLOB;
ALTER TABLE aside ADD COLUMN seal BLOB;
