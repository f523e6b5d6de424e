"""One fault each, and the class of SPEC 11.6 that the verifier must name first.

Three ways to make a fault: in the bytes of the file (`torn`), in its parts with everything around
them put right again (`altered`), and by an altered app that signs what it likes (`forged`).
"""

from __future__ import annotations

import copy
import subprocess
import sys
from collections.abc import Callable
from random import Random
from typing import Any, Final

import msgspec
import pytest

from inglenook_harness.bundle import Bundle
from inglenook_harness.second_reading import MAGIC, VERIFIER, packed, verifier, verify
from inglenook_protocol import labels
from inglenook_protocol.codec import encode
from inglenook_protocol.epochs import KeyBody, KeyPayload, Wrap, wrap_info
from inglenook_protocol.event import Content, Core
from inglenook_protocol.hashing import kdf
from inglenook_protocol.keys import hpke_wrap
from inglenook_protocol.kinds import EntryWritten, MemberIntroduced
from inglenook_protocol.padding import pad
from inglenook_protocol.roster import Statement, added, erased, removed, sign_statement
from inglenook_protocol.sealing import EpochKey, Sealer
from inglenook_protocol.signatures import SMALL_ORDER_KEYS, SigningKey

SMALL: Final = min(SMALL_ORDER_KEYS)
CLASSES: Final = {
    "malformed", "too-large", "wrong-space", "wrong-version", "gap", "unknown-device",
    "withheld-body", "bad-signature", "too-many-branches", "bad-statement", "small-order-key",
    "no-key", "bad-key", "bad-seal", "padding", "malformed-payload",
}  # fmt: skip


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return Bundle()


@pytest.fixture(scope="module")
def whole(bundle: Bundle) -> bytes:
    return packed(bundle.parts())


def test_the_whole_one_holds(bundle, whole, tmp_path):
    file = tmp_path / "whole"
    file.write_bytes(whole)
    digests = set()
    for phrase in bundle.phrases:
        verdict = verify(file, "--all", "--texts", phrase=phrase)
        assert (verdict.code, verdict.err) == (0, "")
        digests |= set(verdict.digests)
        assert [e["payload"].get("text") for e in verdict.events if "text" in e["payload"]] == [
            "a walk by the river", "a long walk", "from the old laptop", "me too",
            "after the second epoch", "one branch", "the other branch",
        ]  # fmt: skip
    assert len(digests) == 1
    assert "1 erased; 2 bring keys; 1 forks" in verdict.out
    assert "1 events of removed devices do not count" in verdict.out


# --- torn: the bytes of the file

