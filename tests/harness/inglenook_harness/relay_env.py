"""The text of docker/relay.env.example, made from the relay's table of settings.

    PYTHONPATH=tests/harness .venv/bin/python -m inglenook_harness.relay_env

writes it anew; a test holds the file to it.
"""

import textwrap

from inglenook_harness.checkout import ROOT
from inglenook_server.settings import TABLE, Setting

PATH = ROOT / "docker/relay.env.example"
COMMAND = "PYTHONPATH=tests/harness .venv/bin/python -m inglenook_harness.relay_env"

HEAD = """\
# Settings of the relay, with what holds if nothing is said. Copy this file and take the "#" away
# from the lines that you want to change:
#
#   with Docker      docker/relay.env; compose.yaml and the Dockerfile set the address, the data
#                    folder and the proxy already
#   with systemd     /etc/nook-relay/relay.env; NOOK_RELAY_ORIGIN is the one that has to be given
#
# The same settings are flags: `nook-relay serve --help`. Whoever can read your copy can read the
# registration token, if you put one there: chmod 600.
"""


def _value(setting: Setting) -> str:
    if isinstance(setting.default, bool):
        return str(setting.default).lower()
    return "" if setting.default is None else str(setting.default)


def render() -> str:
    """The whole file."""
    parts = [HEAD]
    for setting in TABLE:
        words = textwrap.fill(setting.help, width=97, initial_indent="# ", subsequent_indent="# ")
        parts.append(f"{words}\n#{setting.variable}={_value(setting)}\n")
    return "\n".join(parts)


if __name__ == "__main__":
    PATH.write_text(render(), encoding="utf-8")
