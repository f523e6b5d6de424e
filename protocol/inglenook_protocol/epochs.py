"""Epoch keys: opening an epoch, wrapping and unwrapping its key."""
