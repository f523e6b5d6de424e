"""What stands in docker/ is true, and its install and start scripts work.

No image is built here; the Dockerfile's steps are the scripts that this runs.
"""

import ast
import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
from fnmatch import fnmatch
from pathlib import Path

import pytest

from inglenook_harness import relay_env
from inglenook_harness.checkout import ROOT, project_files
from inglenook_harness.tone import unkind_words
from inglenook_server.settings import TABLE

DOCKER = ROOT / "docker"
VARIABLES = {setting.variable for setting in TABLE}


def _text(name: str) -> str:
    return (DOCKER / name).read_text(encoding="utf-8")


def _instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions and their arguments, continued lines joined."""
    joined = re.sub(r"\\\n\s*", " ", _text("Dockerfile"))
    lines = [line for line in joined.splitlines() if line and not line.startswith("#")]
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines)]


def _of(instruction: str) -> list[str]:
    return [rest for word, rest in _instructions() if word == instruction]


def _copied() -> list[str]:
    return [
        source
        for rest in _of("COPY")
        if not rest.startswith("--from")
        for source in rest.split()[:-1]
    ]


# --- the image -----------------------------------------------------------------------------


def test_what_the_dockerfile_copies_exists_and_is_let_through():
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split("\n")
    let_through = {line[1:] for line in ignored if line.startswith("!")}
    assert "*" in ignored
    for source in _copied():
        assert (ROOT / source).exists(), source
    assert let_through == set(_copied())


def test_the_dockerfile_copies_all_that_the_project_is_made_from():
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for package in re.findall(r'"((?:protocol|client|server)/inglenook_\w+)"', pyproject):
        assert package in _copied()


def test_the_image_runs_as_nobody_special_and_stops_when_told():
    assert _of("USER") == ["relay"]
    assert _of("VOLUME") == ["/data"]
    assert _of("STOPSIGNAL") == ["SIGTERM"]
    (entrypoint,) = _of("ENTRYPOINT")
    assert ast.literal_eval(entrypoint) == ["/opt/relay/bin/start-relay"]
    assert any("docker/install-relay.sh /src /opt/relay" in step for step in _of("RUN"))
    (port,) = (str(setting.default) for setting in TABLE if setting.name == "port")
    assert _of("EXPOSE") == [port]
    assert f"relay:{port}" in _text("Caddyfile")


@pytest.mark.parametrize(
    "name", ["Dockerfile", "compose.yaml", "nook-relay.service", "relay.env.example", "Caddyfile"]
)
def test_every_variable_is_a_setting(name):
    named = set(re.findall(r"\bNOOK_RELAY_[A-Z_]*[A-Z]\b", _text(name)))
    assert named <= VARIABLES
    if name == "relay.env.example":
        assert named == VARIABLES


def test_the_example_of_settings_is_made_from_the_table():
    assert _text("relay.env.example") == relay_env.render(), (
        f"write it anew with: {relay_env.COMMAND}"
    )


# --- compose and systemd -------------------------------------------------------------------


def _service(name: str) -> str:
    services = _text("compose.yaml").split("\nservices:\n")[1].split("\nnetworks:\n")[0]
    parts = re.split(r"^  (?=\w)", services, flags=re.MULTILINE)
    (found,) = (part for part in parts if part.startswith(f"{name}:"))
    return found


def test_only_the_proxy_is_published():
    assert not re.search(r"^\s*ports:", _service("relay"), flags=re.MULTILINE)
    assert "networks: [inside]" in _service("relay")
    assert re.search(r"^\s*ports:", _service("proxy"), flags=re.MULTILINE)
    assert re.search(r"inside:\n\s+internal: true", _text("compose.yaml"))


def test_both_services_are_careful():
    careful = _text("compose.yaml").split("\nservices:\n")[0]
    for line in ("read_only: true", "cap_drop: [ALL]", "no-new-privileges:true", "max-size"):
        assert line in careful
    for name in ("relay", "proxy"):
        assert "<<: *careful" in _service(name)
        assert "tmpfs:" in _service(name)


def test_files_that_compose_names_exist():
    text = _text("compose.yaml")
    assert (DOCKER / "Caddyfile").is_file()
    assert '"./Caddyfile:' in text
    (dockerfile,) = re.findall(r"dockerfile: (\S+)", text)
    assert (ROOT / dockerfile).is_file()


def test_files_with_secrets_stay_out_of_the_project():
    names = {path.relative_to(ROOT).as_posix() for path in project_files()}
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    for name in ("docker/.env", "docker/relay.env"):
        assert name not in names
        assert any(fnmatch(name, line) for line in ignored if line)


def test_the_unit_starts_what_the_script_installs():
    unit = _text("nook-relay.service")
    assert "ExecStart=/opt/nook-relay/bin/start-relay" in unit
    assert "$target/bin/start-relay" in _text("install-relay.sh")
    if (verify := shutil.which("systemd-analyze")) is not None:
        said = subprocess.run(
            [verify, "verify", str(DOCKER / "nook-relay.service")],
            capture_output=True,
            text=True,
        ).stderr
        # Only what is wrong with the file: the program is not installed here.
        assert not [line for line in said.splitlines() if re.search(r"service:\d+:", line)]


def test_texts_in_docker_are_kind():
    for path in DOCKER.iterdir():
        if path.is_file() and path.name not in (".env", "relay.env"):
            assert not unkind_words(path.read_text(encoding="utf-8")), path.name


# --- the scripts, run ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def outside():
    """The environment, without what belongs to this checkout or to somebody's relay."""
    left_out = ("PYTHON", "NOOK_", "VIRTUAL_ENV")
    return {k: v for k, v in os.environ.items() if not k.startswith(left_out)}


