"""A command at a terminal, with a person who answers one question after another."""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-incomplete-defs

import os
import select
import subprocess

from inglenook_harness.nook import NOOK, SECONDS


def typed(person, *arguments, answers):
    """What a terminal showed, its white space as single spaces. Every answer is used."""
    import pty

    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*NOOK, *arguments], stdin=theirs, stdout=theirs, stderr=theirs,
        env=person.environment() | {"TERM": "dumb"},
    )  # fmt: skip
    os.close(theirs)
    shown = ""
    waiting = list(answers)
    while True:
        ready, _, _ = select.select([ours], [], [], SECONDS)
        assert ready, shown
        try:
            arrived = os.read(ours, 4096).decode()
        except OSError:  # the other end is closed: it has ended
            arrived = ""
        if not arrived:
            break
        shown += arrived
        # A question leaves the cursor after a space.
        if waiting and shown.endswith(" ") and not shown.endswith("  "):
            os.write(ours, f"{waiting.pop(0)}\n".encode())
    os.close(ours)
    assert process.wait(SECONDS) == 0, shown
    assert not waiting, shown
    person.seen.append(shown)
    return " ".join(shown.split())
