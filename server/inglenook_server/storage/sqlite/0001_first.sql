-- The relay's store, version 1.
--
-- Rows of "chunk" only ever go to the end of their table, so its pages are full; the place of a
-- chunk (branch, first_seq) is a narrow index of its own. Nothing is indexed by envelope id:
-- whoever asks for one also names its seq.

CREATE TABLE space (
    no INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    genesis BLOB NOT NULL
) STRICT;

-- Which spaces a member belongs to, for recovery.
CREATE TABLE member (
    member BLOB NOT NULL,
    space INTEGER NOT NULL REFERENCES space (no),
    PRIMARY KEY (member, space)
) STRICT, WITHOUT ROWID;

-- In the order of "no", a book takes the statements of a space in one pass.
CREATE TABLE statement (
    no INTEGER PRIMARY KEY,
    space INTEGER NOT NULL REFERENCES space (no),
    content BLOB NOT NULL,
    signature BLOB NOT NULL
) STRICT;
CREATE INDEX statement_by_space ON statement (space);

-- A stretch of a log without a fork. Its number is given once and for all.
CREATE TABLE branch (
    no INTEGER PRIMARY KEY,
    space INTEGER NOT NULL REFERENCES space (no),
    device BLOB NOT NULL,
    parent INTEGER REFERENCES branch (no),
    start_seq INTEGER NOT NULL,
    start_previous BLOB NOT NULL,
    head_seq INTEGER NOT NULL,
    head_id BLOB NOT NULL,
    stored_bytes INTEGER NOT NULL
) STRICT;
CREATE INDEX branch_by_space ON branch (space);

-- "ids" stands before "items", so that looking for an id does not read the bodies.
CREATE TABLE chunk (
    no INTEGER PRIMARY KEY,
    branch INTEGER NOT NULL REFERENCES branch (no),
    first_seq INTEGER NOT NULL,
    ids BLOB NOT NULL,
    keys BLOB NOT NULL,
    items BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX chunk_by_place ON chunk (branch, first_seq);

-- Registration tokens: SHA-256 of each.
CREATE TABLE token (
    hash BLOB PRIMARY KEY,
    label TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE secret (
    name TEXT PRIMARY KEY,
    secret BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE mailbox (
    id BLOB PRIMARY KEY,
    owner_hash BLOB NOT NULL,
    reader_hash BLOB NOT NULL,
    expires_s INTEGER NOT NULL,
    claim BLOB
) STRICT, WITHOUT ROWID;

CREATE TABLE message (
    mailbox BLOB NOT NULL,
    slot INTEGER NOT NULL,
    message BLOB NOT NULL,
    PRIMARY KEY (mailbox, slot)
) STRICT;
