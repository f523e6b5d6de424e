"""A fork proof (SPEC 11.7) as the package writes it, read with nothing of the package."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from inglenook_harness import people
from inglenook_harness.second_reading import verifier as v
from inglenook_harness.second_reading import verify
from inglenook_protocol.proof import encode_fork_proof

PATH = [people.adds("ada", "ada1")]
COMMON = people.log("ada1", [b"common"])
ONE = people.log("ada1", [b"one"], first=2, previous=COMMON[-1].id)
OTHER = people.log("ada1", [b"other", b"and on"], first=2, previous=COMMON[-1].id)


@pytest.fixture(scope="module")
def proof() -> bytes:
    return encode_fork_proof(people.space(), PATH, (ONE, OTHER))


def test_a_proof_that_the_package_wrote_is_checked_with_nothing_else(proof: bytes, tmp_path: Path):
    file = tmp_path / "fork.proof"
    file.write_bytes(proof)
    verdict = verify(file)
    assert (verdict.code, verdict.err) == (0, "")
    assert verdict.out.endswith("\nall of it holds\n")
    assert f"device      {people.device('ada1').id.hex()}\n" in verdict.out
    assert "number      2 of its log is there twice" in verdict.out
    assert f"{ONE[0].id.hex()}, followed up to 2\n" in verdict.out
    assert f"{OTHER[0].id.hex()}, followed up to 3\n" in verdict.out


@pytest.mark.parametrize(
    ("content", "reject"),
    [
        (b"inglenook fork proof 2\n", "wrong-version"),
        (b"inglenook fork proof \n", "malformed"),
        (b"inglenook fork proof 1\n" + bytes(v.MAX_MESSAGE_BYTES), "too-large"),
    ],
)
def test_what_does_not_hold_is_said_and_ends_with_1(content: bytes, reject: str, tmp_path: Path):
    file = tmp_path / "fork.proof"
    file.write_bytes(content)
    verdict = verify(file)
    assert (verdict.code, verdict.classes) == (1, [reject])
    assert verdict.out == "not all of it holds\n"


def test_any_flipped_bit_is_refused(proof: bytes):
    random = Random(2)
    for at in [*range(32), *random.sample(range(len(proof)), 300)]:
        changed = bytearray(proof)
        changed[at] ^= 1 << random.randrange(8)
        with pytest.raises(v.Refused):
            v.read_proof(bytes(changed))
