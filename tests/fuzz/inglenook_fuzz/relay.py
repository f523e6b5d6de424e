"""The relay's rules in this process: registration, login, push, pull, streams, mailboxes.

An input is a MessagePack array of steps ``[name, …]``:

    register  token, genesis or nil, statements      statements are [signer, content]
    login     device, origin, nonce or nil           the proof is made with the device's key
    raw       call, body                             bytes to any of the relay's decoders
    push      device, statements, runs               runs are [device, from, to] or run (bytes)
    pull      device, have, page bytes               have is [[device, seq] …]
    follow    device                                 pages of a stream until nothing is new
    find      member, nonce or nil
    mail      verb, who, mailbox, slot, message, claim
    write     device, bodies, flags                  a log grows; nothing is sent yet
    fork      device, seq
    spoilt    bit                                    the last push again with one bit changed
    wait      seconds
    restart                                          another relay over the same disk
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from random import Random
from typing import Any, Final

from inglenook_fuzz import trees
from inglenook_fuzz.admission import loop
from inglenook_fuzz.target import Target, hold, items, raw, reached, whole
from inglenook_harness.wire import Couple, Device, Reader
from inglenook_protocol import labels, messages
from inglenook_protocol.codec import Point, Ref, encode
from inglenook_protocol.errors import RemoteProtocolError
from inglenook_protocol.genesis import Genesis
from inglenook_protocol.messages import (
    CloseMailbox,
    EnterMailbox,
    GetMail,
    LogPoints,
    OpenMailbox,
    PullRequest,
    PushRequest,
    PutMail,
    RegisterRequest,
)
from inglenook_protocol.pairing import owner_hash
from inglenook_protocol.roster import Statement, added, erased, removed
from inglenook_protocol.runs import Run
from inglenook_server.auth import Login
from inglenook_server.checking import check_store
from inglenook_server.errors import RelayError
from inglenook_server.relay import Relay, open_relay
from inglenook_server.storage.memory import MemoryDisk, MemoryStorage

ORIGIN: Final = "http://127.0.0.1:7420"
TOKEN: Final = "fuzz"
MAX_STEPS: Final = 40
QUOTA: Final = 60_000
"""Small, so that it is met."""


@cache
def _keyed() -> tuple[Couple, tuple[Device, ...]]:
    couple = Couple(seed="fuzz")
    return couple, (*couple.devices, couple.add_device(0), couple.add_device(1))


class Scene:
    """One input's relay, couple and clock."""

    def __init__(self) -> None:
        self.couple, devices = _keyed()
        self.devices = [d.fork_at(0, "main") for d in devices]
        self.disk = MemoryDisk()
        self.now = 1_700_000_000.0
        self.random = Random(1)
        self.logins: dict[int, Login] = {}
        self.last_push = b""

    async def start(self) -> Relay:
        relay, _ = await open_relay(
            MemoryStorage(self.disk, max_bytes=4 * QUOTA),
            member_quota=QUOTA,
            cache_bytes=1 << 20,
            max_mailboxes=3,
            registration_token=TOKEN,
            clock=lambda: self.now,
            random_bytes=self.random.randbytes,
        )
        return relay

    def device(self, number: Any) -> Device:
        return self.devices[whole(number, 0, len(self.devices) - 1)]

    def statement(self, part: Any) -> Statement:
        signer, content = (*items(part, 2), None, None)[:2]
        if isinstance(signer, bytes):
            return Statement(raw(content), signer.ljust(64, b"\x00")[:64])
        roots = [root.sign for root in self.couple.roots]
        keys = [*roots, *(device.keys.sign for device in self.devices[:4])]
        key = keys[whole(signer, 0, len(keys) - 1)]
        filled = trees.filled(raw(content), [], self.id_at)
        return Statement(filled, key.sign(labels.STATEMENT_SIG, filled))

    def id_at(self, device_id: bytes, seq: int) -> bytes:
        """The id of what a device wrote there, or none."""
        logs = [d.envelopes for d in self.devices if d.id == device_id]
        return next((log[seq - 1].id for log in logs if 0 < seq <= len(log)), bytes(32))

    def runs(self, given: Any) -> list[Run]:
        found: list[Run] = []
        for part in items(given, 8):
            match part:
                case bytes():
                    found.append(messages.decode_push_request(b"\x92\x90\x91" + part).runs[0])
                case [int() as number, int() as start, int() as end]:
                    device = self.device(number)
                    length = len(device.envelopes)
                    start = whole(start, 0, length)
                    end = whole(end, 0, length) or length
                    found += device.runs(start, end) if start < end else []
        return found


async def _statements_of(scene: Scene, given: Any) -> list[Statement]:
    if given is None:
        return scene.couple.statements[:2]
    return [scene.statement(part) for part in items(given, 12)]


