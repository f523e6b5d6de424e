"""The relay over HTTP (SPEC 14): reading requests within limits, writing answers."""

from __future__ import annotations

import asyncio
import hmac
import logging
import os
import re
import ssl
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from aiohttp import web

from inglenook_protocol import messages
from inglenook_protocol.codec import encode
from inglenook_protocol.errors import RemoteProtocolError
from inglenook_protocol.limits import MAX_MAIL_BYTES, MAX_MESSAGE_BYTES
from inglenook_protocol.messages import MEDIA_TYPE, Empty
from inglenook_server.auth import Login
from inglenook_server.errors import RelayError, about_bytes
from inglenook_server.rates import Buckets
from inglenook_server.relay import Relay
from inglenook_server.settings import Settings, is_loopback
from inglenook_server.storage.port import StorageClosed, StorageError, StorageFull
from inglenook_server.stream import serve_stream

LOG: Final = logging.getLogger("nook-relay")

SMALL_BODY_BYTES: Final = 16_384
PULL_BODY_BYTES: Final = 1_048_576
MAIL_BODY_BYTES: Final = MAX_MAIL_BYTES + 1_024
RESERVE_BYTES: Final = 65_536
"""Bodies beyond this count towards ``max_inflight_bytes``."""
OFFLOAD_BYTES: Final = 262_144
"""Bodies beyond this are decoded beside the event loop."""

_ID32 = re.compile(r"[0-9a-f]{64}")
_ID16 = re.compile(r"[0-9a-f]{32}")
_HEADERS: Final = {"Cache-Control": "no-store", "Server": "nook-relay"}
_EMPTY: Final = encode(Empty())

