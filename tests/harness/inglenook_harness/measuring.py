"""What would let somebody be measured, found in the types of views and in documents.

The property. *As given*, a view holds nothing from which a total of one person, a score or a
streak can be read:

    number    a number stands only in a field that is listed, with why it measures nobody
    map       nothing is keyed by anything but what is listed: no table with a row per person
    word      no field is called after what is counted, ranked, or seen of a person
    sides     no two fields of one view hold numbers or lists for the one and for the other
    person    a person is named only beside words that they wrote
    group     what names a person holds no list of things that name nobody: no list by person
    device    what names a device holds no number at all
    log       nothing says how far a log is: no head, no seq, no size of an exchange

The last two are of the transport. A device belongs to a person, so a number beside it is that
person's; and a head that moved tells that something came of which nothing is to be seen, such as
that the other one is ready for a reveal (SPEC 18.4).

Whoever adds entries up by their writer can still do so, as with any journal of two; no view does
it, offers it, or lays it out for them.
"""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

NUMBERS: Final = {
    "energy": "of one check-in, as its writer said it; no view puts two beside one another",
    "minutes": "how long a conversation or a time for two is meant to be",
    "seconds_left": "what remains of a pause, the same for both",
    "entries": "of a whole journal, in the status",
    "drafts": "words kept on this device alone",
    "waiting": "of the transport: of one's own steps",
    "bytes": "of a file",
    "erased": "of one's own words that the relay deletes",
    "files": "that were removed from this computer",
    "earlier_journals": "that a phrase brought back",
    "removed_devices": "of one's own, that a phrase struck out",
    "exit_code": "an exit code",
}
"""Every field that may hold a number, with why it measures nobody."""

MAPS: Final = {
    "refused_by_device": "of the transport: devices of which the relay took no part",
    "not_given_by_device": "of the transport: devices of which the relay held something back",
}

WITHOUT_WORDS: Final = {
    "ConsentView": "stands in twos, beside the words that both agreed to",
    "consent": "stands in twos, beside the words that both agreed to",
    "ReactionView": "a warm sign is given to be seen, and is one word",
    "reaction": "a warm sign is given to be seen, and is one word",
    "LogStatus": "of the transport: whose device a log is (SPEC 7)",
    "log": "of the transport: whose device a log is (SPEC 7)",
}
"""What names a person without words of theirs, with why."""

SIDES: Final = {
    "RoundView": "the words of both, which opened at once",
    "round": "the words of both, which opened at once",
    "LookBackView": "what its reader agrees to; of the other nothing",
    "inglenook.look-back/1": "what its reader agrees to; of the other nothing",
    "inglenook.look-back-agreement/1": "what its reader agrees to; of the other nothing",
}

_WORDS: Final = {
    "text", "note", "idea", "title", "rules", "observation", "feeling", "topic", "need", "what",
    "appreciation", "next_step", "current", "words", "message", "others", "parts",
}  # fmt: skip
_PERSONS: Final = {"by", "noted_on"}
_OF_A_SIDE: Final = re.compile(r"(?:^|_)(?:mine|my|theirs?|their|partners?|yours?|me)(?:_|$)")
_MEASURES: Final = re.compile(
    r"(?:^|_)(?:counts?|totals?|scores?|streaks?|ranks?|percent|average|mean|ratio|share|"
    r"last_seen|seen_at|read_at|online|typing|longest|in_a_row|missed)(?:_|$)"
)
NOT_SHOWN: Final = {
    "SyncReport": "a face says yes or no of its counts: its document has no number",
    "Point": "in what the relay holds back of a log: the document names the device alone",
}
"""What the facade hands to a face that shows less of it; documents are held to all the rules."""

OWN: Final = {"inglenook.linking/1": "a device of one's own, and what the whole journal holds"}
"""What names a device beside a number that is not the device's."""

_DEVICES: Final = {"device", "this_device", "standing"}
_LOG: Final = re.compile(
    r"(?:^|_)(?:seqs?|heads?|head_ids?|hlc|witness|envelope_count|received|sent|acknowledged)(?:_|$)"
)
_YES_OR_NO: Final = {"received", "sent"}
"""Of the transport, and said with yes or no alone."""


def reachable(types_: typing.Iterable[type]) -> set[type[msgspec.Struct]]:
    """Structs, and those in their fields."""
    found: set[type[msgspec.Struct]] = set()
    waiting = list(types_)
    while waiting:
        one = waiting.pop()
        if one not in found and _is_struct(one):
            found.add(one)
            for hint in typing.get_type_hints(one).values():
                waiting += list(_parts(hint))
    return found


def _is_struct(one: Any) -> bool:
    return isinstance(one, type) and issubclass(one, msgspec.Struct)


def _parts(hint: Any) -> Iterator[Any]:
    yield hint
    for part in typing.get_args(hint):
        yield from _parts(part)