async def _register(scene: Scene, relay: Relay, rest: list[Any]) -> None:
    genesis = scene.couple.genesis.encoded if rest[1] is None else raw(rest[1])
    statements = await _statements_of(scene, rest[2])
    token = TOKEN if rest[0] is None else str(rest[0])[:256]
    body = encode(RegisterRequest(token, genesis, statements))
    created = await relay.register(messages.decode_register_request(body))
    hold(not created or token == TOKEN, "a space was registered without the right to")
    hold(Genesis(genesis).space_id in scene.disk.genesis, "registered and not there")


async def _login(scene: Scene, relay: Relay, rest: list[Any]) -> None:
    number = whole(rest[0], 0, len(scene.devices) - 1)
    origin = ORIGIN if rest[1] is None else str(rest[1])
    fresh = rest[2] is None
    nonce = relay.challenge().nonce if fresh else raw(rest[2])[:32].ljust(32, b"\x00")
    request = scene.devices[number].login(origin, nonce)
    token = await relay.login(request, ORIGIN)
    hold(fresh and origin == ORIGIN, "a login holds that was made for another relay")
    scene.logins[number] = relay.read_login(token.token, scene.couple.space_id)


def _login_of(scene: Scene, number: Any) -> Login:
    login = scene.logins.get(whole(number, 0, len(scene.devices) - 1))
    if login is None:
        raise RelayError("login")
    return login


async def _push(scene: Scene, relay: Relay, rest: list[Any]) -> None:
    statements = [] if rest[1] is None else await _statements_of(scene, rest[1])
    scene.last_push = encode(PushRequest(statements, scene.runs(rest[2])))
    await _pushed(scene, relay, rest[0], scene.last_push)


async def _pushed(scene: Scene, relay: Relay, number: Any, body: bytes) -> None:
    login = _login_of(scene, number)
    request = messages.decode_push_request(body)
    results = await relay.push(login, request)
    hold(len(results) == len(request.runs), "a run without an answer")
    encoded = encode(results)
    for result in results:
        reached(type(result).__name__, getattr(result, "reject", ""))
    hold(messages.decode_push_results(encoded) == results, "an answer that no client reads")
    again = await relay.push(login, request)
    taken = (messages.Accepted, messages.Duplicate)
    for before, after in zip(results, again, strict=True):
        if isinstance(before, taken):
            hold(isinstance(after, messages.Duplicate), "what was taken is new again")


async def _pull(scene: Scene, relay: Relay, rest: list[Any]) -> None:
    have: dict[bytes, set[Point]] = {}
    for part in items(rest[1], 16):
        match part:
            case [int() as number, int() as seq] if log := scene.device(number).envelopes:
                device = scene.device(number)
                have.setdefault(device.id, set()).add(device.point(whole(seq, 1, len(log))))
            case [bytes() as device_id, int() as seq, bytes() as id_]:
                have.setdefault(device_id, set()).add(Point(seq, id_))
    points = [LogPoints(device, sorted(have[device])) for device in sorted(have)]
    pages = whole(rest[2], 0, 2**53 - 1, 1 << 20)
    body = encode(PullRequest(points, bytes(32), bytes(32), pages))
    page = await relay.pull(_login_of(scene, rest[0]), messages.decode_pull_request(body))
    messages.decode_page(page)


async def _follow(scene: Scene, relay: Relay, rest: list[Any]) -> None:
    login = _login_of(scene, rest[0])
    reader = Reader(scene.couple)
    feed = await relay.open_feed(login, reader.request(whole(rest[1], 1, 1 << 20, 1 << 20)))
    for _ in range(200):
        page = await relay.follow(login, feed, always=False)
        if page is None:
            return
        reader.take(messages.decode_page(page.body))
    hold(False, "a stream without an end")


async def _find(scene: Scene, relay: Relay, rest: list[Any]) -> None:
    nonce = relay.challenge().nonce if rest[1] is None else raw(rest[1])[:32].ljust(32, b"\x00")
    found = await relay.find(scene.couple.find(whole(rest[0], 0, 1), ORIGIN, nonce), ORIGIN)
    hold(messages.decode_found(encode(found)) == found, "an answer that no client reads")


