"""Every place that gives a class of rejection (SPEC 11.6) can be taken away by ``make mutants``.

The places are found in the sources: a check that is added without a mutant is noticed here.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator

import pytest

from inglenook_harness.checkout import ROOT

sys.path.insert(0, str(ROOT / "tests/simulation"))

from mutate import MUTANTS

CHECKING = (
    *(
        f"protocol/inglenook_protocol/{name}.py"
        for name in (
            "codec", "epochs", "event", "genesis", "keys", "kinds/registry", "linking", "messages",
            "padding", "pairing", "proof", "reveal", "roster", "runs", "sealing", "session",
            "signatures",
        )
    ),
    "client/inglenook_client/core/opening.py",
    "client/inglenook_client/store/admitting.py",
    "client/inglenook_client/store/envelopes.py",
    "server/inglenook_server/core/push.py",
)  # fmt: skip
WITHOUT = {
    "A key that was sent here has the wrong size.": "a wrap of 1168 bytes holds 32",
    "A statement of an unknown kind arrived.": "any decoder says malformed of it, too",
    "A statement is signed by nobody known.": "said again for the types; add() asked before",
    "raise malformed('proof')": "a record of one at least, said again for the types; what is no"
    " proof at all does not decode",
    "opening.py: return Reject.NO_KEY": "the one that asks treats all classes alike (SPEC 17.1)",
    "opening.py: return Reject.WITHHELD_BODY": "no body means erased: who calls passes over those",
    "push.py: return Refused(Reject.TOO_LARGE)": "no run within its limits makes a chunk so large",
}
"""What a rejection says, and why nobody could notice that it is gone."""
_RAISED = ("RemoteProtocolError(", "TrustError(", "malformed(")


def _gives_a_class(node: ast.AST) -> bool:
    if isinstance(node, ast.Raise) and node.exc is not None:
        return ast.unparse(node.exc).startswith(_RAISED)
    if isinstance(node, ast.Return | ast.Assign) and node.value is not None:
        return ast.unparse(node.value).startswith(("Reject.", "Refused(Reject."))
    return False


def places(source: str) -> Iterator[tuple[int, int, str]]:
    """Each place as lines from its condition (with what that looks at) to its end."""
    tree = ast.parse(source)
    parent = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if not _gives_a_class(node):
            continue
        at: ast.AST = node
        while not isinstance(at, ast.If | ast.Try | ast.While | ast.FunctionDef | ast.Module):
            at = parent[at]
        body = ast.iter_child_nodes(parent.get(at, tree))
        alone = isinstance(at, ast.FunctionDef | ast.Module)
        first = (node if alone else at).lineno  # type: ignore[attr-defined]
        # A value that is looked up in the line before its test.
        before = [n.lineno for n in body if isinstance(n, ast.Assign) and n.end_lineno == first - 1]
        yield min([first, *before]), node.end_lineno or 0, ast.unparse(node)  # type: ignore[attr-defined]


def lacking(file: str) -> list[str]:
    """Places of a file that no mutant touches and that nobody accounts for."""
    source = (ROOT / file).read_text(encoding="utf-8")
    touched = []
    for mutant in MUTANTS:
        if mutant.path == file and source.count(mutant.old) == 1:
            first = source[: source.index(mutant.old)].count("\n") + 1
            touched.append((first, first + mutant.old.rstrip("\n").count("\n")))
    return [
        f"{last}, {file}: {said}"
        for first, last, said in places(source)
        if not any(a <= last and b >= first for a, b in touched)
        and not any(words in f"{file}: {said}" for words in WITHOUT)
    ]


@pytest.mark.parametrize("file", CHECKING)
def test_every_rejection_has_its_mutant(file: str) -> None:
    assert not lacking(file)


OTHERS = {
    "protocol/inglenook_protocol/errors.py": "the classes themselves",
    "protocol/inglenook_protocol/export.py": "files for other programs, which check them by"
    " themselves (tests/verifier/test_damaged.py)",
    "client/inglenook_client/store/room.py": "what is signed here (tests/attacks/test_floods.py)",
    "client/inglenook_client/journal/linking.py": "tests/attacks/test_linking_attacks.py",
}


def test_no_file_that_gives_classes_is_left_out() -> None:
    files = [
        path
        for side in ("protocol/inglenook_protocol", "client/inglenook_client/core",
                     "client/inglenook_client/store", "client/inglenook_client/journal",
                     "server/inglenook_server/core")
        for path in (ROOT / side).rglob("*.py")
    ]  # fmt: skip
    giving = {
        path.relative_to(ROOT).as_posix()
        for path in files
        if any(
            word in (source := path.read_text(encoding="utf-8")) for word in (*_RAISED, "Reject.")
        )
        and any(places(source))
    }
    assert giving - {*CHECKING, *OTHERS} == set()


def test_a_check_without_a_mutant_is_noticed() -> None:
    source = (
        "def check(key):\n"
        "    size = len(key)\n"
        "    if size != 32:\n"
        "        raise TrustError(Reject.BAD_KEY, 'size')\n"
        "    return Reject.GAP\n"
    )
    assert sorted(places(source)) == [
        (2, 4, "raise TrustError(Reject.BAD_KEY, 'size')"),
        (5, 5, "return Reject.GAP"),
    ]
