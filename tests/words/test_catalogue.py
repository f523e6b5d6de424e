"""The catalogue holds all text, is current, and every translation fits what it translates."""

import ast
import gettext
import importlib
import re
from pathlib import Path

import click
import pytest

from inglenook_client import catalogue, language
from inglenook_client.catalogue import fields
from inglenook_client.cli.texts import clicks
from inglenook_client.language import counted, known, translated, wanted
from inglenook_harness.catalogues import (
    TEMPLATE,
    brought_up_to_date,
    forms,
    lacking,
    languages,
    read,
    written,
)
from inglenook_harness.checkout import ROOT
from inglenook_harness.gathering import SPEAKING, gather_from
from inglenook_harness.tone import unkind_words
from inglenook_protocol.message import Message

# German for the words of the tone test, and for what blames or grades in German.
UNKIND_IN_GERMAN = re.compile(
    r"\b(?:verpass\w*|versäum\w*|fehlgeschlagen\w*|gescheitert\w*|versagt?\w*|serie|strähne"
    r"|punkt(?:e|estand|zahl)|im rückstand|überfällig\w*|schuld(?:e|en|est|et|ig)|hinterher"
    r"|noch nicht geantwortet|leider|ungültige eingabe)\b",
    re.IGNORECASE,
)
FORMAL = re.compile(r"\b(?:Sie|Ihnen|Ihre?[mnrs]?)\b")
SENTENCE = re.compile(r"“?[A-Z][a-z]*['a-z]* .*[a-z].*[.?!:…]$", re.DOTALL)


def messages(path):
    return [message for message in read(path) if message.id]


@pytest.fixture(params=languages(), ids=lambda path: path.stem)
def spoken(request):
    return request.param


# --- the template


def test_nothing_stands_where_it_cant_be_translated(gathered):
    assert gathered.flaws == []


def test_the_catalogue_is_current(template):
    assert TEMPLATE.read_text(encoding="utf-8") == written(template), "run: make words"


def test_each_language_has_the_texts_of_the_catalogue(spoken, template):
    now = spoken.read_text(encoding="utf-8")
    assert now == written(brought_up_to_date(spoken, template)), "run: make words"


def test_the_catalogue_says_nothing_of_the_machine_or_the_day(template):
    assert not re.search(r"\d{4}-\d{2}-\d{2} \d|Babel|:\d+$", written(template), re.MULTILINE)


def sentences_outside(source, place, gathered_sources):
    """Strings that read like sentences to a person and are not in the catalogue."""
    tree = ast.parse(source)
    unseen = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    unseen |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        f"{place}:{node.lineno}: {node.value!r}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in unseen
        and SENTENCE.match(node.value)
        and node.value not in gathered_sources
    ]


def test_no_sentence_stands_outside_of_the_catalogue(gathered):
    # A sentence may be put together of constants, which are gathered as one.
    whole = "\n".join(part for text in gathered.texts for part in (text.source, text.plural or ""))
    found = [
        sentence
        for package in SPEAKING
        for path in sorted(package.rglob("*.py"))
        for sentence in sentences_outside(
            path.read_text(encoding="utf-8"), path.relative_to(ROOT), whole
        )
    ]
    assert not found


def test_a_sentence_outside_is_found():
    assert sentences_outside('def f():\n    say("The kettle is on.")', "x.py", "")
    assert not sentences_outside('def f():\n    """The kettle is on."""', "x.py", "")
    assert not sentences_outside('say("The kettle is on.")', "x.py", "The kettle is on.")


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ('raise AError(f"It is {x}.")', "x.py"),
        ('raise AError("It is so.", f"Do {x}.")', "x.py"),
        ('class AError(E):\n    default_next_step = f"Do {x}."', "x.py"),
        ('A = f"It is {x}."', "texts/x.py"),
        ('A = Message("It is {x}.")', "x.py"),
        ('A = Message("It is {x}.", x=1, y=2)', "x.py"),
        ('click.option("--x", help=f"Not {y}.")', "x.py"),
        ('raise click.UsageError(f"Not {y}.")', "x.py"),
    ],
)
def test_what_cant_be_translated_is_told(source, place):
    assert gather_from(source, place).flaws


@pytest.mark.parametrize(
    ("source", "place", "texts"),
    [
        ('A = "One."\nB = ("Two.", {"k": "Three."})', "texts/x.py", ["One.", "Two.", "Three."]),
        ('A = {0: "None.", 1: "One.", 2: "{n} more."}', "texts/x.py", ["One.", "None."]),
        ('class AError(E):\n    def __init__(self):\n        super().__init__("One.")', "x.py",
         ["One."]),
        ('K = "kept."\nraise AError(f"It is {K}", "A" + K)', "x.py", ["It is kept.", "Akept."]),
        ('raise ValueError("no")', "x.py", []),
        ('A = {"a": ("It is so.", "no-code")}\nB = "Not text"', "x.py", ["It is so."]),
        ('A = ({1: "a day", 2: "{count} days"},)', "x.py", ["a day"]),
        ('A = Counted("a day", "{count} days", 3)', "x.py", ["a day"]),
        ('Notice("code", "It is so.", STEP)', "x.py", ["It is so."]),
        ('raise DatabaseDamagedError("first page")', "x.py", []),
        ('@click.command()\n@click.option("--x", help="Two.")\ndef f():\n    """One\n    line."""',
         "x.py", ["One line.", "Two."]),
    ],
)  # fmt: skip
def test_texts_are_found_where_they_stand(source, place, texts):
    assert [text.source for text in gather_from(source, place).texts] == texts


