"""A journal where nothing may be written: it says so, keeps all, and opens from a copy."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from inglenook_harness.nook import Person
from inglenook_harness.tone import unkind_words

NOBODY = 65534
# What takes long to load is loaded before the process becomes nobody, who may not look there.
SCRIPT = """
import os, sys
from pathlib import Path
from inglenook_harness.nook import Person
ana = object.__new__(Person)
ana.name, ana.seen, ana.language = "Ana", [], "en"
for folder in sys.argv[1:3]:
    ana.home, ana.passphrase_file = Path(folder) / "home", Path(folder) / "passphrase"
    for command in (["timeline"], ["status"], ["write", "typed in vain"]):
        ended = ana.run(*command)
        print(ended.code, ended.out, ended.err, sep="|", end="\\0")
    if os.geteuid() == 0:
        os.seteuid(int(sys.argv[3]))
"""


@pytest.mark.long
@pytest.mark.skipif(os.name != "posix", reason="POSIX permissions")
def test_a_write_protected_folder_is_named_and_nothing_is_lost():
    # Not tmp_path: its parents are root's alone when root runs this.
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        ana = Person(folder / "first", "Ana")
        ana.start()
        ana("write", "for me alone")
        kept = folder / "kept"
        shutil.copytree(folder / "first", kept)
        for item in (*kept.rglob("*"), kept):
            if os.geteuid() == 0:
                os.chown(item, NOBODY, NOBODY)
            item.chmod(0o500 if item.is_dir() else 0o400)
        before = {item: item.read_bytes() for item in kept.rglob("*") if item.is_file()}
        try:
            ended = subprocess.run(
                [sys.executable, "-c", SCRIPT, str(folder / "first"), str(kept), str(NOBODY)],
                env=ana.environment() | {"PYTHONPATH": str(Path(__file__).parents[2] / "harness")},
                stdout=subprocess.PIPE,
                text=True,
                check=True,
            )
        finally:
            for item in (kept, kept / "home"):
                item.chmod(0o700)
        answers = [answer.split("|", 2) for answer in ended.stdout.split("\0") if answer]
        assert [code for code, _, _ in answers] == ["0"] * 3 + ["10"] * 3
        for _, _, said in answers[3:]:
            assert "write-protected" in said
            assert "--home" in said
            assert not unkind_words(said)
        # Words that were typed are given back.
        assert "typed in vain" in answers[5][2]
        assert {item: item.read_bytes() for item in before} == before
        # From a copy in another place it opens.
        copy = Person(folder / "copy", "Ana")
        shutil.copytree(kept / "home", copy.home)
        copy.home.chmod(0o700)
        for item in copy.home.iterdir():
            item.chmod(0o600)
        shutil.copyfile(kept / "passphrase", copy.passphrase_file)
        assert copy.texts() == ["for me alone"]
