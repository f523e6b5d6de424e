"""An option or argument that takes one of a few words, refused in a sentence if it is another."""

from __future__ import annotations

from typing import Any

import click

from inglenook_client.cli.texts import common


def listed(words: list[str]) -> str:
    """ "a, b or c"."""
    if len(words) == 1:
        return words[0]
    return common.ONE_OF.format(words=", ".join(words[:-1]), last=words[-1])


class OneOf(click.Choice[str]):
    """As click's own, in plain words."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            words = listed([str(choice) for choice in self.choices])
            message = common.NOT_ONE_OF.format(given=value, words=words)
            raise click.UsageError(message, ctx) from None
