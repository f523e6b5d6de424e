"""What is only one's own, and how a part of it is shared by a second act (PRACTICES 1, 10, 11)."""

from __future__ import annotations

from functools import partial
from typing import Final

from inglenook_client.core.model import EntryView
from inglenook_client.core.practices.drafting import DraftView
from inglenook_client.core.practices.talking import mode_of
from inglenook_client.journal.inward import LINE
from inglenook_client.journal.needing import NEED_DRAFT
from inglenook_simulation.commands.base import Act, At, Choice, Command, looks
from inglenook_simulation.commands.needing import dropping, has_room


async def inventory(at: At) -> list[Choice]:
    """A new one, or one's own said anew."""
    new, anew = at.secret(), at.secret()
    write = at.journal.inward.write_inventory
    return [
        Choice(f"writes an inventory, {new}", partial(write, losses=new, feelings=["tired"])),
        Choice("writes an empty inventory", write, offered=False),
        *(
            Choice(
                f"says the inventory {one.id.hex()[:6]} anew: {anew}",
                partial(at.journal.inward.edit_inventory, one.id.hex(), needs=anew),
            )
            for one in await at.of_mine("inventory")()
        ),
    ]


async def reflect(at: At) -> list[Choice]:
    """A new reflection, on an entry or by itself, or one said anew."""
    new, anew = at.secret(), at.secret()
    shown = await at.journal.timeline(days=9, visibility="shared")
    about = [None, *(entry.id for day in shown.days for entry in day.entries)]
    return [
        Choice(
            f"writes a reflection, {new}",
            partial(at.journal.inward.write_reflection, new, about=at.random.choice(about)),
        ),
        *(
            Choice(
                f"says the reflection {one.id.hex()[:6]} anew: {anew}",
                partial(at.journal.inward.edit_reflection, one.id.hex(), own_part=anew),
            )
            for one in await at.of_mine("reflection")()
        ),
    ]


async def _private(at: At) -> list[EntryView]:
    shown = await at.journal.timeline(days=99, visibility="private")
    return [entry for day in shown.days for entry in day.entries if not entry.redacted]


async def excerpt(at: At) -> list[Choice]:
    """Copy a line into a draft: still with its writer alone."""
    found = []
    for entry in await _private(at):
        lines = await at.journal.inward.lines(entry.id)
        if lines:
            line = at.random.choice(lines)
            copy = partial(at.journal.inward.copy_line, entry.id, line)
            found.append(Choice(f"copies “{line}” of {entry.id[:6]} into a draft", copy))
    shown = await at.journal.timeline(days=1, visibility="shared")
    return found + [
        Choice(
            f"copies a line of {entry.id[:6]}, which both have",
            partial(at.journal.inward.copy_line, entry.id, "line"),
            offered=False,
        )
        for day in shown.days
        for entry in day.entries
    ]


async def share(at: At) -> list[Choice]:
    """The second act: a draft of any practice, or a private entry."""
    acts: dict[str, Act] = {
        "turn": at.journal.talking.share,
        NEED_DRAFT: at.journal.needing.share,
        "disclosure": at.journal.disclosing.share,
        LINE: at.journal.inward.share_line,
    }
    room = await has_room(at)
    found = []
    for draft in await at.journal.drafting.open():
        if draft.practice in acts:
            texts = tuple(part.text for part in draft.parts)
            offered = room if draft.practice == NEED_DRAFT else await _has_place(at, draft)
            act = partial(acts[draft.practice], draft.id)
            words = f"shares the draft {draft.id[:6]} ({draft.practice})"
            found.append(Choice(words, act, offered, texts))
    for entry in await _private(at):
        if entry.kind in ("moment", "progress", "check-in", "appreciation") and entry.current:
            words = f"shares {entry.id[:6]}"
            found.append(
                Choice(words, partial(at.journal.share, entry.id), True, (repr(entry.current),))
            )
    return found


async def _has_place(at: At, draft: DraftView) -> bool:
    if not await at.journal.drafting.has_place(draft):
        return False
    if not any(part.name == "voice" for part in draft.parts) or draft.about is None:
        return True
    # The other's words were taken down where one device is passed; the way may have changed.
    conversation = await at.journal.talking.find(draft.about, "conversation")
    return mode_of(conversation.state.shown) != "two-devices"


async def idea(at: At) -> list[Choice]:
    said = at.secret()
    return [
        Choice(f"has an idea for a kindness, {said}", partial(at.journal.inward.note_idea, said))
    ]


async def idea_edit(at: At) -> list[Choice]:
    said = at.secret()
    return [
        Choice(
            f"says the idea {one.id[:6]} anew: {said}",
            partial(at.journal.inward.edit_idea, one.id, said),
        )
        for one in await at.journal.inward.ideas()
    ]


async def idea_aside(at: At) -> list[Choice]:
    return [
        Choice(
            f"is done with the idea {one.id.hex()[:6]}",
            partial(at.journal.inward.set_idea_aside, one.id.hex()),
            one.state.stage == "noted",
        )
        for one in await at.of_mine("kindness-idea")()
    ]


COMMANDS: Final[dict[str, Command]] = {
    "inventory": inventory,
    "reflect": reflect,
    "excerpt": excerpt,
    "share": share,
    "private": looks("looks at what is only theirs", lambda j: j.inward.pages()),
    "private drop": dropping(LINE, "draft of a line"),
    "kindness": looks("looks at their ideas", lambda j: j.inward.ideas()),
    "kindness idea": idea,
    "kindness edit": idea_edit,
    "kindness aside": idea_aside,
}

PRIVATE: Final = frozenset({*COMMANDS} - {"share"}) | {
    "need state", "need drop", "tender tell", "tender drop", "talk say", "talk drop",
    "look-back hide", "look-back show-again",
}  # fmt: skip
"""Commands that add nothing to what the two share: no byte, no count."""
