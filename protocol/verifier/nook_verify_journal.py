#!/usr/bin/env python3
"""Check an exported Inglenook journal, and read it, with nothing of Inglenook installed.

    python nook_verify_journal.py FILE                    what is public: form, chains, signatures
    python nook_verify_journal.py FILE --phrase           asks for the 24 words: opens everything
    python nook_verify_journal.py FILE --phrase --texts   and prints each event as a line of JSON
    python nook_verify_journal.py PROOF                   a fork proof: checks it with nothing else

This one file is a second reading of Inglenook's SPEC.md and a promise: that a journal can be
read when nobody remembers Inglenook. It needs Python 3.11 or later and the package `cryptography`
(47 or later; written with 50), and of the latter only these: Ed25519 (RFC 8032), X25519 (RFC 7748),
ML-KEM-768 (FIPS 203), AES-256-GCM, and AES-256-GCM-SIV (RFC 8452). The rest (SHA-2, SHA-3, HMAC)
is Python's own. Should these be gone one day, what follows is enough to begin again elsewhere.

What there is in a file, in plain words (numbers are clauses of SPEC.md):

- A file begins with the line `inglenook export 1`. Then come parts: a length of four bytes,
  and so many bytes of MessagePack, an array that begins with the part's name (24).
- `journal` holds a genesis: the public keys of one member (a private journal) or two (a shared
  one). Its hash is the name of the space, and all else is bound to that (4.3).
- `statements` are signed sentences: this device was added, that one removed, these envelopes'
  words were erased. From them follows on which devices each member stands (7).
- `run` is a stretch of one device's log. Each item is an envelope: a sealed body and a signature.
  The header of an envelope is rebuilt here: version, flags, space, device, number, the id of the
  envelope before, the name of the key, the hash of the body. The hash of the header is the
  envelope's id. So every envelope names all that came before it, and one good signature at the
  end of a run proves the whole run (5, 6). Erased bodies are nil; their hash stays.
- `end` says how much there was, and `closed` holds the hash of the whole file.
- Envelopes with flag 1 bring keys. Such a body holds the new key, wrapped for each device and for
  the recovery phrase of each member (HPKE with X-Wing), and, sealed with it, all earlier keys. So
  24 words open the last of them, and that one all the others (8).
- A fork proof is a file of its own. It begins with the line `inglenook fork proof 1` and holds a
  genesis, the statements that lead to one device, and two versions of its log, each signed with
  that device's key (11.7). It holds no words, so a phrase opens nothing of it.
- The 24 words are 32 bytes of entropy (BIP39). HKDF makes of them two keys for each space (4.1).
- An event is an opened body: what its author had seen (witness), and a core: a kind, the entity
  that it is about, what it follows, clocks, and a payload (9, 13).
- Events of devices that stand count; those of a removed device as far as somebody who counts had
  seen them (11). Events of one entity are put in order by what they follow, then by clock (10);
  withdrawn ones are left out (12). The hash over all that is the timeline's digest: the one that
  `nook status` shows.

Nothing is written. The exit code is 0 if all holds. Otherwise it is 1, and each thing that does
not hold is a line on stderr: its class (SPEC 11.6) and a sentence; what is whole is still read.
"""

from __future__ import annotations

import argparse
import datetime
import getpass
import hashlib
import heapq
import hmac
import json
import re
import struct
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESGCMSIV

# --- Limits (SPEC 3)

MAX_BODY_BYTES = 262144
MAX_MESSAGE_BYTES = 8388608
MAX_PART_BYTES = 16777216
MAX_RUN_ITEMS = 4096
MAX_SEQ = 2**53 - 1
MAX_BRANCHES = 8
MAX_LOGS = 256
MAX_STATEMENTS = 1024
MAX_STATEMENT_BYTES = 65536
MAX_HEADS = 64
MAX_KEEPS = 256
MAX_ERASED = 512
MAX_ERASURES = 65536
MAX_EPOCHS = 2048
MAX_RECIPIENTS = 64
MAX_WITNESS = 256
MAX_AFTER = 64
MAX_KIND_BYTES = 64
MAX_TEXT_BYTES = 65536
MAX_LINE_BYTES = 1024
MAX_TAGS = 16
MAX_FEELINGS = 8
MAX_ATTACHMENTS = 16
MAX_RULES = 16
MAX_PARTS = 16
MAX_MINUTES = 10080
MAX_CADENCE_BYTES = 64
MAX_ZONE_BYTES = 64
MAX_CLOCK_APART_MS = 3155760000000

ZERO = bytes(32)
KEY_FLAG = 1


class Refused(Exception):
    """Something does not hold. `reject` is its class (SPEC 11.6)."""

    def __init__(self, reject: str, sentence: str) -> None:
        super().__init__(sentence)
        self.reject = reject
        self.sentence = sentence


class NotAPhrase(Exception):
    """The words that were given are no recovery phrase: nothing is wrong with the file."""


# --- MessagePack, as far as it is used, and only in its shortest form (SPEC 1.2)


def unpack(source: bytes) -> Any:
    """The one value that `source` is: None, bool, int, str, bytes, or a list of them."""
    value, end = _value(source, 0, 0)
    if end != len(source):
        raise Refused("malformed", "Bytes follow where a record ends.")
    return value


def _value(source: bytes, at: int, depth: int) -> tuple[Any, int]:
    if at >= len(source) or depth > 8:
        raise Refused("malformed", "A record ends too early, or is too deep.")
    head = source[at]
    at += 1
    if head <= 0x7F:
        return head, at
    if head >= 0xE0:
        return head - 0x100, at
    if head <= 0x8F:
        raise Refused("malformed", "A record holds a map.")
    if head <= 0x9F:
        return _array(source, at, head & 0x0F, depth)
    if head <= 0xBF:
        return _text(*_taken(source, at, head & 0x1F))
    if head in (0xC0, 0xC2, 0xC3):
        return {0xC0: None, 0xC2: False, 0xC3: True}[head], at
    if head in _LENGTHS:
        what, size, least = _LENGTHS[head]
        number, at = _number(source, at, size)
        if number < least:
            raise Refused("malformed", "A length is not in its shortest form.")
        if what == "array":
            return _array(source, at, number, depth)
        taken = _taken(source, at, number)
        return _text(*taken) if what == "str" else taken
    if head in _UNSIGNED:
        size, least = _UNSIGNED[head]
        number, at = _number(source, at, size)
        if number < least:
            raise Refused("malformed", "A number is not in its shortest form.")
        return number, at
    if head in _SIGNED:
        size, below = _SIGNED[head]
        number, at = _number(source, at, size)
        number -= 1 << 8 * size
        if number >= below or number < -(1 << 8 * size - 1):
            raise Refused("malformed", "A number is not in its shortest form.")
        return number, at
    raise Refused("malformed", "A record holds a type that is not used.")


# By first byte: what, bytes of the length, the least length that needs them.
_LENGTHS = {
    0xC4: ("bin", 1, 0), 0xC5: ("bin", 2, 1 << 8), 0xC6: ("bin", 4, 1 << 16),
    0xD9: ("str", 1, 32), 0xDA: ("str", 2, 1 << 8), 0xDB: ("str", 4, 1 << 16),
    0xDC: ("array", 2, 16), 0xDD: ("array", 4, 1 << 16),
}  # fmt: skip
_UNSIGNED = {0xCC: (1, 1 << 7), 0xCD: (2, 1 << 8), 0xCE: (4, 1 << 16), 0xCF: (8, 1 << 32)}
_SIGNED = {0xD0: (1, -32), 0xD1: (2, -(1 << 7)), 0xD2: (4, -(1 << 15)), 0xD3: (8, -(1 << 31))}


def _taken(source: bytes, at: int, size: int) -> tuple[bytes, int]:
    if at + size > len(source):
        raise Refused("malformed", "A record ends too early.")
    return source[at : at + size], at + size


def _number(source: bytes, at: int, size: int) -> tuple[int, int]:
    digits, at = _taken(source, at, size)
    return int.from_bytes(digits, "big"), at


def _text(encoded: bytes, at: int) -> tuple[str, int]:
    try:
        return encoded.decode("utf-8"), at
    except UnicodeDecodeError:
        raise Refused("malformed", "A text is not UTF-8.") from None


def _array(source: bytes, at: int, count: int, depth: int) -> tuple[list[Any], int]:
    if count > len(source) - at:
        raise Refused("malformed", "An array ends too early.")
    items = []
    for _ in range(count):
        item, at = _value(source, at, depth + 1)
        items.append(item)
    return items, at


# --- The shapes of records. A shape takes a value and refuses what does not fit.

Shape = Callable[[Any], None]


def _fits(holds: bool) -> None:
    if not holds:
        raise Refused("malformed", "A record does not have the fields that it must have.")


def ascends(values: Sequence[Any]) -> bool:
    return all(a < b for a, b in pairwise(values))


def binary(least: int, most: int) -> Shape:
    return lambda value: _fits(type(value) is bytes and least <= len(value) <= most)


def integer(least: int, most: int) -> Shape:
    return lambda value: _fits(type(value) is int and least <= value <= most)


def text(most: int, least: int = 0) -> Shape:
    return lambda value: _fits(type(value) is str and least <= len(value.encode()) <= most)


def matching(pattern: str, most: int) -> Shape:
    expression = re.compile(pattern, re.ASCII)
    return lambda value: _fits(
        type(value) is str and len(value) <= most and expression.fullmatch(value) is not None
    )