@pytest.fixture(scope="module")
def installed(tmp_path_factory, outside):
    """The relay, installed by the script from what the Dockerfile copies, without a network."""
    source = tmp_path_factory.mktemp("src")
    for name in _copied():
        place = source / name
        place.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, place, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, place)
    target = tmp_path_factory.mktemp("opt") / "relay"
    # The dependencies are seen through a .pth file (see tests/meta/test_packaging.py); the
    # script makes the environment around it.
    paths = sysconfig.get_paths(vars={"base": str(target), "platbase": str(target)}, scheme="venv")
    packages = Path(paths["purelib"])
    packages.mkdir(parents=True)
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    subprocess.run(
        ["sh", "docker/install-relay.sh", ".", str(target)],
        cwd=source,
        env=outside
        | {
            "PYTHON": sys.executable,
            "PIP_ARGS": "--no-deps --no-index --no-build-isolation --ignore-installed",
        },
        check=True,
        timeout=120,
    )
    return target


@pytest.mark.long
def test_the_scripts_install_and_start_a_relay_that_stops_when_told(installed, tmp_path, outside):
    data = tmp_path / "data"
    process = subprocess.Popen(
        [installed / "bin/start-relay"],
        cwd=tmp_path,
        env=outside | {"NOOK_RELAY_DATA": str(data), "NOOK_RELAY_PORT": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout is not None
        said = []
        port = ""
        for line in process.stdout:
            said.append(line)
            if found := re.match(r"Listening on http://127\.0\.0\.1:(\d+)$", line):
                port = found[1]
                break
        assert port, "".join(said)
        # The health check as the image runs it.
        (check,) = _of("HEALTHCHECK")
        command = ast.literal_eval(check[check.index("CMD ") + 4 :])
        healthy = subprocess.run(
            [installed / "bin" / command[0], *command[1:]],
            env=outside | {"NOOK_RELAY_PORT": port},
            timeout=30,
        )
        assert healthy.returncode == 0
        assert (data.stat().st_mode & 0o077) == 0
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
        unwell = subprocess.run(
            [installed / "bin" / command[0], *command[1:]],
            env=outside | {"NOOK_RELAY_PORT": port},
            stderr=subprocess.DEVNULL,
            timeout=30,
        )
        assert unwell.returncode != 0
    finally:
        process.kill()
        process.communicate()


@pytest.mark.long
def test_the_installed_relay_is_the_copy(installed, tmp_path, outside):
    probe = "import inglenook_server; print(inglenook_server.__file__)"
    where = subprocess.run(
        [installed / "bin/python", "-c", probe],
        cwd=tmp_path,
        env=outside,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    assert Path(where).is_relative_to(installed)
