"""(f) What an event costs in bytes beyond its padded text, on the wire and on the relay's disk."""

from __future__ import annotations

from inglenook_bench.figures import Figure, compare, reaching
from inglenook_bench.scene import Scene, expect
from inglenook_harness.relay import RelayClient, RelayProcess
from inglenook_protocol.codec import encode
from inglenook_protocol.limits import MIN_PADDED_BYTES
from inglenook_protocol.messages import PushRequest
from inglenook_server.storage.sqlite import DATABASE_NAME

PADDED = MIN_PADDED_BYTES
LIMIT = 220


async def measure(scene: Scene) -> list[Figure]:
    """Wire and disk, for events pushed one at a time and a hundred at a time."""
    count = 2_000 if scene.quick else 10_000
    scene.grow(count + 2_000)
    log = scene.history.logs[0]
    # Of the smallest size class, as nine in ten events are: what is above it is framing.
    typical = max(
        range(len(log.items) - 1),
        key=lambda i: _small(log.items[i].body) and _small(log.items[i + 1].body),
    )
    single = len(encode(PushRequest([], [log.run(typical, typical + 1)])))
    figures = [_figure("wire: an event pushed alone", single - PADDED)]
    hundred, text = _batches(scene)
    figures.append(_figure("wire: an event of a hundred", hundred - text))
    for size in (1, 100):
        used, text = await _disk(scene, count if size > 1 else count // 2, size)
        figures.append(_figure(f"relay's disk: an event, pushed {size} at a time", used - text))
    return figures


def _small(body: bytes | None) -> bool:
    return body is not None and len(body) == PADDED + 28


def _batches(scene: Scene) -> tuple[float, float]:
    """Mean bytes of an event in pushes of a hundred, and of its padded text."""
    log = scene.history.logs[0]
    sent = sum(
        len(encode(PushRequest([], [log.run(at, at + 100)])))
        for at in range(0, len(log.items) // 100 * 100, 100)
    )
    used = log.items[: len(log.items) // 100 * 100]
    return sent / len(used), sum(len(item.body or b"") - 28 for item in used) / len(used)


async def _disk(scene: Scene, count: int, size: int) -> tuple[float, float]:
    history = scene.history
    relay = RelayProcess(scene.path("sizes"))
    text = 0
    events = 0
    try:
        async with RelayClient(relay.url) as client:
            await client.register(history.couple, relay.token)
        relay.stop()  # folds the WAL into the file
        before = _file(relay)
        relay.start()
        async with RelayClient(relay.url) as client:
            await client.login(history.key_log.device)
            for log in history.logs:
                for at in range(0, min(len(log.items), count // len(history.logs)), size):
                    run = log.run(at, at + size)
                    (result,) = await client.push([run])
                    expect("the relay's head", result.head_seq, at + len(run.items))  # type: ignore[union-attr]
                    text += sum(len(item.body or b"") - 28 for item in run.items)
                    events += len(run.items)
    finally:
        relay.stop()
    return (_file(relay) - before) / events, text / events


def _file(relay: RelayProcess) -> int:
    return (relay.data / DATABASE_NAME).stat().st_size


def _figure(what: str, above: float) -> Figure:
    figure = compare("f", what, [above], "bytes above the text", "padded text", [PADDED])
    return reaching(figure, f"< {LIMIT}", above < LIMIT)
