"""The command itself: run the story, look everywhere, report."""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import msgspec

from inglenook_client.cli.asking import agree
from inglenook_client.cli.demo import month, story
from inglenook_client.cli.demo.needles import needles_for
from inglenook_client.cli.demo.processes import DemoStoppedError, Person, RelayProcess
from inglenook_client.cli.demo.progress import Progress
from inglenook_client.cli.demo.tap import Tap, plaintext_hits
from inglenook_client.cli.run import Run, with_run
from inglenook_client.cli.speaking import emit, say, show, verbatim
from inglenook_client.cli.speaking import heading as stand_out
from inglenook_client.cli.texts import demo as texts
from inglenook_client.cli.texts import story as made_up


class Report(msgspec.Struct, frozen=True):
    """What the demo found out: the object of ``nook demo --json``."""

    events: int
    """Envelopes that the relay holds."""
    digest_a: str
    digest_b: str
    identical: bool
    """Digests equal, and both shared timelines the same entry by entry."""
    relay_plaintext_hits: int
    """Canary strings found in the relay's files or in the recorded traffic."""
    seconds: float


@click.command()
@with_run
def demo(run: Run) -> None:
    """See two people share a journal, for real, on this computer.

    Starts a relay and two journals, pairs them, takes the relay away while both write, brings
    it back, and shows that both sides hold the same and the relay has read nothing. Nothing
    of your own journal is touched.
    """
    report = asyncio.run(_demo(run))
    if run.json:
        emit(msgspec.to_builtins(report))
    if not report.identical or report.relay_plaintext_hits:
        raise DemoStoppedError(texts.NOT_AS_IT_SHOULD_BE)


async def _demo(run: Run) -> Report:
    began = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="inglenook-demo-"))
    progress = Progress(quiet=run.json)
    ana, ben = (_person(folder, name, progress) for name in ("Ana", "Ben"))
    tap = Tap(folder / "traffic.bin")
    relay: RelayProcess | None = None
    try:
        await tap.start()
        relay = RelayProcess(folder / "relay", 0, f"http://127.0.0.1:{tap.port}")
        report = await _tell(run, folder, ana, ben, relay, tap, progress, began)
        if run.someone_is_there and sys.stdout.isatty():
            await _offer_to_keep(ana, ben, relay, tap)
        return report
    finally:
        progress.rest()
        if relay is not None:
            await relay.stop()
        await tap.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _person(folder: Path, name: str, progress: Progress) -> Person:
    secret = folder / f"{name.lower()}.passphrase"
    secret.touch(mode=0o600)
    secret.write_text(f"demo passphrase of {name}\n", encoding="utf-8")
    return Person(name, folder / name.lower(), secret, progress.step)


