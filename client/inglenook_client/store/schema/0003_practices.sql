-- What practices record is asked for by its kind: a few among many entries.
CREATE INDEX entity_practice ON entity (kind, order_ms) WHERE kind NOT IN
    ('', 'name', 'moment', 'progress', 'check-in', 'appreciation', 'reply', 'reaction');
