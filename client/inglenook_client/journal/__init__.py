"""The journal: the facade that every face uses."""

from inglenook_client.journal.facade import Journal, KeptWords, keep_draft

__all__ = ["Journal", "KeptWords", "keep_draft"]
