"""The targets' own invariants under hypothesis, and proof that the targets can notice."""

from random import Random
from typing import get_args

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inglenook_client.core import opening
from inglenook_client.store import admitting
from inglenook_fuzz import admission, targets, trees
from inglenook_fuzz.target import Broken
from inglenook_harness.people import noise
from inglenook_harness.stores import START_MS
from inglenook_protocol import kinds, padding, runs, sealing
from inglenook_protocol.codec import Ref, encode
from inglenook_protocol.event import Core, decode_core
from inglenook_protocol.kinds import CREATING, KIND_BY_PAYLOAD, PAYLOADS, Attachment, Part, fields
from inglenook_protocol.limits import MAX_CLOCK_APART_MS, MAX_LINE_BYTES, MAX_MINUTES, MAX_SEQ

SEEDS = {name: list(targets.load(name).seeds()) for name in targets.NAMES}
EXAMPLES = {"records": 60, "statements": 40, "admission": 25, "relay": 40}


@pytest.mark.parametrize("name", targets.NAMES)
def test_a_changed_seed_leads_to_nothing_untyped(name: str) -> None:
    target = targets.load(name)

    @settings(max_examples=EXAMPLES.get(name, 60), deadline=None)
    @given(st.sampled_from(SEEDS[name]), st.randoms(use_true_random=False), st.integers(1, 4))
    def holds(source: bytes, random: Random, times: int) -> None:
        head = 1 if name in ("seals", "kept") else 0
        for _ in range(times):
            rest = trees.mutate(source[head:], random, [seed[head:] for seed in SEEDS[name]])
            source = source[:head] + rest
        target.one(source)

    holds()


# ---------------------------------------------------------------------- every kind

