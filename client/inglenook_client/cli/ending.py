"""How a command ends that was not carried out: one calm sentence, and what to do next."""

from __future__ import annotations

import errno
import os
import sys
from typing import Any, Final

import click
import msgspec

from inglenook_client.cli.errors import NothingWrittenError
from inglenook_client.cli.exit_codes import ExitCode, exit_code_of, kind_of
from inglenook_client.cli.run import Run
from inglenook_client.cli.speaking import say, verbatim
from inglenook_client.cli.texts import common
from inglenook_client.language import translated

# A disk, a person's share of one, and the largest file that may be written.
_NO_ROOM: Final = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EFBIG}


def ended_by(error: BaseException, run: Run) -> int:
    """Tell the person, or the script, about ``error``; gives the exit code."""
    # click makes a plain exit of a broken pipe, and of nothing else that comes this far.
    if isinstance(error, BrokenPipeError) or type(error) is SystemExit:
        return _nobody_reads()
    if os.environ.get("NOOK_DEBUG") == "1":
        from inglenook_client.cli.quiet import places

        sys.stderr.write(places(error))
    if isinstance(error, NothingWrittenError):
        say(str(error))
        return ExitCode.OK
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
        return ExitCode.USAGE
    kind, message, next_step, code = _described(error)
    try:
        if run.json:
            _tell_script(run, kind, message, next_step, code)
        else:
            _tell_person(run, message, next_step)
    except OSError:
        pass  # nobody is left to be told, and the exit code still says it
    return code


def _described(error: BaseException) -> tuple[str, str, str, int]:
    if isinstance(error, click.Abort | KeyboardInterrupt):
        return "stopped", common.STOPPED, "", ExitCode.STOPPED
    if isinstance(error, SystemExit):
        return "stopped", common.STOPPED, "", error.code if isinstance(error.code, int) else 1
    if isinstance(error, click.ClickException):
        context = getattr(error, "ctx", None)
        command = context.command_path if context is not None else "nook"
        step = common.SEE_HELP.format(command=command)
        return "usage", _misused(error), step, ExitCode.USAGE
    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        return "disk-full", common.DISK_FULL, common.DISK_FULL_STEP, ExitCode.STORAGE
    if isinstance(error, NotImplementedError):
        return "not-here-yet", common.NOT_HERE_YET, common.NOT_HERE_YET_STEP, ExitCode.UNEXPECTED
    message = getattr(error, "message", None)
    if isinstance(message, str) and message:
        next_step = getattr(error, "next_step", "")
        code = exit_code_of(error)
        return kind_of(error), translated(message), translated(next_step or ""), code
    code = exit_code_of(error)
    return "unexpected", common.UNEXPECTED, common.UNEXPECTED_STEP, code


def _misused(error: click.ClickException) -> str:
    if isinstance(error, click.MissingParameter) and error.param and error.ctx:
        return common.ONE_MORE.format(what=error.param.make_metavar(error.ctx).strip("[]."))
    return error.format_message()


def _tell_person(run: Run, message: str, next_step: str) -> None:
    say(message)
    if next_step:
        say(next_step)
    left = run.words_left
    if left is None:
        return
    if left.kept:
        say(common.WORDS_STILL_KEPT if left.draft_taken_up else common.WORDS_KEPT)
    else:
        say(common.WORDS_SHOWN)
        verbatim(f"{common.WORDS_FROM}\n{left.text}\n{common.WORDS_TO}", err=True)


def _tell_script(run: Run, kind: str, message: str, next_step: str, code: int) -> None:
    told: dict[str, Any] = {
        "kind": kind,
        "message": str(message),
        "next_step": str(next_step),
        "exit_code": int(code),
    }
    if run.words_left is not None:
        told["words_kept"] = run.words_left.kept
        if not run.words_left.kept:
            text = run.words_left.text.encode("utf-8", "replace").decode("utf-8")
            told["words"] = text
    click.echo(msgspec.json.encode({"error": told}).decode("utf-8"), err=True)


def _nobody_reads() -> int:
    # `nook timeline | head`: what Python still holds back must not complain at the end.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    return ExitCode.OK
