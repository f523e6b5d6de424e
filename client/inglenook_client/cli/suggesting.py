"""Groups of commands that answer a slip of the keyboard with what may have been meant."""

from __future__ import annotations

from typing import Any, Final

import click

from inglenook_client.cli.explaining import in_words
from inglenook_client.cli.texts import common
from inglenook_client.language import translated

_WHOLE: Final = 200
"""Characters of a command's first sentence; click alone would cut it at 45."""


class SuggestingGroup(click.Group):
    """A group whose message about an unknown command names the nearest one.

    With ``words_go_to``, several words in the place of a command are what that command is given:
    ``nook kindness "tea at six"`` notes an idea.
    """

    def __init__(self, *args: Any, words_go_to: str = "", **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.words_go_to = words_go_to

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """As click does, with each command's whole first sentence."""
        found = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        rows = [
            (name, command.get_short_help_str(limit=_WHOLE))
            for name, command in found
            if command is not None and not command.hidden
        ]
        if rows:
            with formatter.section(translated("Commands")):
                formatter.write_dl(rows)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        found = super().get_command(ctx, cmd_name)
        return None if found is None else in_words(found)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchOption:
            raise
        except click.UsageError:
            if self.words_go_to and len(args[0].split()) > 1:
                return self.words_go_to, self.get_command(ctx, self.words_go_to), args
            raise click.UsageError(self._unknown(ctx, args[0]), ctx) from None

    def _unknown(self, ctx: click.Context, given: str) -> str:
        from difflib import get_close_matches

        message = common.NO_SUCH_COMMAND.format(given=given)
        near = get_close_matches(given.lower(), self.list_commands(ctx), n=1)
        if near:
            return f"{message} {common.DID_YOU_MEAN.format(command=near[0])}"
        if self.words_go_to:
            command = f"{ctx.command_path} {self.words_go_to} {given}"
            return f"{message} {common.DID_YOU_MEAN.format(command=command)}"
        return message


class OrderedGroup(SuggestingGroup):
    """A group that lists its commands in the order in which they are mostly used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)
