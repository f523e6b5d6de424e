"""Any order, duplication and grouping of the same envelopes folds to the same (SPEC 10, 12)."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from inglenook_client.core.fold import Folded, fold
from inglenook_client.core.opening import Event, Opened, open_envelope
from inglenook_harness.people import device, log, noise, root, space
from inglenook_protocol import kinds
from inglenook_protocol.causality import TimelineDigest
from inglenook_protocol.codec import Ref, encode
from inglenook_protocol.envelope import Envelope
from inglenook_protocol.errors import Reject
from inglenook_protocol.event import Core, encode_content, encode_core, event_id
from inglenook_protocol.runs import make_runs, verify_run
from inglenook_protocol.sealing import EpochKey

KEY = EpochKey(space().space_id, noise("epoch"))
PEOPLE = ("ada1", "ben1")
DAY = "2026-09-21"


class Written(NamedTuple):
    """An event as its author made it, and what it looks like to others."""

    author: str
    core: bytes
    event_id: bytes
    entity: bytes


@st.composite
def stories(draw: st.DrawFn) -> list[Written]:
    """A few entities, edited, answered and redacted by both, with every kind of oddity."""
    random = Random(draw(st.integers(0, 2**32)))
    events: list[Written] = []
    for i in range(draw(st.integers(1, 14))):
        author = random.choice(PEOPLE)
        about = random.choice(events) if events and random.random() < 0.75 else None
        near = [e for e in events if about is not None and e.entity == about.entity]
        after = sorted({e.event_id for e in random.sample(near, min(len(near), 2))})
        entity = about.entity if about is not None else b""
        payload: kinds.Payload | bytes
        if about is None:
            payload = random.choice(
                [
                    kinds.EntryWritten("moment", f"words {i}", DAY, [], None),
                    kinds.CheckInMade(["calm"], 3, "", "", DAY),
                    kinds.ReplyWritten(
                        random.choice([noise("x"), *(e.entity for e in events)]), "y"
                    ),
                    kinds.MemberIntroduced("Ada"),
                ]
            )
        else:
            named = sorted({e.event_id for e in random.sample(near, random.randint(1, len(near)))})
            refs = [Ref(noise("device"), 1, noise("ref"))]
            choices: list[kinds.Payload | bytes] = [
                kinds.EntryEdited(f"edit {i}", DAY, []),
                kinds.EntryEdited(f"edit {i}", DAY, []),
                kinds.CheckInEdited([], None, f"edit {i}", "", DAY),
                kinds.ReplyEdited("z"),
                kinds.EntityRedacted(named, refs, "entry.written", DAY),
                kinds.EntityRedacted(named, refs, "entry.written", DAY),
                b"\x91\xc0",  # a payload that does not fit
            ]
            payload = random.choice(choices)
        kind = kinds.KIND_BY_PAYLOAD.get(type(payload), ("entry.edited", 1))  # type: ignore[arg-type]
        if random.random() < 0.1:
            kind = (kind[0], 9)  # of a later version
        core = encode_core(
            Core(
                noise(f"{i} {random.random()}", 16),
                *kind,
                entity,
                after,
                1000 + random.randint(0, 3),
                random.randint(0, 1),
                1000,
                0,
                payload if isinstance(payload, bytes) else encode(payload),
            )
        )
        id_ = event_id(space().space_id, device(author).member, core)
        events.append(Written(author, core, id_, entity or id_))
    return events


def sealed(events: Iterable[Written]) -> list[Envelope]:
    """The logs of both authors: real envelopes, one run each."""
    out: list[Envelope] = []
    for author in PEOPLE:
        previous = bytes(32)
        mine = [e for e in events if e.author == author]
        for seq, one in enumerate(mine, 1):
            content = encode_content(noise("roster"), [], one.core)
            [blank] = log(author, [b""], first=seq, previous=previous, key_ids=[KEY.key_id])
            body = KEY.seal_event(noise(f"nonce {seq}", 12), content, blank.prefix)
            [envelope] = log(author, [body], first=seq, previous=previous, key_ids=[KEY.key_id])
            previous = envelope.id
            out.append(envelope)
    return out


def opened(envelopes: Iterable[Envelope]) -> list[Event]:
    members = {device(name).id: root(name.rstrip("1")).member_id for name in PEOPLE}
    events = []
    for envelope in envelopes:
        result = open_envelope(
            space().space_id, members[envelope.device], envelope, {KEY.key_id: KEY}
        )
        assert isinstance(result, Opened)
        events.append(result.event)
    return events


def timeline(events: list[Event]) -> tuple[bytes, dict[bytes, Folded]]:
    by_entity: dict[bytes, list[Event]] = {}
    for event in events:
        by_entity.setdefault(event.entity, []).append(event)
    digest = TimelineDigest()
    folds = {entity: fold(entity, held) for entity, held in sorted(by_entity.items())}
    for entity, folded in folds.items():
        digest.feed(entity, b"".join(folded.event_ids))
    return digest.digest(), folds


@settings(max_examples=80)
@given(stories(), st.data())
def test_any_order_and_duplication_folds_to_the_same(
    story: list[Written], data: st.DataObject
) -> None:
    events = opened(sealed(story))
    expected = timeline(events)
    extra = data.draw(st.lists(st.sampled_from(events), max_size=4))
    assert timeline(data.draw(st.permutations(events + extra))) == expected


@settings(max_examples=30)
@given(stories(), st.data())
def test_any_grouping_into_runs_brings_the_same_envelopes(
    story: list[Written], data: st.DataObject
) -> None:
    sent = sealed(story)
    got: dict[bytes, Envelope] = {}
    for author in PEOPLE:
        mine = [e for e in sent if e.device == device(author).id]
        at = 0
        while at < len(mine):
            size = data.draw(st.integers(1, len(mine) - at))
            overlap = data.draw(st.integers(0, at))
            for run in make_runs(mine[at - overlap : at + size], data.draw(st.integers(1, 5))):
                verified = verify_run(run, space().space_id, device(author), lambda _: False)
                assert verified.flaw is None
                got |= {e.id: e for e in verified.envelopes}
            at += size
    assert got == {e.id: e for e in sent}
    assert timeline(opened(got.values())) == timeline(opened(sent))


@settings(max_examples=80)
@given(stories())
def test_a_device_that_never_saw_what_was_withdrawn_folds_to_the_same(
    story: list[Written],
) -> None:
    """Erased bodies never arrive there: only what still counts does (SPEC 12.1)."""
    events = opened(sealed(story))
    digest, folds = timeline(events)
    counted = {id_ for folded in folds.values() for id_ in folded.event_ids}
    late_digest, late_folds = timeline([e for e in events if e.event_id in counted])
    assert late_digest == digest
    for entity, folded in late_folds.items():
        assert folded == folds[entity]
    for entity, folded in folds.items():
        if entity not in late_folds:
            assert not folded.event_ids


@settings(max_examples=40)
@given(stories())
def test_only_the_author_changes_what_an_entity_says(story: list[Written]) -> None:
    events = opened(sealed(story))
    _, folds = timeline(events)
    member = {e.event_id: e.member for e in events}
    kind = {e.event_id: e.kind for e in events}
    for entity, folded in folds.items():
        for words in folded.projection.versions:
            assert member[words.event] == folded.projection.author == member[entity]
        gone = {e.event_id for e in events if e.entity == entity} - set(folded.event_ids)
        redactions = [e for e in events if e.entity == entity and e.kind == kinds.REDACTION[0]]
        for id_ in gone:
            assert kind[id_] != kinds.REDACTION[0]
            assert any(r.member == member[id_] for r in redactions)


def test_an_envelope_without_its_key_or_body_is_unreadable_and_says_why() -> None:
    [envelope] = log("ada1", [b"body"], key_ids=[KEY.key_id])
    member = root("ada").member_id
    assert open_envelope(space().space_id, member, envelope, {}) is Reject.NO_KEY
    assert open_envelope(space().space_id, member, envelope, {KEY.key_id: KEY}) is Reject.BAD_SEAL
