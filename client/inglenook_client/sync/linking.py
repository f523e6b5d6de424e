"""Linking a second device of one's own over a mailbox (SPEC 16.6): both sides.

    slot  inviter: a device that stands      joiner: the new one
    -     opens the mailbox, shows an        enters it, once
          invite
    1     reads                              commits to its keys
    2     shows the spaces                   reads
    3     reads, checks the commitment       shows its keys
          the person compares the words      the person compares the words
          unlocks anew, signs
    4     releases                           checks
    5     takes it in, opens the epochs,     confirms
          pushes
    6     gives what is needed besides       reads, pulls, checks that both stand

Whatever ends a side early closes the mailbox. Until slot 6 the joiner keeps nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

import msgspec

from inglenook_client.sync.errors import (
    LinkEndedError,
    LinkNotConfirmedError,
    NotConfirmedError,
    PairingEndedError,
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
from inglenook_client.sync.pairing import check_invite
from inglenook_client.sync.ports import MailTransport
from inglenook_protocol.codec import encode
from inglenook_protocol.errors import LocalProtocolError
from inglenook_protocol.limits import MAX_MAIL_BYTES
from inglenook_protocol.linking import (
    LinkGoods,
    LinkTranscript,
    OfferedSpace,
    OwnKeys,
    decode_link_commitment,
    encode_link_commitment,
    link_answer,
    link_commitment,
    link_offer,
)
from inglenook_protocol.pairing import DeviceInvite, parse_device_invite
from inglenook_protocol.roster import Statement
from inglenook_protocol.sealing import SEAL_BYTES

Sign = Callable[[LinkTranscript], Awaitable[list[Statement | None]]]
"""Unlock the journal anew and add the new device: a statement for each space, not kept yet."""
Adopt = Callable[[LinkTranscript, list[Statement | None]], Awaitable[LinkGoods]]
"""Keep the statements, open the epochs, push: gives slot 6."""

_GOODS_S: Final = 900.0
"""The inviter may have a whole private journal to push before slot 6."""


class Linked(msgspec.Struct, frozen=True):
    """What the joiner knows when the mailbox is done with."""

    transcript: LinkTranscript
    statements: list[Statement | None]
    goods: LinkGoods


def fits_a_message(goods: LinkGoods) -> bool:
    """Whether a mailbox takes slot 6."""
    return len(encode(goods)) + SEAL_BYTES <= MAX_MAIL_BYTES


@contextmanager
def _speaking_of_linking() -> Iterator[None]:
    try:
        yield
    except NotConfirmedError:
        raise LinkNotConfirmedError from None
    except PairingEndedError:
        raise LinkEndedError from None


async def invite_device(
    transport: MailTransport,
    around: Surroundings,
    *,
    token: str,
    seconds: int,
    name: str,
    spaces: Sequence[OfferedSpace],
    on_invite: OnInvite,
    confirm: Confirm,
    sign: Sign,
    adopt: Adopt,
) -> LinkTranscript:
    """The inviter's side. ``name``: of this computer; ``token``: the right to register.

    Raises as ``pairing.invite``, with ``LinkNotConfirmedError`` and ``LinkEndedError``, and
    what ``sign`` and ``adopt`` raise. Nothing was kept before ``adopt``.
    """
    check_seconds(seconds)
    draw = around.entropy
    made = DeviceInvite(transport.origin, draw(16), draw(32), int(around.clock()) + seconds)
    mailbox = MailboxEnd(transport, made, draw(32), b"", around, seconds)
    with _speaking_of_linking():
        async with closing(mailbox):
            await mailbox.open(token, seconds)
            await on_invite(made.to_text(), made.expires_at_s)
            commitment = decode_link_commitment(await mailbox.get(1))
            l2 = link_offer(draw(32), name, spaces)
            await mailbox.put(2, l2)
            transcript = LinkTranscript(made.mailbox, commitment, l2, await mailbox.get(3))
            await compare(transcript.word_indices, confirm)
            statements = await sign(transcript)
            await mailbox.put(4, transcript.release(made.secret, statements))
            transcript.check_confirmation(made.secret, await mailbox.get(5))
            goods = await adopt(transcript, statements)
            await mailbox.put(6, encode(goods))
    return transcript


def read_device_invite(text: str) -> DeviceInvite:
    """The invite that a person pasted. Raises as ``pairing.read_invite``."""
    return check_invite(parse_device_invite(text))


async def link_device(
    transport: MailTransport,
    read: DeviceInvite,
    around: Surroundings,
    *,
    name: str,
    devices: Sequence[OwnKeys],
    confirm: Confirm,
    check: Callable[[LinkTranscript], None],
) -> Linked:
    """The joiner's side. ``name``: of this computer; ``devices``: its keys, private first.

    ``check`` is called before the words are shown, and raises what speaks against the offer.
    Raises as ``pairing.join``, with ``LinkNotConfirmedError`` and ``LinkEndedError``.
    """
    if transport.origin != read.origin:
        raise LocalProtocolError("The invite is for another relay.")
    draw = around.entropy
    mailbox = MailboxEnd(transport, read, read.reader_capability, draw(16), around)
    with _speaking_of_linking():
        await mailbox.enter()
        async with closing(mailbox):
            l3 = link_answer(draw(32), name, devices)
            commitment = link_commitment(l3)
            await mailbox.put(1, encode_link_commitment(commitment))
            transcript = LinkTranscript(read.mailbox, commitment, await mailbox.get(2), l3)
            check(transcript)
            await mailbox.put(3, l3)
            await compare(transcript.word_indices, confirm)
            statements = transcript.check_release(read.secret, await mailbox.get(4))
            await mailbox.put(5, transcript.confirmation(read.secret))
            goods = transcript.goods(await mailbox.get(6, _GOODS_S))
        await mailbox.close()
    return Linked(transcript, statements, goods)
