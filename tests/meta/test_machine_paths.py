"""Nothing in the project tells of the machine it was written on or of where it got packages."""

import re

import pytest

from inglenook_harness.checkout import ROOT, project_files

# Taken apart, so that this file does not match itself.
_FOLDERS = "|".join(("wo" + "rk", "fa" + "rm", "ro" + "ot"))
_HOMES = "|".join(("ho" + "me", "Us" + "ers"))
FORBIDDEN = {
    "a machine's folder": rf"(?<![\w.~-])/(?:{_FOLDERS})(?:/|(?=[\"'`\s]|$))",
    "a home folder": rf"(?<![\w.~-])/(?:{_HOMES})/[A-Za-z_]",
    "a Windows home folder": r"[A-Za-z]:\\{1,2}Us" + r"ers\\",
    "a scratch checkout": r"/tm" + r"p/(?:w|wt)/",
    "an index setting": r"(?i)(?:ind" + r"ex|find)[-_](?:u" + r"rl|links)\b|trusted[-_]h" + "ost",
    "a package index": r"(?i)python" + r"hosted\.org|https?://[^\s\"'`]+/sim" + r"ple\b",
    "a package's address": r"(?i)(?:https?|file)://\S+\.(?:wh" + r"l|tar\.gz)\b",
}


def traces(text: str) -> list[str]:
    return [
        f"{number}: {what}: {found.group()}"
        for number, line in enumerate(text.splitlines(), 1)
        for what, pattern in FORBIDDEN.items()
        if (found := re.search(pattern, line))
    ]


def test_no_file_tells_of_a_machine():
    found = []
    for path in project_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}:{trace}" for trace in traces(text)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "line",
    [
        "cd /wo" + "rk/main",
        "see '/fa" + "rm/x'",
        "HOME=/ro" + "ot",
        "/ro" + "ot/.cache",
        "path: /ho" + "me/alex/x",
        "/Us" + "ers/alex",
        r"C:\Us" + r"ers\alex",
        "/tm" + "p/wt/x",
        "--extra-ind" + "ex-url x",
        "ind" + "ex_url = x",
        "find" + "-links = x",
        "PIP_TRUSTED_H" + "OST=x",
        "https://pypi.org/sim" + "ple",
        "https://files.python" + "hosted.org/x",
        "x @ https://example.org/x-1.0-py3-none-any.wh" + "l",
    ],
)
def test_each_trace_is_found(line):
    assert traces(line)


FOLDER = "work"
"""Put in below, so that this page itself holds nothing that looks like a machine's path."""


@pytest.mark.parametrize(
    "line",
    [
        f"https://example.org/{FOLDER}/x",
        f"frame/{FOLDER}/x",
        "the path ~/.local/share",
        "a work/life balance, /workshop, root/home",
        "https://pypi.org/project/inglenook",
        "derives from the root key",
    ],
)
def test_ordinary_text_is_left_alone(line):
    assert not traces(line)
