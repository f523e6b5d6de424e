"""Pairing over a relay's mailbox (SPEC 16): the inviter's side and the joiner's.

    slot  inviter                            joiner
    -     opens the mailbox, hands the       enters it, once
          invite over
    1     reads                              commits to its keys
    2     shows its keys                     reads
    3     reads, checks the commitment       shows its keys
          the person compares the words      the person compares the words
    4     confirms                           checks, stores the space
    5     checks, stores the space,          confirms
          registers, opens the epoch, pushes
    6     says so                            reads, closes the mailbox

Whatever ends a side early closes the mailbox, and the other side learns that and no more.
Once a side has stored the space there is no way back, and nothing to undo: what a lost
connection left open, the next sync finishes (``Paired.settled`` is False).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
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
    RelayAddressError,
    RelayError,
    RelayUnreachableError,
    SlowDownError,
)
from inglenook_client.sync.origin import normalise_origin
from inglenook_client.sync.ports import Clock, MailTransport, Random, Sleep
from inglenook_protocol.codec import encode
from inglenook_protocol.errors import InglenookError, LocalProtocolError, RemoteProtocolError
from inglenook_protocol.genesis import Genesis
from inglenook_protocol.keys import DeviceKeys, RootSigner
from inglenook_protocol.limits import MAX_INVITE_SECONDS
from inglenook_protocol.messages import Empty, decode_empty
from inglenook_protocol.pairing import (
    Invite,
    Transcript,
    commitment_to,
    decode_commitment,
    encode_commitment,
    hello,
    inviter_transcript,
    owner_hash,
    parse_invite,
)
from inglenook_protocol.roster import Statement

T = TypeVar("T")

Confirm = Callable[[list[str]], Awaitable[bool]]
"""Show five words; True if the person says that both sides read the same."""
OnInvite = Callable[[str, int], Awaitable[None]]
"""The invite as one line, and when it runs out (s since 1970)."""
StoreSpace = Callable[[Genesis, list[Statement]], Awaitable[None]]
"""Keep the space with both devices' statements: durable when it returns."""

LONG_POLL_S: Final = 25
_UNREACHABLE_FOR_S: Final = 120.0
_SETTLE_S: Final = 60.0
_CLOSE_S: Final = 3.0


class Identity(msgspec.Struct, frozen=True):
    """Who pairs: a root and the first device it will have in the shared space."""

    root: RootSigner
    device: DeviceKeys


class Surroundings(msgspec.Struct, frozen=True):
    """Time, chance and waiting, passed in."""

    entropy: Callable[[int], bytes]
    """That many random bytes."""
    clock: Clock
    """Seconds since 1970."""
    sleep: Sleep
    random: Random


class Paired(msgspec.Struct, frozen=True):
    """The shared space that came to be."""

    genesis: Genesis
    statements: list[Statement]
    settled: bool
    """Whether the other side is known to have all it needs; else a later sync gives it."""


def words_of(transcript: Transcript) -> list[str]:
    """The five safety words (SPEC 16.4)."""
    from mnemonic import Mnemonic  # slow to import, and needed once in a life

    words = Mnemonic("english").wordlist
    return [words[index] for index in transcript.word_indices]


class _Mailbox:
    """One side's end of a mailbox: sealed, retried, and bounded by the invite's life."""

    def __init__(
        self,
        transport: MailTransport,
        invite: Invite,
        capability: bytes,
        claim: bytes,
        around: Surroundings,
    ) -> None:
        self._transport = transport
        self._invite = invite
        self._capability = capability
        self._claim = claim
        self._around = around
        self._sealer = invite.sealer()
        self._inside = False

    def left_s(self) -> float:
        """Seconds until the invite runs out."""
        return self._invite.expires_at_s - self._around.clock()

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
        until = self._around.clock() + min(
            self.left_s(), self.left_s() if at_most_s is None else at_most_s
        )
        while (left := until - self._around.clock()) > 0:
            wait_s = max(1, min(LONG_POLL_S, int(left)))
            asked = self._around.clock()
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
            if self._around.clock() - asked < 0.5:
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
        backoff = Backoff(self._around.random, cap_s=5.0)
        give_up = self._around.clock() + _UNREACHABLE_FOR_S
        while True:
            try:
                return await call()
            except InviteUnknownError:
                if self.left_s() <= 0:
                    raise InviteExpiredError from None
                if self._inside:
                    raise PairingEndedError from None
                raise
            except (RelayUnreachableError, SlowDownError) as error:
                wait_s = max(backoff.next_s(), error.retry_after_s or 0.0)
                # Someone who is not there yet is told at once, while the person looks on.
                if not self._inside and isinstance(error, RelayUnreachableError):
                    raise
                if self._around.clock() + wait_s > give_up:
                    raise
                if wait_s >= self.left_s():
                    raise InviteExpiredError from None
                await self._around.sleep(wait_s)


@asynccontextmanager
async def _closing(mailbox: _Mailbox) -> AsyncIterator[None]:
    """Tell the other side that it is over, whatever ended it (a cancelled task included)."""
    try:
        yield
    except BaseException:
        await mailbox.close()
        raise


async def _compare(transcript: Transcript, confirm: Confirm) -> None:
    if not await confirm(words_of(transcript)):
        raise NotConfirmedError


