"""The recovery phrase on a screen of its own, which leaves nothing in the scroll buffer."""

from __future__ import annotations

from inglenook_client.cli.asking import ask
from inglenook_client.cli.speaking import console
from inglenook_client.cli.texts import profile


def in_columns(words: list[str], columns: int) -> list[str]:
    """Numbered words, to be read down each column."""
    rows = -(-len(words) // columns)
    wide = max(map(len, words))
    cells = [f"{number:>2}  {word:<{wide}}" for number, word in enumerate(words, 1)]
    return ["   ".join(cells[row::rows]).rstrip() for row in range(rows)]


def show_phrase(words: list[str]) -> None:
    """Show the words until the person presses Enter."""
    screen = console(stderr=True)
    apart = not screen.is_dumb_terminal
    if apart:
        screen.set_alt_screen(True)
        screen.clear()
    try:
        screen.print()
        screen.print(profile.PHRASE_TITLE, style="bold")
        screen.print()
        for line in in_columns(words, 4 if screen.width >= 64 else 2):
            screen.print(f"    {line}")
        screen.print()
        screen.print(profile.PHRASE_WHY)
        screen.print()
        ask(profile.READY_TO_CHECK, "")
    finally:
        if apart:
            screen.set_alt_screen(False)
