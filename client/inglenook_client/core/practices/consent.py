"""What both agree to (SPEC 13.9).

Theory. A member's acts on an entity that asks both are: writing a version, agreeing to one,
revoking. The latest act says what that member agrees to: one exact version, or nothing. Acts by
one member that cross (two of their devices) count together: what they all name, or nothing
where they differ, since nobody may be taken to agree to what they might not. A version is in
force while both members agree to it.

So each of these comes out kindly, without a rule of its own:

    an edit asks again            the editor agrees to the new words, the other to the old ones
    agree against edit            the same: nothing is in force until somebody answers
    either revokes alone          nothing is in force, whatever the other does
    both edit at the same time    each agrees to their own; one agrees to the other's, and it holds
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from inglenook_client.core.practices.machine import Ancestry


class Act(NamedTuple):
    """One act: by whom, and the version it agrees to; b"" where it revokes."""

    event: bytes
    by: bytes
    version: bytes


def agreed_by(acts: Sequence[Act], ancestry: Ancestry) -> tuple[tuple[bytes, bytes], ...]:
    """(member, version) for each member that agrees to one now, ascending."""
    found = []
    for member in sorted({act.by for act in acts}):
        own = [act for act in acts if act.by == member]
        latest = {
            act.version
            for act in own
            if not any(
                other.event != act.event and ancestry.reaches(other.event, [act.event])
                for other in own
            )
        }
        version = latest.pop()
        if not latest and version:
            found.append((member, version))
    return tuple(found)


def both_agree(acts: Sequence[Act], ancestry: Ancestry) -> bool:
    """Whether a version is in force."""
    agreed = agreed_by(acts, ancestry)
    return len(agreed) == 2 and agreed[0][1] == agreed[1][1]
