"""Leaving: for everybody else the same as being offline, to the byte; and beginning anew."""

import asyncio
import contextlib
import re
import shutil
import signal
import sqlite3
import threading
import time

import pytest

from inglenook_client.profile import SHARED, Profile
from inglenook_harness.nook import Person
from inglenook_harness.paired import open_journal, pair_again, pair_people, shared
from inglenook_harness.relay import RelayProcess
from inglenook_harness.tone import unkind_words

pytestmark = pytest.mark.long

# --- the same as being offline --------------------------------------------------------------


class Wiretap:
    """Between all clients and the relay: every request and answer, and who was connected."""

    def __init__(self):
        self.connections = 0
        self.sent = b""
        self.answered = b""
        self.target = 0
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._ready.wait(10)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def _run(self):
        asyncio.set_event_loop(self._loop)
        self._server = self._loop.run_until_complete(
            asyncio.start_server(self._connected, "127.0.0.1", 0)
        )
        self.port = self._server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        self._server.close()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.close()

    async def _connected(self, client, to_client):
        self.connections += 1
        try:
            relay, to_relay = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            to_client.close()
            return
        await asyncio.gather(
            self._pass_on(client, to_relay, "sent"), self._pass_on(relay, to_client, "answered")
        )

    async def _pass_on(self, source, sink, name):
        with contextlib.suppress(OSError):
            while piece := await source.read(65_536):
                setattr(self, name, getattr(self, name) + piece)
                sink.write(piece)
        with contextlib.suppress(OSError):
            sink.close()

    def forget(self):
        self.connections, self.sent, self.answered = 0, b"", b""

    def take(self):
        """What went through since the last call, with what chance and the clock put in masked."""
        taken = self.connections, _exchanges(self.sent, self.answered)
        self.forget()
        return taken

    def first_page_streamed(self, seconds=20):
        """What the relay said on a live stream until it fell silent."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            before = self.answered
            time.sleep(0.2)
            _, _, after = self.answered.partition(b"101 Switching Protocols")
            _, _, frames = after.partition(b"\r\n\r\n")
            if frames and before == self.answered:
                return frames
        raise AssertionError("no stream")

    def close(self):
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)


def _messages(traffic):
    """(head, body) of each HTTP message, tokens and dates masked."""
    messages = []
    while traffic:
        head, _, traffic = traffic.partition(b"\r\n\r\n")
        found = re.search(rb"(?i)content-length: (\d+)", head)
        size = int(found[1]) if found else 0
        assert re.match(rb"(POST /|GET /|HTTP/1.1 )", head), head
        head = re.sub(rb"(?i)(bearer |date: )[^\r]+", rb"\1...", head)
        messages.append((head, traffic[:size]))
        traffic = traffic[size:]
    return messages


def _exchanges(sent, answered):
    """Requests with their answers, whole; challenges and logins, new each time, by size."""
    pairs = list(zip(_messages(sent), _messages(answered), strict=True))
    assert pairs
    masked = []
    for request, answer in pairs:
        of_login = re.search(rb"/v1/(challenge|login) ", request[0]) is not None
        for head, body in (request, answer):
            masked.append((head, len(body), b"" if of_login else body))
    return masked


def stored(data):
    """Every row of the relay's database but for its own secrets."""
    with contextlib.closing(sqlite3.connect(data / "relay.sqlite3")) as connection:
        names = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")
        ]
        return {
            name: connection.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall()
            for name in names
            if name != "secret"
        }


def views(person):
    """All that a person can ask their journal, as JSON and as text, times of day masked."""
    seen = []
    for command in (["status"], ["timeline"], ["search", "river"], ["relay"], ["show"]):
        if command == ["show"]:
            entry = person("timeline")["days"][0]["entries"][0]
            command = ["show", entry["id"]]
        for arguments in (command, [*command, "--json"]):
            ended = person.run(*arguments)
            assert ended.code == 0
            seen.append(re.sub(r"\d\d:\d\d(:\d\d)?", "..", ended.out + ended.err))
    return seen


def period(ana, ben, tap, data):
    """What Ben does while nothing comes from Ana; everything that anybody could tell it by."""
    noted = [ben("sync"), views(ben)]
    quiet = tap.take()
    noted.append(stored(data))
    watching = ben.talk("sync", "--watch")
    watching.event("watching")
    noted.append(tap.first_page_streamed())
    watching.process.send_signal(signal.SIGTERM)
    assert watching.end().code == 0
    tap.forget()
    # What Ben writes is sealed anew each time: it is the same but for the bytes of one envelope.
    ben("write", "still by the river", "--share")
    noted.append(ben("sync"))
    busy = [(head, size) for head, size, _ in tap.take()[1]]
    status = ben("status")
    space = next(s for s in status["spaces"] if s["kind"] == "shared")
    heads = (space["entries"], space["waiting"], [log["standing"] for log in space["logs"]])
    rows = {name: [len(row) for row in rows] for name, rows in stored(data).items()}
    return noted, quiet, busy, heads, rows


