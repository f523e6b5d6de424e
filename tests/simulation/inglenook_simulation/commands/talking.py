"""A calm frame: conversations, turns, pauses, ground rules, goals (PRACTICES 4 to 9)."""

from __future__ import annotations

from functools import partial
from typing import Final

from inglenook_client.core.practices.talking_views import ConversationView, TurnView
from inglenook_simulation.commands.base import Act, At, Choice, Command, agrees, looks

_MODES: Final = ("two-devices", "two-devices", "one-device", "afterwards")


async def _conversations(at: At) -> list[ConversationView]:
    return await at.journal.talking.all()


async def propose(at: At) -> list[Choice]:
    topic, mode = at.word(), at.random.choice(_MODES)
    starts, minutes = at.soon_ms(), at.random.choice([10, 20, 45])
    return [
        Choice(
            f"proposes {topic} for {minutes} min, {mode}",
            lambda: at.journal.talking.propose(topic, starts, minutes, mode=mode),
        ),
        Choice(
            "proposes nothing in particular",
            lambda: at.journal.talking.propose(" ", starts, minutes, mode=mode),
            offered=False,
        ),
    ]


async def begin(at: At) -> list[Choice]:
    topic, mode = at.word(), at.random.choice(_MODES[2:])
    return [
        Choice(
            f"sits down to talk about {topic}, {mode}",
            lambda: at.journal.talking.begin(topic, 20, mode=mode),
        )
    ]


async def accept(at: At) -> list[Choice]:
    return [
        Choice(
            f"says yes to {one.id[:6]}",
            partial(at.journal.talking.accept, one.id),
            "accept" in one.may,
        )
        for one in await _conversations(at)
    ]


async def counter(at: At) -> list[Choice]:
    starts, mode = at.soon_ms() + 60_000, at.random.choice([None, *_MODES])
    return [
        Choice(
            f"proposes another time for {one.id[:6]}",
            partial(at.journal.talking.counter, one.id, starts_ms=starts, mode=mode),
            "counter" in one.may,
        )
        for one in await _conversations(at)
    ]


async def decline(at: At) -> list[Choice]:
    return [
        Choice(
            f"lets {one.id[:6]} go",
            partial(at.journal.talking.decline, one.id),
            "decline" in one.may,
        )
        for one in await _conversations(at)
    ]


async def open_(at: At) -> list[Choice]:
    return [
        Choice(
            f"opens {one.id[:6]}",
            partial(at.journal.talking.open, one.id),
            "open" in one.may,
        )
        for one in await _conversations(at)
    ]


async def close(at: At) -> list[Choice]:
    thanks, settled = at.word(), at.random.random() < 0.5
    return [
        Choice(
            f"closes {one.id[:6]} with {thanks}",
            partial(at.journal.talking.close, one.id, thanks=thanks, settled=settled),
            "close" in one.may,
        )
        for one in await _conversations(at)
    ]


async def show(at: At) -> list[Choice]:
    return [
        Choice(
            f"looks at {one.id[:6]}",
            partial(at.journal.talking.show, one.id),
        )
        for one in await _conversations(at)
    ]


async def say(at: At) -> list[Choice]:
    """Draft a turn: nothing of it leaves before it is shared."""
    choices = []
    for one in await _conversations(at):
        theirs = at.random.random() < 0.3
        answers = {"observation": at.secret(), "feeling": "tired"}
        choices.append(
            Choice(
                f"drafts {answers['observation']} for {one.id[:6]}"
                + (", in the other's words" if theirs else ""),
                partial(at.journal.talking.draft, answers, theirs=theirs, conversation=one.id),
                not theirs or one.mode != "two-devices",
            )
        )
    return choices


async def drop(at: At) -> list[Choice]:
    return [
        Choice(
            f"lets the draft {draft.id[:6]} of a turn go",
            partial(at.journal.drafting.let_go, draft.id),
        )
        for draft in await at.journal.drafting.open("turn")
    ]


async def _turns(at: At) -> list[TurnView]:
    return [turn for one in await _conversations(at) for turn in one.turns]


def _of_turns(act: str, words: str) -> Command:
    async def choices(at: At) -> list[Choice]:
        talking = at.journal.talking
        said = at.word()
        acts: dict[str, Act] = {
            "hear": lambda id_: talking.hear(said, id_),
            "confirm": talking.confirm,
            "correct": lambda id_: talking.correct(said, id_),
            "validate": lambda id_: talking.validate(said, id_),
            "answer": lambda id_: talking.answer(said, id_),
            "leave": talking.set_down,
        }
        return [
            Choice(
                words.format(id=turn.id[:6], word=said),
                partial(acts[act], turn.id),
                act in turn.may,
            )
            for turn in await _turns(at)
        ]

    return choices


