"""Made-up lives, as the simulation lives them, and what the verifier reads of each device's export:
the digest of that device, whatever happened (removals, restored copies, withdrawals, lies
of relays, epochs that crossed)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from inglenook_harness.second_reading import verifier as v
from inglenook_protocol.export import ExportWriter
from inglenook_simulation import checks
from inglenook_simulation import simulate as lives
from inglenook_simulation.world import World

SEEDS = (*range(20), 97, 221, 771, 773)
"""The last four are of the few in which a removed device wrote what nobody who counts had seen."""


def _unwrap(seed: bytes, wrap: bytes, info: bytes) -> bytes:
    """The simulation's wraps have no entropy (``inglenook_simulation.keys``)."""
    key = v.hashlib.sha256(v.kem_public(seed)).digest()
    try:
        return AESGCMSIV(key).decrypt(bytes(12), wrap[:48], info)
    except (InvalidTag, ValueError):
        raise v.Refused("bad-key", "A wrapped key does not open.") from None


@pytest.fixture
def met(monkeypatch, tmp_path) -> Counter[str]:
    """Lets every life end with an export of each device; counts what was in them."""
    seen: Counter[str] = Counter()
    real_check, real_seeds = checks.check_all, v.root_seeds
    # All roots of the simulation are of the same kind.
    monkeypatch.setattr(v, "root_seeds", lambda e, kind, index: real_seeds(e, "shared", index))
    monkeypatch.setattr(v, "unwrap", _unwrap)

    async def check(world: World) -> None:
        await real_check(world)
        for device in world.devices:
            await _check_export(device, tmp_path / "export", seen)

    monkeypatch.setattr(lives, "check_all", check)
    return seen


async def _check_export(device: Any, file: Path, seen: Counter[str]) -> None:
    with file.open("wb") as out:
        writer = ExportWriter(out.write)
        await device.store.export(writer, lambda count: None)
        writer.close()
    faults: list[Any] = []
    v.read_file(file, every=True, report=faults.append)
    if "breaks a signature" in device.world.liar.told:
        # Inside a proved run that does no harm; `--all` says so (SPEC 6.4).
        assert {fault.reject for fault in faults} <= {"bad-signature"}
        faults.clear()
    [journal] = v.read_file(file, every=False, report=faults.append)
    assert not faults, [str(fault) for fault in faults]
    person = re.match("[a-z]+", device.name)
    assert person is not None
    entropy = v.hashlib.sha256(f"root {device.space.name} {person[0]}".encode()).digest()
    opened = v.open_journal(file, journal, entropy, keep=False, report=faults.append)
    assert not faults, [str(fault) for fault in faults]
    overview = await device.store.overview()
    if not overview.unreadable:
        # A removed device may lack a key that the phrase opens (SPEC 24.4).
        assert opened.digest == overview.digest, device.title
        seen["digests"] += 1
    assert journal.statements.roster_hash == overview.roster.hash
    assert journal.roster.standing == overview.roster.standing
    seen["exports"] += 1
    seen["removed"] += bool(journal.roster.heads)
    seen["stubs"] += bool(journal.stubs)
    seen["epochs"] += opened.epochs > 2
    seen["passed over"] += bool(opened.passed_over)


def _live(seeds: Iterable[int]) -> None:
    for seed in seeds:
        outcome = lives.simulate(seed)
        assert outcome.broken is None, f"seed {seed}\n" + "\n".join(outcome.story)


@pytest.mark.long
def test_each_device_of_some_lives_exports_what_it_shows(met):
    _live(SEEDS)
    assert met["digests"] > len(SEEDS)
    assert all(met[what] for what in ("removed", "stubs", "epochs", "passed over")), met


@pytest.mark.long
@pytest.mark.exhaustive
def test_each_device_of_many_lives_exports_what_it_shows(met):
    _live(range(3_000_000, 3_000_700))
    assert met["digests"] > met["exports"] * 0.9, met
    assert all(met[what] for what in ("removed", "stubs", "epochs", "passed over")), met
