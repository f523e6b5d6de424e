"""A transport and the tiny server that it talks to."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from inglenook_client.sync.transport import RelayTransport, SpaceLogin
from inglenook_harness.answers import SPACE, Answers
from inglenook_harness.relay import RelayProcess

TOKEN = "a registration token for tests"


@pytest.fixture
async def answers() -> AsyncIterator[Answers]:
    answers = Answers()
    app = web.Application(client_max_size=16 * 1024 * 1024)
    app.router.add_route("*", "/{path:.*}", answers.answer)
    server = TestServer(app)
    await server.start_server()
    answers.origin = f"http://127.0.0.1:{server.port}"
    yield answers
    await server.close()


@pytest.fixture
async def transport(answers: Answers) -> AsyncIterator[RelayTransport]:
    login = SpaceLogin(SPACE, bytes(32), lambda origin, nonce: bytes(64))
    async with RelayTransport(answers.origin, login) as transport:
        yield transport


@pytest.fixture(scope="session")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RelayProcess]:
    """A real relay that nobody stops; each test brings a space of its own."""
    with RelayProcess(tmp_path_factory.mktemp("relay") / "data", registration_token=TOKEN) as relay:
        yield relay


@pytest.fixture
def own_relay(tmp_path: Path) -> Iterator[RelayProcess]:
    """A real relay of the test's own, to stop, wipe and restore."""
    with RelayProcess(tmp_path / "data", registration_token=TOKEN) as relay:
        yield relay
