"""Mutating MessagePack by its structure, so that what comes out is mostly canonical again.

A record, and a program of a target, is a tree of arrays and leaves. Bytes that are MessagePack
themselves (a statement's content, a payload inside a core) are branches too: a change deep
inside leaves everything around it whole. Targets sign and seal what comes out, so it gets past
hashes and signatures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any, Final

import msgspec

from inglenook_protocol.codec import encode

Path = tuple[int, ...]
"""Indices from the root; -1 goes into bytes that are a tree themselves."""

MAX_DEPTH: Final = 12
_INTEGERS: Final = (0, 1, 2, 3, 8, 63, 64, 127, 128, 255, 256, 4095, 4096, 65535, 65536, 2**32 - 1)
_BORDERS: Final = (2**32, 2**53 - 1, 2**53, 2**63 - 1, 2**63, 2**64 - 1, -1, -1080, -(2**63))
_TEXTS: Final = (
    "", "0001-01-01", "9999-12-31", "2026-02-30", "\u202e", "é" * 600, "a.b", "entry.written",
    "added", "removed", "erased", "accepted", "gap", "refused", "bad-seal", "private", "words",
)  # fmt: skip
_LEAVES: Final[tuple[Any, ...]] = (
    None, True, False, b"", bytes(16), bytes(32), b"\xff" * 32, bytes(64), [], [[]], b"\xc1",
)  # fmt: skip


def read(source: bytes) -> Any:
    """The tree of ``source``; None where it is no MessagePack, or not ours."""
    try:
        tree = msgspec.msgpack.decode(source)
        encode(tree)
    except (msgspec.MsgspecError, ValueError, RecursionError, TypeError, OverflowError):
        return None
    return tree


def _inside(leaf: Any) -> Any:
    """The tree that bytes hold; None if they hold none, or are more likely a number."""
    if isinstance(leaf, bytes) and len(leaf) > 1 and 0x90 <= leaf[0] <= 0x9F:
        tree = read(leaf)
        return tree if isinstance(tree, list) and encode(tree) == leaf else None
    return None


def places(tree: Any, at: Path = ()) -> Iterator[Path]:
    """Every place of a tree, into bytes too."""
    yield at
    if len(at) >= MAX_DEPTH:
        return
    if isinstance(tree, list):
        for index, each in enumerate(tree):
            yield from places(each, (*at, index))
    elif (inner := _inside(tree)) is not None:
        yield from places(inner, (*at, -1))


def look(tree: Any, at: Path) -> Any:
    """What stands at a place."""
    for index in at:
        tree = _inside(tree) if index < 0 else tree[index]
    return tree


def change(tree: Any, at: Path, by: Callable[[Any], Any]) -> Any:
    """The tree with another value at a place."""
    if not at:
        return by(tree)
    index, rest = at[0], at[1:]
    if index < 0:
        return encode(change(_inside(tree), rest, by))
    return [*tree[:index], change(tree[index], rest, by), *tree[index + 1 :]]


def filled(source: bytes, events: Sequence[bytes], id_at: Callable[[bytes, int], bytes]) -> bytes:
    """Encoded ``source`` with its blanks filled in, which nobody can know when it is made.

    31 zero bytes and a number stand for an event id; 32 zero bytes in a ref for the id at its
    place. Lists of ids are put in order, since what comes out has to be.
    """

    def fill(tree: Any) -> Any:
        match tree:
            case [bytes() as device, int() as seq, bytes() as id_] if id_ == bytes(32):
                return [device, seq, id_at(device, seq)]
            case list():
                inner = [fill(each) for each in tree]
                if inner != tree and all(isinstance(each, bytes) for each in inner):
                    inner.sort()
                return inner
            case bytes() if len(tree) == 32 and tree[:31] == bytes(31) and events and tree[31]:
                return events[tree[31] % len(events)]
        return tree

    tree = read(source)
    return source if tree is None else encode(fill(tree))


def _bytes(source: bytes, random: Random) -> bytes:
    changed = bytearray(source)
    match random.randrange(5):
        case 0 if changed:
            changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
        case 1:
            del changed[random.randrange(len(changed) + 1) :]
        case 2:
            changed += random.randbytes(random.choice((1, 4, 16, 32)))
        case 3 if changed:
            changed[random.randrange(len(changed))] = random.randrange(256)
        case _:
            changed = bytearray(random.randbytes(random.choice((12, 16, 28, 32, 64))))
    return bytes(changed)


def _list(items: list[Any], random: Random) -> list[Any]:
    changed = list(items)
    at = random.randrange(len(changed) + 1)
    match random.randrange(6):
        case 0 if changed:
            del changed[min(at, len(changed) - 1)]
        case 1 if changed:
            changed.insert(at, random.choice(changed))
        case 2:
            random.shuffle(changed)
        case 3 if changed:
            changed = changed[:at]
        case 4 if changed:
            changed = changed + changed[-1:] * random.choice((1, 2, 17))
        case _:
            changed.insert(at, random.choice(_LEAVES))
    return changed


def _integer(value: int, random: Random) -> int:
    match random.randrange(4):
        case 0:
            return max(-(2**63), min(2**64 - 1, value + random.choice((-1, 1, -256, 256))))
        case 1:
            return random.choice(_INTEGERS)
        case 2:
            return random.choice(_BORDERS)
        case _:
            return random.randrange(16)


def _text(value: str, random: Random) -> str:
    match random.randrange(4):
        case 0:
            return random.choice(_TEXTS)
        case 1 if value:
            at = random.randrange(len(value))
            return value[:at] + random.choice("09.-zé\u0000\U0001f600") + value[at + 1 :]
        case 2:
            return value + random.choice(("s", " words", "é", "x" * 1024))
        case _:
            return value[: random.randrange(len(value) + 1)]


def other(value: Any, random: Random) -> Any:
    """Another value, most often of the same type."""
    if random.randrange(8) == 0:
        return random.choice((*_LEAVES, *_TEXTS, *_INTEGERS, *_BORDERS))
    if isinstance(value, bool) or value is None:
        return random.choice((True, False, None, 0))
    if isinstance(value, int):
        return _integer(value, random)
    if isinstance(value, str):
        return _text(value, random)
    if isinstance(value, bytes):
        return _bytes(value, random)
    return _list(value, random) if isinstance(value, list) else None


def mutate(source: bytes, random: Random, donors: Sequence[bytes] = ()) -> bytes:
    """``source`` with one to three changes; parts of ``donors`` take the place of some."""
    tree = read(source)
    if tree is None:
        return _bytes(source, random)
    for _ in range(random.choice((1, 1, 2, 3))):
        all_ = list(places(tree))
        at = random.choice(all_)
        if not at and len(all_) > 1 and random.randrange(4):
            at = random.choice(all_[1:])
        value = look(tree, at)
        new = other(value, random)
        if random.randrange(4) == 0:
            donor = read(random.choice(donors)) if donors and random.randrange(2) else tree
            # A part that is like what it replaces: an id for an id, a list for a list.
            like = [
                part
                for place in places(donor)
                if type(part := look(donor, place)) is type(value)
                and (not isinstance(part, bytes) or len(part) == len(value))
            ]
            new = random.choice(like) if like else new
        changed = change(tree, at, lambda _, new=new: new)  # type: ignore[misc]
        try:
            encode(changed)
        except (OverflowError, ValueError, msgspec.MsgspecError):
            continue
        tree = changed
    return encode(tree)
