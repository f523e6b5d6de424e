"""Calls on mailboxes, as records (SPEC 14.8); who waits for what is in ``pairing``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from inglenook_protocol import messages
from inglenook_protocol.codec import encode
from inglenook_protocol.messages import (
    CloseMailbox,
    EnterMailbox,
    GetMail,
    OpenMailbox,
    PutMail,
)

T = TypeVar("T")


class MailboxCalls:
    """The mailbox part of a transport; whoever has ``call`` has these. Each may be repeated."""

    async def call(self, path: str, body: bytes, decode: Callable[[bytes], T]) -> T:
        """POST an encoded record; the decoded answer."""
        raise NotImplementedError

    async def open_mailbox(
        self, token: str, mailbox: bytes, owner_hash: bytes, reader_hash: bytes, seconds: int
    ) -> None:
        """Raises ``RegistrationNeededError`` and the errors of every call."""
        request = encode(OpenMailbox(token, mailbox, owner_hash, reader_hash, seconds))
        await self.call("/v1/mailboxes", request, messages.decode_empty)

    async def enter_mailbox(self, mailbox: bytes, capability: bytes, claim: bytes) -> None:
        """Raises ``InviteUnknownError``, ``InviteUsedError``, ``InviteExpiredError``."""
        await self._mail(mailbox, "enter", EnterMailbox(capability, claim), messages.decode_empty)

    async def put_mail(
        self, mailbox: bytes, capability: bytes, claim: bytes, slot: int, message: bytes
    ) -> None:
        """Raises as ``enter_mailbox``; ``RelayRefusedError`` (conflict) for a slot in use."""
        put = PutMail(capability, claim, slot, message)
        await self._mail(mailbox, "put", put, messages.decode_empty)

    async def get_mail(
        self, mailbox: bytes, capability: bytes, claim: bytes, slot: int, wait_seconds: int
    ) -> bytes | None:
        """The slot's message; None if none came in ``wait_seconds`` (at most 25)."""
        get = GetMail(capability, claim, slot, wait_seconds)
        return (await self._mail(mailbox, "get", get, messages.decode_mail)).message

    async def close_mailbox(self, mailbox: bytes, capability: bytes, claim: bytes) -> None:
        """Raises as ``enter_mailbox``."""
        await self._mail(mailbox, "close", CloseMailbox(capability, claim), messages.decode_empty)

    async def _mail(
        self, mailbox: bytes, verb: str, record: Any, decode: Callable[[bytes], T]
    ) -> T:
        return await self.call(f"/v1/mailboxes/{mailbox.hex()}/{verb}", encode(record), decode)