@pytest.fixture
def wiretap():
    tap = Wiretap()
    yield tap
    tap.close()


@pytest.mark.long
def test_left_is_the_same_as_offline(tmp_path, wiretap):
    data = tmp_path / "relay"
    relay = RelayProcess(data, origin=wiretap.url)
    wiretap.target = relay.port
    ana, ben = pair_people(tmp_path, wiretap.url, relay.token)
    ana("write", "a walk by the river", "--share")
    ben("thank", "you came along")
    for person in (ana, ben, ana):
        person("sync")
    ana("write", "never sent", "--share")
    relay.stop()
    for name in ("relay", "ana", "ben"):
        shutil.copytree(tmp_path / name, tmp_path / "before" / name)

    seen = {}
    for way in ("offline", "left"):
        for name in ("relay", "ana", "ben"):
            shutil.rmtree(tmp_path / name)
            shutil.copytree(tmp_path / "before" / name, tmp_path / name)
        relay.start()
        wiretap.forget()
        if way == "left":
            assert ana.run("leave", "--yes").code == 0
            for command in (["sync"], ["sync", "--watch"], ["relay", "https://relay.example"]):
                ended = ana.run(*command, "--json")
                assert (ended.code, ended.error["kind"]) == (6, "left")
        for command in (["status"], ["timeline"], ["write", "for me"], ["search", "river"]):
            assert ana.run(*command).code == 0
        assert wiretap.connections == 0, "not a byte of hers"
        seen[way] = period(ana, ben, wiretap, data)
        relay.stop()
    assert seen["left"] == seen["offline"]


# --- what leaving means here ----------------------------------------------------------------


def test_what_is_here_stays_and_nothing_is_added(couple):
    ana, _ = couple
    (bridge,) = ana("search", "bridge")["hits"]
    (own,) = ana("search", "river")["hits"]
    digest = ana.digest()
    assert ana.run("leave", "--json").error["kind"] == "confirmation-needed"
    left = ana("leave", "--yes")
    assert shared(ana)["left"] == left["at"]
    assert (shared(ana)["digest"], shared(ana)["waiting"]) == (digest, 0)
    assert set(ana.texts()) == {"a walk by the river", "a tender word", "and a bridge"}
    theirs, mine = bridge["entry"]["id"], own["entry"]["id"]
    for command in (
        ["leave", "--yes"], ["write", "x", "--share"], ["reply", theirs, "x"],
        ["react", theirs, "hug"], ["edit", mine, "x"], ["redact", mine, "--yes"],
    ):  # fmt: skip
        assert ana.run(*command, "--json").error["kind"] == "left", command
    assert ana("check-in", "calm")["entry"]["visibility"] == "private"
    for command in (["status"], ["show", mine], ["timeline"]):
        ended = ana.run(*command)
        assert ended.code == 0
        assert not unkind_words(ended.out)
    said = ana.run("status").out
    assert "You left it today" in said
    assert "Ana's journal\n" in said
    assert "Relay" not in said
    invite = ("--relay", "http://127.0.0.1:1", "--token", "t", "--confirm", "stdin", "--json")
    assert ana.run("invite", *invite).error["kind"] == "left"
    assert ana.digest() == digest


@pytest.mark.long
def test_what_was_left_plans_no_day_any_more(couple):
    ana, _ = couple
    ana("ritual", "new", "Coffee", "daily")
    assert [one["name"] for one in ana("today")["rituals"]] == ["Coffee"]
    ana("leave", "--yes")
    assert ana("today")["rituals"] == []
    page = ana.run().out
    assert "Coffee" not in page
    assert "nook invite" not in page
    assert "Coffee" in ana.run("ritual").out


def test_a_journal_that_is_not_paired_has_nothing_to_leave(tmp_path):
    ana = Person(tmp_path / "ana", "Ana")
    phrase = " ".join(ana.start())
    assert ana.run("leave", "--yes", "--json").error["kind"] == "not-paired"
    assert ana.run("anew", "--json", stdin=phrase).error["kind"] == "not-paired"


