"""Gathering all text that people see, out of the source, for the catalogue.

What counts as such text follows from where it stands, so that nothing needs a mark:

- constants of ``texts`` packages, and of modules called ``errors`` or ``notices``;
- what an error is raised with, and the sentences of its class;
- module-level constants that are sentences, or tables of them, wherever they stand;
- ``Message(...)`` and ``Counted(...)``, wherever they stand, and what a ``Notice`` says;
- help: the docstring of a command, ``help=`` and ``epilog=`` of its parameters, and the sections
  that the outermost command lists.

An f-string in such a place can't be looked up, so it is a flaw, as is a ``Message`` whose
parameters are not its template's fields.
"""

import ast
import builtins
import functools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from inglenook_client.catalogue import fields
from inglenook_client.cli.explaining import paragraphs
from inglenook_harness.checkout import PACKAGES, ROOT

SPEAKING = (PACKAGES[1], PACKAGES[0])
"""The packages whose text people of a couple see: the client and the protocol. The relay speaks
English to whoever runs it; what its answers mean to a couple is said by the client."""

NOTE = "# Translators:"
_SENTENCES = {"default_message", "default_next_step", "message", "next_step"}
_HELPS = {"help", "short_help", "epilog"}
_OF_CLICK = {"option", "argument", "command", "group", "version_option"}
_SENTENCE = re.compile(r"“?[A-Z{][a-z]*['’a-z}]* .*[a-z].*[.?!:…]$", re.DOTALL)  # noqa: RUF001
_DETAILS = {"StoreError"}
"""Errors whose argument is a detail for logs: these and what derives from them."""


class Text(NamedTuple):
    source: str
    plural: str | None
    place: str
    note: str = ""


class Flaw(NamedTuple):
    place: str
    what: str


class Gathered(NamedTuple):
    texts: list[Text]
    flaws: list[Flaw]


def gather() -> Gathered:
    """All texts, in the order of files and lines, and what can't be one."""
    texts: list[Text] = []
    flaws: list[Flaw] = []
    for package in SPEAKING:
        for path in sorted(package.rglob("*.py")):
            found = gather_from(path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix())
            texts += found.texts
            flaws += found.flaws
    return Gathered(texts, flaws)


def gather_from(source: str, place: str) -> Gathered:
    """The texts of one module."""
    gatherer = _Gatherer(source, place)
    gatherer.module(ast.parse(source))
    return Gathered(gatherer.texts, gatherer.flaws)


