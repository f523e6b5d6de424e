"""Proofs, and what checking one shows."""

from typing import Final

PROOF_DONE: Final = (
    "The proof is in {file}: a step of device {device} exists twice, each signed by it."
)
PROOF_NEXT: Final = (
    "Whoever you give it to can check it with nothing else at hand: nook verify {file}"
)
PROOF_HOLDS_NO_WORDS: Final = (
    "No words of your journal are in it, and no key that opens it; ids and public keys are."
)
PROOF_OTHERS: Final = "There is one for another device too: nook proof FILE --device {device}"
FORK_HOLDS: Final = "The proof holds: a step of device {device} exists in two versions."
FORK_SHOWS: Final = (
    "The key of that device signed both. No relay can make such a thing by itself, and no device "
    "that only ever goes on from its last step does."
)
FORK_WHOSE: Final = (
    "The journal is {space}, its member {member}. `nook status` of somebody in this journal "
    "lists its devices."
)
FORK_SHOWS_NOT: Final = (
    "It does not show who did this, when, or what was written. A device that was restored from a "
    "backup and one that was copied look just like a key in the wrong hands."
)
