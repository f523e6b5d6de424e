"""(g) What one more event costs, with a short and with a long history."""

from __future__ import annotations

import time

from inglenook_bench.figures import Figure, compare, reaching
from inglenook_bench.scene import Scene, expect, moment
from inglenook_client.store.space import SpaceStore
from inglenook_protocol.kinds import EntryWritten

BATCH = 2_000
BATCHES = 6
MOST = 1.15


async def measure(scene: Scene) -> list[Figure]:
    """Bulk, one live page, one append: each alternating between both sizes."""
    sizes = (5_000, 50_000) if scene.quick else (10_000, 300_000)
    singles = 40 if scene.quick else 150
    scene.grow(sizes[1] + BATCH * BATCHES + singles)
    device = scene.history.new_reader()
    stores = []
    for size in sizes:
        scene.say(f"a device with {size:,} events")
        store = await scene.new_store(scene.path("growth") / "s.db", device)
        await scene.fill(store, size)
        stores.append(store)
    try:
        bulk = await _alternate(scene, stores, sizes, BATCH, BATCHES)
        after = [size + BATCH * BATCHES for size in sizes]
        live = await _alternate(scene, stores, after, 1, singles)
        written = await _append(stores, singles)
        for store, start in zip(stores, after, strict=True):
            overview = await store.overview()
            heads = sum(point.seq for point in overview.heads.values())
            # The key envelope that all share, and the one that this device opened to write.
            expect("events held", heads, start + 2 + 2 * singles)
    finally:
        for store in stores:
            await store.close()
    figures = []
    for what, unit, (short, long) in (
        (f"bulk, batches of {BATCH:,}", "us/event", bulk),
        ("one live event, admitted", "us", live),
        ("one entry, written durably", "us", written),
    ):
        figure = compare("g", f"{what}, at {sizes[1]:,}", long, unit, f"at {sizes[0]:,}", short)
        figures.append(reaching(figure, f"ratio < {MOST}", (figure.ratio or 9) < MOST))
    return figures


async def _alternate(
    scene: Scene,
    stores: list[SpaceStore],
    starts: list[int] | tuple[int, ...],
    step: int,
    times: int,
) -> tuple[list[float], list[float]]:
    """Microseconds an event, for each store in turn."""
    # All made before: making one goes through a long list, and what runs next finds the
    # processor's caches full of it.
    pages = [
        [list(scene.history.pages(start + n * step, start + (n + 1) * step)) for n in range(times)]
        for start in starts
    ]
    took: tuple[list[float], list[float]] = ([], [])
    for n in range(times):
        for i, store in enumerate(stores):
            page, *following = pages[i][n]
            begin = time.perf_counter()
            outcome = await store.admit_page(page, *following)
            took[i].append((time.perf_counter() - begin) / step * 1e6)
            expect("new events", outcome.new, step)
    return took


async def _append(stores: list[SpaceStore], times: int) -> tuple[list[float], list[float]]:
    took: tuple[list[float], list[float]] = ([], [])
    ms = time.time_ns() // 1_000_000
    for n in range(times):
        for i, store in enumerate(stores):
            payload = EntryWritten(
                "moment", f"A quiet evening with soup, {n}.", "2026-01-01", [], None
            )
            begin = time.perf_counter()
            await store.append(payload, moment(ms + n))
            took[i].append((time.perf_counter() - begin) * 1e6)
    return took
