"""Couples, devices, logs and statements for tests: real keys, ids and signatures from a seed.

    couple = Couple(seed=1)                  # two members, one device each
    phone = couple.add_device(member=0)      # a further device, added by the member's root
    phone.append(100)                        # 100 envelopes with pseudo-random bodies
    runs = phone.runs()                      # all of them, as runs
    fork = phone.fork_at(50)                 # the same keys, a log that goes on from seq 50
    statement = couple.erase(phone, [3, 4])  # an erasure, signed by the device

Bodies are pseudo-random bytes of the size of a sealed body, since a relay never opens them; a
test that needs real events appends its own bodies with ``append_body``. The same seed always
gives the same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from inglenook_protocol import labels
from inglenook_protocol.codec import Point, Ref
from inglenook_protocol.envelope import ZERO_ID, Envelope, envelope_id, hash_body, pack_prefix
from inglenook_protocol.genesis import DeviceInfo, Genesis, SpaceKind, make_genesis
from inglenook_protocol.keys import DeviceKeys, RootKeys
from inglenook_protocol.limits import MAX_RUN_ITEMS
from inglenook_protocol.login import NO_SPACE, sign_login
from inglenook_protocol.messages import FindRequest, LoginRequest, LogPoints, Page, PullRequest
from inglenook_protocol.roster import (
    Added,
    Statement,
    StatementBook,
    added,
    erased,
    removed,
    sign_statement,
)
from inglenook_protocol.runs import Run, make_runs, verify_run
from inglenook_protocol.signatures import SigningKey

BODY_BYTES = 540
"""A sealed body of the smallest size class: 12 + 512 + 16."""


def derived(seed: object, size: int = 32) -> bytes:
    """Pseudo-random bytes that only depend on ``seed``."""
    return hashlib.shake_256(repr(seed).encode()).digest(size)


class Device:
    """A device with its log. ``envelopes`` is the whole log, also what it forked from."""

    def __init__(self, couple: Couple, member: int, keys: DeviceKeys, info: DeviceInfo) -> None:
        self.couple = couple
        self.member = member
        self.keys = keys
        self.info = info
        self.envelopes: list[Envelope] = []
        self.key_id = derived((couple.seed, "epoch"))
        self.salt: object = "main"

    @property
    def id(self) -> bytes:
        return self.info.id

    def append(self, count: int = 1, body_bytes: int = BODY_BYTES) -> list[Envelope]:
        """Add ``count`` envelopes; gives them."""
        start = len(self.envelopes) + 1
        return [
            self.append_body(derived((self.couple.seed, self.id, self.salt, start + n), body_bytes))
            for n in range(count)
        ]

    def append_body(self, body: bytes, flags: int = 0) -> Envelope:
        """Add one envelope around ``body``; flag 1 makes a key envelope."""
        previous = self.envelopes[-1].id if self.envelopes else ZERO_ID
        seq = len(self.envelopes) + 1
        prefix = pack_prefix(flags, self.couple.space_id, self.id, seq, previous, self.key_id)
        body_hash = hash_body(body)
        envelope = Envelope(
            self.id,
            seq,
            envelope_id(prefix, body_hash),
            previous,
            self.key_id,
            flags,
            self.keys.sign.sign(labels.ENVELOPE_SIG, prefix + body_hash),
            body,
            body_hash,
            prefix,
        )
        self.envelopes.append(envelope)
        return envelope

    def fork_at(self, seq: int, salt: object = "fork") -> Device:
        """A clone of this device whose log has only the first ``seq`` envelopes in common."""
        clone = Device(self.couple, self.member, self.keys, self.info)
        clone.envelopes = self.envelopes[:seq]
        clone.salt = salt
        return clone

    def runs(self, after: int = 0, to: int | None = None, items: int = MAX_RUN_ITEMS) -> list[Run]:
        """Runs of the envelopes after seq ``after`` up to seq ``to``."""
        return make_runs(self.envelopes[after:to], items)

    def run(self, after: int = 0, to: int | None = None) -> Run:
        """The same as one run."""
        (run,) = self.runs(after, to)
        return run

    def point(self, seq: int) -> Point:
        return Point(seq, self.envelopes[seq - 1].id)

    def ref(self, seq: int) -> Ref:
        return Ref(self.id, seq, self.envelopes[seq - 1].id)

    @property
    def head(self) -> Point:
        return self.point(len(self.envelopes))

    def login(self, origin: str, nonce: bytes) -> LoginRequest:
        """The answer to a relay's challenge."""
        return self.couple.prove(self.keys.sign, self.id, origin, nonce)


