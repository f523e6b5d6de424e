"""A second computer of one's own, linked over the mailbox (SPEC 16.6): a step of a life.

The real flow of both sides runs over the relay's real mailbox. What happens to it there can keep
the new computer from coming about, and can do nothing else: nobody is added without both having
read the same words, and a computer that is there stands in both journals.
"""

from __future__ import annotations

import asyncio
from itertools import count
from random import Random

from inglenook_client.store.devices import settle_known, sign_added, take_in
from inglenook_client.sync import linking
from inglenook_client.sync.errors import RelayUnreachableError
from inglenook_client.sync.linking import Linked
from inglenook_protocol.errors import InglenookError
from inglenook_protocol.linking import LinkGoods, LinkTranscript, OfferedSpace, OwnKeys
from inglenook_protocol.pairing import parse_device_invite
from inglenook_protocol.roster import Statement
from inglenook_simulation.device import Device
from inglenook_simulation.disk import ProcessEnded
from inglenook_simulation.keys import device_keys
from inglenook_simulation.mail import BETWEEN, INVITER, JOINER, Between, Comparing, MailRoute
from inglenook_simulation.network import ORIGIN
from inglenook_simulation.noting import Broken
from inglenook_simulation.relays import TOKEN

_SECONDS = 300
_HALVES = 24


async def link(device: Device, random: Random) -> None:
    """Link another computer of the same person, if there is room."""
    world = device.world
    shared = world.shared_part_of(device)
    if shared is None or shared.ended or not shared.takes_part or world.split:
        return
    if sum(1 for d in world.devices if d.space is shared.space) >= 6:
        return
    private = await world.private_part(shared)
    if private.ended:
        return
    here = [private, shared]
    names = {d.name for d in world.devices}
    name = next(n for i in count(1) if (n := f"{shared.name[:3]}{i}") not in names)
    there = [Device(world, part.space, part.member, name) for part in here]
    for part in there:
        part.home = shared.home
    await _Linking(here, there, random).run()
    await world.restart_what_ended(shared)


class _Linking:
    """One invite, and what became of it. Parts in order: the private one first."""

    def __init__(self, here: list[Device], there: list[Device], random: Random) -> None:
        self._world = here[0].world
        self._here, self._there = here, there
        self._random = random
        self._carried = self._world.is_carried(here[0].space)
        self._between = Between(random.choice(BETWEEN), random)
        self._comparing = Comparing(self._world.loop, declines=random.random() < 0.1)
        stops: list[int | None] = [None, None]
        if random.random() < 0.4:
            stops[random.randrange(2)] = random.randrange(_HALVES)
        self._routes = [
            MailRoute(
                self._world, part[1].name, Random(f"mail {random.random()}"),
                between=self._between, stop_at=stop, home=here[1].home,
            )
            for part, stop in zip((here, there), stops, strict=True)
        ]  # fmt: skip
        self._invite: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._signed = False

    async def run(self) -> None:
        self._here[1].say(f"invites {self._there[1].name}; between the two {self._between.does}")
        _, got = await asyncio.gather(self._side(INVITER), self._side(JOINER))
        if isinstance(got, Linked):
            if self._between.does in ("as inviter", "as joiner"):
                raise Broken(f"{self._there[1].title} was linked with somebody in between")
            await self._begin(got)

    async def _side(self, side: int) -> Linked | LinkTranscript | None:
        who = (self._here, self._there)[side][1]
        try:
            return await (self._inviting() if side == INVITER else self._joining())
        except (InglenookError, ProcessEnded) as error:
            who.say(f"did not link: {type(error).__name__}")
            return None
        finally:
            self._comparing.read.set()
            if not self._invite.done():
                self._invite.set_result("")

    async def _inviting(self) -> LinkTranscript:
        async def hand_over(text: str, expires_at_s: int) -> None:
            if self._between.does != "alters":
                self._between.invite = parse_device_invite(text)
            self._invite.set_result(text)

        origins = [ORIGIN if self._carried else "", ORIGIN]
        spaces = []
        for part, origin in zip(self._here, origins, strict=True):
            info = await part.store.look(lambda conn, state, _: state.device)
            genesis, member = part.store.genesis.encoded, part.store.member
            spaces.append(OfferedSpace(genesis, member, 0, origin, info.sign, info.kem))
        return await linking.invite_device(
            self._routes[INVITER],
            self._comparing.around(self._random),
            token=TOKEN,
            seconds=_SECONDS,
            name=self._here[1].name,
            spaces=spaces,
            on_invite=hand_over,
            confirm=lambda words: self._comparing.compare(INVITER, words),
            sign=self._sign,
            adopt=self._adopt,
        )

    async def _sign(self, transcript: LinkTranscript) -> list[Statement | None]:
        words = self._comparing.words
        if words[INVITER] != words[JOINER]:
            raise Broken(f"{self._here[1].title} signs what others read otherwise")
        return [
            await part.store.look(lambda conn, state, _, new=at.joiner: sign_added(state, new))  # type: ignore[misc]
            for part, at in zip(self._here, transcript.spaces, strict=True)
        ]

    async def _adopt(self, transcript: LinkTranscript, signed: list[Statement | None]) -> LinkGoods:
        for part, statement in zip(self._here, signed, strict=True):
            await part.store.change_devices(
                lambda conn, state, ms, one=statement, by=part: take_in(  # type: ignore[misc]
                    conn, state, one, by.entropy, ms
                )
            )
            if statement is not None:
                part.space.book.add([statement])
        for part in self._here:
            if part.takes_part and not await part.sync():
                raise RelayUnreachableError("The relay is not reachable right now.")
        roster: list[Statement] = []
        if not self._carried:
            roster = await self._here[0].state(lambda conn, state: state.book.roster_statements())
        return LinkGoods(self._here[1].name[:3], [TOKEN, TOKEN], roster)

    async def _joining(self) -> Linked:
        text = await self._invite
        if not text:
            raise RelayUnreachableError("There is no invite.")
        around = self._comparing.around(self._random)
        read = linking.read_device_invite(text)
        keys = [device_keys(part.title) for part in self._there]
        return await linking.link_device(
            self._routes[JOINER],
            read,
            around,
            name=self._there[1].name,
            devices=[OwnKeys(one.sign.public, one.kem.public) for one in keys],
            confirm=lambda words: self._comparing.compare(JOINER, words),
            check=lambda transcript: None,
        )

    async def _begin(self, got: Linked) -> None:
        """The new computer keeps both journals, or none."""
        private, shared = got.transcript.spaces
        for part, at in zip(self._there, (private, shared), strict=True):
            if at.genesis.space_id != part.space.id or at.joiner.id != part.info.id:
                raise Broken(f"{part.title} was linked to something else")
        own = [said for said in got.statements[:1] if said is not None]
        given = [] if private.origin else [*got.goods.statements, *own]
        begun: list[Device] = []
        for part, at, statements in zip(self._there, (private, shared), (given, []), strict=True):
            await part.install(statements)
            begun.append(part)
            settled = not at.origin or await part.exchange()
            standing = (await part.store.overview()).roster.standing if settled else set()
            if not {at.inviter.id, at.joiner.id} <= standing:
                part.say("is not linked to the end, and is let go")
                for each in begun:
                    each.disk.close()
                return
            await part.store.change_devices(lambda conn, state, _: settle_known(conn, state))
        self._world.devices += self._there
        self._world.practised["device link"] += 1
        self._there[1].say(f"is linked by {self._here[1].name}")
