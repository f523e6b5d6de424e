"""Records between device and relay (SPEC 14)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Final, Literal, TypeVar

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
from inglenook_protocol.errors import Reject, RemoteProtocolError, malformed
from inglenook_protocol.limits import (
    MAX_HEADS,
    MAX_INVITE_SECONDS,
    MAX_LOGS,
    MAX_MAIL_BYTES,
    MAX_MAIL_SLOTS,
    MAX_MESSAGE_BYTES,
    MAX_RUNS,
)
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
    seconds: Annotated[int, msgspec.Meta(ge=1, le=MAX_INVITE_SECONDS)]


class EnterMailbox(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The reader comes in, once; ``claim`` lets the same one come again."""

    capability: Bytes32
    claim: Bytes16


Claim = Annotated[bytes, msgspec.Meta(max_length=16)]
Slot = Annotated[int, msgspec.Meta(ge=1, le=MAX_MAIL_SLOTS)]


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


T = TypeVar("T")


def _decoder(type_: type[T], what: str) -> Callable[[bytes], T]:
    """As ``codec.decoder``, for a whole message: ``too-large`` above ``MAX_MESSAGE_BYTES``."""
    decode = decoder(type_, what)

    def message(source: bytes) -> T:
        if len(source) > MAX_MESSAGE_BYTES:
            raise RemoteProtocolError(Reject.TOO_LARGE, "A message that arrived is too large.")
        return decode(source)

    return message


def _check_have(have: list[LogPoints], what: str) -> None:
    if not ascending([log.device for log in have]) or not all(
        ascending(log.points) for log in have
    ):
        raise malformed(what)


_pull_request = _decoder(PullRequest, "pull request")
_page = _decoder(Page, "page")


def decode_pull_request(source: bytes) -> PullRequest:
    """Raises ``RemoteProtocolError`` (malformed, too-large)."""
    request = _pull_request(source)
    _check_have(request.have, "pull request")
    return request


def decode_page(source: bytes) -> Page:
    """Raises ``RemoteProtocolError`` (malformed, too-large)."""
    page = _page(source)
    _check_have(page.heads, "page")
    return page


_push_results = _decoder(list[PushResult], "push answer")
_error = _decoder(ErrorAnswer, "answer")
_put_mail = _decoder(PutMail, "mailbox message")
_get_mail = _decoder(GetMail, "mailbox question")
_close_mailbox = _decoder(CloseMailbox, "mailbox closing")


def decode_push_results(source: bytes) -> list[PushResult]:
    """Raises ``RemoteProtocolError`` (malformed, too-large)."""
    results = _push_results(source)
    if not all(ascending(result.heads) for result in results if isinstance(result, Gap)):
        raise malformed("push answer")
    return results


def decode_error(source: bytes) -> ErrorAnswer:
    """Raises ``RemoteProtocolError`` (malformed, too-large)."""
    answer = _error(source)
    if answer.detail is not None and not ascending(answer.detail):
        raise malformed("answer")
    return answer


def _check_claim(claim: bytes, what: str) -> None:
    if len(claim) not in (0, 16):
        raise malformed(what)


def decode_put_mail(source: bytes) -> PutMail:
    """Raises ``RemoteProtocolError`` (malformed, too-large)."""
    request = _put_mail(source)
    _check_claim(request.claim, "mailbox message")
    return request


def decode_get_mail(source: bytes) -> GetMail:
    """Raises ``RemoteProtocolError`` (malformed, too-large)."""
    request = _get_mail(source)
    _check_claim(request.claim, "mailbox question")
    return request


def decode_close_mailbox(source: bytes) -> CloseMailbox:
    """Raises ``RemoteProtocolError`` (malformed, too-large)."""
    request = _close_mailbox(source)
    _check_claim(request.claim, "mailbox closing")
    return request


decode_push_request = _decoder(PushRequest, "push request")
decode_register_request = _decoder(RegisterRequest, "registration")
decode_login_request = _decoder(LoginRequest, "login")
decode_find_request = _decoder(FindRequest, "question for spaces")
decode_challenge = _decoder(Challenge, "challenge")
decode_token = _decoder(Token, "login answer")
decode_found = _decoder(Found, "answer about spaces")
decode_empty = _decoder(Empty, "answer")
decode_open_mailbox = _decoder(OpenMailbox, "mailbox")
decode_enter_mailbox = _decoder(EnterMailbox, "mailbox claim")
decode_mail = _decoder(Mail, "mailbox answer")
