"""One suite over every adapter of the relay's storage port (storage/port.py)."""

import asyncio
import shutil
import sqlite3
import stat

import pytest

from inglenook_harness.wire import Couple, derived
from inglenook_protocol.envelope import ZERO_ID
from inglenook_server.core.chunks import make_chunk
from inglenook_server.core.logs import Branch
from inglenook_server.core.ops import (
    AppendChunk,
    DropMailbox,
    DropToken,
    Mailbox,
    OpenBranch,
    PutMailbox,
    PutMessage,
    PutSecret,
    PutSpace,
    PutStatements,
    PutToken,
    ReplaceChunk,
    SweepMailboxes,
)
from inglenook_server.storage.memory import MemoryDisk, MemoryStorage
from inglenook_server.storage.port import StorageClosed, StorageConflict, StorageFull
from inglenook_server.storage.sqlite import DATABASE_NAME, SqliteStorage, open_reader
from inglenook_server.storage.sqlite.writing import FORGET_SECONDS


class MemoryDevice:
    def __init__(self, _folder):
        self.disk = MemoryDisk()
        self.opened = []

    def open(self, max_bytes=None):
        self.opened.append(MemoryStorage(self.disk, max_bytes))
        return self.opened[-1]

    def crash(self):
        """What a process finds that starts after the one before was killed."""
        return self.open()


class SqliteDevice:
    def __init__(self, folder):
        self.folder = folder
        self.copies = 0
        self.opened = []

    def open(self, max_bytes=None):
        self.opened.append(SqliteStorage(self.folder / "data", max_bytes))
        return self.opened[-1]

    def crash(self):
        # The files as they are now, without a close: no checkpoint, no last words.
        self.copies += 1
        copy = self.folder / f"copy{self.copies}"
        shutil.copytree(self.folder / "data", copy, ignore=shutil.ignore_patterns("*-shm"))
        self.opened.append(SqliteStorage(copy))
        return self.opened[-1]


@pytest.fixture(params=[MemoryDevice, SqliteDevice], ids=["memory", "sqlite"])
async def device(request, tmp_path):
    device = request.param(tmp_path)
    yield device
    for storage in device.opened:
        await storage.close()


COUPLE = Couple("storage", devices_each=1)
LOG = COUPLE.devices[0]
LOG.append(12)
OTHER = COUPLE.devices[1]
OTHER.append(3)


def put_space(couple=COUPLE):
    genesis = couple.genesis
    return PutSpace(couple.space_id, genesis.encoded, genesis.member_ids)


def opening(no, log=LOG, start=1, parent=None):
    previous = ZERO_ID if start == 1 else log.envelopes[start - 2].id
    return Branch(no, log.id, parent, start, previous, start - 1, previous, 0)


def append(branch, first, last, log=LOG):
    """The op that appends envelopes ``first`` to ``last``, and the branch after it."""
    chunk = make_chunk(log.envelopes[first - 1 : last])
    after = branch.grown(chunk.last_seq, chunk.last_id, chunk.stored_bytes)
    return AppendChunk(after, chunk), after


async def filled(storage, pieces=((1, 5), (6, 6), (7, 12))):
    branch = opening(storage.new_branch_no())
    ops = [put_space(), OpenBranch(COUPLE.space_id, branch)]
    for first, last in pieces:
        op, branch = append(branch, first, last)
        ops.append(op)
    await storage.commit(ops)
    return branch


async def held_ids(storage, branch):
    def read(snapshot):
        return b"".join(chunk.ids for chunk in snapshot.chunks(branch, 1))

    return await storage.read(read)


async def test_nothing_is_there_at_first(device):
    storage = device.open()
    assert await storage.read(lambda s: s.space(COUPLE.space_id)) is None
    assert await storage.read(lambda s: s.tokens()) == []
    assert await storage.read(lambda s: s.mailbox(bytes(16))) is None
    assert await storage.read(lambda s: s.secret("login")) is None
    assert await storage.read(lambda s: s.id_at(1, 1)) is None
    assert await storage.read(lambda s: list(s.chunks(1, 1))) == []


