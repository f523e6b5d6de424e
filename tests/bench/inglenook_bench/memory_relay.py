"""The relay's server without storage on disk: ``python -m inglenook_bench.memory_relay``."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from inglenook_server.serving import serve
from inglenook_server.settings import make_settings
from inglenook_server.storage.memory import MemoryStorage


def main() -> None:
    """Takes what ``nook-relay`` takes, ``serve`` and its flags that have a value."""
    pairs = zip(sys.argv[2::2], sys.argv[3::2], strict=True)
    given = {flag.removeprefix("--").replace("-", "_"): value for flag, value in pairs}
    values = {name: int(v) if v.isdigit() else v for name, v in given.items()}
    settings = make_settings(values | {"data": Path(given["data"])})
    asyncio.run(serve(settings, print, MemoryStorage()))


if __name__ == "__main__":
    main()
