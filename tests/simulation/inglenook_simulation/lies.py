"""What a relay that lies may do to a page on its way to a device (SPEC 21).

Each lie takes the true page and gives the bytes that the device gets. ``Liar`` remembers
enough to tell the same lie again.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import msgspec

from inglenook_protocol.codec import Point, encode
from inglenook_protocol.envelope import FLAG_KEY, ZERO_ID, hash_body
from inglenook_protocol.messages import LogPoints, Page, decode_page
from inglenook_protocol.roster import Removed, Statement, decode_content
from inglenook_protocol.runs import Item, Run
from inglenook_simulation.keys import device_keys

replace = msgspec.structs.replace


class Liar:
    """One relay's habit of lying. ``kinds``: which lies it tells."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self.kinds: list[str] = []
        self._pages: dict[bytes, list[bytes]] = {}
        self._space = b""
        self._target: bytes | None = None
        self.told: list[str] = []

    @property
    def past(self) -> list[bytes]:
        """Every true page of the space in question so far."""
        return self._pages[self._space]

    @property
    def foreign(self) -> list[bytes]:
        """Every true page of other spaces so far."""
        others = (pages for space, pages in self._pages.items() if space != self._space)
        return [page for pages in others for page in pages]

    def page(self, true: bytes, space: bytes) -> tuple[bytes, str]:
        """What is sent instead, and the lie's name; '' for the truth."""
        self._space = space
        self._pages.setdefault(space, []).append(true)
        if not self.kinds or self._random.random() < 0.3:
            return true, ""
        kind = self._random.choice(self.kinds)
        told = LIES[kind](self, decode_page(true), self._random)
        told_bytes = told if isinstance(told, bytes) else encode(told)
        return (told_bytes, kind) if told_bytes != true else (true, "")

    def target(self, page: Page) -> bytes | None:
        """The log that this liar has it in for."""
        if self._target is None and page.heads:
            self._target = self._random.choice(page.heads).device
        return self._target


def _flip(liar: Liar, page: Page, random: Random) -> bytes:
    source = bytearray(encode(page))
    source[random.randrange(len(source))] ^= 1 << random.randrange(8)
    return bytes(source)


def _withhold_log(liar: Liar, page: Page, random: Random) -> Page:
    target = liar.target(page)
    return replace(page, runs=[run for run in page.runs if run.device != target])


def _hide_log(liar: Liar, page: Page, random: Random) -> Page:
    target = liar.target(page)
    heads = [log for log in page.heads if log.device != target]
    return replace(page, runs=[r for r in page.runs if r.device != target], heads=heads)


