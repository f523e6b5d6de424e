"""Groups of commands that answer a slip of the keyboard with what may have been meant."""

from __future__ import annotations

import click

from inglenook_client.cli.explaining import in_words
from inglenook_client.cli.texts import common


class SuggestingGroup(click.Group):
    """A group whose message about an unknown command names the nearest one."""

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
            raise click.UsageError(self._unknown(ctx, args[0]), ctx) from None

    def _unknown(self, ctx: click.Context, given: str) -> str:
        from difflib import get_close_matches

        message = common.NO_SUCH_COMMAND.format(given=given)
        near = get_close_matches(given.lower(), self.list_commands(ctx), n=1)
        return f"{message} {common.DID_YOU_MEAN.format(command=near[0])}" if near else message


class OrderedGroup(SuggestingGroup):
    """A group that lists its commands in the order in which they are mostly used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)
