"""Writing in one's own editor without leaving the words on a disk.

The file stands in memory (a folder of mode 0700 in XDG_RUNTIME_DIR or /dev/shm) where the
system has such a place, and is removed however the editor ends, signals included. The editor,
and what it starts, is not told where the passphrase is. vim, nano and Emacs are told to leave
no swap file, backup or history of it; another editor may write some of its own, which the
manual says.
"""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess  # the person's own editor
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from inglenook_client.cli.errors import EditorError
from inglenook_client.cli.texts import writing

_VIM: Final = ("-n", "-i", "NONE", "--cmd", "set nobackup nowritebackup noundofile")
_NO_TRACES: Final = {
    "vim": _VIM,
    "nvim": _VIM,
    "gvim": ("-f", *_VIM),
    "nano": ("--ignorercfiles",),
    "emacs": ("--eval", "(setq make-backup-files nil auto-save-default nil create-lockfiles nil)"),
}


def chosen() -> list[str] | None:
    """The person's editor as a command; None if none is set."""
    for variable in ("VISUAL", "EDITOR"):
        if command := os.environ.get(variable, "").strip():
            try:
                return shlex.split(command)
            except ValueError:
                return [command]
    return None


def without_traces(command: list[str]) -> list[str]:
    """The command with what makes a known editor leave nothing lying about."""
    # "vi" and "editor" are often links to one that is known.
    real = Path(shutil.which(command[0]) or command[0]).resolve().name
    for name in (Path(command[0]).name, real):
        if (hints := _NO_TRACES.get(name.split(".")[0])) is not None:
            return [*command, *hints]
    return command


def _in_memory() -> str | None:
    for place in (os.environ.get("XDG_RUNTIME_DIR"), "/dev/shm"):  # noqa: S108
        if place and os.path.isdir(place) and os.access(place, os.W_OK | os.X_OK):
            return place
    return None


@contextmanager
def _editor_has_the_keys() -> Iterator[None]:
    """Ctrl-C belongs to the editor while it runs."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def edit(start: str, remember: Callable[[str], None]) -> None:
    """Let the person write, beginning with ``start``; ``remember`` gets what was saved,
    also when a signal or the editor's own end cuts it short.

    Raises EditorError.
    """
    command = chosen()
    if command is None:
        raise EditorError(writing.EDITOR_TROUBLE, writing.EDITOR_TROUBLE_STEP)
    folder = Path(tempfile.mkdtemp(prefix="nook-", dir=_in_memory()))
    path = folder / "words.txt"
    try:
        path.touch(mode=0o600)
        path.write_text(start, encoding="utf-8")
        try:
            _run([*without_traces(command), str(path)])
        finally:
            text = _saved(path)
            if text is not None and text != start:
                remember(text)
        if text is not None:
            remember(text)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _saved(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None


def _run(command: list[str]) -> None:
    try:
        with _editor_has_the_keys():
            process = subprocess.Popen(  # noqa: S603
                command,
                preexec_fn=None if os.name == "nt" else _own_keys,
                env=_environment(),
            )
            try:
                code = process.wait()
            except BaseException:
                process.terminate()
                raise
    except OSError:
        raise EditorError(writing.EDITOR_TROUBLE, writing.EDITOR_TROUBLE_STEP) from None
    if code != 0:
        raise EditorError(writing.EDITOR_TROUBLE, writing.EDITOR_TROUBLE_STEP)


def _environment() -> dict[str, str]:
    """Ours, without what unlocks the journal or registers at a relay; which journal it is stays,
    so that nook can be used from within."""
    return {k: v for k, v in os.environ.items() if not k.startswith("NOOK_") or k == "NOOK_HOME"}


def _own_keys() -> None:
    # The child must not inherit that Ctrl-C is passed over.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
