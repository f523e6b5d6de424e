"""Linking a second device while somebody in the middle plays with the mailbox (SPEC 16.6).

Whoever has the invite and the relay can read and rewrite every message. What they can't do is
make both screens show the same words, or make a device that holds the right words take another
one's statement.
"""

import asyncio
import shutil
from typing import Any

import pytest

from inglenook_client.sync.errors import LinkEndedError, LinkNotConfirmedError
from inglenook_client.sync.transport import RelayTransport
from inglenook_harness.linked import link_both
from inglenook_harness.nook import Person
from inglenook_harness.relay import RelayProcess
from inglenook_protocol import linking
from inglenook_protocol.codec import encode
from inglenook_protocol.errors import InglenookError, TrustError
from inglenook_protocol.keys import DeviceKeys
from inglenook_protocol.linking import LinkAnswer, LinkGoods, LinkOffer, LinkRelease, OwnKeys
from inglenook_protocol.pairing import parse_device_invite
from inglenook_protocol.roster import Added, added, decode_content, sign_statement

pytestmark = pytest.mark.long

MALLORY = DeviceKeys(bytes(range(64)))
WAIT_S = 1.5
"""How long one person waits for the other screen to show words."""


@pytest.fixture
def relay(tmp_path):
    with RelayProcess(tmp_path / "relay") as relay:
        yield relay


@pytest.fixture(scope="module")
def ana_once(tmp_path_factory):
    ana = Person(tmp_path_factory.mktemp("once") / "ana", "Ana")
    ana.start()
    ana("write", "my own words")
    return ana


@pytest.fixture
def ana(ana_once, tmp_path):
    ana = Person(tmp_path / "ana", "Ana")
    shutil.copytree(ana_once.home, ana.home)
    return ana


class Middle:
    """Rewrites messages as they are read, with the invite's secret in hand."""

    def __init__(self, monkeypatch, rewrite):
        self.rewrite = rewrite
        self.invite: Any = None
        self.rewrote: list[int] = []
        real = RelayTransport.get_mail
        middle = self

        async def get_mail(transport, mailbox, capability, claim, slot, wait_seconds):
            sealed = await real(transport, mailbox, capability, claim, slot, wait_seconds)
            if sealed is None:
                return None
            sealer = middle.invite.sealer()
            message = middle.rewrite(slot, sealer.open(slot, sealed))
            if message is None:
                return sealed
            middle.rewrote.append(slot)
            return sealer.seal(slot, message, bytes(12))

        monkeypatch.setattr(RelayTransport, "get_mail", get_mail)


def attempt(ana, relay, tmp_path, middle, **choices):
    """Both sides compare in earnest: each says yes only if both saw the same words."""
    seen: list[list[str]] = []
    both = asyncio.Event()

    async def compare(words):
        seen.append(words)
        if len(seen) == 2:
            both.set()
        try:
            await asyncio.wait_for(both.wait(), WAIT_S)
        except TimeoutError:
            return False
        return seen[0] == seen[1]

    second = Person(tmp_path / "laptop", "Ana")
    real = parse_device_invite

    async def run():
        from inglenook_client.sync import linking as flow

        def read(text):
            middle.invite = real(text)
            return original(text)

        original = flow.read_device_invite
        flow.read_device_invite = read
        try:
            return await link_both(
                ana,
                second,
                device="Laptop",
                url=relay.url,
                token=relay.token,
                confirm=choices.get("confirm", compare),
                other_confirm=choices.get("other_confirm", compare),
            )
        finally:
            flow.read_device_invite = original

    outcomes = asyncio.run(run())
    return second, outcomes


def nothing_came_of_it(ana, second):
    assert len(ana("device", "list")["devices"]) == 1
    assert second.run("timeline", "--json").error["kind"] == "no-profile"


@pytest.mark.long
def test_keys_of_the_middle_in_the_offer_change_the_words(ana, relay, tmp_path, monkeypatch):
    def rewrite(slot, message):
        if slot != 2:
            return None
        offer = linking._offer(message)
        spaces = [
            type(space)(
                space.genesis, space.member, space.index, space.origin,
                MALLORY.sign.public, MALLORY.kem.public,
            )
            for space in offer.spaces
        ]  # fmt: skip
        return encode(LinkOffer(offer.nonce, offer.name, spaces))

    middle = Middle(monkeypatch, rewrite)
    second, outcomes = attempt(ana, relay, tmp_path, middle)
    assert middle.rewrote == [2]
    assert {type(o) for o in outcomes} <= {LinkNotConfirmedError, LinkEndedError}
    nothing_came_of_it(ana, second)


