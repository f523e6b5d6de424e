"""Exchanging envelopes with a relay."""
