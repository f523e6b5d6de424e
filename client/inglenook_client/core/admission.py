"""Admission of logs whose device does not stand (SPEC 11).

Verified is not admitted. A standing device's log is admitted whole; of a device that was
removed, or whose addition fell, only what somebody who counts had seen: ancestors of the
heads that its removal names, or of what an admitted event of another device witnessed.
Both only grow with what is admitted, so the result is a least fixpoint and does not depend
on the order in which things arrived.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from inglenook_protocol.codec import Point, Ref
from inglenook_protocol.roster import Roster

Reach = dict[bytes, list[Point]]
"""Per log, the points whose ancestors (and themselves) are admitted."""


def admitted_reach(
    roster: Roster,
    witnessed_by_standing: Iterable[Ref],
    witnesses_of: Callable[[bytes, list[Point]], Iterable[Ref]],
) -> Reach:
    """Up to where each known, not standing log is admitted.

    ``witnessed_by_standing``: refs that events of standing devices seal. ``witnesses_of``
    (device, points): refs sealed by that log's events up to those points. A witness by a
    device about its own log never counts.
    """
    reach: Reach = {device: list(heads) for device, heads in roster.heads.items()}
    todo = [ref for ref in witnessed_by_standing if ref.device in reach]
    for ref in todo:
        _extend(reach, ref)
    grew = True
    seen: Mapping[bytes, set[Point]] = {device: set() for device in reach}
    while grew:
        grew = False
        for device, points in list(reach.items()):
            fresh = [p for p in points if p not in seen[device]]
            if not fresh:
                continue
            seen[device].update(fresh)
            for ref in witnesses_of(device, fresh):
                if ref.device != device and ref.device in reach and _extend(reach, ref):
                    grew = True
    return reach


def _extend(reach: Reach, ref: Ref) -> bool:
    point = Point(ref.seq, ref.id)
    if point in reach[ref.device]:
        return False
    reach[ref.device].append(point)
    return True
