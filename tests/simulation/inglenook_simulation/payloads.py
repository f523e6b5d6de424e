"""A payload of any kind there is, made from what its record allows (SPEC 13.1).

Made from the types alone, so that a new kind is practised here as soon as it exists.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from random import Random
from typing import Any

from msgspec import inspect

from inglenook_protocol.kinds import Payload

DATES = ("2026-09-20", "2026-09-21", "2026-09-22")


@lru_cache(maxsize=256)
def _fields(payload: type[Payload]) -> tuple[tuple[str, inspect.Type], ...]:
    made = inspect.type_info(payload)
    if not isinstance(made, inspect.StructType):
        raise TypeError(f"{payload} is no record")
    return tuple((field.name, field.type) for field in made.fields)


def random_payload(
    payload: type[Payload], random: Random, word: str, entities: Sequence[bytes]
) -> Payload:
    """One with ``word`` in its texts and, most of the time, real entities where ids stand."""
    return payload(*(_value(made, random, word, entities) for _, made in _fields(payload)))


def _value(made: inspect.Type, random: Random, word: str, entities: Sequence[bytes]) -> Any:
    match made:
        case inspect.StrType(pattern=str()):
            return random.choice(DATES)
        case inspect.StrType():
            return random.choice(["", word, f"{word} words"])
        case inspect.LiteralType(values=values):
            return random.choice(values)
        case inspect.IntType(ge=low, le=high):
            return random.randint(low or 0, high if high is not None else (low or 0) + 9)
        case inspect.BytesType(min_length=32):
            real = bool(entities) and random.random() < 0.8
            return random.choice(entities) if real else random.randbytes(32)
        case inspect.BytesType(min_length=size):
            return random.randbytes(size or 8)
        case inspect.NoneType():
            return None
        case inspect.BoolType():
            return random.random() < 0.5
        case inspect.UnionType(types=types):
            return _value(random.choice(types), random, word, entities)
        case inspect.ListType(item_type=item, min_length=least, max_length=most):
            count = random.randint(least or 0, min(most or 3, (least or 0) + 2))
            return [_value(item, random, f"{word}{n}", entities) for n in range(count)]
        case inspect.StructType(cls=cls, fields=fields):
            return cls(*(_value(field.type, random, word, entities) for field in fields))
    raise TypeError(f"{made} is of no kind that a payload has had so far")
