"""Attacks of an active relay, each a small function over two people with real clients."""
