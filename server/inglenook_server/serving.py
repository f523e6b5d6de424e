"""A relay's life: lock, open, listen, stop."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import Callable
from typing import Final

from inglenook_server import lock
from inglenook_server.http import HttpServer
from inglenook_server.relay import Relay, open_relay
from inglenook_server.settings import Settings
from inglenook_server.storage.port import Storage, StorageError
from inglenook_server.storage.sqlite import SqliteStorage

SWEEP_SECONDS: Final = 60.0
SWITCH_SECONDS: Final = 0.0005
"""How long the event loop may keep the interpreter from the thread that writes."""

LOG: Final = logging.getLogger("nook-relay")


def set_up_logging(level: str) -> None:
    """Plain lines on stderr. Libraries stay silent: what they log may name an address."""
    logging.basicConfig(format="%(levelname)s %(message)s", level=logging.CRITICAL + 1)
    for name in ("asyncio", "aiohttp"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    LOG.setLevel(level.upper())


async def serve(
    settings: Settings,
    announce: Callable[[str], None],
    storage: Storage | None = None,
) -> None:
    """Run until SIGTERM or SIGINT. ``announce`` gets lines for the operator.

    Raises ``StorageError`` or ``OSError`` (the address cannot be listened on).
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    with lock.serving(settings.data):
        if storage is None:
            storage = SqliteStorage(settings.data, settings.max_bytes)
        try:
            relay, first_token = await open_relay(
                storage,
                member_quota=settings.member_quota,
                cache_bytes=settings.cache_bytes,
                max_mailboxes=settings.max_mailboxes,
                registration_token=settings.registration_token,
            )
            if first_token is not None:
                announce(f"Registration token (shown this once): {first_token}")
            await _serve(settings, relay, announce)
        finally:
            await storage.close()


async def _serve(settings: Settings, relay: Relay, announce: Callable[[str], None]) -> None:
    stop = asyncio.Event()
    server = HttpServer(relay, settings)
    port = await server.start()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if settings.metrics_port is not None:
        from inglenook_server.metrics import start_metrics

        start_metrics(relay, settings.metrics_port)
    scheme = "http" if settings.tls_cert is None else "https"
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    announce(f"Listening on {scheme}://{host}:{port}")
    sweeping = asyncio.create_task(_sweep(relay))
    try:
        await stop.wait()
    finally:
        LOG.info("stopping")
        sweeping.cancel()
        relay.stopping = True
        relay.mailboxes.stop()
        relay.hub.stop()
        await server.stop()


async def _sweep(relay: Relay) -> None:
    while True:
        try:
            await relay.mailboxes.sweep()
        except StorageError as error:
            LOG.warning("sweeping invites: %s", type(error).__name__)
        await asyncio.sleep(SWEEP_SECONDS)
