"""A load generator that costs little: requests made before, bare sockets, answers compared."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from inglenook_protocol.messages import MEDIA_TYPE


def request(port: int, path: str, bearer: str, body: bytes) -> bytes:
    """A whole HTTP request."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: {MEDIA_TYPE}\r\n"
        f"Authorization: Bearer {bearer}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def read_answer(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """Head and body of the next answer."""
    head = await reader.readuntil(b"\r\n\r\n")
    at = head.lower().index(b"content-length:") + 15
    return head, await reader.readexactly(int(head[at : head.index(b"\r\n", at)]))


async def post_all(port: int, requests: Sequence[tuple[bytes, bytes]]) -> None:
    """(request, expected body of the answer) pairs, one after another on one connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    try:
        for message, wanted in requests:
            writer.write(message)
            head, answer = await read_answer(reader)
            if answer != wanted:
                raise SystemExit(f"the relay answered {head[:40]!r} {answer!r}, not {wanted!r}")
    finally:
        writer.close()