async def test_a_space_comes_back_as_it_was_put(device):
    storage = device.open()
    branch = await filled(storage)
    await storage.commit([PutStatements(COUPLE.space_id, tuple(COUPLE.statements))])
    for at in (storage, device.crash()):
        record = await at.read(lambda s: s.space(COUPLE.space_id))
        assert record.genesis == COUPLE.genesis.encoded
        assert record.statements == COUPLE.statements
        assert record.branches == [branch]


async def test_chunks_are_found_by_place(device):
    storage = device.open()
    branch = await filled(storage)
    ids = [envelope.id for envelope in LOG.envelopes]
    for seq in range(1, 13):
        chunks = await storage.read(lambda s, seq=seq: list(s.chunks(branch.no, seq)))
        assert chunks[0].first_seq <= seq <= chunks[0].last_seq
        assert chunks[0].id_at(seq) == ids[seq - 1]
        assert chunks[-1].last_seq == 12
        assert await storage.read(lambda s, seq=seq: s.id_at(branch.no, seq)) == ids[seq - 1]
    assert await storage.read(lambda s: s.id_at(branch.no, 13)) is None
    assert await storage.read(lambda s: s.id_at(branch.no + 1, 1)) is None
    pieces = await storage.read(lambda s: list(s.ids(branch.no, 6, 8)))
    assert [(first, len(ids) // 32) for first, ids in pieces] == [(6, 1), (7, 6)]


async def test_one_device_and_seq_may_be_held_twice(device):
    storage = device.open()
    main = await filled(storage)
    fork = LOG.fork_at(6)
    fork.append(3)
    branch = opening(storage.new_branch_no(), fork, 7, main.no)
    op, _ = append(branch, 7, 9, fork)
    await storage.commit([OpenBranch(COUPLE.space_id, branch), op])
    for at in (storage, device.crash()):
        assert await at.read(lambda s: s.id_at(main.no, 8)) == LOG.envelopes[7].id
        assert await at.read(lambda s: s.id_at(branch.no, 8)) == fork.envelopes[7].id
        record = await at.read(lambda s: s.space(COUPLE.space_id))
        assert [b.parent for b in record.branches] == [None, main.no]
        assert at.new_branch_no() > branch.no


async def test_what_was_answered_outlives_a_crash(device):
    storage = device.open()
    branch = await filled(storage, [(1, 5)])
    op, branch = append(branch, 6, 12)
    await storage.commit([op])
    after = device.crash()
    assert await held_ids(after, branch.no) == b"".join(e.id for e in LOG.envelopes)


async def test_a_crash_keeps_all_of_a_commit_or_nothing(device):
    storage = device.open()
    branch = await filled(storage, [(1, 5)])
    first, after = append(branch, 6, 8)
    second, _ = append(after, 9, 12)
    commit = asyncio.ensure_future(storage.commit([first, second]))
    await asyncio.sleep(0)
    crashed = device.crash()
    await commit
    record = await crashed.read(lambda s: s.space(COUPLE.space_id))
    count = len(await held_ids(crashed, branch.no)) // 32
    assert count in (5, 12)
    assert record.branches[0].head_seq == count


async def test_a_commit_that_does_not_fit_leaves_no_trace(device):
    storage = device.open()
    branch = await filled(storage, [(1, 5)])
    good, after = append(branch, 6, 6)
    gap, _ = append(branch, 8, 9)
    with pytest.raises(StorageConflict):
        await storage.commit([PutToken(b"h", "x"), good, gap])
    twice, _ = append(opening(branch.no), 1, 5)
    with pytest.raises(StorageConflict):
        await storage.commit([twice])
    with pytest.raises(StorageConflict):
        await storage.commit([put_space()])
    with pytest.raises(StorageConflict):
        await storage.commit([PutStatements(b"n" * 32, tuple(COUPLE.statements))])
    with pytest.raises(StorageConflict):
        await storage.commit([PutMessage(bytes(16), 1, b"nobody opened it")])
    for at in (storage, device.crash()):
        assert len(await held_ids(at, branch.no)) == 5 * 32
        assert await at.read(lambda s: s.tokens()) == []
    await storage.commit([good])
    assert await storage.read(lambda s: s.id_at(branch.no, 6)) == after.head_id


async def test_one_that_does_not_fit_spoils_no_other(device):
    storage = device.open()
    branch = await filled(storage, [(1, 5)])
    gap, _ = append(branch, 8, 9)
    commits = [
        storage.commit([gap] if n % 3 == 0 else [PutToken(b"%d" % n, "t")]) for n in range(30)
    ]
    outcomes = await asyncio.gather(*commits, return_exceptions=True)
    assert [isinstance(o, StorageConflict) for o in outcomes] == [n % 3 == 0 for n in range(30)]
    tokens = await device.crash().read(lambda s: s.tokens())
    assert len(tokens) == 20


async def test_many_commits_at_once_all_arrive(device):
    storage = device.open()
    await storage.commit([put_space()])
    couples = [COUPLE] * 200
    branches = [opening(storage.new_branch_no()) for _ in couples]
    await asyncio.gather(
        *(storage.commit([OpenBranch(COUPLE.space_id, b), append(b, 1, 2)[0]]) for b in branches)
    )
    after = device.crash()
    for branch in branches:
        assert len(await held_ids(after, branch.no)) == 64


async def test_a_replaced_chunk_is_smaller_and_in_place(device):
    storage = device.open()
    branch = await filled(storage)
    body = LOG.envelopes[6].body
    chunk = make_chunk(LOG.envelopes[6:12], lambda envelope: envelope.seq == 7)
    smaller = branch.grown(branch.head_seq, branch.head_id, -500)
    await storage.commit([ReplaceChunk(smaller, chunk)])
    for at in (storage, device.crash()):
        chunks = await at.read(lambda s: list(s.chunks(branch.no, 1)))
        assert [c.first_seq for c in chunks] == [1, 6, 7]
        assert not any(body in c.items for c in chunks)
        record = await at.read(lambda s: s.space(COUPLE.space_id))
        assert record.branches == [smaller]
    with pytest.raises(StorageConflict):
        await storage.commit([ReplaceChunk(smaller, make_chunk(LOG.envelopes[7:12]))])


async def test_members_find_their_spaces(device):
    storage = device.open()
    other = Couple("other")
    await storage.commit([put_space(), put_space(other)])
    member = COUPLE.roots[1].member_id
    assert await storage.read(lambda s: s.spaces_of(member, 64)) == [COUPLE.genesis.encoded]
    assert await storage.read(lambda s: s.spaces_of(b"x" * 32, 64)) == []


async def test_tokens_and_secrets(device):
    storage = device.open()
    await storage.commit([PutToken(b"a" * 32, "one"), PutToken(b"b" * 32, "two")])
    await storage.commit([PutSecret("login", b"first"), DropToken(b"a" * 32)])
    await storage.commit([PutSecret("login", b"second")])
    for at in (storage, device.crash()):
        assert [t.label for t in await at.read(lambda s: s.tokens())] == ["two"]
        assert await at.read(lambda s: s.secret("login")) == b"first"


async def test_mailboxes(device):
    storage = device.open()
    box = Mailbox(b"m" * 16, b"o" * 32, b"r" * 32, 1000, None)
    claimed = Mailbox(b"m" * 16, b"o" * 32, b"r" * 32, 1000, b"c" * 16)
    late = Mailbox(b"l" * 16, b"o" * 32, b"r" * 32, 5000, None)
    await storage.commit([PutMailbox(box), PutMailbox(late)])
    await storage.commit([PutMailbox(claimed), PutMessage(box.id, 1, b"hi")])
    with pytest.raises(StorageConflict):
        await storage.commit([PutMessage(box.id, 1, b"other")])
    for at in (storage, device.crash()):
        assert await at.read(lambda s: s.mailbox(box.id)) == claimed
        assert await at.read(lambda s: s.message(box.id, 1)) == b"hi"
        assert await at.read(lambda s: s.message(box.id, 2)) is None
        assert await at.read(lambda s: s.count_mailboxes()) == 2
    await storage.commit([SweepMailboxes(2000, 500)])
    assert await storage.read(lambda s: s.mailbox(box.id)) == claimed
    assert await storage.read(lambda s: s.message(box.id, 1)) is None
    await storage.commit([SweepMailboxes(2000, 1500), DropMailbox(late.id)])
    assert await storage.read(lambda s: s.count_mailboxes()) == 0


async def test_a_full_store_takes_nothing_and_loses_nothing(device):
    storage = device.open(max_bytes=600_000)
    branch = opening(storage.new_branch_no())
    await storage.commit([put_space(), OpenBranch(COUPLE.space_id, branch)])
    log = COUPLE.devices[0].fork_at(0, "full")
    outcomes: list = []
    for seq in range(1, 30):
        log.append_body(derived(seq, 40_000))
        op, after = append(branch, seq, seq, log)
        outcomes += await asyncio.gather(storage.commit([op]), return_exceptions=True)
        if outcomes[-1] is not None:
            break
        branch = after
    assert isinstance(outcomes[-1], StorageFull)
    assert seq > 3
    for at in (storage, device.crash()):
        ids = await held_ids(at, branch.no)
        assert ids == b"".join(e.id for e in log.envelopes[: seq - 1])
        record = await at.read(lambda s: s.space(COUPLE.space_id))
        assert record.branches[0].head_seq == seq - 1


async def test_a_full_store_still_takes_what_fits(device):
    storage = device.open(max_bytes=600_000)
    branch = opening(storage.new_branch_no())
    await storage.commit([put_space(), OpenBranch(COUPLE.space_id, branch)])
    log = COUPLE.devices[0].fork_at(0, "huge")
    log.append_body(derived("huge", 250_000))
    big = []
    for _ in range(4):
        other = opening(storage.new_branch_no(), log)
        big.append([OpenBranch(COUPLE.space_id, other), append(other, 1, 1, log)[0]])
    small, _ = append(branch, 1, 1)
    outcomes = await asyncio.gather(
        *(storage.commit(ops) for ops in [*big, [small]]), return_exceptions=True
    )
    assert outcomes[-1] is None
    assert {type(o) for o in outcomes[:-1]} == {type(None), StorageFull}


async def test_totals(device):
    storage = device.open()
    await filled(storage)
    totals = await storage.read(lambda s: s.totals())
    assert (totals.spaces, totals.logs, totals.events) == (1, 1, 12)
    assert totals.stored_bytes > 12 * 540


async def test_a_closed_store_says_so(device):
    storage = device.open()
    await storage.close()
    await storage.close()
    with pytest.raises(StorageClosed):
        await storage.commit([put_space()])
    with pytest.raises(StorageClosed):
        await storage.read(lambda s: s.tokens())


async def test_closing_finishes_what_was_asked(tmp_path):
    storage = SqliteStorage(tmp_path)
    commits = [asyncio.ensure_future(storage.commit([PutToken(b"%d" % n, "")])) for n in range(50)]
    await asyncio.sleep(0)
    await storage.close()
    assert await asyncio.gather(*commits) == [None] * 50
    again = SqliteStorage(tmp_path)
    assert len(await again.read(lambda s: s.tokens())) == 50
    await again.close()


async def test_the_file_is_private_durable_and_forgets(tmp_path):
    data = tmp_path / "new" / "data"
    storage = SqliteStorage(data)
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    for path in data.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    writer = storage._writer._connection
    settings = {
        name: writer.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "secure_delete")
    }
    assert settings == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1}
    await storage.close()


