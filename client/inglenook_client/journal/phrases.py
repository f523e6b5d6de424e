"""Reading the words of a recovery phrase (SPEC 4.1)."""

from __future__ import annotations

from inglenook_protocol.errors import LocalProtocolError
from inglenook_protocol.message import Message


def entropy_of(words: list[str]) -> bytes | None:
    """The 32 bytes that 24 words stand for; None if their checksum does not hold.

    Raises ``LocalProtocolError`` that names, by its place, a word that is in no phrase.
    """
    from mnemonic import Mnemonic  # slow to import, and only needed here

    mnemonic = Mnemonic("english")
    cleaned = [word.strip().lower() for word in words]
    known = set(mnemonic.wordlist)
    for place, word in enumerate(cleaned, 1):
        if word not in known:
            raise LocalProtocolError(
                Message("Word {place} is not a word of any recovery phrase.", place=place),
                "Compare it with what you wrote down, letter by letter.",
            )
    if len(cleaned) != 24:
        raise LocalProtocolError(
            Message("A recovery phrase has 24 words; these are {given}.", given=len(cleaned)),
            "Write all of them, in order.",
        )
    phrase = " ".join(cleaned)
    return bytes(mnemonic.to_entropy(phrase)) if mnemonic.check(phrase) else None


def words_of(entropy: bytes) -> list[str]:
    """The 24 words for 32 bytes."""
    from mnemonic import Mnemonic

    return Mnemonic("english").to_mnemonic(entropy).split()
