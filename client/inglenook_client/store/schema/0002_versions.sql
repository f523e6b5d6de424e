-- The words of each version stand in the index under a row id of their own, (number << 20) + n:
-- those of the nth event id here, 32 bytes each (zeros: of none any more). Empty stands for the
-- creating event alone, as nearly always.
ALTER TABLE entity ADD COLUMN indexed BLOB NOT NULL DEFAULT x'';
