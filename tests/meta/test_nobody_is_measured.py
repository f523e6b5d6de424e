"""No total of a person, no score and no streak can be read off any view (PRACTICES, safety 2).

What that means exactly stands in ``inglenook_harness.measuring``. Here it is held against every
view of the facade, every document of the command line, and against violations that are planted.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import types
from typing import Any

import msgspec
import pytest

import inglenook_client.core
from inglenook_client.core import model
from inglenook_client.core.practices.keeping_views import ActivityView, MemoryView
from inglenook_harness.checkout import ROOT
from inglenook_harness.formats import Field, read_formats
from inglenook_harness.measuring import (
    MAPS,
    NOT_SHOWN,
    NUMBERS,
    OWN,
    SIDES,
    WITHOUT_WORDS,
    document_flaws,
    format_flaws,
    reachable,
    view_flaws,
)

JOURNAL = ROOT / "client/inglenook_client/journal"
INSIDE = {"Draft"}
"""Views whose name does not end in View."""
NO_FACE = {"Said", "PracticeState"}
"""What parts of the facade hand to one another, and no face is given."""


def core_structs() -> dict[str, type[msgspec.Struct]]:
    """Every struct of the core by its name."""
    found: dict[str, type[msgspec.Struct]] = {}
    for info in pkgutil.walk_packages(inglenook_client.core.__path__, "inglenook_client.core."):
        module = importlib.import_module(info.name)
        for name, one in vars(module).items():
            if isinstance(one, type) and issubclass(one, msgspec.Struct):
                found[name] = one
    return found


def all_views() -> set[type[msgspec.Struct]]:
    """All that a face is given: views, and what is in them."""
    structs = core_structs()
    shown = [one for name, one in structs.items() if name.endswith("View") or name in INSIDE]
    named = [structs[name] for name in returned() - NO_FACE if name in structs]
    return reachable([*shown, *named, *_of_model()])


def _of_model() -> list[type[msgspec.Struct]]:
    return [
        one
        for one in vars(model).values()
        if isinstance(one, type) and issubclass(one, msgspec.Struct) and one is not msgspec.Struct
    ]


def returned() -> set[str]:
    """Every name in what the public methods of the facade and its parts give."""
    found: set[str] = set()
    for path in sorted(JOURNAL.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                for method in node.body:
                    if (
                        isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef)
                        and not method.name.startswith("_")
                        and method.returns is not None
                    ):
                        found |= {n.id for n in ast.walk(method.returns) if isinstance(n, ast.Name)}
    return found


def test_no_view_measures_anybody() -> None:
    views = all_views()
    names = {view.__name__ for view in views}
    assert {"EntryView", "TrendsView", "WeekView", "PauseView", "ActivityView"} <= names
    assert len(views) > 60
    assert view_flaws(views) == []


def test_every_view_that_the_facade_gives_is_looked_at() -> None:
    names = {view.__name__ for view in all_views()}
    assert {name for name in returned() if name.endswith("View")} <= names


def test_no_document_of_the_command_line_measures_anybody() -> None:
    tables = read_formats()
    assert len([name for name in tables if name.startswith("inglenook.")]) > 50
    assert format_flaws(tables) == []


def test_nothing_is_excused_that_is_not_there() -> None:
    named = {name for view in all_views() for name in view.__struct_fields__}
    named |= {name for fields in read_formats().values() for name in fields}
    tables = {view.__name__ for view in all_views()} | set(read_formats())
    assert {*MAPS, *NUMBERS} <= named
    assert {*WITHOUT_WORDS, *SIDES, *NOT_SHOWN, *OWN} <= tables
    assert all(why for why in (*NUMBERS.values(), *MAPS.values(), *WITHOUT_WORDS.values()))


def planted(name: str, *fields: Any) -> type[msgspec.Struct]:
    return msgspec.defstruct(name, fields)


def many(view: type[msgspec.Struct]) -> Any:
    """The type of a list of a view that was made here."""
    return types.GenericAlias(list, (view,))


@pytest.mark.parametrize(
    ("view", "flaw"),
    [
        (planted("A", ("walks", int)), "A.walks: a number"),
        (planted("A", ("walks", int | None)), "A.walks: a number"),
        (planted("A", ("closeness", float)), "A.closeness: a number"),
        (planted("A", ("kept", dict[str, str])), "A.kept: a map"),
        (planted("A", ("streak", str)), "A.streak: a measure, by its name"),
        (planted("A", ("last_seen", str)), "A.last_seen: a measure, by its name"),
        (planted("A", ("my_days", list[str])), "A.my_days: one side of two"),
        (planted("A", ("theirs", list[MemoryView])), "A.theirs: one side of two"),
        (planted("A", ("head_seq", int)), "A.head_seq: how far a log is"),
        (planted("A", ("head", str)), "A.head: how far a log is"),
        (planted("A", ("received", int)), "A.received: how far a log is"),
        (planted("A", ("device", str), ("waiting", int)), "A.waiting: a number beside a device"),
        (planted("A", ("by", str), ("date", str)), "A: a person without words of theirs"),
        (
            planted("A", ("by", str), ("text", str), ("done", many(planted("B", ("id", str))))),
            "A.done: things grouped by person",
        ),
    ],
)
def test_a_view_that_is_planted_is_found(view: type[msgspec.Struct], flaw: str) -> None:
    assert flaw in view_flaws([view])


def test_a_view_that_is_planted_deep_inside_is_found() -> None:
    inner = planted("Inner", ("by", str), ("text", str), ("pauses_called", int))
    outer = planted("Outer", ("days", many(inner)))
    assert view_flaws(reachable([outer])) == ["Inner.pauses_called: a number"]
    assert view_flaws(reachable([ActivityView])) == []


def test_a_document_that_is_planted_is_found() -> None:
    tables = {"inglenook.x/1": {"walks": Field("integer", False, False)}}
    assert format_flaws(tables) == ["inglenook.x/1.walks: a number"]
    tables = {"x": {"by": Field("string", False, False)}}
    assert format_flaws(tables) == ["x: a person without words of theirs"]
    tables = {"x": {"kept": Field("map of string to integer", False, False)}}
    assert format_flaws(tables) == ["x.kept: a map"]
    assert document_flaws({"days": [{"by": "me", "walks": 3}]}) == [".days.walks: a number"]
    assert document_flaws({"streak": "long"}) == [".streak: a measure, by its name"]
    tables = {"x": {"seq": Field("integer", False, False)}}
    assert "x.seq: how far a log is" in format_flaws(tables)
    assert document_flaws({"logs": [{"device": "ab", "waiting": 3}]}) == [
        ".logs.waiting: a number beside a device"
    ]
    assert document_flaws({"head": "ab", "sent": True}) == [".head: how far a log is"]
    assert document_flaws({"days": [{"by": "me", "text": "3", "edited": True}]}) == []