async def _mail(scene: Scene, relay: Relay, rest: list[Any]) -> None:
    verb, who, box, slot, message, claim = rest[:6]
    mailbox = bytes([whole(box, 0, 4)]) * 16
    capability = bytes([whole(who, 0, 2)]) * 32
    claimed = raw(claim)[:16].ljust(16, b"\x00") if claim is not None else b""
    mailboxes = relay.mailboxes
    if verb == "open":
        hashes = owner_hash(bytes(32)), owner_hash(bytes([1]) * 32)
        seconds = whole(slot, -1, 604_801)
        body = encode(OpenMailbox(TOKEN, mailbox, *hashes, seconds))
        await mailboxes.open(messages.decode_open_mailbox(body))
    elif verb == "enter":
        body = encode(EnterMailbox(capability, claimed or bytes(16)))
        await mailboxes.enter(mailbox, messages.decode_enter_mailbox(body))
    elif verb == "put":
        body = encode(PutMail(capability, claimed, whole(slot, 0, 9), raw(message)))
        await mailboxes.put(mailbox, messages.decode_put_mail(body))
    elif verb == "get":
        body = encode(GetMail(capability, claimed, whole(slot, 0, 9), 0))
        await mailboxes.get(mailbox, messages.decode_get_mail(body))
    elif verb == "close":
        body = encode(CloseMailbox(capability, claimed))
        await mailboxes.close(mailbox, messages.decode_close_mailbox(body))
    else:
        await mailboxes.sweep()


async def _raw(scene: Scene, relay: Relay, rest: list[Any]) -> None:
    """As the HTTP face does with a body, whatever it is."""
    box = bytes(16)
    calls: list[Callable[[bytes], Any]] = [
        lambda b: relay.register(messages.decode_register_request(b)),
        lambda b: relay.login(messages.decode_login_request(b), ORIGIN),
        lambda b: relay.find(messages.decode_find_request(b), ORIGIN),
        lambda b: relay.pull(_login_of(scene, 0), messages.decode_pull_request(b)),
        lambda b: relay.push(_login_of(scene, 0), messages.decode_push_request(b)),
        lambda b: relay.mailboxes.open(messages.decode_open_mailbox(b)),
        lambda b: relay.mailboxes.enter(box, messages.decode_enter_mailbox(b)),
        lambda b: relay.mailboxes.put(box, messages.decode_put_mail(b)),
        lambda b: relay.mailboxes.close(box, messages.decode_close_mailbox(b)),
    ]
    await calls[whole(rest[0], 0, len(calls) - 1)](raw(rest[1]))


def _write(scene: Scene, rest: list[Any]) -> None:
    device = scene.device(rest[0])
    for at, body in enumerate(items(rest[1], 40)):
        sizes = body if isinstance(body, int) else 0
        content = raw(body) or bytes([at]) * whole(sizes, 1, 40_000, 20)
        device.append_body(content, whole(rest[2], 0, 1))


_CALLS: Final = {
    "register": _register, "login": _login, "push": _push, "pull": _pull, "follow": _follow,
    "find": _find, "mail": _mail, "raw": _raw,
}  # fmt: skip


