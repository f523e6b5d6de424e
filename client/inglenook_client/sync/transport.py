"""HTTP and WebSocket to one relay (SPEC 14). The one module of sync that knows aiohttp.

Every call either gives a decoded value or raises one of ``errors``: whatever bytes a peer
sends, nothing else comes out. All calls may be repeated (SPEC 14 makes each idempotent), so
a connection that turns out to be dead is replaced once without telling anybody.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Final, Self, TypeVar

import aiohttp

from inglenook_client.sync.errors import (
    DEFAULT_RETRY_AFTER_S,
    RelayError,
    RelayProtocolError,
    RelayRefusedError,
    RelayUnreachableError,
    error_for_code,
)
from inglenook_client.sync.mailbox import MailboxCalls
from inglenook_client.sync.origin import normalise_origin
from inglenook_client.sync.ports import SpaceLogin, Timeouts
from inglenook_protocol import messages
from inglenook_protocol.codec import encode
from inglenook_protocol.errors import LocalProtocolError, Reject, RemoteProtocolError
from inglenook_protocol.keys import RootKeys
from inglenook_protocol.limits import MAX_MESSAGE_BYTES
from inglenook_protocol.login import NO_SPACE, sign_login
from inglenook_protocol.messages import (
    MEDIA_TYPE,
    FindRequest,
    LoginRequest,
    PushResult,
    RegisterRequest,
)
from inglenook_protocol.roster import Statement

__all__ = ["RelayStream", "RelayTransport", "SpaceLogin", "Timeouts", "normalise_origin"]

T = TypeVar("T")

_MAX_ERROR_BYTES: Final = 65_536
_SMALL_ANSWER_BYTES: Final = 262_144
_TOKEN_MARGIN_S: Final = 30.0
_HEARTBEAT_S: Final = 30.0
_BAD_GATEWAY: Final = frozenset({502, 503, 504})
_CODE_BY_CLOSE: Final = {
    4403: "not-a-member",
    4429: "slow-down",
    1001: "stopping",
    1013: "stopping",
}
_CODE_BY_HANDSHAKE_STATUS: Final = {
    401: "login",
    403: "not-a-member",
    404: "unknown-space",
    429: "slow-down",
    503: "stopping",
    507: "full",
}


class RelayStream:
    """A live stream: iterate over encoded pages; ``ask`` states ``have`` anew (SPEC 14.7)."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket

    async def ask(self, pull_request: bytes) -> None:
        """Send an encoded ``PullRequest``. Raises ``RelayUnreachableError``."""
        try:
            await self._socket.send_bytes(pull_request)
        except (aiohttp.ClientError, OSError, RuntimeError) as error:
            raise _lost() from error

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        """The next encoded page, undecoded, of at most ``MAX_MESSAGE_BYTES``.

        Raises ``RelayUnreachableError``, ``NotAMemberError`` or ``SlowDownError`` when the
        connection ends, ``RelayProtocolError`` for anything that is not a binary message of a
        fitting size.
        """
        try:
            message = await self._socket.receive()
        except (aiohttp.ClientError, OSError, RuntimeError, EOFError) as error:
            raise _lost() from error
        if message.type is aiohttp.WSMsgType.BINARY:
            page: bytes = message.data
            return page
        if message.type is aiohttp.WSMsgType.ERROR:
            if isinstance(message.data, aiohttp.WebSocketError):
                if message.data.code == aiohttp.WSCloseCode.MESSAGE_TOO_BIG:
                    raise _too_large()
                raise RelayProtocolError("The relay's live stream is garbled.")
            raise _lost()
        if message.type is aiohttp.WSMsgType.TEXT:
            raise RelayProtocolError("The relay's live stream is garbled.")
        if message.type is aiohttp.WSMsgType.CLOSE and message.data in _CODE_BY_CLOSE:
            raise error_for_code(_CODE_BY_CLOSE[message.data])
        raise _lost()


def _lost() -> RelayUnreachableError:
    return RelayUnreachableError("The connection to the relay ended.")


def _too_large() -> RelayProtocolError:
    return RelayProtocolError("The relay's answer is too large.", reject=Reject.TOO_LARGE)


def _not_a_relay() -> RelayProtocolError:
    return RelayProtocolError("What answers at this address is not an Inglenook relay.")


def _unreachable(error: BaseException) -> RelayError | RelayProtocolError:
    """The typed error for what aiohttp and the system raise."""
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError):
        return RelayUnreachableError(
            "The relay's certificate could not be checked.",
            "Check the relay's address and this computer's clock; for a certificate of your "
            "own making, tell Inglenook which one it is.",
        )
    if isinstance(error, TimeoutError):
        return RelayUnreachableError("The relay did not answer in time.")
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return RelayUnreachableError(
            "There is no computer of the relay's name, or no network right now.",
            "Check the relay's address and the network.",
        )
    if isinstance(error, aiohttp.ClientConnectorError):
        return RelayUnreachableError("The relay is not reachable right now.")
    if isinstance(error, aiohttp.ClientResponseError):
        return _not_a_relay()
    return _lost()


