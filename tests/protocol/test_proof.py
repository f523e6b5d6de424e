"""Writing a proof of a fork (SPEC 11.7); reading is in the vectors, each flaw by itself."""

from __future__ import annotations

from random import Random

import pytest

from inglenook_harness import people
from inglenook_protocol.errors import LocalProtocolError, RemoteProtocolError
from inglenook_protocol.proof import MAGIC, decode_fork_proof, encode_fork_proof

PATH = [people.adds("ada", "ada1")]
COMMON = people.log("ada1", [b"common"])
ONE = people.log("ada1", [b"one"], first=2, previous=COMMON[-1].id)
OTHER = people.log("ada1", [b"other", b"and on"], first=2, previous=COMMON[-1].id)


def test_what_is_written_is_what_is_read_whichever_way_round() -> None:
    written = encode_fork_proof(people.space(), PATH, (ONE, OTHER))
    assert written == encode_fork_proof(people.space(), PATH, (OTHER, ONE))
    shown = decode_fork_proof(written)
    assert (shown.device, shown.seq) == (people.device("ada1"), 2)
    ends = dict(zip(shown.ids, shown.heads, strict=True))
    assert ends == {ONE[0].id: 2, OTHER[0].id: 3}


def test_nothing_is_written_that_a_reader_would_refuse() -> None:
    for chains in ((ONE, ONE), (OTHER, OTHER[:1]), (ONE, COMMON)):
        with pytest.raises(LocalProtocolError):
            encode_fork_proof(people.space(), PATH, chains)
    with pytest.raises(LocalProtocolError):
        encode_fork_proof(people.space(), [people.adds("ada", "ada2")], (ONE, OTHER))


def test_any_flipped_bit_is_one_typed_rejection() -> None:
    written = encode_fork_proof(people.space(), PATH, (ONE, OTHER))
    random = Random(1)
    for at in [*range(len(MAGIC) + 8), *random.sample(range(len(written)), 300)]:
        changed = bytearray(written)
        changed[at] ^= 1 << random.randrange(8)
        with pytest.raises(RemoteProtocolError):
            decode_fork_proof(bytes(changed))


def test_the_text_before_it_stands_in_no_other_file() -> None:
    written = encode_fork_proof(people.space(), PATH, (ONE, OTHER))
    assert written.startswith(b"inglenook fork proof 1\n")
    for other in (b"", written[1:], b"x" + written):
        with pytest.raises(RemoteProtocolError):
            decode_fork_proof(other)
