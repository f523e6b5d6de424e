"""Lies around pages: other answers, refusals, pushes thrown away, time, and the live stream."""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-incomplete-defs

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace

import msgspec

from inglenook_attacks.pages import change_last, noise
from inglenook_attacks.registry import attack
from inglenook_attacks.scene import Scene, Seen
from inglenook_harness.adversary import Answer, Call, Lie
from inglenook_protocol.codec import encode
from inglenook_protocol.messages import (
    Accepted,
    ErrorAnswer,
    ErrorCode,
    decode_page,
    decode_push_request,
)

change = msgspec.structs.replace


class Instead(Lie):
    """One kind of call gets another answer; the relay never hears of it."""

    def __init__(self, verb: str, make: Callable[[Call], Answer]) -> None:
        super().__init__()
        self._verb, self._make = verb, make

    def request(self, call: Call) -> Answer | None:
        if call.verb != self._verb:
            return None
        self.told += 1
        return self._make(call)


def looks(scene: Scene, lie: Lie) -> Seen:
    """Ana has written and Ben has; Ana looks."""
    scene.ben_writes()
    scene.ana_writes()
    scene.between.lie = lie
    seen = scene.ana_looks()
    assert lie.told, "the lie was never told"
    return seen


def refused(code: ErrorCode, status: int) -> Callable[[Call], Answer]:
    def make(call: Call) -> Answer:
        return Answer(status, encode(ErrorAnswer(code, "", None, None)))

    return make


def _accepted(call: Call) -> Answer:
    runs = decode_push_request(call.body).runs
    return Answer(200, encode([Accepted(r.first_seq + len(r.items) - 1) for r in runs]))


# --- other answers ------------------------------------------------------------------------


@attack("answers with a page for browsers", "relay-garbled")
def _html(scene: Scene) -> Seen:
    return looks(
        scene,
        Instead("pull", lambda _: Answer(200, b"<html>", {"Content-Type": "text/html"})),
    )


@attack("sends clients elsewhere", "relay-garbled")
def _redirect(scene: Scene) -> Seen:
    return looks(
        scene, Instead("pull", lambda _: Answer(307, b"", {"Location": "http://127.0.0.1:9/"}))
    )


@attack("answers with noise", "relay-garbled")
def _noise(scene: Scene) -> Seen:
    return looks(scene, Instead("pull", lambda _: Answer(200, noise("answer", 4000))))


@attack("answers to something else than was sent", "relay-garbled")
def _other_results(scene: Scene) -> Seen:
    return looks(scene, Instead("push", lambda _: Answer(200, encode([Accepted(1)] * 7))))


@attack("refuses everybody's login", "relay-refused")
def _no_login(scene: Scene) -> Seen:
    return looks(scene, Instead("login", refused("login", 401)))


@attack("says that the device is no member", "not-a-member")
def _no_member(scene: Scene) -> Seen:
    return looks(scene, Instead("pull", refused("not-a-member", 403)))


@attack("says that it does not know the journal", "relay-garbled")
def _unknown(scene: Scene) -> Seen:
    return looks(scene, Instead("pull", refused("unknown-space", 404)))


@attack("says that it is full", "relay-full")
def _full(scene: Scene) -> Seen:
    return looks(scene, Instead("push", refused("full", 507)))


@attack("answers to nobody", "relay-unreachable")
def _dead(scene: Scene) -> Seen:
    return looks(
        scene, Instead("challenge", lambda _: Answer(502, b"", {"Content-Type": "text/html"}))
    )


class _Challenges(Lie):
    """Always the same challenge: a login that somebody recorded would be good again."""

    def __init__(self) -> None:
        super().__init__()
        self._first: Answer | None = None

    def answer(self, call: Call, answer: Answer) -> Answer:
        if call.verb != "challenge":
            return answer
        self._first = self._first or answer
        self.told += answer is not self._first
        return self._first


@attack("replays an old challenge", "relay-refused")
def _old_challenge(scene: Scene) -> Seen:
    lie = scene.between.lie = _Challenges()
    scene.ana("sync")
    scene.ben_writes(sync=False)
    seen = scene.ana_looks()
    assert lie.told
    return seen


# --- pushes -------------------------------------------------------------------------------


@attack("throws away what it says it took", "relay-garbled")
def _swallows(scene: Scene) -> Seen:
    return looks(scene, Instead("push", _accepted))