TEXTS = st.text(max_size=40) | st.just("words") | st.text(min_size=MAX_LINE_BYTES, max_size=1100)
LINES = st.text(max_size=20)
DATES = st.dates().map(str) | st.sampled_from(["0001-01-01", "9999-12-31"])
IDS = st.sampled_from([noise(name) for name in ("one", "two", "three")])
SAID = st.text(min_size=1, max_size=40)
ATTACHMENT = st.builds(Attachment, IDS, IDS, st.integers(0, 9), LINES, LINES)
BY_TYPE: dict[str, st.SearchStrategy[object]] = {
    "Text": TEXTS, "Said": SAID, "Line": LINES, "Named": SAID, "DateText": DATES,
    "Tags": st.lists(LINES, max_size=3), "Feelings": st.lists(LINES, max_size=3),
    "Rules": st.lists(SAID, min_size=1, max_size=3), "Bytes32": IDS, "bool": st.booleans(),
    "Natural": st.integers(0, MAX_SEQ), "Energy": st.integers(1, 5),
    "Minutes": st.integers(1, MAX_MINUTES),
    "ClockApart": st.integers(-MAX_CLOCK_APART_MS, MAX_CLOCK_APART_MS),
    "TimeOfDay": st.times().map(lambda at: at.strftime("%H:%M")),
    "Zone": st.sampled_from(["UTC", "Europe/Vienna", "Etc/GMT+3"]),
    "Cadence": st.sampled_from(["FREQ=DAILY", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU"]),
    "Parts": st.lists(st.builds(Part, LINES, TEXTS), max_size=3), "Half": st.binary(max_size=80),
    "Attachment": ATTACHMENT, "Attachments": st.lists(ATTACHMENT, max_size=2),
}  # fmt: skip
for _name in ("Form", "Mode", "Voice", "Wanted", "Who", "Pinned"):
    BY_TYPE[_name] = st.sampled_from(get_args(getattr(fields, _name)))
BY_FIELD: dict[str, st.SearchStrategy[object]] = {
    "events": st.sets(IDS, min_size=1).map(sorted),
    "refs": st.builds(Ref, IDS, st.integers(1, 9), IDS).map(lambda ref: [ref]),
}


def _field(payload: type[kinds.Payload], name: str) -> st.SearchStrategy[object]:
    type_, _, optional = str(payload.__annotations__[name]).partition(" | ")
    values = BY_FIELD[name] if name in BY_FIELD else BY_TYPE[type_]
    return st.none() | values if optional else values


EVERY = st.sampled_from(sorted(PAYLOADS)).flatmap(
    lambda kind: st.builds(
        PAYLOADS[kind],
        **{name: _field(PAYLOADS[kind], name) for name in PAYLOADS[kind].__struct_fields__},
    )
)


@settings(max_examples=150)
@given(EVERY)
def test_a_payload_of_every_kind_comes_back_as_it_was(payload: kinds.Payload) -> None:
    encoded = kinds.encode_payload(payload)
    kind = KIND_BY_PAYLOAD[type(payload)]
    again = kinds.decode_payload(*kind, encoded)
    assert again == payload
    assert encode(again) == encoded


@st.composite
def lives(draw: st.DrawFn) -> bytes:
    """Events of every kind by both members, about each other, at odd times, in odd orders."""
    steps: list[object] = [["epoch", 2, 31, None, [], 0], ["epoch", 1, 31, None, [], 0]]
    for number in range(draw(st.integers(1, 7))):
        payload = draw(EVERY)
        creates = KIND_BY_PAYLOAD[type(payload)] in CREATING
        entity = draw(st.integers(0, number))
        if hasattr(payload, "to"):
            # About what was written before, most often: the step's payload is made late.
            payload = msgspec.structs.replace(payload, to=draw(IDS))
        border = st.sampled_from([0, 1, 2**53 - 1, START_MS])
        steps.append(
            admission.event(
                draw(st.integers(0, 4)),
                payload,
                None if creates != draw(st.sampled_from([False, False, False, True])) else entity,
                [entity] if draw(st.booleans()) else [],
                hlc=draw(st.none() | st.tuples(border, st.integers(0, 2**32 - 1)).map(list)),
                claimed=draw(st.none() | border),
                offset=draw(st.none() | st.sampled_from([-1080, 1080])),
                witness=draw(st.lists(st.tuples(st.integers(0, 4), st.integers(1, 4)).map(list),
                                      max_size=2)),
            )
        )  # fmt: skip
        if draw(st.integers(0, 3)) == 0:
            steps.append(["page", draw(st.integers(0, 255)), 0, draw(st.integers(0, 2))])
    return encode(steps)


@settings(max_examples=40, deadline=None)
@given(lives())
def test_events_of_every_kind_are_admitted_folded_and_shown(life: bytes) -> None:
    admission.one(life)


# ---------------------------------------------------------------------- can it notice?


def test_a_store_that_admits_what_does_not_verify_is_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The invariants are no ornament: a rule taken away is found by seeds alone."""

    def wrong(*arguments: object, **more: object) -> None:
        raise KeyError("a page led here")

    monkeypatch.setattr(admitting, "store_run", wrong)
    with pytest.raises(KeyError):
        admission.one(SEEDS["admission"][0])


def test_a_digest_that_depends_on_the_order_of_arrival_is_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = decode_core

    def forgetful(source: bytes) -> Core:
        core = real(source)
        return msgspec.structs.replace(core, hlc_ms=next(counted))

    counted = iter(range(10**6))
    monkeypatch.setattr(opening, "decode_core", forgetful)
    with pytest.raises(Broken):  # noqa: PT012 - one of them shows it
        for seed in SEEDS["admission"]:
            admission.one(seed)


def test_padding_that_takes_other_lengths_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def lenient(padded: bytes) -> bytes:
        return padded[4 : 4 + int.from_bytes(padded[:4], "big")]

    monkeypatch.setattr(sealing, "unpad", lenient)
    spoilt = b"\x01" + padding.pad(b"content")[:-1] + b"\x01"
    with pytest.raises(Broken):
        targets.load("seals").one(spoilt)


def test_a_relay_that_keeps_what_does_not_verify_is_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runs, "verify", lambda *_: True)
    relay = targets.load("relay")
    spoilt = trees.read(SEEDS["relay"][0])
    with pytest.raises(Broken, match="bad signature"):  # noqa: PT012 - one of them shows it
        for bit in range(1000, 6000, 7):
            relay.one(encode([*spoilt[:-1], ["spoilt", bit, 0]]))
