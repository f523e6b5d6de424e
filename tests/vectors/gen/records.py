"""records.json: canonical MessagePack (1.2), cores and event contents (9.1, 9.2)."""

from __future__ import annotations

from gen.base import MAX_SEQ, draw
from gen.cases import Count, File, Recipe, Repeat, tagged
from gen.msgpack import Raw, pack
from gen.world import A1, A2, B1

CORE = [
    "nonce",
    "kind",
    "kind_version",
    "entity",
    "after",
    "hlc_ms",
    "hlc_count",
    "claimed_ms",
    "offset_minutes",
    "payload",
]
NOW = 1_790_000_000_123


def core_fields(name: str = "core", **change: object) -> list[object]:
    fields: dict[str, object] = {
        "nonce": draw(f"nonce {name}", 16), "kind": "entry.written", "kind_version": 1,
        "entity": b"", "after": [], "hlc_ms": NOW, "hlc_count": 0, "claimed_ms": NOW,
        "offset_minutes": 120,
        "payload": pack(["moment", "You lit the fire.", "2026-09-21", ["home"], None]),
    }  # fmt: skip
    if not set(change) <= set(fields):
        raise KeyError(name)
    return list({**fields, **change}.values())


def records() -> File:
    out = File("records")
    _values(out)
    _cores(out)
    _contents(out)
    return out


def _values(out: File) -> None:
    simple: dict[str, object] = {"nil": None, "false": False, "true": True}
    for number in (
        0, 1, 127, 128, 255, 256, 65535, 65536, 2**31, 2**32 - 1, 2**32, MAX_SEQ, 2**63 - 1, 2**63,
        2**64 - 1, -1, -32, -33, -128, -129, -32768, -32769, -(2**31), -(2**31) - 1, -(2**63),
    ):  # fmt: skip
        simple[f"integer {number}"] = number
    for size in (0, 1, 31, 32, 255, 256):
        simple[f"str of {size} bytes"] = "a" * size
    simple["str outside ASCII"] = "Kaminecke \u00e4\u00df \u7089\u8fba \U0001f525\u0000"
    for size in (0, 1, 31, 32, 255, 256):
        simple[f"bin of {size} bytes"] = draw("bin", size)
    for size in (0, 1, 15, 16, 70):
        simple[f"array of {size}"] = [0] * size
    simple["nested"] = [1, [b"", "", [None, [True, -5]]], [[]]]
    for name, value in simple.items():
        out.expect("1.2", "value", name, {"value": tagged(value)}, {"encoded": pack(value)})
    for size in (65535, 65536):
        for kind, unit in (("str", "a"), ("bin", b"\0")):
            data = pack(unit * size)
            part = Repeat(b"a" if kind == "str" else b"\0", size)
            out.expect(
                "1.2", "value", f"{kind} of {size} bytes",
                {"value": {f"{kind}_repeat": ["a" if kind == "str" else "00", size]}},
                {"encoded": Recipe(data, part)},
            )  # fmt: skip
        out.expect(
            "1.2", "value", f"array of {size}", {"value": {"array_repeat": [None, size]}},
            {"encoded": Recipe(pack([None] * size), Repeat(b"\xc0", size))},
        )  # fmt: skip


