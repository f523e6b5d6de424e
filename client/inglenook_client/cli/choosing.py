"""Options and arguments that take a few words or a length, refused in a sentence otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import click

from inglenook_client.cli.errors import NotALengthError
from inglenook_client.cli.texts import common

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


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


class OneOfWhat(click.types.StringParamType):
    """As ``OneOf``, of words that are looked up when they are needed: what knows them takes a
    moment to load, and most commands of a module don't ask."""

    def __init__(self, words: Callable[[], Iterable[str]]) -> None:
        self.words = words

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return OneOf(list(self.words())).convert(value, param, ctx)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        return OneOf(list(self.words())).shell_complete(ctx, param, incomplete)


class Length(click.types.IntParamType):
    """A length in minutes: ``45``, ``1h30``, ``2 hours``."""

    name = "length"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        from inglenook_client.cli.moments import given_minutes

        try:
            return given_minutes(str(value))
        except NotALengthError as error:
            raise click.UsageError(" ".join((error.message, error.next_step)), ctx) from None
