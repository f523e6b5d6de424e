"""Where the checkout's files are, for the tests that read them."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PACKAGES = (
    ROOT / "protocol/inglenook_protocol",
    ROOT / "client/inglenook_client",
    ROOT / "server/inglenook_server",
)


def package_files(suffix: str = "") -> Iterator[Path]:
    """Every file of the three packages whose name ends in ``suffix``."""
    for package in PACKAGES:
        for path in sorted(package.rglob(f"*{suffix}")):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path


def project_files() -> list[Path]:
    """Every file that git tracks or would offer to add."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    paths = (ROOT / name for name in listing.split("\0") if name)
    return [path for path in paths if path.is_file()]
