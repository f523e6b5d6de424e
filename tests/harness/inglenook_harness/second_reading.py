"""The standalone verifier, loaded from its file, and exports taken apart and put together anew.

verifier                       the module; nothing of it is installed
verdict = verify(file, "--all", phrase=words)     .code .classes .digests .events .out .err
parts = read_export(file)      lists as they stand in the file: ["journal", genesis], …
write_export(file, parts)      with a `closed` that fits, unless the parts bring one
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import msgspec
from mnemonic import Mnemonic

from inglenook_harness.checkout import ROOT

VERIFIER: Final = ROOT / "protocol" / "verifier" / "nook_verify_journal.py"
MAGIC: Final = b"inglenook export 1\n"


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("nook_verify_journal", VERIFIER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


verifier: Final = _load()


@dataclass(frozen=True)
class Verdict:
    """What the verifier said."""

    code: int
    out: str
    err: str

    @property
    def classes(self) -> list[str]:
        return [line.split(":")[0] for line in self.err.splitlines()]

    @property
    def digests(self) -> list[str]:
        return re.findall(r"^  digest +([0-9a-f]{64})$", self.out, re.MULTILINE)

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines() if line.startswith("{")]


def verify(file: Path, *options: str, phrase: Sequence[str] | bytes | None = None) -> Verdict:
    """Run it in this process. ``phrase``: 24 words, or the entropy that they stand for."""
    words = Mnemonic("english").to_mnemonic(phrase) if isinstance(phrase, bytes) else phrase
    arguments = [str(file), *options]
    if words is not None:
        given = file.with_suffix(".words")
        given.write_text(words if isinstance(words, str) else " ".join(words))
        arguments += ["--phrase-file", str(given)]
    with (
        contextlib.redirect_stdout(io.StringIO()) as out,
        contextlib.redirect_stderr(io.StringIO()) as err,
    ):
        code = verifier.main(arguments)
    return Verdict(code, out.getvalue(), err.getvalue())


def read_export(file: Path) -> list[Any]:
    """Its parts, ``closed`` left out."""
    content = file.read_bytes()
    assert content.startswith(MAGIC)
    parts, at = [], len(MAGIC)
    while at < len(content):
        size = int.from_bytes(content[at : at + 4], "big")
        parts.append(msgspec.msgpack.decode(content[at + 4 : at + 4 + size]))
        at += 4 + size
    assert parts[-1][0] == "closed"
    return parts[:-1]


def packed(parts: Sequence[Any], journals: int | None = None) -> bytes:
    """A file of these parts; one that is bytes stands as it is."""
    content = MAGIC
    for part in parts:
        encoded = part if isinstance(part, bytes) else msgspec.msgpack.encode(part)
        content += len(encoded).to_bytes(4, "big") + encoded
    if journals is None:
        journals = sum(1 for part in parts if part[0] == "journal")
    closed = msgspec.msgpack.encode(["closed", journals, sha256(content).digest()])
    return content + len(closed).to_bytes(4, "big") + closed
