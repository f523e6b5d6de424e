"""What people install: the three packages, complete, with nothing else, and able to start."""

import ast
import functools
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from collections.abc import Mapping
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder

from inglenook_harness.checkout import PACKAGES, ROOT, package_files

PACKAGE_NAMES = {package.name for package in PACKAGES}
# Optional features: the one module that may import what an extra brings.
EXTRA_BY_MODULE = {"server/inglenook_server/metrics.py": "metrics"}


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """A copy of what is built, with one migration and one stray test planted in it."""
    root = tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", "README.md", "LICENSE", ".gitignore"):
        shutil.copy(ROOT / name, root / name)
    for package in PACKAGES:
        shutil.copytree(
            package,
            root / package.relative_to(ROOT),
            ignore=shutil.ignore_patterns("__pycache__"),
        )
    (root / "server/inglenook_server/9999_planted.sql").write_text("SELECT 1;\n")
    (root / "tests").mkdir()
    (root / "tests/test_stray.py").write_text("")
    return root


@pytest.fixture(scope="module")
def wheel(source, tmp_path_factory):
    target = tmp_path_factory.mktemp("wheel")
    return Path(next(WheelBuilder(str(source)).build(directory=str(target))))


def _expected_in_packages() -> set[str]:
    names = {
        f"{package.name}/{path.relative_to(package).as_posix()}"
        for package in PACKAGES
        for path in package_files()
        if path.is_relative_to(package)
    }
    return names | {"inglenook_server/9999_planted.sql"}


def test_the_wheel_holds_the_three_packages_and_nothing_else(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    (info,) = {name.split("/")[0] for name in names if ".dist-info/" in name}
    metadata = {name for name in names if name.startswith(f"{info}/")}
    assert f"{info}/licenses/LICENSE" in metadata
    assert names - metadata == _expected_in_packages()
    assert {f"{name}/py.typed" for name in PACKAGE_NAMES} <= names
    assert {f"inglenook_client/locale/{name}" for name in ("inglenook.pot", "de.po")} <= names
    assert not [name for name in names if re.search(r"(^|/)(tests?/|test_|conftest)", name)]


def test_the_source_archive_is_complete_and_brings_no_tests(source, tmp_path):
    archive = next(SdistBuilder(str(source)).build(directory=str(tmp_path)))
    with tarfile.open(archive) as tar:
        names = {name.split("/", 1)[1] for name in tar.getnames()}
    assert {"LICENSE", "README.md", "pyproject.toml"} <= names
    folders = {package.name: package.parent.name for package in PACKAGES}
    assert {f"{folders[name.split('/')[0]]}/{name}" for name in _expected_in_packages()} <= names
    assert not [name for name in names if name.startswith("tests") or "/test_" in name]


def _imported_names(source_text: str) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(source_text)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


def _normalized(requirement: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[^\w.-]", requirement, maxsplit=1)[0]).lower()


@functools.cache
def _distributions() -> Mapping[str, list[str]]:
    return packages_distributions()


def undeclared_imports(path: Path, source_text: str) -> set[str]:
    """Third-party names that ``path`` imports without pyproject.toml declaring them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = set(map(_normalized, project["dependencies"]))
    if extra := EXTRA_BY_MODULE.get(path.relative_to(ROOT).as_posix()):
        declared |= set(map(_normalized, project["optional-dependencies"][extra]))
    distributions = _distributions()
    outside = _imported_names(source_text) - PACKAGE_NAMES - sys.stdlib_module_names
    return {
        name
        for name in outside
        if not declared & {_normalized(owner) for owner in distributions.get(name, ())}
    }


def test_every_import_is_a_declared_dependency():
    found = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in package_files(".py")
        for name in undeclared_imports(path, path.read_text(encoding="utf-8"))
    }
    assert not found


def test_an_undeclared_import_is_found():
    module = PACKAGES[2] / "core.py"
    assert undeclared_imports(module, "import pytest, aiohttp.web, json") == {"pytest"}
    assert undeclared_imports(module, "def f():\n    from no_such import x") == {"no_such"}
    assert undeclared_imports(module, "import prometheus_client") == {"prometheus_client"}
    assert not undeclared_imports(PACKAGES[2] / "metrics.py", "import prometheus_client")


@pytest.mark.long
def test_the_installed_commands_start_without_the_checkout(wheel, tmp_path):
    # The dependencies are seen through a .pth file, which does not read the .pth files beyond
    # it: the editable install of the checkout stays out of sight.
    home = tmp_path / "installed"
    venv.create(home, with_pip=False, symlinks=os.name != "nt")
    paths = sysconfig.get_paths(vars={"base": str(home), "platbase": str(home)}, scheme="venv")
    pip = [sys.executable, "-m", "pip", "--python", str(home), "install", "-qq"]
    python = Path(paths["scripts"]) / "python"
    outside = {name: text for name, text in os.environ.items() if not name.startswith("PYTHON")}
    subprocess.run(
        [*pip, "--no-user", "--no-deps", "--no-index", "--disable-pip-version-check", str(wheel)],
        cwd=tmp_path,
        env=outside,
        check=True,
    )
    (Path(paths["purelib"]) / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")

    def say(*command: str | Path) -> str:
        return subprocess.run(
            command, cwd=tmp_path, env=outside, check=True, capture_output=True, text=True
        ).stdout.strip()

    version = wheel.name.split("-")[1]
    assert say(Path(paths["scripts"]) / "nook", "--version") == f"nook {version}"
    assert say(Path(paths["scripts"]) / "nook-relay", "--version") == f"nook-relay {version}"
    german = say(Path(paths["scripts"]) / "nook", "--language", "de", "--help")
    assert german.startswith("Aufruf: nook ")
    for package in PACKAGE_NAMES:
        where = say(python, "-c", f"import {package}; print({package}.__file__)")
        assert Path(where).resolve().is_relative_to(home.resolve())
