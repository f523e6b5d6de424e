"""How a case is written down: JSON with bytes as hex, and recipes for long byte strings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gen.base import u32
from gen.msgpack import Raw


@dataclass(frozen=True)
class Repeat:
    """`unit`, `times` times."""

    unit: bytes
    times: int

    def data(self) -> bytes:
        return self.unit * self.times

    def as_json(self) -> object:
        return {"repeat": [self.unit.hex(), self.times]}


@dataclass(frozen=True)
class Count:
    """`before` || u32 i || `after`, for i from 0 to `times` - 1."""

    before: bytes
    after: bytes
    times: int

    def data(self) -> bytes:
        return b"".join(self.before + u32(i) + self.after for i in range(self.times))

    def as_json(self) -> object:
        return {"count": [self.before.hex(), self.after.hex(), self.times]}


@dataclass(frozen=True)
class Recipe:
    """Bytes `whole` of which the stretch made by `part` is described, not spelled out."""

    whole: bytes
    part: Repeat | Count

    def as_json(self) -> object:
        data = self.part.data()
        at = self.whole.index(data)
        rest = self.whole[at + len(data) :]
        return {"concat": [self.whole[:at].hex(), self.part.as_json(), rest.hex()]}


@dataclass(frozen=True)
class Pool:
    """A value that stands once, in the `pool` of its file."""

    name: str

    def as_json(self) -> object:
        return {"pool": self.name}


def plain(value: object) -> object:
    """JSON of a value whose bytes are hex."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Repeat | Count | Recipe | Pool):
        return value.as_json()
    if isinstance(value, dict):
        return {str(plain(key)): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def tagged(value: object) -> object:
    """JSON of a MessagePack value: bin is {"bin": hex}, so that it differs from str."""
    if isinstance(value, bytes):
        return {"bin": value.hex()}
    if isinstance(value, Raw):
        raise TypeError("a fault has no value")
    if isinstance(value, list | tuple):
        return [tagged(item) for item in value]
    return value


Case = dict[str, object]


@dataclass
class File:
    name: str
    cases: list[Case] = field(default_factory=list)
    pool: dict[str, object] = field(default_factory=dict)

    def expect(
        self,
        clause: str,
        op: str,
        name: str,
        given: Mapping[str, object],
        expect: Mapping[str, object],
    ) -> None:
        self._add(clause, op, name, given, {"expect": plain(expect)})

    def reject(
        self,
        clause: str,
        op: str,
        name: str,
        given: Mapping[str, object],
        reject: str,
    ) -> None:
        if reject not in CLASSES:
            raise ValueError(reject)
        self._add(clause, op, name, given, {"reject": reject})

    def _add(
        self,
        clause: str,
        op: str,
        name: str,
        given: Mapping[str, object],
        outcome: Mapping[str, object],
    ) -> None:
        if any(case["name"] == name and case["op"] == op for case in self.cases):
            raise ValueError(f"two cases {op}: {name}")
        case: Case = {
            "clause": clause,
            "op": op,
            "name": name,
            "in": plain(self._share_all(given)),
            **outcome,
        }
        self.cases.append(case)

    def _share_all(self, given: Mapping[str, object]) -> Case:
        return {key: self._share(value) for key, value in given.items()}

    def _share(self, value: object) -> object:
        """Long bytes that stand in the pool are named, not spelled out again."""
        if not isinstance(value, bytes):
            return value
        found = [
            (value.index(part), -len(part), name, part)
            for name, part in self.pool.items()
            if isinstance(part, bytes) and len(part) >= 256 and part in value
        ]
        if not found:
            return value
        at, _, name, part = min(found)
        before, after = value[:at], value[at + len(part) :]
        if not before and not after:
            return Pool(name)
        return {"concat": [before, Pool(name), self._share(after)]}

    def text(self) -> str:
        """One case a line: a changed vector is one changed line."""
        parts = [f'{{"file": {json.dumps(self.name)}, "version": 1,']
        if self.pool:
            lines = [
                f"  {json.dumps(key)}: {json.dumps(plain(value))}"
                for key, value in self.pool.items()
            ]
            parts.append(' "pool": {\n' + ",\n".join(lines) + "\n },")
        lines = ["  " + json.dumps(case, ensure_ascii=False) for case in self.cases]
        parts.append(' "cases": [\n' + ",\n".join(lines) + "\n ]}")
        return "\n".join(parts) + "\n"

    def write(self, folder: Path) -> None:
        path = folder / f"{self.name}.json"
        path.write_text(self.text(), encoding="utf-8", newline="\n")


# The classes of 11.6, and `local` for what is no peer bytes (a mistyped phrase).
CLASSES = frozenset(
    [
        "malformed",
        "too-large",
        "wrong-space",
        "wrong-version",
        "gap",
        "unknown-device",
        "withheld-body",
        "bad-signature",
        "too-many-branches",
        "bad-statement",
        "small-order-key",
        "no-key",
        "bad-key",
        "bad-seal",
        "padding",
        "malformed-payload",
        "local",
    ]
)
