"""The shape of the checkout: three packages, none of them named after its folder."""

import subprocess
import sys

import pytest

from inglenook_harness.checkout import PACKAGES, ROOT, package_files

LINES_AT_MOST = 500
BARE_NAMES = ("client", "server", "protocol")


@pytest.mark.parametrize("folder", BARE_NAMES)
def test_the_folder_is_not_itself_a_package(folder):
    assert (ROOT / folder).is_dir()
    assert not (ROOT / folder / "__init__.py").exists()


def test_bare_names_are_not_importable(tmp_path):
    probe = (
        "import importlib.util as u, sys;"
        "print(*(name for name in sys.argv[1:] if u.find_spec(name)))"
    )
    found = subprocess.run(
        [sys.executable, "-c", probe, *BARE_NAMES, "inglenook_client"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    assert found == ["inglenook_client"]


def test_the_tests_folder_is_not_on_the_path():
    assert str(ROOT / "tests/harness") in sys.path
    assert str(ROOT / "tests") not in sys.path


def test_modules_stay_short_enough_to_read():
    long = {
        str(path.relative_to(ROOT)): lines
        for path in package_files(".py")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LINES_AT_MOST
    }
    assert not long


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.name)
def test_the_package_says_that_it_is_typed(package):
    assert (package / "py.typed").is_file()
