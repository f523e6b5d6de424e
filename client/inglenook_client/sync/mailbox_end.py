"""One side's end of a mailbox at a relay, as pairing and linking use it (SPEC 14.8, 16).

Sealed, retried over short losses of the network, and bounded by the invite's life. How much of that
is left says the relay: clocks may be years apart, and be set right in the middle of it all.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Final, TypeVar

import msgspec

from inglenook_client.sync.backoff import Backoff
from inglenook_client.sync.errors import (
    InviteExpiredError,
    InviteUnknownError,
    MailAlteredError,
    NotConfirmedError,
    PairingEndedError,
    RelayUnreachableError,
    SlowDownError,
)
from inglenook_client.sync.ports import Clock, MailTransport, Random, Sleep
from inglenook_protocol.errors import InglenookError, LocalProtocolError, RemoteProtocolError
from inglenook_protocol.limits import MAX_INVITE_SECONDS
from inglenook_protocol.pairing import Invite, owner_hash

T = TypeVar("T")

Confirm = Callable[[list[str]], Awaitable[bool]]
"""Show five words; True if the person says that both sides read the same."""
OnInvite = Callable[[str, int], Awaitable[None]]
"""The invite as one line, and when it runs out (s since 1970)."""

LONG_POLL_S: Final = 25
_UNREACHABLE_FOR_S: Final = 120.0
_CLOSE_S: Final = 3.0


class Surroundings(msgspec.Struct, frozen=True):
    """Time, chance and waiting, passed in."""

    entropy: Callable[[int], bytes]
    """That many random bytes."""
    clock: Clock
    """Seconds since 1970."""
    sleep: Sleep
    random: Random
    steady: Clock | None = None
    """Seconds that only go forward, for waiting; None where ``clock`` itself never jumps."""

    def elapsed(self) -> float:
        return (self.steady or self.clock)()


def safety_words(indices: Sequence[int]) -> list[str]:
    """The five safety words (SPEC 16.4)."""
    from mnemonic import Mnemonic  # slow to import, and needed once in a life

    words = Mnemonic("english").wordlist
    return [words[index] for index in indices]


class MailboxEnd:
    """One side's end of a mailbox: sealed, retried, and bounded by the invite's life."""

    def __init__(
        self,
        transport: MailTransport,
        invite: Invite,
        capability: bytes,
        claim: bytes,
        around: Surroundings,
        seconds: int = MAX_INVITE_SECONDS,
    ) -> None:
        """``seconds``: the life of the mailbox, where it is known; the relay ends it anyway."""
        self._transport = transport
        self._invite = invite
        self._capability = capability
        self._claim = claim
        self._around = around
        self._sealer = invite.sealer()
        self._inside = False
        self._ends = around.elapsed() + seconds
        self._clocks_agree = not self._looks_run_out()
        self.unheard = False
        """Whether the latest call may have reached the relay without its answer coming back."""

    def left_s(self) -> float:
        """Seconds until the invite runs out at the latest."""
        return self._ends - self._around.elapsed()

    def _looks_run_out(self) -> bool:
        return self._invite.expires_at_s <= self._around.clock()

    def _ran_out(self) -> bool:
        """Whether that is why the relay does not know the mailbox (any more)."""
        # A clock by which the invite had run out before it let anybody in tells nothing later.
        told_by_clock = self._clocks_agree or not self._inside
        return self.left_s() <= 0 or (told_by_clock and self._looks_run_out())

    async def open(self, token: str, seconds: int) -> None:
        invite = self._invite
        await self._surely(
            lambda: self._transport.open_mailbox(
                token,
                invite.mailbox,
                owner_hash(self._capability),
                owner_hash(invite.reader_capability),
                seconds,
            )
        )
        self._inside = True

    async def enter(self) -> None:
        await self._surely(
            lambda: self._transport.enter_mailbox(
                self._invite.mailbox, self._capability, self._claim
            )
        )
        self._inside = True

    async def put(self, slot: int, message: bytes) -> None:
        # Sealed once: a repeated call carries the same bytes.
        sealed = self._sealer.seal(slot, message, self._around.entropy(12))
        await self._surely(
            lambda: self._transport.put_mail(
                self._invite.mailbox, self._capability, self._claim, slot, sealed
            )
        )

    async def get(self, slot: int, at_most_s: float | None = None) -> bytes:
        """The message of the slot, waited for until the invite runs out."""
        elapsed = self._around.elapsed
        until = elapsed() + min(self.left_s(), self.left_s() if at_most_s is None else at_most_s)
        while (left := until - elapsed()) > 0:
            wait_s = max(1, min(LONG_POLL_S, int(left)))
            asked = elapsed()
            sealed = await self._surely(
                lambda wait_s=wait_s: self._transport.get_mail(  # type: ignore[misc]
                    self._invite.mailbox, self._capability, self._claim, slot, wait_s
                )
            )
            if sealed is not None:
                try:
                    return self._sealer.open(slot, sealed)
                except RemoteProtocolError as error:
                    raise MailAlteredError(error.reject) from None
            if elapsed() - asked < 0.5:
                # A relay that does not wait is not asked in a busy loop.
                await self._around.sleep(0.5)
        raise InviteExpiredError

    async def close(self) -> None:
        """As good as it goes: an unclosed mailbox runs out by itself."""
        try:
            async with asyncio.timeout(_CLOSE_S):
                await self._transport.close_mailbox(
                    self._invite.mailbox, self._capability, self._claim
                )
        except (InglenookError, TimeoutError):
            pass

    async def _surely(self, call: Callable[[], Awaitable[T]]) -> T:
        """The call, repeated over short losses of the network; each may be repeated."""
        self.unheard = False
        backoff = Backoff(self._around.random, cap_s=5.0)
        give_up = self._around.elapsed() + _UNREACHABLE_FOR_S
        while True:
            try:
                return await call()
            except InviteUnknownError:
                if self._ran_out():
                    raise InviteExpiredError from None
                if self._inside:
                    raise PairingEndedError from None
                raise
            except (RelayUnreachableError, SlowDownError) as error:
                self.unheard |= isinstance(error, RelayUnreachableError)
                wait_s = max(backoff.next_s(), error.retry_after_s or 0.0)
                # Someone who is not there yet is told at once, while the person looks on.
                if not self._inside and isinstance(error, RelayUnreachableError):
                    raise
                if self._around.elapsed() + wait_s > give_up:
                    raise
                if wait_s >= self.left_s():
                    raise InviteExpiredError from None
                await self._around.sleep(wait_s)


@asynccontextmanager
async def closing(mailbox: MailboxEnd) -> AsyncIterator[None]:
    """Tell the other side that it is over, whatever ended it (a cancelled task included)."""
    try:
        yield
    except BaseException:
        await mailbox.close()
        raise


async def compare(indices: Sequence[int], confirm: Confirm) -> None:
    """Let the person compare the five words. Raises ``NotConfirmedError``."""
    if not await confirm(safety_words(indices)):
        raise NotConfirmedError


def check_seconds(seconds: int) -> None:
    """The life of an invite. Raises ``LocalProtocolError``."""
    if not 0 < seconds <= MAX_INVITE_SECONDS:
        raise LocalProtocolError(
            "An invite can't last that long.", "Choose between a minute and seven days."
        )
