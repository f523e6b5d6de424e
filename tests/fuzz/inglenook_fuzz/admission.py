"""Admission into a real store: whole lives of a space, written by the fuzzer.

An input is a MessagePack array of steps ``[name, …]``; what does not fit is bent into something
that does, so that most mutations still do something. Pens write logs by hand with real keys, as
an altered app could; the observer's store is real, over a database in memory.

    event    pen, kind, version, entity, after, payload, hlc, claimed, offset, witness
    core     pen, core                        sealed as it is
    content  pen, content                     sealed as it is
    padded   pen, padded plaintext            sealed as it is
    body     pen, body, flags                 signed as it is
    epoch    pen, recipients, roster, earlier, number of the key
    fork     pen, seq                         the pen goes on from there
    sign     signer, content                  a statement for the next page
    page     pens, from, cut, twice, heads    what they wrote, to the observer
    spoilt   bit                              the last page again with one bit changed
    bytes    anything                         as a page
    act      what, number                     the observer's own doing

Entities, ``after`` and witnesses are numbers of what was written before, or bytes; ids inside
payloads and statements may be blanks (``trees.filled``).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

from inglenook_client.core.ports import PushCursor
from inglenook_client.store import space as space_module
from inglenook_client.store.appending import Entropy, Moment
from inglenook_client.store.database import Connection
from inglenook_client.store.queries import entity_by_id
from inglenook_client.store.space import SpaceStore
from inglenook_client.store.state import SpaceState, load_state
from inglenook_fuzz import trees
from inglenook_fuzz.records import PAYLOADS
from inglenook_fuzz.shown import shown
from inglenook_fuzz.target import Target, hold, items, raw, reached, whole
from inglenook_harness.forging import Pen, World, moment, show, show_rebuilt
from inglenook_harness.stores import START_MS, Chance, Clock
from inglenook_protocol import kinds, labels
from inglenook_protocol.codec import Point, Ref, encode
from inglenook_protocol.errors import LocalProtocolError, RemoteProtocolError
from inglenook_protocol.kinds import CREATING, KIND_BY_PAYLOAD
from inglenook_protocol.limits import MAX_BRANCHES
from inglenook_protocol.messages import LogPoints, Page, decode_push_request
from inglenook_protocol.roster import Erased, Statement, added, decode_content, erased, removed
from inglenook_protocol.runs import make_runs
from inglenook_protocol.sealing import NONCE_BYTES, EpochKey
from inglenook_simulation.disk import Disk, MemoryDatabase

PENS: Final = ("observer", "own", "partner", "partner's second", "nobody's")
KEYS: Final = 4
MAX_STEPS: Final = 40
_KINDS: Final = sorted(kinds.PAYLOADS)


@cache
def _world() -> tuple[World, list[Pen], list[EpochKey]]:
    """Keys are slow to make, and the same for every input."""
    world = World("fuzz")
    pens = [world.pen(member) for member in (0, 0, 1, 1, 1)]
    keys = [world.key, *(EpochKey(world.space_id, world.chance(32)) for _ in range(KEYS - 1))]
    return world, pens, keys


@cache
def loop() -> asyncio.AbstractEventLoop:
    """One loop for all inputs: a new one each time would cost more than most of them."""
    return asyncio.new_event_loop()


class Life:
    """One input's space: pens, the observer's store, and what was written so far."""

    def __init__(self) -> None:
        self.world, pens, self.keys = _world()
        self.world.chance = Chance("a life")
        self.world.ms = START_MS
        self.pens = [Pen.fork(pen, 0) for pen in pens]
        self.first = pens
        self.statements = [self.world.adds(pens[0]), self.world.adds(pens[2])]
        self.waiting: list[Statement] = []
        self.events: list[bytes] = []
        self.last_page = b""
        self.stores: list[SpaceStore] = []

    async def store(self, name: str, statements: list[Statement]) -> SpaceStore:
        path = Path("/") / f"{name}.db"
        MemoryDatabase.disks[path] = Disk()
        store = await SpaceStore.create(
            path,
            bytes(32),
            genesis=self.world.genesis,
            member=self.world.roots[0].member_id,
            seeds=self.first[0].keys.seeds,
            statements=statements,
            entropy=Entropy(Chance(name), _no_wrap),
            wall_ms=Clock(),
        )
        self.stores.append(store)
        return store

    # ------------------------------------------------------------------ picking

    def pen(self, number: Any) -> Pen:
        return self.pens[whole(number, 0, len(self.pens) - 1)]

    def event_id(self, given: Any) -> bytes:
        if isinstance(given, int) and self.events:
            return self.events[given % len(self.events)]
        return raw(given)

    def id_at(self, device: bytes, seq: int) -> bytes:
        """The id of what a pen wrote there, or none."""
        ids = (e.id for p in self.pens for e in p.envelopes if (p.id, e.seq) == (device, seq))
        return next(ids, bytes(32))

    def ref(self, given: Any) -> Ref | None:
        """An envelope by [pen, seq], or a ref as it is."""
        match given:
            case [int() as pen, int() as seq] if log := self.pen(pen).envelopes:
                at = log[(seq - 1) % len(log)]
                return Ref(at.device, at.seq, at.id)
            case [bytes() as device, int() as seq, bytes() as id_]:
                return Ref(device, seq, id_)
        return None

    # ------------------------------------------------------------------ steps

    def write(self, name: str, rest: list[Any]) -> None:
        """What a pen does alone."""
        pen = self.pen(rest[0])
        seal = {"core": self._core, "content": self._content, "padded": self._padded}
        if name in seal:
            seal[name](pen, raw(rest[1]))
        elif name == "event":
            self._event(pen, rest)
        elif name == "body":
            pen.put(raw(rest[1]), whole(rest[2], 0, 1), self.keys[whole(rest[2], 0, 3)].key_id)
        elif name == "epoch":
            self._epoch(pen, rest)
        elif name == "fork" and pen.envelopes:
            number = self.pens.index(pen)
            self.pens.append(pen)
            self.pens[number] = pen.fork(whole(rest[1], 0, len(pen.envelopes) - 1))

    def _event(self, pen: Pen, rest: list[Any]) -> None:
        kind = rest[1] if isinstance(rest[1], str) else _KINDS[whole(rest[1], 0, 11)][0]
        witness = [ref for given in items(rest[9]) if (ref := self.ref(given)) is not None]
        hlc = items(rest[6], 2)
        core = [
            self.world.chance(16),
            kind,
            rest[2],
            self.event_id(rest[3]) if rest[3] is not None else b"",
            sorted(self.event_id(each) for each in items(rest[4])),
            *(hlc if len(hlc) == 2 else [self.world.ms, 0]),
            START_MS if rest[7] is None else rest[7],
            rest[8] or 0,
            trees.filled(raw(rest[5]), self.events, self.id_at),
        ]
        self.world.ms += 1
        self.events.append(pen.core(encode(core), witness, self._key(pen)))

    def _core(self, pen: Pen, core: bytes) -> None:
        self.events.append(pen.core(core, (), self._key(pen)))

    def _key(self, pen: Pen) -> EpochKey:
        """The key of the pen's last key envelope, or the first."""
        opened = [e.key_id for e in pen.envelopes if e.is_key]
        return next((k for k in self.keys if opened and k.key_id == opened[-1]), self.keys[0])

    def _content(self, pen: Pen, content: bytes) -> None:
        key = self._key(pen)
        if len(content) <= 100_000:
            pen._put(lambda p: key.seal_event(bytes(NONCE_BYTES), content, p), 0, key.key_id,
                     len(pen.envelopes) + 1)  # fmt: skip

    def _padded(self, pen: Pen, padded: bytes) -> None:
        key = self._key(pen)
        pen._put(lambda p: key._event.seal(bytes(NONCE_BYTES), padded, p), 0, key.key_id,
                 len(pen.envelopes) + 1)  # fmt: skip

    def _epoch(self, pen: Pen, rest: list[Any]) -> None:
        mask = whole(rest[1], 0, 31)
        others = [p for n, p in enumerate(self.first) if mask >> n & 1] or [pen]
        earlier = [self.keys[whole(n, 0, KEYS - 1)] for n in items(rest[3], KEYS)]
        key = self.keys[whole(rest[4], 0, KEYS - 1)]
        roster = rest[2] if isinstance(rest[2], bytes) and len(rest[2]) == 32 else bytes(32)
        pen.epoch(key, others, roster, {k.key_id: k for k in earlier}.values())

    def sign(self, rest: list[Any]) -> None:
        signers = [*(r.sign for r in self.world.roots), *(p.keys.sign for p in self.first)]
        signer = signers[whole(rest[0], 0, len(signers) - 1)]
        content = trees.filled(raw(rest[1]), self.events, self.id_at)
        self.waiting.append(Statement(content, signer.sign(labels.STATEMENT_SIG, content)))

    def page(self, rest: list[Any]) -> bytes:
        """What some pens wrote, from a seq on, in pieces; perhaps with what the relay says."""
        mask, cut, heads = whole(rest[0], 0, 255, 255), whole(rest[2], 0, 9), items(rest[4])
        runs = [
            run
            for number, pen in enumerate(self.pens)
            if mask >> (number % 8) & 1 and pen.envelopes
            for run in make_runs(
                pen.envelopes[whole(rest[1], 0, len(pen.envelopes) - 1) :], cut or 4096
            )
        ]
        if rest[3]:
            runs = runs[::-1] + runs
        told = [ref for each in heads if (ref := self.ref(each)) is not None]
        points: dict[bytes, set[Point]] = {}
        for ref in told:
            points.setdefault(ref.device, set()).add(Point(ref.seq, ref.id))
        logs = [LogPoints(device, sorted(points[device])) for device in sorted(points)]
        statements, self.waiting = self.waiting, []
        return encode(Page(statements, runs[:256], logs, False, bytes(32), bytes(32)))


