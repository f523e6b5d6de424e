"""Any flipped bit ends in one typed rejection, or in less being taken (SPEC 5.7, 6.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec
import pytest

from inglenook_harness.people import adds, device, log, noise, removes, space
from inglenook_protocol import epochs
from inglenook_protocol.codec import Point, Ref, encode
from inglenook_protocol.envelope import FLAG_KEY, Envelope
from inglenook_protocol.errors import Reject, RemoteProtocolError
from inglenook_protocol.messages import LogPoints, Page, decode_page
from inglenook_protocol.roster import Statement, StatementBook, decode_statement
from inglenook_protocol.runs import VerifiedRun, decode_run, make_runs, verify_run
from inglenook_protocol.sealing import EpochKey

KEYS = [noise("key 1"), noise("key 2")]
LOG = log("ada1", [noise(f"body {i}", 5 + i) for i in range(3)], key_ids=KEYS, flags=[1, 0, 0])
ERASED = LOG[1]


def flips(source: bytes) -> Iterator[tuple[int, bytes]]:
    for bit in range(len(source) * 8):
        changed = bytearray(source)
        changed[bit // 8] ^= 1 << bit % 8
        yield bit, bytes(changed)


def _is_erased(ref: Ref) -> bool:
    return ref == Ref(ERASED.device, ERASED.seq, ERASED.id)


def _verify(source: bytes, starts_at: Point | None = None) -> VerifiedRun | None:
    """What a receiver takes of a run; None if the roster or the log does not know it."""
    run = decode_run(source)
    if run.device != device("ada1").id:
        return None
    verified = verify_run(run, space().space_id, device("ada1"), _is_erased)
    if run.first_seq == 1:
        return verified if starts_at is None else None
    return verified if starts_at == Point(run.first_seq - 1, run.previous) else None


def _gist(envelope: Envelope) -> tuple[object, ...]:
    """All of an envelope but its signature and whether its body came along."""
    return envelope.device, envelope.seq, envelope.id, envelope.previous, envelope.body_hash


@pytest.mark.parametrize("start", [0, 2])
@pytest.mark.parametrize("erase", [False, True])
def test_a_flipped_bit_of_a_run_never_admits_other_content(start: int, erase: bool) -> None:
    sent = LOG[start:]
    if erase:
        sent = [msgspec.structs.replace(e, body=None) if e is ERASED else e for e in sent]
    [run] = make_runs(sent)
    source = encode(run)
    at = Point(LOG[start - 1].seq, LOG[start - 1].id) if start else None
    whole = _verify(source, at)
    assert whole is not None
    assert [e.id for e in whole.envelopes] == [e.id for e in sent]
    assert whole.flaw is None
    classes: set[Reject] = set()
    outcomes = {"refused": 0, "unknown": 0, "fewer": 0, "unsound": 0}
    for bit, changed in flips(source):
        try:
            got = _verify(changed, at)
        except RemoteProtocolError as error:
            classes.add(error.reject)
            outcomes["refused"] += 1
            continue
        if got is None:
            outcomes["unknown"] += 1
            continue
        taken = list(got.envelopes)
        # Whatever is taken is a beginning of what was sent, with the very same content.
        assert [_gist(e) for e in taken] == [_gist(e) for e in sent[: len(taken)]], bit
        assert [e.body for e in taken] == [e.body for e in sent[: len(taken)]], bit
        if len(taken) < len(sent):
            assert got.flaw in (Reject.BAD_SIGNATURE, Reject.WITHHELD_BODY)
            outcomes["fewer"] += 1
        else:
            # Only a signature that another one covers may differ; the last one never does.
            assert got.flaw is None
            differing = [e for e, s in zip(taken, sent, strict=True) if e != s]
            assert len(differing) == 1
            assert differing[0].seq < sent[-1].seq
            outcomes["unsound"] += 1
    assert Reject.MALFORMED in classes
    assert classes <= {Reject.MALFORMED, Reject.TOO_LARGE, Reject.GAP}
    assert outcomes["refused"] > 100
    assert outcomes["unknown"] >= 256
    assert outcomes["fewer"] >= 512
    assert outcomes["unsound"] == (len(sent) - 1) * 512


def test_a_key_envelope_without_its_body_is_withheld_though_an_erasure_names_it() -> None:
    [run] = make_runs([msgspec.structs.replace(LOG[0], body=None), *LOG[1:]])
    verified = verify_run(run, space().space_id, device("ada1"), lambda _: True)
    assert LOG[0].flags == FLAG_KEY
    assert verified.flaw is Reject.WITHHELD_BODY
    assert not verified.envelopes


@pytest.mark.parametrize(
    "make",
    [
        lambda: adds("ada1", "ada2"),
        lambda: removes("ada", "ada1", [Point(3, noise("head"))], [adds("ada1", "ada2")]),
    ],
    ids=["added", "removed"],
)
def test_a_flipped_bit_of_a_statement_is_refused(make: Callable[[], Statement]) -> None:
    book = StatementBook(space())
    book.add([adds("ada", "ada1"), adds("ben", "ben1")])
    before = book.roster_hash, book.erasures_hash, len(book)
    statement = make()
    seen = set()
    # The KEM key is 1216 bytes that all behave alike: its first and last are enough.
    content = statement.content
    kem = content.find(device("ada2").kem)
    skipped = range((kem + 3) * 8, (kem + 1213) * 8) if kem >= 0 else range(0)
    source = encode(statement)
    offset = source.find(content) * 8
    for bit, changed in flips(source):
        if bit - offset in skipped:
            continue
        try:
            decoded = decode_statement(changed)
            book.add([decoded])
        except RemoteProtocolError as error:
            seen.add(error.reject)
        else:
            pytest.fail(f"bit {bit} changed nothing")
    assert (book.roster_hash, book.erasures_hash, len(book)) == before
    assert seen >= {Reject.MALFORMED, Reject.BAD_STATEMENT, Reject.WRONG_SPACE}
    assert book.add([statement]) == [statement]


def test_a_flipped_bit_of_a_page_decodes_to_another_page_or_not_at_all() -> None:
    """One value has one form: no flip is lost on the way through a decoder."""
    [run] = make_runs(LOG[:1])
    page = Page(
        [Statement(b"content", noise("signature", 64))],
        [run],
        [LogPoints(device("ada1").id, [Point(1, LOG[0].id), Point(4, noise("head"))])],
        True,
        noise("roster"),
        noise("erasures"),
    )
    source = encode(page)
    assert decode_page(source) == page
    refused: list[Reject] = []
    for bit, changed in flips(source):
        try:
            got = decode_page(changed)
        except RemoteProtocolError as error:
            refused.append(error.reject)
        else:
            assert got != page, bit
            assert encode(got) == changed, bit
    assert len(refused) > 100
    assert set(refused) == {Reject.MALFORMED}


def test_a_flipped_bit_of_an_event_body_is_refused() -> None:
    key = EpochKey(space().space_id, noise("epoch"))
    prefix = LOG[1].prefix
    body = key.seal_event(noise("nonce", 12), b"words", prefix)
    for source, open_it in (
        (body, lambda changed: key.open_event(changed, prefix)),
        (prefix, lambda changed: key.open_event(body, changed)),
    ):
        for _, changed in flips(source):
            with pytest.raises(RemoteProtocolError) as caught:
                open_it(changed)
            assert caught.value.reject is Reject.BAD_SEAL


def test_a_flipped_bit_of_a_key_payload_is_a_bad_key() -> None:
    key = EpochKey(space().space_id, noise("epoch"))
    payload = encode(epochs.KeyPayload(noise("roster"), [noise("earlier")]))
    prefix = LOG[0].prefix
    sealed = key.seal_epoch(noise("nonce", 12), payload, prefix)
    assert epochs.open_key_payload(space().space_id, key, prefix, sealed).key is key
    for _, changed in flips(sealed):
        with pytest.raises(RemoteProtocolError) as caught:
            epochs.open_key_payload(space().space_id, key, prefix, changed)
        assert caught.value.reject is Reject.BAD_KEY