def _is(hint: Any, *kinds: type) -> bool:
    """Whether a field may hold a value of these types itself (not inside of a list)."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return any(_is(part, *kinds) for part in typing.get_args(hint))
    return (typing.get_origin(hint) or hint) in kinds


def view_flaws(views: typing.Iterable[type[msgspec.Struct]]) -> list[str]:
    """What in the types of views would let somebody be measured."""
    found: list[str] = []
    for view in views:
        if view.__name__ in NOT_SHOWN:
            continue
        hints = typing.get_type_hints(view)
        fields = {
            name: _Field(
                number=_is(hint, int, float),
                yes_or_no=_is(hint, bool),
                mapping=_is(hint, dict, Mapping),
                lists=_items(hint),
            )
            for name, hint in hints.items()
        }
        found += _flaws(view.__name__, fields)
    return sorted(found)


class _Field(typing.NamedTuple):
    number: bool
    yes_or_no: bool
    mapping: bool
    lists: tuple[bool, ...]
    """For each sort of thing that it may be a list of: whether that is a thing with an id that
    names nobody, in itself or in its parts."""

    @property
    def is_list(self) -> bool:
        return bool(self.lists)


def _items(hint: Any) -> tuple[bool, ...]:
    found: list[bool] = []
    for part in _parts(hint):
        if typing.get_origin(part) in (list, tuple):
            items = [one for arg in typing.get_args(part) for one in _parts(arg)]
            structs = [one for one in items if _is_struct(one)]
            found += [_nameless(one) for one in structs] or [False]
    return tuple(found)


def _nameless(struct: type[msgspec.Struct]) -> bool:
    inside = reachable([struct])
    names = {name for one in inside for name in one.__struct_fields__}
    return "id" in struct.__struct_fields__ and not names & _PERSONS


def _flaws(where: str, fields: Mapping[str, _Field]) -> Iterator[str]:
    for name, field in fields.items():
        if field.number and name not in NUMBERS:
            yield f"{where}.{name}: a number"
        if field.mapping and name not in MAPS:
            yield f"{where}.{name}: a map"
        if _MEASURES.search(name) and name not in NUMBERS:
            yield f"{where}.{name}: a measure, by its name"
        if _LOG.search(name) and not (field.yes_or_no and name in _YES_OR_NO):
            yield f"{where}.{name}: how far a log is"
        if field.number and _DEVICES & set(fields) and where not in OWN:
            yield f"{where}.{name}: a number beside a device"
        if _OF_A_SIDE.search(name) and (field.number or field.is_list) and where not in SIDES:
            yield f"{where}.{name}: one side of two"
    if "by" in fields:
        if not _WORDS & set(fields) and where not in WITHOUT_WORDS:
            yield f"{where}: a person without words of theirs"
        for name, field in fields.items():
            if any(field.lists):
                yield f"{where}.{name}: things grouped by person"


def format_flaws(tables: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The same of ``client/FORMATS.md``, as ``formats.read_formats`` reads it."""
    found: list[str] = []
    for where, rows in tables.items():
        fields = {
            name: _Field(
                number=row.type.startswith("integer"),
                yes_or_no=row.type == "boolean",
                mapping=row.type.startswith("map of "),
                lists=(_nameless_table(row.type[8:], tables),)
                if row.type.startswith("list of ")
                else (),
            )
            for name, row in rows.items()
        }
        found += _flaws(where, fields)
    return sorted(found)


def _nameless_table(item: str, tables: Mapping[str, Mapping[str, Any]]) -> bool:
    seen: set[str] = set()
    waiting = [item]
    while waiting:
        table = waiting.pop()
        if table in tables and table not in seen:
            seen.add(table)
            waiting += [row.type.removeprefix("list of ") for row in tables[table].values()]
    names = {name for table in seen for name in tables[table]}
    return "id" in tables.get(item, {}) and not names & _PERSONS


def document_flaws(document: Any, where: str = "") -> list[str]:
    """Numbers and maps in a document that the lists above don't have, and names without words."""
    found: list[str] = []
    if isinstance(document, list):
        for item in document:
            found += document_flaws(item, where)
    elif isinstance(document, dict):
        for name, value in document.items():
            path = f"{where}.{name}"
            if _LOG.search(name) and not isinstance(value, bool):
                found.append(f"{path}: how far a log is")
            if isinstance(value, int | float) and not isinstance(value, bool):
                if name not in NUMBERS:
                    found.append(f"{path}: a number")
                if _DEVICES & set(document):
                    found.append(f"{path}: a number beside a device")
            elif name not in MAPS:
                if _MEASURES.search(name) and name not in NUMBERS:
                    found.append(f"{path}: a measure, by its name")
                found += document_flaws(value, path)
    return found
