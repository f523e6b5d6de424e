-- Which rows of the index of words are this entity's: 8 bytes of row id and 32 of event id each.
-- Empty stands for the creating event alone, as nearly always. Even row ids are 2 * number, for
-- the creating event; odd ones are 2 * row + 1, for a later version that has a row here.
ALTER TABLE entity ADD COLUMN indexed BLOB NOT NULL DEFAULT x'';
CREATE TABLE version_row (
    row INTEGER PRIMARY KEY,
    number INTEGER NOT NULL
);
