"""Everything that goes between a device and its relay, as somebody on the line would see it.

    with Recording(relay.url) as line:
        ana("relay", line.url)          # her traffic goes through here from now on
        ...
        line.exchanges()                # what was asked and answered: paths, sizes, in order

A plain forwarder on 127.0.0.1. It reads HTTP just far enough to tell one exchange from the next.
"""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from types import TracebackType
from typing import NamedTuple, Self
from urllib.parse import urlsplit

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_HEAD_END = b"\r\n\r\n"
MAX_HEAD_BYTES = 1 << 16
END_SECONDS = 10


class Exchange(NamedTuple):
    """One request and its answer."""

    line: str
    """Method and path."""
    asked_bytes: int
    """Size of the request's body."""
    status: str
    answered_bytes: int


class _Half:
    """One direction of a connection, cut into messages."""

    def __init__(self) -> None:
        self.buffer = b""
        self.messages: list[tuple[str, int]] = []

    def feed(self, received: bytes) -> None:
        self.buffer += received
        while _HEAD_END in self.buffer:
            head, _, rest = self.buffer.partition(_HEAD_END)
            found = _LENGTH.search(head)
            size = int(found[1]) if found else 0
            if len(rest) < size:
                return
            self.messages.append((head.split(b"\r\n", 1)[0].decode("latin-1"), size))
            self.buffer = rest[size:]
        if len(self.buffer) > MAX_HEAD_BYTES:
            raise ValueError("a head without an end")


class Recording:
    """A line to a relay that keeps what goes over it."""

    def __init__(self, url: str) -> None:
        there = urlsplit(url)
        self._there = (there.hostname or "127.0.0.1", there.port or 80)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._lines: list[tuple[_Half, _Half]] = []
        self._threads: list[threading.Thread] = []
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # Shut first: a thread that waits in accept or recv wakes, and then ends.
        for one in (self._listener, *self._sockets):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        for thread in list(self._threads):
            thread.join(END_SECONDS)
        for one in (self._listener, *self._sockets):
            one.close()

    def forget(self) -> None:
        """Begin anew."""
        with self._lock:
            self._lines.clear()

    def connections(self) -> int:
        """How often somebody called."""
        with self._lock:
            return len(self._lines)

    def exchanges(self) -> list[Exchange]:
        """All of it, connection by connection."""
        with self._lock:
            return [
                Exchange(asked[0], asked[1], answered[0], answered[1])
                for out, back in self._lines
                for asked, answered in zip(out.messages, back.messages, strict=False)
            ]

    def _start(self, work: object, *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)  # type: ignore[arg-type]
        thread.start()
        self._threads.append(thread)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # closed: nobody calls any more
            while True:
                here, _ = self._listener.accept()
                there = socket.create_connection(self._there)
                self._sockets += [here, there]
                line = (_Half(), _Half())
                with self._lock:
                    self._lines.append(line)
                self._start(self._carry, here, there, line[0])
                self._start(self._carry, there, here, line[1])

    def _carry(self, source: socket.socket, target: socket.socket, half: _Half) -> None:
        with contextlib.suppress(OSError):
            while received := source.recv(1 << 16):
                with self._lock:
                    half.feed(received)
                target.sendall(received)
            target.shutdown(socket.SHUT_WR)
