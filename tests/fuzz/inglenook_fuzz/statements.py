"""Sets of statements, signed by whoever the input says: the roster is a function of the set.

An input is the MessagePack array of batches; a batch is an array of [signer, content], where the
signer is a number (0, 1: the roots, then devices) or any signature, the content any bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from inglenook_fuzz import trees, vectors
from inglenook_fuzz.target import Target, hold, items, raw, reached, refusal
from inglenook_harness.people import device, keys, noise, root, space
from inglenook_protocol import labels
from inglenook_protocol.codec import Point, Ref, encode
from inglenook_protocol.errors import Reject
from inglenook_protocol.genesis import device_info
from inglenook_protocol.roster import (
    Added,
    Erased,
    Statement,
    StatementBook,
    added,
    decode_content,
    erased,
    removed,
)
from inglenook_protocol.signatures import SigningKey

DEVICES: Final = ("ada1", "ada2", "ada3", "ben1", "ben2")
_CLASSES: Final = {
    Reject.BAD_STATEMENT, Reject.MALFORMED, Reject.WRONG_SPACE, Reject.TOO_LARGE,
    Reject.SMALL_ORDER_KEY,
}  # fmt: skip


@cache
def signers() -> tuple[SigningKey, ...]:
    """The roots, then the devices."""
    return (root("ada").sign, root("ben").sign, *(keys(name).sign for name in DEVICES))


@cache
def _signed(signer: int, content: bytes) -> Statement:
    return Statement(content, signers()[signer].sign(labels.STATEMENT_SIG, content))


def statement(part: Any) -> Statement:
    """A statement of an input: signed, or with the signature that it brings."""
    signer, content = (*items(part, 2), None, None)[:2]
    if isinstance(signer, bytes):
        return Statement(raw(content), signer.ljust(64, b"\x00")[:64])
    number = signer if isinstance(signer, int) else 0
    return _signed(number % len(signers()), raw(content))


def _meaning(book: StatementBook) -> tuple[Any, ...]:
    roster = book.roster
    return (
        roster.hash, book.erasures_hash, sorted(roster.devices), roster.valid, roster.standing,
        roster.heads, sorted(book.erased_refs()),
    )  # fmt: skip


def one(source: bytes) -> None:
    """All or none of a batch; the same set means the same in every order."""
    book = StatementBook(space())
    for batch in items(trees.read(source), 8):
        _offer(book, [statement(part) for part in items(batch, 12)])
    roster = book.roster
    hold(roster.standing <= roster.valid <= roster.devices.keys(), "a device stands unknown")
    hold(roster.heads.keys() == roster.devices.keys() - roster.standing, "heads of no use")
    hold(len(book.statements()) == len(book), "a book counts what it does not hold")
    for id_, info in roster.devices.items():
        again = device_info(space().space_id, info.member, info.sign, info.kem)
        hold(id_ == again.id, "a device goes by an id that is not its own")
    erased_count = len(book.erased_refs())
    reached(len(roster.devices), len(roster.valid), len(roster.standing), erased_count > 0)
    held = book.statements()
    # One by one, the last first, with what is not known yet tried again: the same set.
    other, waiting = StatementBook(space()), held[::-1]
    for _ in held:
        waiting = [s for s in waiting if refusal(lambda s=s: other.add([s]))]  # type: ignore[misc]
    hold(not waiting and _meaning(other) == _meaning(book), "the order of arrival matters")
    stored = StatementBook(space())
    stored.add(held, verified=True)
    hold(_meaning(stored) == _meaning(book), "what is stored means something else")


def _offer(book: StatementBook, batch: list[Statement]) -> None:
    before = _meaning(book), len(book)
    error = refusal(lambda: book.add(batch))
    reached(error and error.reject, error and error.message, len(batch) > 1)
    if error is not None:
        hold(error.reject in _CLASSES, f"statements are refused as {error.reject}")
        hold((_meaning(book), len(book)) == before, "a refused batch leaves something")
        return
    hold(all(s.id in book for s in batch), "a batch was taken in part")
    hold(book.add(batch) == [], "what is held is new again")
    for each in batch[:1]:
        content = decode_content(each.content)
        hold(encode(content) == each.content, "a content that is not canonical is taken")
        hold(isinstance(content, Added | Erased) or content.device != b"", "nobody is removed")
        changed = bytes([each.signature[0] ^ 1]) + each.signature[1:]
        fresh = StatementBook(space())
        fresh.add([s for s in book.statements() if s.id != each.id and _is_base(s)])
        spoilt = [Statement(each.content, changed)]
        wrong = refusal(lambda: fresh.add(spoilt))  # noqa: B023 - called at once
        hold(wrong is not None, "a changed signature is taken")


def _is_base(each: Statement) -> bool:
    content = decode_content(each.content)
    return isinstance(content, Added) and content.by in space().root_by_member


def seeds() -> Iterator[bytes]:
    """Rosters of all shapes, and contents of the vectors with any signer."""
    id_ = space().space_id
    ada, ben = root("ada").member_id, root("ben").member_id
    plus = {name: encode(added(id_, device(name), ada if name[0] == "a" else ben))
            for name in DEVICES}  # fmt: skip
    by_device = encode(added(id_, device("ada2"), device("ada1").id))
    heads = [Point(1, noise("h1")), Point(2, noise("h2"))]
    all_ids = [_signed(0, content).id for content in (plus["ada1"], plus["ada2"], by_device)]

    def minus(name: str, by: bytes, *keeps: bytes) -> bytes:
        return encode(removed(id_, device(name).id, heads, keeps, by))

    gone = encode(erased(id_, [Ref(device("ada1").id, 1, noise("h1"))], device("ada1").id))
    base = [[0, plus["ada1"]], [1, plus["ben1"]]]
    yield encode([base])
    yield encode([base, [[2, by_device]], [[0, minus("ada1", ada, *all_ids)]]])
    yield encode([base, [[2, by_device], [3, minus("ada1", device("ada2").id, *all_ids)]]])
    yield encode([[*base, [0, plus["ada2"]], [2, minus("ada2", device("ada1").id)],
                   [3, minus("ada1", device("ada2").id)]]])  # fmt: skip
    yield encode([base, [[2, gone]], [[0, minus("ada1", ada)]]])
    yield encode([[[0, plus[n]] if n[0] == "a" else [1, plus[n]] for n in DEVICES]])
    for bytes_ in vectors.byte_strings("statements", "statement", largest=1500):
        record = trees.read(bytes_)
        if isinstance(record, list) and len(record) == 2:
            yield encode([base, [[0, record[0]], record[::-1]]])


TARGET: Final = Target("statements", one, seeds, ("inglenook_protocol",), 8192)