class Couple:
    """A space with its members' roots and devices. ``members``: 1 (private) or 2 (shared)."""

    def __init__(self, seed: object = 0, members: int = 2, devices_each: int = 1) -> None:
        self.seed = seed
        kind: SpaceKind = "private" if members == 1 else "shared"
        roots = [RootKeys(derived((seed, "phrase", n)), kind) for n in range(members)]
        self.roots = sorted(roots, key=lambda root: root.public)
        self.genesis: Genesis = make_genesis(
            kind, derived((seed, "salt")), [root.public for root in self.roots]
        )
        self.book = StatementBook(self.genesis)
        self.devices: list[Device] = []
        for _ in range(devices_each):
            for member in range(members):
                self.add_device(member)

    @property
    def space_id(self) -> bytes:
        return self.genesis.space_id

    @property
    def statements(self) -> list[Statement]:
        """All statements made so far, in an order in which they can be taken in."""
        return self.book.statements()

    def new_keys(self, member: int, salt: object) -> tuple[DeviceKeys, DeviceInfo]:
        """Keys of a device that no statement names yet."""
        keys = DeviceKeys(derived((self.seed, "device", member, salt), 64))
        return keys, keys.info(self.space_id, self.roots[member].member_id)

    def addition(self, info: DeviceInfo, by: Device | None = None) -> Statement:
        """The statement that adds a device, signed by its member's root or by ``by``."""
        member = next(n for n, r in enumerate(self.roots) if r.member_id == info.member)
        content: Added = added(self.space_id, info, self._by(member, by))
        return sign_statement(self._key(member, by), content)

    def add_device(self, member: int = 0, by: Device | None = None) -> Device:
        """A further device of a member."""
        keys, info = self.new_keys(member, len(self.devices))
        self.take(self.addition(info, by))
        device = Device(self, member, keys, info)
        self.devices.append(device)
        return device

    def remove(
        self,
        device: Device,
        heads: Iterable[Point] = (),
        keeps: Iterable[bytes] = (),
        by: Device | None = None,
    ) -> Statement:
        """The statement that removes ``device``; taken into ``statements`` too."""
        content = removed(self.space_id, device.id, heads, keeps, self._by(device.member, by))
        return self.take(sign_statement(self._key(device.member, by), content))

    def erase(self, device: Device, seqs: Iterable[int], by: Device | None = None) -> Statement:
        """An erasure of envelopes of ``device``, signed by it unless ``by`` is given."""
        refs = [device.ref(seq) for seq in seqs]
        signer = by or device
        content = erased(self.space_id, refs, signer.id)
        return self.take(sign_statement(signer.keys.sign, content))

    def take(self, statement: Statement) -> Statement:
        """Add a statement to ``statements``, if it holds."""
        self.book.add([statement])
        return statement

    def _by(self, member: int, by: Device | None) -> bytes:
        return self.roots[member].member_id if by is None else by.id

    def _key(self, member: int, by: Device | None) -> SigningKey:
        return self.roots[member].sign if by is None else by.keys.sign

    def prove(self, key: SigningKey, signer: bytes, origin: str, nonce: bytes) -> LoginRequest:
        """A login by a device or a root."""
        signature = sign_login(key, origin, self.space_id, signer, nonce)
        return LoginRequest(self.space_id, signer, nonce, signature)

    def root_login(self, member: int, origin: str, nonce: bytes) -> LoginRequest:
        """A login with the phrase."""
        root = self.roots[member]
        return self.prove(root.sign, root.member_id, origin, nonce)

    def find(self, member: int, origin: str, nonce: bytes) -> FindRequest:
        """The question of SPEC 14.4."""
        root = self.roots[member]
        signature = sign_login(root.sign, origin, NO_SPACE, root.member_id, nonce)
        return FindRequest(root.public.sign, root.public.kem, nonce, signature)

    def pull_request(
        self,
        have: Iterable[tuple[Device, Sequence[Point]]] = (),
        page_bytes: int = 1 << 20,
        *,
        knows_statements: bool = False,
    ) -> PullRequest:
        """A pull with what is held of each log."""
        points = sorted(LogPoints(device.id, sorted(held)) for device, held in have)
        roster, erasures = self.book.roster_hash, self.book.erasures_hash
        if not knows_statements:
            roster = erasures = bytes(32)
        return PullRequest(points, roster, erasures, page_bytes)


class Reader:
    """An honest reader of pages: takes in what holds, and raises for anything that does not.

    Holds every envelope by (device, seq, id), so it keeps forks. It admits nothing: what the
    roster means for the timeline is not its concern.
    """

    def __init__(self, couple: Couple) -> None:
        self.book = StatementBook(couple.genesis)
        self.space_id = couple.space_id
        self.held: dict[Ref, Envelope] = {}
        self._followed: set[Ref] = set()

    def heads(self) -> list[LogPoints]:
        """Points that nothing held goes on from, by device."""
        points: dict[bytes, list[Point]] = {}
        for ref in self.held.keys() - self._followed:
            points.setdefault(ref.device, []).append(Point(ref.seq, ref.id))
        return [LogPoints(device, sorted(points[device])) for device in sorted(points)]

    def request(self, page_bytes: int = 1 << 20) -> PullRequest:
        """The next pull."""
        return PullRequest(self.heads(), self.book.roster_hash, self.book.erasures_hash, page_bytes)

    def take(self, page: Page) -> int:
        """Take in a page; how much of it was new. Raises ``ValueError`` if it does not hold."""
        new = len(self.book.add(page.statements))
        for run in page.runs:
            device = self.book.roster.devices.get(run.device)
            if device is None:
                raise ValueError("a run of a device that the roster does not know")
            before = Ref(run.device, run.first_seq - 1, run.previous)
            if run.first_seq > 1 and before not in self.held:
                raise ValueError("a run that goes on from something that is not held")
            verified = verify_run(run, self.space_id, device, self.book.is_erased)
            if verified.flaw is not None:
                raise ValueError(f"a run that does not hold: {verified.flaw}")
            for envelope in verified.envelopes:
                ref = Ref(envelope.device, envelope.seq, envelope.id)
                new += ref not in self.held
                self.held[ref] = envelope
                self._followed.add(Ref(envelope.device, envelope.seq - 1, envelope.previous))
        return new

    def bodies(self, device: Device) -> dict[int, list[bytes | None]]:
        """Bodies held of a log, by seq."""
        result: dict[int, list[bytes | None]] = {}
        for ref in sorted(r for r in self.held if r.device == device.id):
            result.setdefault(ref.seq, []).append(self.held[ref].body)
        return result
