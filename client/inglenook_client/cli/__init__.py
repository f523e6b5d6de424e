"""The ``nook`` command."""

import click

from inglenook_client import __version__

__all__ = ["main"]


@click.group(name="nook")
@click.version_option(__version__, prog_name="nook", message="%(prog)s %(version)s")
def main() -> None:
    """A private journal for two people, kept on your own devices."""
