"""Limits of the set of statements that take too many to reach in a test (SPEC 7.1)."""

import pytest

from inglenook_harness.wire import Couple
from inglenook_protocol import roster
from inglenook_protocol.codec import Ref
from inglenook_protocol.errors import Reject, RemoteProtocolError
from inglenook_protocol.roster import erased, sign_statement


def test_erasures_of_one_member_are_counted_and_the_others_are_not_touched(monkeypatch):
    monkeypatch.setattr(roster, "MAX_ERASURES", 2)
    couple = Couple(seed=("erasures", 1))
    ada, ben = couple.devices[:2]

    def erasure(device, seq):
        content = erased(couple.space_id, [Ref(device.id, seq, bytes(32))], device.id)
        return sign_statement(device.keys.sign, content)

    couple.book.add([erasure(ada, 1), erasure(ada, 2)])
    with pytest.raises(RemoteProtocolError) as refused:
        couple.book.add([erasure(ada, 3)])
    assert refused.value.reject is Reject.TOO_LARGE
    assert len(couple.book.add([erasure(ben, 1)])) == 1