def one_of(*values: str) -> Shape:
    return lambda value: _fits(type(value) is str and value in values)


def truth(value: Any) -> None:
    _fits(type(value) is bool)


def optional(shape: Shape) -> Shape:
    return lambda value: None if value is None else shape(value)


def array(shape: Shape, least: int, most: int, *, ascending: bool = False) -> Shape:
    def check(value: Any) -> None:
        _fits(type(value) is list and least <= len(value) <= most)
        for item in value:
            shape(item)
        if ascending:
            _fits(ascends(value))

    return check


def record(*shapes: Shape) -> Shape:
    def check(value: Any) -> None:
        _fits(type(value) is list and len(value) == len(shapes))
        for item, shape in zip(value, shapes, strict=True):
            shape(item)

    return check


def _calendar_date(value: Any) -> None:
    _fits(type(value) is str and re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII) is not None)
    try:
        datetime.date.fromisoformat(value)
    except ValueError:
        _fits(False)


KIND = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")


def _kind(value: Any) -> None:
    _fits(type(value) is str and len(value) <= MAX_KIND_BYTES and KIND.fullmatch(value) is not None)


ID = binary(32, 32)
SEQ = integer(1, MAX_SEQ)
NATURAL = integer(0, MAX_SEQ)
POINT = record(SEQ, ID)
REF = record(ID, SEQ, ID)
ROOT = record(ID, binary(1216, 1216))
GENESIS = record(integer(-(2**63), 2**64), one_of("private", "shared"), ID, array(ROOT, 1, 2))
STATEMENT = record(binary(0, MAX_PART_BYTES), binary(64, 64))
ITEM = record(
    integer(0, MAX_RUN_ITEMS - 1),
    integer(0, 1),
    binary(64, 64),
    optional(binary(0, MAX_PART_BYTES)),
    binary(0, 32),
)
RUN = record(ID, SEQ, ID, array(ID, 1, MAX_RUN_ITEMS), array(ITEM, 1, MAX_RUN_ITEMS))
CONTENT_BY_TYPE = {
    "added": record(one_of("added"), ID, ID, ID, binary(1216, 1216), ID),
    "removed": record(
        one_of("removed"), ID, ID,
        array(POINT, 0, MAX_HEADS, ascending=True), array(ID, 0, MAX_KEEPS, ascending=True), ID,
    ),
    "erased": record(one_of("erased"), ID, array(REF, 1, MAX_ERASED, ascending=True), ID),
}  # fmt: skip
KEY_BODY = record(
    array(record(ID, binary(1168, 1168)), 1, MAX_RECIPIENTS), binary(0, MAX_PART_BYTES)
)
KEY_PAYLOAD = record(ID, array(ID, 0, MAX_EPOCHS))
EVENT_CONTENT = record(ID, array(REF, 0, MAX_WITNESS, ascending=True), binary(0, MAX_PART_BYTES))
CORE = record(
    binary(16, 16), _kind, integer(1, 65535), binary(0, 32),
    array(ID, 0, MAX_AFTER, ascending=True), NATURAL, integer(0, 2**32 - 1), NATURAL,
    integer(-1080, 1080), binary(0, MAX_PART_BYTES),
)  # fmt: skip
END = record(
    NATURAL, NATURAL,
    array(record(ID, array(POINT, 1, MAX_BRANCHES, ascending=True)), 0, MAX_LOGS, ascending=True),
    ID, ID,
)  # fmt: skip
CLOSED = record(NATURAL, ID)
CHAIN = record(array(record(integer(0, 1), ID, ID), 1, MAX_RUN_ITEMS), binary(64, 64))
FORK_PROOF = record(
    binary(0, 4096), array(STATEMENT, 1, MAX_LOGS // 2), SEQ, ID, array(CHAIN, 2, 2)
)

# What a field of a payload holds (SPEC 13.1), by the name of its type.
_TEXT, _LINE = text(MAX_TEXT_BYTES), text(MAX_LINE_BYTES)
_NAMED = text(MAX_LINE_BYTES, 1)
_ATTACHMENT = record(ID, ID, NATURAL, _LINE, _LINE)
_EACH, _DAY = ";INTERVAL=([2-9]|[1-9][0-9])", "(MO|TU|WE|TH|FR|SA|SU)"
_CADENCE = (
    f"FREQ=DAILY({_EACH})?|FREQ=WEEKLY({_EACH})?(;BYDAY={_DAY}(,{_DAY}){{0,6}})?|"
    f"FREQ=MONTHLY({_EACH})?(;BYDAY=(-1|[1-4]){_DAY}|;BYMONTHDAY=([1-9]|[12][0-9]|3[01]))?"
)
FIELD_TYPES: dict[str, Shape] = {
    "text": _TEXT,
    "said": text(MAX_TEXT_BYTES, 1),
    "line": _LINE,
    "named": _NAMED,
    "date": _calendar_date,
    "time": matching("([01][0-9]|2[0-3]):[0-5][0-9]", 5),
    "id": ID,
    "bool": truth,
    "ms": NATURAL,
    "minutes": integer(1, MAX_MINUTES),
    "apart": integer(-MAX_CLOCK_APART_MS, MAX_CLOCK_APART_MS),
    "energy": integer(1, 5),
    "tags": array(_LINE, 0, MAX_TAGS),
    "feelings": array(_LINE, 0, MAX_FEELINGS),
    "rules": array(_NAMED, 1, MAX_RULES),
    "parts": array(record(_LINE, _TEXT), 0, MAX_PARTS),
    "half": binary(0, MAX_TEXT_BYTES),
    "attachment": _ATTACHMENT,
    "attachments": array(_ATTACHMENT, 0, MAX_ATTACHMENTS),
    "cadence": matching(_CADENCE, MAX_CADENCE_BYTES),
    "zone": matching("[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*", MAX_ZONE_BYTES),
    "events": array(ID, 1, MAX_ERASED, ascending=True),
    "refs": array(REF, 1, MAX_ERASED, ascending=True),
    "account": one_of("moment", "progress"),
    "mode": one_of("two-devices", "one-device", "afterwards"),
    "voice": one_of("own", "other"),
    "wanted": one_of("listen", "comfort", "talk", "no-reply"),
    "who": one_of("writer", "other", "both"),
    "pinned": one_of("photo", "note", "symbol"),
}


def _kinds(table: str) -> dict[tuple[str, int], tuple[bool, dict[str, Shape]]]:
    kinds = {}
    for line in table.strip().splitlines():
        kind, version, *fields = line.split()
        shapes = {}
        for name, _, type_ in (described.partition(":") for described in fields):
            shape = FIELD_TYPES[(type_ or name).removesuffix("?")]
            shapes[name.removesuffix("?")] = (
                optional(shape) if (type_ or name).endswith("?") else shape
            )
        kinds[kind, int(version.removesuffix("+"))] = version.endswith("+"), shapes
    return kinds


# The kinds (SPEC 13.1), one a line: its name; its version, with + where it creates an entity; and
# the fields of its payload, each `name:type`, or the name alone where both are the same word. With
# ? behind, nil fits too.
KINDS = _kinds("""
member.introduced 1+ name:line
entry.written 1+ form:account text date tags beside:id?
entry.written 2+ form:account text date tags beside:id? attachments
entry.edited 1 text date tags
entry.edited 2 text date tags attachments?
reply.written 1+ to:id text
reply.edited 1 text
reaction.given 1+ to:id reaction:line
reaction.taken_back 1
check_in.made 1+ feelings energy? note:text would_help:line date
check_in.edited 1 feelings energy? note:text would_help:line date
appreciation.noticed 1+ noticed:text effect:text date
appreciation.edited 1 noticed:text effect:text date
entity.redacted 1 events refs was:line date
device.named 1+ device:id shared:id? name:line
inventory.written 1+ losses:text feelings needs:text stresses:text curious:text date
inventory.edited 1 losses:text feelings needs:text stresses:text curious:text date
reflection.written 1+ happened:text in_the_way:text own_part:text about:id? date
reflection.edited 1 happened:text in_the_way:text own_part:text date
kindness_idea.noted 1+ idea:said
kindness_idea.edited 1 idea:said
kindness_idea.set_aside 1
draft.written 1+ practice:named about:id? parts
draft.edited 1 parts
draft.set_aside 1 shared_as:id?
half.kept 1+ round:id opening:id half
hide.set 1+ entity:id
hide.lifted 1
agreement.given 1 event:id
agreement.revoked 1
rules.written 1+ rules
rules.edited 1 rules
goal.named 1+ text:said conversation:id? date
goal.edited 1 text:said date
step.proposed 1+ need:id? who what:said cadence enough:text begins:date review:date?
step.edited 1 who what:said cadence enough:text begins:date review:date?
step.retired 1 note:text
commitment.written 1+ text:said date
commitment.edited 1 text:said date
look_back.proposed 1+ practices:rules
look_back.edited 1 practices:rules
conversation.proposed 1+ topic:named note:text starts_ms:ms minutes mode about:id?
conversation.countered 1 topic:named note:text starts_ms:ms minutes mode
conversation.accepted 1 proposal:id
conversation.declined 1 note:text
conversation.opened 1 rules:id?
conversation.closed 1 appreciation:text next_step:text settled:bool
turn.spoken 1+ conversation:id voice passed:bool observation:said feeling:text effect:text wish:text
turn.paraphrased 1 voice text:said
turn.corrected 1 voice text:said
turn.confirmed 1 voice paraphrase:id
turn.validated 1 voice text:said
turn.answered 1 voice text:said
turn.set_down 1 voice
acknowledgement.given 1+ to:id text:said
pause.called 1+ conversation:id? minutes? plan:text relay_ahead_ms:apart?
pause.extended 1 minutes? plan:text relay_ahead_ms:apart?
pause.resumed 1
pause.ended 1 plan:text
need.stated 1+ need:said why:text date
need.edited 1 need:said why:text date
need.heard 1 of:id text:said
need.corrected 1 text:said
need.confirmed 1 heard:id
need.rested 1
need.woken 1
disclosure.shared 1+ text:said wanted look_back:bool date
disclosure.edited 1 text:said wanted date
disclosure.look_back_set 1 allowed:bool
disclosure.received 1
ritual.defined 1+ name:named words:text cadence at:time? begins:date
ritual.edited 1 name:named words:text cadence at:time? begins:date
ritual.kept 1+ ritual:id date note:text
ritual.rested 1
ritual.woken 1
activity.imagined 1+ idea:named note:text
activity.edited 1 idea:named note:text
activity.planned 1 date at:time? until:date? together:text
activity.done 1 date memory:text
activity.set_aside 1
couple_time.planned 1+ starts_ms:ms minutes boundary:line fallback:line note:text
couple_time.moved 1 starts_ms:ms minutes
couple_time.kept 1 short:bool note:text
couple_time.let_go 1
topic.parked 1+ text:said date
topic.edited 1 text:said date
topic.taken_up 1
topic.set_aside 1
topic.parked_again 1
exchange.offered 1+ text:said date
affection.noted 1+ note:text date
milestone.marked 1+ text:said about:id? date
milestone.edited 1 text:said date
keepsake.pinned 1+ form:pinned title:line text photo:attachment? about:id? date
keepsake.edited 1 title:line text date
keepsake.unpinned 1
reveal.ready 1 round:id commitment:id
reveal.taken_back 1 round:id
reveal.opened 1 round:id opening:id half
space.zone_set 1 zone
""")


# --- Hashes, signatures, keys (SPEC 1, 4)


def label(name: str) -> bytes:
    return b"inglenook/1/" + name.encode() + b"\0"


def h(name: str, message: bytes) -> bytes:
    """H(L, m) of SPEC 1.3."""
    return hashlib.sha256(label(name) + message).digest()


def kdf(name: str, key: bytes, context: bytes) -> bytes:
    """KDF(L, key, context) of SPEC 1.5: HKDF-SHA-256, one block."""
    extracted = hmac.new(ZERO, key, "sha256").digest()
    return hmac.new(extracted, label(name) + context + b"\x01", "sha256").digest()


_P = 2**255 - 19
_ORDER_8 = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
# The y of the eight points of small order: 1, -1, 0 (twice), and four of order eight.
SMALL_ORDER_Y = frozenset({1, _P - 1, 0, _ORDER_8, _P - _ORDER_8})


@cache
def signing_key(key: bytes) -> Ed25519PublicKey:
    """A public key that may be trusted (SPEC 1.4)."""
    y = int.from_bytes(key, "little") & (2**255 - 1)
    if len(key) != 32 or y >= _P or y in SMALL_ORDER_Y:
        raise Refused("small-order-key", "A signing key is one that proves nothing.")
    return Ed25519PublicKey.from_public_bytes(key)


def holds(name: str, key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` is SIGN(L, k, m) of SPEC 1.4; under a key refused, nothing is."""
    try:
        signing_key(key).verify(signature, label(name) + message)
    except (InvalidSignature, Refused, ValueError):
        return False
    return True


def kem_keys(seed: bytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    """The two private keys of an X-Wing seed (SPEC 1.6)."""
    expanded = hashlib.shake_256(seed).digest(96)
    return (
        MLKEM768PrivateKey.from_seed_bytes(expanded[:64]),
        X25519PrivateKey.from_private_bytes(expanded[64:]),
    )


@cache
def kem_public(seed: bytes) -> bytes:
    lattice, curve = kem_keys(seed)
    return lattice.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw()


def unwrap(seed: bytes, wrap: bytes, info: bytes) -> bytes:
    """What HPKE (RFC 9180, base mode, one shot) wrapped for an X-Wing key (SPEC 1.7)."""
    lattice, curve = kem_keys(seed)
    enc, sealed = wrap[:1120], wrap[1120:]
    suite = b"HPKE" + struct.pack(">HHH", 0x647A, 0x0001, 0x0002)

    def extract(salt: bytes, name: bytes, key: bytes) -> bytes:
        return hmac.new(salt or ZERO, b"HPKE-v1" + suite + name + key, "sha256").digest()

    def expand(secret: bytes, name: bytes, context: bytes, size: int) -> bytes:
        text = struct.pack(">H", size) + b"HPKE-v1" + suite + name + context
        return hmac.new(secret, text + b"\x01", "sha256").digest()[:size]

    try:
        of_lattice = lattice.decapsulate(enc[:1088])
        of_curve = curve.exchange(X25519PublicKey.from_public_bytes(enc[1088:]))
        shared = hashlib.sha3_256(
            of_lattice + of_curve + enc[1088:] + kem_public(seed)[1184:] + b"\\.//^\\"
        ).digest()
        context = b"\0" + extract(b"", b"psk_id_hash", b"") + extract(b"", b"info_hash", info)
        secret = extract(shared, b"secret", b"")
        nonce = expand(secret, b"base_nonce", context, 12)
        return AESGCM(expand(secret, b"key", context, 32)).decrypt(nonce, sealed, b"")
    except (InvalidTag, ValueError):
        raise Refused("bad-key", "A wrapped key does not open.") from None


def entropy_of(words: str) -> bytes:
    """The 32 bytes that 24 words are (BIP39; SPEC 4.1)."""
    given = words.lower().split()
    if len(given) != 24:
        raise NotAPhrase(f"A recovery phrase has 24 words; these are {len(given)}.")
    bits = 0
    for place, word in enumerate(given, 1):
        if word not in _place_by_word():
            raise NotAPhrase(f"Word {place} is in no recovery phrase.")
        bits = bits << 11 | _place_by_word()[word]
    entropy = (bits >> 8).to_bytes(32, "big")
    if hashlib.sha256(entropy).digest()[0] != bits & 0xFF:
        raise NotAPhrase("These are not the words of one phrase, in order.")
    return entropy


@cache
def _place_by_word() -> dict[str, int]:
    words = ENGLISH.split()
    listed = hashlib.sha256("".join(word + "\n" for word in words).encode()).hexdigest()
    if listed != "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda":
        raise NotAPhrase("The list of words in this file was altered.")
    return {word: place for place, word in enumerate(words)}


class RootSeeds(NamedTuple):
    """What a recovery phrase makes for one space (SPEC 4.1)."""

    signing: bytes
    kem: bytes

    @property
    def public(self) -> tuple[bytes, bytes]:
        key = Ed25519PrivateKey.from_private_bytes(self.signing).public_key()
        return key.public_bytes_raw(), kem_public(self.kem)


def root_seeds(entropy: bytes, kind: str, index: int) -> RootSeeds:
    context = kind.encode() + b"\0" + struct.pack(">I", index)
    return RootSeeds(kdf("root-sign", entropy, context), kdf("root-kem", entropy, context))


class Genesis:
    """A space's birth record (SPEC 4.3)."""

    def __init__(self, encoded: bytes) -> None:
        value = unpack(encoded)
        GENESIS(value)
        version, self.kind, self.salt, members = value
        if version != 1:
            raise Refused("wrong-version", "This journal was made by another version.")
        _fits(len(members) == (1 if self.kind == "private" else 2))
        _fits(ascends([sign for sign, _ in members]))
        for sign, _ in members:
            signing_key(sign)
        self.encoded = encoded
        self.space = h("space-id", encoded)
        self.roots = {h("member-id", sign + kem): (sign, kem) for sign, kem in members}


def device_id(space: bytes, member: bytes, sign: bytes, kem: bytes) -> bytes:
    return h("device-id", space + member + sign + kem)


# --- Envelopes and runs (SPEC 5, 6)


class Envelope(NamedTuple):
    device: bytes
    seq: int
    previous: bytes
    key_id: bytes
    flags: int
    signature: bytes
    body: bytes | None
    id: bytes
    prefix: bytes
    header: bytes


_PREFIX = struct.Struct(">BB32s32sQ32s32s")


def prefix_of(
    flags: int, space: bytes, device: bytes, seq: int, previous: bytes, key_id: bytes
) -> bytes:
    return _PREFIX.pack(1, flags, space, device, seq, previous, key_id)


def check_run(run: Any) -> None:
    """The form of a run (SPEC 6.1), and what of 6.2 concerns it alone."""
    RUN(run)
    _, first, previous, keys, items = run
    used = 0
    for key, _, _, body, body_hash in items:
        _fits(key <= used and key < len(keys))
        used = max(used, key + 1)
        _fits(len(body_hash) == (32 if body is None else 0))
    _fits(used == len(keys) == len(set(keys)))
    if (first == 1) != (previous == ZERO):
        raise Refused("gap", "A run does not begin where it says.")
    if first + len(items) - 1 > MAX_SEQ or any(len(i[3] or b"") > MAX_BODY_BYTES for i in items):
        raise Refused("too-large", "A run holds what is larger than it may be.")


def envelopes_of(run: Any, space: bytes) -> Iterator[Envelope]:
    """A run's envelopes, their headers rebuilt."""
    device, seq, previous, keys, items = run
    for key, flags, signature, body, stub in items:
        prefix = prefix_of(flags, space, device, seq, previous, keys[key])
        header = prefix + (stub if body is None else h("body-hash", body))
        id_ = h("envelope-id", header)
        yield Envelope(
            device, seq, previous, keys[key], flags, signature, body, id_, prefix, header
        )
        previous, seq = id_, seq + 1


def signed(envelope: Envelope, key: bytes) -> bool:
    return holds("envelope-sig", key, envelope.header, envelope.signature)


def proved(
    run: Any, space: bytes, key: bytes, is_erased: Callable[[bytes, int, bytes], bool]
) -> tuple[list[Envelope], str | None]:
    """What of a run is proved, and the class of what follows, if anything does (SPEC 6.2)."""
    envelopes: list[Envelope] = []
    rest = None
    for e in envelopes_of(run, space):
        if e.body is None and (e.flags & KEY_FLAG or not is_erased(e.device, e.seq, e.id)):
            rest = "withheld-body"
            break
        envelopes.append(e)
    while envelopes and not signed(envelopes[-1], key):
        rest = "bad-signature"
        envelopes.pop()
    return envelopes, rest


# --- Statements (SPEC 7)


class Statement(NamedTuple):
    id: bytes
    content: Any
    member: bytes


class Device(NamedTuple):
    member: bytes
    sign: bytes


def content_of(encoded: bytes, space: bytes) -> Any:
    """What a statement says, of whatever signer (SPEC 7.1)."""
    if len(encoded) > MAX_STATEMENT_BYTES:
        raise Refused("too-large", "A statement is larger than it may be.")
    content = unpack(encoded)
    _fits(type(content) is list and bool(content) and type(content[0]) is str)
    _fits(content[0] in CONTENT_BY_TYPE)
    CONTENT_BY_TYPE[content[0]](content)
    if content[1] != space:
        raise Refused("wrong-space", "A statement is about another journal.")
    return content


class StatementSet:
    """The statements of a space: taken in one by one, read as a set."""

    def __init__(self, genesis: Genesis) -> None:
        self.genesis = genesis
        self.by_id: dict[bytes, Statement] = {}
        self.devices: dict[bytes, Device] = {}
        self.erased: set[tuple[bytes, int, bytes]] = set()
        self._counts: Counter[tuple[bytes, str]] = Counter()

    def take(self, statement: Any) -> Statement:
        """Take one in; its signer and what it is about must be known (SPEC 7.1, 7.5)."""
        STATEMENT(statement)
        encoded, signature = statement
        content = content_of(encoded, self.genesis.space)
        id_ = h("statement-id", encoded)
        if id_ in self.by_id:
            return self.by_id[id_]
        made = Statement(id_, content, self._check_signer(content, encoded, signature))
        self._count(made)
        self.by_id[id_] = made
        if content[0] == "added":
            self.devices[_added_device(content)] = Device(content[2], content[3])
        elif content[0] == "erased":
            self.erased.update((device, seq, id_) for device, seq, id_ in content[2])
        return made

    def _check_signer(self, content: Any, encoded: bytes, signature: bytes) -> bytes:
        """The member that a statement is by."""
        by: bytes = content[-1]
        if by in self.genesis.roots:
            member, key = by, self.genesis.roots[by][0]
        elif by in self.devices:
            member, key = self.devices[by]
        else:
            raise Refused("bad-statement", "A statement is signed by nobody who is known.")
        if content[0] == "added":
            about = {content[2]}
            signing_key(content[3])
        else:
            named = [content[2]] if content[0] == "removed" else [ref[0] for ref in content[2]]
            if not all(device in self.devices for device in named):
                raise Refused("bad-statement", "A statement is about a device nobody added.")
            about = {self.devices[device].member for device in named}
        if about != {member}:
            raise Refused("bad-statement", "A statement is about the other member's devices.")
        if not holds("statement-sig", key, encoded, signature):
            raise Refused("bad-statement", "A statement's signature does not hold.")
        return member

    def _count(self, made: Statement) -> None:
        """The limits of SPEC 7.1; roots are counted apart from devices."""
        by_root = made.content[-1] == made.member
        what, most = ("by-root" if by_root else "by-device"), MAX_STATEMENTS
        if made.content[0] == "erased":
            what, most = "erased", MAX_ERASURES
        if made.content[0] == "added" and _added_device(made.content) not in self.devices:
            named = sum(1 for device in self.devices.values() if device.member == made.member)
            if named >= (MAX_LOGS // 2 if by_root else MAX_LOGS // 4):
                raise Refused("too-large", "A member names more devices than there may be.")
        if self._counts[made.member, what] >= most:
            raise Refused("too-large", "There are more statements than there may be.")
        self._counts[made.member, what] += 1

    def is_erased(self, device: bytes, seq: int, id_: bytes) -> bool:
        return (device, seq, id_) in self.erased

    def _ids(self, *types: str) -> bytes:
        return b"".join(sorted(i for i, s in self.by_id.items() if s.content[0] in types))

    @property
    def roster_hash(self) -> bytes:
        return h("roster-hash", self._ids("added", "removed"))

    @property
    def erasures_hash(self) -> bytes:
        return h("erasures-hash", self._ids("erased"))

    def roster(self) -> Roster:
        """Who stands on which devices (SPEC 7.3), each member for itself."""
        whole = Roster(set(), set(), set(), {})
        for member in self.genesis.roots:
            _resolve(member, [s for s in self.by_id.values() if s.member == member], whole)
        return whole


@dataclass
class Roster:
    known: set[bytes]
    valid: set[bytes]
    standing: set[bytes]
    heads: dict[bytes, list[Any]]
    """Of each known device that does not stand, the heads that count (SPEC 11.3)."""


def _added_device(content: Any) -> bytes:
    return device_id(*content[1:5])


def _resolve(root: bytes, statements: Sequence[Statement], whole: Roster) -> None:
    added = [s for s in statements if s.content[0] == "added"]
    removed = [s for s in statements if s.content[0] == "removed"]

    def kept_by_all(removals: Sequence[Statement]) -> dict[bytes, set[bytes]]:
        keeps: dict[bytes, set[bytes]] = {}
        for _, (_, _, device, _, named, _), _ in removals:
            keeps[device] = keeps.get(device, set(named)) & set(named)
        return keeps

    def reached(additions: Sequence[Statement]) -> set[bytes]:
        """Devices to which additions lead from the root: a least fixpoint."""
        found = {root}
        while (
            fresh := {_added_device(s.content) for s in additions if s.content[-1] in found} - found
        ):
            found |= fresh
        return found - {root}

    # 1: strike what devices signed that a root removed, unless all such removals keep it.
    kept = kept_by_all([s for s in removed if s.content[-1] == root])

    def unstruck(s: Statement) -> bool:
        return s.content[-1] not in kept or s.id in kept[s.content[-1]]

    added, removed = list(filter(unstruck, added)), list(filter(unstruck, removed))
    # 2: known devices, effective removals.
    known = reached(added)
    removed = [s for s in removed if s.content[-1] == root or s.content[-1] in known]
    # 3: valid devices, those that stand.
    kept = kept_by_all(removed)
    valid = reached(list(filter(unstruck, added)))
    standing = valid - set(kept)
    whole.known |= known
    whole.valid |= valid
    whole.standing |= standing
    for device in known - standing:
        ranks: list[list[Any]] = [[], [], []]
        for _, (_, _, named, heads, _, by), _ in removed:
            if named == device:
                ranks[0 if by == root else 1 if by in standing else 2].append(heads)
        count: list[Any] = next(filter(None, ranks), [])
        whole.heads[device] = sorted({tuple(point) for heads in count for point in heads})


# --- Keys and events (SPEC 8, 9)


class Key:
    """An epoch key and what it opens."""

    def __init__(self, space: bytes, key: bytes) -> None:
        self.key = key
        self.id = h("key-id", space + key)
        self._event = AESGCMSIV(kdf("event-seal", key, space))
        self._epoch = AESGCMSIV(kdf("epoch-seal", key, space))

    def open_event(self, body: bytes, prefix: bytes) -> bytes:
        return unpad(_opened(self._event, body, prefix))

    def open_epoch(self, sealed: bytes, prefix: bytes) -> bytes:
        return _opened(self._epoch, sealed, prefix)


def _opened(aead: AESGCMSIV, sealed: bytes, prefix: bytes) -> bytes:
    try:
        return aead.decrypt(sealed[:12], sealed[12:], prefix)
    except (InvalidTag, ValueError):
        raise Refused("bad-seal", "A sealed body does not open.") from None


def padded_length(content: int) -> int:
    """SPEC 5.5: at least 512, then Padmé."""
    n = 4 + content
    if n <= 512:
        return 512
    e = n.bit_length() - 1
    step = 1 << (e - e.bit_length())
    return -(-n // step) * step


def unpad(padded: bytes) -> bytes:
    size = int.from_bytes(padded[:4], "big")
    content, rest = padded[4 : 4 + size], padded[4 + size :]
    if len(content) != size or len(padded) != padded_length(size) or rest.strip(b"\0"):
        raise Refused("padding", "A body is not padded as it must be.")
    return content


def wrap_info(space: bytes, key_id: bytes, recipient: bytes, author: bytes) -> bytes:
    return label("key-wrap") + space + key_id + recipient + author


class Epoch(NamedTuple):
    key: Key
    roster_hash: bytes
    earlier: list[Key]


def open_epoch(e: Envelope, space: bytes, recipient: bytes, seed: bytes) -> Epoch:
    """What a key envelope holds for `recipient` (SPEC 8.3)."""
    body = unpack(e.body or b"")
    KEY_BODY(body)
    wraps, sealed = body
    _fits(ascends([id_ for id_, _ in wraps]))
    if recipient not in dict(wraps):
        raise Refused("no-key", "A key was not shared with this phrase.")
    info = wrap_info(space, e.key_id, recipient, e.device)
    unwrapped = unwrap(seed, dict(wraps)[recipient], info)
    if len(unwrapped) != 32 or (key := Key(space, unwrapped)).id != e.key_id:
        raise Refused("bad-key", "A key is not the one that its envelope names.")
    try:
        payload = unpack(key.open_epoch(sealed, e.prefix))
    except Refused as refused:
        reject = "bad-key" if refused.reject == "bad-seal" else refused.reject
        raise Refused(reject, "What was sealed along with a key does not open.") from None
    KEY_PAYLOAD(payload)
    earlier = [Key(space, held) for held in payload[1]]
    _fits(ascends([held.id for held in earlier]))
    return Epoch(key, payload[0], earlier)


class Event(NamedTuple):
    id: bytes
    entity: bytes
    member: bytes
    kind: str
    version: int
    after: list[bytes]
    ms: int
    ms_count: int
    claimed_ms: int
    offset: int
    payload: bytes
    fields: dict[str, Any] | None
    """The payload by name; None for a kind that is not known or a payload that does not fit."""
    flaw: str | None


def read_event(space: bytes, member: bytes, encoded: bytes) -> Event:
    """An event from its core (SPEC 9.2 to 9.4)."""
    core = unpack(encoded)
    CORE(core)
    _, kind, version, entity, after, ms, count, claimed, offset, payload = core
    _fits(len(entity) in (0, 32))
    id_ = h("event-id", space + member + encoded)
    fields, flaw = None, None
    if (kind, version) in KINDS:
        creates, shapes = KINDS[kind, version]
        try:
            values = unpack(payload)
            record(*shapes.values())(values)
            _fits(creates == (entity == b""))
            fields = dict(zip(shapes, values, strict=True))
        except Refused:
            flaw = "malformed-payload"
    return Event(
        id_, entity or id_, member, kind, version, after, ms, count, claimed, offset, payload,
        fields, flaw,
    )  # fmt: skip


def open_event(
    space: bytes, member: bytes, e: Envelope, keys: dict[bytes, Key]
) -> tuple[Event, list[Any], bytes]:
    """An envelope's event, its witness, and the roster that its author knew (SPEC 9.1)."""
    if e.key_id not in keys:
        raise Refused("no-key", "An event is sealed under a key that is not there.")
    content = unpack(keys[e.key_id].open_event(e.body or b"", e.prefix))
    EVENT_CONTENT(content)
    return read_event(space, member, content[2]), content[1], content[0]


# --- Which envelopes count, in which order, and the digest (SPEC 10, 11, 12)


class Seen(NamedTuple):
    """An envelope, as far as admission needs it."""

    device: bytes
    seq: int
    previous: bytes
    witness: Sequence[Any]
    """Nothing if its own words were erased: those who come later never see it."""


def admitted(
    seen: dict[bytes, Seen], standing: set[bytes], heads: dict[bytes, list[Any]]
) -> set[bytes]:
    """Ids of the envelopes that count (SPEC 11.2, 11.3): a least fixpoint."""
    count = {id_ for id_, one in seen.items() if one.device in standing}
    todo = [(device, *point) for device, points in heads.items() for point in points]
    todo += [ref for id_ in count for ref in seen[id_].witness]
    while todo:
        device, seq, id_ = todo.pop()
        if device not in heads or id_ not in seen or seen[id_][:2] != (device, seq):
            continue
        while id_ in seen and id_ not in count:
            count.add(id_)
            todo += [ref for ref in seen[id_].witness if ref[0] != device]
            id_ = seen[id_].previous
    return count


class Placed(NamedTuple):
    """An event, as far as order and digest need it."""

    id: bytes
    entity: bytes
    member: bytes
    kind: str
    after: Sequence[bytes]
    clock: tuple[int, int]
    withdraws: Sequence[bytes]


def placed(event: Event) -> Placed:
    withdraws = []
    if event.kind == "entity.redacted" and event.fields is not None:
        withdraws = event.fields["events"]
    return Placed(
        event.id, event.entity, event.member, event.kind, event.after,
        (event.ms, event.ms_count), withdraws,
    )  # fmt: skip


def counted_events(events: Sequence[Placed]) -> list[Placed]:
    """Events of one entity that are not withdrawn, in fold order (SPEC 10.2, 12.1)."""
    by_id = {event.id: event for event in events}
    gone = {
        id_
        for event in by_id.values()
        for id_ in event.withdraws
        if id_ in by_id
        and by_id[id_].member == event.member
        and by_id[id_].kind != "entity.redacted"
    }
    left = {id_: event for id_, event in by_id.items() if id_ not in gone}
    if len(left) == 1:
        return list(left.values())
    waits = {id_: {a for a in event.after if a in left} for id_, event in left.items()}
    followers: dict[bytes, list[bytes]] = defaultdict(list)
    for id_, parents in waits.items():
        for parent in parents:
            followers[parent].append(id_)
    ready = [(left[id_].clock, id_) for id_, parents in waits.items() if not parents]
    heapq.heapify(ready)
    ordered = []
    while ready:
        _, id_ = heapq.heappop(ready)
        ordered.append(left[id_])
        for follower in followers[id_]:
            waits[follower].remove(id_)
            if not waits[follower]:
                heapq.heappush(ready, (left[follower].clock, follower))
    return ordered


def timeline_digest(events_by_entity: dict[bytes, list[Placed]]) -> bytes:
    """SPEC 10.6."""
    digest = hashlib.sha256(label("timeline"))
    for entity in sorted(events_by_entity):
        ids = [event.id for event in counted_events(events_by_entity[entity])]
        if ids:
            digest.update(entity + struct.pack(">I", len(ids)) + b"".join(ids))
    return digest.digest()


# --- The file (SPEC 24)

MAGIC = b"inglenook export 1\n"


def parts(path: Path) -> Iterator[tuple[str, list[Any]]]:
    """The parts of a file, one at a time, each by its name; checks that the file is closed."""
    whole = hashlib.sha256()
    with path.open("rb") as file:
        magic = file.read(len(MAGIC))
        if magic != MAGIC:
            if re.fullmatch(rb"inglenook export \d+\n?", magic):
                raise Refused("wrong-version", "This export was made by another version.")
            raise Refused("malformed", "This file is no exported journal.")
        whole.update(magic)
        while True:
            head = file.read(4)
            size = int.from_bytes(head, "big")
            if len(head) == 4 and size > MAX_PART_BYTES:
                raise Refused("too-large", "A part of the file is larger than it may be.")
            encoded = file.read(size)
            if len(head) < 4 or len(encoded) < size:
                raise Refused("malformed", "The file ends too early.")
            part = unpack(encoded)
            _fits(type(part) is list and len(part) > 0 and type(part[0]) is str)
            if part[0] == "closed":
                CLOSED(part[1:])
                if part[2] != whole.digest():
                    raise Refused("malformed", "The file is not as it was when it was made.")
            yield part[0], part[1:]
            if part[0] == "closed":
                break
            whole.update(head + encoded)
        if file.read(1):
            raise Refused("malformed", "Something follows where the file is closed.")


@dataclass
class Journal:
    """What a file holds of one journal."""

    genesis: Genesis
    statements: StatementSet
    held: dict[bytes, tuple[bytes, int, bytes]] = field(default_factory=dict)
    """Device, seq and previous id, by the ids of the envelopes that are proved."""
    leaves: dict[bytes, set[bytes]] = field(default_factory=lambda: defaultdict(set))
    """The heads of each log."""
    key_envelopes: list[Envelope] = field(default_factory=list)
    broken: set[bytes] = field(default_factory=set)
    """Logs of which something does not hold; what follows from that is not said again."""
    stubs: int = 0
    keys: dict[bytes, Key] = field(default_factory=dict)

    @cached_property
    def roster(self) -> Roster:
        """Read once all statements are in."""
        return self.statements.roster()

    def take_statement(self, statement: Any) -> None:
        count = len(self.statements.by_id)
        self.statements.take(statement)
        if len(self.statements.by_id) == count:
            raise Refused("malformed", "A statement stands in the file twice.")

    def take_run(self, run: Any, *, every: bool) -> None:
        """Verify a run against what stands before it in the file (SPEC 6.2, 24.3)."""
        check_run(run)
        device, first, previous, _, _ = run
        if device not in self.statements.devices:
            raise Refused("unknown-device", "A log is of a device that nobody added.")
        log = self.leaves[device]
        before = (device, first - 1)
        if first > 1 and self.held.get(previous, (b"", 0))[:2] != before:
            raise Refused("gap", "Something is left out before a run.")
        key = self.statements.devices[device].sign
        envelopes, rest = proved(run, self.genesis.space, key, self.statements.is_erased)
        unsound = 0
        for e in envelopes:
            if e.id in self.held:
                raise Refused("malformed", "An envelope stands in the file twice.")
            unsound += every and not signed(e, key)
            if e.previous in log:
                log.remove(e.previous)
            elif len(log) >= MAX_BRANCHES:
                raise Refused("too-many-branches", "A log has more branches than are kept.")
            log.add(e.id)
            self.held[e.id] = device, e.seq, e.previous
            self.stubs += e.body is None
            if e.flags & KEY_FLAG:
                self.key_envelopes.append(e)
        if rest == "withheld-body":
            raise Refused(rest, "A body is left out, and nobody erased it.")
        if rest is not None:
            raise Refused(rest, "A run's signature does not hold.")
        if unsound:
            # Proved all the same, by the last one; such signatures come about on the way (6.4).
            raise Refused("bad-signature", f"{unsound} signatures inside a run do not hold.")

    def check_end(self, end: list[Any]) -> None:
        """Whether all is there that there was when the file was made (SPEC 24.3)."""
        END(end)
        statements, envelopes, heads, roster_hash, erasures_hash = end
        own = sorted(
            [device, sorted([self.held[id_][1], id_] for id_ in leaves)]
            for device, leaves in self.leaves.items()
            if leaves
        )
        if (statements, roster_hash, erasures_hash) != (
            len(self.statements.by_id),
            self.statements.roster_hash,
            self.statements.erasures_hash,
        ):
            raise Refused("bad-statement", "The statements are not those that there were.")
        if (envelopes, heads) != (len(self.held), own):
            raise Refused("gap", "The logs do not end where they ended.")


Report = Callable[[Refused], None]


def read_file(path: Path, *, every: bool, report: Report) -> list[Journal]:
    """All journals of a file, as far as they hold; `report` hears of what does not.

    Parts stand in this order: for each journal `journal`, `statements`, `run`, `end`, the middle
    two any number of times; then `closed`.
    """
    journals: list[Journal] = []
    follows = {"": "journal", "journal": "statements run end", "statements": "statements run end",
               "run": "run end", "end": "journal closed"}  # fmt: skip
    last = ""
    try:
        for name, fields in parts(path):
            if name not in follows[last].split():
                raise Refused("malformed", "The parts of the file are not in order.")
            last = name
            if name == "journal":
                record(binary(0, MAX_PART_BYTES))(fields)
                genesis = Genesis(fields[0])
                if any(genesis.space == j.genesis.space for j in journals):
                    raise Refused("malformed", "A journal stands in the file twice.")
                journals.append(Journal(genesis, StatementSet(genesis)))
            elif name == "closed":
                if fields[0] != len(journals):
                    raise Refused("malformed", "The file holds more or fewer journals than it had.")
            elif name == "end":
                attempt(report, journals[-1].check_end, fields)
            elif name == "statements":
                _fits(len(fields) == 1 and type(fields[0]) is list and len(fields[0]) > 0)
                for statement in fields[0]:
                    attempt(report, journals[-1].take_statement, statement)
            else:
                _fits(len(fields) == 1)
                _take_run(journals[-1], fields[0], every=every, report=report)
    except Refused as refused:
        report(refused)
    return journals


def attempt(report: Report, act: Callable[[Any], None], part: Any) -> None:
    try:
        act(part)
    except Refused as refused:
        report(refused)


def _take_run(journal: Journal, run: Any, *, every: bool, report: Report) -> None:
    device = run[0] if type(run) is list and run and type(run[0]) is bytes else b""
    try:
        journal.take_run(run, every=every)
    except Refused as refused:
        # A log whose middle is damaged brings a gap with every run that follows.
        if not (refused.reject == "gap" and device in journal.broken):
            report(refused)
        journal.broken.add(device)


@dataclass
class Opened:
    """What the recovery phrase opens of a journal."""

    member: bytes
    digest: bytes
    names: dict[bytes, str]
    epochs: int
    counting: int
    """Event envelopes that count and can be read."""
    passed_over: int
    """Event envelopes of removed devices that nobody who counts had seen."""
    absent: int
    """Envelopes that somebody had seen and that are not in the file."""
    events: list[tuple[Event, bytes]]
    """With the device of each; in the order of their clocks. Only if asked for."""


def open_journal(
    path: Path, journal: Journal, entropy: bytes, *, keep: bool, report: Report
) -> Opened:
    """Open all of a journal with a phrase's entropy (SPEC 24.4)."""
    space, kind = journal.genesis.space, journal.genesis.kind
    for index in range(64):
        seeds = root_seeds(entropy, kind, index)
        member = h("member-id", b"".join(seeds.public))
        if member in journal.genesis.roots:
            break
    else:
        raise Refused("no-key", f"This phrase is of no member of the {kind} journal {space.hex()}.")
    epochs = _open_epochs(journal, member, seeds.kem, report)

    seen: dict[bytes, Seen] = {}
    flaws: dict[bytes, Refused] = {}
    places: dict[bytes, Placed] = {}
    events: dict[bytes, Event] = {}
    for e in _proved_again(path, journal):
        erased = journal.statements.is_erased(e.device, e.seq, e.id)
        witness: Sequence[Any] = ()
        if not e.flags & KEY_FLAG and e.body is not None:
            try:
                author = journal.statements.devices[e.device].member
                event, witness, _ = open_event(space, author, e, journal.keys)
                places[e.id] = placed(event)
                if keep or event.kind == "member.introduced":
                    events[e.id] = event
                if event.flaw is not None:
                    flaws[e.id] = Refused(event.flaw, f"An event does not fit {event.kind}.")
            except Refused as refused:
                flaws[e.id] = refused
        seen[e.id] = Seen(e.device, e.seq, e.previous, () if erased else witness)

    count = admitted(seen, journal.roster.standing, journal.roster.heads)
    for id_ in sorted(count & flaws.keys(), key=lambda i: seen[i][:2]):
        where = f"{seen[id_].device.hex()[:8]}, number {seen[id_].seq}"
        report(Refused(flaws[id_].reject, f"{flaws[id_].sentence} (device {where})"))
    by_entity: dict[bytes, list[Placed]] = defaultdict(list)
    for id_ in count & places.keys():
        by_entity[places[id_].entity].append(places[id_])
    stands = {p.id for found in by_entity.values() for p in counted_events(found)}
    shown = {e.id: (e, seen[i].device) for i, e in events.items() if i in count and e.id in stands}
    ordered = sorted(shown.values(), key=lambda pair: (pair[0].ms, pair[0].ms_count, pair[0].id))
    introduced = [e for e, _ in ordered if e.kind == "member.introduced" and e.fields is not None]
    return Opened(
        member,
        timeline_digest(by_entity),
        {e.member: e.fields["name"] for e in introduced if e.fields is not None},
        epochs,
        len(count & places.keys()),
        len(places.keys() - count),
        sum(1 for ref in {tuple(r) for i in count for r in seen[i].witness} if ref[2] not in seen),
        ordered if keep else [],
    )


def _open_epochs(journal: Journal, member: bytes, seed: bytes, report: Report) -> int:
    """Hold all keys that the phrase opens; how many epochs opened (SPEC 8.3)."""
    opened, flaws = 0, []
    for e in journal.key_envelopes:
        try:
            epoch = open_epoch(e, journal.genesis.space, member, seed)
        except Refused as refused:
            flaws.append((e.key_id, refused))
            continue
        opened += 1
        journal.keys.update((key.id, key) for key in (epoch.key, *epoch.earlier))
    for key_id, flaw in flaws:
        # A key that another epoch brought along is not lacking.
        if flaw.reject != "no-key" or key_id not in journal.keys:
            report(flaw)
    return opened


def _proved_again(path: Path, journal: Journal) -> Iterator[Envelope]:
    """The envelopes of a journal that were proved, read from the file once more."""
    here = False
    try:
        for name, fields in parts(path):
            if name == "journal":
                here = fields == [journal.genesis.encoded]
            elif name == "run" and here and len(fields) == 1:
                try:
                    check_run(fields[0])
                except Refused:
                    continue
                for e in envelopes_of(fields[0], journal.genesis.space):
                    if e.id in journal.held:
                        yield e
    except Refused:
        return  # said when the file was read first


# --- Fork proofs (SPEC 11.7)

PROOF = b"inglenook fork proof "


class Fork(NamedTuple):
    """What a fork proof shows: one key signed two envelopes for one place of its log."""

    genesis: Genesis
    id: bytes
    """Of the device, as in all that follows."""
    device: Device
    seq: int
    ids: list[bytes]
    heads: list[int]


def read_proof(source: bytes) -> Fork:
    """Check a fork proof, in the order of SPEC 11.7. It needs nothing besides."""
    if len(source) > MAX_MESSAGE_BYTES:
        raise Refused("too-large", "This file is larger than a fork proof may be.")
    magic = re.match(PROOF + rb"(\d+)\n", source)
    if magic is None:
        raise Refused("malformed", "This file is no fork proof.")
    if magic[1] != b"1":
        raise Refused("wrong-version", "This fork proof was made by another version.")
    value = unpack(source[magic.end() :])
    FORK_PROOF(value)
    encoded, path, seq, previous, chains = value
    genesis = Genesis(encoded)
    id_, device = _end_of(path, genesis)
    if (seq == 1) != (previous == ZERO):
        raise Refused("gap", "The two versions do not begin where they say.")
    heads = [seq + len(links) - 1 for links, _ in chains]
    if max(heads) > MAX_SEQ:
        raise Refused("too-large", "The two versions go beyond the last number that there is.")
    ids, sound = [], []
    for links, signature in chains:
        before, header, own = previous, b"", []
        for number, (flags, key_id, body_hash) in enumerate(links, seq):
            header = prefix_of(flags, genesis.space, id_, number, before, key_id) + body_hash
            before = h("envelope-id", header)
            own.append(before)
        ids.append(own[0])
        sound.append(holds("envelope-sig", device.sign, header, signature))
    if not ascends(ids):
        raise Refused("malformed", "The two versions are the same, or not in their order.")
    if not all(sound):
        raise Refused("bad-signature", "A version is not signed by that device.")
    return Fork(genesis, id_, device, seq, ids, heads)


def _end_of(path: list[Any], genesis: Genesis) -> tuple[bytes, Device]:
    """The device to which a path of additions leads from a root."""
    found: dict[bytes, Device] = {}
    id_, last = b"", Device(b"", b"")
    for encoded, signature in path:
        content = content_of(encoded, genesis.space)
        by = content[-1]
        if not found and by in genesis.roots:
            id_, last = by, Device(by, genesis.roots[by][0])
        if content[0] != "added" or (by, content[2]) != (id_, last.member):
            raise Refused("bad-statement", "The statements lead from nobody to that device.")
        added = _added_device(content)
        if added in found:
            raise Refused("bad-statement", "The statements go round in a circle.")
        signing_key(content[3])
        if not holds("statement-sig", last.sign, encoded, signature):
            raise Refused("bad-statement", "A statement's signature does not hold.")
        id_, last = added, Device(content[2], content[3])
        found[id_] = last
    return id_, last


# --- The command


def describe(journal: Journal) -> str:
    statements, logs = journal.statements, [x for x in journal.leaves.values() if x]
    roster = journal.roster
    return "\n".join(
        [
            f"{journal.genesis.kind} journal {journal.genesis.space.hex()}",
            f"  devices     {len(roster.known)}, of which {len(roster.standing)} stand",
            f"  statements  {len(statements.by_id)}, roster {statements.roster_hash.hex()}",
            f"  envelopes   {len(journal.held)} in {len(logs)} logs; {journal.stubs} erased; "
            f"{len(journal.key_envelopes)} bring keys; "
            f"{sum(len(leaves) - 1 for leaves in logs)} forks",
        ]
    )


def describe_fork(fork: Fork) -> str:
    first, second = fork.ids
    return "\n".join(
        [
            f"fork proof, of the {fork.genesis.kind} journal {fork.genesis.space.hex()}",
            f"  member      {fork.device.member.hex()}",
            f"  device      {fork.id.hex()}",
            f"  key         {fork.device.sign.hex()}",
            f"  number      {fork.seq} of its log is there twice, both signed with that key:",
            f"              {first.hex()}, followed up to {fork.heads[0]}",
            f"              {second.hex()}, followed up to {fork.heads[1]}",
        ]
    )


# What steers a terminal, besides the characters that JSON escapes anyway.
_STEERING = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def tame(text: str) -> str:
    return _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def describe_opened(opened: Opened) -> str:
    names = ", ".join(
        tame(name) + (" (this phrase)" if member == opened.member else "")
        for member, name in sorted(opened.names.items())
    )
    lines = [
        f"  people      {names or 'nobody said a name'}",
        f"  opened      {opened.epochs} epochs, {opened.counting} events that count",
        f"  digest      {opened.digest.hex()}",
    ]
    if opened.passed_over:
        lines.append(f"  note        {opened.passed_over} events of removed devices do not count")
    if opened.absent:
        lines.append(f"  note        {opened.absent} envelopes that were seen are not in the file")
    return "\n".join(lines)


def as_json(event: Event, device: bytes, names: dict[bytes, str]) -> str:
    """One event as one line."""

    def plain(value: Any) -> Any:
        if isinstance(value, list):
            return [plain(item) for item in value]
        return value.hex() if isinstance(value, bytes) else value

    zone = datetime.timezone(datetime.timedelta(minutes=event.offset))
    try:
        moment = datetime.datetime.fromtimestamp(event.claimed_ms / 1000, zone).isoformat()
    except (ValueError, OverflowError, OSError):
        moment = f"{event.claimed_ms} ms"
    fields = event.fields
    line = json.dumps(
        {
            "event": event.id.hex(),
            "entity": event.entity.hex(),
            "by": names.get(event.member, event.member.hex()),
            "device": device.hex(),
            "written": moment,
            "kind": event.kind,
            "version": event.version,
            "payload": {"bytes": event.payload.hex()}
            if fields is None
            else {name: plain(value) for name, value in fields.items()},
        },
        ensure_ascii=False,
    )
    return tame(line)


def _show_journals(options: argparse.Namespace, entropy: bytes | None, report: Report) -> None:
    for journal in read_file(options.file, every=options.all, report=report):
        print(describe(journal))
        if entropy is None:
            continue
        try:
            opened = open_journal(options.file, journal, entropy, keep=options.texts, report=report)
        except Refused as refused:
            report(refused)
            continue
        print(describe_opened(opened))
        for event, device in opened.events:
            print(as_json(event, device, opened.names))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description="Check an exported Inglenook journal, and read it."
    )
    parser.add_argument("file", type=Path)
    parser.add_argument(
        "--all", action="store_true", help="check every signature, not one of each run"
    )
    parser.add_argument("--phrase", action="store_true", help="ask for the recovery phrase")
    parser.add_argument("--phrase-file", type=Path, help="a file that holds the 24 words")
    parser.add_argument("--texts", action="store_true", help="print each event as a line of JSON")
    options = parser.parse_args(arguments)
    found: list[Refused] = []

    def report(refused: Refused) -> None:
        found.append(refused)
        print(f"{refused.reject}: {refused.sentence}", file=sys.stderr)

    entropy = None
    try:
        if options.texts and not options.phrase and options.phrase_file is None:
            parser.error("--texts needs --phrase or --phrase-file")
        if options.phrase_file is not None:
            entropy = entropy_of(options.phrase_file.read_text(encoding="utf-8"))
        elif options.phrase:
            asked = getpass.getpass("The 24 words: ") if sys.stdin.isatty() else sys.stdin.read()
            entropy = entropy_of(asked)
        with options.file.open("rb") as file:
            source = file.read(len(PROOF))
            is_proof = source == PROOF
            if is_proof:
                source += file.read(MAX_MESSAGE_BYTES)
        if is_proof:
            attempt(report, lambda proof: print(describe_fork(read_proof(proof))), source)
        else:
            _show_journals(options, entropy, report)
    except NotAPhrase as error:
        print(error, file=sys.stderr)
        return 2
    except (OSError, UnicodeDecodeError) as error:
        print(f"A file can't be read: {error}", file=sys.stderr)
        return 2
    print("not all of it holds" if found else "all of it holds", flush=True)
    return 1 if found else 0


# --- The words of BIP39, in their order

ENGLISH = """
abandon ability able about above absent absorb abstract absurd abuse access accident account
accuse achieve acid acoustic acquire across act action actor actress actual adapt add addict
address adjust admit adult advance advice aerobic affair afford afraid again age agent agree ahead
aim air airport aisle alarm album alcohol alert alien all alley allow almost alone alpha already
also alter always amateur amazing among amount amused analyst anchor ancient anger angle angry
animal ankle announce annual another answer antenna antique anxiety any apart apology appear apple
approve april arch arctic area arena argue arm armed armor army around arrange arrest arrive arrow
art artefact artist artwork ask aspect assault asset assist assume asthma athlete atom attack
attend attitude attract auction audit august aunt author auto autumn average avocado avoid awake
aware away awesome awful awkward axis baby bachelor bacon badge bag balance balcony ball bamboo
banana banner bar barely bargain barrel base basic basket battle beach bean beauty because become
beef before begin behave behind believe below belt bench benefit best betray better between beyond
bicycle bid bike bind biology bird birth bitter black blade blame blanket blast bleak bless blind
blood blossom blouse blue blur blush board boat body boil bomb bone bonus book boost border boring
borrow boss bottom bounce box boy bracket brain brand brass brave bread breeze brick bridge brief
bright bring brisk broccoli broken bronze broom brother brown brush bubble buddy budget buffalo
build bulb bulk bullet bundle bunker burden burger burst bus business busy butter buyer buzz
cabbage cabin cable cactus cage cake call calm camera camp can canal cancel candy cannon canoe
canvas canyon capable capital captain car carbon card cargo carpet carry cart case cash casino
castle casual cat catalog catch category cattle caught cause caution cave ceiling celery cement
census century cereal certain chair chalk champion change chaos chapter charge chase chat cheap
check cheese chef cherry chest chicken chief child chimney choice choose chronic chuckle chunk
churn cigar cinnamon circle citizen city civil claim clap clarify claw clay clean clerk clever
click client cliff climb clinic clip clock clog close cloth cloud clown club clump cluster clutch
coach coast coconut code coffee coil coin collect color column combine come comfort comic common
company concert conduct confirm congress connect consider control convince cook cool copper copy
coral core corn correct cost cotton couch country couple course cousin cover coyote crack cradle
craft cram crane crash crater crawl crazy cream credit creek crew cricket crime crisp critic crop
cross crouch crowd crucial cruel cruise crumble crunch crush cry crystal cube culture cup cupboard
curious current curtain curve cushion custom cute cycle dad damage damp dance danger daring dash
daughter dawn day deal debate debris decade december decide decline decorate decrease deer defense
define defy degree delay deliver demand demise denial dentist deny depart depend deposit depth
deputy derive describe desert design desk despair destroy detail detect develop device devote
diagram dial diamond diary dice diesel diet differ digital dignity dilemma dinner dinosaur direct
dirt disagree discover disease dish dismiss disorder display distance divert divide divorce dizzy
doctor document dog doll dolphin domain donate donkey donor door dose double dove draft dragon
drama drastic draw dream dress drift drill drink drip drive drop drum dry duck dumb dune during
dust dutch duty dwarf dynamic eager eagle early earn earth easily east easy echo ecology economy
edge edit educate effort egg eight either elbow elder electric elegant element elephant elevator
elite else embark embody embrace emerge emotion employ empower empty enable enact end endless
endorse enemy energy enforce engage engine enhance enjoy enlist enough enrich enroll ensure enter
entire entry envelope episode equal equip era erase erode erosion error erupt escape essay essence
estate eternal ethics evidence evil evoke evolve exact example excess exchange excite exclude
excuse execute exercise exhaust exhibit exile exist exit exotic expand expect expire explain
expose express extend extra eye eyebrow fabric face faculty fade faint faith fall false fame
family famous fan fancy fantasy farm fashion fat fatal father fatigue fault favorite feature
february federal fee feed feel female fence festival fetch fever few fiber fiction field figure
file film filter final find fine finger finish fire firm first fiscal fish fit fitness fix flag
flame flash flat flavor flee flight flip float flock floor flower fluid flush fly foam focus fog
foil fold follow food foot force forest forget fork fortune forum forward fossil foster found fox
fragile frame frequent fresh friend fringe frog front frost frown frozen fruit fuel fun funny
furnace fury future gadget gain galaxy gallery game gap garage garbage garden garlic garment gas
gasp gate gather gauge gaze general genius genre gentle genuine gesture ghost giant gift giggle
ginger giraffe girl give glad glance glare glass glide glimpse globe gloom glory glove glow glue
goat goddess gold good goose gorilla gospel gossip govern gown grab grace grain grant grape grass
gravity great green grid grief grit grocery group grow grunt guard guess guide guilt guitar gun
gym habit hair half hammer hamster hand happy harbor hard harsh harvest hat have hawk hazard head
health heart heavy hedgehog height hello helmet help hen hero hidden high hill hint hip hire
history hobby hockey hold hole holiday hollow home honey hood hope horn horror horse hospital host
hotel hour hover hub huge human humble humor hundred hungry hunt hurdle hurry hurt husband hybrid
ice icon idea identify idle ignore ill illegal illness image imitate immense immune impact impose
improve impulse inch include income increase index indicate indoor industry infant inflict inform
inhale inherit initial inject injury inmate inner innocent input inquiry insane insect inside
inspire install intact interest into invest invite involve iron island isolate issue item ivory
jacket jaguar jar jazz jealous jeans jelly jewel job join joke journey joy judge juice jump jungle
junior junk just kangaroo keen keep ketchup key kick kid kidney kind kingdom kiss kit kitchen kite
kitten kiwi knee knife knock know lab label labor ladder lady lake lamp language laptop large
later latin laugh laundry lava law lawn lawsuit layer lazy leader leaf learn leave lecture left
leg legal legend leisure lemon lend length lens leopard lesson letter level liar liberty library
license life lift light like limb limit link lion liquid list little live lizard load loan lobster
local lock logic lonely long loop lottery loud lounge love loyal lucky luggage lumber lunar lunch
luxury lyrics machine mad magic magnet maid mail main major make mammal man manage mandate mango
mansion manual maple marble march margin marine market marriage mask mass master match material
math matrix matter maximum maze meadow mean measure meat mechanic medal media melody melt member
memory mention menu mercy merge merit merry mesh message metal method middle midnight milk million
mimic mind minimum minor minute miracle mirror misery miss mistake mix mixed mixture mobile model
modify mom moment monitor monkey monster month moon moral more morning mosquito mother motion
motor mountain mouse move movie much muffin mule multiply muscle museum mushroom music must mutual
myself mystery myth naive name napkin narrow nasty nation nature near neck need negative neglect
neither nephew nerve nest net network neutral never news next nice night noble noise nominee
noodle normal north nose notable note nothing notice novel now nuclear number nurse nut oak obey
object oblige obscure observe obtain obvious occur ocean october odor off offer office often oil
okay old olive olympic omit once one onion online only open opera opinion oppose option orange
orbit orchard order ordinary organ orient original orphan ostrich other outdoor outer output
outside oval oven over own owner oxygen oyster ozone pact paddle page pair palace palm panda panel
panic panther paper parade parent park parrot party pass patch path patient patrol pattern pause
pave payment peace peanut pear peasant pelican pen penalty pencil people pepper perfect permit
person pet phone photo phrase physical piano picnic picture piece pig pigeon pill pilot pink
pioneer pipe pistol pitch pizza place planet plastic plate play please pledge pluck plug plunge
poem poet point polar pole police pond pony pool popular portion position possible post potato
pottery poverty powder power practice praise predict prefer prepare present pretty prevent price
pride primary print priority prison private prize problem process produce profit program project
promote proof property prosper protect proud provide public pudding pull pulp pulse pumpkin punch
pupil puppy purchase purity purpose purse push put puzzle pyramid quality quantum quarter question
quick quit quiz quote rabbit raccoon race rack radar radio rail rain raise rally ramp ranch random
range rapid rare rate rather raven raw razor ready real reason rebel rebuild recall receive recipe
record recycle reduce reflect reform refuse region regret regular reject relax release relief rely
remain remember remind remove render renew rent reopen repair repeat replace report require rescue
resemble resist resource response result retire retreat return reunion reveal review reward rhythm
rib ribbon rice rich ride ridge rifle right rigid ring riot ripple risk ritual rival river road
roast robot robust rocket romance roof rookie room rose rotate rough round route royal rubber rude
rug rule run runway rural sad saddle sadness safe sail salad salmon salon salt salute same sample
sand satisfy satoshi sauce sausage save say scale scan scare scatter scene scheme school science
scissors scorpion scout scrap screen script scrub sea search season seat second secret section
security seed seek segment select sell seminar senior sense sentence series service session settle
setup seven shadow shaft shallow share shed shell sheriff shield shift shine ship shiver shock
shoe shoot shop short shoulder shove shrimp shrug shuffle shy sibling sick side siege sight sign
silent silk silly silver similar simple since sing siren sister situate six size skate sketch ski
skill skin skirt skull slab slam sleep slender slice slide slight slim slogan slot slow slush
small smart smile smoke smooth snack snake snap sniff snow soap soccer social sock soda soft solar
soldier solid solution solve someone song soon sorry sort soul sound soup source south space spare
spatial spawn speak special speed spell spend sphere spice spider spike spin spirit split spoil
sponsor spoon sport spot spray spread spring spy square squeeze squirrel stable stadium staff
stage stairs stamp stand start state stay steak steel stem step stereo stick still sting stock
stomach stone stool story stove strategy street strike strong struggle student stuff stumble style
subject submit subway success such sudden suffer sugar suggest suit summer sun sunny sunset super
supply supreme sure surface surge surprise surround survey suspect sustain swallow swamp swap
swarm swear sweet swift swim swing switch sword symbol symptom syrup system table tackle tag tail
talent talk tank tape target task taste tattoo taxi teach team tell ten tenant tennis tent term
test text thank that theme then theory there they thing this thought three thrive throw thumb
thunder ticket tide tiger tilt timber time tiny tip tired tissue title toast tobacco today toddler
toe together toilet token tomato tomorrow tone tongue tonight tool tooth top topic topple torch
tornado tortoise toss total tourist toward tower town toy track trade traffic tragic train
transfer trap trash travel tray treat tree trend trial tribe trick trigger trim trip trophy
trouble truck true truly trumpet trust truth try tube tuition tumble tuna tunnel turkey turn
turtle twelve twenty twice twin twist two type typical ugly umbrella unable unaware uncle uncover
under undo unfair unfold unhappy uniform unique unit universe unknown unlock until unusual unveil
update upgrade uphold upon upper upset urban urge usage use used useful useless usual utility
vacant vacuum vague valid valley valve van vanish vapor various vast vault vehicle velvet vendor
venture venue verb verify version very vessel veteran viable vibrant vicious victory video view
village vintage violin virtual virus visa visit visual vital vivid vocal voice void volcano volume
vote voyage wage wagon wait walk wall walnut want warfare warm warrior wash wasp waste water wave
way wealth weapon wear weasel weather web wedding weekend weird welcome west wet whale what wheat
wheel when where whip whisper wide width wife wild will win window wine wing wink winner winter
wire wisdom wise wish witness wolf woman wonder wood wool word work world worry worth wrap wreck
wrestle wrist write wrong yard year yellow you young youth zebra zero zone zoo
"""

if __name__ == "__main__":
    sys.exit(main())
