"""Rounds of mutual reveal: the week, a step, a setback."""

from __future__ import annotations

from datetime import date

from inglenook_harness.scenes.units import A_DAY, HOUR
from inglenook_harness.years import Act, Scene, Years
from inglenook_protocol import kinds
from inglenook_protocol.reveal import (
    HalfRecord,
    encode_half,
    opened_hlc,
    opened_nonce,
    ready_commitment,
    round_id,
)
from inglenook_protocol.reveal import iso_week as week_of_day


def _round(y: Years, practice: str, asked: tuple[str, ...], about: bytes | None = None) -> Scene:
    week = week_of_day(date.fromisoformat(y.day()))
    round_ = round_id(y.space_id, practice, week)
    if y.heads(round_):
        return  # there is one of each in a week
    kept: dict[int, tuple[bytes, bytes, bytes]] = {}
    for who in y.one_of(((0, 1), (1, 0))):
        parts = [kinds.Part(name, _said(y, name)) for name in asked]
        half, opening = encode_half(HalfRecord(practice, week, about, parts)), y.bytes32()
        y.note(who, kinds.HalfKept(round_, opening, half))
        ready = kinds.RevealReady(round_, ready_commitment(opening, half))
        kept[who] = (yield Act(who, ready, round_)), opening, half
        if y.chance(0.08):
            yield y.minutes(1, HOUR)
            yield Act(who, kinds.RevealTakenBack(round_), round_)
            yield y.minutes(1, HOUR)
            kept[who] = (yield Act(who, ready, round_)), opening, half
        yield y.minutes(5, A_DAY)
    after = sorted(kept[who][0] for who in (0, 1))
    hlc = opened_hlc(*(y.hlc_of(round_, event) for event in after))
    first = b""
    for who in (0, 1):
        _, opening, half = kept[who]
        opened = kinds.RevealOpened(round_, opening, half)
        nonce = opened_nonce(round_, y.member_id(who))
        first = yield Act(who, opened, round_, (first,), (nonce, hlc, after))


def _said(y: Years, name: str) -> str:
    if name == "effort":
        return y.one_of(("easier", "same", "harder"))
    if name == "wish":
        return y.one_of(("keep", "keep", "shrink", "swap", "retire"))
    return y.text(4, 18)


def week_review(y: Years) -> Scene:
    asked = ("appreciated", "helped", "hindered", "adjust", "recommit")
    yield from _round(y, "week-review", asked[: y.one_of((3, 4, 5))])


def step_review(y: Years) -> Scene:
    if y.steps:
        step = y.one_of(y.steps)
        yield from _round(y, f"step-review/{step.hex()}", ("effort", "wish", "note"), step)


def setback(y: Years) -> Scene:
    yield from _round(y, "setback", ("happened", "helped", "hindered", "adjust", "recommit"))
