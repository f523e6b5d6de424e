"""Runs whose items are signed anew, and pairing messages that fit together.

An input is [run (bytes), items to sign (numbers), erased items (numbers), bit to flip] or, with
a first field that is a number, the pairing [0, M2, M3, commitment or nil, confirmation, MAC or
nil]: nil stands for what fits.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from inglenook_fuzz import trees, vectors
from inglenook_fuzz.target import Target, hold, items, raw, reached, refusal, whole
from inglenook_harness.people import device, keys, log, noise, root, space
from inglenook_protocol import labels, pairing
from inglenook_protocol.codec import Ref, encode
from inglenook_protocol.envelope import Envelope, envelope_id, hash_body, pack_prefix
from inglenook_protocol.errors import Reject, RemoteProtocolError
from inglenook_protocol.runs import Run, VerifiedRun, decode_run, make_runs, verify_run
from inglenook_protocol.signatures import verify

_FORM: Final = {Reject.MALFORMED, Reject.TOO_LARGE, Reject.GAP}
_MAILBOX: Final = bytes(16)


def signed_anew(run: Run, numbers: list[Any]) -> tuple[Run, list[Ref]]:
    """The run with good signatures at these items, and the ref of every item."""
    refs: list[Ref] = []
    again = []
    previous = run.previous
    for at, item in enumerate(run.items):
        seq = min(run.first_seq + at, 2**63)
        body_hash = item.body_hash if item.body is None else hash_body(item.body)
        key_id = run.keys[item.key % len(run.keys)]
        prefix = pack_prefix(item.flags, space().space_id, run.device, seq, previous, key_id)
        previous = envelope_id(prefix, body_hash)
        refs.append(Ref(run.device, seq, previous))
        signature = item.signature
        if at in numbers or at == len(run.items) - 1 - whole(numbers[:1] or 0, 0, 3):
            signature = keys("ada1").sign.sign(labels.ENVELOPE_SIG, prefix + body_hash)
        again.append(msgspec.structs.replace(item, signature=signature))
    return msgspec.structs.replace(run, items=again), refs


def _verified(source: bytes, gone: set[Ref]) -> VerifiedRun | RemoteProtocolError:
    try:
        run = decode_run(source)
        info = device("ada1")
        return verify_run(run, space().space_id, info, lambda ref: ref in gone)
    except RemoteProtocolError as error:
        reached(error.reject, error.message)
        hold(error.reject in _FORM, f"a run is refused as {error.reject}")
        return error


def _gist(envelope: Envelope) -> tuple[Any, ...]:
    return envelope.seq, envelope.id, envelope.previous, envelope.body_hash, envelope.flags


def _run(tree: list[Any]) -> None:
    source, numbers, gone, flip = (*tree, None, None, None, None)[:4]
    try:
        run = decode_run(raw(source))
    except RemoteProtocolError as error:
        hold(error.reject is Reject.MALFORMED, "a run does not decode in another class")
        return
    run, refs = signed_anew(run, items(numbers))
    run = msgspec.structs.replace(run, device=device("ada1").id)
    named = {refs[n % len(refs)] for n in items(gone) if isinstance(n, int)}
    encoded = encode(run)
    outcome = _verified(encoded, named)
    if isinstance(outcome, RemoteProtocolError):
        return
    taken = list(outcome.envelopes)
    reached(outcome.flaw, len(taken), len(run.items))
    hold(outcome.flaw in (None, Reject.BAD_SIGNATURE, Reject.WITHHELD_BODY), "another flaw")
    hold((outcome.flaw is None) == (len(taken) == len(run.items)), "a flaw that cost nothing")
    previous = run.previous
    for at, each in enumerate(taken):
        hold(each.seq == run.first_seq + at and each.previous == previous, "a chain with a gap")
        hold(each.id == envelope_id(each.prefix, each.body_hash), "an id of other bytes")
        hold(each.body is not None or Ref(each.device, each.seq, each.id) in named, "no body")
        previous = each.id
    if taken:
        last = taken[-1]
        hold(verify(labels.ENVELOPE_SIG, device("ada1").sign, last.header, last.signature),
             "a run was proved by nothing")  # fmt: skip
        [sent_on] = make_runs(taken)
        again = _verified(encode(sent_on), named)
        hold(isinstance(again, VerifiedRun) and list(again.envelopes) == taken, "not sent on")
        _flip(encode(sent_on), taken, named, whole(flip, 0, len(encode(sent_on)) * 8 - 1))


def _flip(encoded: bytes, taken: list[Envelope], named: set[Ref], at: int) -> None:
    changed = bytearray(encoded)
    changed[at // 8] ^= 1 << at % 8
    outcome = _verified(bytes(changed), named)
    if isinstance(outcome, VerifiedRun) and decode_run(bytes(changed)).device == taken[0].device:
        got = [_gist(e) for e in outcome.envelopes]
        # A run that starts elsewhere is a gap to a store, which looks before it verifies.
        if not got or outcome.previous == taken[0].previous:
            hold(got == [_gist(e) for e in taken[: len(got)]], "a changed bit was taken")


# ---------------------------------------------------------------------- pairing


def _pair(tree: list[Any]) -> None:
    m2, m3, commitment, confirmation, mac = (*tree[1:], *[None] * 5)[:5]
    m3 = raw(m3)
    committed = pairing.commitment_to(m3) if commitment is None else raw(commitment)
    refusal(lambda: pairing.decode_commitment(raw(commitment)))
    try:
        transcript = pairing.inviter_transcript(_MAILBOX, committed, raw(m2), m3)
    except RemoteProtocolError as error:
        hold(error.reject in (Reject.MALFORMED, Reject.BAD_KEY, Reject.SMALL_ORDER_KEY), "class")
        return
    hold(committed == pairing.commitment_to(m3), "keys are taken that nobody committed to")
    hold(len(transcript.word_indices) == 5 and max(transcript.word_indices) < 2048, "words")
    secret = noise("secret")
    honest = transcript.confirmation(secret, inviter=False, root=root("ben"))
    record = trees.read(raw(confirmation) or honest)
    if isinstance(record, list) and len(record) == 2 and mac is None:
        record = [record[0], transcript._mac(secret, inviter=False)]
    offered = encode(record)
    try:
        taken = transcript.check_confirmation(secret, offered, inviter=False)
    except RemoteProtocolError as error:
        reached("confirmation", error.reject, error.message)
        hold(
            error.reject
            in (
                Reject.MALFORMED,
                Reject.TOO_LARGE,
                Reject.BAD_SIGNATURE,
                Reject.BAD_STATEMENT,
                Reject.WRONG_SPACE,
            ),
            str(error.reject),
        )
        return
    expected = pairing._decode_confirmation(offered).added
    hold(taken == expected, "another statement is taken")
    for other in (True, False):
        wrong = refusal(lambda: transcript.check_confirmation(bytes(32), offered, inviter=other))  # noqa: B023
        hold(wrong is not None, "a confirmation holds under another secret")


def one(source: bytes) -> None:
    """A run proves what its last good signature covers, and no more; pairing binds its words."""
    tree = trees.read(source)
    if isinstance(tree, list) and tree:
        if isinstance(tree[0], int):
            _pair(tree)
        else:
            _run(tree)


def seeds() -> Iterator[bytes]:
    """Logs with keys, erased bodies and cuts, runs of the vectors, one honest pairing."""
    envelopes = log("ada1", [noise(f"b{n}", 9) for n in range(5)],
                    key_ids=[noise("k1"), noise("k2")], flags=[1, 0, 0, 0, 0])  # fmt: skip
    for part in (envelopes, envelopes[2:], envelopes[:1]):
        [run] = make_runs(part)
        yield encode([encode(run), [0], [], 700])
        erased = [msgspec.structs.replace(e, body=None) for e in part[-1:]]
        [run] = make_runs([*part[:-1], *erased])
        yield encode([encode(run), [1, 3], [len(part) - 1], 99])
    for source in vectors.byte_strings("runs", "run", largest=1500):
        yield encode([source, [0, 1], [0], 5])
    hellos = [pairing.hello(root(p), keys(f"{p}1"), noise(p)) for p in ("ada", "ben")]
    yield encode([0, *hellos, None, None, None])
    transcript = pairing.Transcript(_MAILBOX, pairing.commitment_to(hellos[1]), *hellos)
    honest = transcript.confirmation(noise("secret"), inviter=False, root=root("ben"))
    yield encode([0, *hellos, None, honest, None])
    yield encode([0, *hellos, noise("commitment"), honest, b""])


TARGET: Final = Target("runs", one, seeds, ("inglenook_protocol",), 8192)
