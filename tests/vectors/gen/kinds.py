"""The kinds of 13.1 beyond the first ones, a second time and by hand: what each field may hold.

A kind is a line: its name, `+` where it creates, and the types of its fields in order; `?` after
a type says that nil fits too. Good and bad values stand with the types.
"""

from __future__ import annotations

from gen.base import draw
from gen.cases import Count
from gen.msgpack import Raw

ID, DAY = draw("entity"), "2026-09-21"
LONG_TEXT, LONG_LINE = "t" * 65537, "l" * 1025
BLOB = draw("blob")
ATTACHMENT: list[object] = [
    BLOB,
    draw("blob key"),
    48_213,
    "image/jpeg",
    "The two of us by the river",
]

TABLE = """
inventory.written+ text feelings text text text date
inventory.edited text feelings text text text date
reflection.written+ text text text id? date
reflection.edited text text text date
kindness_idea.noted+ said
kindness_idea.edited said
kindness_idea.set_aside
draft.written+ named id? parts
draft.edited parts
draft.set_aside id?
half.kept+ id id half
hide.set+ id
hide.lifted
agreement.given id
agreement.revoked
rules.written+ rules
rules.edited rules
goal.named+ said id? date
goal.edited said date
step.proposed+ id? who said cadence text date date?
step.edited who said cadence text date date?
step.retired text
commitment.written+ said date
commitment.edited said date
look_back.proposed+ rules
look_back.edited rules
conversation.proposed+ named text ms minutes mode id?
conversation.countered named text ms minutes mode
conversation.accepted id
conversation.declined text
conversation.opened id?
conversation.closed text text bool
turn.spoken+ id voice bool said text text text
turn.paraphrased voice said
turn.corrected voice said
turn.confirmed voice id
turn.validated voice said
turn.answered voice said
turn.set_down voice
acknowledgement.given+ id said
pause.called+ id? minutes? text apart?
pause.extended minutes? text apart?
pause.resumed
pause.ended text
need.stated+ said text date
need.edited said text date
need.heard id said
need.corrected said
need.confirmed id
need.rested
need.woken
disclosure.shared+ said wanted bool date
disclosure.edited said wanted date
disclosure.look_back_set bool
disclosure.received
ritual.defined+ named text cadence time? date
ritual.edited named text cadence time? date
ritual.kept+ id date text
ritual.rested
ritual.woken
activity.imagined+ named text
activity.edited named text
activity.planned date time? date? text
activity.done date text
activity.set_aside
couple_time.planned+ ms minutes line line text
couple_time.moved ms minutes
couple_time.kept bool text
couple_time.let_go
topic.parked+ said date
topic.edited said date
topic.taken_up
topic.set_aside
topic.parked_again
exchange.offered+ said date
affection.noted+ text date
milestone.marked+ said id? date
milestone.edited said date
keepsake.pinned+ pinned line text attachment? id? date
keepsake.edited line text date
keepsake.unpinned
reveal.ready id id
reveal.taken_back id
reveal.opened id id half
space.zone_set zone
"""

_DATES: dict[str, object] = {
    "no such day": "2026-02-29", "month 0": "2026-00-10", "short": "2026-9-21",
    "with a time": "2026-09-21T00:00", "empty": "", "a number": 20260921,
}  # fmt: skip
_IDS: dict[str, object] = {"short": ID[1:], "long": ID + b"\0", "empty": b"", "str": "e" * 32}
_ONE_PART = ["noticed", "You waited"]

