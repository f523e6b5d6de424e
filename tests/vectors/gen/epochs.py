"""wraps.json and epochs.json: section 8."""

from __future__ import annotations

import json
from pathlib import Path

from gen.base import (
    ZERO,
    draw,
    kdf,
    key_id,
    prefix,
    seal,
    tag,
    wrap_make,
    wrap_open,
)
from gen.cases import Count, File, Recipe
from gen.msgpack import Raw, pack
from gen.world import (
    A1,
    A2,
    ADA,
    B1,
    BEN,
    EPOCH_KEYS,
    KEY_IDS,
    OTHER_SPACE,
    SPACE,
    Device,
    Root,
)

Recipient = Device | Root


def recipient_id(recipient: Recipient) -> bytes:
    return recipient.member if isinstance(recipient, Root) else recipient.id


def wrap_info(space: bytes, name: bytes, recipient: bytes, author: bytes) -> bytes:
    return tag("key-wrap") + space + name + recipient + author


class Wraps:
    """Wraps draw entropy, so what stands in `frozen` is kept; what lacks is made once."""

    def __init__(self, frozen: Path) -> None:
        self.file = File("wraps")
        self._kept: dict[str, bytes] = {}
        self._made: dict[str, bytes] = {}
        if frozen.exists():
            for case in json.loads(frozen.read_text(encoding="utf-8"))["cases"]:
                if "expect" in case:
                    self._kept[case["name"]] = bytes.fromhex(case["in"]["wrap"])

    def wrap(
        self,
        name: str,
        recipient: Recipient,
        key: bytes,
        author: bytes = A1.id,
        named: bytes = b"",
        addressed: bytes = b"",
    ) -> bytes:
        """`named` and `addressed` let the info name another key or recipient than the true one."""
        if name in self._made:
            return self._made[name]
        named = named or key_id(SPACE, key)
        addressed = addressed or recipient_id(recipient)
        info = wrap_info(SPACE, named, addressed, author)
        wrap = self._kept.get(name) or wrap_make(recipient.kem, info, key)
        if wrap_open(recipient.kem_seed, info, wrap) != key:
            raise ValueError(f"the frozen wrap {name!r} is of something else")
        self._made[name] = wrap
        self.file.expect(
            "8.2", "wrap.open", name,
            {
                "kem_seed": recipient.kem_seed, "space": SPACE, "key_id": named,
                "recipient": addressed, "author": author, "wrap": wrap,
            },
            {"info": info, "epoch_key": key},
        )  # fmt: skip
        return wrap


def _flip(data: bytes, at: int) -> bytes:
    at %= len(data)
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def epochs(wraps: Wraps) -> File:
    out = File("epochs")
    for i, key in enumerate(EPOCH_KEYS):
        out.expect("8.1", "key_id", f"epoch key {i}", {"space": SPACE, "epoch_key": key},
                   {"key_id": KEY_IDS[i]})  # fmt: skip
    out.expect("8.1", "key_id", "epoch key 0 in another space",
               {"space": OTHER_SPACE, "epoch_key": EPOCH_KEYS[0]},
               {"key_id": key_id(OTHER_SPACE, EPOCH_KEYS[0])})  # fmt: skip
    _wrap_faults(wraps)
    _envelopes(out, wraps)
    _choice(out)
    return out


def _wrap_faults(wraps: Wraps) -> None:
    key = EPOCH_KEYS[0]
    wrap = wraps.wrap("epoch 0 for a2", A2, key)
    good: dict[str, object] = {
        "kem_seed": A2.kem_seed, "space": SPACE, "key_id": KEY_IDS[0], "recipient": A2.id,
        "author": A1.id, "wrap": wrap,
    }  # fmt: skip
    for name, change in {
        "another's KEM key": {"kem_seed": B1.kem_seed},
        "another space": {"space": OTHER_SPACE},
        "another key id": {"key_id": KEY_IDS[1]},
        "another recipient id": {"recipient": B1.id},
        "another author": {"author": B1.id},
        "lattice ciphertext flipped": {"wrap": _flip(wrap, 3)},
        "curve point flipped": {"wrap": _flip(wrap, 1100)},
        "sealed key flipped": {"wrap": _flip(wrap, 1120)},
        "tag flipped": {"wrap": _flip(wrap, -1)},
        "curve point zero": {"wrap": wrap[:1088] + ZERO + wrap[1120:]},
        "cut by one byte": {"wrap": wrap[:-1]},
        "one byte more": {"wrap": wrap + b"\0"},
    }.items():
        wraps.file.reject("8.3", "wrap.open", name, {**good, **change}, "bad-key")


