"""Years of a couple's journal, made up from a seed: real events, sealed and signed.

    history = History(seed=1)          # two members, four devices that write, some that read
    history.grow(150_000)              # events, in the order in which they were written
    history.pages(0, 150_000)          # encoded pages as a relay would send them
    history.pushes(0, 150_000)         # (device, encoded push requests) to fill a relay
    history.new_reader()               # a standing device with no log of its own

The mix is that of a lived journal: entries of 20 to 60 words, edits, replies, reactions (some
taken back), check-ins, appreciations. A device writes a few events in a row, then another; the
first of each sitting witnesses what changed elsewhere. The same seed always gives the same
event ids, envelope ids and bytes, however often ``grow`` was called on the way. Only the wraps
of the one key envelope are drawn by HPKE itself; it stands alone in the log of a device that
writes nothing else, so nothing depends on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final

from inglenook_client.core.opening import Event, Opened, open_envelope
from inglenook_harness.wire import Couple, Device
from inglenook_protocol import labels
from inglenook_protocol.codec import Point, Ref, encode
from inglenook_protocol.envelope import (
    FLAG_KEY,
    ZERO_ID,
    envelope_id,
    hash_body,
    pack_prefix,
)
from inglenook_protocol.epochs import make_key_body
from inglenook_protocol.event import Content, Core, event_id
from inglenook_protocol.keys import hpke_wrap
from inglenook_protocol.kinds import (
    KIND_BY_PAYLOAD,
    REACTIONS,
    AppreciationNoticed,
    CheckInMade,
    EntryEdited,
    EntryWritten,
    MemberIntroduced,
    Payload,
    ReactionGiven,
    ReactionTakenBack,
    ReplyWritten,
)
from inglenook_protocol.messages import LogPoints, Page, PushRequest
from inglenook_protocol.runs import Item, Run, verify_run
from inglenook_protocol.sealing import NONCE_BYTES, EpochKey

BEGINNING: Final = datetime(2015, 1, 1, tzinfo=UTC)
EVENTS_A_DAY: Final = 40
READERS: Final = 8
_DAY_MS: Final = 86_400_000
_ONSETS: Final = (
    *("b", "br", "c", "ch", "d", "dr", "f", "fl", "g", "gr", "h", "j", "k", "l", "m", "n", "p"),
    *("pl", "qu", "r", "s", "sh", "st", "t", "th", "tr", "v", "w", "y"),
)
_CORES: Final = ("a", "ai", "e", "ea", "ee", "i", "ie", "o", "oa", "oo", "ou", "u")
_CODAS: Final = ("", "b", "ck", "d", "ft", "l", "m", "n", "nd", "ng", "p", "r", "rn", "s", "st")
_ENDINGS: Final = ["", "", "ing", "ly", "er", "ful", "ed", "ness"]
_FEELINGS: Final = ("calm", "tired", "glad", "tender", "restless", "hopeful", "curious", "at ease")
_TAGS: Final = ("home", "walks", "kitchen", "music", "family", "garden", "travel", "work")
_WORDS: Final = 12_000
_RECENT: Final = 60
"""What is edited, answered or reacted to is one of so many latest entities."""


def _vocabulary(random: Random) -> list[str]:
    words: dict[str, None] = {}
    while len(words) < _WORDS:
        parts = [random.choice(p) for p in (_ONSETS, _CORES, _CODAS)]
        if len(words) > 400:
            parts.append(random.choice(_ENDINGS))
        words["".join(parts)] = None
    return list(words)


class Log:
    """One device's log: its items as they travel, and their envelope ids."""

    def __init__(self, device: Device, key_id: bytes) -> None:
        self.device = device
        self.key_id = key_id
        self.items: list[Item] = []
        self.ids: list[bytes] = []

    @property
    def head(self) -> Point:
        return Point(len(self.ids), self.ids[-1])

    def add(self, signature: bytes, body: bytes, id_: bytes, flags: int = 0) -> None:
        self.items.append(Item(0, flags, signature, body, b""))
        self.ids.append(id_)

    def run(self, start: int, end: int) -> Run:
        """The items from index ``start`` up to ``end``, as a run."""
        previous = self.ids[start - 1] if start else ZERO_ID
        items = self.items[start:end]
        return Run(self.device.id, start + 1, previous, [self.key_id], items)


