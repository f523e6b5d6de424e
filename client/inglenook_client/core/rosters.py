"""Does the other side know of devices that are not known here? (SPEC 9.2, 11.5)

Every event and every epoch names the roster that its author knew, as the hash of a set of
statements. Statements travel in any order, so an author may well have known only some of those
that are held here. A hash of none of their subsets names a statement that never came: somebody
added or removed a device, and the relay keeps it back.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import combinations
from typing import Final

from inglenook_protocol import labels
from inglenook_protocol.hashing import h

MAX_STATEMENTS: Final = 12
"""Of more than so many that are open, the subsets are too many to try, and nothing is said."""

TOO_MANY: Final[Sequence[bytes]] = (b"too many",)
"""The answer where it can't be told; compared by identity."""


def subset_named(
    roster_hash: bytes, statement_ids: Collection[bytes], known: Collection[bytes] = ()
) -> Sequence[bytes] | None:
    """Those of the statements held here that ``roster_hash`` is of; None if of no subset.

    ``known``: what its author is known to have held before, and so holds still.
    """
    base = set(known)
    open_ = sorted(set(statement_ids) - base)
    decided = len(open_) <= MAX_STATEMENTS
    # Where there are many: an author who was just told of them all, or lacks the last.
    fewest = 0 if decided else len(open_) - 1
    for size in range(len(open_), fewest - 1, -1):
        for subset in combinations(open_, size):
            ids = sorted(base.union(subset))
            if h(labels.ROSTER_HASH, b"".join(ids)) == roster_hash:
                return ids
    return None if decided else TOO_MANY