class _Gatherer(ast.NodeVisitor):
    def __init__(self, source: str, place: str) -> None:
        self.place = place
        self.lines = source.splitlines()
        self.texts: list[Text] = []
        self.flaws: list[Flaw] = []
        self.constants: dict[str, str] = {}
        self.error_class = False
        self.only_sentences = False

    def module(self, tree: ast.Module) -> None:
        path = Path(self.place)
        is_table = path.parent.name == "texts" or path.stem in ("errors", "notices")
        for name, value in _assignments(tree.body):
            if (constant := self.value_of(value)) is not None:
                self.constants[name] = constant
            if name == "SECTIONS" and path.name == "app.py":
                self.sections(value)
            else:
                self.only_sentences = not is_table
                self.table(value)
        self.only_sentences = False
        self.visit(tree)

    # --- tables

    def table(self, node: ast.expr) -> None:
        if isinstance(node, ast.Tuple | ast.List):
            for item in node.elts:
                self.table(item)
        elif isinstance(node, ast.Dict):
            self.dictionary(node)
        elif isinstance(node, ast.Constant | ast.JoinedStr | ast.BinOp):
            if self.only_sentences and self.value_of(node) is None:
                return  # not text, for all that is known of it
            self.text(node)

    def dictionary(self, node: ast.Dict) -> None:
        by_number = {
            key.value: value
            for key, value in zip(node.keys, node.values, strict=True)
            if isinstance(key, ast.Constant) and isinstance(key.value, int)
        }
        if 1 in by_number and 2 in by_number:
            self.add(by_number[1], self.value_of(by_number[1]), self.value_of(by_number[2]))
        for key, value in zip(node.keys, node.values, strict=True):
            number = key.value if isinstance(key, ast.Constant) else None
            if not (isinstance(number, int) and number in (1, 2)):
                self.table(value)

    def sections(self, node: ast.expr) -> None:
        for section, commands in _items(node):
            self.text(section)
            for _, line in _items(commands):
                self.text(line)

    # --- errors, messages, help

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        outside, self.error_class = self.error_class, node.name.endswith("Error")
        if self.error_class:
            for name, value in _assignments(node.body):
                if name in _SENTENCES:
                    self.text(value)
        self.generic_visit(node)
        self.error_class = outside

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        if self.error_class and node.name == "__init__":
            arguments = node.args.args[len(node.args.args) - len(node.args.defaults) :]
            for argument, default in zip(arguments, node.args.defaults, strict=True):
                if argument.arg in _SENTENCES:
                    self.text(default)
        if any(_called(decorator) in ("command", "group") for decorator in node.decorator_list):
            for paragraph in paragraphs(ast.get_docstring(node) or ""):
                self.add(node.body[0], paragraph, None)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        name = _called(node)
        if name in ("Message", "Counted"):
            self.message(node, 1 if name == "Message" else 2)
        elif name == "Notice":
            for argument in node.args[1:]:
                self.text(argument)
        elif self.is_error(name, node):
            for argument in node.args:
                self.text(argument)
            for keyword in node.keywords:
                if keyword.arg in _SENTENCES:
                    self.text(keyword.value)
        elif name in _OF_CLICK:
            for keyword in node.keywords:
                if keyword.arg in _HELPS:
                    self.text(keyword.value)
        self.generic_visit(node)

    def is_error(self, name: str, node: ast.Call) -> bool:
        if name == "__init__":
            function = node.func
            return (
                self.error_class
                and isinstance(function, ast.Attribute)
                and _called(function.value) == "super"
            )
        return (
            name.endswith("Error")
            and not hasattr(builtins, name)
            and name not in errors_with_details()
        )

    def message(self, node: ast.Call, forms: int) -> None:
        templates = [self.value_of(argument) for argument in node.args[:forms]]
        if None in templates or not templates:
            # Taken from a table, which is gathered where it stands.
            if not templates or any(isinstance(a, ast.JoinedStr) for a in node.args[:forms]):
                self.flaw(node, "a Message needs a template")
            return
        given = {keyword.arg or "" for keyword in node.keywords}
        if forms == 2:
            given.add("count")
        if given != fields(templates[-1] or ""):
            self.flaw(node, f"these are not the fields of {templates[-1]!r}: {sorted(given)}")
        self.add(node.args[0], templates[0], templates[1] if forms == 2 else None)

    # --- one text

    def text(self, node: ast.expr) -> None:
        value = self.value_of(node)
        if value is not None:
            self.add(node, value, None)
        elif isinstance(node, ast.JoinedStr):
            self.flaw(node, "an f-string can't be translated: use Message, or fields in a table")

    def add(self, node: ast.AST, source: str | None, plural: str | None) -> None:
        if self.only_sentences and plural is None and not _SENTENCE.match(source or ""):
            return
        if source and any(map(str.isalpha, source)):
            self.texts.append(Text(source, plural, self.place, self.note(node)))

    def flaw(self, node: ast.expr, what: str) -> None:
        self.flaws.append(Flaw(f"{self.place}:{node.lineno}", what))

    def note(self, node: ast.AST) -> str:
        """The remark for translators that stands right above."""
        at = getattr(node, "lineno", 1) - 2
        remark: list[str] = []
        while at >= 0 and (line := self.lines[at].strip()).startswith("#"):
            remark.insert(0, line.removeprefix(NOTE).lstrip("# "))
            if line.startswith(NOTE):
                return " ".join(remark)
            at -= 1
        return ""

    def value_of(self, node: ast.expr) -> str | None:
        """The string that an expression of constants makes."""
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) else None
        if isinstance(node, ast.Name):
            return self.constants.get(node.id)
        if isinstance(node, ast.FormattedValue):
            return self.value_of(node.value)
        if isinstance(node, ast.JoinedStr):
            parts = [self.value_of(part) for part in node.values]
            return None if None in parts else "".join(part for part in parts if part)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            left, right = self.value_of(node.left), self.value_of(node.right)
            return None if left is None or right is None else left + right
        return None


@functools.cache
def errors_with_details() -> set[str]:
    """The names of errors whose argument is no sentence."""
    from inglenook_client.store import errors

    return {
        name
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and _DETAILS & {ancestor.__name__ for ancestor in kind.__mro__}
    }


def _called(node: ast.expr) -> str:
    function = node.func if isinstance(node, ast.Call) else node
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _assignments(body: list[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    for statement in body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            yield statement.targets[0].id, statement.value
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            yield getattr(statement.target, "id", ""), statement.value


def _items(node: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if key is not None:
                yield key, value