class History:
    """A couple and what it wrote. ``sequence`` tells which log each event went to."""

    def __init__(self, seed: int = 1) -> None:
        self._random = Random(seed)
        self.couple = Couple(seed=("history", seed))
        couple = self.couple
        writers = [*couple.devices, couple.add_device(0), couple.add_device(1)]
        opener = couple.add_device(0)
        self._readers = [couple.add_device(n % 2) for n in range(READERS)]
        self.key = EpochKey(couple.space_id, self._random.randbytes(32))
        self.key_log = Log(opener, self.key.key_id)
        self.logs = [Log(device, self.key.key_id) for device in writers]
        self.sequence: list[int] = []
        self._roster_hash = couple.book.roster_hash
        self._words = _vocabulary(self._random)
        self._witnessed: list[dict[int, Point]] = [{} for _ in self.logs]
        self._sitting = 0
        self._writer = 0
        self._ms = int(BEGINNING.timestamp() * 1000)
        # (entity id, member, kind, last event id) of what was written lately.
        self._lately: list[tuple[bytes, int, type[Payload], bytes]] = []
        self._given: list[tuple[bytes, int]] = []
        self._open_epoch()

    @property
    def vocabulary(self) -> list[str]:
        """The words that are written, the common ones first."""
        return self._words

    def new_reader(self) -> Device:
        """A device that stands, was handed the key and has written nothing; there are a few."""
        return self._readers.pop(0)

    @property
    def statements_page(self) -> bytes:
        """A page with all statements and the key envelope."""
        return self._page([self.key_log.run(0, 1)], statements=True)

    # --- making ----------------------------------------------------------------------------

    def _open_epoch(self) -> None:
        couple, device = self.couple, self.key_log.device
        key = self.key
        prefix = pack_prefix(FLAG_KEY, couple.space_id, device.id, 1, ZERO_ID, key.key_id)
        nonce = self._random.randbytes(NONCE_BYTES)
        body = make_key_body(
            couple.genesis, couple.book.roster, device.id, key, [], prefix, nonce, hpke_wrap
        )
        header = prefix + hash_body(body)
        id_ = envelope_id(prefix, hash_body(body))
        signature = device.keys.sign.sign(labels.ENVELOPE_SIG, header)
        self.key_log.add(signature, body, id_, FLAG_KEY)

    def grow(self, count: int) -> None:
        """Write until there are ``count`` events."""
        if not self.sequence:
            for number, name in enumerate(("Ada", "Ben")):
                self._writer = number
                self._write(MemberIntroduced(name))
        while len(self.sequence) < count:
            self._go_on()

    def _go_on(self) -> None:
        """One more event."""
        if self._sitting == 0:
            self._sitting = self._random.randrange(1, 9)
            self._writer = self._random.randrange(len(self.logs))
        self._sitting -= 1
        self._ms += self._random.randrange(2 * _DAY_MS // EVENTS_A_DAY)
        self._write_something()

    def _text(self, least: int, most: int) -> str:
        random, words = self._random.random, self._words
        count = self._random.randrange(least, most + 1)
        # A cube of a uniform number: common words often, rare ones sometimes, as in a language.
        return " ".join([words[int(_WORDS * random() ** 3)] for _ in range(count)]) + "."

    def _date(self) -> str:
        day = BEGINNING + timedelta(milliseconds=self._ms - int(BEGINNING.timestamp() * 1000))
        if self._random.random() < 0.05:
            day -= timedelta(days=self._random.randrange(2, 9))
        return day.date().isoformat()

    def _write_something(self) -> None:
        random = self._random
        member = self.logs[self._writer].device.member
        draw = random.random()
        own = [e for e in self._lately if e[1] == member and e[2] is EntryWritten]
        if draw < 0.36 or not own:
            form = "moment" if random.random() < 0.8 else "progress"
            tags = random.sample(_TAGS, random.randrange(3))
            beside = random.choice(self._lately)[0] if self._lately and draw < 0.02 else None
            self._write(
                EntryWritten("moment" if form == "moment" else "progress", self._text(20, 60),
                             self._date(), tags, beside)
            )  # fmt: skip
        elif draw < 0.46:
            entity, _, kind, last = random.choice(own)
            # Now and then two devices edit without knowing of each other.
            after = [last] if random.random() < 0.98 else [entity]
            id_ = self._write(
                EntryEdited(self._text(20, 60), self._date(), []), entity=entity, after=after
            )
            self._lately[self._lately.index((entity, member, kind, last))] = (
                entity, member, kind, id_,
            )  # fmt: skip
        elif draw < 0.60:
            self._write(ReplyWritten(random.choice(self._lately)[0], self._text(5, 30)))
        elif draw < 0.80:
            to = random.choice(self._lately)[0]
            id_ = self._write(ReactionGiven(to, random.choice(REACTIONS)))
            self._given = [*self._given[-9:], (id_, member)]
        elif draw < 0.81 and self._given and self._given[-1][1] == member:
            entity, _ = self._given.pop()
            self._write(ReactionTakenBack(), entity=entity, after=[entity])
        elif draw < 0.91:
            feelings = random.sample(_FEELINGS, random.randrange(1, 4))
            energy = random.randrange(1, 6)
            helps = self._text(3, 9)
            self._write(CheckInMade(feelings, energy, self._text(5, 25), helps, self._date()))
        else:
            noticed = self._text(8, 30)
            self._write(AppreciationNoticed(noticed, self._text(5, 20), self._date()))

    def _write(
        self, payload: Payload, entity: bytes = b"", after: list[bytes] | None = None
    ) -> bytes:
        random = self._random
        kind, version = KIND_BY_PAYLOAD[type(payload)]
        core = encode(
            Core(random.randbytes(16), kind, version, entity, after or [], self._ms,
                 len(self.sequence) & 7, self._ms, 60, encode(payload))
        )  # fmt: skip
        id_ = self._seal(core)
        if type(payload) in (EntryWritten, CheckInMade, AppreciationNoticed):
            member = self.logs[self._writer].device.member
            self._lately = [*self._lately[1 - _RECENT :], (id_, member, type(payload), id_)]
        return id_

    def _seal(self, core: bytes) -> bytes:
        """Put an event at the end of the log of who writes; gives its id."""
        couple, log = self.couple, self.logs[self._writer]
        content = encode(Content(self._roster_hash, self._witness(), core))
        seq = len(log.ids) + 1
        previous = log.ids[-1] if log.ids else ZERO_ID
        prefix = pack_prefix(0, couple.space_id, log.device.id, seq, previous, log.key_id)
        body = self.key.seal_event(self._random.randbytes(NONCE_BYTES), content, prefix)
        body_hash = hash_body(body)
        signature = log.device.keys.sign.sign(labels.ENVELOPE_SIG, prefix + body_hash)
        log.add(signature, body, envelope_id(prefix, body_hash))
        self.sequence.append(self._writer)
        return event_id(couple.space_id, couple.roots[log.device.member].member_id, core)

    def _witness(self) -> list[Ref]:
        """Heads of other logs that changed since this device's last event."""
        seen = self._witnessed[self._writer]
        refs = []
        for number, log in enumerate(self.logs):
            if number != self._writer and log.ids and seen.get(number) != log.head:
                seen[number] = log.head
                refs.append(Ref(log.device.id, log.head.seq, log.head.id))
        return sorted(refs)

    # --- giving ----------------------------------------------------------------------------

    def counts(self, events: int) -> list[int]:
        """How long each log is after so many events."""
        counts = [0] * len(self.logs)
        for number in self.sequence[:events]:
            counts[number] += 1
        return counts

    def _page(self, runs: list[Run], *, statements: bool = False, more: bool = False) -> bytes:
        book = self.couple.book
        heads = sorted(LogPoints(log.device.id, [log.head]) for log in self.logs if log.ids)
        told = book.statements() if statements else []
        return encode(Page(told, runs, heads, more, book.roster_hash, book.erasures_hash))

    def runs(self, first: int, last: int, run_bytes: int = 1 << 20) -> Iterator[Run]:
        """What was written after ``first`` events and up to ``last``, log by log."""
        for log, start, end in zip(self.logs, self.counts(first), self.counts(last), strict=True):
            at, size = start, 0
            for index in range(start, end):
                size += len(log.items[index].body or b"") + 80
                if size >= run_bytes or index - at >= 4000:
                    yield log.run(at, index + 1)
                    at, size = index + 1, 0
            if at < end:
                yield log.run(at, end)

    def pages(self, first: int, last: int, page_bytes: int = 1 << 20) -> Iterator[bytes]:
        """The same as encoded pages of one run each."""
        for run in self.runs(first, last, page_bytes):
            yield self._page([run])

    def events(self, last: int) -> Iterator[Event]:
        """The first ``last`` events, opened, log by log; erased ones are left out."""
        couple, keys = self.couple, {self.key.key_id: self.key}
        for run in self.runs(0, last):
            device = next(log.device for log in self.logs if log.device.id == run.device)
            verified = verify_run(run, couple.space_id, device.info, couple.book.is_erased)
            for envelope in verified.envelopes:
                if envelope.body is None:
                    continue
                opened = open_envelope(couple.space_id, device.info.member, envelope, keys)
                if not isinstance(opened, Opened):
                    raise RuntimeError(f"an envelope does not open: {opened}")
                yield opened.event

    def pushes(self, first: int, last: int) -> Iterator[bytes]:
        """The same as encoded push requests; the key envelope comes with the first event."""
        if first == 0:
            yield encode(PushRequest([], [self.key_log.run(0, 1)]))
        for run in self.runs(first, last):
            yield encode(PushRequest([], [run]))