# By type: good values (the first is the base of the faults), then what is wrong with a bad one.
TYPES: dict[str, tuple[list[object], dict[str, object]]] = {
    "text": (["A few words.", ""], {"too long": LONG_TEXT, "bin": b"text"}),
    "said": (["Words there are."], {"too long": LONG_TEXT, "empty": "", "bin": b"text"}),
    "line": (["A line", ""], {"too long": LONG_LINE, "bin": b"line"}),
    "named": (["A name"], {"too long": LONG_LINE, "empty": "", "bin": b"line"}),
    "date": ([DAY, "2024-02-29"], _DATES),
    "id": ([ID], _IDS),
    "ms": ([1_790_000_000_000, 0, 2**53 - 1],
           {"below zero": -1, "too large": 2**53, "str": "1", "float": Raw(b"\xca\0\0\0\0")}),
    "minutes": ([20, 1, 10_080], {"none": 0, "a week and one": 10_081, "str": "20", "true": True}),
    "apart": ([-12_000, 0, 3_155_760_000_000], {"a hundred years and one": 3_155_760_000_001,
              "a hundred years and one before": -3_155_760_000_001, "str": "0"}),
    "bool": ([True, False], {"a number": 1, "nil": None}),
    "time": (["07:30", "00:00", "23:59"], {"hour 24": "24:00", "minute 60": "12:60",
             "one digit": "7:30", "seconds": "07:30:00", "empty": "", "a newline": "07:30\n"}),
    "zone": (["Europe/Vienna", "UTC", "America/Argentina/Buenos_Aires", "Etc/GMT+3"],
             {"empty": "", "upwards": "../zone", "from the root": "/etc", "a space": "Etc UTC",
              "65 letters": "Z" * 65, "slash at the end": "Europe/"}),
    "feelings": ([["calm", "tired"], [], ["a"] * 8],
                 {"nine": ["a"] * 9, "one too long": [LONG_LINE], "bin inside": [b"c"],
                  "str": "a"}),
    "rules": ([["No interruptions", "Concrete examples"], ["r"] * 16],
              {"none": [], "17": ["r"] * 17, "an empty one": [""], "one too long": [LONG_LINE]}),
    "parts": ([[_ONE_PART], [], [_ONE_PART] * 16],
              {"17": [_ONE_PART] * 17, "a part of one": [["noticed"]], "nil": None,
               "a name too long": [[LONG_LINE, "text"]], "a text too long": [["name", LONG_TEXT]]}),
    "half": ([b"the half", b""], {"str": "half", "too long": Raw(
        b"\xc6\0\1\0\1" + Count(b"", b"halfhalfhalf", 4097).data()[:65537])}),
    "attachment": ([ATTACHMENT], {
        "short id": [BLOB[1:], *ATTACHMENT[1:]], "no key": [*ATTACHMENT[:1], b"",
        *ATTACHMENT[2:]], "size below zero": [*ATTACHMENT[:2], -1, *ATTACHMENT[3:]],
        "words too long": [*ATTACHMENT[:4], LONG_LINE], "one field less": ATTACHMENT[:4],
        "one field more": [*ATTACHMENT, None]}),
    "attachments": ([[], [ATTACHMENT], [ATTACHMENT] * 16],
                    {"17": [ATTACHMENT] * 17, "one without a key": [[ATTACHMENT[0], b"",
                     *ATTACHMENT[2:]]]}),
    "cadence": (
        ["FREQ=WEEKLY;BYDAY=SU", "FREQ=DAILY", "FREQ=DAILY;INTERVAL=99", "FREQ=WEEKLY",
         "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TU,WE,TH,FR,SA,SU", "FREQ=MONTHLY;BYDAY=-1FR",
         "FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31", "FREQ=MONTHLY;BYDAY=4MO", "FREQ=MONTHLY"],
        {"empty": "", "yearly": "FREQ=YEARLY", "hourly": "FREQ=HOURLY", "INTERVAL 1":
         "FREQ=DAILY;INTERVAL=1", "INTERVAL 100": "FREQ=DAILY;INTERVAL=100", "an end":
         "FREQ=DAILY;COUNT=3", "another order": "FREQ=WEEKLY;BYDAY=SU;INTERVAL=2", "no such day":
         "FREQ=WEEKLY;BYDAY=XX", "a fifth": "FREQ=MONTHLY;BYDAY=5MO", "day 32":
         "FREQ=MONTHLY;BYMONTHDAY=32", "day 0": "FREQ=MONTHLY;BYMONTHDAY=0", "both":
         "FREQ=MONTHLY;BYDAY=1MO;BYMONTHDAY=3", "which week": "FREQ=WEEKLY;BYDAY=1MO", "small":
         "freq=daily", "with its name": "RRULE:FREQ=DAILY", "a newline": "FREQ=DAILY\n",
         "eight days": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU,MO"},
    ),
    "mode": (["two-devices", "one-device", "afterwards"], {"another": "by-letter", "empty": ""}),
    "voice": (["own", "other"], {"another": "both", "empty": ""}),
    "wanted": (["listen", "comfort", "talk", "no-reply"], {"another": "advice", "empty": ""}),
    "who": (["writer", "other", "both"], {"another": "author", "empty": ""}),
    "pinned": (["note", "photo", "symbol"], {"another": "song", "empty": ""}),
}  # fmt: skip


def payloads(types: list[str]) -> list[list[object]]:
    """Good payloads: the first of each type, then each further value, then nil where it fits."""
    base = [TYPES[type_.rstrip("?")][0][0] for type_ in types]
    out = [base]
    for at, type_ in enumerate(types):
        more = TYPES[type_.rstrip("?")][0][1:] + ([None] if type_.endswith("?") else [])
        out += [[*base[:at], value, *base[at + 1 :]] for value in more]
    return out


def faults(types: list[str]) -> dict[str, list[object]]:
    """What is wrong, and the payload with that one fault."""
    base = [TYPES[type_.rstrip("?")][0][0] for type_ in types]
    out: dict[str, list[object]] = {"one field more": [*base, None]}
    if base:
        out["one field less"] = base[:-1]
    for at, type_ in enumerate(types):
        wrong = dict(TYPES[type_.rstrip("?")][1])
        if not type_.endswith("?"):
            wrong["nil"] = None
        for name, value in wrong.items():
            out[f"field {at}: {type_.rstrip('?')} {name}"] = [*base[:at], value, *base[at + 1 :]]
    return out


ROWS: dict[str, list[str]] = {}
CREATES: list[str] = []
for _line in TABLE.strip().splitlines():
    _name, *_types = _line.split()
    ROWS[_name.rstrip("+")] = _types
    if _name.endswith("+"):
        CREATES.append(_name.rstrip("+"))

# The second version of what had one before (13.13).
SECOND: dict[str, list[list[object]]] = {
    "entry.written": [
        ["moment", "You lit the fire.", DAY, ["home"], None, []],
        ["progress", "", DAY, [], ID, [ATTACHMENT]],
    ],
    "entry.edited": [["We lit the fire.", DAY, ["home"], None], ["", DAY, [], []],
                     ["", DAY, [], [ATTACHMENT] * 16]],
}  # fmt: skip
