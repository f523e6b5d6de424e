"""A process that is struck at one of its calls to the relay, the databases or the file system.

    make_mortal(monkeypatch)
    life = Life(stop_at=17)                        # or by name: "after close", ("after close", 2)
    ended = await as_process(life, work)           # Killed, if it got there
    life.points                                    # all calls that it made; life.struck

Killed at a point, that call does not happen, nor does any after it, whatever would have tidied up.
With ``trouble`` the call fails and the process goes on: the network is away (before a question, or
before its answer came), the disk is full. The points are all calls that one whole run makes, so
none is forgotten when a flow changes.
"""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-incomplete-defs

import asyncio
import errno
from contextvars import ContextVar
from pathlib import Path

import pytest

from inglenook_client.store.database import Database
from inglenook_client.store.errors import DiskFullError
from inglenook_client.sync.errors import RelayUnreachableError
from inglenook_client.sync.transport import RelayTransport
from inglenook_protocol.errors import InglenookError


class Killed(BaseException):
    """The process is gone."""


class Life:
    """Of one process: which calls it made, and at which it is struck."""

    def __init__(self, stop_at=None, *, trouble=False):
        self.stop_at = stop_at
        self.trouble = trouble
        self.points: list[str] = []
        self.struck = False
        self.dead = False

    def point(self, name, trouble):
        if self.dead:
            raise Killed
        self.points.append(name)
        if self.struck:
            return
        if self.stop_at in (len(self.points) - 1, name, (name, self.points.count(name))):
            self.struck = True
            if self.trouble:
                raise trouble
            self.dead = True
            raise Killed


LIFE: ContextVar[Life | None] = ContextVar("life", default=None)


def _point(name, trouble):
    if (life := LIFE.get()) is not None:
        life.point(name, trouble)


def _full(path):
    error = DiskFullError()
    error.file = path.name
    return error


def make_mortal(monkeypatch):
    """Calls that leave a process may be its last."""
    call, write = RelayTransport.call, Database.write
    open_ = vars(Database)["open"].__func__

    async def mortal_call(self, path, *rest, **more):
        name = path.rsplit("/", 1)[-1]
        _point(f"before {name}", RelayUnreachableError("The network is away."))
        answer = await call(self, path, *rest, **more)
        _point(f"after {name}", RelayUnreachableError("The network is away."))
        return answer

    async def mortal_write(self, *rest, **more):
        _point(f"before writing {self.path.name}", _full(self.path))
        result = await write(self, *rest, **more)
        if (life := LIFE.get()) is None or not life.trouble:  # what was written is written
            _point(f"after writing {self.path.name}", None)
        return result

    async def mortal_open(cls, path, *rest, **more):
        _point(f"before opening {path.name}", _full(path))
        database = await open_(cls, path, *rest, **more)
        try:
            _point(f"after opening {path.name}", _full(path))
        except BaseException:
            await database.close()
            raise
        return database

    def mortal_naming(real):
        def name_it(self, target):
            _point(f"before renaming {self.name}", OSError(errno.ENOSPC, "No space left on device"))
            return real(self, target)

        return name_it

    monkeypatch.setattr(RelayTransport, "call", mortal_call)
    monkeypatch.setattr(Database, "write", mortal_write)
    monkeypatch.setattr(Database, "open", classmethod(mortal_open))
    for verb in ("rename", "replace"):
        monkeypatch.setattr(Path, verb, mortal_naming(getattr(Path, verb)))


async def as_process(life, work):
    """``work()`` in a process of its own; gives what it ended with."""

    async def run():
        LIFE.set(life)
        try:
            return await work()
        except (InglenookError, Killed, asyncio.CancelledError) as error:
            return error
        finally:
            LIFE.set(None)

    return await asyncio.create_task(run())


def shares(count: int) -> list[object]:
    """The points to strike at, dealt out to so many tests, none so long that it seems to hang: the
    first has every ``count``-th point, and the others are ``exhaustive``."""
    others = [pytest.param(at, marks=pytest.mark.exhaustive) for at in range(1, count)]
    return [0, *others]
