"""runs.json: verification of runs (6)."""

from __future__ import annotations

from collections.abc import Sequence

from gen.base import MAX_SEQ, ZERO, draw, h, holds, sign
from gen.cases import File, Pool, Recipe, Repeat
from gen.msgpack import Raw, pack
from gen.world import (
    A1,
    A2,
    B1,
    KEY_IDS,
    OTHER_SPACE,
    SPACE,
    STRANGER,
    Device,
    Envelope,
    Ref,
    keys_in_order,
    log,
    run_fields,
)

K1, K2, K3 = KEY_IDS[:3]
MAIN = log(A1, "main", [K1, K1, K2, K1, K2, K3, K3, K1], flags=[1, 0, 0, 0, 1, 0, 0, 0])


def runs() -> File:
    out = File("runs")
    _good(out)
    _walk_back(out)
    _one_flip_each(out)
    _malformed(out)
    _erased(out)
    _limits(out)
    out.pool["devices"] = [
        {"device": d.id, "member": d.member, "signing": d.signing} for d in (A1, A2, B1)
    ]
    return out


def _given(
    data: object,
    held: Sequence[tuple[int, bytes]] = (),
    erased: Sequence[tuple[bytes, Ref]] = (),
    space: bytes = SPACE,
    owner: Device = A1,
) -> dict[str, object]:
    return {
        "space": space,
        "devices": Pool("devices"),
        "held": [(owner.id, *point) for point in held],
        "erased": [{"member": member, "ref": ref} for member, ref in erased],
        "run": data,
    }


def _expect(
    out: File,
    clause: str,
    name: str,
    given: dict[str, object],
    envelopes: Sequence[Envelope],
    **change: object,
) -> None:
    expect: dict[str, object] = {
        "ids": [e.id for e in envelopes], "rest": None, "duplicates": [], "branches": [],
        "unsound": [],
    }  # fmt: skip
    out.expect(clause, "run.verify", name, given, {**expect, **change})


def _good(out: File) -> None:
    def held(count: int) -> list[tuple[int, bytes]]:
        return [e.point for e in MAIN[:count]]

    _expect(out, "6.2", "one item at seq 1", _given(pack(run_fields(MAIN[:1]))), MAIN[:1])
    _expect(out, "6.2", "eight items, three keys", _given(pack(run_fields(MAIN))), MAIN)
    for start in (1, 4, 7):
        _expect(
            out, "6.2", f"continues at seq {start + 1}",
            _given(pack(run_fields(MAIN[start:])), held(start)), MAIN[start:],
        )  # fmt: skip
    other = log(B1, "ben", [K2] * 3)
    _expect(out, "6.2", "another member's device", _given(pack(run_fields(other))), other)
    _expect(
        out, "6.3", "all held already", _given(pack(run_fields(MAIN[:3])), held(3)), MAIN[:3],
        duplicates=[1, 2, 3],
    )  # fmt: skip
    _expect(
        out, "6.3", "three held, two new", _given(pack(run_fields(MAIN[:5])), held(3)), MAIN[:5],
        duplicates=[1, 2, 3],
    )  # fmt: skip
    _expect(
        out, "6.3", "starts inside what is held", _given(pack(run_fields(MAIN[2:6])), held(4)),
        MAIN[2:6], duplicates=[3, 4],
    )  # fmt: skip
    fork = log(A1, "fork", [K1, K1], first=3, previous=MAIN[1].id)
    _expect(
        out, "6.3", "a branch at seq 3", _given(pack(run_fields(fork)), held(4)), fork,
        branches=[3, 4],
    )  # fmt: skip
    beside = log(A1, "beside", [K1])
    _expect(
        out, "6.3", "a branch at seq 1", _given(pack(run_fields(beside)), held(2)), beside,
        branches=[1],
    )  # fmt: skip
    both = [*held(4), *[e.point for e in fork]]
    rest = sorted([(3, MAIN[2].id), *[(3, draw(f"third {i}")) for i in range(7)]])
    for count in (7, 8):
        given = _given(pack(run_fields(fork[:1])), [*held(2), *rest[:count]])
        name = f"a branch beside {count} that are held"
        if count == 7:
            _expect(out, "11.4", name, given, fork[:1], branches=[3])
        else:
            out.reject("11.4", "run.verify", name, given, "too-many-branches")
    after_fork = log(A1, "after fork", [K2], first=5, previous=fork[1].id)
    _expect(
        out, "6.3", "continues a held branch", _given(pack(run_fields(after_fork)), both),
        after_fork,
    )  # fmt: skip
    before = draw("before the last")
    last = log(A1, "last", [K1], first=MAX_SEQ, previous=before)
    _expect(
        out, "3", "the highest seq", _given(pack(run_fields(last)), [(MAX_SEQ - 1, before)]), last
    )


