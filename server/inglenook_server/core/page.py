"""Pages: what a reader lacks, as bytes (SPEC 14.5). Pull and stream both use this."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

import msgspec

from inglenook_protocol import labels
from inglenook_protocol.codec import encode
from inglenook_protocol.limits import MAX_MESSAGE_BYTES, MAX_RUN_ITEMS, MAX_RUNS
from inglenook_protocol.signatures import verify
from inglenook_server.core import chunks
from inglenook_server.core.chunks import Chunk, array_header
from inglenook_server.core.logs import Span

HEADROOM_BYTES: Final = 65_536
"""Room in a message for what frames its runs."""
CUT_TRIES: Final = 16
"""How many signatures are tried when a page has to end inside a chunk."""
_SPARE_RUNS: Final = 56
"""Runs kept for spans still to come, before chunks with other keys are merged into one run."""

ReadChunks = Callable[[int, int], Iterable[Chunk]]
"""(branch, seq): the chunk that covers seq and those after it, in order."""
ReadId = Callable[[int, int], bytes | None]
"""(branch, seq): the envelope id there."""
SignKey = Callable[[bytes], bytes | None]
"""Signing key of a device."""


class PageFrame(msgspec.Struct, frozen=True):
    """The parts of a page that do not depend on where it is cut, encoded."""

    statements: bytes
    heads: bytes
    hashes: bytes
    """The relay's roster hash and erasures hash, each encoded."""


class BuiltPage(msgspec.Struct, frozen=True):
    """A page, and how far its reader reaches in each branch that it carries."""

    body: bytes
    reach: dict[int, int]
    more: bool
    events: int


class _RunBuilder:
    """Lays chunks one after another into as few runs as their keys allow."""

    def __init__(self) -> None:
        self.done: list[bytes] = []
        self.size = 0
        self.events = 0
        self._head = b""
        self._device = b""
        self._keys: dict[bytes, int] = {}
        self._items: list[bytes] = []
        self._count = 0

    def begin(self, device: bytes, first_seq: int, previous: bytes) -> None:
        self.finish()
        self._device = device
        self._head = b"\x95" + encode(device) + encode(first_seq) + encode(previous)

    def add(self, chunk: Chunk, previous: bytes) -> None:
        """Lay ``chunk`` after what is there; ``previous``: the id before it."""
        own = chunks.split_keys(chunk.keys)
        crowded = len(self.done) >= MAX_RUNS - _SPARE_RUNS
        fits = self._fits(own)
        if self._count and (self._count + chunk.count > MAX_RUN_ITEMS or not (fits or crowded)):
            self.begin(self._device, chunk.first_seq, previous)
            fits = True
        if fits:
            for key in own:
                self._keys.setdefault(key, len(self._keys))
            self._items.append(chunk.items)
        else:
            self._items.append(chunks.rekey(chunk, self._keys))
        self._count += chunk.count
        self.events += chunk.count
        self.size += chunk.stored_bytes - len(chunk.ids)

    def _fits(self, own: list[bytes]) -> bool:
        """Whether each key has the same place in the run as in the chunk."""
        return all(mine == key for mine, key in zip(self._keys, own, strict=False))

    def finish(self) -> None:
        if self._count:
            keys = encode(list(self._keys))
            run = [self._head, keys, array_header(self._count), *self._items]
            self.done.append(b"".join(run))
        self._keys, self._items, self._count = {}, [], 0

    @property
    def full(self) -> bool:
        return len(self.done) >= MAX_RUNS - 1


def build_page(
    space_id: bytes,
    frame: PageFrame,
    spans: Sequence[Span],
    page_bytes: int,
    read_chunks: ReadChunks,
    read_id: ReadId,
    sign_key: SignKey,
) -> BuiltPage:
    """The next page for a reader that lacks ``spans``.

    ``page_bytes`` is what the reader asked for; a page never passes ``MAX_MESSAGE_BYTES``, and
    always carries something of ``spans`` unless its statements alone fill it. Every run ends at
    a signature that was checked (SPEC 6.4).
    """
    ceiling = MAX_MESSAGE_BYTES - HEADROOM_BYTES - len(frame.statements) - len(frame.heads)
    budget = min(page_bytes, ceiling)
    runs = _RunBuilder()
    reach: dict[int, int] = {}
    more = False
    for span in spans:
        branch = span.branch
        previous = branch.start_previous
        if span.first_seq > branch.start_seq:
            previous = read_id(branch.no, span.first_seq - 1) or b""
        runs.begin(branch.device, span.first_seq, previous)
        at = span.first_seq
        for stored in read_chunks(branch.no, at):
            if stored.first_seq > at or stored.last_seq > span.last_seq:
                break  # the branch changed since the span was made; the reader asks again
            chunk = chunks.part(stored, at, stored.last_seq)
            size = chunk.stored_bytes - len(chunk.ids)
            if runs.size + size > budget:
                if runs.size == 0:
                    chunk = _cut_chunk(chunk, space_id, branch.device, previous, budget, sign_key)
                    if chunk.stored_bytes - len(chunk.ids) <= ceiling:
                        runs.add(chunk, previous)
                        reach[branch.no] = chunk.last_seq
                        at = chunk.last_seq + 1
                more = at <= span.last_seq
                break
            runs.add(chunk, previous)
            previous = chunk.last_id
            reach[branch.no] = chunk.last_seq
            at = chunk.last_seq + 1
            if at > span.last_seq or runs.full:
                break
        if at <= span.last_seq:
            more = True
            break
        if (runs.full or runs.size >= budget) and span is not spans[-1]:
            more = True
            break
    runs.finish()
    body = b"".join(
        (
            b"\x96",
            frame.statements,
            array_header(len(runs.done)),
            *runs.done,
            frame.heads,
            b"\xc3" if more else b"\xc2",
            frame.hashes,
        )
    )
    return BuiltPage(body, reach, more, runs.events)


def _cut_chunk(
    chunk: Chunk,
    space_id: bytes,
    device: bytes,
    previous: bytes,
    budget: int,
    sign_key: SignKey,
) -> Chunk:
    """A beginning of ``chunk`` that fits into ``budget`` and ends at a signature that holds.

    At least one envelope; the whole chunk, whose end was checked before it was stored, when no
    signature near the place holds.
    """
    key = sign_key(device)
    items = chunks.decode_items(chunk)
    fits, size = 0, len(chunk.keys)
    for item in items:
        size += len(item.body or b"") + len(item.signature) + 16
        if size > budget:
            break
        fits += 1
    fits = max(fits, 1)
    if key is None or fits >= chunk.count:
        return chunk
    signed = chunks.headers(chunk, space_id, device, previous)
    for at in range(fits, max(0, fits - CUT_TRIES), -1):
        header, signature = signed[at - 1]
        if verify(labels.ENVELOPE_SIG, key, header, signature):
            return chunks.part(chunk, chunk.first_seq, chunk.first_seq + at - 1)
    return chunk