async def rules_write(at: At) -> list[Choice]:
    rules = [at.word(), "one at a time"]
    return [
        Choice(f"writes the ground rules {rules[0]}", lambda: at.journal.rules.write(rules)),
        Choice("writes no rule", lambda: at.journal.rules.write([" "]), offered=False),
    ]


async def rules_agree(at: At) -> list[Choice]:
    return [
        Choice(
            f"agrees to the rules {one.id[:6]}",
            partial(at.journal.rules.agree_to, one.id),
            one.asked is not None,
        )
        for one in await at.journal.rules.all()
    ]


async def rules_revoke(at: At) -> list[Choice]:
    return [
        Choice(
            f"takes their word on the rules {one.id.hex()[:6]} back",
            partial(at.journal.rules.take_back, one.id.hex()),
            agrees(one),
        )
        for one in await at.of("rules")()
    ]


async def goal(at: At) -> list[Choice]:
    text = at.word()
    about = [None, *(one.id for one in await _conversations(at))]
    conversation = at.random.choice(about)
    new = Choice(
        f"names the goal {text}", lambda: at.journal.goals.name(text, conversation=conversation)
    )
    return [new] + [
        Choice(
            f"says the goal {one.id[:6]} anew: {text}",
            partial(at.journal.goals.edit, one.id, text),
        )
        for one in await at.journal.goals.all()
    ]


async def goal_agree(at: At) -> list[Choice]:
    return [
        Choice(
            f"agrees to the goal {one.id[:6]}",
            partial(at.journal.goals.agree_to, one.id),
            one.asked is not None,
        )
        for one in await at.journal.goals.all()
    ]


async def goal_revoke(at: At) -> list[Choice]:
    return [
        Choice(
            f"takes their word on the goal {one.id.hex()[:6]} back",
            partial(at.journal.goals.take_back, one.id.hex()),
            agrees(one),
        )
        for one in await at.of("goal")()
    ]


async def point(at: At) -> list[Choice]:
    text = at.word()
    return [
        Choice(
            f"sees a point in {one.id[:6]}: {text}",
            partial(at.journal.talking.acknowledge, text, one.id),
        )
        for one in await _conversations(at)
    ]


async def pause(at: At) -> list[Choice]:
    """Call a pause, or more time while one stands: the one way that a person has."""
    minutes = at.random.choice([10, 10, 10, 20, 30, 45, 60, 90, None])
    plan = at.random.choice(["", at.word()])
    words = "not today" if minutes is None else f"{minutes} min"
    return [
        Choice(f"asks for a pause: {words}", lambda: at.journal.pausing.ask_for(minutes, plan=plan))
    ]


async def pause_resume(at: At) -> list[Choice]:
    standing = await at.journal.pausing.current()
    return [Choice("goes on", at.journal.pausing.resume, standing is not None)]


async def pause_end(at: At) -> list[Choice]:
    standing, plan = await at.journal.pausing.current(), at.word()
    return [Choice("ends the pause", lambda: at.journal.pausing.end(plan), standing is not None)]


COMMANDS: Final[dict[str, Command]] = {
    "talk": looks("looks at what is next", lambda j: j.talking.current()),
    "talk list": looks("looks at all conversations", lambda j: j.talking.all()),
    "talk show": show,
    "talk propose": propose,
    "talk accept": accept,
    "talk counter": counter,
    "talk decline": decline,
    "talk begin": begin,
    "talk open": open_,
    "talk say": say,
    "talk drop": drop,
    "talk hear": _of_turns("hear", "says {id} back: {word}"),
    "talk confirm": _of_turns("confirm", "says that {id} was heard"),
    "talk correct": _of_turns("correct", "says how {id} was meant: {word}"),
    "talk validate": _of_turns("validate", "says why {id} makes sense: {word}"),
    "talk answer": _of_turns("answer", "answers {id}: {word}"),
    "talk leave": _of_turns("leave", "leaves {id} here"),
    "talk goal": goal,
    "talk agree": goal_agree,
    "talk revoke": goal_revoke,
    "talk point": point,
    "talk close": close,
    "rules": looks("looks at the ground rules", lambda j: j.rules.all()),
    "rules write": rules_write,
    "rules agree": rules_agree,
    "rules revoke": rules_revoke,
    "pause": pause,
    "pause show": looks("looks how long a pause lasts", lambda j: j.pausing.current()),
    "pause resume": pause_resume,
    "pause end": pause_end,
}