def test_remarks_for_translators_come_along():
    source = "# Translators: a walk,\n# not a run.\nA = 'Walk.'\nB = 'Rest.'"
    assert [text.note for text in gather_from(source, "texts/x.py").texts] == [
        "a walk, not a run.", "",
    ]  # fmt: skip


def test_click_says_nothing_that_is_not_in_the_table():
    ours = set(clicks.SENTENCES) | {
        text for table in clicks.WITH_A_NUMBER for text in table.values()
    }
    theirs = set()
    for path in sorted(Path(click.__file__).parent.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("_", "ngettext"):
                theirs |= {arg.value for arg in node.args if isinstance(arg, ast.Constant)}
    assert theirs - ours <= {
        # To whoever writes a command, never to whoever calls it.
        "Argument {name!r} takes {nargs} values.",
        "Arguments take exactly one parameter declaration, got {length}: {decls}.",
        "Boolean option {decl!r} cannot use the same flag for true/false.",
        "Could not determine name for option with declarations {decls!r}",
        "DeprecationWarning: The command {name!r} is deprecated.{extra_message}",
        "DeprecationWarning: The {param_type} {name!r} is deprecated.{extra_message}",
        "Invalid start character for option ({option})",
        "Name '{name}' defined twice",
        "No options defined but a name was passed ({name}). Did you mean to declare an argument "
        "instead? Did you mean to pass '--{name}'?",
        "Unknown color {colour!r}",
        "Unknown standard stream '{name}'",
        "Value must be an iterable.",
        "Windows error: {error}",
        "%(prog)s, version %(version)s",
        "d",
        # Of commands that open click's own editor, which ours don't.
        "{editor}: Editing failed",
        "{editor}: Editing failed: {e}",
    }


# --- the languages


def test_fields_of_translations_are_those_of_the_text(spoken):
    for message in messages(spoken):
        source, translations = forms(message.id), forms(message.string)
        allowed = set().union(*map(fields, source))
        for translation in filter(None, translations):
            assert fields(translation) <= allowed, message.id
            # The form of one thing may say "one" in words, as the English does.
            if len(source) == 1 or translation != translations[0]:
                assert fields(translation) == fields(source[-1]), message.id


def test_form_specifications_stay(spoken):
    """``{size:>5}`` stays five wide, ``{name!r}`` quoted."""
    for message in messages(spoken):
        for translation in filter(None, forms(message.string)):
            given = set(re.findall(r"\{\w+[:!][^}]*\}", translation))
            assert given <= set(re.findall(r"\{\w+[:!][^}]*\}", " ".join(forms(message.id))))


def test_lines_and_indents_stay(spoken):
    for message in messages(spoken):
        source = forms(message.id)[0]
        for translation in filter(None, forms(message.string)):
            assert translation.count("\n") == source.count("\n"), source
            assert indent(translation) == indent(source), source


def indent(text):
    return len(text) - len(text.lstrip(" "))


def test_commands_and_options_stay(spoken):
    """What is to be typed is the same in every language."""
    typed = re.compile(r"\bnook [a-z]+(?:-[a-z]+)?|--[a-z-]+|NOOK_[A-Z_]+|https?://\S+")
    commands = set(importlib.import_module("inglenook_client.cli.app")._PLACES)
    for message in messages(spoken):
        source = " ".join(forms(message.id))
        wanted_ = {
            found for found in typed.findall(source)
            if not found.startswith("nook ") or found.split()[1] in commands
        }  # fmt: skip
        for translation in filter(None, forms(message.string)):
            lost = {
                found.rstrip(".,") for found in wanted_ if found.rstrip(".,") not in translation
            }
            assert not lost, (source, lost)


@pytest.mark.long
def test_german_is_complete():
    assert lacking(read(language.FOLDER / "de.po")) == []


def test_the_whole_catalogue_is_kind(template):
    for message in template:
        assert not unkind_words(" ".join(forms(message.id))), message.id


def test_german_is_kind_and_says_du():
    for message in messages(language.FOLDER / "de.po"):
        said = " ".join(forms(message.string))
        assert not UNKIND_IN_GERMAN.findall(said), said
        # "Sie" begins a sentence also as "they".
        assert not [
            found for found in FORMAL.finditer(said)
            if not re.search(r"(^\s*|[.!?:;] |“)$", said[: found.start()])
        ], said  # fmt: skip


@pytest.mark.parametrize("said", ["Das hast du verpasst.", "Versäumt!", "Du schuldest mir etwas."])
def test_unkind_german_is_found(said):
    assert UNKIND_IN_GERMAN.search(said)
    assert FORMAL.search("Geben Sie es ein.")


# --- speaking


def test_english_loads_no_catalogue(monkeypatch):
    def never(_text):
        raise AssertionError("a catalogue was read")

    monkeypatch.setattr(catalogue, "read_catalogue", never)
    language.speak(wanted({"LANG": "en_GB.UTF-8"}))
    assert translated("Stopped.") == "Stopped."


@pytest.mark.parametrize(
    ("environment", "chosen"),
    [
        ({}, "en"),
        ({"LANG": "de_AT.UTF-8"}, "de"),
        ({"LANG": "de"}, "de"),
        ({"LC_ALL": "C.UTF-8", "LANG": "de_DE"}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "de_DE@euro", "LANG": "en_US"}, "de"),
        ({"NOOK_LANGUAGE": "de", "LC_ALL": "C"}, "de"),
        ({"NOOK_LANGUAGE": "en", "LANG": "de_DE"}, "en"),
        ({"LANG": "xx_XX"}, "en"),
        ({"LANG": "POSIX"}, "en"),
        ({"NOOK_LANGUAGE": "../de"}, "en"),
        ({"NOOK_LANGUAGE": "/no/such.po"}, "en"),
    ],
)
def test_the_environment_chooses(environment, chosen):
    assert wanted(environment) == chosen


