"""A transport and the tiny server that it talks to."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from inglenook_client.sync.transport import RelayTransport, SpaceLogin
from inglenook_harness.answers import SPACE, Answers


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
