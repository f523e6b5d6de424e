"""Unlocking a profile and keeping its keys."""
