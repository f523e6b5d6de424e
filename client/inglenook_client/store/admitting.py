"""Taking in what a relay sends: verify, store, admit, open, fold, in one transaction.

    page -> statements -> runs -> envelopes stored -> keys -> events -> folds
                                                  \\-> unreadable, kept aside

The page is all or nothing as bytes; within it each run stands for itself. A run that does
not hold is left out, named in a notice, and asked for again at the next sync.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from inglenook_client.core.admission import admitted_reach
from inglenook_client.core.opening import Opened, open_envelope
from inglenook_client.store.database import Connection
from inglenook_client.store.envelopes import (
    branch_holding,
    holds,
    read_place,
    read_rows,
    store_run,
)
from inglenook_client.store.folding import Touched, event_at, fold_touched
from inglenook_client.store.noticing import (
    Noted,
    forget_arrived,
    note,
    note_new,
    note_other_history,
)
from inglenook_client.store.places import place_of
from inglenook_client.store.restored import make_way
from inglenook_client.store.state import (
    Log,
    SpaceState,
    epoch_number_of,
    get_setting,
    hold_opened,
    log_of,
    put_setting,
    save_clocks,
    take_statements,
)
from inglenook_protocol.codec import Point, Ref, encode
from inglenook_protocol.envelope import Envelope
from inglenook_protocol.epochs import open_key_body
from inglenook_protocol.errors import Reject, RemoteProtocolError
from inglenook_protocol.hlc import Hlc, absorb
from inglenook_protocol.limits import MAX_BRANCHES, MAX_LOGS
from inglenook_protocol.messages import Page
from inglenook_protocol.roster import Erased, Roster, Statement, decode_content
from inglenook_protocol.runs import Run, verify_run
from inglenook_protocol.session import PageOutcome

AWAITED: Final = "awaited"
_awaited = msgspec.msgpack.Decoder(dict[bytes, Point]).decode

# What stays as a notice until the log in question is whole again.
_NOTICE_BY_REJECT: Final = {
    Reject.BAD_SIGNATURE: "bad-signature",
    Reject.WITHHELD_BODY: "relay-withholds",
    Reject.UNKNOWN_DEVICE: "unknown-device",
    Reject.TOO_MANY_BRANCHES: "too-many-branches",
    Reject.MALFORMED: "bad-run",
    Reject.TOO_LARGE: "bad-run",
    Reject.GAP: "relay-withholds",
}


def admit_pages(
    conn: Connection, state: SpaceState, pages: Sequence[Page], wall_ms: int, noted: Noted
) -> PageOutcome:
    """Admit pages, one or more, in order (SPEC 6, 11); the outcome is as after the last.

    What was odd is added to ``noted``. Raises ``RemoteProtocolError`` for their statements.
    """
    admission = Admission(conn, state, wall_ms)
    new_statements = 0
    for page in pages:
        new_statements += len(admission.statements(page))
        for run in page.runs:
            admission.run(run)
    admission.finish()
    noted |= admission.noted
    return outcome_after(conn, state, pages[-1], new_statements + admission.stored)


def admit_statements(
    conn: Connection, state: SpaceState, statements: Sequence[Statement], wall_ms: int
) -> None:
    """Take in statements that were signed here, and admit anew what they change (SPEC 11.3)."""
    admission = Admission(conn, state, wall_ms)
    admission.statements(Page(list(statements), [], [], False, bytes(32), bytes(32)))
    admission.finish()


def outcome_after(conn: Connection, state: SpaceState, page: Page, new: int) -> PageOutcome:
    """What a session needs to know after ``page``, the last of those that brought ``new``."""
    relay = {log.device: list(log.points) for log in page.heads}
    held = {
        device: log.heads
        for device in state.book.roster.devices
        if (log := state.log_by_device.get(device)) is not None and log.branches
    }
    return PageOutcome(
        new=new,
        more=page.more,
        held=held,
        relay=relay,
        not_held={
            device: missing
            for device, points in relay.items()
            if (missing := [p for p in points if not holds(conn, state, device, p)])
        },
        lacks_statements=(page.roster_hash, page.erasures_hash)
        != (state.book.roster_hash, state.book.erasures_hash),
    )


class Admission:
    """One admitting transaction."""

    def __init__(self, conn: Connection, state: SpaceState, wall_ms: int) -> None:
        self._conn = conn
        self._state = state
        self._wall_ms = wall_ms
        self._touched: Touched = {}
        self._dropped: dict[bytes, set[int]] = {}
        self._unreadable: list[tuple[int, str, int]] = []
        """Places, classes of SPEC 9.5, and under which epoch each is sealed."""
        self._witness: set[Ref] = set()
        self._new_keys: set[bytes] = set()
        self._readmit = False
        self.stored = 0
        self.noted: Noted = set()
        """What was odd about it."""

    def _note(self, what: str, device: bytes) -> None:
        self.noted.add((what, device))
        note(self._conn, what, device, self._wall_ms)

    def statements(self, page: Page) -> list[bytes]:
        """Take the page's statements; gives the ids of the new ones."""
        if not page.statements:
            return []
        before = self._state.book.roster
        new = take_statements(self._conn, self._state, page.statements)
        after = self._state.book.roster
        if before.hash != after.hash and (before.heads or after.heads):
            self._readmit = True
        for statement in new:
            content = decode_content(statement.content)
            if isinstance(content, Erased):
                self._erased(content.refs)
            else:
                note_new(self._conn, self._state, content, self._wall_ms)
        return [s.id for s in new]

    def _erased(self, refs: Iterable[Ref]) -> None:
        """Look again at what held envelopes said, now that their bodies are to go."""
        conn, state = self._conn, self._state
        for ref in refs:
            log = state.log_by_device.get(ref.device)
            branch = None if log is None else branch_holding(conn, log, Point(ref.seq, ref.id))
            if log is None or branch is None:
                continue
            # Its witness no longer counts (SPEC 11.3).
            self._readmit |= bool(state.book.roster.heads)
            event = event_at(conn, state, place_of(log.number, branch.number, ref.seq))
            if event is not None:
                self._touched.setdefault(event.entity, [])

    def run(self, run: Run) -> None:
        """Verify, store and open one run."""
        conn, state = self._conn, self._state
        device = state.book.roster.devices.get(run.device)
        if device is None:
            self._note("unknown-device", run.device)
            return
        try:
            verified = verify_run(run, state.space_id, device, state.book.is_erased)
        except RemoteProtocolError as error:
            self._note(_NOTICE_BY_REJECT[error.reject], run.device)
            return
        flaw = verified.flaw
        log = log_of(conn, state, run.device)
        forks = len(log.branches)
        standing = device.id in state.book.roster.standing
        own = device.id == state.device.id
        if own and standing:
            for entity, places in make_way(conn, state, log, verified).items():
                self._dropped.setdefault(entity, set()).update(places)
        stored = store_run(conn, state, log, verified, admitted=standing)
        if isinstance(stored, Reject):
            flaw = stored
        else:
            self.stored += len(stored)
            if forks and len(log.branches) > forks and not own:
                self._note("fork", run.device)
            if standing:
                self._take(device.member, stored)
            elif stored:
                self._readmit = True
                # Keys don't wait for admission: what they open may be what admits (SPEC 8.3).
                for place, envelope in stored:
                    if envelope.is_key:
                        self._take_key(place, envelope)
        if flaw is not None:
            self._note(_NOTICE_BY_REJECT[flaw], run.device)

    def _take(self, member: bytes, stored: Iterable[tuple[int, Envelope]]) -> None:
        """Open admitted envelopes, in log order."""
        state = self._state
        seen = state.seen_hlc
        touched, witness = self._touched, self._witness
        for place, envelope in stored:
            if envelope.flags:
                self._take_key(place, envelope)
                continue
            if envelope.body is None:
                continue  # erased: there is nothing to read, and nothing wrong with it
            opened = open_envelope(state.space_id, member, envelope, state.held)
            if isinstance(opened, Reject):
                self._put_aside(place, envelope, opened)
                continue
            event = opened.event
            if event.hlc_ms >= seen.ms:
                seen = absorb(seen, Hlc(event.hlc_ms, event.hlc_count), self._wall_ms)
            if (pairs := touched.get(event.entity)) is None:
                touched[event.entity] = [(place, event)]
            else:
                pairs.append((place, event))
            witness.update(opened.witness)
            if opened.flaw is not None:
                self._put_aside(place, envelope, opened.flaw)
        state.seen_hlc = seen

    def _take_key(self, place: int, envelope: Envelope) -> None:
        state = self._state
        try:
            opened = open_key_body(
                state.space_id,
                envelope.device,
                envelope.key_id,
                envelope.prefix,
                envelope.body or b"",
                state.device.id,
                state.keys.kem,
            )
        except RemoteProtocolError as error:
            # An epoch from before this device was added is not for it; a later one brings
            # its key along.
            if error.reject is not Reject.NO_KEY:
                self._put_aside(place, envelope, error.reject)
            return
        self._new_keys.update(hold_opened(self._conn, state, opened, envelope.device))

    def _put_aside(self, place: int, envelope: Envelope, reject: Reject) -> None:
        epoch = epoch_number_of(self._conn, self._state, envelope.key_id)
        self._unreadable.append((place, reject.value, epoch))

    def keys_came(self) -> None:
        """Keys were opened outside of this transaction's pages."""
        self._new_keys.update(self._state.held)
        self._readmit = True

    def finish(self) -> None:
        """Retry what waited for a key, check witnesses, fold, save clocks."""
        conn, state = self._conn, self._state
        seen = state.seen_hlc
        if self._new_keys:
            self._retry_unreadable()
        dropped = self._dropped
        removed = state.book.roster.heads
        if self._readmit or any(ref.device in removed for ref in self._witness):
            for entity, places in self._readmit_logs().items():
                dropped.setdefault(entity, set()).update(places)
        self._check_witness()
        if self._unreadable:
            conn.executemany(
                "INSERT OR REPLACE INTO unreadable (place, reject, epoch) VALUES (?, ?, ?)",
                self._unreadable,
            )
        if self._touched or dropped:
            fold_touched(conn, state, self._touched, dropped)
        if self.stored or state.seen_hlc != seen:
            save_clocks(conn, state)

    def _retry_unreadable(self) -> None:
        """Read what waited for the keys that came, and nothing else: however much waits for
        keys that never come, it is not opened again for each other one."""
        conn, state = self._conn, self._state
        epochs = {epoch_number_of(conn, state, key_id) for key_id in self._new_keys}
        waiting = [
            place
            for epoch in sorted(epochs)
            for (place,) in conn.execute(
                "SELECT place FROM unreadable WHERE reject = 'no-key' AND epoch = ?", (epoch,)
            )
        ]
        mine = {
            place
            for place, reject, epoch in self._unreadable
            if reject == Reject.NO_KEY.value and epoch in epochs
        }
        self._unreadable = [aside for aside in self._unreadable if aside[0] not in mine]
        conn.executemany("DELETE FROM unreadable WHERE place = ?", [(p,) for p in waiting])
        for place in sorted(mine.union(waiting)):
            envelope = read_place(conn, state, place)
            device = None if envelope is None else state.book.device(envelope.device)
            if envelope is not None and device is not None:
                self._take(device.member, [(place, envelope)])

    def _check_witness(self) -> None:
        """Heads that others sealed: another id at a held seq is another history (SPEC 11.5)."""
        conn, state = self._conn, self._state
        stored = get_setting(conn, AWAITED)
        awaited: dict[bytes, Point] = _awaited(stored) if stored else {}
        before = dict(awaited)
        for ref in self._witness:
            # Kept by device and id: of a log that forked, more than one head is awaited.
            if not holds(conn, state, ref.device, point := Point(ref.seq, ref.id)):
                awaited[ref.device + ref.id] = point
        for key, point in list(awaited.items()):
            device = key[:32]
            if holds(conn, state, device, point):
                del awaited[key]
            # Another id of the own log is news of oneself: restored, or copied (SPEC 17.1).
            elif device != state.device.id and _reaches(state, device, point.seq):
                note_other_history(conn, Ref(device, point.seq, point.id), self._wall_ms)
                del awaited[key]
        if awaited != before:
            put_setting(conn, AWAITED, encode(_newest(state, awaited)))
        if self.stored:
            forget_arrived(conn, state)

    def _readmit_logs(self) -> dict[bytes, set[int]]:
        """Work out anew which envelopes of devices that don't stand count (SPEC 11.3)."""
        conn, state = self._conn, self._state
        roster = state.book.roster
        reach = admitted_reach(roster, self._standing_witnesses(roster), self._witnesses_up_to)
        dropped: dict[bytes, set[int]] = {}
        for log in state.log_by_number.values():
            for branch, upto in self._admitted_seqs(roster, log, reach).items():
                base = place_of(log.number, branch, 0)
                changes = conn.execute(
                    "SELECT place, admitted FROM envelope"
                    " WHERE place BETWEEN ? AND ? AND admitted <> (place <= ?)",
                    (base, base + log.branches[branch].head_seq, base + upto),
                ).fetchall()
                self._change(changes, dropped)
        return dropped

    def _change(self, changes: list[tuple[int, int]], dropped: dict[bytes, set[int]]) -> None:
        conn, state = self._conn, self._state
        for place, was in changes:
            conn.execute("UPDATE envelope SET admitted = ? WHERE place = ?", (not was, place))
            envelope = read_place(conn, state, place)
            device = None if envelope is None else state.book.device(envelope.device)
            if envelope is None or device is None or envelope.is_key:
                continue
            if not was:
                self._take(device.member, [(place, envelope)])
                continue
            # What does not count is not tried again when a key comes.
            conn.execute("DELETE FROM unreadable WHERE place = ?", (place,))
            self._unreadable = [one for one in self._unreadable if one[0] != place]
            if (event := event_at(conn, state, place)) is not None:
                dropped.setdefault(event.entity, set()).add(place)
                pairs = self._touched.get(event.entity, [])
                self._touched[event.entity] = [p for p in pairs if p[0] != place]

    def _admitted_seqs(
        self, roster: Roster, log: Log, reach: dict[bytes, list[Point]]
    ) -> dict[int, int]:
        """By branch, up to which seq it is admitted (0: not at all)."""
        if log.device in roster.standing:
            return {b.number: b.head_seq for b in log.branches}
        upto = {b.number: 0 for b in log.branches}
        for point in reach.get(log.device, []):
            branch = branch_holding(self._conn, log, point)
            seq = point.seq
            while branch is not None:
                upto[branch.number] = max(upto[branch.number], seq)
                seq = branch.first_seq - 1
                branch = log.branches[branch.parent] if branch.number else None
        return upto

    def _standing_witnesses(self, roster: Roster) -> Iterable[Ref]:
        for device in roster.standing:
            log = self._state.log_by_device.get(device)
            for branch in log.branches if log else []:
                yield from self._witnesses(log, branch.number, branch.head_seq)

    def _witnesses_up_to(self, device: bytes, points: list[Point]) -> Iterable[Ref]:
        log = self._state.log_by_device.get(device)
        for point in points:
            branch = None if log is None else branch_holding(self._conn, log, point)
            seq = point.seq
            while log is not None and branch is not None:
                yield from self._witnesses(log, branch.number, seq)
                seq = branch.first_seq - 1
                branch = log.branches[branch.parent] if branch.number else None

    def _witnesses(self, log: Log | None, branch: int, upto: int) -> Iterable[Ref]:
        conn, state = self._conn, self._state
        device = None if log is None else state.book.device(log.device)
        if log is None or device is None:
            return
        for envelope in list(read_rows(conn, state, log, log.branches[branch], 1, upto)):
            ref = Ref(envelope.device, envelope.seq, envelope.id)
            if not envelope.is_key and not state.book.is_erased(ref):
                opened = open_envelope(state.space_id, device.member, envelope, state.held)
                if isinstance(opened, Opened):
                    yield from opened.witness


def _reaches(state: SpaceState, device: bytes, seq: int) -> bool:
    """Whether as much of a log is held, on whatever branch."""
    log = state.log_by_device.get(device)
    return log is not None and any(seq <= branch.head_seq for branch in log.branches)


def _newest(state: SpaceState, awaited: dict[bytes, Point]) -> dict[bytes, Point]:
    """The newest that are awaited of each log, as many as it may have branches, and of as many
    logs as there may be, known ones first: an altered app can name anything."""
    known = state.book.roster.devices
    kept: dict[bytes, Point] = {}
    of_log: Counter[bytes] = Counter()
    for key in sorted(awaited, key=lambda key: (key[:32] in known, awaited[key]), reverse=True):
        device = key[:32]
        if of_log[device] < MAX_BRANCHES and (of_log[device] or len(of_log) < MAX_LOGS):
            of_log[device] += 1
            kept[key] = awaited[key]
    return kept


def still_awaited(conn: Connection) -> dict[bytes, Point]:
    """Heads that somebody sealed and that are not held here, by device and id."""
    stored = get_setting(conn, AWAITED)
    return _awaited(stored) if stored else {}
