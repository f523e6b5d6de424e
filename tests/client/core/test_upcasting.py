"""Old versions go up to the newest, and fold as if they had always been it (SPEC 13.13)."""

from __future__ import annotations

from inglenook_client.core.fold import fold
from inglenook_client.core.opening import Event, read_event
from inglenook_client.core.upcasting import STEPS, upcast
from inglenook_harness.people import noise
from inglenook_protocol.codec import encode
from inglenook_protocol.event import Core, encode_core
from inglenook_protocol.kinds import (
    KIND_BY_PAYLOAD,
    PAYLOADS,
    EntryEdited,
    EntryEditedV1,
    EntryWritten,
    EntryWrittenV1,
    Payload,
)

DAY = "2026-09-21"
SPACE, ADA = noise("space"), noise("ada")


def read(payload: Payload, entity: bytes = b"", after: tuple[bytes, ...] = ()) -> Event:
    core = encode_core(
        Core(
            noise(f"{payload}", 16), *KIND_BY_PAYLOAD[type(payload)], entity, list(after), 1000, 0,
            1000, 0, encode(payload),
        )
    )  # fmt: skip
    event, flaw = read_event(SPACE, ADA, core)
    assert flaw is None
    return event


def test_each_version_below_the_newest_has_a_step_to_the_next() -> None:
    for (kind, version), payload in PAYLOADS.items():
        newer = PAYLOADS.get((kind, version + 1))
        assert (payload in STEPS) == (newer is not None), (kind, version)
    assert len(STEPS) == 2


def test_what_an_older_program_wrote_folds_like_what_is_written_now() -> None:
    old = read(EntryWrittenV1("moment", "Soup", DAY, ["food"], None))
    assert (old.kind_version, old.payload) == (
        1, EntryWritten("moment", "Soup", DAY, ["food"], None, []),
    )  # fmt: skip
    edit = read(EntryEditedV1("Hot soup", DAY, []), old.event_id, (old.event_id,))
    assert edit.payload == EntryEdited("Hot soup", DAY, [], None)
    new = read(EntryEdited("Hotter soup", DAY, [], []), old.event_id, (edit.event_id,))
    projection = fold(old.event_id, [new, old, edit]).projection
    assert [words.text for words in projection.versions] == ["Soup", "Hot soup", "Hotter soup"]
    assert projection.kind == "moment"


def test_the_newest_version_stays_what_it_is() -> None:
    payload = EntryWritten("progress", "Soup", DAY, [], None, [])
    assert upcast(payload) is payload
