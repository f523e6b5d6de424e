-- One space: its statements, logs, envelopes as received, and what is folded from them.
-- Everything below the line "folded" can be rebuilt from what stands above it.

-- Small values by name: genesis, own member id, own seeds, clocks.
CREATE TABLE setting (
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL
) WITHOUT ROWID;

-- The grow-only set of signed statements, in an order in which each one's signer is known.
CREATE TABLE statement (
    number INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    content BLOB NOT NULL,
    signature BLOB NOT NULL
);

-- One row a device. acknowledged: the seq up to which the relay said it holds the main branch;
-- witnessed: the heads that our last event sealed, as encoded points.
CREATE TABLE log (
    number INTEGER PRIMARY KEY,
    device BLOB NOT NULL UNIQUE,
    acknowledged INTEGER NOT NULL DEFAULT 0,
    witnessed BLOB NOT NULL DEFAULT x'90'
);

-- Branch 0 is a log as it began; others begin where the device wrote a seq twice.
CREATE TABLE branch (
    log INTEGER NOT NULL REFERENCES log (number),
    branch INTEGER NOT NULL,
    parent INTEGER NOT NULL,
    first_seq INTEGER NOT NULL,
    head_seq INTEGER NOT NULL,
    head_id BLOB NOT NULL,
    PRIMARY KEY (log, branch)
) WITHOUT ROWID;

-- Keys that commit to key_id. key is NULL until a key envelope gives it; roster_hash and
-- author are set when its own key envelope was opened.
CREATE TABLE epoch (
    number INTEGER PRIMARY KEY,
    key_id BLOB NOT NULL UNIQUE,
    key BLOB,
    roster_hash BLOB,
    author BLOB
);

-- place packs (log, branch, seq), so that a log lies in one stretch and no index over random
-- ids is needed. body is NULL once erased, and body_hash set. admitted: SPEC 11. checked:
-- 0 not yet, 1 this row's own signature holds, 2 it does not (SPEC 6.4).
CREATE TABLE envelope (
    place INTEGER PRIMARY KEY,
    id BLOB NOT NULL,
    epoch INTEGER NOT NULL REFERENCES epoch (number),
    flags INTEGER NOT NULL,
    admitted INTEGER NOT NULL,
    checked INTEGER NOT NULL,
    signature BLOB NOT NULL,
    body_hash BLOB,
    body BLOB
);

-- Admitted envelopes that did not open, with the class of SPEC 9.5.
CREATE TABLE unreadable (
    place INTEGER PRIMARY KEY,
    reject TEXT NOT NULL
);

-- What was noticed and is said to the person until it is over.
CREATE TABLE notice (
    what TEXT NOT NULL,
    subject BLOB NOT NULL,
    noticed_ms INTEGER NOT NULL,
    PRIMARY KEY (what, subject)
) WITHOUT ROWID;

-- ---------------------------------------------------------------- folded

-- events: counted event ids in fold order, 32 bytes each. places: the envelopes of all events
-- of the entity, 8 bytes each. kind is '' for what shows nothing; day '' for what has none.
CREATE TABLE entity (
    number INTEGER PRIMARY KEY,
    id BLOB NOT NULL,
    events BLOB NOT NULL,
    places BLOB NOT NULL,
    kind TEXT NOT NULL,
    day TEXT NOT NULL,
    order_ms INTEGER NOT NULL,
    target BLOB,
    projection BLOB NOT NULL
);

-- Where an entity is found: under the first eight bytes, as an integer, of its own id (about 0)
-- and of the id that it is about (about 1). New keys stand in recent_key until there are many.
CREATE TABLE entity_key (
    piece INTEGER NOT NULL,
    about INTEGER NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (piece, about, number)
) WITHOUT ROWID;
CREATE TABLE recent_key (
    piece INTEGER NOT NULL,
    about INTEGER NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (piece, about, number)
) WITHOUT ROWID;
CREATE VIEW found AS
    SELECT piece, about, number FROM recent_key
    UNION ALL SELECT piece, about, number FROM entity_key;
CREATE INDEX entity_day ON entity (day, order_ms) WHERE day <> '';
CREATE INDEX entity_name ON entity (order_ms) WHERE kind = 'name';

-- Words of the versions of entities; rowid is in 0002. Contentless: the words themselves
-- are in projection alone, and a row leaves by the 'delete' command with its old words, which
-- with secure-delete leaves no trace of them (contentless_delete would).
CREATE VIRTUAL TABLE words USING fts5 (
    text, content = '', tokenize = 'unicode61 remove_diacritics 2'
);
INSERT INTO words (words, rank) VALUES ('secure-delete', 1);
-- Words of one transaction are gathered in memory up to this size, and written as one segment.
INSERT INTO words (words, rank) VALUES ('hashsize', 8388608);
-- Segments are merged sixteen at a time instead of four: each word is written again half as often,
-- and a word costs the same in a long journal as in a short one. A search looks through two dozen.
INSERT INTO words (words, rank) VALUES ('automerge', 16);
