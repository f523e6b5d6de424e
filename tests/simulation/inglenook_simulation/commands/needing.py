"""Needs, steps and what is tender (PRACTICES 13, 15, 16)."""

from __future__ import annotations

from functools import partial
from typing import Final

from inglenook_client.core.practices.needing import MAX_ACTIVE_NEEDS, WANTED, active
from inglenook_client.journal.needing import NEED_DRAFT
from inglenook_simulation.commands.base import Act, At, Choice, Command, agrees, looks


async def has_room(at: At) -> bool:
    """Whether one more need of this person's could be looked after."""
    return active([one.state for one in await at.of("need")()], at.me) < MAX_ACTIVE_NEEDS


async def state_need(at: At) -> list[Choice]:
    answers = {"need": at.secret(), "why": at.secret()}
    return [
        Choice(
            f"drafts the need {answers['need']}",
            partial(at.journal.drafting.keep, NEED_DRAFT, answers),
        )
    ]


def _of_needs(act: str, words: str) -> Command:
    async def choices(at: At) -> list[Choice]:
        needing = at.journal.needing
        said = at.word()
        acts: dict[str, Act] = {
            "hear": partial(needing.hear, said),
            "confirm": needing.confirm,
            "correct": partial(needing.correct, said),
            "edit": lambda id_: needing.edit(id_, said),
            "rest": needing.rest,
            "wake": needing.wake,
        }
        room = act != "wake" or await has_room(at)
        return [
            Choice(
                words.format(id=need.id[:6], word=said),
                partial(acts[act], need.id),
                act in need.may and room,
            )
            for need in await needing.all(resting=True)
        ]

    return choices


def dropping(practice: str, words: str) -> Command:
    """Let a draft of a practice go."""

    async def choices(at: At) -> list[Choice]:
        return [
            Choice(
                f"lets the {words} {draft.id[:6]} go", partial(at.journal.drafting.let_go, draft.id)
            )
            for draft in await at.journal.drafting.open(practice)
        ]

    return choices


async def propose_step(at: At) -> list[Choice]:
    what = at.word()
    needs = [None, *(need.id for need in await at.journal.needing.all())]
    need, who = at.random.choice(needs), at.random.choice(["me", "you", "both"])
    propose = at.journal.stepping.propose
    return [
        Choice(
            f"proposes the step {what}",
            partial(
                propose, what, at.random.choice(["daily", "weekly", "sat"]), who=who, need=need
            ),
        ),
        Choice("proposes a step without a rhythm", partial(propose, what, ""), offered=False),
        Choice("proposes a step without an action", partial(propose, "", "daily"), offered=False),
    ]


async def agree_step(at: At) -> list[Choice]:
    return [
        Choice(
            f"agrees to the step {step.id[:6]}",
            partial(at.journal.stepping.agree_to, step.id),
            step.asked is not None,
        )
        for step in await at.journal.stepping.all(retired=True)
    ]


async def revoke_step(at: At) -> list[Choice]:
    return [
        Choice(
            f"takes their word on the step {one.id.hex()[:6]} back",
            partial(at.journal.stepping.take_back, one.id.hex()),
            agrees(one) and one.state.stage != "retired",
        )
        for one in await at.of("step")()
    ]


async def edit_step(at: At) -> list[Choice]:
    what = at.word()
    return [
        Choice(
            f"puts another step in the place of {step.id[:6]}: {what}",
            partial(at.journal.stepping.edit, step.id, what=what),
            step.stage != "retired",
        )
        for step in await at.journal.stepping.all(retired=True)
    ]


async def retire_step(at: At) -> list[Choice]:
    return [
        Choice(
            f"lets the step {step.id[:6]} have had its time",
            partial(at.journal.stepping.retire, step.id),
            step.stage != "retired",
        )
        for step in await at.journal.stepping.all(retired=True)
    ]


async def tell(at: At) -> list[Choice]:
    text, wanted = at.secret(), at.random.choice(WANTED)
    draft = at.journal.disclosing.draft
    return [
        Choice(f"drafts something tender, {text}: {wanted}", partial(draft, text, wanted)),
        Choice("wants an answer that is none", partial(draft, text, "praise"), offered=False),
    ]


def _of_tender(act: str, words: str) -> Command:
    async def choices(at: At) -> list[Choice]:
        disclosing = at.journal.disclosing
        said, allowed = at.word(), at.random.random() < 0.5
        acts: dict[str, Act] = {
            "receive": disclosing.receive,
            "edit": lambda id_: disclosing.edit(id_, text=said),
            "look-back": lambda id_: disclosing.set_look_back(id_, allowed=allowed),
        }
        return [
            Choice(
                words.format(id=one.id[:6], word=said),
                partial(acts[act], one.id),
                # Received twice harms nobody, though no view offers it.
                act in one.may or (None if act == "receive" and one.by == "partner" else False),
            )
            for one in await disclosing.all()
            if not one.redacted
        ]

    return choices


async def show_tender(at: At) -> list[Choice]:
    return [
        Choice(f"reads what is tender, {one.id[:6]}", partial(at.journal.disclosing.show, one.id))
        for one in await at.journal.disclosing.all()
    ]


COMMANDS: Final[dict[str, Command]] = {
    "need": looks("looks at the needs of both", lambda j: j.needing.all()),
    "need state": state_need,
    "need hear": _of_needs("hear", "says the need {id} back: {word}"),
    "need confirm": _of_needs("confirm", "says that the need {id} was heard"),
    "need correct": _of_needs("correct", "says how the need {id} was meant: {word}"),
    "need edit": _of_needs("edit", "says the need {id} anew: {word}"),
    "need rest": _of_needs("rest", "lets the need {id} rest"),
    "need wake": _of_needs("wake", "wakes the need {id}"),
    "need drop": dropping(NEED_DRAFT, "draft of a need"),
    "step": looks("looks at the steps", lambda j: j.stepping.all()),
    "step propose": propose_step,
    "step agree": agree_step,
    "step revoke": revoke_step,
    "step edit": edit_step,
    "step retire": retire_step,
    "tender": looks("looks at what is tender", lambda j: j.disclosing.all()),
    "tender tell": tell,
    "tender show": show_tender,
    "tender received": _of_tender("receive", "says that {id} has arrived"),
    "tender edit": _of_tender("edit", "says {id} anew: {word}"),
    "tender look-back": _of_tender("look-back", "says whether {id} may be looked back at"),
    "tender drop": dropping("disclosure", "tender draft"),
}
