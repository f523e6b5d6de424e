"""What the running relay holds in memory.

import-linter reads import statements (``make lint``). It does not see that importing a module
also runs the ``__init__`` of its package, so this looks at the outcome.
"""

import json
import subprocess
import sys

PROBE = """
import importlib, json, pkgutil, sys
import inglenook_server
for module in pkgutil.walk_packages(inglenook_server.__path__, "inglenook_server."):
    importlib.import_module(module.name)
print(json.dumps(sorted(sys.modules)))
"""


def test_the_relay_never_loads_what_seals_opens_or_names_events(tmp_path):
    loaded = json.loads(
        subprocess.run(
            [sys.executable, "-W", "error", "-c", PROBE],
            cwd=tmp_path,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
    )
    assert "inglenook_server.__main__" in loaded
    for secret in ("sealing", "event", "kinds", "epochs", "keys", "pairing"):
        assert f"inglenook_protocol.{secret}" not in loaded
    assert not [name for name in loaded if name.split(".")[0] == "inglenook_client"]
