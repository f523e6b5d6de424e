"""Mutual reveal, and what is set for the whole space (SPEC 13.4, 18)."""

from __future__ import annotations

from typing import Final

from inglenook_protocol.codec import Bytes32
from inglenook_protocol.kinds.fields import Half, Kind, Payload, Zone


class RevealReady(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Commits to a half, which stays on its author's devices."""

    round: Bytes32
    commitment: Bytes32


class RevealTakenBack(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Not ready after all."""

    round: Bytes32


class RevealOpened(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The half, and the 32 bytes that the commitment was made with."""

    round: Bytes32
    opening: Bytes32
    half: Half


class SpaceZoneSet(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The time zone by which the two count days and weeks."""

    zone: Zone


REVEALING: Final = (
    Kind("reveal.ready", 1, RevealReady, False, "shared"),
    Kind("reveal.taken_back", 1, RevealTakenBack, False, "shared"),
    Kind("reveal.opened", 1, RevealOpened, False, "shared"),
    Kind("space.zone_set", 1, SpaceZoneSet, False, "shared"),
)