def _with(fields: list[object], index: int, value: object) -> list[object]:
    return [*fields[:index], value, *fields[index + 1 :]]


def _items(fields: list[object]) -> list[list[object]]:
    items = fields[4]
    if not isinstance(items, list):
        raise TypeError
    return [list(i) for i in items]


def _change(envelopes: Sequence[Envelope], at: int, index: int, value: object) -> list[object]:
    """The run with one field of one item replaced."""
    fields = run_fields(envelopes)
    items = _items(fields)
    items[at][index] = value
    return _with(fields, 4, items)


def _flip(data: bytes, at: int = 0) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def _walk_back(out: File) -> None:
    five = MAIN[:5]

    def bad(name: str, broken: Sequence[int], verified: int) -> None:
        fields = run_fields(five)
        items = _items(fields)
        for seq in broken:
            items[seq - 1][2] = _flip(five[seq - 1].signature, 5)
        given = _given(pack(_with(fields, 4, items)))
        if verified:
            unsound = [seq for seq in broken if seq <= verified]
            rest = "bad-signature" if verified < 5 else None
            _expect(out, "6.2", name, given, five[:verified], rest=rest, unsound=unsound)
        else:
            out.reject("6.2", "run.verify", name, given, "bad-signature")

    bad("signature 5 of 5 does not hold", [5], 4)
    bad("signatures 4 and 5 do not hold", [4, 5], 3)
    bad("signatures 2 to 5 do not hold", [2, 3, 4, 5], 1)
    bad("no signature holds", [1, 2, 3, 4, 5], 0)
    bad("signature 3 does not hold, the run is proved all the same", [3], 5)
    bad("signatures 1 to 4 do not hold, the run is proved all the same", [1, 2, 3, 4], 5)
    bad("signatures 2 and 5 do not hold", [2, 5], 4)
    bad("signatures 3 and 5 do not hold: the walk ends at 4", [3, 5], 4)

    for at in (0, 1, 4):
        data = pack(_change(five, at, 3, _flip(five[at].body)))
        name = f"body {at + 1} of 5 flipped"
        if at == 0:
            out.reject("6.2", "run.verify", name, _given(data), "bad-signature")
        else:
            _expect(out, "6.2", name, _given(data), five[:at], rest="bad-signature")
    data = pack(_change(five, 1, 1, 1))
    _expect(out, "6.2", "flag of item 2 of 5 set", _given(data), five[:1], rest="bad-signature")
    data = pack(_change(five, 3, 0, 1))
    _expect(out, "6.2", "key index of item 4 of 5 changed", _given(data), five[:3],
            rest="bad-signature")  # fmt: skip
    fields = run_fields(five)
    items = _items(fields)
    items[2], items[3] = items[3], items[2]
    items[2][0], items[3][0] = items[3][0], items[2][0]
    data = pack(_with(fields, 4, items))
    _expect(out, "6.2", "items 3 and 4 exchanged", _given(data), five[:2], rest="bad-signature")
    items = _items(fields)
    del items[1]
    data = pack(_with(fields, 4, items))
    _expect(out, "6.2", "item 2 left out", _given(data), five[:1], rest="bad-signature")
    items = _items(fields)
    items.insert(1, items[1])
    data = pack(_with(fields, 4, items))
    _expect(out, "6.2", "item 2 twice", _given(data), five[:2], rest="bad-signature")