def test_nobody_hears_of_it(couple, wiretap):
    """Whatever is done after leaving, no connection is opened."""
    ana, _ = couple
    asyncio.run(with_relay_at(ana, wiretap.url))
    assert ana.run("sync").code == 7
    assert wiretap.connections > 0, "it would be seen"
    wiretap.forget()
    ana("leave", "--yes")
    for command in (["sync"], ["sync", "--watch"], ["status"], ["timeline"], ["write", "x"]):
        ana.run(*command)
    assert wiretap.connections == 0


async def with_relay_at(person, url):
    async with await open_journal(person) as journal:
        await journal.set_relay(url)


def test_a_watch_ends_when_the_journal_is_left(couple):
    ana, _ = couple
    watching = ana.talk("sync", "--watch")
    watching.event("watching")
    ana("leave", "--yes")
    ended = watching.end()
    assert (ended.code, ended.error["kind"]) == (6, "left")


# --- anew -----------------------------------------------------------------------------------


@pytest.mark.long
def test_another_shared_journal_after_leaving(couple, relay):
    ana, ben = couple
    digest = ana.digest()
    space = shared(ana)["space"]
    phrase = " ".join(ana.phrase)
    assert ana.run("anew", "--json", stdin=phrase).error["kind"] == "not-left"
    ana("leave", "--yes")
    wrong = " ".join(ben_phrase := ana.phrase[::-1])
    assert ben_phrase != ana.phrase
    assert ana.run("anew", stdin=wrong).code == 6
    assert shared(ana)["left"] is not None
    ana("anew", stdin=phrase)
    assert ana("relay")["relay"] is None
    (earlier,) = [s for s in ana("status")["spaces"] if s["kind"] == "shared"]
    assert (earlier["space"], earlier["digest"]) == (space, digest)
    assert earlier["left"] is not None
    assert set(ana.texts()) == {"a walk by the river", "a tender word", "and a bridge"}

    carl = Person(ben.home.parent.parent / "carl", "Carl")
    carl.start()
    pair_again(ana, carl, relay.url, relay.token)
    new, old = (s for s in ana("status")["spaces"] if s["kind"] == "shared")
    assert (old["space"], old["digest"]) == (space, digest)
    assert new["left"] is None
    assert new["space"] != space
    # Nothing ties the two together for a relay: no root, no device, no id in common.
    assert not {log["device"] for log in new["logs"]} & {log["device"] for log in old["logs"]}
    own = next(e for e in ana("search", "river")["hits"])["entry"]["id"]
    theirs = next(e for e in ana("search", "bridge")["hits"])["entry"]["id"]
    ana("share", own, "--yes")
    assert ana.run("share", theirs, "--yes", "--json").error["kind"] == "not-yours"
    assert ana.run("reply", own, "x", "--json").error["kind"] == "left"
    for person in (ana, carl, ana):
        person("sync")
    assert carl.texts() == ["a walk by the river"]
    held = ana.run("timeline", "--json").out, new_digest(ana)
    file = str(ana.home.parent / "ana.backup")
    ana("backup", file)
    ana("wipe", "--yes")
    ana("restore", file)
    ana.make_unlocking_quick()
    assert (ana.run("timeline", "--json").out, new_digest(ana)) == held
    assert shared(carl)["digest"] == new_digest(ana)
    assert ben.texts() == couple[1].texts()


def new_digest(person):
    return next(s for s in person("status")["spaces"] if s["kind"] == "shared" and not s["left"])[
        "digest"
    ]


def test_anew_that_was_cut_off_is_gone_on_with(couple, monkeypatch):
    ana, _ = couple
    ana("leave", "--yes")

    async def cut_off():
        async with await open_journal(ana) as journal:

            def stop(self, space, to):
                rename(self, space, to)
                raise KeyboardInterrupt

            rename = Profile.rename
            with monkeypatch.context() as patched:
                patched.setattr(Profile, "rename", stop)
                await journal.leaving.anew(ana.phrase)

    with pytest.raises(KeyboardInterrupt):
        asyncio.run(cut_off())
    assert not (ana.home / f"{SHARED}.db").exists()
    assert shared(ana)["left"] is not None
    assert "a walk by the river" in ana.texts()
    ana("anew", stdin=" ".join(ana.phrase))
    assert "a walk by the river" in ana.texts()


@pytest.mark.long
def test_anew_waits_for_whoever_has_it_open(couple):
    ana, _ = couple
    ana("leave", "--yes")

    async def both():
        async with await open_journal(ana):
            ended = await asyncio.to_thread(
                ana.run_apart, "anew", "--json", stdin=" ".join(ana.phrase)
            )
            assert ended.error["kind"] == "open-elsewhere"

    asyncio.run(both())
    assert "a walk by the river" in ana.texts()
    ana("anew", stdin=" ".join(ana.phrase))
