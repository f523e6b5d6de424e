"""A tiny server that answers what a test tells it to, to see what the transport makes of it."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from inglenook_protocol.codec import encode
from inglenook_protocol.messages import MEDIA_TYPE, Challenge, ErrorAnswer, Token

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
SPACE = bytes(range(32))


def record(value: Any, status: int = 200, **kwargs: Any) -> web.Response:
    """An answer of a relay."""
    return web.Response(body=encode(value), status=status, content_type=MEDIA_TYPE, **kwargs)


def refusal(code: Any, status: int, retry_after: int | None = None) -> web.Response:
    """A refusal of a relay, with words that nobody is to see."""
    return record(ErrorAnswer(code, "words of the relay", retry_after, None), status)


class Answers:
    """Answers by last part of the path; logs in by itself unless told otherwise."""

    def __init__(self) -> None:
        self.by_name: dict[str, Handler] = {"challenge": self._challenge, "login": self._login}
        self.calls: list[str] = []
        self.logins = 0
        self.origin = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        name = request.path.rsplit("/", 1)[-1]
        self.calls.append(name)
        return await self.by_name[name](request)

    def give(self, name: str, make: Callable[[], web.StreamResponse]) -> None:
        async def answer(request: web.Request) -> web.StreamResponse:
            await request.read()
            return make()

        self.by_name[name] = answer

    async def _challenge(self, request: web.Request) -> web.StreamResponse:
        return record(Challenge(bytes(32)))

    async def _login(self, request: web.Request) -> web.StreamResponse:
        self.logins += 1
        return record(Token(f"token-{self.logins}", 3600))