T = TypeVar("T")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class HttpServer:
    """The listening side of a relay."""

    def __init__(self, relay: Relay, settings: Settings) -> None:
        self.relay = relay
        self.settings = settings
        per_second = settings.device_rate / 60
        self._devices = Buckets(per_second, max(1, per_second * 10))
        self._addresses = Buckets(settings.address_rate / 60, settings.address_rate)
        self._address_key = os.urandom(32)
        self._inflight_bytes = 0
        self._reserved: dict[int, int] = {}
        self._runner: web.AppRunner | None = None

    def make_app(self) -> web.Application:
        """The application, with every endpoint of SPEC 14."""
        app = web.Application(client_max_size=MAX_MESSAGE_BYTES)
        routes: list[tuple[str, str, Handler]] = [
            ("POST", "/v1/challenge", self._challenge),
            ("POST", "/v1/login", self._login),
            ("POST", "/v1/find", self._find),
            ("POST", "/v1/spaces", self._register),
            ("POST", "/v1/spaces/{space}/pull", self._pull),
            ("POST", "/v1/spaces/{space}/push", self._push),
            ("GET", "/v1/spaces/{space}/stream", self._stream),
            ("POST", "/v1/mailboxes", self._open_mailbox),
            ("POST", "/v1/mailboxes/{mailbox}/enter", self._enter_mailbox),
            ("POST", "/v1/mailboxes/{mailbox}/put", self._put_mail),
            ("POST", "/v1/mailboxes/{mailbox}/get", self._get_mail),
            ("POST", "/v1/mailboxes/{mailbox}/close", self._close_mailbox),
            ("GET", "/healthz", self._health),
        ]
        for method, path, handler in routes:
            app.router.add_route(method, path, self._answering(handler))
        app.router.add_route("*", "/{anything:.*}", self._answering(self._nothing_here))
        return app

    async def start(self) -> int:
        """Listen; gives the port."""
        settings = self.settings
        context: ssl.SSLContext | None = None
        if settings.tls_cert is not None and settings.tls_key is not None:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(settings.tls_cert, settings.tls_key)
        self._runner = web.AppRunner(
            self.make_app(),
            access_log=None,
            handle_signals=False,
            keepalive_timeout=60,
            # Compressed bodies are not part of the protocol; unpacking them could fill memory.
            auto_decompress=False,
            shutdown_timeout=settings.stop_seconds,
        )
        await self._runner.setup()
        site = web.TCPSite(
            self._runner, settings.host, settings.port, ssl_context=context, backlog=512
        )
        await site.start()
        port: int = self._runner.addresses[0][1]
        return port

    async def stop(self) -> None:
        """Take in nothing more, finish what is under way."""
        if self._runner is not None:
            await self._runner.cleanup()

    # --- what all requests have in common ------------------------------------------------

    def _answering(self, handler: Handler) -> Handler:
        """``handler``, with everything that it raises made into an answer of SPEC 14.1."""

        async def answer(request: web.Request) -> web.StreamResponse:
            try:
                if self.relay.stopping:
                    raise RelayError("stopping", retry_after_seconds=5)
                self._check_connections()
                return await handler(request)
            except RelayError as error:
                return self._error(request, error)
            except RemoteProtocolError as error:
                return self._error(request, about_bytes(error))
            except StorageFull:
                return self._error(request, RelayError("full"))
            except StorageClosed:
                return self._error(request, RelayError("stopping", retry_after_seconds=5))
            except StorageError as error:
                LOG.error("the store: %s", type(error).__name__)
                return self._error(request, _trouble())
            except (web.HTTPException, ConnectionError, asyncio.CancelledError):
                raise
            except Exception as error:
                # The text of an error might name somebody; its class and place do not.
                LOG.error("a request ended in %s at %s", type(error).__name__, _place(error))
                return self._error(request, _trouble())
            finally:
                self._inflight_bytes -= self._reserved.pop(id(request), 0)

        return answer

    def _check_connections(self) -> None:
        server = None if self._runner is None else self._runner.server
        if server is not None and len(server.connections) > self.settings.max_connections:
            raise RelayError("slow-down", retry_after_seconds=30)

    def _error(self, request: web.Request, error: RelayError) -> web.Response:
        counts = self.relay.counters.answers_by_code
        counts[error.code] = counts.get(error.code, 0) + 1
        response = web.Response(
            status=error.status, body=error.encode(), content_type=MEDIA_TYPE, headers=_HEADERS
        )
        if error.retry_after_seconds is not None:
            response.headers["Retry-After"] = str(error.retry_after_seconds)
        if request.can_read_body and not request.content.at_eof():
            # The rest of the body is not worth reading: it would only take time and room.
            response.force_close()
        return response

    async def _body(self, request: web.Request, limit: int = SMALL_BODY_BYTES) -> bytes:
        """The whole body, refused as soon as it passes ``limit``."""
        if request.headers.get("Content-Encoding", "identity") != "identity":
            raise RelayError("malformed", "The relay takes bodies as they are, not compressed.")
        if (request.content_length or 0) > limit:
            raise RelayError("too-large")
        parts: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(self.settings.read_seconds):
                while not request.content.at_eof():
                    part = await request.content.readany()
                    size += len(part)
                    if size > limit:
                        raise RelayError("too-large")
                    self._reserve(request, size)
                    parts.append(part)
        except TimeoutError:
            raise RelayError("slow-down", "The request took too long to arrive.") from None
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def _reserve(self, request: web.Request, size: int) -> None:
        if size <= RESERVE_BYTES:
            return
        more = size - self._reserved.get(id(request), 0)
        if self._inflight_bytes + more > self.settings.max_inflight_bytes:
            raise RelayError("slow-down", retry_after_seconds=1)
        self._inflight_bytes += more
        self._reserved[id(request)] = size

    def _limit_address(self, request: web.Request) -> None:
        """Slow down an address; held hashed, in memory, for as long as it is busy."""
        address = request.remote or ""
        if self.settings.tls_proxy:
            forwarded = request.headers.get("X-Forwarded-For", address)
            address = forwarded.rsplit(",", 1)[-1].strip()
        if ":" in address:
            # One customer's IPv6 network counts as one address.
            address = ":".join(address.split(":")[:4])
        key = hmac.digest(self._address_key, address.encode(), "sha256")[:16]
        if wait := self._addresses.take(key, self.relay.clock()):
            raise RelayError("slow-down", retry_after_seconds=wait)

    def limit_device(self, login: Login) -> None:
        """Slow down a device. Raises ``RelayError``."""
        if wait := self._devices.take((login.space, login.signer), self.relay.clock()):
            raise RelayError("slow-down", retry_after_seconds=wait)

    def _login_of(self, request: web.Request) -> Login:
        space = _path_id(request, "space", _ID32, "unknown-space")
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        login = self.relay.read_login(token if scheme.lower() == "bearer" else None, space)
        self.limit_device(login)
        return login

    def _origin(self, request: web.Request) -> str:
        """The address that logins are bound to (SPEC 14.3)."""
        if self.settings.origin is not None:
            return self.settings.origin
        # Only on loopback (see settings): the app says under which name it reached us.
        host = request.headers.get("Host", "").lower()
        name = host.rsplit(":", 1)[0] if re.search(r":\d+$", host) else host
        if not is_loopback(name):
            raise RelayError("login", "The relay does not go by that name.")
        return "http://" + host.removesuffix(":80")

    # --- endpoints -------------------------------------------------------------------------

    async def _challenge(self, request: web.Request) -> web.Response:
        self._limit_address(request)
        messages.decode_empty(await self._body(request))
        return _answer(encode(self.relay.challenge()))

    async def _login(self, request: web.Request) -> web.Response:
        self._limit_address(request)
        proof = messages.decode_login_request(await self._body(request))
        return _answer(encode(await self.relay.login(proof, self._origin(request))))

    async def _find(self, request: web.Request) -> web.Response:
        self._limit_address(request)
        proof = messages.decode_find_request(await self._body(request))
        return _answer(encode(await self.relay.find(proof, self._origin(request))))

    async def _register(self, request: web.Request) -> web.Response:
        self._limit_address(request)
        body = await self._body(request, MAX_MESSAGE_BYTES)
        wish = await _decoded(messages.decode_register_request, body)
        created = await self.relay.register(wish)
        return _answer(_EMPTY, 201 if created else 200)

    async def _pull(self, request: web.Request) -> web.Response:
        login = self._login_of(request)
        question = messages.decode_pull_request(await self._body(request, PULL_BODY_BYTES))
        return _answer(await self.relay.pull(login, question))

    async def _push(self, request: web.Request) -> web.Response:
        login = self._login_of(request)
        body = await self._body(request, MAX_MESSAGE_BYTES)
        push = await _decoded(messages.decode_push_request, body)
        return _answer(encode(await self.relay.push(login, push)))

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        return await serve_stream(
            request, self.relay, self._login_of(request), self.settings, self.limit_device
        )

    async def _open_mailbox(self, request: web.Request) -> web.Response:
        self._limit_address(request)
        question = messages.decode_open_mailbox(await self._body(request))
        if not await self.relay.may_register(question.token):
            raise RelayError("registration")
        await self.relay.mailboxes.open(question)
        return _answer(_EMPTY)

    async def _mail(self, request: web.Request, limit: int) -> tuple[bytes, bytes]:
        self._limit_address(request)
        mailbox = _path_id(request, "mailbox", _ID16, "unknown-invite")
        return mailbox, await self._body(request, limit)

    async def _enter_mailbox(self, request: web.Request) -> web.Response:
        mailbox, body = await self._mail(request, SMALL_BODY_BYTES)
        await self.relay.mailboxes.enter(mailbox, messages.decode_enter_mailbox(body))
        return _answer(_EMPTY)

    async def _put_mail(self, request: web.Request) -> web.Response:
        mailbox, body = await self._mail(request, MAIL_BODY_BYTES)
        await self.relay.mailboxes.put(mailbox, messages.decode_put_mail(body))
        return _answer(_EMPTY)

    async def _get_mail(self, request: web.Request) -> web.Response:
        mailbox, body = await self._mail(request, SMALL_BODY_BYTES)
        mail = await self.relay.mailboxes.get(mailbox, messages.decode_get_mail(body))
        return _answer(encode(mail))

    async def _close_mailbox(self, request: web.Request) -> web.Response:
        mailbox, body = await self._mail(request, SMALL_BODY_BYTES)
        await self.relay.mailboxes.close(mailbox, messages.decode_close_mailbox(body))
        return _answer(_EMPTY)

    async def _health(self, request: web.Request) -> web.Response:
        await self.relay.storage.read(lambda snapshot: snapshot.secret("login"))
        return web.Response(text="ok", headers=_HEADERS)

    async def _nothing_here(self, request: web.Request) -> web.Response:
        raise RelayError("malformed", "The relay has nothing at this address.")


async def _decoded(decode: Callable[[bytes], T], body: bytes) -> T:
    return await asyncio.to_thread(decode, body) if len(body) > OFFLOAD_BYTES else decode(body)


def _answer(body: bytes, status: int = 200) -> web.Response:
    return web.Response(status=status, body=body, content_type=MEDIA_TYPE, headers=_HEADERS)


def _path_id(
    request: web.Request, name: str, form: re.Pattern[str], code: messages.ErrorCode
) -> bytes:
    text = request.match_info[name]
    if not form.fullmatch(text):
        raise RelayError(code)
    return bytes.fromhex(text)


def _trouble() -> RelayError:
    return RelayError(
        "stopping", "Something at the relay does not work just now.", retry_after_seconds=30
    )


def _place(error: BaseException) -> str:
    at = error.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    if at is None:
        return "?"
    return f"{os.path.basename(at.tb_frame.f_code.co_filename)}:{at.tb_lineno}"
