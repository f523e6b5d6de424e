"""A relay's origin: scheme, host and port as this side reaches it (SPEC 14.3)."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address
from typing import Final
from urllib.parse import urlsplit

from inglenook_client.sync.errors import RelayAddressError

_DEFAULT_PORT: Final = {"https": 443, "http": 80}


def is_loopback(host: str) -> bool:
    """Whether ``host`` (a name or an address, no brackets) is this computer itself."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _host(host: str) -> str:
    try:
        return str(ip_address(host))
    except ValueError:
        pass
    try:
        ascii_host = host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        ascii_host = ""
    if not ascii_host or not all(c.isalnum() or c in "-._" for c in ascii_host):
        raise RelayAddressError("This is not the name of a computer.")
    return ascii_host


def normalise_origin(text: str) -> str:
    """The origin in its one spelling: ``"Relay.Example/"`` gives ``"https://relay.example"``.

    Lower case, no default port, no path. Without a scheme it is https, but http for this
    computer itself, where a relay on trial has no certificate. Raises ``RelayAddressError``.
    """
    text = text.strip()
    if not text:
        raise RelayAddressError("The relay's address is empty.")
    bare = "://" not in text
    try:
        parts = urlsplit(f"https://{text}" if bare else text)
        port = parts.port
        host = parts.hostname
    except ValueError:
        raise RelayAddressError("This is not the address of a relay.") from None
    if parts.scheme not in _DEFAULT_PORT:
        raise RelayAddressError("A relay's address begins with https://.")
    if not host or parts.username is not None or parts.password is not None or port == 0:
        raise RelayAddressError("This is not the address of a relay.")
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise RelayAddressError(
            "A relay's address ends after its name.",
            "Leave out everything after the name and the port, like https://relay.example.",
        )
    host = _host(host)
    scheme = "http" if bare and is_loopback(host) else parts.scheme
    if scheme == "http" and not is_loopback(host):
        raise RelayAddressError(
            "A relay on another computer is reached over https:// only.",
            "Ask whoever runs it for its https address; plain http is for a relay on this "
            "computer.",
        )
    shown = f"[{host}]" if _is_v6(host) else host
    return f"{scheme}://{shown}" + (
        "" if port is None or port == _DEFAULT_PORT[scheme] else f":{port}"
    )


def _is_v6(host: str) -> bool:
    try:
        return isinstance(ip_address(host), IPv6Address)
    except ValueError:
        return False
