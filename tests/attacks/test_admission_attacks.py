"""What altered apps and removed devices can write, against what honest devices must agree on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pytest

from inglenook_client.core.ports import PushCursor
from inglenook_client.store.space import SpaceStore
from inglenook_harness.forging import Pen, World, moment, show, show_rebuilt
from inglenook_harness.stores import page
from inglenook_protocol.codec import Point
from inglenook_protocol.envelope import hash_body
from inglenook_protocol.kinds import EntityRedacted, EntryEdited
from inglenook_protocol.messages import decode_push_request
from inglenook_protocol.roster import Statement
from inglenook_protocol.runs import Item, Run
from inglenook_protocol.sealing import EpochKey

DAY = "2026-09-21"
Step = Statement | Run


class Scene:
    """A world with a lost phone, a laptop that reads, and a partner; all added by their roots."""

    def __init__(self, folder, seed: object = 0) -> None:
        self.folder = folder
        self.world = World(seed)
        self.lost = self.world.pen(0)
        self.reader = self.world.pen(0)
        self.tablet = self.world.pen(0)
        self.partner = self.world.pen(1)
        self.pens = [self.lost, self.reader, self.tablet, self.partner]
        self.adds = {pen.id: self.world.adds(pen) for pen in self.pens}
        self.partner.epoch(self.world.key, self.pens)
        self.stores: list[SpaceStore] = []

    def key(self) -> EpochKey:
        return EpochKey(self.world.space_id, self.world.chance(32))

    async def observe(self, *steps: Step | Sequence[Step]) -> SpaceStore:
        """A store of the reader's device that is handed these, one page each."""
        name = f"observer{len(self.stores)}"
        store = await self.world.store(self.folder, name, self.reader, list(self.adds.values()))
        self.stores.append(store)
        await feed(store, self.partner.runs(0, 1))
        for step in steps:
            await feed(store, [step] if isinstance(step, Statement | Run) else step)
        return store

    async def agree(self, *orders: Iterable[Step | Sequence[Step]]) -> SpaceStore:
        """Whatever the order: one timeline, which is also what rebuilding gives."""
        stores = [await self.observe(*order) for order in orders]
        shown = [await show(store) for store in stores]
        for other in shown[1:]:
            assert other == shown[0]
        for store in stores:
            assert await show_rebuilt(store) == shown[0]
        return stores[0]


async def feed(store: SpaceStore, steps: Sequence[Step]) -> None:
    await store.admit_page(
        page(
            [s for s in steps if isinstance(s, Run)],
            [s for s in steps if isinstance(s, Statement)],
        )
    )


@pytest.fixture
async def scene(tmp_path):
    made = Scene(tmp_path)
    yield made
    for store in made.stores:
        await store.close()


async def events(store: SpaceStore) -> set[bytes]:
    shown = (await show(store))["entities"]
    return {row[1][i : i + 32] for row in shown for i in range(0, len(row[1]), 32)}


# ------------------------------------------------------------------ keys and removed devices


async def test_a_key_from_a_removed_device_opens_what_others_sealed_under_it(scene):
    key = scene.key()
    scene.lost.epoch(key, scene.pens)
    written = scene.tablet.event(moment("words"), key=key, witness=[scene.lost.ref()])
    gone = scene.world.removes(scene.lost)
    lost, tablet = scene.lost.runs(), scene.tablet.runs()
    store = await scene.agree([lost, tablet, gone], [gone, tablet, lost], [gone, lost, tablet])
    assert written in await events(store)


async def test_what_is_admitted_late_waits_for_its_key_like_the_rest(scene):
    key = scene.key()
    written = scene.lost.event(moment("words"), key=key)
    gone = scene.world.removes(scene.lost, [scene.lost.point()])
    scene.tablet.epoch(scene.key(), scene.pens, earlier=[key])
    lost, tablet = scene.lost.runs(), scene.tablet.runs()
    store = await scene.agree(
        [gone, lost, tablet], [lost, gone, tablet], [tablet, lost, gone], [tablet, gone, lost]
    )
    assert written in await events(store)


async def test_what_no_longer_counts_is_not_folded_when_its_key_comes(scene):
    key = scene.key()
    written = scene.lost.event(moment("words"), key=key)
    gone = scene.world.removes(scene.lost)
    scene.tablet.epoch(scene.key(), scene.pens, earlier=[key])
    lost, tablet = scene.lost.runs(), scene.tablet.runs()
    store = await scene.agree([lost, gone, tablet], [tablet, lost, gone], [gone, tablet, lost])
    assert written not in await events(store)


