"""The ``nook-relay`` command."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from inglenook_protocol.errors import InglenookError
from inglenook_server import __version__, auth
from inglenook_server.core.ops import DropToken, Op, PutToken
from inglenook_server.settings import TABLE, Setting, make_settings

__all__ = ["main"]

F = TypeVar("F", bound=Callable[..., Any])
EXIT_TROUBLE = 1


def _option(setting: Setting) -> Callable[[F], F]:
    common: dict[str, Any] = {"envvar": setting.variable, "help": setting.help}
    if setting.type is bool:
        return click.option(
            setting.flag, is_flag=True, default=setting.default, show_envvar=True, **common
        )
    kind: Any = setting.type
    if setting.type is Path:
        kind = click.Path(path_type=Path)
    return click.option(
        setting.flag,
        type=kind,
        default=setting.default,
        show_default=setting.default is not None,
        show_envvar=True,
        required=setting.name == "data",
        **common,
    )


def _settings_options(function: F) -> F:
    for setting in reversed(TABLE):
        function = _option(setting)(function)
    return function


_data_option = _option(next(setting for setting in TABLE if setting.name == "data"))


def _fail(error: Exception) -> NoReturn:
    click.echo(str(error), err=True)
    sys.exit(EXIT_TROUBLE)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


@click.group(
    name="nook-relay",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="nook-relay", message="%(prog)s %(version)s")
def main() -> None:
    """A relay that stores and forwards what it cannot read."""


@main.command()
@_settings_options
def serve(**values: Any) -> None:
    """Serve a data directory until it is told to stop (SIGTERM or Ctrl-C).

    At the first start a registration token is printed, once: give it to the couple that may
    use this relay. 'nook-relay token' makes more.
    """
    from inglenook_server.serving import serve as run
    from inglenook_server.serving import set_up_logging

    try:
        settings = make_settings(values)
        set_up_logging(settings.log_level)
        asyncio.run(run(settings, click.echo))
    except InglenookError as error:
        _fail(error)
    except ImportError:
        _fail(RuntimeError("--metrics-port needs the extra 'metrics' to be installed."))
    except OSError as error:
        _fail(RuntimeError(f"The relay cannot listen there: {error.strerror}. Try another --port."))


@main.command()
@_data_option
@click.option("--label", default="", help="A note to tell tokens apart.")
@click.option("--list", "list_", is_flag=True, help="List tokens: their ids and labels.")
@click.option("--revoke", metavar="ID", help="Revoke the token with this id.")
def token(data: Path, label: str, list_: bool, revoke: str | None) -> None:
    """Make a registration token, also while the relay runs.

    Whoever has it may keep journals on this relay and invite the other person. Only its hash
    is stored, so it is shown this once.
    """
    from inglenook_server.storage.sqlite import open_reader

    try:
        if list_ or revoke is not None:
            with open_reader(data) as snapshot:
                tokens = snapshot.tokens()
        if list_:
            for record in tokens:
                click.echo(f"{record.hash.hex()[:12]}  {record.label}".rstrip())
        elif revoke is not None:
            hashes = [t.hash for t in tokens if revoke and t.hash.hex().startswith(revoke.lower())]
            if len(hashes) != 1:
                _fail(RuntimeError("No single token has that id. See --list."))
            _write(data, [DropToken(hashes[0])])
            click.echo("Revoked. Journals that are here already stay.")
        else:
            text = auth.make_registration_token(os.urandom)
            _write(data, [PutToken(auth.hash_registration_token(text), label)])
            click.echo(text)
    except InglenookError as error:
        _fail(error)


def _write(data: Path, ops: list[Op]) -> None:
    from inglenook_server.storage.sqlite import SqliteStorage

    async def write() -> None:
        storage = SqliteStorage(data)
        try:
            await storage.commit(ops)
        finally:
            await storage.close()

    asyncio.run(write())


@main.command()
@_data_option
def status(data: Path) -> None:
    """Say how much is stored: counts and sizes, about nobody in particular."""
    from inglenook_server.storage.sqlite import open_reader

    try:
        with open_reader(data) as snapshot:
            totals = snapshot.totals()
    except InglenookError as error:
        _fail(error)
    click.echo(f"spaces {totals.spaces}")
    click.echo(f"logs {totals.logs}")
    click.echo(f"events {totals.events}")
    click.echo(f"bytes {totals.stored_bytes}")


@main.command()
@_data_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def holds(data: Path, as_json: bool) -> None:
    """List all that is held: ids and sizes. There is no more to see.

    For whoever runs the relay and wonders what they could learn, and for a couple that wants
    to know it too.
    """
    import msgspec

    from inglenook_server.listing import list_store
    from inglenook_server.storage.sqlite import open_reader

    try:
        with open_reader(data) as snapshot:
            spaces = list(list_store(snapshot, snapshot.space_ids()))
    except InglenookError as error:
        _fail(error)
    if as_json:
        click.echo(msgspec.json.encode({"format": "inglenook.holds/1", "spaces": spaces}).decode())
        return
    for space in spaces:
        about = _count(space.statements, "statement")
        click.echo(f"space {space.space}, {about} about devices")
        for log in space.logs:
            click.echo(f"  device {log.device}")
            for held in log.envelopes:
                size = "erased" if held.erased else f"{held.bytes} bytes"
                click.echo(f"    {held.seq:>6}  {held.id}  {size}")


@main.command()
@_data_option
def check(data: Path) -> None:
    """Check the whole store: the file itself, every chain and its signatures."""
    from inglenook_server.checking import check_store
    from inglenook_server.storage.sqlite import open_reader

    try:
        with open_reader(data) as snapshot:
            flaws = snapshot.file_flaws()
            space_ids = snapshot.space_ids()
            with click.progressbar(length=len(space_ids), label="Spaces", file=sys.stderr) as bar:
                checked = check_store(snapshot, space_ids, bar.update)
    except InglenookError as error:
        _fail(error)
    for flaw in [*flaws, *checked.flaws]:
        click.echo(flaw)
    if flaws or checked.flaws:
        click.echo("Restore a backup, or start anew: the couple's devices refill the relay.")
        sys.exit(EXIT_TROUBLE)
    spaces, events = _count(checked.spaces, "space"), _count(checked.events, "event")
    click.echo(f"All is well: {spaces}, {events}.")


def run_alone() -> None:
    """``main`` in a process of its own: its files are this account's alone, and no core file
    holds what stood in memory."""
    os.umask(0o077)
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource  # not on Windows

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main()


if __name__ == "__main__":
    run_alone()
