"""The ``nook`` command."""

from inglenook_client.cli.app import main

__all__ = ["main"]
