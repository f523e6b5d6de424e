"""(h) Ten years of all that two people record: folding anew, the day, the week, a search.

The life ends now, so that the day and the week have something to show. The floor of folding anew
opens and decodes the same envelopes, and writes the rows that were folded before, into the same
encrypted schema. The floor of a search asks the index of words alone.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from inglenook_bench.figures import Figure, compare, percentile, reaching
from inglenook_bench.pulling import read_rows, write_folded
from inglenook_bench.scene import ENTROPY, Scene, expect
from inglenook_bench.startup import LIBRARIES, home_of, nook, run
from inglenook_client.core.opening import Opened, open_envelope
from inglenook_client.journal import Journal
from inglenook_client.keyring import PassphraseFile
from inglenook_client.store import queries
from inglenook_client.store.database import Connection
from inglenook_client.store.envelopes import read_rows as read_envelopes
from inglenook_client.store.finding import forget_keys
from inglenook_client.store.indexing import forget_all
from inglenook_client.store.state import SpaceState
from inglenook_harness.years import TEN_YEARS, Years, write_privately

REBUILD_S = 20.0
VIEW_S = 0.4
SEARCH_S = 0.05
MONTH = timedelta(days=28)
COMMANDS = ("today", "week", "search")


async def measure(scene: Scene) -> list[Figure]:
    """Folding anew, the views, searches."""
    rounds = 5 if scene.quick else 15
    secret = scene.path("passphrase")
    secret.write_text("seven quiet otters\n")
    long = _life(scene, TEN_YEARS / 10 if scene.quick else TEN_YEARS)
    short = _life(scene, MONTH)
    figures = await _rebuilding(long, 1 if scene.quick else 3)
    homes = [await _home(each, secret) for each in (long, short)]
    words = _searched(long.history.vocabulary)
    return (
        figures
        + _commands(scene, homes, secret, words, rounds)
        + await _searching(long, homes[0], secret, words)
    )


def _life(scene: Scene, lasts: timedelta) -> Scene:
    """The same scene with a life in it that began so long ago and goes on until now."""
    ends = datetime.now(UTC)
    years = Years(seed=1, begins=ends - lasts)
    years.live_until(int(ends.timestamp() * 1000))
    of_life = Scene(scene.directory, quick=scene.quick, history=years)
    of_life.events = len(years.sequence)
    return of_life


def _searched(vocabulary: list[str]) -> list[str]:
    """What people look for: a common word, a rarer one, the beginning of one, two words."""
    random = Random(2)
    common, rare = vocabulary[:300], vocabulary[3000:9000]
    return [
        *random.sample(common, 40),
        *random.sample(rare, 80),
        *(word[:3] for word in random.sample(rare, 40)),
        *(f"{random.choice(common)} {random.choice(common)}" for _ in range(40)),
    ]


# ---------------------------------------------------------------- folding anew


async def _rebuilding(scene: Scene, rounds: int) -> list[Figure]:
    store = await scene.new_store(scene.path("years") / "shared.db")
    scene.say(f"a device with {scene.events:,} events of all kinds")
    begin = time.perf_counter()
    await scene.fill(store, scene.events)
    filled = time.perf_counter() - begin
    digest = scene.digest(scene.events).hex()
    expect("the digest", (await store.overview()).digest.hex(), digest)
    rows = await store._read(read_rows)
    ours: list[float] = []
    floors: list[float] = []
    for _ in range(rounds):
        scene.say("folding anew")
        begin = time.perf_counter()
        await store.rebuild()
        ours.append(time.perf_counter() - begin)
        expect("the digest", (await store.overview()).digest.hex(), digest)
        begin = time.perf_counter()
        await store._write(_open_all)
        await store._write(write_folded, rows)
        floors.append(time.perf_counter() - begin)
        await store.rebuild()
    await store.close()
    what = f"fold {scene.events:,} events anew"
    figure = compare("h", what, ours, "s", "opened, rows written", floors)
    filled_in = compare("h", "  taking them in, without a network", [filled], "s", "", [])
    return [reaching(figure, f"< {REBUILD_S:.0f} s", figure.value < REBUILD_S), filled_in]


def _open_all(conn: Connection, state: SpaceState) -> None:
    opened = 0
    for log in state.log_by_number.values():
        device = state.book.device(log.device)
        member = b"" if device is None else device.member
        for branch in log.branches:
            for envelope in read_envelopes(
                conn, state, log, branch, branch.first_seq, branch.head_seq
            ):
                if envelope.body is not None and not envelope.is_key:
                    one = open_envelope(state.space_id, member, envelope, state.held)
                    opened += isinstance(one, Opened)
    expect("something opens", opened > 0, True)
    conn.execute("DELETE FROM entity")
    forget_keys(conn)
    forget_all(conn)


# ---------------------------------------------------------------- the day, the week, a search


async def _home(scene: Scene, secret: Path) -> Path:
    home = await home_of(scene, scene.events, secret)
    journal = await Journal.open(home, PassphraseFile(secret))
    years = scene.history
    if isinstance(years, Years):
        await write_privately(journal._state.private, years, 0, ENTROPY)
    await journal.close()
    return home


def _commands(
    scene: Scene, homes: list[Path], secret: Path, words: list[str], rounds: int
) -> list[Figure]:
    took: dict[tuple[str, int], list[float]] = {(c, n): [] for c in COMMANDS for n in (0, 1)}
    floors: list[float] = []
    scene.say(f"starting nook {(rounds + 1) * len(took)} times")
    for round_ in range(rounds + 1):
        for (name, at), samples in took.items():
            more = [words[round_ % len(words)]] if name == "search" else []
            seconds, output = nook(homes[at], secret, [name, "--json", *more])
            expect(f"nook {name} says something", len(output) > 10, True)
            if round_:  # the first brings files into memory
                samples.append(seconds)
        seconds, _ = run([sys.executable, "-c", LIBRARIES])
        if round_:
            floors.append(seconds)
    figures = []
    for name in COMMANDS:
        long, short = took[name, 0], took[name, 1]
        whole = compare("h", f"nook {name}, from start to end", long, "s", "imports", floors)
        figures.append(reaching(whole, f"< {VIEW_S} s", whole.value < VIEW_S))
        flat = compare("h", f"nook {name}, from start to end", long, "s", "of a month", short)
        figures.append(flat)
    return figures


async def _searching(scene: Scene, home: Path, secret: Path, words: list[str]) -> list[Figure]:
    scene.say(f"searching {len(words)} times")
    took: list[float] = []
    floors: list[float] = []
    found = 0
    async with await Journal.open(home, PassphraseFile(secret)) as journal:
        store = journal._state.shared
        if store is None:
            raise SystemExit("there is no shared journal")
        for each in words:
            begin = time.perf_counter()
            found += len(await journal.search(each)) > 0
            took.append(time.perf_counter() - begin)
            begin = time.perf_counter()
            await store._read(_rows_with, each)
            floors.append(time.perf_counter() - begin)
    expect("most words are found", found > len(words) // 2, True)
    middle = compare("h", "a search, in a journal that is open", took, "s", "index alone", floors)
    slow = percentile(took, 0.95)
    slowest = compare("h", "  of twenty, the slowest", [slow], "s", "", [])
    return [
        reaching(middle, f"< {SEARCH_S} s", middle.value < SEARCH_S),
        reaching(slowest, f"< {SEARCH_S} s", slow < SEARCH_S),
    ]


def _rows_with(conn: Connection, state: SpaceState, words: str) -> int:
    found = "SELECT rowid FROM words WHERE words MATCH ? LIMIT 80"
    return len(conn.execute(found, (queries.match_expression(words),)).fetchall())
