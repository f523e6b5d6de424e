"""Pairing: what a person in the middle, or one who changes their mind, leads to (SPEC 16)."""

from __future__ import annotations

import pytest

from inglenook_harness.people import keys, noise, root
from inglenook_protocol import pairing
from inglenook_protocol.errors import LocalProtocolError, Reject, RemoteProtocolError, TrustError
from inglenook_protocol.pairing import Transcript, commitment_to, hello, inviter_transcript
from inglenook_protocol.roster import StatementBook

MAILBOX, SECRET = noise("mailbox", 16), noise("secret")
M2 = hello(root("ada"), keys("ada1"), noise("nonce ada"))
M3 = hello(root("ben"), keys("ben1"), noise("nonce ben"))
FAKE = hello(root("eve"), keys("eve1"), noise("nonce eve"))


def reject_of(m2: bytes, m3: bytes, commitment: bytes | None = None) -> Reject | None:
    try:
        inviter_transcript(MAILBOX, commitment or commitment_to(m3), m2, m3)
    except RemoteProtocolError as error:
        return error.reject
    return None


def both() -> tuple[Transcript, Transcript]:
    commitment = commitment_to(M3)
    assert pairing.decode_commitment(pairing.encode_commitment(commitment)) == commitment
    inviter = inviter_transcript(MAILBOX, commitment, M2, M3)
    return inviter, Transcript(MAILBOX, commitment, M2, M3)


def test_two_sides_see_the_same_words_and_make_one_space() -> None:
    inviter, joiner = both()
    assert inviter.word_indices == joiner.word_indices
    assert len(inviter.word_indices) == pairing.WORD_COUNT
    assert inviter.genesis == joiner.genesis
    four = inviter.confirmation(SECRET, inviter=True, root=root("ada"))
    five = joiner.confirmation(SECRET, inviter=False, root=root("ben"))
    book = StatementBook(inviter.genesis)
    book.add(
        [
            joiner.check_confirmation(SECRET, four, inviter=True),
            inviter.check_confirmation(SECRET, five, inviter=False),
        ]
    )
    assert book.roster.standing == {inviter.inviter.id, inviter.joiner.id}


def test_someone_in_the_middle_shows_in_the_words() -> None:
    """Whichever message is swapped, the two people read different words."""
    swapped_m3 = Transcript(MAILBOX, commitment_to(FAKE), M2, FAKE)
    swapped_m2 = Transcript(MAILBOX, commitment_to(M3), FAKE, M3)
    other_box = Transcript(noise("other", 16), commitment_to(M3), M2, M3)
    other_commitment = Transcript(MAILBOX, noise("commitment"), M2, M3)
    words = {both()[0].word_indices}
    for seen in (swapped_m3, swapped_m2, other_box, other_commitment):
        assert seen.word_indices not in words
        words.add(seen.word_indices)
        _, joiner = both()
        with pytest.raises(RemoteProtocolError) as caught:
            joiner.check_confirmation(
                SECRET, seen.confirmation(SECRET, inviter=True, root=root("ada")), inviter=True
            )
        assert caught.value.reject is Reject.BAD_SIGNATURE


def test_keys_that_were_not_committed_to_end_the_pairing() -> None:
    assert reject_of(M2, M3) is None
    assert reject_of(M2, FAKE, commitment_to(M3)) is Reject.BAD_KEY
    assert reject_of(M2, M2) is Reject.BAD_KEY
    weak = hello(root("ben"), keys("ben1"), noise("nonce ben"))
    assert weak == M3
    zero = M3.replace(keys("ben1").sign.public, bytes(32))
    assert reject_of(M2, zero) is Reject.SMALL_ORDER_KEY
    assert reject_of(M2, M3[:-1]) is Reject.MALFORMED


def test_a_confirmation_holds_only_as_what_it_is() -> None:
    inviter, joiner = both()
    four = inviter.confirmation(SECRET, inviter=True, root=root("ada"))
    for encoded, secret, as_inviter, reject in (
        (four, SECRET, False, Reject.BAD_SIGNATURE),  # handed back to where it came from
        (four, noise("another"), True, Reject.BAD_SIGNATURE),
        (four[:-1], SECRET, True, Reject.MALFORMED),
        (four[:-1] + bytes([four[-1] ^ 1]), SECRET, True, Reject.BAD_SIGNATURE),
        (four[:-40] + bytes([four[-40] ^ 1]) + four[-39:], SECRET, True, Reject.BAD_STATEMENT),
    ):
        with pytest.raises(RemoteProtocolError) as caught:
            joiner.check_confirmation(secret, encoded, inviter=as_inviter)
        assert caught.value.reject is reject
        assert caught.value.next_step
    by_wrong_root = inviter.confirmation(SECRET, inviter=True, root=root("ben"))
    with pytest.raises(TrustError) as caught_trust:
        joiner.check_confirmation(SECRET, by_wrong_root, inviter=True)
    assert caught_trust.value.reject is Reject.BAD_STATEMENT


def test_declining_leaves_nothing_to_take_back() -> None:
    """Before slots 4 and 5 there is no statement: neither side can make the other's."""
    inviter, joiner = both()
    book = StatementBook(inviter.genesis)
    assert book.roster.standing == set()
    mine = joiner.confirmation(SECRET, inviter=False, root=root("ben"))
    book.add([inviter.check_confirmation(SECRET, mine, inviter=False)])
    assert book.roster.standing == {inviter.joiner.id}
    assert book.roster.devices_of(root("ada").member_id) == []


def test_mail_is_bound_to_its_slot_and_mailbox() -> None:
    invite = pairing.Invite("https://relay.example", MAILBOX, SECRET, 9)
    other = pairing.Invite("https://relay.example", noise("other", 16), SECRET, 9)
    sealed = invite.sealer().seal(2, b"mail", bytes(12))
    assert invite.sealer().open(2, sealed) == b"mail"
    for sealer, slot in ((invite.sealer(), 3), (other.sealer(), 2)):
        with pytest.raises(TrustError) as caught:
            sealer.open(slot, sealed)
        assert caught.value.reject is Reject.BAD_SEAL


def test_an_invite_of_another_version_says_so() -> None:
    text = pairing.Invite("https://relay.example", MAILBOX, SECRET, 9).to_text()
    for number in ("2", "0", "12"):
        with pytest.raises(LocalProtocolError) as caught:
            pairing.parse_invite(text.replace(":1:", f":{number}:"))
        assert caught.value.reject is Reject.WRONG_VERSION
        assert "another version" in caught.value.message
    with pytest.raises(LocalProtocolError) as caught:
        pairing.parse_invite(text[:-2])
    assert caught.value.reject is Reject.MALFORMED
