"""All attacks, in the order in which they are told."""

from inglenook_attacks import answers, histories, meeting, pages
from inglenook_attacks.registry import ATTACKS

__all__ = ["ATTACKS", "answers", "histories", "meeting", "pages"]