async def test_erased_bytes_are_gone_from_the_file(tmp_path):
    storage = SqliteStorage(tmp_path)
    branch = await filled(storage)
    body, kept = (bytes(LOG.envelopes[at].body or b"")[:100] for at in (6, 7))
    chunk = make_chunk(LOG.envelopes[6:12], lambda envelope: envelope.seq == 7)
    await storage.commit([ReplaceChunk(branch, chunk)])
    await storage.close()
    assert kept in (tmp_path / DATABASE_NAME).read_bytes()
    assert body not in (tmp_path / DATABASE_NAME).read_bytes()


def raw(folder, body):
    """The files in which these bytes stand, the write-ahead file with them."""
    return [path.name for path in folder.iterdir() if body in path.read_bytes()]


async def until_gone(folder, body, seconds=4 * FORGET_SECONDS):
    async with asyncio.timeout(seconds):
        while raw(folder, body):
            await asyncio.sleep(0.02)


async def test_erased_bytes_leave_the_write_ahead_file_while_the_store_is_open(tmp_path):
    storage = SqliteStorage(tmp_path)
    branch = await filled(storage)
    body, kept = (bytes(LOG.envelopes[at].body or b"")[:100] for at in (6, 7))
    assert raw(tmp_path, body)
    chunk = make_chunk(LOG.envelopes[6:12], lambda envelope: envelope.seq == 7)
    await storage.commit([ReplaceChunk(branch, chunk)])
    await until_gone(tmp_path, body)
    assert raw(tmp_path, kept) == [DATABASE_NAME]
    await storage.close()


