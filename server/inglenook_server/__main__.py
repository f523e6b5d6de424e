"""The ``nook-relay`` command."""

import click

from inglenook_server import __version__

__all__ = ["main"]


@click.command(name="nook-relay", no_args_is_help=True)
@click.version_option(__version__, prog_name="nook-relay", message="%(prog)s %(version)s")
def main() -> None:
    """A relay that stores and forwards what it cannot read."""


if __name__ == "__main__":
    main()
