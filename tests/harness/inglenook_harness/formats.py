"""``client/FORMATS.md`` as data: which fields a document may and must have."""

import re
from typing import Any, NamedTuple

from inglenook_harness.checkout import ROOT

_ROW = re.compile(r"^\| `(?P<name>\w+)` \| (?P<type>[^|]+?) \|", re.MULTILINE)
_PLAIN = {"string", "boolean", "integer", "id", "date", "time"}


class Field(NamedTuple):
    type: str
    nullable: bool
    optional: bool


def read_formats() -> dict[str, dict[str, Field]]:
    """Field tables by the heading that they stand under."""
    text = (ROOT / "client/FORMATS.md").read_text(encoding="utf-8")
    tables = {}
    for part in re.split(r"^##+ ", text, flags=re.MULTILINE)[1:]:
        fields = {}
        for row in _ROW.finditer(part):
            kind = row["type"]
            optional = kind.endswith(", optional")
            kind = kind.removesuffix(", optional")
            fields[row["name"]] = Field(kind.removesuffix("?"), kind.endswith("?"), optional)
        tables[part.split("\n", 1)[0].strip()] = fields
    return tables


def _value_flaws(
    where: str, value: Any, kind: str, tables: dict[str, dict[str, Field]]
) -> list[str]:
    if kind.startswith("list of "):
        if not isinstance(value, list):
            return [f"{where} is not a list"]
        return [
            flaw
            for at, item in enumerate(value)
            for flaw in _value_flaws(f"{where}[{at}]", item, kind[8:], tables)
        ]
    if kind.startswith("map of "):
        return [] if isinstance(value, dict) else [f"{where} is not a map"]
    if kind not in _PLAIN:
        return flaws(value, kind, tables, where)
    fits = {
        "boolean": isinstance(value, bool),
        "integer": isinstance(value, int) and not isinstance(value, bool),
    }.get(kind, isinstance(value, str))
    if fits and kind == "id":
        fits = re.fullmatch("[0-9a-f]{64}", value) is not None
    if fits and kind == "date":
        fits = re.fullmatch(r"\d{4}-\d\d-\d\d", value) is not None
    if fits and kind == "time":
        fits = re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d.*[+-]\d\d:\d\d$", value) is not None
    return [] if fits else [f"{where} is not a {kind}: {value!r}"]


def flaws(
    document: Any, table: str, tables: dict[str, dict[str, Field]], where: str = ""
) -> list[str]:
    """What in ``document`` the table does not say, and what it lacks."""
    if not isinstance(document, dict):
        return [f"{where} is not an object"]
    fields = tables[table]
    found = [f"{where}.{name} is not described" for name in document if name not in fields]
    for name, field in fields.items():
        if name not in document:
            if not field.optional:
                found.append(f"{where}.{name} is not there")
        elif document[name] is None:
            if not field.nullable:
                found.append(f"{where}.{name} is null")
        else:
            found += _value_flaws(f"{where}.{name}", document[name], field.type, tables)
    return found


def document_flaws(document: dict[str, Any]) -> list[str]:
    """As ``flaws``, by the format that the document names."""
    tables = read_formats()
    name = document.get("format", "")
    if name not in tables:
        return [f"{name!r} is not a described format"]
    return flaws(document, name, tables)