def _one_flip_each(out: File) -> None:
    """One damaged header field each, told by a run of one item after a held one."""
    fields = run_fields(MAIN[2:3])
    held = [e.point for e in MAIN[:2]]

    def bad(name: str, data: list[object], reject: str, **given: object) -> None:
        base = {**_given(pack(data), held), **given}
        out.reject("5.7", "run.verify", f"header: {name}", base, reject)

    bad("space", fields, "bad-signature", space=OTHER_SPACE)
    bad("device, to one nobody knows", _with(fields, 0, _flip(A1.id)), "unknown-device")
    bad("device, to another of the same member", _with(fields, 0, A2.id), "gap")
    bad("device, to one of the other member", _with(fields, 0, B1.id), "gap")
    for name, other in (("the same", A2), ("the other", B1)):
        out.reject(
            "5.7", "run.verify", f"header at seq 1: device, to one of {name} member",
            _given(pack(_with(run_fields(MAIN[:1]), 0, other.id))), "bad-signature",
        )  # fmt: skip
    bad("seq, one more", _with(fields, 1, 4), "gap")
    bad("seq, one less", _with(fields, 1, 2), "gap")
    bad("previous id", _with(fields, 2, _flip(MAIN[1].id)), "gap")
    bad("previous id, to that of seq 1", _with(fields, 2, MAIN[0].id), "gap")
    bad("previous id, to zero", _with(fields, 2, ZERO), "gap")
    bad("key id", _with(fields, 3, [_flip(K2)]), "bad-signature")
    bad("flags", _change(MAIN[2:3], 0, 1, 1), "bad-signature")
    bad("body", _change(MAIN[2:3], 0, 3, _flip(MAIN[2].body)), "bad-signature")
    bad("body cut", _change(MAIN[2:3], 0, 3, MAIN[2].body[:-1]), "bad-signature")
    bad("body empty", _change(MAIN[2:3], 0, 3, b""), "bad-signature")
    for at in (0, 31, 32, 63):
        bad(f"signature, byte {at}", _change(MAIN[2:3], 0, 2, _flip(MAIN[2].signature, at)),
            "bad-signature")  # fmt: skip
    one = MAIN[2]
    for name, label, seed, message in (
        ("by another device", "envelope-sig", A2.signing_seed, one.header),
        ("under another label", "statement-sig", A1.signing_seed, one.header),
        ("over the prefix only", "envelope-sig", A1.signing_seed, one.prefix),
        ("over the id", "envelope-sig", A1.signing_seed, one.id),
    ):
        signature = sign(label, seed, message)
        bad(f"signed {name}", _change(MAIN[2:3], 0, 2, signature), "bad-signature")
    for version in (0, 2):
        head = bytes([version]) + one.header[1:]
        signature = sign("envelope-sig", A1.signing_seed, head)
        bad(f"signed with version {version}", _change(MAIN[2:3], 0, 2, signature),
            "bad-signature")  # fmt: skip

    first = run_fields(MAIN[:1])
    for name, data, nothing in (
        ("previous id not zero at seq 1", _with(first, 2, draw("no zero")), []),
        ("zero previous id at seq 2", _with(first, 1, 2), []),
        ("nothing held", fields, []),
        ("the one before is not held", run_fields(MAIN[3:4]), held),
    ):
        out.reject("6.2", "run.verify", name, _given(pack(data), nothing), "gap")
    elsewhere = [(2, log(A1, "fork", [K1], first=2, previous=MAIN[0].id)[0].id)]
    out.reject("6.2", "run.verify", "another branch is held at the seq before",
               _given(pack(fields), elsewhere), "gap")  # fmt: skip
    lone = log(STRANGER, "stranger", [K1])
    out.reject("6.5", "run.verify", "a device that is in no statement",
               _given(pack(run_fields(lone))), "unknown-device")  # fmt: skip


