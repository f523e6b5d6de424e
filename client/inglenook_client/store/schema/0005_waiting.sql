-- What is sealed under a key that is not here is found by that key once it comes.
ALTER TABLE unreadable ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0;
UPDATE unreadable SET epoch =
    coalesce((SELECT e.epoch FROM envelope e WHERE e.place = unreadable.place), 0);
CREATE INDEX unreadable_epoch ON unreadable (epoch) WHERE reject = 'no-key';
