"""Origins have one spelling, and plain http never leaves this computer (SPEC 14.1, 14.3)."""

import pytest

from inglenook_client.sync.errors import RelayAddressError
from inglenook_client.sync.origin import normalise_origin


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("Relay.Example/", "https://relay.example"),
        (" https://relay.example:443 ", "https://relay.example"),
        ("https://relay.example:8443/", "https://relay.example:8443"),
        ("HTTPS://RELAY.example", "https://relay.example"),
        ("büro.example", "https://xn--bro-hoa.example"),
        ("127.0.0.1:7420", "http://127.0.0.1:7420"),
        ("localhost", "http://localhost"),
        ("http://localhost:80", "http://localhost"),
        ("https://localhost:7420", "https://localhost:7420"),
        ("[::1]:7420", "http://[::1]:7420"),
        ("https://[2001:DB8::0:1]", "https://[2001:db8::1]"),
        ("relay.example:7420", "https://relay.example:7420"),
    ],
)
def test_an_address_has_one_spelling(text, origin):
    assert normalise_origin(text) == origin
    assert normalise_origin(origin) == origin


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "http://relay.example",
        "http://127.0.0.1.example",
        "http://192.168.1.5:7420",
        "ftp://relay.example",
        "https://relay.example/journal",
        "https://relay.example?x=1",
        "https://relay.example#x",
        "https://ada@relay.example",
        "https://relay.example:0",
        "https://relay.example:99999",
        "https://relay.example:x",
        "https://",
        "https://relay example",
        "https://relay\\.example",
        "https://[::1",
        "two words",
        "https://a..b",
    ],
)
def test_what_is_no_address_says_what_to_write(text):
    with pytest.raises(RelayAddressError) as caught:
        normalise_origin(text)
    assert caught.value.message
    assert "https" in caught.value.next_step
