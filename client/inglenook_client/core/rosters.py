"""Does the other side know of devices that are not known here? (SPEC 9.2, 11.5)

Every event and every epoch names the roster that its author knew, as the hash of a set of
statements. Statements travel in any order, so an author may well have known only some of those
that are held here. A hash of none of their subsets names a statement that never came: somebody
added or removed a device, and the relay keeps it back.
"""

from __future__ import annotations

from itertools import combinations
from typing import Final

from inglenook_protocol import labels
from inglenook_protocol.hashing import h

MAX_STATEMENTS: Final = 12
"""Of more than so many, the subsets are too many to try, and nothing is said."""


def names_something_else(roster_hash: bytes, statement_ids: list[bytes]) -> bool:
    """Whether ``roster_hash`` is that of no subset of the roster statements held here."""
    ids = sorted(statement_ids)
    if len(ids) > MAX_STATEMENTS:
        return False
    return not any(
        h(labels.ROSTER_HASH, b"".join(subset)) == roster_hash
        for size in range(len(ids), -1, -1)
        for subset in combinations(ids, size)
    )
