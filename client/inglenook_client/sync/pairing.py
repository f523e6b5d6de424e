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

from collections.abc import Awaitable, Callable
from typing import Final

import msgspec

from inglenook_client.sync.errors import (
    InviteExpiredError,
    PairingEndedError,
    RelayAddressError,
    RelayError,
)
from inglenook_client.sync.mailbox_end import (
    Confirm,
    MailboxEnd,
    OnInvite,
    Surroundings,
    check_seconds,
    closing,
    compare,
)
from inglenook_client.sync.origin import normalise_origin
from inglenook_client.sync.ports import MailTransport
from inglenook_protocol.codec import encode
from inglenook_protocol.errors import LocalProtocolError, RemoteProtocolError
from inglenook_protocol.genesis import Genesis
from inglenook_protocol.keys import DeviceKeys, RootSigner
from inglenook_protocol.messages import Empty, decode_empty
from inglenook_protocol.pairing import (
    AnyInvite,
    Invite,
    Transcript,
    commitment_to,
    decode_commitment,
    encode_commitment,
    hello,
    inviter_transcript,
    parse_invite,
)
from inglenook_protocol.roster import Statement

StoreSpace = Callable[[Genesis, list[Statement]], Awaitable[None]]
"""Keep the space with both devices' statements: durable when it returns."""

_SETTLE_S: Final = 60.0


class Identity(msgspec.Struct, frozen=True):
    """Who pairs: a root and the first device it will have in the shared space."""

    root: RootSigner
    device: DeviceKeys


class Paired(msgspec.Struct, frozen=True):
    """The shared space that came to be."""

    genesis: Genesis
    statements: list[Statement]
    settled: bool
    """Whether the other side is known to have all it needs; else a later sync gives it."""


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
    check_seconds(seconds)
    draw = around.entropy
    made = Invite(transport.origin, draw(16), draw(32), int(around.clock()) + seconds)
    mailbox = MailboxEnd(transport, made, draw(32), b"", around, seconds)
    async with closing(mailbox):
        await mailbox.open(token, seconds)
        await on_invite(made.to_text(), made.expires_at_s)
        commitment_message = await mailbox.get(1)
        m2 = hello(identity.root, identity.device, draw(32))
        commitment = decode_commitment(commitment_message)
        await mailbox.put(2, m2)
        transcript = inviter_transcript(made.mailbox, commitment, m2, await mailbox.get(3))
        await compare(transcript.word_indices, confirm)
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


def read_invite(text: str) -> Invite:
    """The invite that a person pasted, with an origin that can be used. Whether it has run out,
    the relay says (SPEC 16.2).

    Raises ``LocalProtocolError``, ``RelayAddressError``.
    """
    return check_invite(parse_invite(text))


def check_invite(read: AnyInvite) -> AnyInvite:
    """An invite whose origin can be used. Raises as ``read_invite``."""
    if normalise_origin(read.origin) != read.origin:
        raise RelayAddressError("The invite names its relay in a way that can't be used.")
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

    ``store_space`` is awaited before slot 5 is written. Should it then be certain that slot 5
    did not arrive, the inviter can't have stored anything, and ``forget_space`` takes it back.

    Raises ``InviteUnknownError``, ``InviteUsedError``, ``InviteExpiredError``,
    ``RelayUnreachableError``, ``RelayRefusedError``, ``NotConfirmedError``,
    ``PairingEndedError``, ``TrustError`` and ``RemoteProtocolError``, and leaves nothing
    stored then.
    """
    if transport.origin != read.origin:
        raise LocalProtocolError("The invite is for another relay.")
    draw = around.entropy
    mailbox = MailboxEnd(transport, read, read.reader_capability, draw(16), around)
    await mailbox.enter()
    async with closing(mailbox):
        m3 = hello(identity.root, identity.device, draw(32))
        commitment = commitment_to(m3)
        await mailbox.put(1, encode_commitment(commitment))
        m2 = await mailbox.get(2)
        transcript = Transcript(read.mailbox, commitment, m2, m3)
        await mailbox.put(3, m3)
        await compare(transcript.word_indices, confirm)
        theirs = transcript.check_confirmation(read.secret, await mailbox.get(4), inviter=True)
        own = transcript.confirmation(read.secret, inviter=False, root=identity.root)
        ours = transcript.check_confirmation(read.secret, own, inviter=False)
        statements = [theirs, ours]
        await store_space(transcript.genesis, statements)
    try:
        await mailbox.put(5, own)
    except (RelayError, PairingEndedError, RemoteProtocolError) as error:
        # A mailbox that is gone was closed by an inviter who stored nothing, or has run out, maybe
        # after slot 5 had arrived and its answer was lost. Clocks can't tell which of the two.
        gone = isinstance(error, PairingEndedError | InviteExpiredError)
        if gone and not mailbox.unheard:
            await forget_space(transcript.genesis)
            raise
        # It may have arrived: the inviter decides, and a later sync shows it.
        return Paired(transcript.genesis, statements, settled=False)
    try:
        decode_empty(await mailbox.get(6, _SETTLE_S))
    except (RelayError, PairingEndedError, RemoteProtocolError):
        return Paired(transcript.genesis, statements, settled=False)
    await mailbox.close()
    return Paired(transcript.genesis, statements, settled=True)
