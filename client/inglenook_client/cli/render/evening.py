"""The page of ``nook`` alone: commands on the left, what they are for beside them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from inglenook_client.cli.render import days as render_days
from inglenook_client.cli.render.page import QUIET, Page
from inglenook_client.cli.speaking import called
from inglenook_client.cli.texts import days
from inglenook_client.cli.texts import evening as texts
from inglenook_client.core.practices.evening_views import EveningView, OfferView

# Which command takes up an offer, and which an invitation.
COMMAND_BY_OFFER: Final = {
    "talk": "nook talk",
    "proposed": "nook talk",
    "rules": "nook rules",
    "goal": "nook talk agree",
    "step": "nook step",
    "commitment": "nook commitment",
    "look-back": "nook look-back",
    "hear": "nook need",
    "heard": "nook need",
    "tender": "nook tender",
}
COMMAND_BY_INVITATION: Final = {
    "conversation": "nook talk",
    "activity": "nook activity",
    "affection": "nook affection",
}


def evening(page: Page, view: EveningView, partner: str | None) -> None:
    """The day, what the other has put there, three invitations, something small."""
    render_days.today(page, view.today)
    if view.today.quiet is not None:
        return
    name = called(partner)
    _block(page, texts.OFFERS.format(partner=name), (_offered(one) for one in view.offers))
    _block(
        page,
        days.INVITED,
        (
            (
                COMMAND_BY_INVITATION[one.what],
                texts.INVITATION.format(
                    what=days.INVITATIONS[one.what], state=days.INVITATION_STATES[one.state]
                ),
            )
            for one in view.invitations
        ),
    )
    small = texts.SMALL_THINGS if view.paired else texts.SMALL_ALONE
    _block(page, texts.SMALL, small.items())
    more = texts.MORE
    if not view.paired:
        # Whoever has left is not asked to invite: nook leave said how to begin anew.
        more = texts.MORE_ALONE if partner is None else texts.MORE_LEFT
    _block(page, texts.BESIDES, more.items())


def _offered(one: OfferView) -> tuple[str, str]:
    return COMMAND_BY_OFFER[one.what], texts.OFFER[one.what].format(words=one.words)


def _block(page: Page, heading: str, lines: Iterable[tuple[str, str]]) -> None:
    listed = list(lines)
    if not listed:
        return
    page.line((heading, QUIET), indent=2)
    for command, text in listed:
        page.listed(command, text, indent=4)
    page.gap()
