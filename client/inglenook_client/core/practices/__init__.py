"""The practices of the two: which events count, what state they give, what may be asked for.

Everything here is pure. How a family is added, end to end, stands in ``client/PRACTICES.md``.

    machine    runs a state table over events in fold order        (SPEC 13.5)
    tables     the state tables, as rows
    families   one row a creating kind: edits, table, day, words
    folding    from an entity's events to its projection
    consent    what both agree to                                  (SPEC 13.9)
    registry   the 27 rows of the practices: commands, events, tests
"""
