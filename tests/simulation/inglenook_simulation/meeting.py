"""How the two become a couple: pairing over the mailbox, with all that may come between (SPEC 16).

space = await meet(world, [1, 2])

Each attempt is the real flow of both sides over the relay's real mailbox. Whatever happens to it,
either both end with one and the same space, or the inviter has none; and nobody says yes to words
that the other does not read. After an attempt that came to nothing the two try again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from random import Random
from typing import TYPE_CHECKING, Final

from inglenook_client.sync import pairing
from inglenook_client.sync.errors import RelayUnreachableError
from inglenook_client.sync.mailbox_end import MailboxEnd
from inglenook_client.sync.pairing import Identity, Paired
from inglenook_protocol.errors import InglenookError, TrustError
from inglenook_protocol.genesis import Genesis
from inglenook_protocol.pairing import parse_invite
from inglenook_protocol.roster import Statement, StatementBook, added, sign_statement
from inglenook_simulation.device import Device
from inglenook_simulation.disk import ProcessEnded
from inglenook_simulation.keys import device_keys, root_keys
from inglenook_simulation.mail import BETWEEN, INVITER, JOINER, Between, Comparing, MailRoute
from inglenook_simulation.network import Weather
from inglenook_simulation.noting import Broken
from inglenook_simulation.relays import TOKEN
from inglenook_simulation.world import NAMES, Space

if TYPE_CHECKING:
    from inglenook_simulation.world import World

_TRIES: Final = 3
HALVES: Final = 24
"""About as many halves of calls as one side makes."""


async def meet(
    world: World, devices_of: Sequence[int], *, stop: tuple[int, int] | None = None
) -> Space:
    """Pair, however often it takes; then add each one's further devices.

    ``stop``: a side, and the half of a call at which it is killed in the first attempt; nothing
    else is in the way then.
    """
    for number in range(_TRIES):
        random = Random(f"meeting {world.seed} {number}")
        calm = stop is not None or number == _TRIES - 1
        attempt = _Attempt(world, random, calm=calm, stop=None if number else stop)
        space = await attempt.run()
        world.weather = Weather()
        for host in world.hosts:
            host.storage.fault = None
        if space is not None:
            world.practised.update(["invite", "join"])
            await _add_others(world, space, devices_of)
            return space
        if calm and (number or stop is None):
            break
    raise Broken("two people could not pair, and nothing was in their way")


async def _add_others(world: World, space: Space, devices_of: Sequence[int]) -> None:
    for member, count in enumerate(devices_of):
        first = next(d for d in world.devices if d.space is space and d.member == member)
        for number in range(1, count):
            new = Device(world, space, member, f"{NAMES[member]}{number}")
            said = sign_statement(new.root.sign, added(space.id, new.info, new.root.member_id))
            space.book.add([said])
            await first.take([said])
            await new.install(space.book.statements())
            world.devices.append(new)


class _Attempt:
    """One invite, and what became of it."""

    def __init__(
        self, world: World, random: Random, *, calm: bool, stop: tuple[int, int] | None
    ) -> None:
        self.world = world
        self.calm = calm
        self._random = random
        self._roots = [root_keys(f"shared {name}") for name in NAMES]
        self._devices: dict[int, Device] = {}
        self._forgot: set[int] = set()
        self._space: Space | None = None
        self._invite: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        does = "nothing" if calm else random.choice(BETWEEN)
        self._between = Between(does, random)
        stops: list[int | None] = [None, None]
        if not calm and random.random() < 0.5:
            stop = random.randrange(2), random.randrange(HALVES)
        if stop is not None:
            stops[stop[0]] = stop[1]
        self._comparing = Comparing(world.loop, declines=not calm and random.random() < 0.1)
        self._routes = [
            MailRoute(
                world, name, Random(f"mail {name} {random.random()}"), between=self._between,
                stop_at=stop,
            )
            for name, stop in zip(NAMES, stops, strict=True)
        ]  # fmt: skip
        self._seconds = 600 if calm else random.choice([20, 300, 3600])

    def _say(self, side: int, what: str) -> None:
        self.world.say(NAMES[side], what)

    async def run(self) -> Space | None:
        """The space that came to be; None if it has to be tried again."""
        world, random = self.world, self._random
        if not self.calm:
            world.weather = Weather(
                loss=random.choice([0.0, 0.1, 0.3]),
                double=random.choice([0.0, 0.3]),
                delay_s=random.choice([0.01, 0.5, 4.0]),
            )
            if random.random() < 0.3:
                world.hosts[0].storage.fault = random.choice(["before", "after", "full"])
        world.say("relay", f"between the two {self._between.does} is done")
        sides = [asyncio.create_task(self._side(INVITER)), asyncio.create_task(self._side(JOINER))]
        ended = await asyncio.gather(*sides)
        self._check(ended)
        return await self._settle()

    async def _side(self, side: int) -> Paired | Exception:
        flow = self._inviting() if side == INVITER else self._joining()
        try:
            paired = await flow
        except (InglenookError, ProcessEnded) as error:
            self._say(side, f"did not pair: {type(error).__name__}")
            return error
        finally:
            self._comparing.read.set()
            if not self._invite.done():
                self._invite.set_result("")
        self._say(side, "has paired" + ("" if paired.settled else ", and does not know it yet"))
        return paired

    def _identity(self, side: int) -> Identity:
        return Identity(self._roots[side], device_keys(f"{NAMES[side]}0.shared"))

    async def _inviting(self) -> Paired:
        async def hand_over(text: str, expires_at_s: int) -> None:
            if self._between.does != "alters":
                self._between.invite = parse_invite(text)
            self._say(INVITER, f"hands an invite over that lasts {self._seconds} s")
            self._invite.set_result(text)

        return await pairing.invite(
            self._routes[INVITER],
            self._identity(INVITER),
            self._comparing.around(self._random),
            token=TOKEN,
            seconds=self._seconds,
            on_invite=hand_over,
            confirm=lambda words: self._compare(INVITER, words),
            store_space=lambda genesis, said: self._store(INVITER, genesis, said),
            open_epoch_and_push=self._open_epoch_and_push,
        )

    async def _joining(self) -> Paired:
        text = await self._invite
        if not text:
            raise RelayUnreachableError("There is no invite.")
        read = pairing.read_invite(text)
        joining = asyncio.create_task(
            pairing.join(
                self._routes[JOINER],
                read,
                self._identity(JOINER),
                self._comparing.around(self._random),
                confirm=lambda words: self._compare(JOINER, words),
                store_space=lambda genesis, said: self._store(JOINER, genesis, said),
                forget_space=self._forget,
            )
        )
        await self._intrude(text)
        return await joining

    async def _intrude(self, text: str) -> None:
        """Somebody else tries the same invite, once it is taken: it is for one use."""
        if self._random.random() > 0.3:
            return
        await self._comparing.read.wait()
        route = MailRoute(self.world, "mallory", Random(f"intruder {self.world.seed}"))
        read = parse_invite(text)
        end = MailboxEnd(
            route,
            read,
            read.reader_capability,
            self._random.randbytes(16),
            self._comparing.around(self._random),
        )
        try:
            await end.enter()
        except InglenookError as error:
            self.world.say("mallory", f"can't use the invite: {type(error).__name__}")
        else:
            if self._comparing.words.keys() >= {JOINER}:
                raise Broken("an invite was used by a second person")

    async def _compare(self, side: int, words: list[str]) -> bool:
        agrees = await self._comparing.compare(side, words)
        self._say(side, f"reads {' '.join(words)}" + ("" if agrees else ", and says no"))
        return agrees

    async def _store(self, side: int, genesis: Genesis, statements: list[Statement]) -> None:
        if self._space is None:
            book = StatementBook(genesis)
            book.add(statements)
            self._space = Space("shared", self._roots, book, [0, 1], 0)
        if genesis.space_id != self._space.id:
            raise Broken("the two keep two different spaces")
        if set(genesis.member_ids) != {root.member_id for root in self._roots}:
            raise Broken(f"{NAMES[side]} keeps a space with a stranger")
        device = Device(self.world, self._space, side, f"{NAMES[side]}0")
        await device.install(statements)
        self._devices[side] = device

    async def _forget(self, genesis: Genesis) -> None:
        self._forgot.add(JOINER)
        self._devices.pop(JOINER).disk.close()

    async def _open_epoch_and_push(self) -> None:
        device = self._devices[INVITER]
        await device.store.open_epoch()
        if not await device.sync():
            raise RelayUnreachableError("The relay is not reachable right now.")

    def _check(self, ended: Sequence[Paired | Exception]) -> None:
        if INVITER in self._devices and JOINER not in self._devices:
            raise Broken("the inviter has a space that the joiner does not have")
        for side, result in enumerate(ended):
            if isinstance(result, Paired) and side not in self._devices:
                raise Broken(f"{NAMES[side]} has paired and kept nothing")
            if isinstance(result, TrustError) and self._between.does == "nothing":
                raise Broken(f"{NAMES[side]} was told a lie by nobody: {result}")
        if self._between.does in ("as inviter", "as joiner") and self._devices:
            raise Broken("somebody stood between the two, and they paired")

    async def _settle(self) -> Space | None:
        """Both have it: what a stop left open, the next exchange finishes. Else nobody does."""
        if INVITER not in self._devices or self._space is None:
            for device in self._devices.values():
                device.disk.close()
            return None
        self.world.spaces.append(self._space)
        self.world.devices += [self._devices[INVITER], self._devices[JOINER]]
        return self._space
