"""The table of targets, loaded by name: the driver has to know them before they are imported."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Final

from inglenook_fuzz.target import Target

NAMES: Final = ("records", "seals", "statements", "runs", "admission", "relay", "kept")
CORPUS: Final = Path(__file__).parents[1] / "corpus"


def load(name: str) -> Target:
    """A target by name."""
    target: Target = importlib.import_module(f"inglenook_fuzz.{name}").TARGET
    return target


def kept_inputs(name: str) -> list[Path]:
    """What the repository keeps of earlier runs."""
    return sorted(path for path in (CORPUS / name).glob("*") if path.is_file())
