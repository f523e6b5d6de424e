"""Sentences with a number in them."""

from __future__ import annotations

from inglenook_client.language import counted

__all__ = ["counted"]