async def _tell(
    run: Run,
    folder: Path,
    ana: Person,
    ben: Person,
    relay: RelayProcess,
    tap: Tap,
    progress: Progress,
    began: float,
) -> Report:
    def heading(text: str) -> None:
        progress.rest()
        if not run.json:
            say("")
            stand_out(text)

    def line(text: str) -> None:
        progress.rest()
        if not run.json:
            say(text)

    if not run.json:
        say(texts.HOW_LONG)
    heading(texts.STARTING)
    progress.step(texts.RELAY_STARTS)
    await relay.start()
    tap.target_port = relay.port
    await asyncio.gather(story.start(ana), story.start(ben))

    heading(texts.PAIRING)
    words = await story.pair(ana, ben, f"http://127.0.0.1:{tap.port}", relay.token)
    line(texts.WORDS.format(words="   ".join(words)))
    river = await story.first_evening(ana, ben)

    heading(texts.AWAY)
    await relay.stop()
    said = await story.relay_is_away(ana, relay)
    line(texts.AWAY_SAYS.format(said=said.replace("\n", "\n  ")))
    await story.apart(ana, ben, river)
    line(texts.WROTE_APART)

    heading(texts.BACK)
    progress.step(texts.RELAY_STARTS)
    await relay.start()
    tap.target_port = relay.port
    await story.sync(ana, ben)

    people = (ana, ben)
    if not run.json:
        pages = await asyncio.gather(*(p.shown("timeline", "--days", "30") for p in people))
        for person, shown in zip(people, pages, strict=True):
            heading(texts.TIMELINE_OF.format(name=person.name))
            verbatim(shown.rstrip())

    heading(texts.MONTH)
    await month.live(ana, ben)
    line(texts.MONTH_SAYS)

    timelines = await asyncio.gather(
        *(p.nook("timeline", "--days", "30", "--shared") for p in people)
    )
    statuses = await asyncio.gather(*(p.nook("status") for p in people))
    digests = [_shared_digest(status) for status in statuses]
    holds = await relay.holds()
    identical = digests[0] == digests[1] and _seen_alike(timelines[0]) == _seen_alike(timelines[1])
    if not run.json:
        for text, person, command in (
            (texts.REVIEW_OF, ben, "review"),
            (texts.LOOK_BACK_OF, ben, "look-back"),
            (texts.WEEK_OF, ana, "week"),
        ):
            shown = await person.shown(command)
            heading(text.format(name=person.name))
            verbatim(shown.strip("\n"))
        heading(texts.DIGESTS)
        for person, digest in zip((ana, ben), digests, strict=True):
            for name, half in ((person.name, digest[:32]), ("", digest[32:])):
                show(f"  {name:<6}{_grouped(half)}")
        show(texts.SAME if identical else texts.NOT_SAME)

    progress.step(texts.LOOKING)
    await _private_stays_private(ana, ben)
    hits = plaintext_hits(_outside(folder), needles_for(ana.written + ben.written))
    heading(texts.RELAY_HOLDS)
    events = _list_relay(run, holds)
    if not run.json:
        show(texts.PRIVATE_STAYS)
        show(texts.HITS.format(hits=hits, recorded=tap.recorded_bytes // 1024))
    seconds = round(time.monotonic() - began, 1)
    return Report(events, digests[0], digests[1], identical, hits, seconds)


def _shared_digest(status: dict[str, Any]) -> str:
    return next(str(s["digest"]) for s in status["spaces"] if s["kind"] == "shared")


def _seen_alike(timeline: dict[str, Any]) -> bytes:
    """A shared timeline without whose eyes it is seen through."""

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: plain(v) for k, v in value.items() if k != "by"}
        return [plain(v) for v in value] if isinstance(value, list) else value

    return msgspec.json.encode(plain(timeline["days"]), order="sorted")


def _grouped(digest: str) -> str:
    return " ".join(digest[i : i + 4] for i in range(0, len(digest), 4))


def _list_relay(run: Run, holds: dict[str, Any]) -> int:
    events = 0
    for space in holds["spaces"]:
        for log in space["logs"]:
            for envelope in log["envelopes"]:
                events += 1
                if not run.json:
                    show(
                        texts.HELD.format(
                            device=log["device"][:8],
                            seq=envelope["seq"],
                            id=envelope["id"][:16],
                            size=_size(envelope),
                        )
                    )
    return events


def _size(envelope: dict[str, Any]) -> str:
    return texts.ERASED if envelope["erased"] else texts.BYTES.format(size=envelope["bytes"])


def _outside(folder: Path) -> Iterator[Path]:
    """The relay's files and the recorded traffic."""
    yield folder / "traffic.bin"
    yield from (path for path in sorted((folder / "relay").rglob("*")) if path.is_file())


async def _private_stays_private(ana: Person, ben: Person) -> None:
    """Each side's private words are found by their writer, and not by the other."""
    for writer, other, private in (
        (ana, ben, made_up.PRIVATE_OF_ANA), (ben, ana, made_up.PRIVATE_OF_BEN),
    ):  # fmt: skip
        looked_for = " ".join(private.split()[-3:]).rstrip(".")
        if not (await writer.nook("search", looked_for))["hits"]:
            raise DemoStoppedError(texts.OWN_WORDS_LOST.format(name=writer.name))
        shown = msgspec.json.encode(await other.nook("timeline", "--days", "365")).decode()
        if (await other.nook("search", looked_for))["hits"] or private in shown:
            raise DemoStoppedError(texts.WORDS_SEEN.format(name=other.name, writer=writer.name))


async def _offer_to_keep(ana: Person, ben: Person, relay: RelayProcess, tap: Tap) -> None:
    if not agree(texts.ASK_KEEP):
        return
    say("")
    for person in (ana, ben):
        settings = " ".join(f"{k}={v}" for k, v in person.environment.items())
        say(texts.PLAY_AS.format(name=person.name))
        say(f"  export {settings}")
    say(texts.PLAY_WITH)
    await asyncio.to_thread(sys.stdin.readline)
