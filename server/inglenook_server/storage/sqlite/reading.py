"""Snapshots: what is read inside one read transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from inglenook_protocol.roster import Statement
from inglenook_server.core.chunks import Chunk
from inglenook_server.core.logs import Branch
from inglenook_server.core.ops import Mailbox
from inglenook_server.storage.port import SpaceRecord, TokenRecord, Totals

_COVERING = (
    " FROM chunk WHERE branch = ?1 AND first_seq >= coalesce("
    "(SELECT max(first_seq) FROM chunk WHERE branch = ?1 AND first_seq <= ?2), ?2)"
)


class SqliteSnapshot:
    """The port's ``Snapshot`` over a connection that is inside a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._execute = connection.execute

    def space(self, space_id: bytes) -> SpaceRecord | None:
        row = self._execute("SELECT no, genesis FROM space WHERE id = ?", (space_id,)).fetchone()
        if row is None:
            return None
        no, genesis = row
        statements = self._execute(
            "SELECT content, signature FROM statement WHERE space = ? ORDER BY no", (no,)
        )
        branches = self._execute(
            "SELECT no, device, parent, start_seq, start_previous, head_seq, head_id,"
            " stored_bytes FROM branch WHERE space = ? ORDER BY no",
            (no,),
        )
        return SpaceRecord(
            genesis,
            [Statement(content, signature) for content, signature in statements],
            [Branch(*branch) for branch in branches],
        )

    def spaces_of(self, member: bytes, limit: int) -> list[bytes]:
        rows = self._execute(
            "SELECT genesis FROM member JOIN space ON space.no = member.space"
            " WHERE member = ? ORDER BY space.no LIMIT ?",
            (member, limit),
        )
        return [genesis for (genesis,) in rows]

    def ids(self, branch: int, first_seq: int, last_seq: int) -> Iterator[tuple[int, bytes]]:
        rows = self._execute(
            f"SELECT first_seq, ids{_COVERING} AND first_seq <= ?3 ORDER BY first_seq",
            (branch, first_seq, last_seq),
        )
        yield from rows

    def id_at(self, branch: int, seq: int) -> bytes | None:
        for first_seq, ids in self.ids(branch, seq, seq):
            start = (seq - first_seq) * 32
            id_: bytes = ids[start : start + 32]
            return id_ or None
        return None

    def chunks(self, branch: int, seq: int) -> Iterator[Chunk]:
        rows = self._execute(
            f"SELECT first_seq, ids, keys, items{_COVERING} ORDER BY first_seq", (branch, seq)
        )
        for row in rows:
            yield Chunk(*row)

    def tokens(self) -> list[TokenRecord]:
        rows = self._execute("SELECT hash, label FROM token ORDER BY label, hash")
        return [TokenRecord(hash_, label) for hash_, label in rows]

    def secret(self, name: str) -> bytes | None:
        row = self._execute("SELECT secret FROM secret WHERE name = ?", (name,)).fetchone()
        return None if row is None else row[0]

    def mailbox(self, mailbox_id: bytes) -> Mailbox | None:
        row = self._execute(
            "SELECT id, owner_hash, reader_hash, expires_s, claim FROM mailbox WHERE id = ?",
            (mailbox_id,),
        ).fetchone()
        return None if row is None else Mailbox(*row)

    def message(self, mailbox_id: bytes, slot: int) -> bytes | None:
        row = self._execute(
            "SELECT message FROM message WHERE mailbox = ? AND slot = ?", (mailbox_id, slot)
        ).fetchone()
        return None if row is None else row[0]

    def count_mailboxes(self) -> int:
        (count,) = self._execute("SELECT count(*) FROM mailbox").fetchone()
        return int(count)

    def totals(self) -> Totals:
        (spaces,) = self._execute("SELECT count(*) FROM space").fetchone()
        logs, events = self._execute(
            "SELECT count(*), coalesce(sum(head_seq - start_seq + 1), 0) FROM branch"
        ).fetchone()
        (pages,) = self._execute("PRAGMA page_count").fetchone()
        (page_size,) = self._execute("PRAGMA page_size").fetchone()
        return Totals(spaces, logs, events, pages * page_size)

    def space_ids(self) -> list[bytes]:
        """Ids of all spaces, for ``nook-relay check``."""
        return [id_ for (id_,) in self._execute("SELECT id FROM space ORDER BY no")]

    def file_flaws(self) -> list[str]:
        """What SQLite finds wrong with its file."""
        return [text for (text,) in self._execute("PRAGMA integrity_check") if text != "ok"]
