"""``nook device``: one's own computers."""

from __future__ import annotations

from pathlib import Path

import click

from inglenook_client.cli import formats
from inglenook_client.cli.commands.common import (
    given_token,
    sure,
    token_file_option,
    token_option,
)
from inglenook_client.cli.commands.linking import add, link
from inglenook_client.cli.commands.private_relay import ask_private_relay
from inglenook_client.cli.run import Run, with_run
from inglenook_client.cli.session import with_journal
from inglenook_client.cli.speaking import answer, emit, say
from inglenook_client.cli.suggesting import SuggestingGroup
from inglenook_client.cli.texts import devices as texts
from inglenook_client.core.model import DeviceView
from inglenook_client.journal import Journal


@click.group(cls=SuggestingGroup)
def device() -> None:
    """Your own computers: add a second one, name or remove one.

    Names are written in your private journal alone; nobody else sees them.
    """


device.add_command(add)
device.add_command(link)


def called(view: DeviceView) -> str:
    """A computer's name in a sentence, or the beginning of its id."""
    return view.name or view.id[:8]


@device.command("list")
@with_run
def list_(run: Run) -> None:
    """See your computers: what they are called, since when, and which one this is."""

    async def work(journal: Journal) -> list[DeviceView]:
        return await journal.devices.all()

    views = with_journal(run, work)
    if run.json:
        emit(formats.document("devices", devices=views))
        return
    from inglenook_client.cli.render import dates
    from inglenook_client.cli.render.devices import devices
    from inglenook_client.cli.render.page import Page

    devices(Page(), views, dates.today())
    if sum(view.standing for view in views) > 1:
        say(texts.LIST_NEXT)


@device.command()
@click.argument("name", metavar="NAME")
@click.option("--of", "which", metavar="ID", help="Another computer of yours; this one if unsaid.")
@with_run
def name(run: Run, name: str, which: str | None) -> None:
    """Call a computer of yours by a name."""

    async def work(journal: Journal) -> DeviceView:
        return await journal.devices.name(name, which)

    view = with_journal(run, work)
    answer(run, formats.document("device", device=view), texts.NAMED.format(name=called(view)))


@device.command()
@click.argument("which", metavar="NAME")
@click.option("--also-added", is_flag=True, help="Remove as well what that computer had added.")
@click.option("--yes", is_flag=True, help="Don't ask; for scripts.")
@with_run
def remove(run: Run, which: str, also_added: bool, yes: bool) -> None:
    """Remove a computer of yours that is gone, lost or not yours any more.

    NAME is its name, or the beginning of its id. From then on nothing new can be read there, in
    either journal; your other computers go on with new keys.
    """

    async def work(journal: Journal) -> tuple[DeviceView, list[DeviceView]] | None:
        devices = journal.devices
        view = await devices.find(which)
        devices.check_removable(view)
        if not yes and run.someone_is_there:
            say(texts.REMOVE.format(name=called(view)))
            say(texts.REMOVE_KEYS)
            say(texts.REMOVE_STOLEN)
            others = await devices.added_by(view.id)
            if others and not also_added:
                names = ", ".join(called(other) for other in others)
                say(texts.REMOVE_ADDED.format(name=called(view), others=names))
        question = texts.ASK_REMOVE.format(name=called(view))
        if not sure(run, question, texts.REMOVE_NEEDS_YES, yes=yes):
            return None
        gone = await devices.remove(view.id, with_added=also_added)
        return gone, [v for v in await devices.all() if v.standing]

    done = with_journal(run, work)
    if done is None:
        return
    gone, standing = done
    answer(
        run,
        formats.document("device", device=gone),
        texts.REMOVED.format(name=called(gone)),
        texts.REMOVED_STAND.format(names=", ".join(called(view) for view in standing)),
    )


@device.command()
@click.argument("choice", required=False, type=click.Choice(["on", "off"]), metavar="[on|off]")
@click.option("--relay", envvar="NOOK_RELAY", metavar="URL", help="Any relay; or NOOK_RELAY.")
@token_option
@token_file_option
@click.option("--yes", is_flag=True, help="Don't ask; for scripts.")
@with_run
def sync(
    run: Run,
    choice: str | None,
    relay: str | None,
    token: str | None,
    token_file: Path | None,
    yes: bool,
) -> None:
    """See or choose whether your private journal is kept in step between your computers.

    It stays on this computer unless you turn that on, here and on your other computers. The
    relay may be another than the one of your shared journal.
    """
    token = given_token(token, token_file)

    async def work(journal: Journal) -> tuple[str | None, list[str]]:
        devices = journal.devices
        before = devices.private_relay
        if choice == "off":
            await devices.keep_private_here()
            lines = [texts.PRIVATE_OFF]
            lines += [texts.PRIVATE_OFF_NEXT.format(relay=before)] if before else []
            return None, lines
        if choice == "on":
            where = await _turn_on(run, journal, relay, token, yes=yes)
            lines = [] if where is None else [texts.PRIVATE_ON, texts.PRIVATE_ON_NEXT]
            return where or before, [line.format(relay=where) for line in lines]
        told = texts.PRIVATE_STAYS if before is None else texts.PRIVATE_IS
        return before, [told.format(relay=before)]

    where, lines = with_journal(run, work)
    answer(run, formats.document("device-sync", relay=where), *lines)


async def _turn_on(
    run: Run, journal: Journal, relay: str | None, token: str | None, *, yes: bool
) -> str | None:
    devices = journal.devices
    await devices.check_second()
    usual = devices.private_relay or journal.relay
    if not yes and run.someone_is_there:
        say(texts.PRIVATE_LINKS)
    if not sure(run, texts.ASK_PRIVATE, texts.SYNC_NEEDS_YES, yes=yes):
        return None
    where, right = ask_private_relay(run, journal.devices.kept_token, relay, token, usual)
    return await devices.carry_private(where, right)