def _cores(out: File) -> None:
    heads = sorted(draw(f"after {i}") for i in range(3))
    entity = draw("entity")

    def good(name: str, **change: object) -> None:
        fields = core_fields("core", **change)
        values = dict(zip(CORE, fields, strict=True))
        out.expect(
            "9.2", "decode", f"core: {name}", {"record": "core", "bytes": pack(fields)}, values
        )

    good("creates an entity")
    good("names an entity and three heads", entity=entity, after=heads, kind="entry.edited")
    good("a kind of later days", kind="ritual.kept", kind_version=300, payload=b"\xff any bytes")
    good("ends of the ranges", hlc_ms=0, hlc_count=2**32 - 1, claimed_ms=0, offset_minutes=-1080)
    good("the other ends", offset_minutes=1080, kind="a" * 31 + "." + "b" * 32, payload=b"")
    good("digits and three parts", kind="a1.b_2.c3", kind_version=65535)
    good("the last times", hlc_ms=MAX_SEQ, claimed_ms=MAX_SEQ)
    good("64 after", after=sorted(draw(f"many {i}") for i in range(64)))

    def bad(name: str, reject: str = "malformed", **change: object) -> None:
        data = pack(core_fields("core", **change))
        given: dict[str, object] = {"record": "core", "bytes": data}
        clause = "1.2" if _wire(change) else "9.2"
        out.reject(clause, "decode", f"core: {name}", given, reject)

    # Not canonical: every longer form of a value that the record holds.
    for form in ("cc01", "cd0001", "ce00000001", "cf0000000000000001", "d001", "d10001",
                 "d200000001", "d30000000000000001"):  # fmt: skip
        bad(f"kind version 1 as {form}", kind_version=Raw(bytes.fromhex(form)))
    bad("hlc ms as int 64", hlc_ms=Raw(b"\xd3" + NOW.to_bytes(8, "big")))
    bad("hlc count 200 as uint 16", hlc_count=Raw(b"\xcd\x00\xc8"))
    bad("hlc count 200 as int 16", hlc_count=Raw(b"\xd1\x00\xc8"))
    bad("hlc count 70000 as uint 64", hlc_count=Raw(b"\xcf" + (70000).to_bytes(8, "big")))
    bad("offset -60 as int 16", offset_minutes=Raw(b"\xd1\xff\xc4"))
    bad("offset -5 as int 8", offset_minutes=Raw(b"\xd0\xfb"))
    bad("offset 120 as uint 8", offset_minutes=Raw(b"\xcc\x78"))
    kind = b"entry.written"
    for head in ("d90d", "da000d", "db0000000d"):
        bad(f"kind with header {head}", kind=Raw(bytes.fromhex(head) + kind))
    for head in ("c50000", "c600000000"):
        bad(f"entity with header {head}", entity=Raw(bytes.fromhex(head)))
    for head in ("dc0000", "dd00000000"):
        bad(f"after with header {head}", after=Raw(bytes.fromhex(head)))

    # Types that records do not have, or not there.
    bad("hlc ms as float 64", hlc_ms=Raw(bytes.fromhex("cb427a0c3b76b0b000")))
    bad("kind version as float 32 1.0", kind_version=Raw(bytes.fromhex("ca3f800000")))
    bad("kind version as true", kind_version=True)
    bad("kind version as str", kind_version="1")
    bad("kind version as nil", kind_version=None)
    bad("kind as bin", kind=b"entry.written")
    bad("kind in unfinished UTF-8", kind=Raw(b"\xa2k\xc3"))
    bad("kind in overlong UTF-8", kind=Raw(b"\xa2\xc0\xae"))
    bad("kind with a surrogate", kind=Raw(b"\xa3\xed\xa0\x80"))
    bad("entity as str", entity="")
    bad("entity as nil", entity=None)
    bad("entity as fixext 1", entity=Raw(b"\xd4\x00\x00"))
    bad("entity as ext 8", entity=Raw(b"\xc7\x00\x00"))
    bad("claimed ms as a timestamp", claimed_ms=Raw(b"\xd6\xff\x6a\xb1\x2c\x00"))
    bad("after as a map", after=Raw(b"\x80"))
    bad("after as nil", after=None)
    bad("after holds nil", after=[None])
    bad("the byte that is never used", entity=Raw(b"\xc1"))

    # Values.
    bad("nonce of 15 bytes", nonce=draw("n", 15))
    bad("nonce of 17 bytes", nonce=draw("n", 17))
    bad("kind version 0", kind_version=0)
    bad("kind version -1", kind_version=-1)
    bad("entity of 31 bytes", entity=entity[:31])
    bad("entity of 33 bytes", entity=entity + b"\0")
    bad("after unsorted", after=[heads[1], heads[0]])
    bad("after twice the same", after=[heads[0], heads[0]])
    bad("after of 31 bytes", after=[heads[0][:31]])
    bad("hlc ms -1", hlc_ms=-1)
    bad("hlc count -1", hlc_count=-1)
    bad("hlc count 2^32", hlc_count=2**32)
    bad("claimed ms -1", claimed_ms=-1)
    bad("offset 1081", offset_minutes=1081)
    bad("offset -1081", offset_minutes=-1081)
    for wrong in ("Entry.written", "", "entry", "entry.", ".written", "entry..written", "1st.entry",
                 "entry.2nd", "entry-new.written", "entry.written ", "entry.written\n",
                 "entr\u00e9.written", "_entry.written"):  # fmt: skip
        bad(f"kind {wrong!r}", kind=wrong)
    bad("kind of 65 bytes", kind="a" * 32 + "." + "b" * 32)
    bad("kind version 65536", kind_version=65536)
    bad("hlc ms 2^53", hlc_ms=MAX_SEQ + 1)
    bad("claimed ms 2^53", claimed_ms=MAX_SEQ + 1)
    bad("payload as array", payload=[])
    part = Count(b"\xc4\x20" + draw("c", 28), b"", 65)
    data = pack(core_fields("core", after=Raw(b"\xdc\x00\x41" + part.data())))
    out.reject(
        "3", "decode", "core: 65 after", {"record": "core", "bytes": Recipe(data, part)},
        "malformed",
    )  # fmt: skip

    fields = core_fields("core")
    data = pack(fields)
    for name, broken in {
        "nothing": b"", "trailing byte": data + b"\0", "trailing nil": data + b"\xc0",
        "cut by one byte": data[:-1], "an eleventh field": pack([*fields, None]),
        "nine fields": pack(fields[:-1]), "array header in 3 bytes": b"\xdc\x00\x0a" + data[1:],
        "array header in 5 bytes": b"\xdd\x00\x00\x00\x0a" + data[1:],
        "a map of five": b"\x85" + data[1:], "nil": b"\xc0", "bin around it": pack(data),
        "twice": data + data, "header of 2^32 - 1 fields": b"\xdd\xff\xff\xff\xff" + data[1:],
        "deep nesting": b"\x91" * 4000 + b"\x90",
    }.items():  # fmt: skip
        out.reject("1.2", "decode", f"core: {name}", {"record": "core", "bytes": broken},
                   "malformed")  # fmt: skip


