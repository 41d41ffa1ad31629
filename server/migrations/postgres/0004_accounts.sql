-- What a session tells of its device, and where it stands: 'open', 'enrolling', 'password_changed', 'revoked'. A session
-- that was ended by a person stays, so that its tablet learns why and hands over what it had not sent.
ALTER TABLE session ADD COLUMN address TEXT;
ALTER TABLE session ADD COLUMN device TEXT;
ALTER TABLE session ADD COLUMN standing TEXT;

-- What is true of an account beside its person: an invitation, a second factor, that it is disabled.
CREATE TABLE account_fact (
    campaign BYTEA NOT NULL,
    person   BYTEA NOT NULL,
    kind     TEXT COLLATE "C" NOT NULL,
    body     TEXT NOT NULL,
    seal     BYTEA,
    PRIMARY KEY (campaign, person, kind),
    FOREIGN KEY (campaign, person) REFERENCES person (campaign, id)
);

-- What a person decided about something that stands aside.
ALTER TABLE aside ADD COLUMN outcome TEXT;