def _truncate(liar: Liar, page: Page, random: Random) -> Page:
    return _change_run(page, random, lambda run: _with(run, run.items[: len(run.items) // 2]))


def _withhold_body(liar: Liar, page: Page, random: Random) -> Page:
    def change(run: Run) -> Run:
        items = list(run.items)
        at = random.randrange(len(items))
        item = items[at]
        if item.body is not None:
            items[at] = Item(item.key, item.flags, item.signature, None, hash_body(item.body))
        return _with(run, items)

    return _change_run(page, random, change)


def _alter_body(liar: Liar, page: Page, random: Random) -> Page:
    def change(run: Run) -> Run:
        items = list(run.items)
        at = random.randrange(len(items))
        body = items[at].body
        if body:
            items[at] = replace(items[at], body=body[:-1] + bytes([body[-1] ^ 1]))
        return _with(run, items)

    return _change_run(page, random, change)


def _bad_signature(liar: Liar, page: Page, random: Random) -> Page:
    def change(run: Run) -> Run:
        items = list(run.items)
        at = random.choice([0, len(items) - 1])
        items[at] = replace(items[at], signature=random.randbytes(64))
        return _with(run, items)

    return _change_run(page, random, change)


def _swap_device(liar: Liar, page: Page, random: Random) -> Page:
    others = [log.device for log in page.heads]
    return _change_run(page, random, lambda run: replace(run, device=random.choice(others)))


def _shift(liar: Liar, page: Page, random: Random) -> Page:
    return _change_run(page, random, lambda run: replace(run, first_seq=run.first_seq + 1))


def _reorder(liar: Liar, page: Page, random: Random) -> Page:
    return _change_run(page, random, lambda run: _with(run, list(reversed(run.items))))


def _shuffle(liar: Liar, page: Page, random: Random) -> Page:
    return replace(page, runs=random.sample(page.runs, len(page.runs)))


def _rekey(liar: Liar, page: Page, random: Random) -> Page:
    def change(run: Run) -> Run:
        return replace(run, keys=[random.randbytes(32), *run.keys[1:]])

    return _change_run(page, random, change)


def _reflag(liar: Liar, page: Page, random: Random) -> Page:
    def change(run: Run) -> Run:
        return _with(run, [replace(i, flags=i.flags ^ FLAG_KEY) for i in run.items])

    return _change_run(page, random, change)


def _replay(liar: Liar, page: Page, random: Random) -> bytes:
    return random.choice(liar.past)


def _swap_space(liar: Liar, page: Page, random: Random) -> bytes | Page:
    return random.choice(liar.foreign) if liar.foreign else page


def _stranger(liar: Liar, page: Page, random: Random) -> Page:
    keys = device_keys("stranger")
    item = Item(0, 0, keys.sign.sign(b"x", b"y"), random.randbytes(600), b"")
    run = Run(random.randbytes(32), 1, ZERO_ID, [random.randbytes(32)], [item])
    return replace(page, runs=[*page.runs, run])


def _forge(liar: Liar, page: Page, random: Random) -> Page:
    """The next envelope of a real log, signed by somebody else."""
    if not page.heads:
        return page
    log = random.choice(page.heads)
    point = log.points[-1]
    item = Item(0, random.randrange(2), random.randbytes(64), random.randbytes(600), b"")
    run = Run(log.device, point.seq + 1, point.id, [random.randbytes(32)], [item])
    return replace(page, runs=[*page.runs, run])


def _forge_statement(liar: Liar, page: Page, random: Random) -> Page:
    said = list(page.statements)
    if not said:
        return page
    victim = random.choice(said)
    return replace(page, statements=[*said, Statement(victim.content, random.randbytes(64))])


def _alter_statement(liar: Liar, page: Page, random: Random) -> Page:
    said = list(page.statements)
    if not said:
        return page
    at = random.randrange(len(said))
    content = bytearray(said[at].content)
    content[random.randrange(len(content))] ^= 1
    said[at] = Statement(bytes(content), said[at].signature)
    return replace(page, statements=said)


def _hide_statements(liar: Liar, page: Page, random: Random) -> Page:
    return replace(page, statements=[])


def _keep_removed(liar: Liar, page: Page, random: Random) -> Page:
    kept = [s for s in page.statements if not isinstance(decode_content(s.content), Removed)]
    return replace(page, statements=kept)


def _false_heads(liar: Liar, page: Page, random: Random) -> Page:
    heads = [
        LogPoints(
            log.device, [Point(log.points[-1].seq + random.randrange(3), random.randbytes(32))]
        )
        for log in page.heads
    ]
    return replace(page, heads=heads)


def _endless(liar: Liar, page: Page, random: Random) -> Page:
    return replace(page, runs=[], statements=[], more=True)


def _false_hashes(liar: Liar, page: Page, random: Random) -> Page:
    return replace(page, roster_hash=random.randbytes(32), erasures_hash=random.randbytes(32))


def _with(run: Run, items: list[Item]) -> Run:
    """The run with other items, and no more keys than they use."""
    keys: dict[bytes, int] = {}
    renumbered = [replace(i, key=keys.setdefault(run.keys[i.key], len(keys))) for i in items]
    return replace(run, keys=list(keys), items=renumbered)


def _change_run(page: Page, random: Random, change: Callable[[Run], Run]) -> Page:
    runs = list(page.runs)
    if not runs:
        return page
    at = random.randrange(len(runs))
    changed = change(runs[at])
    runs[at : at + 1] = [changed] if changed.items else []
    return replace(page, runs=runs)


LIES: dict[str, Callable[[Liar, Page, Random], Page | bytes]] = {
    "flips a bit": _flip,
    "withholds a log": _withhold_log,
    "hides a log": _hide_log,
    "truncates a run": _truncate,
    "withholds a body": _withhold_body,
    "alters a body": _alter_body,
    "breaks a signature": _bad_signature,
    "gives a log another device": _swap_device,
    "shifts a run": _shift,
    "reorders a run": _reorder,
    "shuffles runs": _shuffle,
    "changes key ids": _rekey,
    "changes flags": _reflag,
    "replays an old page": _replay,
    "answers with another space": _swap_space,
    "injects a stranger's log": _stranger,
    "forges an envelope": _forge,
    "forges a statement": _forge_statement,
    "alters a statement": _alter_statement,
    "hides statements": _hide_statements,
    "keeps a removed device": _keep_removed,
    "names false heads": _false_heads,
    "sends without end": _endless,
    "names false hashes": _false_hashes,
}

HIDING = frozenset({"hides a log", "replays an old page", "answers with another space"})
"""Lies about what there is: nobody can tell at once that there is more, until somebody who has
seen it says so inside a signed event (SPEC 11.5)."""
