"""Sealing events into envelopes and opening them."""