class RelayTransport(MailboxCalls):
    """One relay, and at most one login there. Async context manager."""

    def __init__(
        self,
        origin: str,
        login: SpaceLogin | Callable[[], SpaceLogin] | None = None,
        *,
        ssl_context: ssl.SSLContext | None = None,
        timeouts: Timeouts | None = None,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """``login``: who logs in, or a function that says so each time, where keys may change.
        ``ssl_context``: for a relay with a certificate of its own making; certificates
        are always verified. ``clock``: monotonic seconds; ``wall``: seconds since 1970.
        Nothing is sent yet.

        Raises ``RelayAddressError``.
        """
        self._origin = normalise_origin(origin)
        self._login = login
        self._ssl = ssl_context
        self._timeouts = timeouts or Timeouts()
        self._clock = clock
        self._wall = wall
        self.relay_ahead_s: float | None = None
        """How far the relay's clock was ahead of ``wall`` at its last answer, if it said."""
        self._session: aiohttp.ClientSession | None = None
        self._token = ""
        self._token_signer = b""
        self._token_until = 0.0
        self._login_lock = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    @property
    def origin(self) -> str:
        """scheme://host[:port], as signed in logins."""
        return self._origin

    async def close(self) -> None:
        """Close all connections. The transport may be used again afterwards."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    # --- the space ----------------------------------------------------------------------

    async def register(self, token: str, genesis: bytes, statements: list[Statement]) -> None:
        """SPEC 14.2. Raises ``RegistrationNeededError`` and the errors of every call."""
        request = encode(RegisterRequest(token, genesis, statements))
        await self.call("/v1/spaces", request, messages.decode_empty)

    async def pull(self, request: bytes) -> bytes:
        """SPEC 14.5: an encoded ``PullRequest`` to an encoded, undecoded ``Page``.

        Raises ``UnknownSpaceError``, ``NotAMemberError``, ``SlowDownError``,
        ``RelayUnreachableError``, ``RelayRefusedError``, ``RelayProtocolError``.
        """
        return await self._call_in_space("pull", request, _as_is, MAX_MESSAGE_BYTES)

    async def push(self, request: bytes) -> list[PushResult]:
        """SPEC 14.6: an encoded ``PushRequest``. Raises as ``pull``, and ``RelayFullError``."""
        return await self._call_in_space("push", request, messages.decode_push_results)

    @asynccontextmanager
    async def stream(self) -> AsyncIterator[RelayStream]:
        """SPEC 14.7: a live stream, to be asked first. Raises as ``pull``."""
        path = f"{self._space_path()}/stream"
        try:
            socket = await self._open_socket(path)
        except RelayRefusedError as error:
            if error.code != "login":
                raise
            self._token = ""
            socket = await self._open_socket(path)
        try:
            yield RelayStream(socket)
        finally:
            # A relay that does not say goodbye does not hold anybody up.
            await socket.close()

    async def find(self, root: RootKeys) -> list[bytes]:
        """SPEC 14.4: genesis records of the spaces of a member. Raises as ``pull``."""
        nonce = await self._challenge()
        signature = sign_login(root.sign, self.origin, NO_SPACE, root.member_id, nonce)
        request = encode(FindRequest(root.public.sign, root.public.kem, nonce, signature))
        found = await self.call("/v1/find", request, messages.decode_found)
        return found.genesis

    # --- login ----------------------------------------------------------------------------

    def _space_path(self) -> str:
        return f"/v1/spaces/{self._the_login().space.hex()}"

    def _the_login(self) -> SpaceLogin:
        if self._login is None:
            raise LocalProtocolError("This connection has no login for a space.")
        return self._login() if callable(self._login) else self._login

    async def _challenge(self) -> bytes:
        # The empty record (SPEC 14.3).
        answer = await self.call("/v1/challenge", b"\x90", messages.decode_challenge)
        return answer.nonce

    async def _bearer(self) -> dict[str, str]:
        async with self._login_lock:
            login = self._the_login()
            expired = self._clock() >= self._token_until
            if not self._token or expired or login.signer != self._token_signer:
                nonce = await self._challenge()
                signature = login.sign(self.origin, nonce)
                request = encode(LoginRequest(login.space, login.signer, nonce, signature))
                answer = await self.call("/v1/login", request, messages.decode_token)
                token = answer.token
                if not (0 < len(token) <= 1024 and token.isascii() and token.isprintable()):
                    raise _not_a_relay()
                self._token, self._token_signer = token, login.signer
                self._token_until = self._clock() + answer.seconds - _TOKEN_MARGIN_S
            return {"Authorization": f"Bearer {self._token}"}

    async def _call_in_space(
        self,
        verb: str,
        body: bytes,
        decode: Callable[[bytes], T],
        max_bytes: int = _SMALL_ANSWER_BYTES,
    ) -> T:
        path = f"{self._space_path()}/{verb}"
        bearer = await self._bearer()
        try:
            return await self.call(path, body, decode, max_bytes, bearer)
        except RelayRefusedError as error:
            if error.code != "login":
                raise
        # The relay was restarted or the token ran out: once more with a new login.
        if bearer["Authorization"] == f"Bearer {self._token}":
            self._token = ""
        return await self.call(path, body, decode, max_bytes, await self._bearer())

    # --- bytes ----------------------------------------------------------------------------

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(ssl=self._ssl if self._ssl is not None else True),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(
                    total=self._timeouts.total_s,
                    sock_connect=self._timeouts.connect_s,
                    sock_read=self._timeouts.silence_s,
                ),
                # Nothing is compressed (SPEC 5.5), so nothing can swell on arrival.
                auto_decompress=False,
                headers={"Accept-Encoding": "identity"},
                skip_auto_headers=("User-Agent",),
            )
        return self._session

    async def call(
        self,
        path: str,
        body: bytes,
        decode: Callable[[bytes], T],
        max_bytes: int = _SMALL_ANSWER_BYTES,
        headers: dict[str, str] | None = None,
    ) -> T:
        """POST an encoded record; the decoded answer. Raises the errors of ``errors``."""
        try:
            answer = await self._exchange(path, body, max_bytes, headers or {})
        except (aiohttp.ServerDisconnectedError, ConnectionResetError, BrokenPipeError):
            # Most likely an idle connection that the relay had closed: once on a new one.
            try:
                answer = await self._exchange(path, body, max_bytes, headers or {})
            except (aiohttp.ClientError, OSError) as error:
                raise _unreachable(error) from error
        except (aiohttp.ClientError, OSError) as error:
            raise _unreachable(error) from error
        try:
            return decode(answer)
        except RemoteProtocolError as error:
            raise RelayProtocolError(error.message, reject=error.reject) from None

    async def _exchange(
        self, path: str, body: bytes, max_bytes: int, headers: dict[str, str]
    ) -> bytes:
        async with self._http().post(
            self.origin + path,
            data=body,
            headers={"Content-Type": MEDIA_TYPE, **headers},
            allow_redirects=False,
        ) as response:
            self._note_date(response.headers.get("Date", ""))
            ours = response.content_type == MEDIA_TYPE
            if 200 <= response.status < 300:
                if not ours or "Content-Encoding" in response.headers:
                    raise _not_a_relay()
                return await _read(response, max_bytes)
            if ours:
                try:
                    error = messages.decode_error(await _read(response, _MAX_ERROR_BYTES))
                except RemoteProtocolError:
                    raise _not_a_relay() from None
                after = error.retry_after_seconds
                raise error_for_code(error.code, None if after is None else float(after))
            if response.status in _BAD_GATEWAY:
                # A proxy in front, while the relay itself is away.
                raise RelayUnreachableError("The relay is not reachable right now.")
            raise _not_a_relay()

    def _note_date(self, date: str) -> None:
        with suppress(ValueError, OverflowError):
            self.relay_ahead_s = parsedate_to_datetime(date).timestamp() - self._wall()

    async def _open_socket(self, path: str) -> aiohttp.ClientWebSocketResponse:
        headers = await self._bearer()
        try:
            return await self._http().ws_connect(
                self.origin + path,
                headers=headers,
                max_msg_size=MAX_MESSAGE_BYTES + 1,  # aiohttp refuses what reaches the number
                heartbeat=_HEARTBEAT_S,
                timeout=aiohttp.ClientWSTimeout(ws_close=1.0),
            )
        except aiohttp.WSServerHandshakeError as error:
            code = _CODE_BY_HANDSHAKE_STATUS.get(error.status)
            if code is None:
                raise _not_a_relay() from None
            raise error_for_code(code, _retry_after(error)) from None
        except (aiohttp.ClientError, OSError) as error:
            raise _unreachable(error) from error


def _as_is(source: bytes) -> bytes:
    return source


def _retry_after(error: aiohttp.WSServerHandshakeError) -> float | None:
    text = "" if error.headers is None else error.headers.get("Retry-After", "")
    return min(float(text), 3600.0) if text.isascii() and text.isdigit() else DEFAULT_RETRY_AFTER_S


async def _read(response: aiohttp.ClientResponse, max_bytes: int) -> bytes:
    """The body, never more than ``max_bytes`` of it in memory."""
    if (response.content_length or 0) > max_bytes:
        raise _too_large()
    chunks: list[bytes] = []
    size = 0
    while chunk := await response.content.readany():
        size += len(chunk)
        if size > max_bytes:
            raise _too_large()
        chunks.append(chunk)
    return b"".join(chunks)
