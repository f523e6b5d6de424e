"""messages.json and login.json: what travels between client and relay (14)."""

from __future__ import annotations

from collections.abc import Sequence

from gen.base import MAX_SEQ, draw, h, sign
from gen.cases import Count, File, Recipe, Repeat, tagged
from gen.msgpack import Raw, pack
from gen.runs import MAIN
from gen.world import (
    A1,
    A2,
    ADA,
    B1,
    BEN,
    GENESIS,
    SPACE,
    added,
    erased,
    removed,
    run_fields,
)

ORIGIN = "https://relay.example"
Fields = list[object]


def _bodies() -> dict[str, list[tuple[str, Fields]]]:
    statement = [[s.content, s.signature] for s in (
        removed(A2, A1, [(4, draw("head"))]), erased([(A1.id, 2, MAIN[1].id)], A1),
    )]  # fmt: skip
    new = added(B1, BEN)
    first, second = run_fields(MAIN[:3]), run_fields(MAIN[3:5], [4])
    devices = sorted(d.id for d in (A1, A2, B1))
    have = [[d, sorted([(i + 3, draw(f"have {i}"))])] for i, d in enumerate(devices)]
    deep = [[devices[0], sorted((seq, draw(f"deep {seq}")) for seq in (1, 60, 124, 126, 127, 128))]]
    fork = [[devices[1], sorted([(9, draw("left")), (9, draw("right"))])]]
    points = sorted((seq, draw(f"gap {seq}")) for seq in (5, 5000))
    claim, mailbox = draw("claim", 16), draw("mailbox", 16)
    capability = draw("capability")
    hashes = [draw("roster"), draw("erasures")]
    return {
        "error": [
            ("without more", ["malformed", "The message does not decode.", None, None]),
            ("slow down", ["slow-down", "", 30, None]),
            ("with points", ["conflict", "Kept as it was.", None, points]),
        ],
        "register": [
            ("shared", ["let me in", GENESIS, [[new.content, new.signature], *statement]]),
            ("without a token", ["", GENESIS, []]),
        ],
        "empty": [("nothing to say", [])],
        "challenge_answer": [("nonce", [draw("nonce")])],
        "login": [
            ("device", [SPACE, A1.id, draw("nonce"), draw("signature", 64)]),
            ("root", [SPACE, ADA.member, draw("nonce"), draw("signature", 64)]),
        ],
        "login_answer": [("token", ["t" * 43, 3600])],
        "find": [("Ada", [ADA.signing, ADA.kem, draw("nonce"), draw("signature", 64)])],
        "find_answer": [("none", [[]]), ("one", [[GENESIS]])],
        "pull": [
            ("nothing held", [[], h("roster-hash", b""), h("erasures-hash", b""), 1048576]),
            ("three logs", [have, draw("roster"), draw("erasures"), 1048576]),
            ("deeper points", [deep, draw("roster"), draw("erasures"), 65536]),
            ("a fork", [fork, draw("roster"), draw("erasures"), 1]),
        ],
        "page": [
            ("nothing", [[], [], [], False, h("roster-hash", b""), h("erasures-hash", b"")]),
            ("runs and more", [statement, [first, second], have, True, *hashes]),
            ("only heads", [[], [], fork, False, *hashes]),
        ],
        "push": [
            ("nothing", [[], []]), ("statements", [statement, []]),
            ("two runs", [[], [first, second]]),
        ],
        "push_answer": [
            ("none", [[]]),
            ("every outcome", [[
                ["accepted", 12], ["duplicate", 3], ["gap", points], ["gap", []],
                ["refused", "bad-signature"], ["accepted", MAX_SEQ],
            ]]),
        ],
        "mailbox_open": [("an hour", ["let me in", mailbox, draw("owner"), draw("reader"), 3600])],
        "mailbox_enter": [("reader", [capability, claim])],
        "mailbox_put": [
            ("reader", [capability, claim, 1, draw("sealed", 90)]),
            ("owner", [capability, b"", 2, b""]),
            ("the last slot", [capability, b"", 8, b""]),
        ],
        "mailbox_get": [("reader", [capability, claim, 2, 25]), ("owner", [capability, b"", 1, 0])],
        "mailbox_got": [("not yet", [None]), ("there", [draw("sealed", 90)])],
        "mailbox_close": [("owner", [capability, b""]), ("reader", [capability, claim])],
    }  # fmt: skip


CLAUSES = {
    "error": "14.1", "register": "14.2", "empty": "14.2", "challenge_answer": "14.3",
    "login": "14.3", "login_answer": "14.3", "find": "14.4", "find_answer": "14.4", "pull": "14.5",
    "page": "14.5", "push": "14.6", "push_answer": "14.6", "mailbox_open": "14.8",
    "mailbox_enter": "14.8", "mailbox_put": "14.8", "mailbox_get": "14.8", "mailbox_got": "14.8",
    "mailbox_close": "14.8",
}  # fmt: skip


