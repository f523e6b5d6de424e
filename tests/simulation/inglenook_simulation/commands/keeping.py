"""What stays: the journal's entries, milestones, keepsakes, the commitment, the path (PRACTICES 11,
14, 23 to 26)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

from inglenook_client.core.model import EntryView
from inglenook_client.core.practices.looking_back import choices as may_be_looked_back_at
from inglenook_client.journal.facade import Journal
from inglenook_protocol.kinds import REACTIONS
from inglenook_simulation.commands.base import DATES, At, Choice, Command, agrees, asks, looks

_PLAIN: Final = ("moment", "progress", "appreciation", "check-in")


async def _entries(at: At, *kinds: str) -> list[EntryView]:
    """Entries of the shared journal that stand."""
    wanted = list(kinds) or None
    shown = await at.journal.timeline(days=99, kinds=wanted, visibility="shared")
    return [entry for day in shown.days for entry in day.entries if not entry.redacted]


async def write(at: At) -> list[Choice]:
    text = at.word()
    form = at.random.choice(["moment", "progress"])
    others = await _entries(at, "moment") if at.random.random() < 0.4 else []
    beside = at.random.choice(others).id if others else None
    told = f"writes {text}" + (f" beside {beside[:6]}" if beside else "")
    write_ = partial(at.journal.write, text, form=form, date=at.date(), beside=beside)
    return [
        Choice(told, partial(write_, visibility="shared")),
        Choice(
            "writes about a day that is to come",
            partial(at.journal.write, text, visibility="shared", date="2999-01-01"),
            offered=False,
        ),
    ]


async def thank(at: At) -> list[Choice]:
    noticed = at.word()
    return [
        Choice(
            f"notes a kindness, {noticed}", partial(at.journal.appreciate, noticed, effect="warm")
        )
    ]


async def edit(at: At) -> list[Choice]:
    """One's own words anew, or openly another date."""
    text = at.word()
    changes = at.random.choice([{"text": text}, {"date": at.random.choice(DATES)}])
    found = []
    for entry in await _entries(at, *_PLAIN):
        if "date" in changes and entry.date == changes["date"]:
            continue  # that would change nothing
        told = " and ".join(f"{name} {value}" for name, value in changes.items())
        found.append(
            Choice(
                f"edits {entry.id[:6]}: {told}",
                partial(at.journal.edit, entry.id, **changes),  # type: ignore[arg-type]
                entry.by == "me",
            )
        )
        found += [
            Choice(
                f"edits the reply {reply.id[:6]}: {text}",
                partial(at.journal.edit, reply.id, text=text),
                reply.by == "me",
            )
            for reply in entry.replies
            if not reply.redacted
        ]
    return found


async def reply(at: At) -> list[Choice]:
    """With one of the project's beginnings, or without."""
    text = at.random.choice(["", "That sounds hard. "]) + at.word()
    return [
        Choice(f"replies to {entry.id[:6]}: {text}", partial(at.journal.reply, entry.id, text))
        for entry in await _entries(at)
    ]


async def react(at: At) -> list[Choice]:
    """A warm sign, or taken back again."""
    reaction = at.random.choice(list(REACTIONS))
    found = []
    for entry in await _entries(at):
        for what in {one.reaction for one in entry.reactions if one.by == "me"}:
            found.append(
                Choice(
                    f"takes {what} at {entry.id[:6]} back",
                    partial(at.journal.take_back_reaction, entry.id, what),
                )
            )
        found.append(
            Choice(
                f"gives {entry.id[:6]} {reaction}", partial(at.journal.react, entry.id, reaction)
            )
        )
    if found:
        entry = (await _entries(at))[0]
        found.append(
            Choice("gives a thumb down", partial(at.journal.react, entry.id, "meh"), offered=False)
        )
    return found


async def redact(at: At) -> list[Choice]:
    """Withdraw one's own words."""
    return [
        Choice(
            f"withdraws {entry.id[:6]} ({entry.kind})",
            partial(at.journal.redact, entry.id),
            entry.by == "me",
        )
        for entry in await _entries(at)
        if entry.by != "both"
    ]


def _at_each(words: str, act: Callable[[Journal], Callable[[str], Awaitable[object]]]) -> Command:
    async def choices(at: At) -> list[Choice]:
        return [
            Choice(words.format(id=entry.id[:6]), partial(act(at.journal), entry.id))
            for entry in await _entries(at)
        ]

    return choices


async def celebrate(at: At) -> list[Choice]:
    """Mark a milestone, or say one's own anew."""
    text = at.word()
    new = Choice(
        f"marks the milestone {text}",
        partial(at.journal.treasuring.celebrate, text, date=at.date()),
    )
    return [new] + [
        Choice(
            f"says the milestone {one.id.hex()[:6]} anew: {text}",
            partial(at.journal.treasuring.edit_milestone, one.id.hex(), text=text),
            at.is_mine(one),
        )
        for one in await at.of("milestone")()
    ]


