"""Mailboxes: where two devices that do not know each other yet meet (SPEC 14.8, 16).

call    who              mailbox                  outcome
enter   reader           no claim                 claimed, once
enter   reader           the same claim           fine, again
enter   reader           another claim            invite-used
put     either           empty slot of theirs     written
put     either           slot with the same       fine, again
put     either           slot with other bytes    conflict
any     either           expired                  invite-expired
any     anyone else      -                        unknown-invite
"""

from __future__ import annotations

from enum import StrEnum
from hmac import compare_digest
from typing import Final

import msgspec

from inglenook_protocol import labels
from inglenook_protocol.hashing import h
from inglenook_server.core.ops import Mailbox

REMEMBER_SECONDS: Final = 86_400
"""How long an expired mailbox is remembered, without its messages, to say that it expired."""


class MailboxFlaw(StrEnum):
    """Why a call on a mailbox does not go through. The values are codes of SPEC 14.1."""

    UNKNOWN = "unknown-invite"
    EXPIRED = "invite-expired"
    USED = "invite-used"
    CONFLICT = "conflict"
    MALFORMED = "malformed"


class Guest(msgspec.Struct, frozen=True):
    """Somebody who showed a capability that fits."""

    is_owner: bool


def recognise(mailbox: Mailbox | None, capability: bytes, now_s: float) -> Guest | MailboxFlaw:
    """Owner, reader, or neither. Whoever has no capability does not learn that it exists."""
    if mailbox is None:
        return MailboxFlaw.UNKNOWN
    shown = h(labels.INVITE_OWNER, capability)
    is_owner = compare_digest(shown, mailbox.owner_hash)
    is_reader = compare_digest(shown, mailbox.reader_hash)
    if not (is_owner or is_reader):
        return MailboxFlaw.UNKNOWN
    if now_s >= mailbox.expires_s:
        return MailboxFlaw.EXPIRED
    return Guest(is_owner)


def enter(
    mailbox: Mailbox | None, capability: bytes, claim: bytes, now_s: float
) -> Mailbox | MailboxFlaw:
    """The mailbox as it is after the reader came in."""
    guest = recognise(mailbox, capability, now_s)
    if isinstance(guest, MailboxFlaw):
        return guest
    if guest.is_owner or mailbox is None:
        return MailboxFlaw.MALFORMED
    if mailbox.claim is None:
        return msgspec.structs.replace(mailbox, claim=claim)
    return mailbox if compare_digest(mailbox.claim, claim) else MailboxFlaw.USED


def admit_guest(
    mailbox: Mailbox | None, capability: bytes, claim: bytes, now_s: float
) -> Guest | MailboxFlaw:
    """Whether this guest may put, get and close: owner without claim, reader with its own."""
    guest = recognise(mailbox, capability, now_s)
    if isinstance(guest, MailboxFlaw):
        return guest
    if guest.is_owner or mailbox is None:
        return guest if not claim else MailboxFlaw.MALFORMED
    if mailbox.claim is None:
        return MailboxFlaw.CONFLICT
    return guest if compare_digest(mailbox.claim, claim) else MailboxFlaw.USED


def put(guest: Guest, slot: int, message: bytes, held: bytes | None) -> bool | MailboxFlaw:
    """Whether there is something to write. Even slots are the owner's, odd ones the reader's."""
    if guest.is_owner != (slot % 2 == 0):
        return MailboxFlaw.MALFORMED
    if held is None:
        return True
    return False if compare_digest(held, message) else MailboxFlaw.CONFLICT
