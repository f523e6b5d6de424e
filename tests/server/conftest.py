"""A relay in this process, with a clock that tests can move."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer

from inglenook_harness.relay import TOKEN, RelayClient
from inglenook_harness.wire import Couple, derived
from inglenook_server.http import HttpServer
from inglenook_server.relay import Relay, open_relay
from inglenook_server.settings import make_settings
from inglenook_server.storage.memory import MemoryStorage


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


class Entropy:
    """Different bytes each time, the same in each run."""

    def __init__(self) -> None:
        self.drawn = 0

    def __call__(self, size: int) -> bytes:
        self.drawn += 1
        return derived(("entropy", self.drawn), size)


@dataclass
class Host:
    """A relay behind a test server. ``client`` makes clients that are closed at the end."""

    relay: Relay
    http: HttpServer
    server: TestServer
    clock: Clock
    clients: list[RelayClient] = field(default_factory=list)

    @property
    def url(self) -> str:
        return str(self.server.make_url("")).rstrip("/")

    def client(self) -> RelayClient:
        self.clients.append(RelayClient(self.url, self.http.settings.origin))
        return self.clients[-1]

    async def member(self, couple: Couple, device: int = 0) -> RelayClient:
        """A client that is registered and logged in."""
        client = self.client()
        await client.register(couple, TOKEN)
        await client.login(couple.devices[device])
        return client


@pytest.fixture
async def make_host(tmp_path: Path):
    hosts: list[Host] = []

    async def make(storage=None, **settings) -> Host:
        values = {"data": tmp_path, "registration_token": TOKEN, "address_rate": 100_000}
        chosen = make_settings(values | settings)
        clock = Clock()
        relay, _ = await open_relay(
            storage or MemoryStorage(),
            member_quota=chosen.member_quota,
            cache_bytes=chosen.cache_bytes,
            max_mailboxes=chosen.max_mailboxes,
            registration_token=chosen.registration_token,
            clock=clock,
            random_bytes=Entropy(),
        )
        http = HttpServer(relay, chosen)
        server = TestServer(http.make_app(), host="127.0.0.1", auto_decompress=False)
        await server.start_server()
        host = Host(relay, http, server, clock)
        hosts.append(host)
        return host

    yield make
    for host in hosts:
        for client in host.clients:
            await client.close()
        await host.server.close()
        await host.relay.close()
    await asyncio.sleep(0)


@pytest.fixture
async def host(make_host):
    return await make_host()
