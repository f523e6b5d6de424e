"""Somebody between clients and a real relay, who may change whatever passes (SPEC 21).

    with Adversary(relay) as between:           # clients use between.url as their relay
        between.lie = SomeLie()                 # from now on
        between.lie = Lie()                     # honest again

It speaks HTTP and WebSocket on a thread of its own, so that clients may be commands in this
process, processes, or coroutines. The relay behind it may be stopped, emptied and started.
"""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any, Self

import aiohttp
from aiohttp import web

from inglenook_harness.relay import RelayProcess
from inglenook_protocol import messages
from inglenook_protocol.errors import RemoteProtocolError
from inglenook_protocol.limits import MAX_MESSAGE_BYTES
from inglenook_protocol.messages import MEDIA_TYPE

_PASSED_ON = ("Authorization", "Content-Type", "Host")
_START_SECONDS = 20


@dataclass
class Call:
    """One request as it came in. ``verb`` is the last part of its path."""

    path: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    signer: str = ""
    """Whose login it carries (hex); empty where there is none."""
    to: str = ""
    """Another relay to ask instead."""

    @property
    def verb(self) -> str:
        return self.path.rsplit("/", 1)[-1]


@dataclass(frozen=True)
class Answer:
    """What goes back."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)

    def with_body(self, body: bytes) -> Answer:
        return replace(self, body=body)


class Lie:
    """The truth. Lies override what they change, and count how often they told it."""

    def __init__(self) -> None:
        self.told = 0

    def request(self, call: Call) -> Answer | None:
        """Before the relay sees it: answer in its place, or change ``call``; None passes on."""
        return None

    def answer(self, call: Call, answer: Answer) -> Answer:
        """On the way back."""
        return answer

    def frames(self, call: Call, page: bytes) -> list[bytes | str]:
        """What a stream carries in the place of ``page``."""
        return [page]

    async def delay(self, call: Call) -> None:
        """Awaited before anything is passed on."""


class Adversary:
    """Listens on loopback, on one port for as long as it lives."""

    def __init__(self, relay: RelayProcess) -> None:
        self.relay = relay
        self.lie = Lie()
        self.calls: list[str] = []
        """Verbs of all requests so far."""
        self.troubles: list[str] = []
        """What went wrong in here; a test looks at its end."""
        self.port = 0
        self._signer_by_token: dict[str, str] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop = threading.Event()
        self._ready: Future[int] = Future()
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def honest(self) -> None:
        self.lie = Lie()

    def __enter__(self) -> Self:
        self._thread.start()
        self.port = self._ready.result(_START_SECONDS)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join(_START_SECONDS)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:
            if not self._ready.done():
                self._ready.set_exception(error)
            self.troubles.append(repr(error))

    async def _serve(self) -> None:
        app = web.Application(client_max_size=MAX_MESSAGE_BYTES * 2)
        app.router.add_route("GET", "/v1/spaces/{space}/stream", self._stream)
        app.router.add_route("*", "/{path:.*}", self._call)
        runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self._session = aiohttp.ClientSession(auto_decompress=False)
        self._ready.set_result(runner.addresses[0][1])
        try:
            while not self._stop.is_set():
                await asyncio.sleep(0.02)
        finally:
            await self._session.close()
            await runner.cleanup()

    # --- what passes ----------------------------------------------------------------------

    def _noted(self, request: web.Request, body: bytes) -> Call:
        headers = {name: request.headers[name] for name in _PASSED_ON if name in request.headers}
        token = headers.get("Authorization", "").partition(" ")[2]
        call = Call(request.path, body, headers, self._signer_by_token.get(token, ""))
        self.calls.append(call.verb)
        return call

    async def _call(self, request: web.Request) -> web.StreamResponse:
        call = self._noted(request, await request.read())
        try:
            answer = await self._answer(call, request.method)
        except (aiohttp.ClientError, OSError):
            return web.Response(status=502)  # as a proxy says it whose relay is away
        except Exception as error:
            self.troubles.append(f"{call.verb}: {error!r}")
            raise
        headers = {name: value for name, value in answer.headers.items() if name != "Content-Type"}
        return web.Response(
            status=answer.status,
            body=answer.body,
            content_type=answer.headers.get("Content-Type", MEDIA_TYPE),
            headers=headers,
        )

    async def _answer(self, call: Call, method: str) -> Answer:
        lie = self.lie
        await lie.delay(call)
        answer = lie.request(call)
        if answer is None:
            answer = await self.forward(call, method)
        return lie.answer(call, answer)

    async def forward(self, call: Call, method: str = "POST") -> Answer:
        """The relay's own answer."""
        async with self._session.request(
            method, (call.to or self.relay.url) + call.path, data=call.body, headers=call.headers
        ) as response:
            body = await response.read()
            kept = ("Content-Type", "Date", "Retry-After")
            headers = {name: response.headers[name] for name in kept if name in response.headers}
            answer = Answer(response.status, body, headers)
        if call.verb == "login" and answer.status == 200:
            try:
                signer = messages.decode_login_request(call.body).signer.hex()
                self._signer_by_token[messages.decode_token(body).token] = signer
            except RemoteProtocolError as error:
                self.troubles.append(str(error))
        return answer

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        call = self._noted(request, b"")
        try:
            upstream = await self._session.ws_connect(
                self.relay.url + call.path, headers=call.headers, max_msg_size=0
            )
        except aiohttp.WSServerHandshakeError as error:
            return web.Response(status=error.status)
        except (aiohttp.ClientError, OSError):
            return web.Response(status=502)
        downstream = web.WebSocketResponse(max_msg_size=0)
        try:
            await downstream.prepare(request)
        except ConnectionError:  # it left meanwhile
            await upstream.close()
            return downstream
        ways = [
            asyncio.create_task(self._pages(call, upstream, downstream)),
            asyncio.create_task(self._questions(downstream, upstream)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            await upstream.close()
            await downstream.close()
        return downstream

    async def _pages(
        self, call: Call, upstream: aiohttp.ClientWebSocketResponse, downstream: Any
    ) -> None:
        async for message in upstream:
            if message.type is not aiohttp.WSMsgType.BINARY:
                return
            lie = self.lie
            await lie.delay(call)
            for frame in lie.frames(call, message.data):
                if isinstance(frame, str):
                    if not frame:
                        return  # the connection ends
                    await downstream.send_str(frame)
                else:
                    await downstream.send_bytes(frame)

    async def _questions(self, downstream: Any, upstream: aiohttp.ClientWebSocketResponse) -> None:
        async for message in downstream:
            if message.type is not aiohttp.WSMsgType.BINARY:
                return
            await upstream.send_bytes(message.data)
