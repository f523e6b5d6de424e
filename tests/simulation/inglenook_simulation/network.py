"""Between a device and a relay: delay, loss, doubling, partition, lies. No sockets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from random import Random
from typing import TYPE_CHECKING, TypeVar

import msgspec

from inglenook_client.sync.errors import RelayUnreachableError, error_for_code
from inglenook_protocol.errors import RemoteProtocolError
from inglenook_protocol.messages import (
    Accepted,
    LoginRequest,
    PullRequest,
    PushResult,
    RegisterRequest,
    decode_page,
    decode_pull_request,
    decode_push_request,
)
from inglenook_protocol.roster import Statement
from inglenook_server.auth import Login
from inglenook_server.core.page import BuiltPage
from inglenook_server.errors import RelayError as Answer
from inglenook_server.errors import about_bytes
from inglenook_server.hub import Feed
from inglenook_server.relay import Relay
from inglenook_simulation.relays import Host, StorageError, StorageFull

if TYPE_CHECKING:
    from inglenook_simulation.device import Device

T = TypeVar("T")
ORIGIN = "https://relay.example"


class Weather(msgspec.Struct):
    """How bad the network is; all of it over when the simulation heals."""

    loss: float = 0.0
    double: float = 0.0
    delay_s: float = 0.05
    page_bytes: int | None = None


@asynccontextmanager
async def as_a_client_hears(host: Host) -> AsyncIterator[Relay]:
    """A relay to ask; what it refuses, or a stop of it, comes out as the client's own errors."""
    if host.relay is None:
        raise RelayUnreachableError("The relay is not reachable right now.")
    try:
        yield host.relay
    except Answer as error:
        raise error_for_code(error.code, error.retry_after_seconds) from None
    except StorageFull:
        raise error_for_code("full") from None
    except StorageError:
        host.relay = None
        await host.start()
        raise RelayUnreachableError("The relay is being restarted.") from None
    except RemoteProtocolError as error:
        raise error_for_code(about_bytes(error).code) from None


class Network:
    """One device's way to its relay. Implements ``SpaceTransport``."""

    def __init__(self, device: Device, random: Random) -> None:
        self._device = device
        self._random = random
        self._login: Login | None = None

    # --- SpaceTransport -------------------------------------------------------------------

    async def register(self, token: str, genesis: bytes, statements: list[Statement]) -> None:
        async def ask(relay: Relay) -> None:
            await relay.register(RegisterRequest(token, genesis, statements))

        await self._call("register", ask)

    async def pull(self, request: bytes) -> bytes:
        async def ask(relay: Relay) -> bytes:
            asked = decode_pull_request(request)
            return await relay.pull(await self._logged_in(relay), self._smaller(asked))

        return self._lie(await self._call("pull", ask))

    async def push(self, request: bytes) -> list[PushResult]:
        pushed = decode_push_request(request)
        device = self._device
        if device.world.liar.kinds and self._random.random() < device.world.swallow:
            device.say("the relay says it took what it threw away")
            return [Accepted(run.first_seq + len(run.items) - 1) for run in pushed.runs]

        async def ask(relay: Relay) -> list[PushResult]:
            return await relay.push(await self._logged_in(relay), decode_push_request(request))

        return await self._call("push", ask)

    @asynccontextmanager
    async def stream(self) -> AsyncIterator[Pages]:
        relay = self._relay()
        pages = Pages(self, relay)
        pages.login = await self._call("stream", self._logged_in)
        relay.hub.add(pages)
        try:
            yield pages
        finally:
            relay.hub.remove(pages)

    # --- underneath -----------------------------------------------------------------------

    def _smaller(self, asked: PullRequest) -> PullRequest:
        size = self._device.world.weather.page_bytes
        return asked if size is None else msgspec.structs.replace(asked, page_bytes=size)

    def _lie(self, page: bytes) -> bytes:
        world = self._device.world
        told, lie = world.liar.page(page, self._device.space.id)
        if lie:
            world.liar.told.append(lie)
            self._device.hearing.append(lie)
            self._device.say(f"the relay {lie}")
        if self._device.hearing:
            self._device.truth = decode_page(page)
        return told

    def _relay(self) -> Relay:
        device = self._device
        relay = device.world.host_of(device).relay
        if relay is None or device.cut_off:
            raise RelayUnreachableError("The relay is not reachable right now.")
        return relay

    async def _travel(self) -> None:
        weather = self._device.world.weather
        await asyncio.sleep(self._random.random() * 2 * weather.delay_s)
        if self._random.random() < weather.loss:
            raise RelayUnreachableError("The relay is not reachable right now.")

    async def _call(self, what: str, ask: Callable[[Relay], Awaitable[T]]) -> T:
        watcher = self._device.world.watcher
        if watcher is not None:
            watcher.asked(self._device, f"before the {what}")
        await self._travel()
        result = await self._answer(ask)
        if self._random.random() < self._device.world.weather.double:
            result = await self._answer(ask)
        await self._travel()
        if self._device.cut_off:
            raise RelayUnreachableError("The relay is not reachable right now.")
        if watcher is not None:
            watcher.asked(self._device, f"after the {what}")
        return result

    async def _answer(self, ask: Callable[[Relay], Awaitable[T]]) -> T:
        self._relay()
        async with as_a_client_hears(self._device.world.host_of(self._device)) as relay:
            try:
                return await ask(relay)
            except Answer as error:
                if error.code != "login" or self._login is None:
                    raise
                self._login = None
                return await ask(relay)

    async def _logged_in(self, relay: Relay) -> Login:
        store = self._device.store
        if self._login is None or self._login.signer != store.device_id:
            nonce = relay.challenge().nonce
            signature = store.sign_login(ORIGIN, nonce)
            token = await relay.login(
                LoginRequest(store.space_id, store.device_id, nonce, signature), ORIGIN
            )
            self._login = relay.read_login(token.token, store.space_id)
        return self._login


class Pages:
    """A live stream, as the engine reads it and as the hub sees it."""

    def __init__(self, network: Network, relay: Relay) -> None:
        self._network = network
        self._relay = relay
        self._news = asyncio.Event()
        self._always = False
        self.login: Login = Login(b"", b"", b"", 0)
        self.feed: Feed | None = None

    async def ask(self, pull_request: bytes) -> None:
        asked = self._network._smaller(decode_pull_request(pull_request))

        async def open_(relay: Relay) -> Feed:
            return await relay.open_feed(self.login, asked)

        self.feed = await self._network._call("ask", open_)
        self._always = True
        self._news.set()

    def wake(self) -> None:
        self._news.set()

    def stop(self) -> None:
        self._news.set()

    def __aiter__(self) -> Pages:
        return self

    async def __anext__(self) -> bytes:
        while True:
            await self._news.wait()
            self._news.clear()
            always, self._always = self._always, False

            async def follow(relay: Relay) -> BuiltPage | None:
                if relay is not self._relay or self.feed is None:
                    raise RelayUnreachableError("The connection to the relay ended.")
                return await relay.follow(self.login, self.feed, always=always)  # noqa: B023

            page = await self._network._call("follow", follow)
            if page is not None:
                if page.more:
                    self._news.set()
                return self._network._lie(page.body)
