"""``nook demo``: two people and a relay, for real, on this computer.

Nothing here is acted: the relay and every ``nook`` are processes of their own, and what
passes between them is recorded on its way and searched afterwards.
"""

from inglenook_client.cli.demo.command import demo

__all__ = ["demo"]