async def test_a_witness_that_opens_late_still_admits(scene):
    key = scene.key()
    written = scene.lost.event(moment("words"))
    scene.tablet.event(moment("words"), key=key, witness=[scene.lost.ref()])
    gone = scene.world.removes(scene.lost)
    scene.partner.epoch(scene.key(), scene.pens, earlier=[key])
    lost, tablet, opens = scene.lost.runs(), scene.tablet.runs(), scene.partner.runs(1)
    store = await scene.agree(
        [lost, tablet, gone, opens], [opens, gone, tablet, lost], [gone, tablet, lost, opens]
    )
    assert written in await events(store)


async def test_garbage_key_envelopes_and_bodies_are_counted_and_stop_nothing(scene):
    pen = scene.tablet
    for body in (b"", b"\x00", b"\x92\x90\xc4\x00", bytes(600)):
        pen.put(body, flags=1, key_id=scene.key().key_id)
    wrong = scene.key()
    pen.epoch(wrong, scene.pens)
    pen.envelopes[-1:] = []
    pen.put(scene.partner.envelopes[0].body, flags=1)  # another author's wraps
    for body in (b"", b"\x00" * 11, bytes(12), bytes(28), bytes(600)):
        pen.put(body)
    pen.core(b"no core")
    written = pen.event(moment("words"))
    store = await scene.agree([pen.runs()], pen.pieces(1))
    assert written in await events(store)
    assert (await store.overview()).unreadable == {
        "malformed": 5,
        "bad-key": 1,
        "bad-seal": 5,
    }


# ------------------------------------------------------------------ redactions and erasures


def redacts(
    pen: Pen, entity: bytes, events_: Sequence[bytes], seqs: Sequence[int], **more
) -> bytes:
    """A redaction; ``seqs``: the envelopes of the same log that it names."""
    refs = sorted(pen.ref(seq) for seq in seqs)
    payload = EntityRedacted(sorted(events_), refs, "entry.written", DAY)
    return pen.event(payload, entity, **more)


async def test_the_witness_of_an_erased_event_counts_nowhere(scene):
    """Whoever still has its body must not admit more than those who never saw it."""
    late = scene.lost.event(moment("words"))
    said = scene.tablet.event(moment("words"), witness=[scene.lost.ref()])
    kept = scene.tablet.runs()
    redacts(scene.tablet, said, [said], [1])  # an altered app: it witnesses nothing
    erasure = scene.world.erases([scene.tablet.ref(1)], scene.tablet)
    gone = scene.world.removes(scene.lost)
    lost, after = scene.lost.runs(), scene.tablet.runs(1)
    stub = stubs(scene.tablet, [1])
    store = await scene.agree(
        [gone, lost, kept, [erasure, *after]],
        [[erasure, *kept], after, lost, gone],
        [[gone, erasure, *stub], lost],
        [kept, after, lost, gone, erasure],
    )
    assert late not in await events(store)


def stubs(pen: Pen, seqs: Iterable[int]) -> list[Run]:
    """The log as a relay gives it once these bodies are erased."""
    (run,) = pen.runs()
    items = [
        Item(i.key, i.flags, i.signature, None, hash_body(i.body or b"")) if n in set(seqs) else i
        for n, i in enumerate(run.items, 1)
    ]
    return [Run(run.device, run.first_seq, run.previous, run.keys, items)]


async def test_a_redaction_that_withdraws_what_admits_it_ends_the_same_everywhere(scene):
    """Without a rule this has no outcome: it counts because of what it makes not count."""
    tablet, lost = scene.tablet, scene.lost
    first = tablet.event(moment("words"))
    nonce, second_of = bytes(16), tablet.fork(1)
    # An edit whose id is known ahead: the redaction names it, and it witnesses the redaction.
    edit = EntryEdited("words again", DAY, [])
    hlc = (scene.world.ms + 50, 0)
    ahead = second_of.event(edit, first, [first], hlc=hlc, claimed_ms=7, nonce=nonce)
    payload = EntityRedacted(sorted([first, ahead]), [tablet.ref(1)], "entry.written", DAY)
    lost.event(payload, first)
    again = tablet.event(
        edit, first, [first], hlc=hlc, claimed_ms=7, nonce=nonce, witness=[lost.ref()]
    )
    assert again == ahead
    gone = scene.world.removes(lost)
    erasure = scene.world.erases([tablet.ref(1), tablet.ref(2)], lost)
    a, b = tablet.runs(), lost.runs()
    await scene.agree([a, b, gone], [gone, b, a], [gone, *tablet.pieces(1), b], [b, a, gone])
    await scene.agree([a, b, gone, erasure], [erasure, gone, b, a], [gone, b, *a, erasure])