async def test_neither_readers_nor_writers_keep_erased_bytes_there(tmp_path):
    storage = SqliteStorage(tmp_path)
    branch = await filled(storage)
    body = bytes(LOG.envelopes[6].body or b"")[:100]
    stop = asyncio.Event()

    async def write():
        n = 0
        while not stop.is_set():
            await storage.commit([PutToken(b"%d" % (n := n + 1), "")])

    async def read():
        while not stop.is_set():
            await storage.read(lambda s: s.tokens())

    busy = [asyncio.ensure_future(work()) for work in (write, write, read, read)]
    with open_reader(tmp_path) as long_reader:
        assert long_reader.tokens() is not None  # from here on it looks at this moment
        chunk = make_chunk(LOG.envelopes[6:12], lambda envelope: envelope.seq == 7)
        await storage.commit([ReplaceChunk(branch, chunk)])
        await asyncio.sleep(0.3)
        assert raw(tmp_path, body), "what somebody still reads can't go yet"
    await until_gone(tmp_path, body)
    stop.set()
    await asyncio.gather(*busy)
    await storage.close()


async def test_what_a_crash_left_in_the_write_ahead_file_goes_at_the_next_start(tmp_path):
    storage = SqliteStorage(tmp_path / "one")
    branch = await filled(storage)
    body = bytes(LOG.envelopes[6].body or b"")[:100]
    with open_reader(tmp_path / "one") as reader:
        assert reader.tokens() == []  # it keeps the write-ahead file from being emptied
        chunk = make_chunk(LOG.envelopes[6:12], lambda envelope: envelope.seq == 7)
        await storage.commit([ReplaceChunk(branch, chunk)])
        # As if the power went here: the files as they are.
        shutil.copytree(tmp_path / "one", tmp_path / "two")
    await storage.close()
    assert raw(tmp_path / "two", body)
    again = SqliteStorage(tmp_path / "two")
    await until_gone(tmp_path / "two", body)
    await again.close()


async def test_a_store_of_a_later_version_is_left_alone(tmp_path):
    storage = SqliteStorage(tmp_path)
    await storage.close()
    connection = sqlite3.connect(tmp_path / DATABASE_NAME)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(Exception, match="later version"):
        SqliteStorage(tmp_path)
