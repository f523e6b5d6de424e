"""A way to a relay's mailbox: delay, loss, doubling, stops, somebody in between (SPEC 14.8, 16).

The mailbox's own rules answer, each question in its real bytes. Whoever stands in between may
alter what is sealed, or, having seen the invite, put keys of their own in the place of real ones.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from random import Random
from typing import TYPE_CHECKING, Final, TypeVar

from inglenook_client.sync.errors import RelayUnreachableError
from inglenook_client.sync.mailbox import MailboxCalls
from inglenook_client.sync.mailbox_end import Surroundings
from inglenook_harness.stores import START_MS
from inglenook_protocol import messages
from inglenook_protocol.codec import encode
from inglenook_protocol.messages import Empty, Mail, RegisterRequest
from inglenook_protocol.pairing import (
    DeviceInvite,
    Invite,
    commitment_to,
    encode_commitment,
    hello,
)
from inglenook_protocol.roster import Statement
from inglenook_server.relay import Relay
from inglenook_simulation.disk import ProcessEnded
from inglenook_simulation.keys import device_keys, root_keys
from inglenook_simulation.loop import VirtualLoop
from inglenook_simulation.network import ORIGIN, as_a_client_hears

if TYPE_CHECKING:
    from inglenook_simulation.world import World

T = TypeVar("T")
INVITER, JOINER = 0, 1
COMPARE_S: Final = 60.0
"""For so long somebody waits to hear the other's words."""
BETWEEN: Final = ("nothing", "nothing", "alters", "as inviter", "as joiner")


class Between:
    """Somebody between the two: ``does`` names what."""

    def __init__(self, does: str, random: Random) -> None:
        self.does = does
        self.invite: Invite | DeviceInvite | None = None
        """What was handed over, if they have seen it."""
        self._random = random
        self._mine = hello(root_keys("mallory"), device_keys("mallory"), random.randbytes(32))

    def pass_on(self, slot: int, sealed: bytes) -> bytes:
        """What arrives of a message."""
        if self.does == "alters" and self._random.random() < 0.3:
            at = self._random.randrange(len(sealed))
            return sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
        own = self._own_message(slot)
        if own is None or self.invite is None:
            return sealed
        return self.invite.sealer().seal(slot, own, self._random.randbytes(12))

    def _own_message(self, slot: int) -> bytes | None:
        if self.does == "as inviter" and slot == 2:
            return self._mine
        if self.does == "as joiner" and slot == 1:
            return encode_commitment(commitment_to(self._mine))
        return self._mine if self.does == "as joiner" and slot == 3 else None


class Comparing:
    """The two sides of a mailbox read their five words to each other."""

    def __init__(self, loop: VirtualLoop, *, declines: bool = False) -> None:
        """``declines``: the joiner says no to words that are the same."""
        self._loop = loop
        self._declines = declines
        self.words: dict[int, list[str]] = {}
        self.read = asyncio.Event()
        """Set once both have words, or one side is over."""

    def around(self, random: Random) -> Surroundings:
        """Time, chance and waiting, for one of the sides."""
        loop = self._loop
        return Surroundings(
            random.randbytes, lambda: START_MS / 1000 + loop.time(), asyncio.sleep, random.random
        )

    async def compare(self, side: int, words: list[str]) -> bool:
        """Whether a side says that both read the same."""
        self.words[side] = words
        if len(self.words) == 2:
            self.read.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(COMPARE_S):
                await self.read.wait()
        same = len(self.words) == 2 and self.words[INVITER] == self.words[JOINER]
        return same and not (self._declines and side == JOINER)


class MailRoute(MailboxCalls):
    """One side's way to the mailbox. Implements ``MailTransport``."""

    origin = ORIGIN

    def __init__(
        self,
        world: World,
        who: str,
        random: Random,
        *,
        between: Between | None = None,
        stop_at: int | None = None,
        home: int = 0,
    ) -> None:
        """``stop_at``: the half of a call at which the process of this side is killed; ``home``:
        which of the relays is asked."""
        self._world = world
        self._who = who
        self._random = random
        self._between = between
        self._stop_at = stop_at
        self._home = home
        self._halves = 0
        self.ended = False

    async def call(self, path: str, body: bytes, decode: Callable[[bytes], T]) -> T:
        """Ask the mailbox, as a process would by HTTP."""
        _, _, _, *rest = path.split("/")
        mailbox, verb = (bytes.fromhex(rest[0]), rest[1]) if rest else (b"", "open")
        return decode(await self._ask(lambda relay: self._answer(relay, mailbox, verb, body)))

    async def register(self, token: str, genesis: bytes, statements: list[Statement]) -> None:
        """SPEC 14.2."""

        async def ask(relay: Relay) -> bytes:
            await relay.register(RegisterRequest(token, genesis, statements))
            return encode(Empty())

        await self._ask(ask)

    async def _answer(self, relay: Relay, mailbox: bytes, verb: str, body: bytes) -> bytes:
        boxes = relay.mailboxes
        if verb == "open":
            await boxes.open(messages.decode_open_mailbox(body))
        elif verb == "enter":
            await boxes.enter(mailbox, messages.decode_enter_mailbox(body))
        elif verb == "put":
            await boxes.put(mailbox, messages.decode_put_mail(body))
        elif verb == "close":
            await boxes.close(mailbox, messages.decode_close_mailbox(body))
        else:
            asked = messages.decode_get_mail(body)
            mail = await boxes.get(mailbox, asked)
            if mail.message is not None and self._between is not None:
                mail = Mail(self._between.pass_on(asked.slot, mail.message))
            return encode(mail)
        return encode(Empty())

    async def _ask(self, ask: Callable[[Relay], Awaitable[bytes]]) -> bytes:
        self._stop_here()
        await self._travel()
        host = self._world.hosts[self._home]
        async with as_a_client_hears(host) as relay:
            answer = await ask(relay)
            if self._random.random() < self._world.weather.double:
                answer = await ask(relay)
        await self._travel()
        self._stop_here()
        return answer

    def _stop_here(self) -> None:
        self.ended = self.ended or self._halves == self._stop_at
        self._halves += 1
        if self.ended:
            raise ProcessEnded

    async def _travel(self) -> None:
        weather = self._world.weather
        await asyncio.sleep(self._random.random() * 2 * weather.delay_s)
        if self._random.random() < weather.loss:
            raise RelayUnreachableError("The relay is not reachable right now.")
