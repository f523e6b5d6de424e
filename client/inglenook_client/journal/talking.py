"""Conversations: proposing, opening, speaking, listening, closing (PRACTICES 4, 6, 7, 9).

Three modes. With two devices each person writes on their own. Where one device is passed between
the two, or a conversation is noted afterwards, the words of both come from one device: who speaks
follows from the turn, so nobody has to say it twice.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from typing import Any, NamedTuple

from inglenook_client.core.model import PauseView
from inglenook_client.core.practices import talking
from inglenook_client.core.practices.agreeing_views import RulesWords, goal_view
from inglenook_client.core.practices.drafting import DraftView
from inglenook_client.core.practices.errors import NoConversationError, NoTurnError
from inglenook_client.core.practices.talking_views import (
    BY_SPEAKER,
    ConversationView,
    Related,
    TurnView,
    conversation_view,
    turn_view,
)
from inglenook_client.core.views import Names
from inglenook_client.journal import reading
from inglenook_client.journal.drafting import Drafting, about_of, answers_of
from inglenook_client.journal.pausing import Pausing
from inglenook_client.journal.practice import Found, Practice
from inglenook_client.journal.rules import Rules
from inglenook_client.journal.state import now
from inglenook_client.store.space import SpaceStore
from inglenook_protocol.kinds import Payload

PRACTICE = "turn"
"""How its drafts name it."""
_SOON = ("open", "agreed", "proposed")
_VOICE = "voice"
_DAY_MS = 86_400_000
RECENT_MS = 400 * _DAY_MS
"""How long ago a conversation may have been proposed that was closed just now."""


class Talking(Practice):
    """Reached as ``journal.talking``."""

    # ------------------------------------------------------------------ looking

    async def show(self, entry: str) -> ConversationView:
        """One conversation."""
        return await self._view(await self.find(entry, "conversation"))

    async def current(self) -> ConversationView | None:
        """The conversation of now: the open one, else the next that stands; None without one."""
        store = self.readable_shared()
        if store is None:
            return None
        found = await self._of_now(store) or await self._just_closed(store)
        return None if found is None else await self._view(found)

    async def _just_closed(self, store: SpaceStore) -> Found | None:
        """What was closed in the last day: its last words are for both to read."""
        since = now().wall_ms - _DAY_MS
        closed = [
            one
            for one in await self.all_of(
                store, "conversation", since_ms=since - RECENT_MS, stages=("closed",)
            )
            if (last := one.state.last("conversation.closed")) is not None and last.hlc[0] >= since
        ]
        return closed[-1] if closed else None

    async def check(self, entry: str = "") -> None:
        """Whether there is one to say something in. Raises ``NoConversationError``."""
        await self._one(entry)

    async def all(self, latest: int | None = None) -> list[ConversationView]:
        """All conversations, or so many, the latest first."""
        store = self.readable_shared()
        found = [] if store is None else await self.all_of(store, "conversation")
        around = None if store is None else await self._around(store)
        return [await self._view_of(one, around) for one in found[::-1][:latest] if around]

    async def open_now(self) -> str | None:
        """The id of the conversation that is open; None if there is none."""
        store = self.readable_shared()
        found = None if store is None else await self._of_now(store, "open")
        return None if found is None else found.id.hex()

    async def _of_now(self, store: SpaceStore, *stages: str) -> Found | None:
        """The open one, else the next that is agreed to, else the latest proposal."""
        found = await self.all_of(store, "conversation", stages=stages or _SOON)
        for stage in stages or _SOON:
            of_stage = [one for one in found if one.state.stage == stage]
            if stage == "proposed":
                # One that asks this person comes before their own, which asks the other.
                of_stage.sort(key=_asks)
            if of_stage:
                return of_stage[-1] if stage != "agreed" else min(of_stage, key=_starts)
        return None

    async def _one(self, entry: str, *stages: str) -> Found:
        if entry:
            return await self.find(entry, "conversation")
        found = await self._of_now(self.shared(), *stages) or await self._of_now(self.shared())
        if found is None:
            raise NoConversationError()
        return found

    # ------------------------------------------------------------------ the window

    async def propose(
        self,
        topic: str,
        starts_ms: int,
        minutes: int,
        *,
        mode: str = talking.MODES[0],
        note: str = "",
        about: str | None = None,
    ) -> ConversationView:
        """A topic, a time and a length."""
        store = self.shared()
        target = None if about is None else (await self.find_any(about)).id
        payload = talking.propose_conversation(
            topic, starts_ms, minutes, mode=mode, note=note, about=target
        )
        return await self._view(await self.create(store, payload))

    async def begin(
        self, topic: str, minutes: int, *, mode: str, starts_ms: int | None = None
    ) -> ConversationView:
        """Propose and open at once: for one device that is passed, or what was said already."""
        store = self.shared()
        starts = now().wall_ms if starts_ms is None else starts_ms
        payload = talking.propose_conversation(topic, starts, minutes, mode=mode)
        return await self._open(await self.create(store, payload))

    async def counter(self, entry: str = "", **changes: Any) -> ConversationView:
        """Another topic, time or length; what is not given stays."""
        found = await self._one(entry, "proposed", "agreed")
        payload = talking.counter_conversation(found.state, found.me, **changes)
        return await self._view(await self.append(found, payload))

    async def accept(self, entry: str = "") -> ConversationView:
        """Say yes to the other's proposal."""
        found = await self._asked(entry)
        payload = talking.accept_conversation(found.state, found.me)
        return await self._view(await self.append(found, payload))

    async def _asked(self, entry: str) -> Found:
        """The proposal of the other's that is answered: where both proposed, not one's own."""
        if entry:
            return await self.find(entry, "conversation")
        return await self._one("", "proposed")

    async def decline(self, entry: str = "", note: str = "") -> ConversationView:
        """Say no, or take one's own proposal back."""
        found = await self._asked(entry)
        payload = talking.decline_conversation(found.state, found.me, note)
        return await self._view(await self.append(found, payload))

    async def open(self, entry: str = "") -> ConversationView:
        """Begin; the view has the rules that both agreed to."""
        return await self._open(await self._one(entry, "agreed", "proposed"))

    async def _open(self, found: Found) -> ConversationView:
        rules = await Rules(self._state).in_force(found.store)
        event = None if rules is None else bytes.fromhex(rules.event)
        payload = talking.open_conversation(found.state, found.me, event)
        return await self._view(await self.append(found, payload))

    async def close(
        self, entry: str = "", *, thanks: str = "", next_step: str = "", settled: bool = False
    ) -> ConversationView:
        """End it, settled or not."""
        found = await self._one(entry, "open")
        payload = talking.close_conversation(
            found.state, found.me, appreciation=thanks, next_step=next_step, settled=settled
        )
        return await self._view(await self.append(found, payload))

    async def acknowledge(self, text: str, entry: str = "") -> ConversationView:
        """A point of the other's that holds."""
        found = await self._one(entry, "open")
        await self.create(found.store, talking.acknowledge(found.id, text))
        return await self._view(found)

    # ------------------------------------------------------------------ turns

    async def draft(
        self, answers: dict[str, str], *, theirs: bool = False, conversation: str = ""
    ) -> DraftView:
        """Draft a turn in private, also before the conversation that it is for has begun."""
        found = await self._one(conversation)
        talking.check_voice(found.state, talking.OTHER if theirs else talking.OWN)
        said = {**answers, **({_VOICE: talking.OTHER} if theirs else {})}
        return await Drafting(self._state).keep(PRACTICE, said, found.id)

    async def share(self, draft: str) -> ConversationView:
        """Speak a drafted turn: the second act."""
        found = await Drafting(self._state).take_up(draft, PRACTICE)
        answers = answers_of(found)
        about = about_of(found)
        if about is None:
            raise NoConversationError()
        conversation = await self.by_id(self.shared(), about)
        payload = talking.speak(
            conversation.state,
            about,
            answers.get("observation", ""),
            feeling=answers.get("feeling", ""),
            effect=answers.get("effect", ""),
            wish=answers.get("wish", ""),
            voice=answers.get(_VOICE, talking.OWN),
        )
        turn = await self.create(conversation.store, payload)
        await Drafting(self._state).set_aside(found, turn.id)
        return await self._view(conversation)

    async def hear(self, text: str, turn: str = "") -> ConversationView:
        """Say back what was heard."""
        return await self._say("hear", turn, text)

    async def confirm(self, turn: str = "") -> ConversationView:
        """Say that one was heard."""
        return await self._say("confirm", turn)

    async def correct(self, text: str, turn: str = "") -> ConversationView:
        """Say what was meant otherwise."""
        return await self._say("correct", turn, text)

    async def validate(self, text: str, turn: str = "") -> ConversationView:
        """Say why it makes sense."""
        return await self._say("validate", turn, text)

    async def answer(self, text: str, turn: str = "") -> ConversationView:
        """Answer, once the speaker was heard."""
        return await self._say("answer", turn, text)

    async def set_down(self, turn: str = "") -> ConversationView:
        """Leave a turn here; no reason is asked for."""
        return await self._say("leave", turn)

    async def _say(self, act: str, turn: str, text: str = "") -> ConversationView:
        found, conversation = await self._turn(turn, act)
        voice = talking.OWN
        if getattr(found.state.shown.payload, "passed", False) and act != "leave":
            spoken_by = talking.speaker(found.state, (found.me, found.other))
            mine = (act in BY_SPEAKER) == (spoken_by == found.me)
            voice = talking.OWN if mine else talking.OTHER
        await self.append(found, _payload(act, found, text, voice))
        return await self._view(conversation)

    async def _turn(self, turn: str, act: str) -> tuple[Found, Found]:
        """The turn that is meant: by its id, or the latest for which this has a place."""
        if turn:
            found = await self.find(turn, "turn")
            return found, await self.by_id(found.store, found.row.projection.target or b"")
        conversation = await self._one("", "open")
        turns = [t for t in await self.about(conversation, "turn") if t.row.projection.state]
        fitting = [t for t in turns if (v := await self._turn_view(t)) and act in v.may]
        if fitting:
            return fitting[-1], conversation
        if not turns:
            raise NoTurnError()
        return turns[-1], conversation

    async def _turn_view(self, found: Found) -> TurnView | None:
        names = await reading.names(found.store, "shared")
        return turn_view(found.id, found.row.projection, names, found.other)

    # ------------------------------------------------------------------ the view

    async def _view(self, found: Found) -> ConversationView:
        return await self._view_of(await self.again(found), await self._around(found.store))

    async def _around(self, store: SpaceStore) -> _Around:
        return _Around(
            await reading.names(store, "shared"),
            await Rules(self._state).in_force(store),
            await Pausing(self._state).current(),
            await Drafting(self._state).open(PRACTICE),
            await self.place(),
        )

    async def _view_of(self, found: Found, around: _Around) -> ConversationView:
        related = await self.about(found)
        goals = [one for one in related if _is(one, "goal") and one.row.projection.state]
        id_ = found.id.hex()
        return conversation_view(
            found.id,
            found.row.projection,
            around.names,
            found.other,
            Related(
                turns=[(t.id, t.row.projection) for t in related if _is(t, "turn")],
                points=[(p.id, p.row.projection) for p in related if _is(p, "acknowledgement")],
                goals=[goal_view(g.id, g.row.projection, around.names) for g in goals],
                drafts=[draft for draft in around.drafts if draft.about == id_],
                rules=around.rules,
                pause=around.pause if found.state.stage == "open" else None,
                place=around.place,
            ),
        )


class _Around(NamedTuple):
    """What is the same for all conversations of a journal."""

    names: Names
    rules: RulesWords | None
    pause: PauseView | None
    drafts: list[DraftView]
    place: tzinfo


def _payload(act: str, found: Found, text: str, voice: str) -> Payload:
    by = (found.state, found.me, found.other)
    if act == "confirm":
        return talking.confirm(*by, voice)
    if act == "leave":
        return talking.set_down(*by, voice)
    decide: dict[str, Callable[..., Payload]] = {
        "hear": talking.paraphrase,
        "correct": talking.correct,
        "validate": talking.validate,
        "answer": talking.answer,
    }
    return decide[act](*by, text, voice)


def _is(found: Found, kind: str) -> bool:
    return found.row.projection.kind == kind


def _asks(found: Found) -> bool:
    return any(one.by != found.me for one in talking.standing_proposals(found.state))


def _starts(found: Found) -> int:
    return int(getattr(found.state.shown.payload, "starts_ms", 0))
