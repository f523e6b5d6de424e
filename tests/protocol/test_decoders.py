"""No decoder raises anything but ``RemoteProtocolError``, whatever the bytes (SPEC 1.2, 11.6)."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inglenook_client.core.opening import read_event
from inglenook_harness.people import adds, device, keys, log, noise, removes, root, space
from inglenook_protocol import (
    epochs,
    event,
    export,
    genesis,
    kinds,
    linking,
    messages,
    pairing,
    proof,
    reveal,
    roster,
    runs,
)
from inglenook_protocol.codec import Point, Ref, encode
from inglenook_protocol.errors import LocalProtocolError, RemoteProtocolError
from inglenook_protocol.keys import private_genesis
from inglenook_protocol.limits import MAX_LINE_BYTES
from inglenook_protocol.sealing import EpochKey, Sealer

MAILBOX, HASH = bytes(16), bytes(32)


def _decoders(module: Any) -> dict[str, Callable[[bytes], Any]]:
    found = {
        name: function
        for name, function in vars(module).items()
        if name.startswith(("decode_", "_decode_")) and callable(function)
    }
    found.pop("decode_payload", None)
    return found


OFFER = linking.link_offer(
    HASH,
    "Desk",
    [
        linking.OfferedSpace(
            private_genesis(HASH).encoded,
            private_genesis(HASH).member_ids[0],
            0,
            "",
            keys("ada1").sign.public,
            keys("ada1").kem.public,
        )
    ],
)
ANSWER = linking.link_answer(
    HASH,
    "Laptop",
    [linking.OwnKeys(keys(n).sign.public, keys(n).kem.public) for n in ("ada2", "ada3")],
)
LINK = linking.LinkTranscript(MAILBOX, linking.link_commitment(ANSWER), OFFER, ANSWER)

DECODERS: dict[str, Callable[[bytes], Any]] = {
    f"{module.__name__}.{name}": function
    for module in (messages, runs, roster, event, pairing, linking, epochs, genesis)
    for name, function in _decoders(module).items()
}
DECODERS["Genesis"] = genesis.Genesis
DECODERS["read_event"] = lambda source: read_event(HASH, HASH, source)
for _kind, _version in kinds.PAYLOADS:
    DECODERS[f"payload {_kind} {_version}"] = partial(kinds.decode_payload, _kind, _version)
DECODERS["key payload"] = lambda source: epochs.open_key_payload(
    HASH, EpochKey(HASH, HASH), HASH, source
)
DECODERS["pairing hello"] = lambda source: pairing.Transcript(MAILBOX, HASH, source, source)
DECODERS["link offer"] = lambda source: linking.LinkTranscript(
    MAILBOX, linking.link_commitment(ANSWER), source, ANSWER
)
DECODERS["link answer"] = lambda source: linking.LinkTranscript(
    MAILBOX, linking.link_commitment(source), OFFER, source
)
DECODERS["link release"] = lambda source: LINK.check_release(HASH, source)
DECODERS["link confirmation"] = lambda source: LINK.check_confirmation(HASH, source)
DECODERS["link goods"] = lambda source: LINK.goods(source)
DECODERS["sealed"] = lambda source: Sealer(HASH).open(source, b"")
DECODERS["event body"] = lambda source: EpochKey(HASH, HASH).open_event(source, b"")
DECODERS["fork proof"] = proof.decode_fork_proof
DECODERS["half"] = reveal.decode_half
DECODERS["export"] = lambda source: list(export.read_parts(io.BytesIO(source).read))
DECODERS["statement book"] = lambda source: roster.StatementBook(space()).add(
    [roster.Statement(source, bytes(64))]
)


def _good() -> list[bytes]:
    """One valid record of every kind that is decoded: what the mutations start from."""
    envelopes = log("ada1", [noise("body", 40), noise("more", 9)], key_ids=[HASH, noise("k")])
    [run] = runs.make_runs(envelopes)
    points = [Point(3, noise("a")), Point(9, noise("b"))]
    have = [messages.LogPoints(device("ada1").id, points)]
    statement = adds("ada", "ada1")
    ref = Ref(HASH, 3, HASH)
    records: list[Any] = [
        run,
        statement,
        messages.PullRequest(have, HASH, HASH, 1000),
        messages.Page([statement], [run], have, False, HASH, HASH),
        messages.PushRequest([statement], [run]),
        [messages.Accepted(3), messages.Gap(points), messages.Duplicate(1)],
        messages.RegisterRequest("token", space().encoded, [statement]),
        messages.LoginRequest(HASH, HASH, HASH, bytes(64)),
        messages.ErrorAnswer("slow-down", "later", 3, points),
        messages.OpenMailbox("token", MAILBOX, HASH, HASH, 60),
        messages.PutMail(HASH, MAILBOX, 1, b"mail"),
        messages.GetMail(HASH, b"", 1, 25),
        messages.CloseMailbox(HASH, b""),
        messages.Mail(None),
        messages.Challenge(HASH),
        messages.Token("token", 60),
        messages.Found([space().encoded]),
        messages.Empty(),
        messages.EnterMailbox(HASH, MAILBOX),
        messages.FindRequest(HASH, bytes(1216), HASH, bytes(64)),
        pairing.Invite("https://relay.example", MAILBOX, HASH, 9),
        roster.erased(space().space_id, [ref], HASH),
        event.Content(HASH, [ref], b"core"),
        event.Core(MAILBOX, "reply.edited", 1, HASH, [HASH], 5, 0, 5, 60, encode(["words"])),
        kinds.EntryWritten("moment", "words", "2026-09-21", ["tag"], None),
        kinds.EntityRedacted([HASH], [ref], "entry.written", "2026-09-21"),
        epochs.KeyBody([epochs.Wrap(HASH, bytes(1168))], bytes(60)),
        epochs.KeyPayload(HASH, [HASH]),
        pairing.Hello(root("ada").public.sign, root("ada").public.kem, HASH, bytes(1216), HASH),
        pairing.Confirmation(statement, HASH),
        kinds.DeviceNamed(HASH, None, "Laptop"),
        linking.LinkCommitment(HASH),
        linking.LinkGoods("Ada", ["token"], [statement]),
    ]
    fork = [log("ada1", [body], first=3, previous=envelopes[-1].id) for body in (b"a", b"b")]
    half = reveal.HalfRecord("week-review", "2026-W39", None, [kinds.Part("felt", "words")])
    file = io.BytesIO()
    whole = export.ExportWriter(file.write)
    whole.journal(space().encoded)
    whole.statements([statement])
    whole.run(run)
    whole.end(1, len(envelopes), [export.LogHeads(device("ada1").id, points)], HASH, HASH)
    whole.close()
    encoded = [
        proof.encode_fork_proof(space(), [statement], (fork[0], fork[1])),
        reveal.encode_half(half),
        file.getvalue(),
    ]
    encoded += [encode(record) for record in records]
    encoded += [OFFER, ANSWER, LINK.release(HASH, [None]), LINK.confirmation(HASH)]
    return [*encoded, statement.content, removes("ada", "ada1", points).content, space().encoded]


GOOD = _good()


def _refusal(decode: Callable[[bytes], Any], source: bytes) -> RemoteProtocolError | None:
    try:
        decode(source)
    except RemoteProtocolError as error:
        return error
    return None


def _same_or_refused(decode: Callable[[bytes], Any], source: bytes) -> None:
    error = _refusal(decode, source)
    assert error is None or (error.reject and error.message)


@pytest.mark.parametrize("name", DECODERS)
def test_every_decoder_takes_its_own_record_or_refuses_in_class(name: str) -> None:
    for source in (*GOOD, b"", b"\xc1", b"\x90", b"\xdd\xff\xff\xff\xff", b"\x91" * 5000):
        _same_or_refused(DECODERS[name], source)


VALUES: list[object] = [None, True, 0, -1, 2**64 - 1, "", b"", [], [[]]]
# A few values of MessagePack that a decoder of another record might trip over.
PIECES: st.SearchStrategy[bytes] = st.one_of(
    st.binary(max_size=40),
    st.sampled_from([encode(v) for v in VALUES]),
    st.sampled_from([b"\xca\0\0\0\0", b"\x80", b"\x81\x01\x02", b"\xc7\x00\x00", b"\xdf", b"\xc6"]),
)


@settings(max_examples=250)
@given(st.data())
def test_arbitrary_and_damaged_bytes_are_refused_in_class(data: st.DataObject) -> None:
    source = data.draw(st.sampled_from(GOOD))
    start = data.draw(st.integers(0, len(source)))
    end = data.draw(st.integers(start, min(len(source), start + 70)))
    damaged = source[:start] + data.draw(PIECES) + source[end:]
    for decode in DECODERS.values():
        _same_or_refused(decode, damaged)


@settings(max_examples=80)
@given(st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-(2**63), 2**64 - 1), st.text(max_size=8),
        st.binary(max_size=40), st.sampled_from([HASH, bytes(64), bytes(16), "added", "accepted"]),
    ),
    lambda inner: st.lists(inner, max_size=7),
    max_leaves=30,
))  # fmt: skip
def test_canonical_values_of_other_shapes_are_refused_in_class(value: object) -> None:
    source = encode(value)
    for decode in DECODERS.values():
        _same_or_refused(decode, source)


def test_what_is_decoded_encodes_to_the_same_bytes() -> None:
    """Every decoder takes some record here, and none takes two forms of it."""
    for name, decode in DECODERS.items():
        for source in GOOD:
            longer = [b"\xdc\x00" + bytes([source[0] & 15]) + source[1:], source + b"\xc0"]
            for other in longer:
                assert _refusal(decode, other) is not None, name


def test_no_module_that_decodes_is_left_out() -> None:
    decoding = {
        path.stem
        for path in Path(str(kinds.__file__)).parents[1].rglob("*.py")
        if "decoder(" in path.read_text(encoding="utf-8")
    }
    by_hand = {"Genesis": "genesis", "fork proof": "proof", "half": "reveal", "export": "export"}
    here = {name.split(".")[-2] for name in DECODERS if "." in name.split(" ")[0]}
    here |= {by_hand[name] for name in DECODERS.keys() & by_hand.keys()}
    assert decoding - here == {"codec", "registry"}
    assert {name for name in DECODERS if name.startswith("payload ")} == {
        f"payload {kind} {version}" for kind, version in kinds.PAYLOADS
    }


def test_every_decoder_takes_something() -> None:
    """So that the tests above do not look at functions that refuse everything."""
    takes_nothing_here = {
        "pairing hello",
        "sealed",
        "event body",
        "key payload",
        "statement book",
    }
    for name, decode in DECODERS.items():
        if name not in takes_nothing_here and not name.startswith("payload"):
            assert any(_refusal(decode, source) is None for source in GOOD), name


@settings(max_examples=100)
@given(st.one_of(st.text(max_size=60), st.text(alphabet="Aa0-_=", max_size=60)))
def test_an_invite_is_read_or_refused_with_a_next_step(text: str) -> None:
    invite = pairing.Invite("https://relay.example", MAILBOX, HASH, 9).to_text()
    for pasted in (text, pairing.INVITE_PREFIX + text, invite[:30] + text + invite[30:]):
        error = None
        try:
            invite_again = pairing.parse_invite(pasted)
        except LocalProtocolError as caught:
            error = caught
        if error is None:
            assert invite_again.to_text() == "".join(pasted.split())
        else:
            assert error.reject is not None
            assert error.next_step


def test_a_private_key_is_no_decoder_of_wraps_that_raises_something_else() -> None:
    for wrap in (b"", bytes(1120), bytes(1168), bytes(1169), noise("wrap", 1168)):
        with pytest.raises(RemoteProtocolError):
            keys("ada1").kem.unwrap(wrap, b"info")


@pytest.mark.parametrize("more", [0, 1])
@pytest.mark.parametrize(
    ("decode", "record"),
    [
        (LINK.goods, lambda line: linking.LinkGoods(line, ["token"], [])),
        (reveal.decode_half, lambda line: reveal.HalfRecord(line, "2026-W39", None, [])),
    ],
    ids=["link goods", "half"],
)
def test_a_limit_is_of_bytes_and_not_of_characters(
    decode: Callable[[bytes], Any], record: Callable[[str], Any], more: int
) -> None:
    source = encode(record("\N{CJK UNIFIED IDEOGRAPH-65E5}" * (MAX_LINE_BYTES // 3 + more)))
    refused = _refusal(decode, source)
    assert (refused is None) is (more == 0), refused
