"""The journal on a person's own device."""

from inglenook_protocol import __version__

__all__ = ["__version__"]
