"""What is small and steady: rituals, time for two, topics, activities, the week (PRACTICES 2, 3,
12, 18 to 20)."""

from __future__ import annotations

from functools import partial
from typing import Final

from inglenook_client.core.practices.reminding import Sort
from inglenook_simulation.commands.base import Act, At, Choice, Command, looks

_TITLES: Final[dict[Sort, str]] = {
    "couple-time": "Time", "conversation": "Talk", "ritual": "Ritual", "activity": "Plan",
    "step-review": "Review",
}  # fmt: skip


async def check_in(at: At) -> list[Choice]:
    note, energy = at.word(), at.random.choice([None, 1, 3, 5])
    return [
        Choice(
            f"checks in with {note}",
            partial(at.journal.check_in, feelings=["calm"], energy=energy, note=note),
        )
    ]


async def ritual_new(at: At) -> list[Choice]:
    name, cadence = at.word(), at.random.choice(["daily", "sat,sun", "every 2 weeks"])
    define = at.journal.tending.define_ritual
    return [
        Choice(f"defines the ritual {name}, {cadence}", partial(define, name, cadence, at="07:30")),
        Choice("defines a ritual without a rhythm", partial(define, name, "often"), offered=False),
    ]


async def ritual_kept(at: At) -> list[Choice]:
    note = at.word()
    return [
        Choice(
            f"notes that the ritual {one.id[:6]} happened: {note}",
            partial(at.journal.tending.keep_ritual, one.id, note=note, date=at.date()),
        )
        for one in await at.journal.tending.rituals()
    ]


async def ritual_edit(at: At) -> list[Choice]:
    name = at.word()
    return [
        Choice(
            f"says the ritual {one.id[:6]} anew: {name}",
            partial(at.journal.tending.edit_ritual, one.id, name=name),
        )
        for one in await at.journal.tending.rituals()
    ]


async def ritual_rest(at: At) -> list[Choice]:
    return [
        Choice(
            f"lets the ritual {one.id[:6]} rest",
            partial(at.journal.tending.rest_ritual, one.id),
            not one.resting,
        )
        for one in await at.journal.tending.rituals()
    ]


async def ritual_wake(at: At) -> list[Choice]:
    return [
        Choice(
            f"wakes the ritual {one.id[:6]}",
            partial(at.journal.tending.wake_ritual, one.id),
            one.resting,
        )
        for one in await at.journal.tending.rituals()
    ]


async def time_plan(at: At) -> list[Choice]:
    note, starts = at.word(), at.soon_ms()
    return [
        Choice(
            f"plans time for two: {note}",
            partial(at.journal.tending.plan_couple_time, starts, 45, boundary="later", note=note),
        )
    ]


def _of_times(act: str, words: str, *stages: str) -> Command:
    async def choices(at: At) -> list[Choice]:
        tending, starts = at.journal.tending, at.soon_ms() + 60_000
        acts: dict[str, Act] = {
            "move": lambda id_: tending.move_couple_time(starts, None, id_),
            "keep": lambda id_: tending.keep_couple_time(note="good", time=id_),
            "let-go": tending.let_couple_time_go,
        }
        return [
            Choice(
                words.format(id=one.id.hex()[:6]),
                partial(acts[act], one.id.hex()),
                one.state.stage in stages,
            )
            for one in await at.of("couple-time")()
        ]

    return choices


async def park(at: At) -> list[Choice]:
    text = at.word()
    return [Choice(f"parks the topic {text}", partial(at.journal.tending.park, text))]


def _of_topics(act: str, words: str, *stages: str) -> Command:
    async def choices(at: At) -> list[Choice]:
        tending = at.journal.tending
        acts: dict[str, Act] = {
            "done": tending.take_up,
            "drop": tending.set_topic_aside,
            "again": tending.park_again,
        }
        return [
            Choice(words.format(id=one.id[:6]), partial(acts[act], one.id), one.stage in stages)
            for one in await tending.topics(all_=True)
        ]

    return choices


