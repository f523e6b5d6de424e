"""Settings of the relay: one table, from which flags, variables and help are made."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from inglenook_protocol.errors import InglenookError

ENVIRONMENT_PREFIX: Final = "NOOK_RELAY_"


class SettingsError(InglenookError):
    """Settings that do not go together."""


class Setting(msgspec.Struct, frozen=True):
    """One row of the table. ``default`` None: unset."""

    name: str
    default: str | int | bool | None
    help: str
    type: type[str] | type[int] | type[bool] | type[Path] = int
    minimum: int = 0

    @property
    def flag(self) -> str:
        return "--" + self.name.replace("_", "-")

    @property
    def variable(self) -> str:
        return ENVIRONMENT_PREFIX + self.name.upper()


MIB: Final = 1024 * 1024

TABLE: Final[tuple[Setting, ...]] = (
    Setting("data", None, "Directory that holds everything; made if need be.", Path),
    Setting("host", "127.0.0.1", "Address to listen on.", str),
    Setting("port", 7420, "Port to listen on; 0 takes a free one and prints it."),
    Setting(
        "origin",
        None,
        "Public address as apps reach it, such as https://relay.example. "
        "Needed unless the relay listens on this machine only.",
        str,
    ),
    Setting(
        "tls_proxy",
        False,
        "A proxy with TLS stands in front, on its own address; its X-Forwarded-For is believed.",
        bool,
    ),
    Setting("tls_cert", None, "Certificate chain (PEM), to serve TLS without a proxy.", Path),
    Setting("tls_key", None, "Private key (PEM) of the certificate.", Path),
    Setting(
        "registration_token",
        None,
        "A registration token of your own choosing, besides those made by 'nook-relay token'. "
        "It outlives a lost data directory. Better as a variable than as a flag.",
        str,
    ),
    Setting("member_quota", 2048 * MIB, "Bytes of envelopes kept for one member of a space."),
    Setting(
        "max_bytes", None, "Bytes that the database may take on disk; unset: what the disk has."
    ),
    Setting("max_connections", 4096, "Connections at one time.", minimum=1),
    Setting("max_streams", 4, "Live streams of one device at one time.", minimum=1),
    Setting("max_mailboxes", 1024, "Open invites at one time.", minimum=1),
    Setting(
        "max_inflight_bytes",
        128 * MIB,
        "Bytes of large requests in memory at one time.",
        minimum=8 * MIB,
    ),
    Setting("cache_bytes", 32 * MIB, "Memory for spaces in use."),
    Setting(
        "device_rate",
        12_000,
        "Requests a minute of one device; ten seconds' worth may come at once.",
        minimum=1,
    ),
    Setting(
        "address_rate",
        240,
        "Requests a minute of one address before it is logged in (login, invites); a minute's "
        "worth may come at once.",
        minimum=1,
    ),
    Setting("read_seconds", 60, "How long a request may take to arrive.", minimum=1),
    Setting(
        "slow_reader_seconds",
        20,
        "How long a live stream may take to accept data before it is closed; it loses nothing.",
        minimum=1,
    ),
    Setting("heartbeat_seconds", 30, "How often a quiet live stream is asked if it is there."),
    Setting("stop_seconds", 10, "How long requests under way may take when stopping."),
    Setting("metrics_port", None, "Port on 127.0.0.1 for Prometheus; needs the extra 'metrics'."),
    Setting("log_level", "warning", "error, warning, info or debug; never names anybody.", str),
)


def settings_page() -> str:
    """The table as Markdown, for the documentation."""
    rows = ["| flag | variable | default | what it does |", "|---|---|---|---|"]
    for setting in TABLE:
        default = "" if setting.default is None else str(setting.default).lower()
        rows.append(f"| `{setting.flag}` | `{setting.variable}` | {default} | {setting.help} |")
    return "\n".join(rows)


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Values of ``TABLE``, in its order."""

    data: Path
    host: str = "127.0.0.1"
    port: int = 7420
    origin: str | None = None
    tls_proxy: bool = False
    tls_cert: Path | None = None
    tls_key: Path | None = None
    registration_token: str | None = None
    member_quota: int = 2048 * MIB
    max_bytes: int | None = None
    max_connections: int = 4096
    max_streams: int = 4
    max_mailboxes: int = 1024
    max_inflight_bytes: int = 128 * MIB
    cache_bytes: int = 32 * MIB
    device_rate: int = 12_000
    address_rate: int = 240
    read_seconds: int = 60
    slow_reader_seconds: int = 20
    heartbeat_seconds: int = 30
    stop_seconds: int = 10
    metrics_port: int | None = None
    log_level: str = "warning"

    def __repr__(self) -> str:
        return "Settings(…)"


def normal_origin(origin: str) -> str:
    """scheme://host[:port], lower case, without a default port (SPEC 14.3).

    Raises ``SettingsError``.
    """
    try:
        parts = urlsplit(origin.strip().lower())
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    extra = parts.path.strip("/") or parts.query or parts.fragment or parts.username
    if parts.scheme not in ("http", "https") or not parts.hostname or extra:
        raise SettingsError(
            "The origin is not an address such as https://relay.example.",
            "Give scheme and host name, and the port if it is an unusual one.",
        )
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    usual = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{port}" if port and port != usual else "")


def is_loopback(host: str) -> bool:
    """Whether ``host`` is an address, or the name, of this machine only."""
    if host.strip("[]").lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def make_settings(values: dict[str, Any]) -> Settings:
    """Settings from flags and variables. Raises ``SettingsError``, with the next step."""
    given = {name: value for name, value in values.items() if value is not None}
    for setting in TABLE:
        value = given.get(setting.name)
        if isinstance(value, int) and not isinstance(value, bool) and value < setting.minimum:
            raise SettingsError(f"{setting.flag} is {value}.", f"Give {setting.minimum} or more.")
    if "origin" in given:
        given["origin"] = normal_origin(given["origin"])
    settings = Settings(**given)
    if settings.log_level not in ("error", "warning", "info", "debug"):
        raise SettingsError(
            f"--log-level is {settings.log_level}.", "Use error, warning, info or debug."
        )
    if (settings.tls_cert is None) != (settings.tls_key is None):
        raise SettingsError("TLS needs both halves.", "Give --tls-cert and --tls-key together.")
    tls = settings.tls_cert is not None
    if not is_loopback(settings.host) and not tls and not settings.tls_proxy:
        raise SettingsError(
            f"Listening on {settings.host} without TLS would let others on the network look on.",
            "Give --tls-cert and --tls-key, or --tls-proxy if a proxy with TLS stands in "
            "front, or --host 127.0.0.1.",
        )
    exposed = tls or settings.tls_proxy or not is_loopback(settings.host)
    if settings.origin is None and exposed:
        raise SettingsError(
            "The relay has to know its public address, so that logins are bound to it.",
            "Give --origin, such as --origin https://relay.example.",
        )
    return settings
