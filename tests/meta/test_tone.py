"""No text of ours grades, counts or blames.

Every string constant in the packages is read, since any of them may reach a person, and so is
every text file that ships. Docstrings stay out, but for those that click shows as help.
"""

import ast
from collections.abc import Iterator

import pytest

from inglenook_harness.checkout import ROOT, package_files
from inglenook_harness.tone import UNKIND_WORDS, unkind_words

TEXT_SUFFIXES = (".html", ".j2", ".txt", ".md", ".json", ".webmanifest")

Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def _is_command(node: Documented) -> bool:
    """Whether click makes a command of it and so shows its docstring."""
    if isinstance(node, ast.Module):
        return False
    for decorator in node.decorator_list:
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        name = target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")
        if name in {"command", "group"}:
            return True
    return False


def _unseen_docstrings(tree: ast.Module) -> Iterator[ast.Constant]:
    for node in ast.walk(tree):
        if isinstance(node, Documented) and not _is_command(node):
            match node.body:
                case [ast.Expr(value=ast.Constant(value=str()) as docstring), *_]:
                    yield docstring


def unkind_strings(source: str) -> list[tuple[int, str]]:
    tree = ast.parse(source)
    unseen = {id(docstring) for docstring in _unseen_docstrings(tree)}
    return [
        (node.lineno, word)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in unseen
        for word in unkind_words(node.value)
    ]


def test_strings_in_the_packages_are_kind():
    found = [
        f"{path.relative_to(ROOT)}:{line}: {word!r}"
        for path in package_files(".py")
        for line, word in unkind_strings(path.read_text(encoding="utf-8"))
    ]
    assert not found, "words that nobody should read:\n" + "\n".join(found)


def test_texts_that_ship_are_kind():
    found = [
        f"{path.relative_to(ROOT)}: {word!r}"
        for path in package_files()
        if path.suffix in TEXT_SUFFIXES
        for word in unkind_words(path.read_text(encoding="utf-8"))
    ]
    assert not found, "words that nobody should read:\n" + "\n".join(found)


@pytest.mark.parametrize("words", UNKIND_WORDS)
def test_each_word_is_found_wherever_it_stands(words):
    assert unkind_words(f"So, {words.title()}: yes.")
    assert unkind_strings(f'def f(x):\n    """Says."""\n    return f"a {{x}} {words}."')
    assert unkind_strings(f'@cli.command()\ndef f():\n    """Shown: {words}."""')
    assert unkind_strings(f'class AError(Exception):\n    says = "{words}"')


def test_only_whole_words_count():
    assert not unkind_words("The power of scoreless, dismissed, streaky flowers beforehand.")
    assert not unkind_strings('def f():\n    """Why it failed."""\n    # it failed')
    assert unkind_words("your partner\n  hasn\N{RIGHT SINGLE QUOTATION MARK}t") != []