async def _step(scene: Scene, relay: Relay, name: str, rest: list[Any]) -> None:
    if name == "spoilt" and scene.last_push:
        changed = bytearray(scene.last_push)
        at = whole(rest[0], 0, len(changed) * 8 - 1)
        changed[at // 8] ^= 1 << at % 8
        await _pushed(scene, relay, rest[1], bytes(changed))
    elif name in _CALLS:
        await _CALLS[name](scene, relay, rest)


def _gist(disk: MemoryDisk) -> tuple[Any, ...]:
    spaces = {s: [x.id for x in disk.statements.get(s, [])] for s in disk.genesis}
    heads = {no: b.head_id for space in disk.branches.values() for no, b in space.items()}
    return spaces, heads, disk.stored_bytes, dict(disk.mailboxes), dict(disk.messages)


async def live(steps: list[Any]) -> None:
    """Play the steps; then an honest reader must get all that the relay says it holds."""
    scene = Scene()
    relay = await scene.start()
    for step in steps[:MAX_STEPS]:
        if not isinstance(step, list) or not step:
            continue
        name, rest = step[0], [*step[1:], *[None] * 8][:8]
        before = _gist(scene.disk)
        try:
            if name == "write":
                _write(scene, rest)
            elif name == "fork" and (envelopes := scene.device(rest[0]).envelopes):
                number = scene.devices.index(scene.device(rest[0]))
                seq = whole(rest[1], 0, len(envelopes))
                scene.devices[number] = scene.devices[number].fork_at(seq, len(scene.devices))
            elif name == "wait":
                scene.now += whole(rest[0], 0, 10_000_000)
            elif name == "restart":
                relay = await scene.start()
            elif isinstance(name, str):
                await _step(scene, relay, name, rest)
        except RelayError as error:
            reached(name, error.code)
            hold(messages.decode_error(error.encode()).code == error.code, "an answer unread")
            if error.code != "quota" and name not in ("push", "spoilt", "raw", "mail"):
                hold(_gist(scene.disk) == before, "a refused call left something")
        except RemoteProtocolError:
            hold(_gist(scene.disk) == before, "a body that is malformed left something")
    await _end(scene, relay)


def _pass(_: int) -> None:
    pass


async def _end(scene: Scene, relay: Relay) -> None:
    disk = scene.disk
    checked = await relay.storage.read(lambda s: check_store(s, list(disk.genesis), _pass))
    hold(not checked.flaws, f"the store holds what does not hold: {checked.flaws}")
    if scene.couple.space_id not in disk.genesis:
        return
    first = await _read_all(scene, relay)
    second = await _read_all(scene, await scene.start())
    if first is not None and second is not None:
        hold(first.held == second.held, "after a restart it holds something else")


async def _read_all(scene: Scene, relay: Relay) -> Reader | None:
    """All that the relay holds, to whoever stands."""
    reader = Reader(scene.couple)
    for device in [*scene.devices[:4]]:
        try:
            proof = device.login(ORIGIN, relay.challenge().nonce)
            token = await relay.login(proof, ORIGIN)
            login = relay.read_login(token.token, scene.couple.space_id)
            await relay.check_stands(login)
        except RelayError:
            continue
        for _ in range(100):
            page = messages.decode_page(await relay.pull(login, reader.request(30_000)))
            new = reader.take(page)
            if not page.more:
                break
            hold(new > 0, "a page that says more and brings nothing")
        heads = {log.device: set(log.points) for log in page.heads}
        mine = {log.device: set(log.points) for log in reader.heads()}
        hold(all(heads[d] >= points for d, points in mine.items()), "it hides what it gives")
        hold(all(Ref(d, p.seq, p.id) in reader.held for d, ps in heads.items() for p in ps),
             "it names what it does not give")  # fmt: skip
        return reader
    return None


def one(source: bytes) -> None:
    """Play an input. Raises for anything that is not an answer of SPEC 14."""
    steps = trees.read(source)
    if isinstance(steps, list):
        loop().run_until_complete(live(steps))


def seeds() -> Iterator[bytes]:
    """Every call, in the order of honest clients and in some others."""
    couple, devices = _keyed()
    id_, roots = couple.space_id, couple.roots
    begin: list[Any] = [["register"], ["login", 0], ["login", 1]]
    grow: list[Any] = [["write", 0, [20, 20, 20], 0], ["write", 1, [40, b"body"], 0]]
    push: list[Any] = [["push", 0, None, [[0, 0, 0], [1, 0, 0]]]]
    yield encode([*begin, *grow, *push, ["pull", 1], ["follow", 1], ["spoilt", 900, 0]])
    yield encode([*begin, *grow, *push, ["fork", 0, 1], ["write", 0, [30, 30], 0], *push,
                  ["pull", 0, [[0, 1], [1, 1]], 10], ["restart"], ["follow", 0, 50]])  # fmt: skip
    plus = encode(added(id_, devices[2].info, roots[0].member_id))
    minus = encode(removed(id_, devices[2].id, [], [], roots[0].member_id))
    yield encode([*begin, ["push", 0, [[0, plus]], []], ["login", 2], *grow,
                  ["write", 2, [9], 1], ["push", 2, None, [[2, 0, 0]]],
                  ["push", 0, [[0, minus]], []], ["pull", 2], ["login", 2]])  # fmt: skip
    gone = encode(erased(id_, [Ref(devices[0].id, 1, bytes(32))], devices[0].id))
    yield encode([*begin, *grow, *push, ["push", 0, [[2, gone]], []], ["follow", 1], *push])
    yield encode([*begin, *grow, ["push", 0, [[2, gone]], [[0, 0, 0]]], ["pull", 1], ["restart"]])
    yield encode([*begin, ["write", 0, [30_000, 30_000, 30_000], 0], *push, ["wait", 4000], *push])
    yield encode([*begin, ["find", 0], ["find", 1, b"nonce"], ["login", 0, "http://x"],
                  ["login", 0, None, b"old"], ["register", "no", None, []]])  # fmt: skip
    box: list[Any] = [["mail", "open", 0, 0, 60], ["mail", "enter", 1, 0, 0, None, b"c"],
                      ["mail", "put", 1, 0, 1, b"mail", b"c"], ["mail", "get", 0, 0, 1],
                      ["mail", "put", 0, 0, 2, b"mail"],
                      ["mail", "enter", 1, 0, 0, None, b"d"]]  # fmt: skip
    yield encode([*box, ["mail", "close", 0, 0], *box, ["wait", 100], *box, ["mail", "sweep"]])
    yield encode([["mail", "open", 0, n, 60] for n in range(5)])
    statement = couple.statements[0]
    yield encode([*begin, ["raw", 4, encode(PushRequest([statement], []))],
                  ["raw", 0, encode(RegisterRequest(TOKEN, couple.genesis.encoded, [statement]))],
                  ["raw", 3, encode(couple.pull_request())]])  # fmt: skip


TARGET: Final = Target("relay", one, seeds, ("inglenook_protocol", "inglenook_server"), 16_384)