def _malformed(out: File) -> None:
    three = MAIN[:3]
    fields = run_fields(three)
    data = pack(fields)

    def bad(name: str, wrong: object, reject: str = "malformed") -> None:
        encoded = wrong if isinstance(wrong, bytes) else pack(wrong)
        out.reject("6.1", "run.verify", name, _given(encoded), reject)

    bad("nothing", b"")
    bad("trailing byte", data + b"\0")
    bad("cut by one byte", data[:-1])
    bad("array header in 3 bytes", b"\xdc\x00\x05" + data[1:])
    bad("four fields", fields[:4])
    bad("six fields", [*fields, None])
    bad("device of 31 bytes", _with(fields, 0, A1.id[1:]))
    bad("device as nil", _with(fields, 0, None))
    bad("seq 0", _with(fields, 1, 0))
    bad("seq -1", _with(fields, 1, -1))
    bad("seq as nil", _with(fields, 1, None))
    bad("seq 1 in two bytes", _with(fields, 1, Raw(b"\xcc\x01")))
    bad("seq as float", _with(fields, 1, Raw(b"\xca\x3f\x80\x00\x00")))
    bad("previous id of 31 bytes", _with(fields, 2, ZERO[1:]))
    bad("previous id empty", _with(fields, 2, b""))
    bad("key ids empty", _with(fields, 3, []))
    bad("key id of 31 bytes", _with(fields, 3, [K1[1:], K2]))
    bad("key id not used", _with(fields, 3, [K1, K2, K3]))
    bad("key ids not in order of first use", [
        *fields[:3], [K2, K1],
        [[1 - int(i[0] != 0), *i[1:]] for i in _items(fields)],
    ])  # fmt: skip
    twice = run_fields(MAIN[:2])
    second = _items(twice)
    second[1][0] = 1
    bad("the same key id twice", [*twice[:3], [K1, K1], second])
    bad("key index 2 of 2", _change(three, 1, 0, 2))
    bad("key index -1", _change(three, 2, 0, -1))
    bad("key index as nil", _change(three, 1, 0, None))
    bad("no item", _with(fields, 4, []))
    bad("no item and no key", [*fields[:3], [], []])
    bad("items as nil", _with(fields, 4, None))
    for flags in (2, 3, 128, 255, 256, -1):
        bad(f"flags {flags}", _change(three, 1, 1, flags))
    bad("flags as false", _change(three, 1, 1, False))
    bad("signature of 63 bytes", _change(three, 1, 2, three[1].signature[:-1]))
    bad("signature of 65 bytes", _change(three, 1, 2, three[1].signature + b"\0"))
    bad("signature as nil", _change(three, 1, 2, None))
    bad("body as str", _change(three, 1, 3, "words"))
    bad("body and body hash", _change(three, 1, 4, h("body-hash", three[1].body)))
    bad("body hash as nil", _change(three, 1, 4, None))
    bad("no body and no hash", _change(three, 1, 3, None))
    for size in (31, 33):
        stub = _items(_change(three, 1, 3, None))
        stub[1][4] = draw("digest", size)
        bad(f"body hash of {size} bytes", _with(fields, 4, stub))
    short = _items(fields)
    short[1] = short[1][:4]
    bad("item of four fields", _with(fields, 4, short))
    long = _items(fields)
    long[1] = [*long[1], None]
    bad("item of six fields", _with(fields, 4, long))
    long[1] = [*_items(fields)[1][:3], Raw(b"\xc5\x00\x1f" + three[1].body), b""]
    bad("body with a longer header", _with(fields, 4, long))


