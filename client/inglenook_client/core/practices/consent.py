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

from dataclasses import dataclass, field
from typing import NamedTuple

from inglenook_client.core.practices.machine import Ancestry


class Act(NamedTuple):
    """One act: by whom, and the version it agrees to; b"" where it revokes."""

    event: bytes
    by: bytes
    version: bytes


@dataclass(slots=True)
class Consent:
    """What each member agrees to, act by act in fold order."""

    _latest: dict[bytes, list[Act]] = field(default_factory=dict)
    """By member: acts that none of their later ones reaches; nearly always one."""

    def add(self, act: Act, ancestry: Ancestry) -> None:
        """Take one act; those of the same member that its writer had seen are over."""
        reach = ancestry.reach(act.event)
        latest = self._latest.get(act.by, [])
        crossed = [a for a in latest if not reach & ancestry.bit(a.event)] if latest else latest
        self._latest[act.by] = [*crossed, act]

    def with_act(self, act: Act | None, ancestry: Ancestry) -> Consent:
        """This, and one more act."""
        made = Consent(dict(self._latest))
        if act is not None:
            made.add(act, ancestry)
        return made

    @property
    def agreed_by(self) -> tuple[tuple[bytes, bytes], ...]:
        """(member, version) for each member that agrees to one now, ascending."""
        found = []
        for member, acts in sorted(self._latest.items()):
            version = acts[0].version
            if version and all(act.version == version for act in acts):
                found.append((member, version))
        return tuple(found)

    @property
    def both_agree(self) -> bool:
        """Whether a version is in force."""
        agreed = self.agreed_by
        return len(agreed) == 2 and agreed[0][1] == agreed[1][1]