def _no_wrap(public: bytes, key: bytes, info: bytes) -> bytes:
    return bytes(1168)


async def _gist(store: SpaceStore) -> dict[str, Any]:
    """A store's state as its database has it."""

    def from_disk(conn: Connection) -> SpaceState:
        broken = conn.execute("PRAGMA foreign_key_check").fetchall()
        hold(not broken, f"rows that point nowhere: {broken}")
        return load_state(conn)

    return _compared(await store.query(from_disk))


def _compared(state: SpaceState) -> dict[str, Any]:
    return {
        "device": state.device.id,
        "roster": state.book.roster_hash,
        "erasures": state.book.erasures_hash,
        "logs": {
            log.device: (log.number, log.acknowledged, log.witnessed, log.heads,
                         [(b.number, b.parent, b.first_seq) for b in log.branches])
            for log in state.log_by_device.values()
        },
        "keys": sorted(state.held),
        "epochs": sorted((e.key_id, e.author, e.roster_hash) for e in state.epochs),
        "clocks": (tuple(state.own_hlc), tuple(state.seen_hlc)),
        "carried": state.carried,
    }  # fmt: skip


async def _deliver(life: Life, store: SpaceStore, page: bytes) -> None:
    """A page is taken, or refused and leaves nothing."""
    before = await show(store), await _gist(store)
    try:
        outcome = await store.admit_page(page)
    except RemoteProtocolError as error:
        reached("page", error.reject)
        hold(error.reject and error.message, "a page is refused without a class or words")
        hold((await show(store), await _gist(store)) == before, "a refused page left something")
        return
    current = store._current
    hold(current is not None and _compared(current[1]) == await _gist(store),
         "what is in memory is not what is stored")  # fmt: skip
    hold(outcome.new >= 0, "less than nothing was new")
    hold((await store.admit_page(page)).new == 0, "a page that was taken brings something new")


