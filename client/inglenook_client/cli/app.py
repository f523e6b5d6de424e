"""The outermost command: options of every command, and commands loaded when they are named.

Nothing but click is loaded for ``nook --help`` and ``nook --version``.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Final

import click

from inglenook_client import __version__, language
from inglenook_client.cli.errors import Terminated
from inglenook_client.cli.explaining import in_words, speak
from inglenook_client.cli.run import Run, json_option, run_of
from inglenook_client.cli.suggesting import SuggestingGroup
from inglenook_client.language import translated

SECTIONS: Final = {
    "Begin": {
        "start": "Begin your journal on this computer.",
        "invite": "Invite one person to share a journal with you.",
        "join": "Join the person who invited you.",
    },
    "Write": {
        "write": "Write something down, for yourself or for both of you.",
        "check-in": "Say how you are, in a few words.",
        "thank": "Note a kindness that you received.",
        "share": "Share something from your private journal.",
        "edit": "Change your own words.",
        "redact": "Take back your own words.",
        "erase": "Have the relay delete its copy of your own words.",
        "drafts": "Words that found no place yet.",
    },
    "Look inward": {
        "inventory": "What was lost, what you feel and need; for you alone.",
        "reflect": "After friction: about seven minutes, for you alone.",
        "excerpt": "Copy one private line into a draft, to share it later.",
        "kindness": "Ideas for small kindnesses, for your eyes only.",
        "private": "Read what is only yours.",
    },
    "Talk": {
        "talk": "Talk in a calm frame: propose, open, speak, listen, close.",
        "pause": "Call a pause; nothing is asked.",
        "rules": "Ground rules that you both agree to.",
        "need": "Essential needs: say them, and hear them.",
        "step": "Small steps that you both agree to.",
        "tender": "Tell something tender, and say which answer would be welcome.",
    },
    "Answer": {
        "reply": "Reply to an entry.",
        "react": "Answer an entry with a warm sign.",
    },
    "Read": {
        "timeline": "Read the journal by day, newest first.",
        "show": "Read one entry with its history.",
        "search": "Look for words.",
        "look-back": "In hard times: the path so far, as you both allow.",
        "on-this-day": "What stood on this day, months or years ago.",
        "trends": "How things have been lately, for the two of you as one.",
    },
    "Keep close": {
        "today": "What stands today.",
        "week": "The week: three invitations, and what comes next.",
        "ritual": "Small things that come back: a coffee, a walk.",
        "time": "Time for the two of you.",
        "park": "Park a topic of everyday life for later.",
        "topics": "What is parked for later.",
        "word": "Send a short word on a hard day.",
        "affection": "Note a moment of affection.",
        "activity": "Things to do together: ideas, plans, memories.",
        "celebrate": "Mark something small that has become better.",
        "keepsake": "Notes and symbols to keep in sight.",
        "commitment": "What you both want to hold on to.",
        "review": "Look back at the week together.",
        "step-review": "Look at a step that you agreed on.",
        "setback": "After a setback: what happened, and what helped.",
        "reminders": "What is coming up.",
        "zone": "By which time zone you two count days and weeks.",
    },
    "Look after": {
        "sync": "Send and receive what is new.",
        "status": "See how the journal stands.",
        "proof": "Keep the proof that a device's history came in two versions.",
        "verify": "Check a proof that somebody gave you.",
        "passphrase": "Change what unlocks the journal here.",
        "phrase": "Check your recovery phrase.",
        "device": "Your own computers: add a second one, name or remove one.",
        "relay": "See or change which relay carries the shared journal.",
        "backup": "Keep a copy of everything in one encrypted file.",
        "restore": "Bring a backup back.",
        "export": "Take your journals along in a file.",
        "recover": "Bring your journals back from your recovery phrase.",
        "wipe": "Forget the journal on this computer.",
        "leave": "Leave the shared journal, quietly.",
        "anew": "Begin a shared journal anew, after leaving one.",
        "safety": "A page to read before sharing, and where help is.",
        "help": "How a command is used.",
        "completion": "Complete nook's commands in your shell.",
        "demo": "See two people's week in a journal, made up.",
    },
}
"""What stands in ``nook --help``: each command with its one line."""

_PLACES: Final = {
    "start": "commands.start:start",
    "invite": "commands.pairing:invite",
    "join": "commands.pairing:join",
    "write": "commands.write:write",
    "check-in": "commands.small:check_in",
    "thank": "commands.small:thank",
    "share": "commands.change:share",
    "edit": "commands.change:edit",
    "redact": "commands.change:redact",
    "erase": "commands.erasing:erase",
    "drafts": "commands.drafts:drafts",
    "inventory": "commands.inward:inventory",
    "reflect": "commands.inward:reflect",
    "excerpt": "commands.inward:excerpt",
    "kindness": "commands.inward:kindness",
    "private": "commands.inward:private",
    "talk": "commands.talk:talk",
    "pause": "commands.pause:pause",
    "rules": "commands.rules:rules",
    "need": "commands.need:need",
    "step": "commands.step:step",
    "tender": "commands.tender:tender",
    "reply": "commands.answer:reply",
    "react": "commands.answer:react",
    "timeline": "commands.read:timeline",
    "show": "commands.read:show",
    "search": "commands.read:search",
    "look-back": "commands.looking:look_back",
    "on-this-day": "commands.looking:on_this_day",
    "trends": "commands.looking:trends",
    "today": "commands.days:today",
    "week": "commands.days:week",
    "ritual": "commands.tending:ritual",
    "time": "commands.couple_time:couple_time",
    "park": "commands.tending:park",
    "topics": "commands.tending:topics",
    "word": "commands.tending:word",
    "affection": "commands.tending:affection",
    "activity": "commands.doing:activity",
    "celebrate": "commands.treasuring:celebrate",
    "keepsake": "commands.treasuring:keepsake",
    "commitment": "commands.treasuring:commitment",
    "review": "commands.reviewing:review",
    "step-review": "commands.reviewing:step_review",
    "setback": "commands.reviewing:setback",
    "reminders": "commands.days:reminders",
    "zone": "commands.days:zone",
    "sync": "commands.sync:sync",
    "status": "commands.status:status",
    "proof": "commands.proving:proof",
    "verify": "commands.proving:verify",
    "passphrase": "commands.unlock:passphrase",
    "phrase": "commands.phrase:phrase",
    "device": "commands.device:device",
    "relay": "commands.relay:relay",
    "backup": "commands.keeping:backup",
    "restore": "commands.keeping:restore",
    "export": "commands.exporting:export",
    "recover": "commands.recover:recover",
    "wipe": "commands.keeping:wipe",
    "leave": "commands.leaving:leave",
    "anew": "commands.leaving:anew",
    "safety": "commands.plain:safety",
    "help": "commands.plain:help_",
    "completion": "commands.plain:completion",
    "demo": "demo:demo",
}

_NAME_WIDTH: Final = max(map(len, _PLACES))


class LazyGroup(SuggestingGroup):
    """A group that loads a command when it is named."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_PLACES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        place = _PLACES.get(cmd_name)
        if place is None:
            return None
        module, name = place.split(":")
        found = getattr(importlib.import_module(f"inglenook_client.cli.{module}"), name)
        return in_words(found) if isinstance(found, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for section, commands in SECTIONS.items():
            with formatter.section(translated(section)):
                formatter.write_dl(
                    [(name.ljust(_NAME_WIDTH), translated(line)) for name, line in commands.items()]
                )

    def shell_complete(
        self, ctx: click.Context, incomplete: str
    ) -> list[click.shell_completion.CompletionItem]:
        from click.shell_completion import CompletionItem

        commands = [
            CompletionItem(name, help=translated(line))
            for section in SECTIONS.values()
            for name, line in section.items()
            if name.startswith(incomplete)
        ]
        options = click.Command.shell_complete(self, ctx, incomplete)
        return commands + options


@click.group(
    name="nook",
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 90},
    epilog="Each command has its own help: nook help COMMAND",
)
@click.version_option(__version__, prog_name="nook", message="%(prog)s %(version)s")
@click.option(
    "--home",
    type=click.Path(path_type=Path),
    envvar="NOOK_HOME",
    help="The folder of the journal; NOOK_HOME says the same.",
)
@click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path),
    envvar="NOOK_PASSPHRASE_FILE",
    help="A file with the passphrase, for scripts; or NOOK_PASSPHRASE_FILE.",
)
@click.option(
    "--language",
    expose_value=False,  # chosen before anything is said: see _begin_to_speak
    metavar="LANGUAGE",
    help="The language that nook speaks, such as de; NOOK_LANGUAGE says the same.",
)
@json_option
@click.pass_context
def nook(context: click.Context, home: Path | None, passphrase_file: Path | None) -> None:
    """A private journal for two people, kept on your own devices.

    It works for you alone and without any network. What you write stays yours until you
    decide to share it. Without a command it shows what is there this evening.
    """
    run = run_of(context)
    run.given_home = home
    run.passphrase_file = passphrase_file
    if context.invoked_subcommand is None:
        from inglenook_client.cli.commands.evening import evening

        evening(run)


