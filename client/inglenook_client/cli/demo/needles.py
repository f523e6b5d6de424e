"""What to look for where no plaintext may be."""

from __future__ import annotations

import base64
from typing import Final

from inglenook_protocol.kinds import PAYLOADS

_SHORTEST: Final = 9
"""Shorter byte strings turn up in random bytes by themselves."""


def needles_for(texts: list[str]) -> list[bytes]:
    """Each text, and each longer word of it, as UTF-8, UTF-16, hex and base64; event kinds."""
    plain: set[bytes] = {kind.encode() for kind, _ in PAYLOADS}
    for text in texts:
        for part in (text, *text.split()):
            if len(part.encode()) >= _SHORTEST:
                plain.add(part.encode())
    found: set[bytes] = set()
    for needle in plain:
        found |= {needle, needle.hex().encode(), needle.decode().encode("utf-16-le")}
        for shift in range(3):
            # Base64 depends on where in a group of three the text begins; the borders that
            # mix with neighbours are cut off.
            encoded = base64.b64encode(b"\x00" * shift + needle)
            core = encoded[4 if shift else 0 : len(encoded) - 4]
            if len(core) >= _SHORTEST:
                found.add(core)
    return sorted(found)
