"""A real relay process on 127.0.0.1, and a plain client for it.

    relay = RelayProcess(tmp_path / "relay")   # starts it, waits until it listens
    relay.url, relay.token                     # http://127.0.0.1:PORT, registration token
    relay.kill()                               # SIGKILL, as if the power went
    relay.start()                              # again, same data; the token stays known
    relay.stop()                               # SIGTERM; gives the exit code

    async with RelayClient(relay.url) as client:
        await client.register(couple, relay.token)
        await client.login(couple.devices[0])
        results = await client.push(couple.devices[0].runs())
        page = await client.pull(couple.pull_request())

``RelayClient`` also takes the URL of an in-process server. What is not 2xx is raised as
``Answered``, with the relay's error record.
"""

from __future__ import annotations

import asyncio
import io
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import aiohttp

from inglenook_harness.wire import Couple, Device
from inglenook_protocol import messages
from inglenook_protocol.codec import encode
from inglenook_protocol.messages import (
    Empty,
    ErrorAnswer,
    Found,
    LoginRequest,
    Page,
    PullRequest,
    PushRequest,
    PushResult,
    RegisterRequest,
)
from inglenook_protocol.roster import Statement
from inglenook_protocol.runs import Run

T = TypeVar("T")

START_SECONDS = 20
STOP_SECONDS = 20
_CODE_BY_HANDSHAKE_STATUS: dict[int, messages.ErrorCode] = {
    400: "malformed",
    401: "login",
    403: "not-a-member",
    404: "unknown-space",
    429: "slow-down",
    503: "stopping",
}
TOKEN = "a token of our own"
"""A registration token for relays in the test's own process."""


class RelayProcess:
    """``nook-relay serve`` in its own process. Settings are those of ``nook-relay serve``.

    Rates are lifted unless given, since all test traffic comes from one address.
    """

    def __init__(
        self,
        data: Path,
        *,
        start: bool = True,
        program: Sequence[str] = ("-m", "inglenook_server"),
        **settings: object,
    ) -> None:
        """``program``: what Python runs, for a relay with something exchanged in it."""
        self.data = data
        self.program = program
        self.settings: dict[str, object] = {
            "address_rate": 1_000_000,
            "device_rate": 10_000_000,
            **settings,
        }
        self.token = ""
        self.port = 0
        self.output: list[str] = []
        """Lines that the relay printed to stdout."""
        self.process: subprocess.Popen[str] | None = None
        """None while it does not run."""
        if start:
            self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start, on the port of the last start if there was one, and wait until it listens."""
        flags = ["--data", str(self.data), "--port", str(self.port)]
        for name, value in self.settings.items():
            flag = "--" + name.replace("_", "-")
            flags += [flag] if value is True else [flag, str(value)]
        outside = {k: v for k, v in os.environ.items() if not k.startswith("NOOK_")}
        errors = (self.data.parent / f"{self.data.name}.stderr").open("a")
        self.process = subprocess.Popen(
            [sys.executable, *self.program, "serve", *flags],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=outside | {"PYTHONUNBUFFERED": "1"},
        )
        errors.close()
        stdout = self.process.stdout
        if stdout is None:
            raise RuntimeError("the relay has no stdout")
        for line in stdout:
            self.output.append(line.rstrip())
            if found := re.match(r"Registration token .*: (\S+)$", line):
                self.token = found[1]
            if found := re.match(r"Listening on https?://.*:(\d+)$", line):
                self.port = int(found[1])
                return
        raise RuntimeError(f"the relay ended with {self.process.wait()}: {self.errors()}")

    @property
    def pid(self) -> int:
        """Process id of the running relay."""
        if self.process is None:
            raise RuntimeError("the relay does not run")
        return self.process.pid

    def errors(self) -> str:
        """What the relay wrote to stderr so far."""
        return (self.data.parent / f"{self.data.name}.stderr").read_text()

    def kill(self) -> None:
        """End it at once, without a chance to write anything."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """Ask it to stop; the exit code."""
        return self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> int:
        if self.process is None:
            return 0
        process, self.process = self.process, None
        process.send_signal(number)
        try:
            return process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise
        finally:
            if process.stdout is not None:
                self.output += [line.rstrip() for line in process.stdout]
                process.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end(signal.SIGKILL)


class Answered(Exception):  # noqa: N818 - the relay answered; not 2xx
    """The relay's error record, with the HTTP status and headers."""

    def __init__(self, status: int, body: bytes, headers: Any) -> None:
        self.status = status
        self.error: ErrorAnswer = messages.decode_error(body)
        self.headers = headers
        super().__init__(f"{status} {self.error.code}: {self.error.message}")

    @property
    def code(self) -> str:
        return self.error.code


