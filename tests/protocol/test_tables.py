"""The tables of SPEC.md are the tables of the code."""

from __future__ import annotations

import re
from pathlib import Path

import inglenook_protocol
from inglenook_protocol import kinds, labels, limits, messages
from inglenook_protocol.errors import Reject

PAGE = (Path(inglenook_protocol.__file__).parents[1] / "SPEC.md").read_text(encoding="utf-8")


def section(number: int) -> str:
    return re.split(r"^## ", PAGE, flags=re.MULTILINE)[number]


def rows(text: str) -> list[list[str]]:
    lines = [line for line in text.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def test_labels_are_the_table_of_section_2() -> None:
    table = [row[0].strip("`| ") for row in rows(section(2))]
    assert tuple(table) == labels.NAMES
    assert len(set(table)) == len(table)


def test_every_label_has_a_constant_with_its_separator() -> None:
    for name in labels.NAMES:
        constant = getattr(labels, name.upper().replace("-", "_"))
        assert constant == f"inglenook/1/{name}".encode() + b"\0"


def test_no_label_is_a_prefix_of_another() -> None:
    for one in labels.NAMES:
        for other in labels.NAMES:
            assert one == other or not other.startswith(one)


def test_limits_are_the_table_of_section_3() -> None:
    table = {row[0].strip("`| "): int(row[1]) for row in rows(section(3))}
    code = {name: value for name, value in vars(limits).items() if name.isupper()}
    assert code == table


def _fields(payload: str) -> list[str]:
    """The names of the fields that a payload's cell gives."""
    inside = re.sub(r"\(.*?\)", "", payload.split("]")[0].strip("["))
    return [part.split(":")[0] for part in inside.split(", ") if part]


def test_kinds_are_the_tables_of_section_13() -> None:
    table = [row for row in rows(section(13)) if len(row) == 5]
    code = [
        [f"`{kind.name}`", str(kind.version), kind.place, list(kind.payload.__struct_fields__)]
        for kind in kinds.KINDS
    ]
    said = [[name.strip("| "), v, where, _fields(cell)] for name, v, _, where, cell in table]
    assert said == code
    creating = {(row[0].strip("`| "), int(row[1])) for row in table if row[2] == "yes"}
    assert creating == kinds.CREATING


def test_a_fields_type_in_section_13_is_that_of_the_code() -> None:
    said_by_type = {
        "Text": "text", "Said": "said", "Line": "line", "Named": "named", "DateText": "date",
        "Tags": "tags", "Feelings": "feelings", "Rules": "rules", "Minutes": "minutes",
        "ClockApart": "apart", "TimeOfDay": "time", "Zone": "zone", "Cadence": "cadence",
        "Voice": "voice", "Attachment": "attachment", "Attachments": "attachments",
        "Parts": "parts", "Half": "half", "Bytes32": "id", "Natural": "ms", "bool": "bool",
    }  # fmt: skip
    cells = {(row[0].strip("`| "), row[1]): row[4] for row in rows(section(13)) if len(row) == 5}
    for kind in kinds.KINDS:
        cell = cells[kind.name, str(kind.version)]
        for field, annotation in kind.payload.__annotations__.items():
            type_, _, optional = annotation.partition(" | ")
            if type_ in said_by_type:
                said = said_by_type[type_] + (" or nil" if optional else "")
                assert re.search(rf"\b{field}: {said}(,|\])", cell), (kind.name, field)
        assert (cell.count(" or nil")) == str(kind.payload.__annotations__).count("| None")


def test_reveal_kinds_are_named_alike_everywhere() -> None:
    assert set(re.findall(r"`(reveal\.[a-z_]+)`", PAGE)) == {
        "reveal.ready",
        "reveal.taken_back",
        "reveal.opened",
    }
    assert "`ready`" not in PAGE
    assert "`revealed`" not in PAGE


def test_classes_of_rejection_are_the_list_of_11_6() -> None:
    [line] = [line for line in section(11).splitlines() if line.startswith("11.6")]
    listed = re.findall(r"`([a-z-]+)`", line)
    assert listed == [reject.value for reject in Reject]


def test_codes_and_statuses_are_the_table_of_14_1() -> None:
    table = {}
    for status, codes in re.findall(r"^\| (\d{3}) \| (.*) \|$", section(14), re.MULTILINE):
        for code in re.findall(r"`([a-z-]+)`", codes):
            table[code] = int(status)
    assert table == messages.STATUS_BY_CODE