def messages() -> File:
    out = File("messages", pool={"genesis": GENESIS, "KEM key": ADA.kem})
    bodies = _bodies()
    # The answer to a push is itself the array of results.
    for name, bodies_of in bodies.items():
        for title, fields in bodies_of:
            value = fields[0] if name == "push_answer" else fields
            out.expect(
                CLAUSES[name], "message", f"{name}: {title}",
                {"message": name, "value": tagged(value)}, {"encoded": pack(value)},
            )  # fmt: skip
    _shapes(out, bodies)
    _faults(out)
    return out


def _bad(out: File, message: str, name: str, data: object, reject: str = "malformed") -> None:
    encoded = data if isinstance(data, bytes | Recipe) else pack(data)
    out.reject(CLAUSES[message], "message.decode", f"{message}: {name}",
               {"message": message, "bytes": encoded}, reject)  # fmt: skip


def _shapes(out: File, bodies: dict[str, list[tuple[str, Fields]]]) -> None:
    """The same faults for every message: one field more or less, nil or a string in a place."""
    for message, bodies_of in bodies.items():
        fields = bodies_of[-1][1]
        if message == "push_answer":
            continue
        good = pack(fields)
        _bad(out, message, "one field more", [*fields, None])
        _bad(out, message, "trailing byte", good + b"\0")
        _bad(out, message, "header in 3 bytes", b"\xdc\x00" + bytes([len(fields)]) + good[1:])
        if fields:
            _bad(out, message, "one field less", fields[:-1])
        for i, value in enumerate(fields):
            wrong: object = b"bin" if isinstance(value, str) else "str"
            if isinstance(value, bytes) and len(value) in (16, 32, 64, 1216):
                _bad(out, message, f"field {i} one byte short", _at(fields, i, value[1:]))
            _bad(out, message, f"field {i} of another type", _at(fields, i, wrong))
            _bad(out, message, f"field {i} is a float", _at(fields, i, Raw(b"\xca\0\0\0\0")))
            optional = message == "mailbox_got" or (message == "error" and i >= 2)
            if not optional:
                _bad(out, message, f"field {i} is nil", _at(fields, i, None))


def _at(fields: Sequence[object], index: int, value: object) -> Fields:
    return [*fields[:index], value, *fields[index + 1 :]]


def _faults(out: File) -> None:
    devices = sorted(d.id for d in (A1, A2))
    points = sorted((seq, draw(f"gap {seq}")) for seq in (5, 5000))
    hashes = [draw("roster"), draw("erasures"), 65536]
    run = run_fields(MAIN[:1])

    def pull(name: str, have: object) -> None:
        _bad(out, "pull", name, [have, *hashes])

    pull("devices unsorted", [[d, points] for d in reversed(devices)])
    pull("a device twice", [[devices[0], points[:1]], [devices[0], points[1:]]])
    pull("points unsorted", [[devices[0], points[::-1]]])
    pull("a point twice", [[devices[0], [points[0], points[0]]]])
    pull("a point at seq 0", [[devices[0], [(0, points[0][1])]]])
    pull("a point at seq 2^53", [[devices[0], [(MAX_SEQ + 1, points[0][1])]]])
    pull("a point with a short id", [[devices[0], [(1, points[0][1][1:])]]])
    pull("a device of 31 bytes", [[devices[0][1:], points]])
    _bad(out, "pull", "page bytes -1", [[], *hashes[:2], -1])
    part = Count(b"\x92\x01\xc4\x20" + draw("p", 28), b"", 65)
    data = pack([[[devices[0], Raw(b"\xdc\x00\x41" + part.data())]], *hashes])
    _bad(out, "pull", "65 points of one log", Recipe(data, part))
    part = Count(b"\x92\xc4\x20" + draw("d", 28), b"\x90", 257)
    data = pack([Raw(b"\xdc\x01\x01" + part.data()), *hashes])
    _bad(out, "pull", "257 logs", Recipe(data, part))

    for message in ("push", "page"):
        rest: Fields = [] if message == "push" else [[], False, *hashes[:2]]
        unit = pack(run)
        many = Repeat(unit, 257)
        data = pack([[], Raw(b"\xdc\x01\x01" + many.data()), *rest])
        _bad(out, message, "257 runs", Recipe(data, many))
        _bad(out, message, "a run with one field more", [[], [[*run, None]], *rest])
        _bad(out, message, "a run as bin", [[], [unit], *rest])
        _bad(out, message, "a statement as bin", [[pack([b"", bytes(64)])], [], *rest])  # fmt: skip
        _bad(out, message, "a statement of one field", [[[b""]], [], *rest])
        _bad(out, message, "a signature of 63 bytes", [[[b"", bytes(63)]], [], *rest])  # fmt: skip
    _bad(out, "page", "heads unsorted",
         [[], [], [[d, points] for d in reversed(devices)], False, *hashes[:2]])  # fmt: skip
    _bad(out, "page", "more as 1", [[], [], [], 1, *hashes[:2]])

    for name, wrong in {
        "an outcome of later days": ["maybe", 1], "accepted without a seq": ["accepted"],
        "accepted at seq 0": ["accepted", 0], "accepted with points": ["accepted", points],
        "gap with a seq": ["gap", 3], "refused without a class": ["refused"],
        "refused with nil": ["refused", None], "gap unsorted": ["gap", points[::-1]],
        "an outcome in capitals": ["Accepted", 3], "three fields": ["accepted", 1, None],
    }.items():  # fmt: skip
        _bad(out, "push_answer", name, [wrong])
    _bad(out, "push_answer", "results as nil", None)
    _bad(out, "error", "points unsorted", ["conflict", "", None, points[::-1]])
    _bad(out, "error", "retry after -1", ["slow-down", "", -1, None])

    capability, claim = draw("capability"), draw("claim", 16)
    long = Repeat(b"\0", 65537)
    data = pack([capability, claim, 1, long.data()])
    _bad(out, "mailbox_put", "65537 bytes", Recipe(data, long))
    endings: dict[str, Fields] = {"mailbox_put": [b"mail"], "mailbox_get": [0]}
    for message, rest in endings.items():
        _bad(out, message, "slot -1", [capability, claim, -1, *rest])
        _bad(out, message, "slot 0", [capability, claim, 0, *rest])
        _bad(out, message, "slot 9", [capability, claim, 9, *rest])
    _bad(out, "mailbox_get", "waits 26 seconds", [capability, claim, 1, 26])
    _bad(out, "mailbox_get", "waits -1 second", [capability, claim, 1, -1])
    endings = {"mailbox_put": [1, b""], "mailbox_close": []}
    for message, rest in endings.items():
        _bad(out, message, "claim of 15 bytes", [capability, claim[1:], *rest])
    _bad(out, "mailbox_enter", "an empty claim", [capability, b""])
    reader = [draw("owner"), draw("reader")]
    _bad(out, "mailbox_open", "604801 seconds", ["t", claim, *reader, 604801])
    _bad(out, "mailbox_open", "no second", ["t", claim, *reader, 0])
    whole = 8388609 - len(pack(["full", "", None, None])) - 4
    filler = Repeat(b"a", whole)
    data = pack(["full", filler.data().decode(), None, None])
    if len(data) != 8388609:
        raise AssertionError(len(data))
    _bad(out, "error", "a message of 8388609 bytes", Recipe(data, filler), "too-large")


