"""Live streams over WebSocket (SPEC 14.7).

    state      input                     does                                  next
    waiting    pull request              works out the reader's reach          sending
    sending    page has more             sends the next page                   sending
    sending    page has no more          -                                     quiet
    quiet      something was stored      sends a page if it is news            quiet
    any        pull request              starts anew from its ``have``         sending
    any        reader too slow           drops the connection                  -
    any        device stands no longer   closes with 4403                      -
    any        relay stops               closes with 1001                      -

An idle stream is one task (aiohttp's own) and one number for each branch. A task that sends
exists only while there is something to send. Nothing is queued for a reader: what it lacks is
worked out from the store when it can take more, so a slow one loses nothing by being dropped.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from aiohttp import WSCloseCode, WSMsgType, web

from inglenook_protocol.errors import RemoteProtocolError
from inglenook_protocol.messages import decode_pull_request
from inglenook_server.auth import Login
from inglenook_server.errors import RelayError
from inglenook_server.hub import Feed
from inglenook_server.relay import Relay
from inglenook_server.settings import Settings
from inglenook_server.storage.port import StorageError

MAX_REQUEST_BYTES: Final = 1_048_576
MAX_PAGE_BYTES: Final = 262_144
"""Stream pages are smaller than asked for if need be: this much may wait for a slow reader."""
NOT_A_MEMBER: Final = 4403
"""Close code: the device does not stand any more. 4000-4999 are free for applications."""
SLOW_DOWN: Final = 4429


class Stream:
    """One live reader. Implements the hub's ``Listener``."""

    __slots__ = ("_always", "_relay", "_request", "_sending", "_settings", "_socket",
                 "_woken", "feed", "login")  # fmt: skip

    def __init__(
        self,
        request: web.Request,
        socket: web.WebSocketResponse,
        relay: Relay,
        login: Login,
        settings: Settings,
    ) -> None:
        self._request = request
        self._socket = socket
        self._relay = relay
        self._settings = settings
        self._sending: asyncio.Task[None] | None = None
        self._woken = False
        self._always = False
        self.login = login
        self.feed: Feed | None = None

    def begin(self, feed: Feed) -> None:
        """Start from a (new) ``have``: a page is due even if there is no news."""
        feed.page_bytes = min(feed.page_bytes, MAX_PAGE_BYTES)
        self.feed = feed
        self._always = True
        self.wake()

    def wake(self) -> None:
        self._woken = True
        if self._sending is None and self.feed is not None:
            self._sending = asyncio.create_task(self._send())

    def stop(self) -> None:
        self._socket_task(WSCloseCode.GOING_AWAY, b"stopping")

    def end(self) -> None:
        """The connection is gone."""
        if self._sending is not None:
            self._sending.cancel()

    def _socket_task(self, code: int, reason: bytes) -> None:
        task = asyncio.create_task(self._close(code, reason))
        _CLOSING.add(task)
        task.add_done_callback(_CLOSING.discard)

    async def _close(self, code: int, reason: bytes) -> None:
        await self._socket.close(code=code, message=reason)

    async def _send(self) -> None:
        try:
            while self._woken and self.feed is not None:
                self._woken = False
                always, self._always = self._always, False
                page = await self._relay.follow(self.login, self.feed, always=always)
                if page is None:
                    continue
                self._woken = self._woken or page.more
                async with asyncio.timeout(self._settings.slow_reader_seconds):
                    await self._socket.send_bytes(page.body)
        except TimeoutError:
            self._relay.counters.readers_dropped += 1
            self._drop()
        except RelayError as error:
            code = NOT_A_MEMBER if error.code == "not-a-member" else WSCloseCode.INTERNAL_ERROR
            self._socket_task(code, error.code.encode())
        except StorageError:
            self._socket_task(WSCloseCode.TRY_AGAIN_LATER, b"stopping")
        except (ConnectionError, RuntimeError):
            self._drop()  # the reader is gone
        finally:
            self._sending = None

    def _drop(self) -> None:
        if (transport := self._request.transport) is not None:
            transport.abort()


_CLOSING: set[asyncio.Task[None]] = set()


async def serve_stream(
    request: web.Request,
    relay: Relay,
    login: Login,
    settings: Settings,
    limit: Callable[[Login], None],
) -> web.StreamResponse:
    """Follow the space for as long as the reader stays. Raises ``RelayError`` before that."""
    if not _asks_for_websocket(request):
        raise RelayError("malformed", "This address is for live streams (WebSocket).")
    await relay.check_stands(login)
    if relay.hub.streams_of(login) >= settings.max_streams:
        raise RelayError("slow-down", retry_after_seconds=30)
    socket = web.WebSocketResponse(
        heartbeat=settings.heartbeat_seconds or None,
        compress=False,
        max_msg_size=MAX_REQUEST_BYTES,
        timeout=5,
    )
    stream = Stream(request, socket, relay, login, settings)
    relay.hub.add(stream)
    try:
        await socket.prepare(request)
        await _listen(socket, stream, relay, login, settings, limit)
    finally:
        relay.hub.remove(stream)
        stream.end()
    return socket


async def _listen(
    socket: web.WebSocketResponse,
    stream: Stream,
    relay: Relay,
    login: Login,
    settings: Settings,
    limit: Callable[[Login], None],
) -> None:
    while True:
        try:
            first = stream.feed is None
            message = await socket.receive(settings.read_seconds if first else None)
        except TimeoutError:
            await socket.close(code=WSCloseCode.POLICY_VIOLATION, message=b"malformed")
            return
        if message.type is not WSMsgType.BINARY:
            if message.type is WSMsgType.TEXT:
                await socket.close(code=WSCloseCode.UNSUPPORTED_DATA, message=b"malformed")
            return
        try:
            limit(login)
            stream.begin(await relay.open_feed(login, decode_pull_request(message.data)))
        except RemoteProtocolError:
            await socket.close(code=WSCloseCode.INVALID_TEXT, message=b"malformed")
            return
        except StorageError:
            await socket.close(code=WSCloseCode.TRY_AGAIN_LATER, message=b"stopping")
            return
        except RelayError as error:
            codes = {"not-a-member": NOT_A_MEMBER, "slow-down": SLOW_DOWN}
            code = codes.get(error.code, WSCloseCode.INTERNAL_ERROR)
            await socket.close(code=code, message=error.code.encode())
            return


def _asks_for_websocket(request: web.Request) -> bool:
    """Whether the request asks for a WebSocket."""
    return web.WebSocketResponse().can_prepare(request).ok
