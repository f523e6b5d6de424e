"""The journal: the facade that every face uses."""

from inglenook_client.journal.facade import Journal
from inglenook_client.journal.kept_words import KeptWords, keep_draft

__all__ = ["Journal", "KeptWords", "keep_draft"]