async def invite(
    transport: MailTransport,
    identity: Identity,
    around: Surroundings,
    *,
    token: str,
    seconds: int,
    on_invite: OnInvite,
    confirm: Confirm,
    store_space: StoreSpace,
    open_epoch_and_push: Callable[[], Awaitable[None]],
) -> Paired:
    """The inviter's side, from an open mailbox to a shared space.

    ``token``: the right to register. ``seconds``: the life of the invite, at most
    ``MAX_INVITE_SECONDS``. ``store_space`` is awaited before the space is registered, then
    ``open_epoch_and_push`` once the relay knows it.

    Raises ``RegistrationNeededError``, ``RelayUnreachableError``, ``RelayRefusedError``,
    ``InviteExpiredError``, ``NotConfirmedError``, ``PairingEndedError``, ``TrustError`` and
    ``RemoteProtocolError``, all of them before anything is stored.
    """
    if not 0 < seconds <= MAX_INVITE_SECONDS:
        raise LocalProtocolError(
            "An invite can't last that long.", "Choose between a minute and seven days."
        )
    draw = around.entropy
    made = Invite(transport.origin, draw(16), draw(32), int(around.clock()) + seconds)
    mailbox = _Mailbox(transport, made, draw(32), b"", around)
    async with _closing(mailbox):
        await mailbox.open(token, seconds)
        await on_invite(made.to_text(), made.expires_at_s)
        commitment_message = await mailbox.get(1)
        m2 = hello(identity.root, identity.device, draw(32))
        commitment = decode_commitment(commitment_message)
        await mailbox.put(2, m2)
        transcript = inviter_transcript(made.mailbox, commitment, m2, await mailbox.get(3))
        await _compare(transcript, confirm)
        own = transcript.confirmation(made.secret, inviter=True, root=identity.root)
        await mailbox.put(4, own)
        theirs = transcript.check_confirmation(made.secret, await mailbox.get(5), inviter=False)
        ours = transcript.check_confirmation(made.secret, own, inviter=True)
        statements = [ours, theirs]
        await store_space(transcript.genesis, statements)
    try:
        await transport.register(token, transcript.genesis.encoded, statements)
        await open_epoch_and_push()
        await mailbox.put(6, encode(Empty()))
    except (RelayError, PairingEndedError, RemoteProtocolError):
        return Paired(transcript.genesis, statements, settled=False)
    return Paired(transcript.genesis, statements, settled=True)


def read_invite(text: str, now_s: float) -> Invite:
    """The invite that a person pasted, with an origin that can be used.

    Raises ``LocalProtocolError``, ``RelayAddressError``, ``InviteExpiredError``.
    """
    read = parse_invite(text)
    if normalise_origin(read.origin) != read.origin:
        raise RelayAddressError("The invite names its relay in a way that can't be used.")
    if read.expires_at_s <= now_s:
        raise InviteExpiredError
    return read


async def join(
    transport: MailTransport,
    read: Invite,
    identity: Identity,
    around: Surroundings,
    *,
    confirm: Confirm,
    store_space: StoreSpace,
    forget_space: Callable[[Genesis], Awaitable[None]],
) -> Paired:
    """The joiner's side. ``read`` comes from ``read_invite``; the transport is for its origin.

    ``store_space`` is awaited before slot 5 is written. Should the relay then say for
    certain that the mailbox is gone, the inviter can't have stored anything, and
    ``forget_space`` takes it back.

    Raises ``InviteUnknownError``, ``InviteUsedError``, ``InviteExpiredError``,
    ``RelayUnreachableError``, ``RelayRefusedError``, ``NotConfirmedError``,
    ``PairingEndedError``, ``TrustError`` and ``RemoteProtocolError``, and leaves nothing
    stored then.
    """
    if transport.origin != read.origin:
        raise LocalProtocolError("The invite is for another relay.")
    draw = around.entropy
    mailbox = _Mailbox(transport, read, read.reader_capability, draw(16), around)
    await mailbox.enter()
    async with _closing(mailbox):
        m3 = hello(identity.root, identity.device, draw(32))
        commitment = commitment_to(m3)
        await mailbox.put(1, encode_commitment(commitment))
        m2 = await mailbox.get(2)
        transcript = Transcript(read.mailbox, commitment, m2, m3)
        await mailbox.put(3, m3)
        await _compare(transcript, confirm)
        theirs = transcript.check_confirmation(read.secret, await mailbox.get(4), inviter=True)
        own = transcript.confirmation(read.secret, inviter=False, root=identity.root)
        ours = transcript.check_confirmation(read.secret, own, inviter=False)
        statements = [theirs, ours]
        await store_space(transcript.genesis, statements)
    try:
        await mailbox.put(5, own)
    except (PairingEndedError, InviteExpiredError):
        await forget_space(transcript.genesis)
        raise
    except (RelayError, RemoteProtocolError):
        # It may have arrived: the inviter decides, and a later sync shows it.
        return Paired(transcript.genesis, statements, settled=False)
    try:
        decode_empty(await mailbox.get(6, _SETTLE_S))
    except (RelayError, PairingEndedError, RemoteProtocolError):
        return Paired(transcript.genesis, statements, settled=False)
    await mailbox.close()
    return Paired(transcript.genesis, statements, settled=True)
