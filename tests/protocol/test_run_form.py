"""The form of runs that other tests leave alone (SPEC 6.1)."""

import pytest

from inglenook_protocol.envelope import ZERO_ID
from inglenook_protocol.errors import Reject, RemoteProtocolError
from inglenook_protocol.runs import Item, Run, check_run

KEYS = [b"a" * 32, b"b" * 32]


def run(*keys: int) -> Run:
    items = [Item(key, 0, bytes(64), b"body", b"") for key in keys]
    return Run(bytes(32), 1, ZERO_ID, KEYS, items)


def test_keys_stand_in_the_order_of_first_use():
    """One run has one encoding, even where every key is used in the end."""
    check_run(run(0, 1, 0))
    for odd in ((1, 0, 1), (1, 1, 0, 1)):
        with pytest.raises(RemoteProtocolError) as refused:
            check_run(run(*odd))
        assert refused.value.reject is Reject.MALFORMED
