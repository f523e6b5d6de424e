"""Reading a catalogue: the text that translators edit becomes the standard library's catalogue.

Of the format, GNU gettext's PO, this reads what the project's own files have: ``msgid``,
``msgid_plural``, ``msgstr`` and their continued lines. Comments, obsolete entries (``#~``) and
what is marked fuzzy are passed over.
"""

from __future__ import annotations

import io
import json
import re
import struct
from gettext import GNUTranslations
from typing import Final

_FIELD: Final = re.compile(r"\{(\w*)[^{}]*\}|%\((\w+)\)s")
_MAGIC: Final = 0x950412DE
_HEADER: Final = struct.Struct("<7I")
_ENTRY: Final = struct.Struct("<2I")


def read_catalogue(text: str) -> GNUTranslations:
    """The catalogue of one ``.po`` file.

    A translation is left out where its fields are not those of what it translates.
    """
    return GNUTranslations(io.BytesIO(_compiled(_entries(text))))


def _entries(text: str) -> dict[str, str]:
    """Translations by what they translate; forms of one sentence are joined by NUL bytes, as
    the compiled format has them."""
    found: dict[str, str] = {}
    for block in text.split("\n\n"):
        parts = _parts(block)
        if parts is None:
            continue
        source, plural = parts.get("msgid", ""), parts.get("msgid_plural")
        forms = [form for key, form in parts.items() if key.startswith("msgstr")]
        if not forms or not all(forms) or not _fits(source, plural, forms):
            continue
        key = source if plural is None else f"{source}\0{plural}"
        found[key] = "\0".join(forms)
    return found


def _parts(block: str) -> dict[str, str] | None:
    parts: dict[str, str] = {}
    at = ""
    for line in block.split("\n"):
        if line.startswith("#"):
            if line.startswith("#,") and "fuzzy" in line:
                return None
            continue
        keyword, space, quoted = line.partition(" ")
        if line.startswith('"'):
            parts[at] = parts.get(at, "") + _string(line)
        elif space and keyword.startswith("msg"):
            at = keyword
            parts[at] = _string(quoted)
    return parts


def _string(quoted: str) -> str:
    read: str = json.loads(quoted, strict=False)
    return read


def _fits(source: str, plural: str | None, forms: list[str]) -> bool:
    if not source:
        return True  # the header, which says how plurals are formed
    if plural is None:
        return fields(forms[0]) == fields(source)
    allowed = fields(source) | fields(plural)
    return all(fields(form) <= allowed for form in forms) and fields(forms[-1]) == fields(plural)


def fields(template: str) -> set[str]:
    """The names of what is filled into a template."""
    return {first or second for first, second in _FIELD.findall(template)}


def _compiled(translation_by_source: dict[str, str]) -> bytes:
    """GNU gettext's compiled form (MO), which the standard library reads."""
    sources = sorted(source.encode() for source in translation_by_source)
    translations = [translation_by_source[source.decode()].encode() for source in sources]
    begin = _HEADER.size + 2 * _ENTRY.size * len(sources)
    tables, pool = bytearray(), bytearray()
    for strings in (sources, translations):
        for string in strings:
            tables += _ENTRY.pack(len(string), begin + len(pool))
            pool += string + b"\0"
    header = _HEADER.pack(
        _MAGIC, 0, len(sources), _HEADER.size, _HEADER.size + _ENTRY.size * len(sources), 0, begin
    )
    return header + bytes(tables) + bytes(pool)