TORN: Final[dict[str, tuple[str, Callable[[bytes], bytes]]]] = {
    "another file": ("malformed", lambda c: b"x" + c[1:]),
    "a later version": ("wrong-version", lambda c: c.replace(b"export 1\n", b"export 2\n", 1)),
    "nothing": ("malformed", lambda c: b""),
    "only the first line": ("malformed", lambda c: MAGIC),
    "cut in a part": ("malformed", lambda c: c[: len(c) // 2]),
    "cut before it is closed": ("malformed", lambda c: c[: c.index(b"\xa6closed") - 5]),
    "a byte more": ("malformed", lambda c: c + b"\0"),
    "a part that is too long": (
        "too-large",
        lambda c: c[: len(MAGIC)] + (2**24 + 1).to_bytes(4, "big") + c[len(MAGIC) + 4 :],
    ),
    "another hash": ("malformed", lambda c: c[:-1] + bytes([c[-1] ^ 1])),
}


@pytest.mark.parametrize("name", TORN)
def test_torn(name, whole, tmp_path):
    reject, tear = TORN[name]
    file = tmp_path / "torn"
    file.write_bytes(tear(whole))
    verdict = verify(file)
    assert (verdict.code, verdict.classes[:1]) == (1, [reject])


def test_any_flipped_bit_is_noticed_and_nothing_else_comes_of_it(bundle, whole, tmp_path):
    file = tmp_path / "flipped"
    random = Random(1)
    for _ in range(150):
        at, bit = random.randrange(len(whole)), 1 << random.randrange(8)
        file.write_bytes(whole[:at] + bytes([whole[at] ^ bit]) + whole[at + 1 :])
        verdict = verify(file)
        assert verdict.code == 1, at
        assert set(verdict.classes) <= CLASSES, at


def test_any_flipped_bit_under_a_hash_that_fits_again_comes_to_nothing_else(bundle, tmp_path):
    """Whoever alters a file also makes its hash anew: what is inside holds by itself."""
    file = tmp_path / "flipped"
    random = Random(2)
    parts = [encode(part) for part in bundle.parts()]
    for _ in range(100):
        part = random.randrange(len(parts))
        at, bit = random.randrange(len(parts[part])), 1 << random.randrange(8)
        flipped = parts[part][:at] + bytes([parts[part][at] ^ bit]) + parts[part][at + 1 :]
        file.write_bytes(packed([*parts[:part], flipped, *parts[part + 1 :]], journals=1))
        verdict = verify(file, "--all", "--texts", phrase=bundle.phrases[0])
        assert verdict.code == 1, (part, at)
        assert set(verdict.classes) <= CLASSES, (part, at)


def test_words_that_steer_a_terminal_are_tamed(tmp_path):
    b = Bundle()
    b.ana2.event(EntryWritten("moment", "a \x9b31m \u202eword", "2026-09-21", [], None))
    b.ana2.event(MemberIntroduced("An\x1b[1ma"))
    file = tmp_path / "steering"
    file.write_bytes(packed(b.parts()))
    verdict = verify(file, "--texts", phrase=b.phrases[0])
    assert verdict.code == 0
    assert not {"\x9b", "\u202e", "\x1b"} & set(verdict.out)
    texts = [event["payload"].get("text") for event in verdict.events]
    assert "a \x9b31m \u202eword" in texts


# --- altered: the parts, with a hash that fits again

Parts = list[Any]


def _run(parts: Parts, number: int = 0) -> Any:
    return parts[2 + number][1]


def _set(
    get: Callable[[Parts], Any], at: int, change: Callable[[Any], Any]
) -> Callable[[Parts], None]:
    def alter(parts: Parts) -> None:
        holder = get(parts)
        holder[at] = change(holder[at])

    return alter


def _flip(value: bytes) -> bytes:
    return bytes([value[0] ^ 1]) + value[1:]


def _flip_last(value: bytes) -> bytes:
    return value[:-1] + bytes([value[-1] ^ 1])


def _genesis(change: Callable[[list[Any]], None]) -> Callable[[Parts], None]:
    def alter(parts: Parts) -> None:
        record = msgspec.msgpack.decode(parts[0][1])
        change(record)
        parts[0][1] = encode(record)

    return alter


def _item(number: int, item: int = -1) -> Callable[[Parts], Any]:
    return lambda parts: _run(parts, number)[4][item]


def _longer_int(parts: Parts) -> None:
    encoded = encode(parts[2])
    head = encoded.index(b"\xc4\x20" + parts[2][1][0]) + 34
    assert encoded[head] == 1
    parts[2] = encoded[:head] + b"\xcc\x01" + encoded[head + 1 :]


def _withheld(parts: Parts, number: int, item: int) -> None:
    held = _run(parts, number)[4][item]
    held[4], held[3] = verifier.h("body-hash", held[3]), None


def _without_statement(kind: str, about: int = 0) -> Callable[[Parts], None]:
    def alter(parts: Parts) -> None:
        found = [s for s in parts[1][1] if s[0][1:].startswith(encode(kind))]
        parts[1][1].remove(found[about])

    return alter


def _end(at: int, change: Callable[[Any], Any]) -> Callable[[Parts], None]:
    return _set(lambda parts: parts[-1], at, change)


ALTERED: Final[dict[str, tuple[str, Callable[[Parts], Any]]]] = {
    "genesis: another version": ("wrong-version", _genesis(lambda g: g.__setitem__(0, 2))),
    "genesis: another salt": ("wrong-space", _genesis(lambda g: g.__setitem__(2, bytes(32)))),
    "genesis: members out of order": ("malformed", _genesis(lambda g: g[3].reverse())),
    "genesis: one member": ("malformed", _genesis(lambda g: g[3].pop())),
    "genesis: a weak key": ("small-order-key", _genesis(lambda g: g[3][0].__setitem__(0, SMALL))),
    "genesis: a field more": ("malformed", _genesis(lambda g: g.append(0))),
    "journal: twice": ("malformed", lambda p: p.extend(copy.deepcopy(p))),
    "parts: no end": ("malformed", lambda p: p.pop()),
    "parts: an end before the runs": ("gap", lambda p: p.insert(2, p.pop())),
    "parts: statements after runs": (
        "malformed", lambda p: p.insert(4, ["statements", p[1][1][:1]]),
    ),
    "parts: one of an unknown name": ("malformed", lambda p: p.insert(2, ["photo", b""])),
    "parts: a map": ("malformed", lambda p: p.insert(2, b"\x81\xa1a\x01")),
    "parts: a float": ("malformed", lambda p: p.insert(2, b"\x92\xa3run\xca\0\0\0\0")),
    "parts: an extension": ("malformed", lambda p: p.insert(2, b"\x92\xa3run\xd4\x01\0")),
    "parts: bytes after the record": ("malformed", lambda p: p.insert(2, encode(p.pop(2)) + b"\0")),
    "parts: arrays without an end": ("malformed", lambda p: p.insert(2, b"\x91" * 60)),
    "parts: a huge array": ("malformed", lambda p: p.insert(2, b"\x92\xa3run\xdd\xff\xff\xff\xff")),
    "parts: a text that is no UTF-8": ("malformed", lambda p: p.insert(2, b"\x91\xa1\xff")),
    "statement: another signature": (
        "bad-statement", _set(lambda p: p[1][1][2], 1, _flip),
    ),
    "statement: another content": (
        "bad-statement", _set(lambda p: p[1][1][2], 0, _flip_last),
    ),
    "statement: the first device's is left out": ("bad-statement", _without_statement("added")),
    "statement: a device's is left out": ("unknown-device", _without_statement("added", 1)),
    "statement: the removal is left out": ("bad-statement", _without_statement("removed")),
    "statement: the erasure is left out": ("withheld-body", _without_statement("erased")),
    "statement: in the wrong order": ("bad-statement", lambda p: p[1][1].reverse()),
    "statement: twice": ("malformed", lambda p: p[1][1].append(p[1][1][0])),
    "statement: a field more": ("malformed", lambda p: p[1][1][0].append(0)),
    "run: of a device that nobody knows": ("unknown-device", _set(_run, 0, _flip)),
    "run: of another device": (
        "bad-signature", lambda p: _run(p).__setitem__(0, p[-2][1][0]),
    ),
    "run: begins later": ("gap", _set(_run, 1, lambda seq: seq + 1)),
    "run: follows something else": ("gap", _set(_run, 2, _flip)),
    "run: the second one follows something else": ("gap", _set(lambda p: _run(p, 1), 2, _flip)),
    "run: the second one begins elsewhere": (
        "gap", _set(lambda p: _run(p, 1), 1, lambda seq: seq + 1),
    ),
    "run: seq zero": ("malformed", _set(_run, 1, lambda seq: 0)),
    "run: beyond the last seq": (
        "too-large", _set(lambda p: _run(p, 1), 1, lambda seq: 2**53 - 1),
    ),
    "run: one in the middle is left out": ("gap", lambda p: p.pop(2)),
    "run: the last of a log is left out": ("gap", lambda p: p.pop(3)),
    "run: a whole log is left out": ("gap", lambda p: p.pop(-2)),
    "run: twice": ("malformed", lambda p: p.insert(3, copy.deepcopy(p[2]))),
    "run: in the wrong order": ("gap", lambda p: p.insert(3, p.pop(2))),
    "run: a number in a longer form": ("malformed", _longer_int),
    "run: a field more": ("malformed", lambda p: _run(p).append(0)),
    "run: no items": ("malformed", lambda p: _run(p)[4].clear()),
    "run: a key that is not used": ("malformed", lambda p: _run(p)[3].append(bytes(32))),
    "run: a key twice": (
        "malformed", lambda p: (_run(p)[3].append(_run(p)[3][0]), _item(0)(p).__setitem__(0, 1)),
    ),
    "run: another key": ("bad-signature", lambda p: _run(p)[3].__setitem__(0, bytes(32))),
    "item: a key out of order": ("malformed", _set(_item(0), 0, lambda key: key + 1)),
    "item: other flags": ("bad-signature", _set(_item(0), 1, lambda flags: flags ^ 1)),
    "item: unknown flags": ("malformed", _set(_item(0), 1, lambda flags: 2)),
    "item: another signature": ("bad-signature", _set(_item(0), 2, _flip)),
    "item: a short signature": ("malformed", _set(_item(0), 2, lambda s: s[:-1])),
    "item: another body": ("bad-signature", _set(_item(0, 1), 3, _flip_last)),
    "item: a body and its hash": ("malformed", _set(_item(0), 4, lambda _: bytes(32))),
    "item: a body that is too large": ("too-large", _set(_item(0), 3, lambda _: bytes(262145))),
    "item: a body withheld": ("withheld-body", lambda p: _withheld(p, 0, 1)),
    "item: a key's body withheld": ("withheld-body", lambda p: _withheld(p, 0, 0)),
    "item: a stub of something else": ("withheld-body", _set(_item(1, 1), 4, _flip)),
    "item: a stub without its hash": ("malformed", _set(_item(1, 1), 4, lambda _: b"")),
    "item: one is left out": ("bad-signature", lambda p: _run(p)[4].pop(1)),
    "item: two are swapped": ("bad-signature", lambda p: _run(p)[4].insert(1, _run(p)[4].pop(2))),
    "end: another count of statements": ("bad-statement", _end(1, lambda n: n + 1)),
    "end: another count of envelopes": ("gap", _end(2, lambda n: n + 1)),
    "end: another head": ("gap", _end(3, lambda h: [[h[0][0], [[1, bytes(32)]]], *h[1:]])),
    "end: another roster": ("bad-statement", _end(4, _flip)),
    "end: other erasures": ("bad-statement", _end(5, _flip)),
}  # fmt: skip


@pytest.mark.parametrize("name", ALTERED)
def test_altered(name, bundle, tmp_path):
    reject, alter = ALTERED[name]
    parts = bundle.parts()
    alter(parts)
    file = tmp_path / "altered"
    file.write_bytes(packed(parts))
    verdict = verify(file)
    assert verdict.classes[:1] == [reject], verdict.err
    assert verdict.code == 1
    assert set(verdict.classes) <= CLASSES
    # With a phrase it ends in the same way, whatever can still be read.
    opened = verify(file, phrase=bundle.phrases[0])
    assert opened.classes[:1] == [reject]
    assert set(opened.classes) <= CLASSES


def test_another_count_of_journals(bundle, tmp_path):
    file = tmp_path / "counted"
    file.write_bytes(packed(bundle.parts(), journals=2))
    assert verify(file).classes == ["malformed"]


def test_a_signature_inside_a_run_is_seen_by_all(bundle, tmp_path):
    parts = bundle.parts()
    _set(_item(0, 1), 2, _flip)(parts)
    file = tmp_path / "inside"
    file.write_bytes(packed(parts))
    assert verify(file).code == 0
    assert verify(file, "--all").classes == ["bad-signature"]


def test_one_damaged_log_keeps_no_other_from_being_read(bundle, tmp_path):
    parts = bundle.parts()
    _set(_item(0), 2, _flip)(parts)
    file = tmp_path / "damaged"
    file.write_bytes(packed(parts))
    verdict = verify(file, "--texts", phrase=bundle.phrases[0])
    assert verdict.code == 1
    texts = [event["payload"].get("text") for event in verdict.events]
    assert {"me too", "one branch", "from the old laptop"} <= set(texts)


# --- forged: signed by a device of the journal, whose app is altered


def _sealed(b: Bundle, content: bytes, *, key: EpochKey | None = None) -> None:
    """An event of Ana's second device whose content is what it likes."""
    sealer = key or b.world.key
    nonce = b.world.chance(12)
    b.ana2._put(
        lambda prefix: sealer.seal_event(nonce, content, prefix),
        0,
        sealer.key_id,
        len(b.ana2.envelopes) + 1,
    )


def _padded(b: Bundle, padded: bytes) -> None:
    sealer = Sealer(kdf(labels.EVENT_SEAL, b.world.key.key, b.world.space_id))
    b.ana2._put(
        lambda prefix: sealer.seal(bytes(12), padded, prefix),
        0,
        b.world.key.key_id,
        len(b.ana2.envelopes) + 1,
    )


def _core(b: Bundle, **fields: Any) -> bytes:
    given: dict[str, Any] = {
        "nonce": bytes(16), "kind": "entry.written", "kind_version": 1, "entity": b"", "after": [],
        "hlc_ms": 1, "hlc_count": 0, "claimed_ms": 1, "offset_minutes": 0,
        "payload": encode(EntryWritten("moment", "words", "2026-09-21", [], None)),
    } | fields  # fmt: skip
    return encode(Core(**given))


def _with_core(**fields: Any) -> Callable[[Bundle], None]:
    return lambda b: _sealed(b, encode(Content(bytes(32), [], _core(b, **fields))))


def _payload(*fields: Any) -> Callable[[Bundle], None]:
    return _with_core(payload=encode(list(fields)))


def _key_envelope(
    b: Bundle,
    *,
    wrapped: Callable[[EpochKey], bytes] = lambda key: key.key,
    recipients: Callable[[list[Wrap]], list[Wrap]] = lambda wraps: wraps,
    payload: Callable[[bytes], bytes] = lambda payload: payload,
    sealed: Callable[[bytes], bytes] = lambda sealed: sealed,
) -> None:
    key = EpochKey(b.world.space_id, b.world.chance(32))
    pen = b.ana2
    wraps = [
        Wrap(
            root.member_id,
            hpke_wrap(
                root.public.kem,
                wrapped(key),
                wrap_info(b.world.space_id, key.key_id, root.member_id, pen.id),
            ),
        )
        for root in sorted(b.world.roots, key=lambda root: root.member_id)
    ]
    inside = payload(encode(KeyPayload(bytes(32), [])))

    def body(prefix: bytes) -> bytes:
        return encode(KeyBody(recipients(wraps), sealed(key.seal_epoch(bytes(12), inside, prefix))))

    pen._put(body, 1, key.key_id, len(pen.envelopes) + 1)


def _signed_by(b: Bundle, key: SigningKey, content: Any) -> None:
    encoded = encode(content)
    b.statements.append(Statement(encoded, key.sign(labels.STATEMENT_SIG, encoded)))


def _put(body: bytes, flags: int = 0, key_id: bytes | None = None) -> Callable[[Bundle], None]:
    def forge(b: Bundle) -> None:
        b.ana2.put(body, flags, key_id)

    return forge


def _nine_branches(b: Bundle) -> None:
    forks = [b.fork.fork(0) for _ in range(7)]
    for n, fork in enumerate(forks):
        fork.event(EntryWritten("moment", f"branch {n}", "2026-09-21", [], None))
    b.more_logs = [(fork, 9) for fork in forks]


def _device(b: Bundle, **fields: bytes) -> Any:
    info = msgspec.structs.replace(b.world.pen(0).info, **fields)
    return added(b.world.space_id, info, b.world.roots[0].member_id)


def _stranger(b: Bundle) -> None:
    pen, other = b.world.pen(0), b.world.pen(0)
    _signed_by(b, pen.keys.sign, added(b.world.space_id, other.info, pen.id))


def _other_space(b: Bundle) -> None:
    content = removed(bytes(32), b.ana2.id, [], [], b.world.roots[0].member_id)
    b.statements.append(sign_statement(b.world.roots[0].sign, content))


def _many_devices(b: Bundle) -> None:
    b.statements += [b.world.adds(b.world.pen(0), by=b.ana) for _ in range(63)]


FORGED: Final[dict[str, tuple[str, Callable[[Bundle], None]]]] = {
    "statement: about another journal": ("wrong-space", _other_space),
    "statement: signed by a stranger": ("bad-statement", _stranger),
    "statement: about the other's device": (
        "bad-statement",
        lambda b: _signed_by(
            b, b.ana.keys.sign, removed(b.world.space_id, b.ben.id, [], [], b.ana.id)
        ),
    ),
    "statement: about the other's words": (
        "bad-statement",
        lambda b: _signed_by(
            b, b.ana.keys.sign, erased(b.world.space_id, [b.ben.ref(1)], b.ana.id)
        ),
    ),
    "statement: a weak device key": (
        "small-order-key",
        lambda b: _signed_by(b, b.world.roots[0].sign, _device(b, sign=SMALL)),
    ),
    "statement: a longer one than there may be": (
        "too-large",
        lambda b: _signed_by(
            b,
            b.ana.keys.sign,
            ["erased", b.world.space_id, [], b.ana.id, bytes(65536)],
        ),
    ),
    "statement: an unknown sort": (
        "malformed",
        lambda b: _signed_by(b, b.ana.keys.sign, ["renamed", b.world.space_id, b.ana.id]),
    ),
    "statement: refs out of order": (
        "malformed",
        lambda b: _signed_by(
            b,
            b.ana.keys.sign,
            ["erased", b.world.space_id, [b.ana.ref(3), b.ana.ref(2)], b.ana.id],
        ),
    ),
    "statement: a device too many": ("too-large", _many_devices),
    "log: a branch too many": ("too-many-branches", _nine_branches),
    "key: wrapped badly": (
        "bad-key",
        lambda b: _key_envelope(
            b, recipients=lambda ws: [Wrap(w.recipient, _flip(w.wrap)) for w in ws]
        ),
    ),
    "key: not the one announced": (
        "bad-key", lambda b: _key_envelope(b, wrapped=lambda key: bytes(32)),
    ),
    "key: too short": ("malformed", lambda b: _key_envelope(b, wrapped=lambda key: key.key[:31])),
    "key: sealed badly": ("bad-key", lambda b: _key_envelope(b, sealed=_flip_last)),
    "key: its payload is no record": (
        "malformed", lambda b: _key_envelope(b, payload=lambda p: p + b"\0"),
    ),
    "key: for nobody here": (
        "no-key",
        lambda b: _key_envelope(b, recipients=lambda ws: [Wrap(bytes(32), ws[0].wrap)]),
    ),
    "key: recipients out of order": (
        "malformed", lambda b: _key_envelope(b, recipients=lambda ws: ws[::-1]),
    ),
    "key: no record": ("malformed", _put(b"\xc0", 1, bytes(32))),
    "event: under a key that nobody has": (
        "no-key",
        lambda b: _sealed(b, encode(Content(bytes(32), [], _core(b))), key=EpochKey(
            b.world.space_id, b.world.chance(32))),
    ),
    "event: not sealed": ("bad-seal", _put(b"")),
    "event: sealed otherwise": ("bad-seal", _put(bytes(540))),
    "event: sealed for another place": (
        "bad-seal",
        lambda b: _put(b.ana.envelopes[1].body or b"")(b),
    ),
    "padding: not zero": (
        "padding", lambda b: _padded(b, _flip_last(pad(encode(Content(bytes(32), [], b""))))),
    ),
    "padding: too much": ("padding", lambda b: _padded(b, pad(b"x" * 20) + bytes(64))),
    "padding: a length beyond its end": ("padding", lambda b: _padded(b, b"\xff" * 4 + bytes(508))),
    "content: a field more": (
        "malformed", lambda b: _sealed(b, encode([bytes(32), [], _core(b), 0])),
    ),
    "content: a witness out of order": (
        "malformed",
        lambda b: _sealed(b, encode(Content(
            bytes(32), sorted([b.ana.ref(1), b.ana.ref(2)], reverse=True), _core(b)))),
    ),
    "content: a text for the core": (
        "malformed", lambda b: _sealed(b, encode([bytes(32), [], "x"])),
    ),
    "core: a kind in capitals": ("malformed", _with_core(kind="Entry.written")),
    "core: a kind of one word": ("malformed", _with_core(kind="entry")),
    "core: version zero": ("malformed", _with_core(kind_version=0)),
    "core: a short entity": ("malformed", _with_core(entity=bytes(31))),
    "core: after itself twice": ("malformed", _with_core(after=[bytes(32), bytes(32)])),
    "core: an offset beyond all zones": ("malformed", _with_core(offset_minutes=1081)),
    "core: a clock beyond 2^53": ("malformed", _with_core(hlc_ms=2**53)),
    "payload: no record": ("malformed-payload", _with_core(payload=b"\xc1")),
    "payload: a field more": (
        "malformed-payload", _payload("moment", "words", "2026-09-21", [], None, 0),
    ),
    "payload: a day that no calendar has": (
        "malformed-payload", _payload("moment", "words", "2026-02-30", [], None),
    ),
    "payload: a form that is none": (
        "malformed-payload", _payload("poem", "words", "2026-09-21", [], None),
    ),
    "payload: a text that is too long": (
        "malformed-payload", _payload("moment", "x" * 65537, "2026-09-21", [], None),
    ),
    "payload: too many tags": (
        "malformed-payload", _payload("moment", "words", "2026-09-21", ["tag"] * 17, None),
    ),
    "payload: it creates, and names an entity": (
        "malformed-payload", _with_core(entity=bytes(32)),
    ),
    "payload: it edits, and names none": (
        "malformed-payload",
        _with_core(kind="entry.edited", payload=encode(["words", "2026-09-21", []])),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FORGED)
def test_forged(name, tmp_path):
    reject, forge = FORGED[name]
    b = Bundle()
    before = len(b.statements)
    forge(b)
    forged, b.statements = b.statements[before:], b.statements[:before]
    parts = b.parts()
    parts[1][1] += [[s.content, s.signature] for s in forged]
    file = tmp_path / "forged"
    file.write_bytes(packed(parts))
    verdict = verify(file, phrase=b.phrases[0])
    assert verdict.classes[:1] == [reject], verdict.err
    assert verdict.code == 1
    assert set(verdict.classes) <= CLASSES
    # What was there before is still read.
    assert verdict.digests


def test_there_are_many_kinds_of_damage_and_every_class_is_met():
    rows = [*TORN.values(), *ALTERED.values(), *FORGED.values()]
    assert len(rows) >= 100
    assert {reject for reject, _ in rows} == CLASSES


# --- the phrase, and the file alone


def test_a_phrase_of_nobody_here(bundle, whole, tmp_path):
    file = tmp_path / "whole"
    file.write_bytes(whole)
    verdict = verify(file, phrase=bytes(32))
    assert verdict.classes == ["no-key"]
    assert not verdict.digests


@pytest.mark.parametrize("words", ["", "abandon " * 24, "abandon " * 23, "inglenook " * 24])
def test_words_that_are_no_phrase(words, whole, tmp_path):
    file = tmp_path / "whole"
    file.write_bytes(whole)
    verdict = verify(file, phrase=words.split())
    assert verdict.code == 2
    assert verdict.err
    assert not verdict.out


def test_it_runs_alone(bundle, whole, tmp_path):
    """In a folder of its own, with nothing of ours on the path; every module it loads is
    Python's or cryptography's."""
    (tmp_path / "read.py").write_bytes(VERIFIER.read_bytes())
    (tmp_path / "journal").write_bytes(whole)
    probe = (
        "import runpy, sys\n"
        "sys.argv = ['read.py', 'journal', '--all']\n"
        "try:\n    runpy.run_path('read.py', run_name='__main__')\n"
        "except SystemExit as ended:\n    assert ended.code == 0\n"
        "tops = {n.split('.')[0] for n, m in sys.modules.items() if hasattr(m, '__file__')}\n"
        "print(sorted(t for t in tops if t.startswith(('inglenook', 'msgspec', 'mnemonic'))))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", probe], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-2:] == ["all of it holds", "[]"]
