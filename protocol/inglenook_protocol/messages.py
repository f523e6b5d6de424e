"""Records between device and relay (SPEC 14)."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec

from inglenook_protocol.codec import (
    Bytes16,
    Bytes32,
    Bytes64,
    KemPublic,
    Natural,
    Point,
    Record,
    Seq,
    ascending,
    decoder,
)
from inglenook_protocol.errors import Reject, malformed
from inglenook_protocol.limits import MAX_HEADS, MAX_LOGS, MAX_MAIL_BYTES, MAX_RUNS
from inglenook_protocol.roster import Statement
from inglenook_protocol.runs import Run

MEDIA_TYPE: Final = "application/msgpack"


class LogPoints(Record, frozen=True, array_like=True, forbid_unknown_fields=True, order=True):
    """Points of one log: what is held of it, or its heads."""

    device: Bytes32
    points: Annotated[list[Point], msgspec.Meta(max_length=MAX_HEADS)]


Have = Annotated[list[LogPoints], msgspec.Meta(max_length=MAX_LOGS)]


class PullRequest(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    """SPEC 14.5."""

    have: Have
    roster_hash: Bytes32
    erasures_hash: Bytes32
    page_bytes: Natural


class Page(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    """SPEC 14.5: what the reader lacks, and what the relay holds."""

    statements: list[Statement]
    runs: Annotated[list[Run], msgspec.Meta(max_length=MAX_RUNS)]
    heads: Have
    more: bool
    roster_hash: Bytes32
    erasures_hash: Bytes32


class PushRequest(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    """SPEC 14.6."""

    statements: list[Statement]
    runs: Annotated[list[Run], msgspec.Meta(max_length=MAX_RUNS)]


class Accepted(Record, frozen=True, array_like=True, forbid_unknown_fields=True, tag="accepted"):
    """The run is on disk up to ``head_seq``."""

    head_seq: Seq


class Duplicate(Record, frozen=True, array_like=True, forbid_unknown_fields=True, tag="duplicate"):
    """All of the run was there already."""

    head_seq: Seq


class Gap(Record, frozen=True, array_like=True, forbid_unknown_fields=True, tag="gap"):
    """The run does not start where the relay's log ends; here are its heads."""

    heads: Annotated[list[Point], msgspec.Meta(max_length=MAX_HEADS)]


class Refused(Record, frozen=True, array_like=True, forbid_unknown_fields=True, tag="refused"):
    """The run does not hold; ``reject`` is a class of SPEC 11.6."""

    reject: Reject


PushResult = Accepted | Duplicate | Gap | Refused


class RegisterRequest(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    """SPEC 14.2."""

    token: Annotated[str, msgspec.Meta(max_length=256)]
    genesis: Annotated[bytes, msgspec.Meta(max_length=4096)]
    statements: list[Statement]


class LoginRequest(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    """SPEC 14.3."""

    space: Bytes32
    signer: Bytes32
    nonce: Bytes32
    signature: Bytes64


class FindRequest(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    """SPEC 14.4."""

    sign: Bytes32
    kem: KemPublic
    nonce: Bytes32
    signature: Bytes64


class Challenge(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A nonce that is good once."""

    nonce: Bytes32


class Token(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A login that lasts ``seconds``."""

    token: str
    seconds: Natural


class Found(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Genesis records of the spaces of a member."""

    genesis: Annotated[list[bytes], msgspec.Meta(max_length=64)]


class Empty(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Nothing to say."""


class OpenMailbox(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    """SPEC 14.8."""

    token: Annotated[str, msgspec.Meta(max_length=256)]
    mailbox: Bytes16
    owner_hash: Bytes32
    reader_hash: Bytes32
    seconds: Natural


class EnterMailbox(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The reader comes in, once; ``claim`` lets the same one come again."""

    capability: Bytes32
    claim: Bytes16


Claim = Annotated[bytes, msgspec.Meta(max_length=16)]
Slot = Annotated[int, msgspec.Meta(ge=1, le=8)]


class PutMail(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One message into its slot."""

    capability: Bytes32
    claim: Claim
    slot: Slot
    message: Annotated[bytes, msgspec.Meta(max_length=MAX_MAIL_BYTES)]


class GetMail(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Wait for the message of a slot."""

    capability: Bytes32
    claim: Claim
    slot: Slot
    wait_seconds: Annotated[int, msgspec.Meta(ge=0, le=25)]


class Mail(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The message of a slot, or None so far."""

    message: bytes | None


class CloseMailbox(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Pairing is over."""

    capability: Bytes32
    claim: Claim


ErrorCode = Literal[
    "malformed",
    "bad-statement",
    "wrong-space",
    "login",
    "registration",
    "not-a-member",
    "unknown-space",
    "unknown-invite",
    "conflict",
    "invite-used",
    "invite-expired",
    "too-large",
    "quota",
    "slow-down",
    "full",
    "stopping",
]

STATUS_BY_CODE: Final[dict[str, int]] = {
    "malformed": 400,
    "bad-statement": 400,
    "wrong-space": 400,
    "login": 401,
    "registration": 403,
    "not-a-member": 403,
    "unknown-space": 404,
    "unknown-invite": 404,
    "conflict": 409,
    "invite-used": 410,
    "invite-expired": 410,
    "too-large": 413,
    "quota": 413,
    "slow-down": 429,
    "stopping": 503,
    "full": 507,
}
"""HTTP status of each code (SPEC 14.1)."""


class ErrorAnswer(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Body of every answer that is not 2xx (SPEC 14.1)."""

    code: ErrorCode
    message: str
    retry_after_seconds: Natural | None
    detail: list[Point] | None


def _check_have(have: list[LogPoints], what: str) -> None:
    if not ascending([log.device for log in have]) or not all(
        ascending(log.points) for log in have
    ):
        raise malformed(what)


_pull_request = decoder(PullRequest, "pull request")
_page = decoder(Page, "page")


def decode_pull_request(source: bytes) -> PullRequest:
    """Raises ``RemoteProtocolError`` (malformed)."""
    request = _pull_request(source)
    _check_have(request.have, "pull request")
    return request


def decode_page(source: bytes) -> Page:
    """Raises ``RemoteProtocolError`` (malformed)."""
    page = _page(source)
    _check_have(page.heads, "page")
    return page


decode_push_request = decoder(PushRequest, "push request")
decode_push_results = decoder(list[PushResult], "push answer")
decode_register_request = decoder(RegisterRequest, "registration")
decode_login_request = decoder(LoginRequest, "login")
decode_find_request = decoder(FindRequest, "question for spaces")
decode_challenge = decoder(Challenge, "challenge")
decode_token = decoder(Token, "login answer")
decode_found = decoder(Found, "answer about spaces")
decode_empty = decoder(Empty, "answer")
decode_open_mailbox = decoder(OpenMailbox, "mailbox")
decode_enter_mailbox = decoder(EnterMailbox, "mailbox claim")
decode_put_mail = decoder(PutMail, "mailbox message")
decode_get_mail = decoder(GetMail, "mailbox question")
decode_mail = decoder(Mail, "mailbox answer")
decode_close_mailbox = decoder(CloseMailbox, "mailbox closing")
decode_error = decoder(ErrorAnswer, "answer")
