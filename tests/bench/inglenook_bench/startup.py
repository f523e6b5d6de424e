"""(d) `nook timeline` and `nook write` from start to end, with a short and with a long history.

The journal that is timed is unlocked by a passphrase that costs almost nothing to check, so
that the rest shows; what checking one costs in earnest is a line of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from inglenook_bench.figures import Figure, compare, reaching
from inglenook_bench.scene import Scene, expect
from inglenook_client.journal import Journal
from inglenook_client.journal.state import PAIRED
from inglenook_client.keyring import PassphraseFile, change_unlock
from inglenook_client.keyring.unlock import DEFAULT_COST, Cost
from inglenook_client.profile import SHARED

LIMIT_S = 0.4
MOST = 1.15
CHEAP = Cost(memory_kib=64, passes=1, lanes=1)
LIBRARIES = (
    "import asyncio, msgspec, sqlcipher3, aiosqlite, click, cryptography.hazmat.bindings._rust"
)
NOOK = Path(sys.executable).with_name("nook")


async def measure(scene: Scene) -> list[Figure]:
    """Both commands."""
    rounds = 5 if scene.quick else 15
    secret = scene.path("passphrase")
    secret.write_text("seven quiet otters\n")
    homes = {size: await home_of(scene, size, secret) for size in (1_000, scene.events)}
    commands = {
        "timeline": ["timeline", "--json"],
        "write": ["write", "--share", "A slow morning."],
    }
    took: dict[tuple[str, int], list[float]] = {(c, n): [] for c in commands for n in homes}
    floors: list[float] = []
    scene.say(f"starting nook {rounds * len(took)} times")
    for round_ in range(rounds + 1):
        for (name, size), samples in took.items():
            seconds, output = nook(homes[size], secret, commands[name])
            expect(f"nook {name} says something", len(output) > 60, True)
            if round_:  # the first brings files into memory
                samples.append(seconds)
        seconds, _ = run([sys.executable, "-c", LIBRARIES])
        if round_:
            floors.append(seconds)
    figures = []
    for name in commands:
        long, short = took[name, scene.events], took[name, 1_000]
        whole = compare("d", f"nook {name}, {scene.events:,} events", long, "s", "imports", floors)
        figures.append(reaching(whole, f"< {LIMIT_S} s", whole.value < LIMIT_S))
        flat = compare(
            "d", f"nook {name}, {scene.events:,} events", long, "s", "1,000 events", short
        )
        figures.append(reaching(flat, f"ratio < {MOST}", (flat.ratio or 9) < MOST))
    stretching = [_stretch() for _ in range(rounds)]
    figures.append(compare("d", "  a passphrase costs besides", stretching, "s", "", []))
    return figures


async def home_of(scene: Scene, events: int, secret: Path) -> Path:
    """A profile of a paired person whose shared journal has so many events."""
    scene.say(f"a journal with {events:,} events")
    home = scene.path("home")
    unlock = PassphraseFile(secret)
    journal, _ = await Journal.create(home, unlock, name="Ada")
    state = journal._state
    device = scene.history.new_reader()
    store = await scene.new_store(state.profile.path(SHARED), device, state.profile.key(SHARED))
    await scene.fill(store, events)
    await store.close()
    await state.set({PAIRED: b"1"})
    await journal.close()
    change_unlock(home, unlock, unlock, cost=CHEAP)
    return home


def nook(home: Path, secret: Path, arguments: list[str]) -> tuple[float, str]:
    command = [str(NOOK), "--home", str(home), "--passphrase-file", str(secret), *arguments]
    return run(command)


def run(command: list[str]) -> tuple[float, str]:
    plain = {k: v for k, v in os.environ.items() if not k.startswith("NOOK_")}
    begin = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, env=plain)
    took = time.perf_counter() - begin
    if done.returncode:
        raise SystemExit(f"{command[-2:]} ended with {done.returncode}: {done.stderr}")
    return took, done.stdout


def _stretch() -> float:
    begin = time.perf_counter()
    Argon2id(
        salt=bytes(16),
        length=32,
        iterations=DEFAULT_COST.passes,
        lanes=DEFAULT_COST.lanes,
        memory_cost=DEFAULT_COST.memory_kib,
    ).derive(b"seven quiet otters")
    return time.perf_counter() - begin