async def pin(at: At) -> list[Choice]:
    private = at.random.random() < 0.4
    title, form = at.secret() if private else at.word(), at.random.choice(["note", "symbol"])
    pinning = at.journal.treasuring.pin
    return [
        Choice(
            f"pins {title}" + (", in private" if private else ""),
            partial(pinning, title, form=form, visibility="private" if private else "shared"),
        ),
        Choice("pins a photo", partial(pinning, title, form="photo"), offered=False),
    ]


async def keepsake_edit(at: At) -> list[Choice]:
    found = []
    for one in await at.journal.treasuring.keepsakes():
        title = at.secret() if one.visibility == "private" else at.word()
        found.append(
            Choice(
                f"says the keepsake {one.id[:6]} anew: {title}",
                partial(at.journal.treasuring.edit_keepsake, one.id, title=title),
                one.by == "me",
            )
        )
    return found


async def unpin(at: At) -> list[Choice]:
    return [
        Choice(
            f"takes the keepsake {one.id[:6]} out of sight",
            partial(at.journal.treasuring.unpin, one.id),
            one.by == "me",
        )
        for one in await at.journal.treasuring.keepsakes()
    ]


async def commitment_write(at: At) -> list[Choice]:
    text = at.word()
    return [
        Choice(
            f"writes the commitment {text}", partial(at.journal.treasuring.write_commitment, text)
        )
    ]


async def commitment_agree(at: At) -> list[Choice]:
    return [
        Choice(
            f"agrees to the commitment {one.id[:6]}",
            partial(at.journal.treasuring.agree_to, one.id),
            one.asked is not None,
        )
        for one in await at.journal.treasuring.commitments()
    ]


async def commitment_revoke(at: At) -> list[Choice]:
    return [
        Choice(
            f"takes their word on the commitment {one.id.hex()[:6]} back",
            partial(at.journal.treasuring.take_back, one.id.hex()),
            agrees(one),
        )
        for one in await at.of("commitment")()
    ]


async def look_back_propose(at: At) -> list[Choice]:
    practices = at.random.sample(may_be_looked_back_at(), 3)
    propose = at.journal.looking_back.propose
    return [
        Choice(
            f"proposes to look back at {', '.join(practices)}",
            partial(propose, practices),
            # The same choice in another order is nobody's to know beforehand.
            None,
        ),
        Choice("proposes to look back at pauses", partial(propose, ["pause"]), offered=False),
    ]


async def look_back_agree(at: At) -> list[Choice]:
    found = await at.of("look-back")()
    return [
        Choice(
            "agrees to what may be looked back at",
            at.journal.looking_back.agree_to,
            any(asks(one) for one in found),
        )
    ]


async def look_back_revoke(at: At) -> list[Choice]:
    found = await at.of("look-back")()
    return [
        Choice(
            "takes their word on looking back back",
            at.journal.looking_back.take_back,
            any(agrees(one) for one in found),
        )
    ]


COMMANDS: Final[dict[str, Command]] = {
    "write": write,
    "edit": edit,
    "reply": reply,
    "react": react,
    "redact": redact,
    "thank": thank,
    "timeline": looks("looks at the timeline", lambda j: j.timeline(days=99)),
    "show": _at_each("looks at {id}", lambda j: j.show),
    "search": looks("searches", lambda j: j.search("words")),
    "on-this-day": looks("looks at this day", lambda j: j.looking_back.on_this_day()),
    "trends": looks("looks at the trends", lambda j: j.looking_back.trends()),
    "celebrate": celebrate,
    "look-back": looks("looks back", lambda j: j.looking_back.path()),
    "look-back propose": look_back_propose,
    "look-back agree": look_back_agree,
    "look-back revoke": look_back_revoke,
    "look-back hide": _at_each("leaves {id} out of the path", lambda j: j.looking_back.hide),
    "look-back show-again": _at_each("takes {id} in again", lambda j: j.looking_back.show_again),
    "look-back hidden": looks("looks at what is left out", lambda j: j.looking_back.hidden()),
    "keepsake": looks("looks at keepsakes", lambda j: j.treasuring.keepsakes()),
    "keepsake pin": pin,
    "keepsake edit": keepsake_edit,
    "keepsake unpin": unpin,
    "commitment": looks("looks at the commitment", lambda j: j.treasuring.commitments()),
    "commitment write": commitment_write,
    "commitment agree": commitment_agree,
    "commitment revoke": commitment_revoke,
}
