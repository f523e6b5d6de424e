"""What a practice's projection keeps: the events that count, and where its table stands.

Theory. Which events count is settled here, once and alike on both sides: place, authority, the
state table. What they mean for a reader is worked out by views, from these. So a projection keeps
every counted event with its payload, and no family needs a stored form of its own.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from inglenook_protocol.kinds import Payload, decode_payload


class Within(NamedTuple):
    """The space in which an entity is folded."""

    space_id: bytes
    place: str
    """``private`` or ``shared``."""


class Said(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A counted event: who, when by their clock, and its payload in the newest version."""

    event: bytes
    by: bytes
    at_ms: int
    offset_minutes: int
    kind: str
    kind_version: int
    encoded: bytes
    hlc: tuple[int, int] = (0, 0)
    """Where it stands among the events of other entities."""
    crossed: bool = False
    """Whether its writer had not seen what led to the state that it met (SPEC 13.5)."""

    @property
    def payload(self) -> Payload:
        """What was said; of an edit, restated as the creating kind says it."""
        payload = decode_payload(self.kind, self.kind_version, self.encoded)
        if payload is None:
            raise ValueError("a kept event is of a known kind")
        return payload


class PracticeState(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A practice's entity as folded."""

    stage: str
    """The state of its table; "" where there is none."""
    since: tuple[bytes, ...]
    """The events that led to it."""
    versions: tuple[Said, ...]
    """The creating event and the edits that count, in fold order."""
    current: tuple[int, ...]
    """Indices of the versions that no other follows; the last is shown first."""
    moves: tuple[Said, ...] = ()
    """All other events that count, in fold order."""
    agreed_by: tuple[tuple[bytes, bytes], ...] = ()
    """(member, event id of the version that they agree to), for what asks both (SPEC 13.9)."""

    @property
    def shown(self) -> Said:
        """The version to show first."""
        return self.versions[self.current[-1]]

    @property
    def in_force(self) -> Said | None:
        """The version that both agree to."""
        events = {event for _, event in self.agreed_by}
        if len(self.agreed_by) < 2 or len(events) != 1:
            return None
        return next((v for v in self.versions if v.event in events), None)

    def last(self, kind: str) -> Said | None:
        """The latest counted move of a kind."""
        return next((m for m in reversed(self.moves) if m.kind == kind), None)
