"""``nook safety`` and ``nook completion``: text that needs no journal."""

from __future__ import annotations

import click

from inglenook_client.cli import formats
from inglenook_client.cli.choosing import OneOf
from inglenook_client.cli.run import Run, with_run
from inglenook_client.cli.speaking import answer, emit, safety_page, verbatim
from inglenook_client.cli.texts import common
from inglenook_client.cli.texts import safety as page


@click.command()
@with_run
def safety(run: Run) -> None:
    """A page to read before sharing, and where help is."""
    document = formats.document("safety", title=page.TITLE, paragraphs=page.PARAGRAPHS)
    answer(run, document, safety_page())


@click.command("help")
@click.argument("words", nargs=-1, metavar="[COMMAND]...")
@click.pass_context
@with_run
def help_(run: Run, context: click.Context, words: tuple[str, ...]) -> None:
    """How a command is used.

    The same as nook COMMAND --help; without a COMMAND, all commands.
    """
    at = context.find_root()
    for word in words:
        group = at.command
        found = group.get_command(at, word) if isinstance(group, click.Group) else None
        if found is None:
            raise click.UsageError(common.NO_SUCH_COMMAND.format(given=" ".join(words)), at)
        at = click.Context(found, parent=at, info_name=word)
    text = at.get_help()
    if run.json:
        emit(formats.document("help", text=text))
    else:
        verbatim(text)


@click.command()
@click.argument("shell", type=OneOf(("bash", "zsh", "fish")))
@click.pass_context
@with_run
def completion(run: Run, context: click.Context, shell: str) -> None:
    """Complete nook's commands in your shell.

    \b
    bash:  echo 'eval "$(nook completion bash)"' >> ~/.bashrc
    zsh:   echo 'eval "$(nook completion zsh)"' >> ~/.zshrc
    fish:  nook completion fish > ~/.config/fish/completions/nook.fish
    """
    from click.shell_completion import get_completion_class

    complete = get_completion_class(shell)
    if complete is None:
        raise click.UsageError(common.NO_COMPLETION.format(shell=shell))
    script = complete(context.find_root().command, {}, "nook", "_NOOK_COMPLETE").source()
    if run.json:
        emit(formats.document("completion", shell=shell, script=script))
    else:
        verbatim(script.rstrip())