def _envelopes(out: File, wraps: Wraps) -> None:
    nonce, roster = draw("epoch nonce", 12), draw("roster hash")

    def start(key: int, author: Device = A1, seq: int = 1, previous: bytes = ZERO) -> bytes:
        return prefix(SPACE, author.id, seq, previous, KEY_IDS[key], 1)

    def sealed(key: bytes, payload: object, head: bytes, label: str = "epoch-seal") -> bytes:
        return nonce + seal(kdf(label, key, SPACE), nonce, pack(payload), head)

    def by_key_id(*keys: int) -> list[bytes]:
        return [EPOCH_KEYS[i] for i in sorted(keys, key=lambda i: KEY_IDS[i])]

    everyone: dict[str, Recipient] = {"a1": A1, "a2": A2, "b1": B1, "Ada": ADA, "Ben": BEN}

    def wrap_list(key: int, author: Device, names: list[str]) -> list[list[bytes]]:
        return sorted(
            [recipient_id(everyone[n]),
             wraps.wrap(f"epoch {key} for {n}", everyone[n], EPOCH_KEYS[key], author.id)]
            for n in names
        )  # fmt: skip

    def given(recipient: Recipient, head: bytes, body: object, author: Device) -> dict[str, object]:
        return {
            "space": SPACE, "author": author.id, "prefix": head, "body": body,
            "recipient": recipient_id(recipient), "kem_seed": recipient.kem_seed,
        }  # fmt: skip

    first, second = start(0), start(1, B1, 5, draw("before b1's"))
    bodies: tuple[tuple[str, int, Device, bytes, list[str], list[int], list[str]], ...] = (
        ("the first epoch", 0, A1, first, ["a1", "a2", "b1", "Ada", "Ben"], [],
         ["a1", "a2", "b1", "Ada", "Ben"]),
        ("a later epoch with two earlier keys", 1, B1, second, ["a1", "b1", "Ben"], [0, 2],
         ["a1", "Ben"]),
    )  # fmt: skip
    for title, number, author, head, names, earlier, readers in bodies:
        kept = by_key_id(*earlier)
        key = EPOCH_KEYS[number]
        body = pack([wrap_list(number, author, names), sealed(key, [roster, kept], head)])
        out.pool[title] = body
        for name in readers:
            out.expect(
                "8.3", "key_envelope.open", f"{title}, for {name}",
                given(everyone[name], head, body, author),
                {
                    "epoch_key": key, "roster_hash": roster,
                    "earlier": [[key_id(SPACE, k), k] for k in kept],
                },
            )  # fmt: skip

    key, kept = EPOCH_KEYS[1], by_key_id(0, 2)
    one = wrap_list(1, B1, ["a1"])
    seal_good = sealed(key, [roster, kept], second)
    body = pack([one, seal_good])
    out.pool["short"] = body

    def bad(
        name: str, reject: str, wrong: object, head: bytes = second, recipient: Recipient = A1
    ) -> None:
        data = pack(wrong) if isinstance(wrong, list) else wrong
        base = given(recipient, head, data, B1)
        out.reject("8.3", "key_envelope.open", name, base, reject)

    out.expect("8.3", "key_envelope.open", "one recipient only", given(A1, second, body, B1), {
        "epoch_key": key, "roster_hash": roster,
        "earlier": [[key_id(SPACE, k), k] for k in kept],
    })  # fmt: skip
    bad("not a recipient", "no-key", body, recipient=A2)
    bad("a wrap of another key than the header names", "bad-key", [
        [[A1.id, wraps.wrap("epoch 3 said to be epoch 1, for a1", A1, EPOCH_KEYS[3], B1.id,
                            named=KEY_IDS[1])]],
        sealed(EPOCH_KEYS[3], [roster, kept], second),
    ])  # fmt: skip
    bad("a wrap made for another recipient", "bad-key", [
        [[A1.id, wraps.wrap("epoch 1 for b1", B1, key, B1.id)]], seal_good,
    ])  # fmt: skip
    bad("a wrap to the own key, made out to another", "bad-key", [
        [[A1.id, wraps.wrap("epoch 1 to a1's key, made out to b1", A1, key, B1.id,
                            addressed=B1.id)]],
        seal_good,
    ])  # fmt: skip
    bad("the wrap flipped", "bad-key", [[[A1.id, _flip(one[0][1], 1125)]], seal_good])
    bad("the payload's nonce flipped", "bad-key", [one, _flip(seal_good, 0)])
    bad("the payload flipped", "bad-key", [one, _flip(seal_good, 20)])
    bad("the payload's tag flipped", "bad-key", [one, _flip(seal_good, -1)])
    bad("the payload empty", "bad-key", [one, b""])
    bad("the payload under the subkey of events", "bad-key",
        [one, sealed(key, [roster, kept], second, "event-seal")])  # fmt: skip
    for name, at in (("seq", 73), ("previous id", 80), ("flags", 1)):
        bad(f"{name} flipped in the prefix", "bad-key", body, _flip(second, at))
    bad("key id flipped in the prefix", "bad-key", body, _flip(second, 110))

    for name, payload in {
        "earlier keys unsorted": [roster, kept[::-1]],
        "an earlier key twice": [roster, [kept[0], kept[0]]],
        "an earlier key of 31 bytes": [roster, [kept[0][1:]]],
        "roster hash of 31 bytes": [roster[1:], kept],
        "earlier keys as nil": [roster, None],
        "payload of one field": [roster],
        "payload of three fields": [roster, kept, None],
        "roster hash with a longer header": [Raw(b"\xc5\x00\x20" + roster), kept],
    }.items():
        bad(f"payload: {name}", "malformed", [one, sealed(key, payload, second)])
    trailing = nonce + seal(
        kdf("epoch-seal", key, SPACE), nonce, pack([roster, kept]) + b"\0", second
    )
    bad("payload: trailing byte", "malformed", [one, trailing])

    two = wrap_list(1, B1, ["a1", "Ben"])
    bad("wraps unsorted", "malformed", [two[::-1], seal_good])
    bad("a recipient twice", "malformed", [[one[0], one[0]], seal_good])
    bad("a wrap of 1167 bytes", "malformed", [[[A1.id, one[0][1][1:]]], seal_good])
    bad("a wrap of 1169 bytes", "malformed", [[[A1.id, one[0][1] + b"\0"]], seal_good])
    bad("a recipient id of 31 bytes", "malformed", [[[A1.id[1:], one[0][1]]], seal_good])
    bad("a wrap of three fields", "malformed", [[[*one[0], None]], seal_good])
    bad("one field", "malformed", [one])
    bad("three fields", "malformed", [one, seal_good, None])
    bad("wraps as nil", "malformed", [None, seal_good])
    bad("payload as str", "malformed", [one, "sealed"])
    bad("trailing byte", "malformed", body + b"\0")
    bad("nothing", "malformed", b"")
    part = Count(b"\x92\xc4\x20" + draw("r", 28), b"\xc5\x04\x90" + bytes(1168), 65)
    many = pack([Raw(b"\xdc\x00\x41" + part.data()), seal_good])
    bad("65 recipients", "malformed", Recipe(many, part))


def _choice(out: File) -> None:
    current, old = draw("roster now"), draw("roster before")
    low, high, mid = sorted(KEY_IDS)[0], sorted(KEY_IDS)[3], sorted(KEY_IDS)[1]

    def case(name: str, chosen: bytes | None, *rows: tuple[bytes, bytes, bytes]) -> None:
        out.expect(
            "8.4", "choose_epoch", name,
            {
                "roster_hash": current,
                "own": A1.id,
                "epochs": [{"key_id": k, "roster_hash": r, "author": a} for k, r, a in rows],
            },
            {"key_id": chosen},
        )  # fmt: skip

    own, second, theirs = A1.id, A2.id, B1.id
    case("none", None)
    case("one", mid, (mid, current, own))
    case("the lowest of three", low, (mid, current, own), (low, current, own), (high, current, own))
    case("the lowest names an old roster", mid, (low, old, own), (mid, current, own))
    case("the lowest is the other member's", high, (low, current, theirs), (high, current, own))
    case("the lowest is a second device's", high, (low, current, second), (high, current, own))
    case("only an old roster", None, (low, old, own))
    case("only the other member's", None, (low, current, theirs))
    case("only a second device's", None, (low, current, second))
