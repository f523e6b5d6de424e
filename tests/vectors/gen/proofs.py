"""proofs.json: the proof that a key signed two histories of one log (11.7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gen.base import MAX_SEQ, ZERO, draw, h, sign, small_order_keys
from gen.cases import File, Recipe, Repeat
from gen.msgpack import Raw, pack
from gen.world import (
    A1,
    A2,
    ADA,
    B1,
    BEN,
    DEVICES,
    GENESIS,
    KEY_IDS,
    OTHER_SPACE,
    STRANGER,
    Device,
    Envelope,
    Root,
    Statement,
    added,
    erased,
    genesis,
    log,
    removed,
)

MAGIC = b"inglenook fork proof 1\n"
A3 = DEVICES["a3"]
K1, K2 = KEY_IDS[:2]

Link = list[object]


def _link(envelope: Envelope) -> Link:
    return [envelope.flags, envelope.key_id, h("body-hash", envelope.body)]


def _chain(envelopes: Sequence[Envelope]) -> list[object]:
    return [[_link(e) for e in envelopes], envelopes[-1].signature]


def _path(statements: Sequence[Statement]) -> list[object]:
    return [[s.content, s.signature] for s in statements]


def _pair(owner: Device, common: int, lengths: tuple[int, int] = (1, 1)) -> list[list[Envelope]]:
    """Two versions of a log with `common` envelopes before them, ascending."""
    before = log(owner, "common", [K1] * common)
    previous = before[-1].id if before else ZERO
    versions = [
        log(owner, f"version {i}", [K1, K2] * n, first=common + 1, previous=previous)[:n]
        for i, n in enumerate(lengths)
    ]
    return sorted(versions, key=lambda chain: chain[0].id)


def _fields(path: Sequence[Statement], versions: Sequence[Sequence[Envelope]]) -> list[object]:
    start = versions[0][0]
    return [
        GENESIS, _path(path), start.seq, start.previous, [_chain(chain) for chain in versions]
    ]  # fmt: skip


def _file(fields: object) -> bytes:
    return MAGIC + pack(fields)


def _at(fields: Sequence[object], index: int, value: object) -> list[object]:
    return [*fields[:index], value, *fields[index + 1 :]]


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError
    return list(value)


def proofs() -> File:
    roots: list[Root] = sorted([ADA, BEN], key=lambda root: root.signing)
    out = File(
        "proofs",
        pool={
            "KEM of the first root": roots[0].kem,
            "KEM of the second root": roots[1].kem,
            "KEM of a1": A1.kem,
            "KEM of a2": A2.kem,
            "KEM of b1": B1.kem,
        },
    )
    _good(out)
    _frame(out)
    _paths(out)
    _chains(out)
    return out


def _good(out: File) -> None:
    def good(
        name: str, path: Sequence[Statement], owner: Device, versions: Sequence[Sequence[Envelope]]
    ) -> None:
        given = {"file": _file(_fields(path, versions))}
        first, second = versions
        expect: dict[str, object] = {
            "space": h("space-id", GENESIS), "member": owner.member, "device": owner.id,
            "signing": owner.signing, "seq": first[0].seq, "ids": [first[0].id, second[0].id],
            "heads": [first[-1].seq, second[-1].seq],
        }  # fmt: skip
        out.expect("11.7", "proof.read", name, given, expect)

    one = [added(A1, ADA)]
    good("one envelope each", one, A1, _pair(A1, 4))
    good("at seq 1", one, A1, _pair(A1, 0))
    good("chains of different lengths", one, A1, _pair(A1, 2, (3, 2)))
    good("the other member's device", [added(B1, BEN)], B1, _pair(B1, 1))
    good("a device that a device added", [*one, added(A2, A1)], A2, _pair(A2, 1))
    parted = _pair(A1, 2)
    keyed = [replace(parted[0][0], flags=1), parted[1][0]]
    good("one of them opens an epoch", one, A1, sorted(([e] for e in keyed), key=lambda c: c[0].id))
    before = draw("before the last")
    last = [log(A1, name, [K1], first=MAX_SEQ, previous=before) for name in ("end", "ending")]
    good("at the highest seq", one, A1, sorted(last, key=lambda chain: chain[0].id))


def _bad(out: File, name: str, reject: str, file: object) -> None:
    out.reject("11.7", "proof.read", name, {"file": file}, reject)


def _frame(out: File) -> None:
    fields = _fields([added(A1, ADA)], _pair(A1, 4))
    record = pack(fields)
    _bad(out, "empty", "malformed", b"")
    _bad(out, "the record alone", "malformed", record)
    _bad(out, "nothing after the text", "malformed", MAGIC)
    _bad(out, "another file's text", "malformed", b"inglenook backup 1\n" + record)
    _bad(out, "another number", "wrong-version", b"inglenook fork proof 2\n" + record)
    _bad(out, "no number", "malformed", b"inglenook fork proof \n" + record)
    _bad(out, "a longer line end", "malformed", b"inglenook fork proof 1\r\n" + record)
    _bad(out, "a byte more", "malformed", MAGIC + record + b"\0")
    _bad(out, "a byte less", "malformed", MAGIC + record[:-1])
    _bad(out, "a field more", "malformed", _file([*fields, 0]))
    _bad(out, "a field less", "malformed", _file(fields[:-1]))
    _bad(out, "a long form of first seq", "malformed", _file(_at(fields, 2, Raw(b"\xcc\x05"))))
    _bad(out, "first seq 0", "malformed", _file(_at(fields, 2, 0)))
    _bad(out, "first seq beyond the highest", "malformed", _file(_at(fields, 2, MAX_SEQ + 1)))
    _bad(out, "previous id too short", "malformed", _file(_at(fields, 3, bytes(31))))
    _bad(out, "genesis as text", "malformed", _file(_at(fields, 0, "genesis")))
    long = Repeat(b"\0", 8388609 - len(MAGIC))
    _bad(out, "a byte above the largest message", "too-large", Recipe(MAGIC + long.data(), long))
    members = sorted([[root.signing, root.kem] for root in (ADA, BEN)])
    salt = draw("salt shared")
    for name, reject, born in (
        ("a genesis of another version", "wrong-version", pack([2, "shared", salt, members])),
        ("a genesis of one member", "malformed", pack([1, "shared", salt, members[:1]])),
        ("a genesis that is none", "malformed", b"\x90"),
        ("a genesis of another space", "wrong-space",
         genesis("shared", draw("salt other"), [ADA, BEN])),
    ):  # fmt: skip
        _bad(out, name, reject, _file(_at(fields, 0, born)))


def _paths(out: File) -> None:
    versions = _pair(A1, 4)
    fields = _fields([added(A1, ADA)], versions)
    good = added(A1, ADA)

    def bad(name: str, reject: str, statements: Sequence[Statement]) -> None:
        _bad(out, name, reject, _file(_at(fields, 1, _path(statements))))

    bad("no statement", "malformed", [])
    bad("a statement about another space", "wrong-space", [added(A1, ADA, OTHER_SPACE)])
    bad("added by the other member's root", "bad-statement", [added(A1, BEN)])
    bad("signed by nobody of the genesis", "bad-statement", [added(A1, STRANGER)])
    bad("signed by a key that is not its signer's", "bad-statement",
        [added(A1, ADA, seed=A2.signing_seed)])  # fmt: skip
    flipped = bytes([good.signature[0] ^ 1]) + good.signature[1:]
    bad("a statement's signature flipped", "bad-statement", [replace(good, signature=flipped)])
    bad("a statement that removes", "bad-statement", [good, removed(A1, ADA)])
    bad("a statement that erases", "bad-statement", [good, erased([versions[0][0].ref], A1)])
    bad("a step that the one before did not sign", "bad-statement",
        [good, added(A2, ADA), added(A1, A2)])  # fmt: skip
    bad("a step in another's name that the one before signed", "bad-statement",
        [good, added(A2, ADA, seed=A1.signing_seed)])  # fmt: skip
    bad("a device that is added twice", "bad-statement", [good, added(A2, A1), added(A1, A2)])
    bad("a step of the other member", "bad-statement", [good, added(B1, A1)])
    bad("a content that is no statement", "malformed", [replace(good, content=b"\x90")])
    zeros = Repeat(b"\0", 65537)
    large = _file(_at(fields, 1, _path([replace(good, content=zeros.data())])))
    _bad(out, "a content too large", "too-large", Recipe(large, zeros))
    weak = pack(["added", A1.space, A1.member, small_order_keys()[0], A1.kem, ADA.member])
    signature = sign("statement-sig", ADA.signing_seed, weak)
    bad("a small-order key is added", "small-order-key",
        [replace(good, content=weak, signature=signature)])  # fmt: skip
    # What the path adds is not the device that signed.
    _bad(out, "the path leads to another device", "bad-signature",
         _file(_fields([good, added(A2, A1)], versions)))  # fmt: skip
    _bad(out, "the path stops before the device", "bad-signature",
         _file(_fields([good], _pair(A2, 4))))  # fmt: skip


def _chains(out: File) -> None:
    path = [added(A1, ADA)]
    versions = _pair(A1, 4, (2, 1))
    fields = _fields(path, versions)
    chains = _list(fields[4])

    def bad(name: str, reject: str, *given: object) -> None:
        _bad(out, name, reject, _file(_at(fields, 4, list(given))))

    def link(which: int, at: int, index: int, value: object) -> list[object]:
        """Both chains, with one field of one link of one of them replaced."""
        links, signature = _list(chains[which])
        changed = _list(links)
        changed[at] = _at(_list(changed[at]), index, value)
        return _at(chains, which, [changed, signature])

    bad("one chain", "malformed", chains[0])
    bad("three chains", "malformed", *chains, chains[1])
    bad("the same chain twice", "malformed", chains[0], chains[0])
    longest = versions[0] if len(versions[0]) == 2 else versions[1]
    same = [longest[:1], longest]
    bad("one history at two lengths", "malformed", *[_chain(chain) for chain in same])
    bad("chains out of order", "malformed", *reversed(chains))
    bad("a chain without headers", "malformed", chains[0], [[], _list(chains[1])[1]])
    bad("a signature too short", "malformed", chains[0], [_list(chains[1])[0], bytes(63)])
    bad("an unknown flag", "malformed", *link(1, 0, 0, 2))
    bad("a key id too long", "malformed", *link(1, 0, 1, bytes(33)))
    bad("a body hash too short", "malformed", *link(1, 0, 2, bytes(31)))
    many = Repeat(pack(_link(versions[1][0])), 4097)
    whole = _file(_at(fields, 4, [chains[0], [[Raw(many.data())], bytes(64)]]))
    # An array of one raw item is written anew as one of 4097.
    at = whole.index(many.data())
    whole = whole[: at - 1] + b"\xdc\x10\x01" + whole[at:]
    _bad(out, "a chain too long", "malformed", Recipe(whole, many))
    for which, name in ((0, "first"), (1, "second")):
        links, signature = _list(chains[which])
        if not isinstance(signature, bytes):
            raise TypeError
        wrong = bytes([signature[0] ^ 1]) + signature[1:]
        bad(f"the {name} signature flipped", "bad-signature",
            *_at(chains, which, [links, wrong]))  # fmt: skip
        end = versions[which][-1]
        stranger = sign("envelope-sig", A2.signing_seed, end.header)
        bad(f"the {name} chain signed by another device", "bad-signature",
            *_at(chains, which, [links, stranger]))  # fmt: skip
        label = sign("login-sig", A1.signing_seed, end.header)
        bad(f"the {name} chain signed under another label", "bad-signature",
            *_at(chains, which, [links, label]))  # fmt: skip
    long = 0 if len(versions[0]) == 2 else 1
    ends = versions[long]
    bad("a signature of an earlier header", "bad-signature",
        *_at(chains, long, [[_link(e) for e in ends], ends[0].signature]))  # fmt: skip
    bad("a later body hash changed", "bad-signature", *link(long, 1, 2, draw("another body")))
    bad("a later flag changed", "bad-signature", *link(long, 1, 0, 1))
    bad("a later key id changed", "bad-signature", *link(long, 1, 1, draw("another key")))

    def place(name: str, reject: str, seq: object, previous: bytes) -> None:
        _bad(out, name, reject, _file(_at(_at(fields, 2, seq), 3, previous)))

    place("seq 1 after something", "gap", 1, versions[0][0].previous)
    place("a later seq after nothing", "gap", 5, ZERO)
    # Ids change with their place, and with them perhaps the order: so both are tried.
    for name, seq, previous in (
        ("another seq", 6, versions[0][0].previous), ("another previous id", 5, draw("previous")),
    ):  # fmt: skip
        moved = [
            [replace(e, seq=seq + i, previous=previous if i == 0 else e.previous)
             for i, e in enumerate(chain)][:1]
            for chain in versions
        ]  # fmt: skip
        pairs = sorted(zip(moved, versions, strict=True), key=lambda pair: pair[0][0].id)
        forged = [[[_link(e) for e in old[:1]], old[0].signature] for _, old in pairs]
        _bad(out, name, "bad-signature",
             _file(_at(_at(_at(fields, 2, seq), 3, previous), 4, forged)))  # fmt: skip
    before = draw("before the last")
    last = [
        log(A1, name, [K1] * n, first=MAX_SEQ, previous=before)
        for name, n in (("end", 1), ("ending", 2))
    ]
    beyond = sorted(last, key=lambda chain: chain[0].id)
    _bad(out, "a chain beyond the highest seq", "too-large", _file(_fields(path, beyond)))
