"""events.json: event ids, payloads and sealed events (5.4, 9, 13)."""

from __future__ import annotations

from gen.base import ZERO, draw, event_body, h, pad, prefix, u32
from gen.cases import Count, File, Recipe, Repeat, tagged
from gen.kinds import ATTACHMENT, LONG_LINE, LONG_TEXT, ROWS, SECOND, faults, payloads
from gen.kinds import CREATES as MORE_CREATE
from gen.msgpack import Raw, pack
from gen.records import core_fields
from gen.world import A1, ADA, B1, BEN, EPOCH_KEYS, KEY_IDS, OTHER_SPACE, SPACE

ENTITY, REF = draw("entity"), (A1.id, 3, draw("ref"))
DAY = "2026-09-21"
# Good payloads of every kind of 13.1; the first of each is the base of the faults.
GOOD: dict[str, list[list[object]]] = {
    "member.introduced": [["Ada"], ["\u00c5sa \U0001f525"]],
    "entry.written": [
        ["moment", "You lit the fire.", DAY, ["home", "winter"], None],
        ["progress", "", "2024-02-29", [], ENTITY],
    ],
    "entry.edited": [["We lit the fire.", DAY, ["home"]], ["", DAY, []]],
    "reply.written": [[ENTITY, "I liked that."]],
    "reply.edited": [["I liked it."]],
    "reaction.given": [[ENTITY, "warm"], [ENTITY, "with-you"], [ENTITY, "a-later-one"]],
    "reaction.taken_back": [[]],
    "check_in.made": [
        [["calm", "tired"], 3, "Long day.", "A walk together", DAY],
        [[], None, "", "", DAY], [["a"] * 8, 1, "", "", DAY], [[], 5, "", "", DAY],
    ],
    "check_in.edited": [[["calm"], None, "", "", DAY]],
    "appreciation.noticed": [["You made tea.", "I felt cared for.", DAY]],
    "appreciation.edited": [["You made tea.", "I felt at home.", DAY]],
    "device.named": [
        [draw("computer", 32), draw("computer there", 32), "Laptop"],
        [draw("computer", 32), None, "\u00c5sa's \U0001f4bb"],
    ],
    "entity.redacted": [
        [[draw("event 1")], [REF], "entry.written", DAY],
        [sorted(draw(f"event {i}") for i in range(3)), sorted([REF, (B1.id, 1, draw("r"))]),
         "ritual.kept", DAY],
        [[draw("event 1")], sorted([(A1.id, 3, draw("left")), (A1.id, 3, draw("right"))]), "", DAY],
    ],
}  # fmt: skip
MANY = {
    "too many ids": Count(b"\xc4\x20" + draw("many ids", 28), b"", 513),
    "too many refs": Count(b"\x93\xc4\x20" + draw("many refs", 28), b"\x01\xc4\x20" + REF[2], 513),
}
CREATES = [
    "member.introduced",
    "entry.written",
    "reply.written",
    "reaction.given",
    "check_in.made",
    "appreciation.noticed",
    "device.named",
]


