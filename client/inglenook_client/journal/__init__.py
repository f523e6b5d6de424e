"""The journal: the facade that every face uses."""

from inglenook_client.journal.facade import Journal, keep_draft

__all__ = ["Journal", "keep_draft"]