def _own_entities(conn: Connection, member: bytes) -> list[bytes]:
    found = [bytes(row[0]) for row in conn.execute("SELECT id FROM entity WHERE day <> ''")]
    rows = [(id_, entity_by_id(conn, id_)) for id_ in found]
    return [id_ for id_, row in rows if row is not None and row.projection.author == member]


async def _act(store: SpaceStore, life: Life, what: Any, number: Any) -> None:
    """What a person or the sync engine does meanwhile."""
    own = await store.query(_own_entities, store.member)
    entity = own[number % len(own)] if own and isinstance(number, int) else raw(number)
    heads = {pen.id: whole(number, 0, 2**53 - 1) for pen in life.first}
    now = Moment(START_MS, 0)
    acts: list[Callable[[], Any]] = [
        lambda: store.append(moment("words of one's own"), now),
        lambda: store.redact(entity, "entry.written", "2026-09-21", now),
        store.open_epoch,
        lambda: store.audit(whole(number, 0, 100)),
        store.rebuild,
        lambda: store.acknowledged(heads),
        lambda: store.pull_request(frozenset(heads), whole(number, 0, 2**53 - 1)),
        lambda: store.erasures.sign(None, lambda _: None),
        lambda: store.settled("2026-09-21T10:00:00+00:00"),
        store.forget_relay,
    ]
    try:
        await acts[whole(what, 0, len(acts) - 1)]()
    except LocalProtocolError as error:
        hold(error.message, "a refusal without words")