def login() -> File:
    out = File("login")
    nonce = draw("login nonce")
    zero = bytes(32)
    for name, origin, space, signer, seed in (
        ("device", ORIGIN, SPACE, A1.id, A1.signing_seed),
        ("device, with a port", "https://relay.example:8443", SPACE, A1.id, A1.signing_seed),
        ("device, on loopback", "http://127.0.0.1:8080", SPACE, A1.id, A1.signing_seed),
        ("root", ORIGIN, SPACE, ADA.member, ADA.signing_seed),
    ):
        record = pack([origin, space, signer, nonce])
        out.expect(
            "14.3", "login.sign", name,
            {
                "origin": origin, "space": space, "signer": signer, "nonce": nonce,
                "signing_seed": seed,
            },
            {"record": record, "signature": sign("login-sig", seed, record)},
        )  # fmt: skip
    record = pack([ORIGIN, zero, ADA.member, nonce])
    signature = sign("login-sig", ADA.signing_seed, record)
    out.expect(
        "14.4", "find.sign", "Ada",
        {"origin": ORIGIN, "signing_seed": ADA.signing_seed, "kem_seed": ADA.kem_seed,
         "nonce": nonce},
        {"record": record, "signature": signature,
         "request": pack([ADA.signing, ADA.kem, nonce, signature])},
    )  # fmt: skip
    good = {"origin": ORIGIN, "space": SPACE, "signer": A1.id, "public": A1.signing, "nonce": nonce}
    right = sign("login-sig", A1.signing_seed, pack([ORIGIN, SPACE, A1.id, nonce]))
    out.expect("14.3", "login.verify", "good", {**good, "signature": right}, {})
    changes: dict[str, dict[str, object]] = {
        "another relay": {"origin": "https://another.example"},
        "the default port spelled out": {"origin": ORIGIN + ":443"},
        "without TLS": {"origin": "http://relay.example"},
        "a slash after the origin": {"origin": ORIGIN + "/"},
        "another space": {"space": draw("another space")},
        "the answer to a find": {"space": zero},
        "another signer": {"signer": A2.id},
        "another's key": {"public": A2.signing},
        "another nonce": {"nonce": draw("another nonce")},
        "signature flipped": {"signature": right[:-1] + bytes([right[-1] ^ 1])},
        "signed under another label": {
            "signature": sign("statement-sig", A1.signing_seed, pack([ORIGIN, SPACE, A1.id, nonce]))
        },
    }
    for name, change in changes.items():
        out.reject("14.3", "login.verify", name, {**good, "signature": right, **change},
                   "bad-signature")  # fmt: skip
    return out