@pytest.mark.long
def test_a_relay_of_the_middle_in_the_offer_changes_the_words(ana, relay, tmp_path, monkeypatch):
    def rewrite(slot, message):
        if slot != 2:
            return None
        offer = linking._offer(message)
        space = offer.spaces[0]
        elsewhere = type(space)(
            space.genesis, space.member, space.index, "https://elsewhere.example",
            space.sign, space.kem,
        )  # fmt: skip
        return encode(LinkOffer(offer.nonce, offer.name, [elsewhere]))

    middle = Middle(monkeypatch, rewrite)
    second, outcomes = attempt(ana, relay, tmp_path, middle)
    assert middle.rewrote == [2]
    assert {type(o) for o in outcomes} <= {LinkNotConfirmedError, LinkEndedError}
    nothing_came_of_it(ana, second)


@pytest.mark.long
def test_keys_of_the_middle_in_the_answer_are_not_those_committed_to(
    ana, relay, tmp_path, monkeypatch
):
    def rewrite(slot, message):
        if slot != 3:
            return None
        answer = linking._answer(message)
        keys = OwnKeys(MALLORY.sign.public, MALLORY.kem.public)
        return encode(LinkAnswer(answer.nonce, answer.name, [keys, keys]))

    middle = Middle(monkeypatch, rewrite)
    second, (added_, linked) = attempt(ana, relay, tmp_path, middle)
    assert isinstance(added_, TrustError)
    assert isinstance(linked, InglenookError)
    nothing_came_of_it(ana, second)


async def yes(_words):
    return True


@pytest.mark.long
def test_a_statement_for_another_device_is_not_taken(ana, relay, tmp_path, monkeypatch):
    """Even by one who holds the right words: it must be the transcript's, by the inviter's."""

    def rewrite(slot, message):
        if slot != 4:
            return None
        release = linking._release(message)
        [statement] = release.statements
        assert statement is not None
        content = decode_content(statement.content)
        assert isinstance(content, Added)
        info = MALLORY.info(content.space, content.member)
        forged = sign_statement(MALLORY.sign, added(content.space, info, content.by))
        return encode(LinkRelease([forged], release.mac))

    middle = Middle(monkeypatch, rewrite)
    second, (added_, linked) = attempt(ana, relay, tmp_path, middle, confirm=yes, other_confirm=yes)
    assert isinstance(linked, TrustError)
    assert type(added_) is LinkEndedError
    nothing_came_of_it(ana, second)


@pytest.mark.long
@pytest.mark.parametrize("what", ["nobody", "a stranger"])
def test_a_roster_in_which_both_do_not_stand_is_not_kept(ana, relay, tmp_path, monkeypatch, what):
    def rewrite(slot, message):
        if slot != 6:
            return None
        goods = linking._goods(message)
        statements = [] if what == "nobody" else goods.statements[:1]
        if what == "a stranger":
            content = decode_content(statements[0].content)
            assert isinstance(content, Added)
            info = MALLORY.info(content.space, content.member)
            statements = [sign_statement(MALLORY.sign, added(content.space, info, content.by))]
        return encode(LinkGoods(goods.name, goods.tokens, statements))

    middle = Middle(monkeypatch, rewrite)
    second, (_, linked) = attempt(ana, relay, tmp_path, middle, confirm=yes, other_confirm=yes)
    assert middle.rewrote == [6]
    assert isinstance(linked, InglenookError)
    assert second.run("timeline", "--json").error["kind"] == "no-profile"
    # What is left on the other side is a device without a word, which its owner sees.
    assert [d["new"] for d in ana("device", "list")["devices"]] == [False, True]
    assert ana("device", "remove", "Laptop", "--yes")["device"]["standing"] is False


@pytest.mark.long
def test_an_invite_lets_one_in_and_only_once(ana, relay, tmp_path, monkeypatch):
    middle = Middle(monkeypatch, lambda slot, message: None)
    _, outcomes = attempt(ana, relay, tmp_path, middle)
    assert not any(isinstance(o, BaseException) for o in outcomes)
    third = Person(tmp_path / "third", "Ana")
    text = middle.invite.to_text()
    ended = third.run("device", "link", text, "--confirm", "stdin", "--json", stdin="yes\n")
    assert ended.code == 9
    assert ended.error["kind"] in ("invite-used", "invite-unknown")