async def live(steps: list[Any]) -> dict[str, Any]:
    """Play the steps and check what must hold at the end; what is shown then."""
    life = Life()
    try:
        return await _lived(life, steps)
    finally:
        for store in life.stores:
            await store.close()
        for disk in MemoryDatabase.disks.values():
            disk.close()
        MemoryDatabase.disks.clear()


async def _lived(life: Life, steps: list[Any]) -> dict[str, Any]:
    store = await life.store("observer", life.statements)
    acted = False
    for step in steps[:MAX_STEPS]:
        if not isinstance(step, list) or not step:
            continue
        name, rest = step[0], (*step[1:], *[None] * 12)[:12]
        if name == "sign":
            life.sign(list(rest))
        elif name == "page":
            life.last_page = life.page(list(rest))
            await _deliver(life, store, life.last_page)
        elif name == "spoilt" and life.last_page:
            changed = bytearray(life.last_page)
            at = whole(rest[0], 0, len(changed) * 8 - 1)
            changed[at // 8] ^= 1 << at % 8
            await _deliver(life, store, bytes(changed))
        elif name == "bytes":
            await _deliver(life, store, raw(rest[0]))
        elif name == "act":
            acted = True
            await _act(store, life, rest[0], rest[1])
        elif isinstance(name, str):
            life.write(name, list(rest))
    await _deliver(life, store, life.page([255, 0, 0, False, []]))
    seen = await show(store)
    overview = await store.overview()
    for what in (*overview.notices, *overview.unreadable, *(row[2] for row in seen["entities"])):
        reached(what)
    reached(len(seen["entities"]).bit_length(), len(seen["words"]).bit_length(),
            len(overview.roster.standing), len(overview.roster.devices))  # fmt: skip
    hold(await show_rebuilt(store) == seen, "folded anew it looks different")
    await store.check()
    await shown(store)
    if not acted and store.device_id == life.first[0].id:
        # Whoever took new keys opens only what came before, or is sealed to them (SPEC 17.1).
        await _compare(life, store, seen)
    return seen


async def _compare(life: Life, store: SpaceStore, seen: dict[str, Any]) -> None:
    """A device that gets all of it at once sees the same, unless the spec promises less."""
    state = (await store.overview()).roster
    cursor = PushCursor({device: [] for device in state.devices}, statements=True)
    batch = await store.push_batch(cursor, 1 << 30)
    request = decode_push_request(batch.body)
    contents = [decode_content(s.content) for s in request.statements]
    if any(isinstance(content, Erased) for content in contents):
        return  # bodies that went may have held what others still show (SPEC 12.2)
    if any(len(log.branches) >= MAX_BRANCHES for log in _logs(store)):
        return  # not promised (SPEC 11.4)
    other = await life.store("other", life.statements)
    page = encode(Page(request.statements, request.runs, [], False, bytes(32), bytes(32)))
    await other.admit_page(page)
    await other.admit_page(page)  # a fork's branch may have come before its stem
    hold(await show(other) == seen, "all at once it looks different")


def _logs(store: SpaceStore) -> Any:
    current = store._current
    return [] if current is None else current[1].log_by_number.values()


def one(source: bytes) -> None:
    """Play an input. Raises for anything that must not be."""
    steps = trees.read(source)
    if not isinstance(steps, list):
        return
    real = vars(space_module)["Database"]
    setattr(space_module, "Database", MemoryDatabase)  # noqa: B010 - not for others to import
    try:
        loop().run_until_complete(live(steps))
    finally:
        setattr(space_module, "Database", real)  # noqa: B010


# ---------------------------------------------------------------------- seeds


def event(pen: int, payload: Any, entity: Any = None, after: Any = (), **more: Any) -> list[Any]:
    """The step that writes a payload."""
    kind, version = KIND_BY_PAYLOAD[type(payload)]
    if (kind, version) not in CREATING and entity is None:
        entity = 0
    encoded = more.get("payload", encode(payload))
    return ["event", pen, kind, version, entity, list(after), encoded, more.get("hlc"),
            more.get("claimed"), more.get("offset"), list(more.get("witness", ()))]  # fmt: skip


def seeds() -> Iterator[bytes]:
    """Every kind, and every rule of the roster, of epochs, of erasure and of forks at work."""
    world, pens, _ = _world()
    id_, roots = world.space_id, world.roots
    begin = [["epoch", 2, 31, None, [], 0], ["epoch", 0, 31, None, [], 0]]
    entry = PAYLOADS[1]
    for payload in PAYLOADS:
        yield encode([*begin, event(2, entry), event(2, payload), ["page"]])
    yield encode([*begin, *(event(2, p) for p in PAYLOADS), ["page"], ["spoilt", 4000],
                  ["act", 1, 0], ["act", 7, 0]])  # fmt: skip
    big = {"hlc": [2**53 - 1, 2**32 - 1], "claimed": 2**53 - 1, "offset": -1080}
    yield encode([*begin, event(2, entry, **big), ["page"], ["act", 0], ["act", 4]])
    yield encode([event(2, entry), ["page"], *begin, ["page"], ["act", 3, 50]])
    adds = {n: encode(added(id_, pens[n].info, roots[pens[n].member].member_id)) for n in (1, 3)}
    heads = [Point(1, bytes(32))]
    gone = encode(removed(id_, pens[2].id, heads, [], roots[1].member_id))
    yield encode([*begin, ["sign", 1, adds[3]], event(2, entry), ["epoch", 3, 31, None, [0], 1],
                  event(3, entry, witness=[[2, 2]]), ["page"], ["sign", 1, gone],
                  ["page"]])  # fmt: skip
    yield encode([["sign", 0, adds[1]], ["epoch", 1, 31, None, [], 2], event(1, entry),
                  event(1, PAYLOADS[3], after=[0]), event(2, PAYLOADS[4]), ["page", 2],
                  ["page"]])  # fmt: skip
    yield encode([*begin, event(2, entry), event(2, PAYLOADS[3], after=[0]), ["fork", 2, 2],
                  event(2, PAYLOADS[3], after=[0]), ["page", 255, 0, 1, True, []],
                  ["act", 0], ["act", 6, 9]])  # fmt: skip
    refs = [Ref(pens[2].id, 2, bytes(32))]
    yield encode([*begin, event(2, entry), ["sign", 4, encode(erased(id_, refs, pens[2].id))],
                  ["page"], ["act", 8], ["act", 9]])  # fmt: skip
    yield encode([*begin, event(0, entry), event(0, PAYLOADS[3], after=[0]), ["act", 0],
                  ["page", 1, 0, 0, False, [[0, 2]]], ["act", 0]])  # fmt: skip
    yield encode([["core", 2, b"\x90"], ["content", 2, b"\x90"], ["padded", 2, bytes(512)],
                  ["body", 2, b"\x90", 1], ["body", 2, bytes(540), 0], ["page"]])  # fmt: skip
    gone = encode(erased(id_, [Ref(pens[2].id, 3, bytes(32))], pens[2].id))
    one, two = bytes(31) + b"\x01", bytes(31) + b"\x02"
    take_back = kinds.EntityRedacted(
        [one], [Ref(pens[2].id, 4, bytes(32))], "entry.written", "2026-09-21"
    )
    about = [kinds.ReplyWritten(one, "words"), kinds.ReactionGiven(one, "hug"),
             kinds.EntryWritten("moment", "words", "2026-09-21", [], one)]  # fmt: skip
    own = [["act", 0, 0], ["act", 0, 0], ["act", 1, 0], ["act", 7, 0], ["act", 4, 0]]
    yield encode([*begin, event(2, entry), event(2, entry), ["page"],
                  *(event(2, p) for p in about), event(2, take_back, 1), ["sign", 4, gone],
                  ["page"], ["act", 4]])  # fmt: skip
    yield encode([*begin, event(2, entry), event(2, take_back, 0), ["page"], *own])
    reply = event(2, kinds.ReplyWritten(two, "words"))
    yield encode([["act", 2, 0], *own, *begin, reply, ["page"]])
    yield encode([["bytes", encode(Page([], [], [], True, bytes(32), bytes(32)))]])


TARGET: Final = Target(
    "admission",
    one,
    seeds,
    ("inglenook_protocol", "inglenook_client.core", "inglenook_client.store"),
    16_384,
)
