"""The relay: stores and forwards envelopes that it cannot read."""

from inglenook_protocol import __version__

__all__ = ["__version__"]