class RelayClient:
    """Calls of SPEC 14, one method each. Holds the login of one device or root."""

    def __init__(self, url: str, origin: str | None = None) -> None:
        self.url = url
        self.origin = origin or url
        self.bearer = ""
        self.couple: Couple | None = None
        self._session: aiohttp.ClientSession | None = None

    @property
    def session(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(auto_decompress=False)
        return self._session

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.bearer}"} if self.bearer else {}

    async def post(self, path: str, body: object, **more: Any) -> bytes:
        """POST a record, or bytes as they are. Raises ``Answered``."""
        # aiohttp warns about large plain bytes.
        data = io.BytesIO(body if isinstance(body, bytes) else encode(body))
        headers = {"Content-Type": messages.MEDIA_TYPE} | self.headers | more.pop("headers", {})
        async with self.session.post(
            self.url + path, data=data, headers=headers, **more
        ) as response:
            answer = await response.read()
            if response.status >= 300:
                raise Answered(response.status, answer, response.headers)
            return answer

    async def ask(self, path: str, body: object, decode: Callable[[bytes], T]) -> T:
        return decode(await self.post(path, body))

    async def register(
        self, couple: Couple, token: str, statements: Sequence[Statement] | None = None
    ) -> None:
        told = couple.statements if statements is None else list(statements)
        request = RegisterRequest(token, couple.genesis.encoded, told)
        await self.ask("/v1/spaces", request, messages.decode_empty)

    async def challenge(self) -> bytes:
        return (await self.ask("/v1/challenge", Empty(), messages.decode_challenge)).nonce

    async def login(self, device: Device) -> None:
        """Log in as a device; later calls use it."""
        self.couple = device.couple
        await self.prove(device.login(self.origin, await self.challenge()))

    async def login_root(self, couple: Couple, member: int) -> None:
        """Log in with the phrase; later calls use it."""
        self.couple = couple
        await self.prove(couple.root_login(member, self.origin, await self.challenge()))

    async def prove(self, request: LoginRequest) -> None:
        self.bearer = (await self.ask("/v1/login", request, messages.decode_token)).token

    async def find(self, couple: Couple, member: int) -> Found:
        request = couple.find(member, self.origin, await self.challenge())
        return await self.ask("/v1/find", request, messages.decode_found)

    def space_path(self, what: str) -> str:
        if self.couple is None:
            raise RuntimeError("log in first")
        return f"/v1/spaces/{self.couple.space_id.hex()}/{what}"

    async def pull(self, request: PullRequest) -> Page:
        return await self.ask(self.space_path("pull"), request, messages.decode_page)

    async def push(
        self, runs: Sequence[Run] = (), statements: Sequence[Statement] = ()
    ) -> list[PushResult]:
        request = PushRequest(list(statements), list(runs))
        return await self.ask(self.space_path("push"), request, messages.decode_push_results)

    async def stream(self, request: PullRequest | None = None) -> aiohttp.ClientWebSocketResponse:
        """Open a live stream, and ask for ``request`` on it. Raises ``Answered``."""
        path = self.url + self.space_path("stream")
        try:
            socket = await self.session.ws_connect(
                path, headers=self.headers, max_msg_size=0, autoping=True
            )
        except aiohttp.WSServerHandshakeError as error:
            # The body of a refused handshake is not given; the status tells enough.
            code = _CODE_BY_HANDSHAKE_STATUS[error.status]
            after = error.headers.get("Retry-After") if error.headers else None
            body = encode(ErrorAnswer(code, error.message, int(after) if after else None, None))
            raise Answered(error.status, body, error.headers) from None
        if request is not None:
            await socket.send_bytes(encode(request))
        return socket


async def next_page(socket: aiohttp.ClientWebSocketResponse, seconds: float = 5) -> Page:
    """The next page of a stream."""
    async with asyncio.timeout(seconds):
        return messages.decode_page(await socket.receive_bytes())