def _faults() -> dict[str, dict[str, list[object]]]:
    """For each kind: what is wrong, and the payload with that one fault."""
    out: dict[str, dict[str, list[object]]] = {}
    for kind, (good, *_) in GOOD.items():
        faults: dict[str, list[object]] = {"one field more": [*good, None]}
        if good:
            faults["one field less"] = good[:-1]
        out[kind] = faults

    def put(kind: str, index: int, **values: object) -> None:
        good = GOOD[kind][0]
        for name, value in values.items():
            title = f"field {index}: {name.replace('_', ' ')}"
            out[kind][title] = [*good[:index], value, *good[index + 1 :]]

    def line(kind: str, index: int) -> None:
        put(kind, index, line_too_long=LONG_LINE, bin_for_line=b"line", nil_for_line=None)

    def text(kind: str, index: int) -> None:
        put(kind, index, text_too_long=LONG_TEXT, bin_for_text=b"text", nil_for_text=None)

    def date(kind: str, index: int) -> None:
        put(
            kind, index, no_such_day="2026-02-29", no_such_month="2026-13-01", month_0="2026-00-10",
            short_date="2026-9-21", long_date="2026-09-21T00:00", slashes="2026/09/21",
            basic_form="20260921", week_date="2026-W39-1", other_digits="\u0662026-09-21",
            space_before=" 2026-09-21", empty_date="", number_for_date=20260921, nil_for_date=None,
        )  # fmt: skip

    def entity(kind: str, index: int, optional: bool = False) -> None:
        put(kind, index, short_entity=ENTITY[1:], long_entity=ENTITY + b"\0", empty_entity=b"",
            str_for_entity="e" * 32)  # fmt: skip
        if not optional:
            put(kind, index, nil_for_entity=None)

    line("member.introduced", 0)
    put("entry.written", 0, another_form="memory", form_in_capitals="Moment", no_form="",
        nil_for_form=None)  # fmt: skip
    for kind, at in (("entry.written", 1), ("entry.edited", 0)):
        text(kind, at)
        date(kind, at + 1)
        put(kind, at + 2, too_many_tags=["t"] * 17, long_tag=[LONG_LINE], bin_for_tag=[b"t"],
            nil_for_tags=None, str_for_tags="home")  # fmt: skip
    entity("entry.written", 4, optional=True)
    entity("reply.written", 0)
    text("reply.written", 1)
    text("reply.edited", 0)
    entity("reaction.given", 0)
    line("reaction.given", 1)
    for kind in ("check_in.made", "check_in.edited"):
        put(kind, 0, nine_feelings=["calm"] * 9, long_feeling=[LONG_LINE], bin_for_feeling=[b"c"],
            nil_for_feelings=None)  # fmt: skip
        put(kind, 1, energy_0=0, energy_6=6, energy_below=-1, energy_as_float=Raw(b"\xca@@\0\0"),
            energy_as_str="3", energy_as_true=True)  # fmt: skip
        text(kind, 2)
        line(kind, 3)
        date(kind, 4)
    for kind in ("appreciation.noticed", "appreciation.edited"):
        text(kind, 0)
        text(kind, 1)
        date(kind, 2)
    entity("device.named", 0)
    entity("device.named", 1, optional=True)
    line("device.named", 2)
    ids = sorted(draw(f"event {i}") for i in range(2))
    put("entity.redacted", 0, short_id=[ENTITY[1:]], str_for_id=["i" * 32], nil_for_ids=None,
        no_id=[], ids_unsorted=ids[::-1], id_twice=[ids[0], ids[0]],
        too_many_ids=Raw(b"\xdc\x02\x01" + MANY["too many ids"].data()))  # fmt: skip
    line("entity.redacted", 2)
    date("entity.redacted", 3)
    put("entity.redacted", 1, no_ref=[], refs_unsorted=[(A1.id, 4, REF[2]), REF],
        ref_twice=[REF, REF], ref_at_seq_2_to_the_53=[(A1.id, 2**53, REF[2])],
        too_many_refs=Raw(b"\xdc\x02\x01" + MANY["too many refs"].data()))  # fmt: skip
    put("entity.redacted", 1, ref_of_two_fields=[REF[:2]], ref_at_seq_0=[(A1.id, 0, REF[2])],
        ref_with_short_id=[(A1.id, 3, REF[2][1:])], nil_for_refs=None)  # fmt: skip
    return out


