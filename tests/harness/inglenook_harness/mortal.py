"""A process that is killed at one of its calls to the relay, the databases or the file system.

    make_mortal(monkeypatch)
    life = Life(stop_at=17)                        # or by name: "after close", ("after close", 2)
    ended = await as_process(life, open_it, work)  # Killed, if it got there
    life.points                                    # all calls that it made; life.dead

Killed at a point, that call does not happen, nor does any after it, whatever would have tidied up.
The points are all calls that one whole run makes, so none is forgotten when a flow changes.
"""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-incomplete-defs

import asyncio
from contextvars import ContextVar
from pathlib import Path

from inglenook_client.store.database import Database
from inglenook_client.sync.transport import RelayTransport
from inglenook_protocol.errors import InglenookError


class Killed(BaseException):
    """The process is gone."""


class Life:
    """Of one process: which calls it made, and at which it is killed."""

    def __init__(self, stop_at=None):
        self.stop_at = stop_at
        self.points: list[str] = []
        self.dead = False

    def point(self, name):
        if self.dead:
            raise Killed
        self.points.append(name)
        if self.stop_at in (len(self.points) - 1, name, (name, self.points.count(name))):
            self.dead = True
            raise Killed


LIFE: ContextVar[Life | None] = ContextVar("life", default=None)


def _point(name):
    if (life := LIFE.get()) is not None:
        life.point(name)


def make_mortal(monkeypatch):
    """Calls that leave a process may be its last."""
    call, write = RelayTransport.call, Database.write
    open_ = vars(Database)["open"].__func__

    async def mortal_call(self, path, *rest, **more):
        name = path.rsplit("/", 1)[-1]
        _point(f"before {name}")
        answer = await call(self, path, *rest, **more)
        _point(f"after {name}")
        return answer

    async def mortal_write(self, *rest, **more):
        _point(f"before writing {self.path.name}")
        result = await write(self, *rest, **more)
        _point(f"after writing {self.path.name}")
        return result

    async def mortal_open(cls, path, *rest, **more):
        _point(f"before opening {path.name}")
        database = await open_(cls, path, *rest, **more)
        try:
            _point(f"after opening {path.name}")
        except Killed:
            await database.close()
            raise
        return database

    def mortal_naming(real):
        def name_it(self, target):
            _point(f"before renaming {self.name}")
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
