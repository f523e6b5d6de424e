"""The relay's real rules over a disk in memory, and what can befall it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from random import Random

from inglenook_server.core.ops import Op
from inglenook_server.relay import Relay, open_relay
from inglenook_server.storage.memory import MemoryDisk, MemoryStorage
from inglenook_server.storage.port import StorageClosed, StorageError, StorageFull

TOKEN = "simulated"


class FaultyStorage(MemoryStorage):
    """``fault``: what happens at the next commit."""

    fault: str | None = None
    next_fault: Callable[[], str | None] | None = None

    async def commit(self, ops: Sequence[Op]) -> None:
        fault, self.fault = self.fault, None
        if fault is None and self.next_fault is not None:
            fault = self.next_fault()
        if fault == "before":
            await self.close()
            raise StorageClosed("The relay stopped.")
        if fault == "full":
            raise StorageFull("There is no room left in this relay's store.")
        await super().commit(ops)
        if fault == "after":
            await self.close()
            raise StorageClosed("The relay stopped.")


class Host:
    """One relay's machine: its disk, and the process that runs there now, if one does."""

    def __init__(self, name: str, random: Random, now_s: object) -> None:
        self.name = name
        self.disk = MemoryDisk()
        self.old: list[MemoryDisk] = []
        self.storage = FaultyStorage(self.disk)
        self.relay: Relay | None = None
        self.next_fault: Callable[[], str | None] | None = None
        self._random = random
        self._now_s = now_s

    async def start(self) -> None:
        """A new process over what the disk holds."""
        self.storage = FaultyStorage(self.disk)
        self.relay, _ = await open_relay(
            self.storage,
            member_quota=1 << 30,
            cache_bytes=1 << 24,
            max_mailboxes=4,
            registration_token=TOKEN,
            clock=self._now_s,  # type: ignore[arg-type]
            random_bytes=self._random.randbytes,
        )
        self.storage.next_fault = self.next_fault

    async def wipe(self) -> None:
        """Begin again with nothing."""
        self.disk = MemoryDisk()
        await self.start()

    def envelope_ids(self, space: bytes) -> Iterator[bytes]:
        """Of everything that the disk holds of a space."""
        for branch in self.disk.branches.get(space, {}):
            for chunk in self.disk.chunks.get(branch, ()):
                for at in range(0, len(chunk.ids), 32):
                    yield chunk.ids[at : at + 32]

    def back_up(self) -> None:
        """Keep what the disk holds now."""
        self.old.append(copy.deepcopy(self.disk))

    async def set_back(self) -> bool:
        """Go on from the oldest backup; whether there is one."""
        if not self.old:
            return False
        self.disk = copy.deepcopy(self.old[0])
        await self.start()
        return True


__all__ = ["TOKEN", "FaultyStorage", "Host", "StorageError", "StorageFull"]
