"""What is asked before a relay carries the private journal (SPEC 17.7)."""

from __future__ import annotations

from collections.abc import Callable

from inglenook_client.cli.asking import agree, ask, ask_hidden
from inglenook_client.cli.errors import NothingGivenError
from inglenook_client.cli.run import Run
from inglenook_client.cli.speaking import say
from inglenook_client.cli.texts import devices as texts


def ask_private_relay(
    run: Run,
    kept_token: Callable[[str], str | None],
    relay: str | None,
    token: str | None,
    usual: str | None,
) -> tuple[str, str | None]:
    """The relay for the private journal, and the right to register there where it is given."""
    where = relay
    if where is None and run.someone_is_there:
        question = texts.ASK_RELAY if usual is None else texts.ASK_PRIVATE_RELAY
        where = ask(question.format(relay=usual), usual)
    where = where or usual
    if not where:
        raise NothingGivenError(texts.RELAY_FOR_IT, texts.RELAY_FOR_IT_STEP)
    token = token or kept_token(where)
    if token is None and run.someone_is_there:
        token = ask_hidden(texts.ASK_PRIVATE_TOKEN.format(relay=where)) or None
    return where, token


def agree_private() -> bool:
    """Whether the private journal goes through a relay, after the sentence on what that tells."""
    say(texts.PRIVATE_LINKS)
    say(texts.PRIVATE_ELSE)
    return agree(texts.ASK_PRIVATE)
