"""Every label of every derivation, in one table (SPEC 2).

A label keeps two uses of one primitive apart. Each constant already ends in the
0x00 separator of SPEC 1.3, so that ``sha256(LABEL + message)`` is ``H(L, m)``.
"""

from __future__ import annotations

from typing import Final

PREFIX: Final = "inglenook/1/"

NAMES: Final[tuple[str, ...]] = (
    "member-id",
    "space-id",
    "device-id",
    "root-sign",
    "root-kem",
    "private-salt",
    "body-hash",
    "envelope-id",
    "envelope-sig",
    "statement-id",
    "statement-sig",
    "roster-hash",
    "erasures-hash",
    "key-id",
    "event-seal",
    "epoch-seal",
    "key-wrap",
    "event-id",
    "timeline",
    "login-sig",
    "invite-reader",
    "invite-owner",
    "invite-seal",
    "pair-commit",
    "pair-salt",
    "pair-words",
    "pair-confirm",
    "link-commit",
    "link-words",
    "link-confirm",
    "reveal-round",
    "reveal-ready",
    "reveal-nonce",
    "blob-id",
    "blob-seal",
)


def label(name: str) -> bytes:
    """Bytes of the label ``name`` with its 0x00 separator.

    Raises ``ValueError`` for a name that is not in the table.
    """
    if name not in NAMES:
        raise ValueError(f"{name!r} is not in the table of labels")
    return f"{PREFIX}{name}".encode("ascii") + b"\x00"


MEMBER_ID: Final = label("member-id")
SPACE_ID: Final = label("space-id")
DEVICE_ID: Final = label("device-id")
ROOT_SIGN: Final = label("root-sign")
ROOT_KEM: Final = label("root-kem")
PRIVATE_SALT: Final = label("private-salt")
BODY_HASH: Final = label("body-hash")
ENVELOPE_ID: Final = label("envelope-id")
ENVELOPE_SIG: Final = label("envelope-sig")
STATEMENT_ID: Final = label("statement-id")
STATEMENT_SIG: Final = label("statement-sig")
ROSTER_HASH: Final = label("roster-hash")
ERASURES_HASH: Final = label("erasures-hash")
KEY_ID: Final = label("key-id")
EVENT_SEAL: Final = label("event-seal")
EPOCH_SEAL: Final = label("epoch-seal")
KEY_WRAP: Final = label("key-wrap")
EVENT_ID: Final = label("event-id")
TIMELINE: Final = label("timeline")
LOGIN_SIG: Final = label("login-sig")
INVITE_READER: Final = label("invite-reader")
INVITE_OWNER: Final = label("invite-owner")
INVITE_SEAL: Final = label("invite-seal")
PAIR_COMMIT: Final = label("pair-commit")
PAIR_SALT: Final = label("pair-salt")
PAIR_WORDS: Final = label("pair-words")
PAIR_CONFIRM: Final = label("pair-confirm")
LINK_COMMIT: Final = label("link-commit")
LINK_WORDS: Final = label("link-words")
LINK_CONFIRM: Final = label("link-confirm")
REVEAL_ROUND: Final = label("reveal-round")
REVEAL_READY: Final = label("reveal-ready")
REVEAL_NONCE: Final = label("reveal-nonce")
BLOB_ID: Final = label("blob-id")
BLOB_SEAL: Final = label("blob-seal")
