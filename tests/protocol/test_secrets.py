"""What is secret does not show itself when it is printed."""

from __future__ import annotations

from inglenook_harness.people import noise
from inglenook_protocol.keys import DeviceKeys, KemKey, RootKeys
from inglenook_protocol.pairing import Invite
from inglenook_protocol.sealing import EpochKey, Sealer
from inglenook_protocol.signatures import SigningKey


def test_no_secret_in_repr() -> None:
    seed = noise("secret")
    entropy = noise("entropy")
    made: list[tuple[object, bytes]] = [
        (SigningKey(seed), seed),
        (KemKey(seed), seed),
        (DeviceKeys(seed + entropy), seed),
        (DeviceKeys(entropy + seed), seed),
        (RootKeys(seed, "shared"), seed),
        (EpochKey(entropy, seed), seed),
        (Sealer(seed), seed),
        (Invite("https://relay.example", bytes(16), seed, 0), seed),
    ]
    for thing, secret in made:
        for shown in (repr(thing), str(thing), f"{thing}", f"{[thing]}"):
            assert secret.hex() not in shown
            assert repr(secret)[2:-1] not in shown
            assert secret.hex()[:12] not in shown