async def topics_edit(at: At) -> list[Choice]:
    text = at.word()
    return [
        Choice(
            f"says the topic {one.id[:6]} anew: {text}",
            partial(at.journal.tending.edit_topic, one.id, text),
            one.by == "me",
        )
        for one in await at.journal.tending.topics(all_=True)
    ]


async def word(at: At) -> list[Choice]:
    text = at.word()
    return [Choice(f"offers a short word, {text}", partial(at.journal.tending.offer, text))]


async def affection(at: At) -> list[Choice]:
    note = at.word()
    return [
        Choice(
            f"notes a moment of affection, {note}",
            partial(at.journal.tending.note_affection, note, date=at.date()),
        )
    ]


async def zone(at: At) -> list[Choice]:
    name = at.random.choice(["UTC", "Europe/Vienna", "Asia/Tokyo"])
    return [
        Choice(f"sets the zone {name}", partial(at.journal.revealing.set_zone, name)),
        Choice("sets no zone", partial(at.journal.revealing.set_zone, "Nowhere/X"), offered=False),
    ]


async def activity_idea(at: At) -> list[Choice]:
    idea = at.word()
    return [Choice(f"has the idea {idea}", partial(at.journal.doing.imagine, idea))]


def _of_activities(act: str, words: str, *stages: str) -> Command:
    async def choices(at: At) -> list[Choice]:
        doing, said = at.journal.doing, at.word()
        acts: dict[str, Act] = {
            "plan": lambda id_: doing.plan(id_, "2026-09-26", at="10:00", together=said),
            "done": lambda id_: doing.done(id_, memory=said, date=at.date()),
            "aside": doing.set_aside,
            "show": doing.show,
        }
        return [
            Choice(
                words.format(id=one.id[:6], word=said),
                partial(acts[act], one.id),
                not stages or one.stage in stages,
            )
            for one in await doing.activities()
        ]

    return choices


async def activity_edit(at: At) -> list[Choice]:
    idea = at.word()
    return [
        Choice(
            f"says the idea {one.id.hex()[:6]} anew: {idea}",
            partial(at.journal.doing.edit, one.id.hex(), idea=idea),
            at.is_mine(one),
        )
        for one in await at.of("activity")()
    ]


COMMANDS: Final[dict[str, Command]] = {
    "check-in": check_in,
    "ritual": looks("looks at the rituals", lambda j: j.tending.rituals()),
    "ritual new": ritual_new,
    "ritual kept": ritual_kept,
    "ritual edit": ritual_edit,
    "ritual rest": ritual_rest,
    "ritual wake": ritual_wake,
    "time": looks("looks at the time for two", lambda j: j.tending.couple_times()),
    "time plan": time_plan,
    "time move": _of_times("move", "moves the time for two {id}", "planned", "let-go"),
    "time kept": _of_times("keep", "had the time for two {id}", "planned", "kept", "let-go"),
    "time let-go": _of_times("let-go", "lets the time for two {id} go", "planned"),
    "reminders": looks("looks at what is coming up", lambda j: j.days.reminders(_TITLES, days=7)),
    "park": park,
    "topics": looks("looks at the parked topics", lambda j: j.tending.topics()),
    "topics done": _of_topics("done", "has looked after the topic {id}", "parked", "aside"),
    "topics drop": _of_topics("drop", "lets the topic {id} be", "parked"),
    "topics again": _of_topics("again", "parks the topic {id} again", "taken-up", "aside"),
    "topics edit": topics_edit,
    "word": word,
    "week": looks("looks at the week", lambda j: j.days.week()),
    "today": looks("looks at the day", lambda j: j.days.today()),
    "affection": affection,
    "zone": zone,
    "activity": looks("looks at the activities", lambda j: j.doing.activities()),
    "activity idea": activity_idea,
    "activity plan": _of_activities("plan", "plans {id}: {word}", "idea", "planned", "aside"),
    "activity done": _of_activities("done", "has done {id}: {word}"),
    "activity aside": _of_activities("aside", "sets {id} aside", "idea", "planned"),
    "activity show": _of_activities("show", "looks at the activity {id}"),
    "activity edit": activity_edit,
}