def test_names_of_languages():
    assert (known("de-CH"), known("DE"), known("xx"), known("")) == ("de", "de", None, None)


@pytest.fixture
def russian(tmp_path):
    """Three plural forms, which neither English nor German has."""
    path = tmp_path / "ru.po"
    path.write_text(
        'msgid ""\nmsgstr ""\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && '
        '(n%100<10 || n%100>=20) ? 1 : 2);\\n"\n\n'
        'msgid "1 entry"\nmsgid_plural "{count} entries"\n'
        'msgstr[0] "{count} запись"\nmsgstr[1] "{count} записи"\nmsgstr[2] "{count} записей"\n\n'
        'msgid "no entries yet"\nmsgstr "пока нет записей"\n\n'
        '#, fuzzy\nmsgid "Stopped."\nmsgstr "Guessed."\n\n'
        'msgid "{count} tags"\nmsgstr "{number} меток"\n\n'
        'msgid "long"\nmsgstr ""\n"дли"\n"нный\\n"\n\n'
        '#~ msgid "gone"\n#~ msgstr "ушло"\n',
        encoding="utf-8",
    )
    return str(path)


def test_plural_forms_are_those_of_the_language(russian):
    language.speak(russian)
    entries = {0: "no entries yet", 1: "1 entry", 2: "{count} entries"}
    assert [counted(entries, n) for n in (0, 1, 3, 11, 21, 25)] == [
        "пока нет записей", "1 запись", "3 записи", "11 записей", "21 запись", "25 записей",
    ]  # fmt: skip
    language.speak("en")
    assert [counted(entries, n) for n in (0, 1, 21)] == ["no entries yet", "1 entry", "21 entries"]


def test_what_can_not_be_used_is_said_in_english(russian):
    language.speak(russian)
    assert translated("Stopped.") == "Stopped."  # a guess that nobody has looked at
    assert translated("gone") == "gone"
    assert translated("never heard of") == "never heard of"
    assert translated("") == ""
    assert translated(Message("{count} tags", count=3)) == "3 tags"  # its fields are not ours
    assert translated("long") == "длинный\n"


def test_messages_are_strings_in_english_and_are_translated_whole(tmp_path):
    message = Message("{first} It is {word}.", first=Message("Look here."), word="{word}")
    assert message == "Look here. It is {word}."
    path = tmp_path / "x.po"
    path.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "{first} It is {word}."\nmsgstr "{word} ist es. {first}"\n\n'
        'msgid "Look here."\nmsgstr "Schau."\n\nmsgid "{word}"\nmsgstr "nie"\n',
        encoding="utf-8",
    )
    language.speak(str(path))
    assert translated(message) == "{word} ist es. Schau."


def test_our_reader_reads_what_the_standard_tools_write(spoken, template):
    """The same translations as Babel's own reader finds."""
    ours = catalogue.read_catalogue(spoken.read_text(encoding="utf-8"))
    assert isinstance(ours, gettext.GNUTranslations)
    for message in messages(spoken):
        source, translations = forms(message.id), forms(message.string)
        if not all(translations):
            continue
        if len(source) == 1:
            assert ours.gettext(source[0]) == translations[0]
        else:
            assert [ours.ngettext(source[0], source[1], n) for n in (1, 2)] == list(translations)