def _terminate(number: int, _frame: FrameType | None) -> None:
    raise Terminated(number)


def _mind_signals() -> None:
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, _terminate)


def _asked_language(given: list[str]) -> str | None:
    """What ``--language`` says, among the options before the command."""
    words = iter(given)
    for word in words:
        name, equals, value = word.partition("=")
        if name == "--language":
            return value if equals else next(words, None)
        if not word.startswith("-"):
            break
        if word in ("--home", "--passphrase-file"):
            next(words, None)
    return None


def _begin_to_speak(given: list[str], *, json: bool) -> None:
    """Choose the language before the first word, so that help and slips are told in it too.

    Documents for scripts are the same in every language. Raises click.UsageError.
    """
    asked = _asked_language(given)
    chosen = language.wanted(os.environ) if asked is None else language.known(asked)
    if chosen is None:
        from inglenook_client.cli.texts import common

        spoken = ", ".join(language.languages())
        raise click.UsageError(common.NO_SUCH_LANGUAGE.format(given=asked, languages=spoken))
    speak(language.ENGLISH if json else chosen)


def main(arguments: list[str] | None = None) -> int:
    """Run one command line; gives its exit code (see ``exit_codes``)."""
    if arguments is None:
        from inglenook_client.cli.quiet import keep_to_itself

        keep_to_itself()
    given = sys.argv[1:] if arguments is None else arguments
    run = Run(json="--json" in (given[: given.index("--")] if "--" in given else given))
    _mind_signals()
    try:
        _begin_to_speak(given, json=run.json)
        outcome = in_words(nook).main(args=given, prog_name="nook", standalone_mode=False, obj=run)
    except BaseException as error:
        from inglenook_client.cli.ending import ended_by

        return ended_by(error, run)
    return outcome if isinstance(outcome, int) else 0