def events() -> File:
    out = File("events")
    for kind, good_ones in GOOD.items():
        for i, payload in enumerate(good_ones):
            out.expect(
                "13.1", "payload", f"{kind} {i}",
                {"kind": kind, "kind_version": 1, "payload": pack(payload)},
                {"value": tagged(payload)},
            )  # fmt: skip
        for name, payload in _faults()[kind].items():
            data: object = pack(payload)
            if LONG_TEXT in payload:
                data = Recipe(pack(payload), Repeat(b"t", 65537))
            elif LONG_LINE in payload or [LONG_LINE] in payload:
                data = Recipe(pack(payload), Repeat(b"l", 1025))
            elif (part := MANY.get(name.split(": ")[-1])) is not None:
                data = Recipe(pack(payload), part)
            out.reject(
                "9.4", "payload", f"{kind}: {name}",
                {"kind": kind, "kind_version": 1, "payload": data}, "malformed-payload",
            )  # fmt: skip
    _more_kinds(out)
    good = pack(GOOD["reply.edited"][0])
    for name, wrong in {
        "trailing byte": good + b"\0", "nothing": b"", "a map": b"\x80",
        "array header in 3 bytes": b"\xdc\x00\x01" + good[1:],
        "str header in 2 bytes": good[:1] + b"\xd9" + bytes([good[1] & 31]) + good[2:],
        "text in bad UTF-8": good[:2] + b"\xff" + good[3:],
    }.items():  # fmt: skip
        out.reject("9.4", "payload", f"reply.edited: {name}",
                   {"kind": "reply.edited", "kind_version": 1, "payload": wrong},
                   "malformed-payload")  # fmt: skip
    for size, unit in ((65536, "t"), (65536, "\u00e9")):
        text = unit * (size // len(unit.encode()))
        out.expect(
            "13.1", "payload", f"reply.edited of {size} bytes of {unit}",
            {"kind": "reply.edited", "kind_version": 1,
             "payload": Recipe(pack([text]), Repeat(unit.encode(), len(text)))},
            {"value": [{"str_repeat": [unit, len(text)]}]},
        )  # fmt: skip
    over = "\u00e9" * 32769
    out.reject(
        "13.1", "payload", "reply.edited of 65538 bytes in 32769 letters",
        {"kind": "reply.edited", "kind_version": 1,
         "payload": Recipe(pack([over]), Repeat("\u00e9".encode(), 32769))},
        "malformed-payload",
    )  # fmt: skip
    _ids(out)
    _sealed(out)
    return out


def _packed(payload: list[object]) -> object:
    """The payload's bytes, long stretches of one letter described."""
    for unit, long in ((b"t", LONG_TEXT), (b"l", LONG_LINE)):
        if long.encode() in (data := pack(payload)):
            return Recipe(data, Repeat(unit, len(long)))
    for value in payload:
        if isinstance(value, Raw) and len(value.data) > 65536:
            return Recipe(data, Count(b"", b"halfhalfhalf", 4096))
    return data


def _more_kinds(out: File) -> None:
    """The kinds of the practices, table-driven, and the second versions."""
    for kind, types in ROWS.items():
        given = {"kind": kind, "kind_version": 1}
        for i, payload in enumerate(payloads(types)):
            out.expect("13.1", "payload", f"{kind} {i}", {**given, "payload": pack(payload)},
                       {"value": tagged(payload)})  # fmt: skip
        for name, payload in faults(types).items():
            out.reject("9.4", "payload", f"{kind}: {name}", {**given, "payload": _packed(payload)},
                       "malformed-payload")  # fmt: skip
    # 13.13: what stands in the place of the field that version 1 did not have.
    for kind, room in (("entry.written", []), ("entry.edited", None)):
        for i, payload in enumerate(GOOD[kind]):
            out.expect(
                "13.13", "upcast", f"{kind} 1: {i}",
                {"kind": kind, "kind_version": 1, "payload": pack(payload)},
                {"kind_version": 2, "value": tagged([*payload, room])},
            )  # fmt: skip
    for kind, good in SECOND.items():
        given = {"kind": kind, "kind_version": 2}
        for i, payload in enumerate(good):
            out.expect("13.13", "payload", f"{kind} 2: {i}", {**given, "payload": pack(payload)},
                       {"value": tagged(payload)})  # fmt: skip
        for name, wrong in {
            "as version 1": good[0][:-1], "one field more": [*good[0], None],
            "attachments: 17": [*good[0][:-1], [ATTACHMENT] * 17],
            "attachments: one without its key": [*good[0][:-1], [ATTACHMENT[:1]]],
            "attachments: str": [*good[0][:-1], "photo"],
            "tags: nil": [*good[0][:3], None, *good[0][4:]],
        }.items():  # fmt: skip
            if kind == "entry.edited" and name == "tags: nil":
                wrong = [*good[0][:2], None, good[0][3]]
            out.reject("13.13", "payload", f"{kind} 2: {name}", {**given, "payload": pack(wrong)},
                       "malformed-payload")  # fmt: skip


def event_id(member: bytes, core: bytes, space: bytes = SPACE) -> bytes:
    return h("event-id", space + member + core)


def _ids(out: File) -> None:
    def read(name: str, member: bytes, fields: list[object], known: bool, space: bytes = SPACE,
             clause: str = "9.3") -> None:  # fmt: skip
        core = pack(fields)
        identity = event_id(member, core, space)
        out.expect(
            clause, "event.read", name, {"space": space, "member": member, "core": core},
            {"event_id": identity, "entity_id": fields[3] or identity, "known": known},
        )  # fmt: skip

    written, edited = (
        core_fields(),
        core_fields(
            kind="entry.edited",
            entity=ENTITY,
            after=[ENTITY],
            payload=pack(GOOD["entry.edited"][0]),
        ),
    )
    read("Ada's", ADA.member, written, True)
    read("the same core by Ben", BEN.member, written, True)
    read("the same core in another space", ADA.member, written, True, OTHER_SPACE)
    read("another nonce", ADA.member, core_fields(nonce=draw("another", 16)), True)
    read("an edit", ADA.member, edited, True)
    read("a kind that is not known", BEN.member,
         core_fields(kind="garden.planted", payload=b"\xc1\xff"), False, clause="9.4")  # fmt: skip
    read("a version that is not known", BEN.member,
         core_fields(kind_version=3, payload=b"\x93\x01"), False, clause="9.4")  # fmt: skip

    def bad(name: str, fields: list[object]) -> None:
        out.reject(
            "9.4", "event.read", name,
            {"space": SPACE, "member": ADA.member, "core": pack(fields)}, "malformed-payload",
        )  # fmt: skip

    bad("payload does not fit", core_fields(payload=pack(["moment"])))
    for kind in [*GOOD, *ROWS]:
        payload = pack(GOOD[kind][0] if kind in GOOD else payloads(ROWS[kind])[0])
        if kind in CREATES or kind in MORE_CREATE:
            bad(f"{kind} names an entity", core_fields(kind=kind, entity=ENTITY, payload=payload))
        else:
            bad(f"{kind} names no entity", core_fields(kind=kind, payload=payload))


def _sealed(out: File) -> None:
    roster, nonce, previous = draw("roster"), draw("event nonce", 12), draw("previous")
    start = prefix(SPACE, A1.id, 12, previous, KEY_IDS[1])
    core = pack(core_fields("sealed"))
    witness = sorted([(B1.id, 8, draw("ben's head"))])
    content = pack([roster, witness, core])
    key = EPOCH_KEYS[1]
    body = event_body(key, SPACE, nonce, start, pad(content))
    keys = EPOCH_KEYS[:2]

    def given(**change: object) -> dict[str, object]:
        return {
            "space": SPACE, "member": ADA.member, "prefix": start, "body": body,
            "epoch_keys": keys, **change,
        }  # fmt: skip

    out.expect(
        "9.1", "event.open", "from a later seq", given(),
        {
            "roster_hash": roster, "witness": witness, "core": core,
            "event_id": event_id(ADA.member, core),
        },
    )  # fmt: skip
    first = prefix(SPACE, B1.id, 1, ZERO, KEY_IDS[0])
    long = pack(core_fields("long", payload=pack(["moment", "fire " * 200, DAY, [], None])))
    plain = pack([roster, [], long])
    out.expect(
        "9.1", "event.open", "a longer one at seq 1",
        given(member=BEN.member, prefix=first,
              body=event_body(EPOCH_KEYS[0], SPACE, nonce, first, pad(plain))),
        {
            "roster_hash": roster, "witness": [], "core": long,
            "event_id": event_id(BEN.member, long),
        },
    )  # fmt: skip

    def bad(name: str, reject: str, **change: object) -> None:
        out.reject("9.5", "event.open", name, given(**change), reject)

    def sealed(padded: bytes) -> bytes:
        return event_body(key, SPACE, nonce, start, padded)

    bad("no key", "no-key", epoch_keys=[])
    bad("another epoch's key", "no-key", epoch_keys=EPOCH_KEYS[2:3])
    bad("body flipped", "bad-seal", body=body[:-1] + bytes([body[-1] ^ 1]))
    bad("sealed under another key than the key id says", "bad-seal",
        body=event_body(EPOCH_KEYS[0], SPACE, nonce, start, pad(content)))  # fmt: skip
    bad("sealed for another seq", "bad-seal",
        body=event_body(key, SPACE, nonce, prefix(SPACE, A1.id, 13, previous, KEY_IDS[1]),
                        pad(content)))  # fmt: skip
    bad("padding", "padding", body=sealed(pad(content)[:-1] + b"\x01"))
    bad("not padded", "padding", body=sealed(u32(len(content)) + content))
    bad("content has a trailing byte", "malformed", body=sealed(pad(content + b"\0")))
    bad("content is empty", "malformed", body=sealed(pad(b"")))
    bad("roster hash of 31 bytes", "malformed", body=sealed(pad(pack([roster[1:], witness, core]))))
    bad("core is cut", "malformed", body=sealed(pad(pack([roster, witness, core[:-1]]))))
    bad("core is empty", "malformed", body=sealed(pad(pack([roster, witness, b""]))))