def _erased(out: File) -> None:
    five = MAIN[:5]

    def erasures(*seqs: int) -> list[tuple[bytes, Ref]]:
        return [(A1.member, five[seq - 1].ref) for seq in seqs]

    for seqs in ((3,), (2,), (2, 3, 4), (4, 3)):
        name = f"erased: {', '.join(map(str, seqs))}"
        data = pack(run_fields(five, seqs))
        _expect(out, "12.2", name, _given(data, erased=erasures(*seqs)), five)
    plain = log(A1, "plain", [K1, K2, K2])
    for seqs in ((1,), (3,), (1, 2, 3)):
        refs = [(A1.member, plain[seq - 1].ref) for seq in seqs]
        data = pack(run_fields(plain, seqs))
        _expect(out, "12.2", f"erased in a plain log: {seqs}", _given(data, erased=refs), plain)
    _expect(
        out, "12.2", "body there though erased",
        _given(pack(run_fields(five)), erased=erasures(2)), five,
    )  # fmt: skip

    def cut(name: str, data: bytes, verified: int, **given: object) -> None:
        base = {**_given(data), **given}
        if verified:
            _expect(out, "6.2", name, base, five[:verified], rest="withheld-body")
        else:
            out.reject("6.2", "run.verify", name, base, "withheld-body")

    cut("withheld at 3", pack(run_fields(five, [3])), 2)
    cut("withheld at 5", pack(run_fields(five, [5])), 4)
    cut("withheld at 2 and 4", pack(run_fields(five, [2, 4])), 1)
    cut("withheld at 4, erased at 2", pack(run_fields(five, [2, 4])), 3,
        erased=[{"member": A1.member, "ref": five[1].ref}])  # fmt: skip
    cut("erased by the other member", pack(run_fields(five, [3])), 2,
        erased=[{"member": B1.member, "ref": five[2].ref}])  # fmt: skip
    ref = five[2].ref
    for name, wrong in (
        ("id", (ref[0], ref[1], _flip(ref[2]))), ("seq", (ref[0], 4, ref[2])),
        ("device", (A2.id, ref[1], ref[2])),
    ):  # fmt: skip
        cut(f"erasure names another {name}", pack(run_fields(five, [3])), 2,
            erased=[{"member": A1.member, "ref": wrong}])  # fmt: skip
    fields = run_fields(five, [3])
    items = _items(fields)
    items[2][4] = _flip(h("body-hash", five[2].body))
    cut("body hash of an erased item flipped", pack(_with(fields, 4, items)), 2,
        erased=[{"member": A1.member, "ref": ref}])  # fmt: skip
    data = pack(run_fields(plain, [1]))
    out.reject("6.2", "run.verify", "withheld at 1", _given(data), "withheld-body")
    cut("a key envelope cannot be erased", pack(run_fields(five, [5])), 4,
        erased=[{"member": A1.member, "ref": five[4].ref}])  # fmt: skip


def _limits(out: File) -> None:
    def large(name: str, data: bytes, part: Repeat) -> None:
        out.reject("6.2", "run.verify", name, _given(Recipe(data, part)), "too-large")

    for size in (262144, 262145):
        envelope = Envelope(A1, 1, ZERO, K1, 0, bytes(size))
        data, part = pack(run_fields([envelope])), Repeat(b"\0", size)
        if size == 262144:
            _expect(out, "3", "a body of 262144 bytes", _given(Recipe(data, part)), [envelope])
        else:
            large("a body of 262145 bytes", data, part)
    unit = pack([0, 0, draw("sig", 64), b"", b""])
    part = Repeat(unit, 4097)
    many = pack([A1.id, 1, ZERO, [K1], Raw(b"\xdc\x10\x01" + part.data())])
    out.reject("3", "run.verify", "4097 items", _given(Recipe(many, part)), "malformed")
    before = draw("before the last")
    for name, first, count, reject in (
        ("seq 2^53", MAX_SEQ + 1, 1, "malformed"),
        ("passing seq 2^53 - 1", MAX_SEQ, 2, "too-large"),
    ):
        rows = log(A1, "beyond", [K1] * count, first=first, previous=before)
        out.reject("3", "run.verify", name,
                   _given(pack(run_fields(rows)), [(first - 1, before)]), reject)  # fmt: skip
    if not holds("envelope-sig", A1.signing, MAIN[0].header, MAIN[0].signature):
        raise AssertionError
    if keys_in_order(MAIN) != [K1, K2, K3]:
        raise AssertionError
