"""Lies in pages: what a relay may change in what it hands over (SPEC 14.5)."""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-incomplete-defs

from __future__ import annotations

import asyncio
from collections.abc import Callable
from hashlib import sha256

import msgspec

from inglenook_attacks.registry import attack
from inglenook_attacks.scene import Pages, Scene, Seen
from inglenook_client.journal.state import now
from inglenook_harness.adversary import Call
from inglenook_harness.wire import Couple
from inglenook_protocol.codec import Point, encode
from inglenook_protocol.envelope import (
    FLAG_KEY,
    ZERO_ID,
    envelope_id,
    hash_body,
    pack_prefix,
)
from inglenook_protocol.messages import LogPoints, Page
from inglenook_protocol.roster import Removed, Statement, decode_content
from inglenook_protocol.runs import Item, Run

replace = msgspec.structs.replace


def noise(name: str, size: int = 32) -> bytes:
    """Fixed bytes that look random."""
    return b"".join(sha256(f"{name} {i}".encode()).digest() for i in range(size // 32 + 1))[:size]


def told(scene: Scene, change: Callable[[Page], Page | bytes], kind: type[Pages] = Pages) -> Seen:
    """Ben has written; Ana looks, and every page on its way to her is changed."""
    scene.ben_writes()
    lie = scene.between.lie = kind(change)
    seen = scene.ana_looks()
    assert lie.told, "the lie was never told"
    return seen


async def laptop_writes(scene: Scene) -> str:
    """A new device of Ben's writes a line; gives its id."""
    async with await scene.add_laptop() as laptop:
        await laptop.write(scene.text("laptop"), now())
        return laptop.store.device_id.hex()


def change_runs(change: Callable[[Run], Run]) -> Callable[[Page], Page]:
    """Every run of a page changed; runs that keep no items are left out."""

    def change_page(page: Page) -> Page:
        changed = [change(run) for run in page.runs]
        return replace(page, runs=[run for run in changed if run.items])

    return change_page


def change_last(change: Callable[[Item], Item]) -> Callable[[Page], Page]:
    """The last item of every run changed."""
    return change_runs(lambda run: replace(run, items=[*run.items[:-1], change(run.items[-1])]))


def _flipped(source: bytes, at: int = -1) -> bytes:
    changed = bytearray(source)
    changed[at] ^= 1
    return bytes(changed)


# --- keeping back -------------------------------------------------------------------------


@attack("withholds a log, naming its head", "relay-withholds", quick=True)
def _withholds(scene: Scene) -> Seen:
    return told(scene, lambda page: replace(page, runs=[]))


@attack("hides that a log has grown", "")
def _hides(scene: Scene) -> Seen:
    """Nobody can tell it from a partner who writes nothing; later, nothing is lost."""
    before = scene.true_page()
    return told(scene, lambda page: replace(page, runs=[], heads=before.heads))


@attack("hides what another device witnessed", "not-yet-here", fresh=True)
def _witnessed(scene: Scene) -> Seen:
    """Ben saw what his laptop wrote; Ana gets Ben's words and not the laptop's."""

    laptop = asyncio.run(laptop_writes(scene))
    scene.ben("sync")

    def hide(page: Page) -> Page:
        return replace(
            page,
            runs=[run for run in page.runs if run.device.hex() != laptop],
            heads=[log for log in page.heads if log.device.hex() != laptop],
        )

    return told(scene, hide)


@attack("drops the end of a run", "relay-withholds")
def _truncates(scene: Scene) -> Seen:
    return told(scene, change_runs(lambda run: replace(run, items=run.items[:-1])))


@attack("drops the beginning of a run", "relay-withholds")
def _drops_first(scene: Scene) -> Seen:
    space = scene_space(scene)

    def drop(run: Run) -> Run:
        first, key = run.items[0], run.keys[run.items[0].key]
        prefix = pack_prefix(first.flags, space, run.device, run.first_seq, run.previous, key)
        id_ = envelope_id(prefix, hash_body(first.body or b""))
        rest = run.items[1:]
        return replace(run, first_seq=run.first_seq + 1, previous=id_, items=rest)

    return told(scene, change_runs(drop))


@attack("withholds a body", "relay-withholds")
def _withholds_body(scene: Scene) -> Seen:
    return told(
        scene,
        change_last(lambda item: replace(item, body=None, body_hash=hash_body(item.body or b""))),
    )


# --- changing -----------------------------------------------------------------------------


@attack("flips a bit of an entry", "bad-signature")
def _flips_body(scene: Scene) -> Seen:
    return told(scene, change_last(lambda item: replace(item, body=_flipped(item.body or b"?"))))


@attack("flips a bit of a signature", "bad-signature")
def _flips_signature(scene: Scene) -> Seen:
    return told(scene, change_last(lambda item: replace(item, signature=_flipped(item.signature))))


@attack("flips a bit of the answer's frame", "relay-garbled")
def _flips_frame(scene: Scene) -> Seen:
    return told(scene, lambda page: _flipped(encode(page), 0))


@attack("cuts an answer short", "relay-garbled")
def _cuts(scene: Scene) -> Seen:
    return told(scene, lambda page: encode(page)[:-1])


@attack("reorders entries of a log", "bad-signature")
def _reorders(scene: Scene) -> Seen:
    return told(scene, change_runs(lambda run: replace(run, items=run.items[::-1])))


@attack("gives a log another device's name", "bad-signature")
def _swaps_logs(scene: Scene) -> Seen:
    ana = bytes.fromhex(scene.ana_device)
    head: list[Point] = []

    def swap(page: Page) -> Page:
        head[:] = next(log.points for log in page.heads if log.device == ana)
        return replace(
            page,
            runs=[
                replace(run, device=ana, first_seq=head[-1].seq + 1, previous=head[-1].id)
                for run in page.runs
            ],
        )

    return told(scene, swap)


@attack("gives entries another number", "bad-signature")
def _swaps_seqs(scene: Scene) -> Seen:
    return told(scene, change_runs(lambda run: replace(run, first_seq=run.first_seq + 1)))


@attack("names another key for an entry", "bad-signature")
def _rekeys(scene: Scene) -> Seen:
    return told(scene, change_runs(lambda run: replace(run, keys=[noise("key"), *run.keys[1:]])))


@attack("calls an entry a key", "bad-signature")
def _reflags(scene: Scene) -> Seen:
    return told(scene, change_last(lambda item: replace(item, flags=item.flags ^ FLAG_KEY)))


@attack("shuffles and repeats runs", "")
def _shuffles(scene: Scene) -> Seen:
    return told(scene, lambda page: replace(page, runs=[*page.runs[::-1], *page.runs]))


# --- making up ----------------------------------------------------------------------------


@attack("injects a stranger's log", "unknown-device")
def _stranger(scene: Scene) -> Seen:
    item = Item(0, 0, noise("signature", 64), noise("body", 600), b"")
    run = Run(noise("stranger"), 1, ZERO_ID, [noise("key")], [item])
    return told(scene, lambda page: replace(page, runs=[*page.runs, run]))


@attack("forges the next entry of a log", "bad-signature")
def _forges(scene: Scene) -> Seen:
    def forge(page: Page) -> Page:
        item = Item(0, 0, noise("signature", 64), noise("body", 600), b"")
        runs = [
            Run(log.device, log.points[-1].seq + 1, log.points[-1].id, [noise("key")], [item])
            for log in page.heads
        ]
        return replace(page, runs=[*page.runs, *runs])

    return told(scene, forge)


@attack("forges a statement about devices", "bad-statement", quick=True)
def _forges_statement(scene: Scene) -> Seen:
    """It would remove Ana's own device."""
    ana = bytes.fromhex(scene.ana_device)
    content = encode(["removed", scene_space(scene), ana, [], [], ana])
    forged = Statement(content, noise("signature", 64))
    return told(scene, lambda page: replace(page, statements=[forged]))


def scene_space(scene: Scene) -> bytes:
    """The shared space's id."""
    status = scene.ana("status")["spaces"]
    return bytes.fromhex(next(s["space"] for s in status if s["kind"] == "shared"))


@attack("answers with another couple's journal", "bad-statement")
def _swaps_spaces(scene: Scene) -> Seen:
    other = Couple(seed="another couple")
    other.devices[0].append(3)
    runs = other.devices[0].runs()
    return told(
        scene,
        lambda page: Page(
            other.statements, runs, [], False, other.book.roster_hash, other.book.erasures_hash
        ),
    )


@attack("answers with another couple's log alone", "unknown-device")
def _swaps_logs_of_spaces(scene: Scene) -> Seen:
    other = Couple(seed="another couple")
    other.devices[0].append(3)
    return told(scene, lambda page: replace(page, runs=[*page.runs, *other.devices[0].runs()]))


# --- heads and rosters --------------------------------------------------------------------


@attack("names heads that do not exist", "relay-withholds", quick=True)
def _false_heads(scene: Scene) -> Seen:
    def lie(page: Page) -> Page:
        heads = [
            LogPoints(log.device, [Point(log.points[-1].seq + 3, noise("head"))])
            for log in page.heads
        ]
        return replace(page, heads=heads)

    return told(scene, lie)


@attack("says that it holds less than it does", "relay-set-back")
def _less(scene: Scene) -> Seen:
    return told(scene, lambda page: replace(page, heads=[]))


@attack("names a false hash of the devices", "relay-garbled")
def _false_roster(scene: Scene) -> Seen:
    return told(scene, lambda page: replace(page, roster_hash=noise("roster")))


@attack("names a false hash of what was erased", "relay-garbled")
def _false_erasures(scene: Scene) -> Seen:
    return told(scene, lambda page: replace(page, erasures_hash=noise("erasures")))


@attack("hides that a device was added", "unknown-device", fresh=True)
def _hides_added(scene: Scene) -> Seen:
    asyncio.run(laptop_writes(scene))
    return told(scene, lambda page: replace(page, statements=[]))


@attack("keeps a removed device on the roster", "devices-elsewhere", quick=True, fresh=True)
def _keeps_removed(scene: Scene) -> Seen:

    async def add() -> bytes:
        async with await scene.add_laptop() as laptop:
            return laptop.store.device_id

    laptop = asyncio.run(add())
    scene.ana("sync")
    before = scene.true_page()
    asyncio.run(scene.remove(laptop))

    def keep(page: Page) -> Page:
        # The hash too: a device that sees a difference would say so at once.
        kept = [s for s in page.statements if not isinstance(decode_content(s.content), Removed)]
        return replace(page, statements=kept, roster_hash=before.roster_hash)

    return told(scene, keep)


# --- without end --------------------------------------------------------------------------


class Endless(Pages):
    """A stream goes on with the same page for longer than anybody should listen."""

    def frames(self, call: Call, page: bytes) -> list[bytes | str]:
        return super().frames(call, page) * 400


@attack("says for ever that there is more", "relay-garbled", quick=True)
def _endless(scene: Scene) -> Seen:
    return told(scene, lambda page: replace(page, runs=[], statements=[], more=True), Endless)


@attack("sends the same again for ever", "relay-garbled")
def _endless_same(scene: Scene) -> Seen:
    return told(scene, lambda page: replace(page, more=True), Endless)


@attack("answers with more than a message may hold", "relay-garbled")
def _oversized(scene: Scene) -> Seen:
    return told(scene, lambda page: encode(page) + bytes(8 * 1024 * 1024))


@attack("replays an old answer", "relay-set-back")
def _replays(scene: Scene) -> Seen:
    old = scene.true_page()
    scene.ben_writes()
    scene.ana_writes(sync=True)
    lie = scene.between.lie = Pages(lambda page: old)
    seen = scene.ana_looks()
    assert lie.told
    return seen
