"""Talking to a relay: transport, the engine that keeps a space in sync, and pairing.

``transport`` alone knows aiohttp; it is slow to import, so the facade imports it when a
relay is really used.
"""