class _Hoards(Lie):
    """Names as held what one of them holds, and throws away what is pushed nevertheless."""

    def __init__(self, scene: Scene) -> None:
        super().__init__()
        self._signer = bytes.fromhex(scene.ana_device)
        self._pushed: list[tuple[int, bytes]] = []

    def request(self, call: Call) -> Answer | None:
        return _accepted(call) if call.verb == "push" else None

    def answer(self, call: Call, answer: Answer) -> Answer:
        if call.verb != "pull" or answer.status != 200:
            return answer
        from inglenook_protocol.messages import decode_pull_request

        have = {log.device: log.points for log in decode_pull_request(call.body).have}
        page = decode_page(answer.body)
        heads = [
            change(log, points=have[log.device][-1:]) if log.device == self._signer else log
            for log in page.heads
        ]
        self.told += heads != page.heads
        return answer.with_body(encode(change(page, heads=heads)))


@attack("keeps what one of them sends to itself", "relay-set-back")
def _hoards(scene: Scene) -> Seen:
    """While it goes on, Ana can't know; as soon as it shows its true heads, she does."""
    first = looks(scene, _Hoards(scene))
    assert not first.notices
    scene.between.honest()
    return scene.ana_looks()


class _Twice(Lie):
    """Every request reaches the relay twice."""

    def __init__(self, scene: Scene) -> None:
        super().__init__()
        self._between = scene.between
        self._last: Call | None = None

    async def delay(self, call: Call) -> None:
        if call.verb in ("push", "spaces", "pull"):
            await self._between.forward(call)
            self.told += 1


@attack("delivers everything twice", "")
def _twice(scene: Scene) -> Seen:
    return looks(scene, _Twice(scene))


class _Slow(Lie):
    async def delay(self, call: Call) -> None:
        self.told += 1
        await asyncio.sleep(0.15)


@attack("is slow with everything", "")
def _slow(scene: Scene) -> Seen:
    return looks(scene, _Slow())


class _Retimed(Lie):
    """Its clock is a year behind."""

    def answer(self, call: Call, answer: Answer) -> Answer:
        self.told += 1
        date = {"Date": "Fri, 03 Jan 2020 10:00:00 GMT"}
        return replace(answer, headers=answer.headers | date)


@attack("says that it is another year", "clocks-apart")
def _retimes(scene: Scene) -> Seen:
    return looks(scene, _Retimed())


# --- the live stream ----------------------------------------------------------------------


class Frames(Lie):
    """The stream alone carries something else; answers by HTTP are true."""

    def __init__(self, make: Callable[[bytes], list[bytes | str]]) -> None:
        super().__init__()
        self._make = make

    def frames(self, call: Call, page: bytes) -> list[bytes | str]:
        self.told += 1
        return self._make(page)


def watches(scene: Scene, make: Callable[[bytes], list[bytes | str]], times: int = 1) -> Seen:
    """Ana watches; each of her streams begins with a page, told as a lie."""
    scene.ben_writes()
    lie = scene.between.lie = Frames(make)
    streams = scene.between.calls.count("stream")

    def done() -> bool:
        # The one after it shows that the client did not stop there.
        return lie.told >= times and scene.between.calls.count("stream") > streams + times

    return scene.ana_watches(done)


@attack("sends noise over the stream", "relay-garbled")
def _stream_noise(scene: Scene) -> Seen:
    return watches(scene, lambda _: [noise("frame", 900)])


@attack("sends text over the stream", "relay-garbled")
def _stream_text(scene: Scene) -> Seen:
    return watches(scene, lambda _: ["good evening"])


@attack("sends more over the stream than a message may hold", "relay-garbled")
def _stream_oversized(scene: Scene) -> Seen:
    return watches(scene, lambda page: [page + bytes(8 * 1024 * 1024)])


@attack("sends the same over the stream for ever", "relay-garbled")
def _stream_endless(scene: Scene) -> Seen:
    return watches(scene, lambda page: [page] * 400)


@attack("ends every stream at once", "")
def _stream_drops(scene: Scene) -> Seen:
    return watches(scene, lambda _: [""], times=2)


@attack("forges an entry over the stream", "bad-signature")
def _stream_forges(scene: Scene) -> Seen:
    """What Ben writes while Ana watches comes with a bit changed."""
    flip = change_last(lambda item: change(item, body=(item.body or b"?")[:-1] + b"\0"))
    flipped: list[bytes] = []

    def forge(page: bytes) -> list[bytes | str]:
        if decode_page(page).runs:
            flipped.append(encode(flip(decode_page(page))))
            return [flipped[-1]]
        return [page]

    scene.between.lie = Frames(forge)
    streams = scene.between.calls.count("stream")
    writing = threading.Thread(target=scene.ben_writes)

    def done() -> bool:
        open_ = scene.between.calls.count("stream") > streams
        if open_ and writing.ident is None:
            writing.start()
        return bool(flipped) and not writing.is_alive()

    seen = scene.ana_watches(done)
    writing.join()
    return seen
