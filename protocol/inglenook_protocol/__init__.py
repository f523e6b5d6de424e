"""The Inglenook protocol: pure functions over bytes (see SPEC.md beside this package).

No I/O, no clock and no randomness of its own: time, entropy and ids are passed in.
"""

from __future__ import annotations

from inglenook_protocol.errors import (
    InglenookError,
    LocalProtocolError,
    ProtocolError,
    Reject,
    RemoteProtocolError,
    TrustError,
)

__version__ = "0.1.0"

PROTOCOL_VERSION = 1

__all__ = [
    "PROTOCOL_VERSION",
    "InglenookError",
    "LocalProtocolError",
    "ProtocolError",
    "Reject",
    "RemoteProtocolError",
    "TrustError",
    "__version__",
]
