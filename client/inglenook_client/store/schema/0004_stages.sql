-- Where the state table of a practice stands: what is parked, planned or agreed on is asked for
-- among all that ever was. '' for what has no table.
ALTER TABLE entity ADD COLUMN stage TEXT NOT NULL DEFAULT '';
CREATE INDEX entity_stage ON entity (kind, stage, order_ms) WHERE stage <> '';