def _wire(change: dict[str, object]) -> bool:
    return any(isinstance(value, Raw) for value in change.values())


def _contents(out: File) -> None:
    roster, core = draw("roster"), pack(core_fields("core"))
    refs = sorted(
        (d.id, seq, draw(f"ref {i} {seq}")) for i, d in enumerate((A1, A2, B1)) for seq in (3, 300)
    )
    fork = sorted([(A1.id, 7, draw("left")), (A1.id, 7, draw("right"))])
    for name, witness in (("no witness", []), ("six refs", refs), ("a fork", fork)):
        out.expect(
            "9.1", "decode", f"content: {name}",
            {"record": "event_content", "bytes": pack([roster, witness, core])},
            {"roster_hash": roster, "witness": witness, "core": core},
        )  # fmt: skip

    def bad(name: str, fields: object, reject: str = "malformed") -> None:
        out.reject("9.1", "decode", f"content: {name}",
                   {"record": "event_content", "bytes": pack(fields)}, reject)  # fmt: skip

    one = refs[0]
    bad("witness unsorted", [roster, [refs[1], refs[0]], core])
    bad("witness twice the same", [roster, [one, one], core])
    bad("fork unsorted by id", [roster, [fork[1], fork[0]], core])
    bad("roster hash of 31 bytes", [roster[1:], [], core])
    bad("core as array", [roster, [], core_fields("core")])
    bad("two fields", [roster, []])
    bad("four fields", [roster, [], core, None])
    bad("ref of two fields", [roster, [one[:2]], core])
    bad("ref of four fields", [roster, [[*one, None]], core])
    bad("ref with seq 0", [roster, [[one[0], 0, one[2]]], core])
    bad("ref with seq -1", [roster, [[one[0], -1, one[2]]], core])
    bad("ref with id of 31 bytes", [roster, [[one[0], 1, one[2][1:]]], core])
    bad("ref with device of 33 bytes", [roster, [[one[0] + b"\0", 1, one[2]]], core])
    bad("ref with seq 2^53", [roster, [[one[0], MAX_SEQ + 1, one[2]]], core])
    bad("ref with seq as uint 8", [roster, [[one[0], Raw(b"\xcc\x01"), one[2]]], core])
    part = Count(b"\x93\xc4\x20" + draw("w", 28), b"\x01\xc4\x20" + draw("id"), 257)
    data = pack([roster, Raw(b"\xdc\x01\x01" + part.data()), core])
    out.reject("3", "decode", "content: 257 refs",
               {"record": "event_content", "bytes": Recipe(data, part)}, "malformed")  # fmt: skip
