"""Every decoder, over the same bytes: one value has one form, or there is a refusal in class."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

from inglenook_client.core.opening import read_event
from inglenook_fuzz import vectors
from inglenook_fuzz.target import Target, hold, reached
from inglenook_harness.people import adds, device, log, noise, removes, root, space
from inglenook_protocol import epochs, event, genesis, kinds, messages, pairing, roster, runs
from inglenook_protocol.codec import Point, Record, Ref, encode
from inglenook_protocol.errors import LocalProtocolError, RemoteProtocolError

_HASH: Final = bytes(32)
_MAILBOX: Final = bytes(16)


def _of(module: Any) -> dict[str, Callable[[bytes], Any]]:
    return {
        f"{module.__name__}.{name}": function
        for name, function in vars(module).items()
        if name.startswith(("decode_", "_decode_"))
        and callable(function)
        and name != "decode_payload"
    }


DECODERS: Final[dict[str, Callable[[bytes], Any]]] = {
    name: function
    for module in (messages, runs, roster, event, pairing, epochs, genesis)
    for name, function in _of(module).items()
}
DECODERS["genesis.Genesis"] = genesis.Genesis
for _kind, _version in kinds.PAYLOADS:
    DECODERS[f"payload {_kind}"] = partial(kinds.decode_payload, _kind, _version)


def one(source: bytes) -> None:
    """No decoder raises anything but a refusal, or takes two forms of one value."""
    for name, decode in DECODERS.items():
        try:
            value = decode(source)
        except RemoteProtocolError as error:
            hold(error.reject and error.message, f"{name} refuses without a class or words")
            continue
        reached(name, len(value) if isinstance(value, list) else "")
        if isinstance(value, genesis.Genesis):
            hold(value.encoded == source, "a genesis is not kept as received")
        elif isinstance(value, Record | list):
            hold(encode(value) == source, f"{name} takes a form that is not canonical")
            hold(decode(encode(value)) == value, f"{name} does not give back what it gave")
        if isinstance(value, kinds.Payload):
            hold(kinds.encode_payload(value) == source, f"{name} takes what no writer may write")
        if decode is event.decode_core:
            hold(event.encode_core(value) == source, "a core is taken that no writer may write")
            _read(source)
    _invite(source)


def _read(core: bytes) -> None:
    read, flaw = read_event(_HASH, _HASH, core)
    reached("event", type(read.payload).__name__, flaw)
    hold(flaw is None or read.payload is None, "an event with a flaw is folded")
    hold((read.entity == read.event_id) == read.creates, "an event does not know what it creates")


def _invite(source: bytes) -> None:
    text = source.decode("utf-8", "replace")
    for kind, parse in (
        (pairing.Invite, pairing.parse_invite),
        (pairing.DeviceInvite, pairing.parse_device_invite),
    ):
        for pasted in (text, kind.prefix + text):
            try:
                invite = parse(pasted)
            except LocalProtocolError as error:
                hold(error.reject and error.next_step, "an invite is refused without a next step")
                continue
            reached(kind.__name__, len(text.split()))
            hold(invite.to_text() == "".join(pasted.split()), "two texts of one invite")
        if source[:1] == b"\x94":
            try:
                invite = pairing._DECODE_INVITE[kind](source)
            except RemoteProtocolError:
                return
            hold(parse(invite.to_text()) == invite, "an invite does not read itself")


def records() -> list[Any]:
    """One valid record of every type."""
    [run] = runs.make_runs(log("ada1", [noise("body", 40)], key_ids=[_HASH]))
    points = [Point(3, noise("a")), Point(9, noise("b"))]
    have = [messages.LogPoints(device("ada1").id, points)]
    statement = adds("ada", "ada1")
    ref = Ref(_HASH, 3, _HASH)
    return [
        run,
        statement,
        messages.PullRequest(have, _HASH, _HASH, 1000),
        messages.Page([statement], [run], have, False, _HASH, _HASH),
        messages.PushRequest([statement], [run]),
        [messages.Accepted(3), messages.Gap(points), messages.Duplicate(1)],
        messages.RegisterRequest("token", space().encoded, [statement]),
        messages.LoginRequest(_HASH, _HASH, _HASH, bytes(64)),
        messages.ErrorAnswer("slow-down", "later", 3, points),
        messages.OpenMailbox("token", _MAILBOX, _HASH, _HASH, 60),
        messages.PutMail(_HASH, _MAILBOX, 1, b"mail"),
        messages.GetMail(_HASH, b"", 1, 25),
        messages.CloseMailbox(_HASH, b""),
        messages.Mail(None),
        messages.Challenge(_HASH),
        messages.Token("token", 60),
        messages.Found([space().encoded]),
        messages.Empty(),
        messages.EnterMailbox(_HASH, _MAILBOX),
        messages.FindRequest(_HASH, bytes(1216), _HASH, bytes(64)),
        pairing.Invite("https://relay.example", _MAILBOX, _HASH, 9),
        roster.erased(space().space_id, [ref], _HASH),
        event.Content(_HASH, [ref], b"core"),
        event.Core(_MAILBOX, "reply.edited", 1, _HASH, [_HASH], 5, 0, 5, 60, encode(["words"])),
        epochs.KeyBody([epochs.Wrap(_HASH, bytes(1168))], bytes(60)),
        epochs.KeyPayload(_HASH, [_HASH]),
        pairing.Hello(root("ada").public.sign, root("ada").public.kem, _HASH, bytes(1216), _HASH),
        pairing.Confirmation(statement, _HASH),
        *PAYLOADS,
    ]


PAYLOADS: Final[list[kinds.Payload]] = [
    kinds.MemberIntroduced("Ada"),
    kinds.EntryWritten("moment", "words", "2026-09-21", ["tag"], None),
    kinds.EntryWritten("progress", "words", "2026-09-21", [], _HASH),
    kinds.EntryEdited("other words", "2026-09-22", ["tag"]),
    kinds.ReplyWritten(_HASH, "words"),
    kinds.ReplyEdited("words"),
    kinds.ReactionGiven(_HASH, "hug"),
    kinds.ReactionTakenBack(),
    kinds.CheckInMade(["calm"], 3, "words", "a walk", "2026-09-21"),
    kinds.CheckInEdited(["tired"], None, "words", "", "2026-09-21"),
    kinds.AppreciationNoticed("words", "warmth", "2026-09-21"),
    kinds.AppreciationEdited("words", "", "2026-09-21"),
    kinds.EntityRedacted([_HASH], [Ref(_HASH, 3, _HASH)], "entry.written", "2026-09-21"),
]
"""At least one payload of every kind."""


def seeds() -> Iterator[bytes]:
    """Own records, and the vectors' own: good ones and those with one fault."""
    statement = adds("ada", "ada1")
    for record in records():
        yield encode(record)
    yield from (statement.content, removes("ada", "ada1").content, space().encoded)
    yield from vectors.byte_strings("messages", "encoded", "bytes", largest=1500)
    yield from vectors.byte_strings("records", "encoded", "bytes", largest=1500)
    yield from vectors.byte_strings("events", "payload", "core", largest=1500)
    yield from vectors.byte_strings("identity", "genesis", largest=3000)
    for case in vectors.cases("pairing"):
        if case["op"] == "invite":
            yield case["in"]["text"].removeprefix(pairing.INVITE_PREFIX).encode()


TARGET: Final = Target("records", one, seeds, ("inglenook_protocol",))