async def test_a_redaction_without_its_erasure_leaves_a_log_that_others_accept(scene):
    """An altered app leaves the public half out: what is sent on must hold all the same."""
    said = scene.tablet.event(moment("words"))
    redacts(scene.tablet, said, [said], [1])
    scene.tablet.event(moment("words"))
    store = await scene.observe(scene.tablet.runs())
    statements, runs = await held_by(store, scene)
    other = await scene.observe([*statements, *runs])
    assert await show(other) == await show(store)
    assert (await other.overview()).heads == (await store.overview()).heads
    # The erasure comes after all: now the words are gone here too, and nothing else changes.
    erasure = scene.world.erases([scene.tablet.ref(1)], scene.tablet)
    before = await show(store)
    await feed(store, [erasure])
    assert await show(store) == before
    _, runs = await held_by(store, scene)
    assert [i.body is None for r in runs for i in r.items if r.device == scene.tablet.id] == [
        True,
        False,
        False,
    ]


async def test_an_erased_body_is_never_sent_again_even_where_it_is_kept(scene):
    said = scene.tablet.event(moment("words"))
    erasure = scene.world.erases([scene.tablet.ref(1)], scene.tablet)
    store = await scene.observe(scene.tablet.runs(), erasure)
    assert said in await events(store), "without a redaction those who have the words keep them"
    statements, runs = await held_by(store, scene)
    (item,) = (i for r in runs for i in r.items if r.device == scene.tablet.id)
    assert item.body is None
    other = await scene.observe([*statements, *runs])
    assert (await other.overview()).heads == (await store.overview()).heads


async def held_by(store: SpaceStore, scene: Scene) -> tuple[list[Statement], list[Run]]:
    """All that a store sends to a relay that holds nothing."""
    start: dict[bytes, list[Point]] = {pen.id: [] for pen in scene.pens}
    batch = await store.push_batch(PushCursor(start, statements=True), 1 << 30)
    request = decode_push_request(batch.body)
    return request.statements, request.runs


async def test_stubs_hold_only_as_erased_and_never_for_keys_or_other_bodies(scene):
    pen = scene.tablet
    pen.event(moment("words"))
    second = pen.event(moment("words"))
    erasure = scene.world.erases([pen.ref(1)], pen)
    (stub,) = stubs(pen, [1])
    first, *rest = stub.items
    wrong = Item(first.key, first.flags, first.signature, None, bytes(32))
    for items in ([wrong, *rest], [wrong]):
        store = await scene.observe(erasure, Run(stub.device, 1, bytes(32), stub.keys, items))
        assert pen.id not in (await store.overview()).heads
    store = await scene.observe(stub, [erasure], stub)
    assert second in await events(store)
    # A body that comes after all changes nothing; nor does a key envelope made a stub.
    before = await show(store)
    await feed(store, pen.runs())
    assert await show(store) == before
    keyed = scene.world.pen(0)
    scene.adds[keyed.id] = scene.world.adds(keyed)
    keyed.epoch(scene.key(), scene.pens)
    mark = scene.world.erases([keyed.ref()], keyed)
    store = await scene.observe([mark, *stubs(keyed, [1])])
    assert keyed.id not in (await store.overview()).heads


async def test_nobody_withdraws_the_others_words_however_the_ids_are_named(scene):
    said = scene.tablet.event(moment("words"))
    theirs = scene.partner.event(moment("words"))
    mark = redacts(scene.partner, said, [said, theirs], [2], after=[said])
    # One redaction cannot be taken back by another, and what is named before it comes is gone.
    redacts(scene.partner, said, [mark], [3], after=[mark])
    store = await scene.agree(
        [scene.tablet.runs(), scene.partner.runs(1)], [scene.partner.runs(1), scene.tablet.runs()]
    )
    shown = await events(store)
    assert {said, theirs, mark} <= shown


async def test_redactions_and_edits_that_cross_agree_in_every_order(scene):
    said = scene.tablet.event(moment("words"))
    scene.lost.event(EntryEdited("words of the phone", DAY, []), said, [said])
    redacts(scene.tablet, said, [said], [1], after=[said])
    second = scene.tablet.event(EntryEdited("words after", DAY, []), said, [said])
    redacts(scene.tablet, said, [said, second], [1, 3])
    erasure = scene.world.erases([scene.tablet.ref(1), scene.tablet.ref(3)], scene.tablet)
    a, b = scene.tablet.pieces(1), scene.lost.runs()
    stub = stubs(scene.tablet, [1, 3])
    await scene.agree(
        [*a, b, erasure],
        [b, erasure, *a],
        [erasure, *stub, b],
        [a[0], erasure, *a[1:3], b, a[3]],
        [b, *a[:2], [erasure, *stub]],
    )
