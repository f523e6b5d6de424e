"""Labels of what never leaves a profile's folder.

They stand apart from the protocol's table (SPEC 2) since no peer ever derives them, and under
a prefix of their own, so that neither table can meet the other.
"""

from __future__ import annotations

from typing import Final

_PREFIX: Final = b"inglenook-profile/1/"

UNLOCK_WRAP: Final = _PREFIX + b"unlock-wrap\x00"
"""Associated data of the wrapped master key."""
DRAFT_KEM: Final = _PREFIX + b"draft-kem\x00"
"""Seed of the draft box's key pair, from the master key."""
DRAFT_WRAP: Final = _PREFIX + b"draft-wrap\x00"
"""HPKE info of a draft's key."""
DRAFT_SEAL: Final = _PREFIX + b"draft-seal\x00"
"""Associated data of a draft."""
BACKUP_WRAP: Final = _PREFIX + b"backup-wrap\x00"
"""Associated data of a backup's key."""
BACKUP_SEAL: Final = _PREFIX + b"backup-seal\x00"
"""Subkey that seals a backup's chunks."""
