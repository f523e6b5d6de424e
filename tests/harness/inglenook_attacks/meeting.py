"""Lies in pairing: other keys, other messages, an invite used again (SPEC 16)."""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-incomplete-defs

from __future__ import annotations

import asyncio
import random
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace

import msgspec

from inglenook_attacks.registry import attack
from inglenook_attacks.scene import Scene, Seen
from inglenook_client.cli.exit_codes import kind_of
from inglenook_client.journal import Journal
from inglenook_client.sync import pairing
from inglenook_client.sync.mailbox_end import Surroundings
from inglenook_client.sync.transport import RelayTransport
from inglenook_harness.adversary import Answer, Call, Lie
from inglenook_harness.nook import Person
from inglenook_harness.paired import open_journal, pair_journals
from inglenook_harness.relay import RelayProcess
from inglenook_protocol import messages
from inglenook_protocol.codec import encode
from inglenook_protocol.errors import InglenookError
from inglenook_protocol.keys import DeviceKeys, RootKeys
from inglenook_protocol.messages import Mail
from inglenook_protocol.pairing import parse_invite

SECONDS = 30
Confirm = Callable[[list[str]], Awaitable[bool]]


async def yes(_words: list[str]) -> bool:
    return True


class Meeting:
    """Two more people who are about to pair."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        folder = scene.folder / f"meeting {secrets.token_hex(4)}"
        folder.mkdir()
        self.people = [Person(folder / name.lower(), name) for name in ("Cleo", "Dan")]
        for person in self.people:
            person.start()

    async def pair(self, cleo: Confirm = yes, dan: Confirm = yes) -> list[BaseException | None]:
        """What pairing ended with on either side; None where it did well."""
        one, two = [await open_journal(person) for person in self.people]
        invite: asyncio.Future[str] = asyncio.get_running_loop().create_future()

        async def on_invite(text: str, _expires: int) -> None:
            await self.invited(text)
            invite.set_result(text)

        async def joining() -> None:
            await two.join(await invite, confirm=dan)

        try:
            async with asyncio.timeout(SECONDS):
                ends = await asyncio.gather(
                    one.invite(
                        relay=self.scene.between.url,
                        token=self.scene.relay.token,
                        on_invite=on_invite,
                        confirm=cleo,
                    ),
                    joining(),
                    return_exceptions=True,
                )
        finally:
            await one.close()
            await two.close()
        for end in ends:
            assert end is None or isinstance(end, InglenookError), end
        return list(ends)

    async def invited(self, text: str) -> None:
        """The invite is known to whoever attacks."""

    def conclude(self) -> None:
        """Nothing was shared; with the relay honest again, a new invite works."""
        self.scene.between.honest()

        async def again() -> list[str]:
            one, two = [await open_journal(person) for person in self.people]
            async with one, two:
                assert not one.paired
                assert not two.paired
                await pair_journals(one, two, self.scene.between.url, self.scene.relay.token)
                await one.sync()
                await two.sync()
                return [await _digest(journal) for journal in (one, two)]

        one, other = asyncio.run(again())
        assert one == other


async def _digest(journal: Journal) -> str:
    spaces = (await journal.status()).spaces
    return next(space.digest for space in spaces if space.kind == "shared")


def met(ends: list[BaseException | None], which: int = 0) -> Seen:
    """What that one of the two read."""
    error = ends[which]
    assert isinstance(error, InglenookError), ends
    return Seen(kind=kind_of(error), said=error.message, command="pairing")


class _Mails(Lie):
    """Changes what a mailbox gives out."""

    def __init__(self, change: Callable[[int, bytes], bytes]) -> None:
        super().__init__()
        self._change = change

    def answer(self, call: Call, answer: Answer) -> Answer:
        if call.verb != "get" or answer.status != 200:
            return answer
        message = messages.decode_mail(answer.body).message
        if message is None:
            return answer
        slot = messages.decode_get_mail(call.body).slot
        changed = self._change(slot, message)
        self.told += changed != message
        return answer.with_body(encode(Mail(changed)))


def _mailed(scene: Scene, change: Callable[[int, bytes], bytes], reader: int) -> Seen:
    meeting = Meeting(scene)
    lie = scene.between.lie = _Mails(change)
    seen = met(asyncio.run(meeting.pair()), reader)
    assert lie.told
    meeting.conclude()
    return seen


@attack("changes a message of the pairing", "mail-altered")
def _flips_mail(scene: Scene) -> Seen:
    def flip(slot: int, message: bytes) -> bytes:
        return message[:-1] + bytes([message[-1] ^ 1]) if slot == 2 else message

    return _mailed(scene, flip, 1)


@attack("gives an earlier message of the pairing again", "mail-altered")
def _replays_mail(scene: Scene) -> Seen:
    kept: dict[int, bytes] = {}

    def replay(slot: int, message: bytes) -> bytes:
        kept[slot] = message
        return kept.get(2, message) if slot == 4 else message

    return _mailed(scene, replay, 1)


class _Middle(Meeting):
    """The invite fell into the relay's hands: it pairs with each of them in the other's name."""

    def __init__(self, scene: Scene, second: RelayProcess) -> None:
        super().__init__(scene)
        self.second = second
        self.words: list[list[str]] = []
        self._tasks: list[asyncio.Task[object]] = []

    async def pair(self, cleo: Confirm = yes, dan: Confirm = yes) -> list[BaseException | None]:
        try:
            return await super().pair(cleo, dan)
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def invited(self, text: str) -> None:
        ready = asyncio.Event()
        self._tasks = [
            asyncio.create_task(self._as_dan(text)),
            asyncio.create_task(self._as_cleo(text, ready)),
        ]
        await ready.wait()

    def _identity(self, name: str) -> pairing.Identity:
        root = RootKeys(name.encode().ljust(32, b"."), "shared")
        return pairing.Identity(root, DeviceKeys(name.encode().ljust(64, b".")))

    def _around(self, *first: bytes) -> Surroundings:
        given = list(first)

        def entropy(size: int) -> bytes:
            return given.pop(0) if given else secrets.token_bytes(size)

        return Surroundings(entropy, time.time, asyncio.sleep, random.random)

    async def _as_dan(self, text: str) -> None:
        """Towards Cleo, on the true mailbox."""
        invite = parse_invite(text)
        async with RelayTransport(self.scene.relay.url) as transport:
            read = type(invite)(
                transport.origin, invite.mailbox, invite.secret, invite.expires_at_s
            )

            async def nothing(*_: object) -> None:
                pass

            await pairing.join(
                transport, read, self._identity("mallory as dan"), self._around(),
                confirm=yes, store_space=nothing, forget_space=nothing,
            )  # fmt: skip

    async def _as_cleo(self, text: str, ready: asyncio.Event) -> None:
        """Towards Dan, on a mailbox of the same name elsewhere."""
        invite = parse_invite(text)
        async with RelayTransport(self.second.url) as transport:

            async def on_invite(_text: str, _expires: int) -> None:
                ready.set()

            async def nothing(*_: object) -> None:
                pass

            await pairing.invite(
                transport, self._identity("mallory as cleo"),
                self._around(invite.mailbox, invite.secret), token=self.second.token,
                seconds=3600, on_invite=on_invite, confirm=yes, store_space=nothing,
                open_epoch_and_push=nothing,
            )  # fmt: skip


class _Elsewhere(Lie):
    """What the joiner does with the mailbox goes to another relay."""

    def __init__(self, middle: _Middle) -> None:
        super().__init__()
        self._middle = middle

    def request(self, call: Call) -> Answer | None:
        if "/mailboxes/" in call.path and _claims(call):
            self.told += 1
            call.to = self._middle.second.url
        return None


def _claims(call: Call) -> bool:
    """Whether this is the joiner's call: the inviter's carry no claim."""
    fields: list[bytes] = msgspec.msgpack.decode(call.body)
    return bool(fields[1])


@attack("puts its own keys between them, knowing the invite", "not-confirmed")
def _middle(scene: Scene) -> Seen:
    """Both screens show five words, and they are not the same: the two who compare them see."""
    words: list[list[str]] = []
    both = asyncio.Event()

    async def compare(shown: list[str]) -> bool:
        words.append(shown)
        if len(words) == 2:
            both.set()
        await both.wait()
        return words[0] == words[1]

    with RelayProcess(scene.folder / f"second {secrets.token_hex(4)}") as second:
        meeting = _Middle(scene, second)
        lie = scene.between.lie = _Elsewhere(meeting)
        ends = asyncio.run(meeting.pair(compare, compare))
        assert lie.told
        assert len(words) == 2
        assert words[0] != words[1]
        assert met(ends, 1).kind == "not-confirmed"
    meeting.conclude()
    seen = met(ends, 0)
    hers, his = (" ".join(shown) for shown in words)
    return replace(seen, said=f"Here: {hers}. There: {his}. {seen.said}")


@attack("lets an invite be used a second time", "invite-used")
def _reused(scene: Scene) -> Seen:
    """A stranger has the invite too, and was there first; the one it was for is told."""

    class Stranger(Meeting):
        async def invited(self, text: str) -> None:
            invite = parse_invite(text)
            async with RelayTransport(self.scene.relay.url) as transport:
                await transport.enter_mailbox(
                    invite.mailbox, invite.reader_capability, secrets.token_bytes(16)
                )

    meeting = Stranger(scene)

    async def join_late() -> Seen:
        one, two = [await open_journal(person) for person in meeting.people]
        invite: asyncio.Future[str] = asyncio.get_running_loop().create_future()

        async def on_invite(text: str, _expires: int) -> None:
            await meeting.invited(text)
            invite.set_result(text)

        async with one, two:
            inviting = asyncio.create_task(
                one.invite(
                    relay=scene.between.url, token=scene.relay.token,
                    on_invite=on_invite, confirm=yes,
                )
            )  # fmt: skip
            try:
                await two.join(await invite, confirm=yes)
            except InglenookError as error:
                return Seen(kind=kind_of(error), said=error.message, command="pairing")
            finally:
                inviting.cancel()
                await asyncio.gather(inviting, return_exceptions=True)
        raise AssertionError("a used invite was good again")

    seen = asyncio.run(join_late())
    meeting.conclude()
    return seen
