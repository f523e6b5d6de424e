"""Two people pair over a real relay; whatever goes wrong says so and leaves nothing (SPEC 16)."""

import asyncio
import hashlib
import random
import time

import pytest
from mnemonic import Mnemonic

from inglenook_client.sync import pairing
from inglenook_client.sync.errors import (
    InviteExpiredError,
    InviteUnknownError,
    InviteUsedError,
    NotConfirmedError,
    PairingEndedError,
    RegistrationNeededError,
    RelayAddressError,
    RelayUnreachableError,
)
from inglenook_client.sync.mailbox_end import Confirm, Surroundings
from inglenook_client.sync.pairing import Identity, StoreSpace, read_invite
from inglenook_client.sync.transport import RelayTransport
from inglenook_protocol import labels
from inglenook_protocol.errors import LocalProtocolError, TrustError
from inglenook_protocol.hashing import kdf
from inglenook_protocol.keys import DeviceKeys, RootKeys, RootSigner
from inglenook_protocol.pairing import Invite, hello, parse_invite
from inglenook_protocol.roster import StatementBook

TOKEN = "a registration token for tests"


class Side:
    """One person: keys, what is asked of them, what is stored for them."""

    def __init__(self, name, relay, *, says=True, drift_s=0.0):
        self.name = name
        self.says = says
        self.words: list[str] = []
        self.space: bytes | None = None
        self.log: list[str] = []
        self.confirm: Confirm = self.agree
        self.store_space: StoreSpace = self.keep
        self.invite = asyncio.get_running_loop().create_future()
        self.asked = asyncio.Event()
        entropy = hashlib.sha256(name.encode()).digest()
        keys = RootKeys(entropy, "shared")
        # The half of a root that a journal keeps until it is paired (SPEC 4.1).
        seed = pairing_seed(entropy)
        self.identity = Identity(
            RootSigner(seed, keys.public.kem), DeviceKeys(hashlib.sha512(name.encode()).digest())
        )
        assert self.identity.root.member_id == keys.member_id
        self.drift_s = drift_s
        draw = random.Random(f"{name} {time.time_ns()}")
        self.around = Surroundings(
            entropy=draw.randbytes,
            clock=lambda: time.time() + self.drift_s,
            sleep=asyncio.sleep,
            random=lambda: 0.0,
            steady=time.monotonic,
        )
        self.transport = RelayTransport(relay.url)

    async def agree(self, words):
        self.words = words
        self.asked.set()
        return self.says

    async def keep(self, genesis, statements):
        StatementBook(genesis).add(statements)
        self.space = genesis.space_id
        self.log.append("stored")

    async def forget_space(self, genesis):
        assert genesis.space_id == self.space
        self.space = None
        self.log.append("forgotten")

    async def open_epoch_and_push(self):
        self.log.append("opened")

    async def on_invite(self, text, expires_at_s):
        self.invite.set_result(text)

    async def inviting(self, *, token=TOKEN, seconds=60, transport=None):
        async with self.transport:
            return await pairing.invite(
                transport or self.transport,
                self.identity,
                self.around,
                token=token,
                seconds=seconds,
                on_invite=self.on_invite,
                confirm=self.confirm,
                store_space=self.store_space,
                open_epoch_and_push=self.open_epoch_and_push,
            )

    async def joining(self, text, *, transport=None):
        async with self.transport:
            return await pairing.join(
                transport or self.transport,
                read_invite(text),
                self.identity,
                self.around,
                confirm=self.confirm,
                store_space=self.store_space,
                forget_space=self.forget_space,
            )


def pairing_seed(entropy):
    return kdf(labels.ROOT_SIGN, entropy, b"shared\x00" + bytes(4))


async def pair(ada, ben, **joining):
    """Both flows; gives what each ended with, errors as values."""
    async with asyncio.timeout(10):
        inviting = asyncio.create_task(ada.inviting())
        text = await ada.invite
        return await asyncio.gather(inviting, ben.joining(text, **joining), return_exceptions=True)


async def test_two_people_pair(relay):
    ada, ben = Side("ada", relay), Side("ben", relay)
    hers, his = await pair(ada, ben)
    assert hers.genesis == his.genesis
    assert hers.statements == his.statements
    assert hers.settled
    assert his.settled
    assert set(hers.genesis.member_ids) == {s.identity.root.member_id for s in (ada, ben)}
    assert ada.words == ben.words
    assert len(ada.words) == 5
    assert set(ada.words) <= set(Mnemonic("english").wordlist)
    assert ada.log == ["stored", "opened"]
    assert ben.log == ["stored"]
    assert ada.space == ben.space == hers.genesis.space_id
    roster = StatementBook(hers.genesis)
    roster.add(hers.statements)
    assert len(roster.roster.standing) == 2
    # The relay knows the space now, with nobody's token.
    async with RelayTransport(relay.url) as anybody:
        await anybody.register("", hers.genesis.encoded, [])


async def test_the_words_differ_each_time(relay):
    words = set()
    for _ in range(2):
        ada, ben = Side("ada", relay), Side("ben", relay)
        await pair(ada, ben)
        words.add(tuple(ada.words))
    assert len(words) == 2


@pytest.mark.parametrize("who", ["inviter", "joiner"])
async def test_either_may_say_no_and_the_other_learns_only_that_it_ended(relay, who):
    ada = Side("ada", relay, says=who != "inviter")
    ben = Side("ben", relay, says=who != "joiner")
    hers, his = await pair(ada, ben)
    declined, other = (hers, his) if who == "inviter" else (his, hers)
    assert type(declined) is NotConfirmedError
    assert type(other) is PairingEndedError
    assert "words" not in other.message
    assert declined.next_step
    assert other.next_step
    assert ada.space is ben.space is None
    assert ada.log == ben.log == []


class Between:
    """A transport in the middle that puts its own keys in place of one message's."""

    def __init__(self, transport, slot, text, keys):
        self._transport = transport
        self.slot = slot
        self.invite = text
        self.keys = keys
        self.seen = 0

    def __getattr__(self, name):
        return getattr(self._transport, name)

    async def get_mail(self, mailbox, capability, claim, slot, wait_seconds):
        sealed = await self._transport.get_mail(mailbox, capability, claim, slot, wait_seconds)
        if slot != self.slot or sealed is None:
            return sealed
        self.seen += 1
        sealer = (await self.invite).sealer()
        sealer.open(slot, sealed)
        forged = hello(self.keys.root, self.keys.device, bytes(32))
        return sealer.seal(slot, forged, bytes(12))


async def invite_of(side):
    return parse_invite(await asyncio.shield(side.invite))


async def test_a_middle_that_swaps_the_inviters_keys_changes_the_words(relay):
    """Whoever has the invite and the relay can do that; the words tell (SPEC 16.4)."""
    ada, ben, mallory = Side("ada", relay), Side("ben", relay), Side("mallory", relay)
    between = Between(ben.transport, 2, asyncio.ensure_future(invite_of(ada)), mallory.identity)
    both_asked = asyncio.gather(ada.asked.wait(), ben.asked.wait())

    async def compare(words):
        ada.words = words
        ada.asked.set()
        await both_asked
        return ada.words == ben.words

    ada.confirm = compare
    ended = await pair(ada, ben, transport=between)
    assert between.seen == 1
    assert ada.words != ben.words
    assert type(ended[0]) is NotConfirmedError
    assert type(ended[1]) in (PairingEndedError, TrustError)
    assert ada.space is ben.space is None


async def test_a_middle_that_swaps_the_joiners_keys_breaks_the_commitment(relay):
    ada, ben, mallory = Side("ada", relay), Side("ben", relay), Side("mallory", relay)
    between = Between(ada.transport, 3, asyncio.ensure_future(invite_of(ada)), mallory.identity)
    async with asyncio.timeout(10):
        inviting = asyncio.create_task(ada.inviting(transport=between))
        text = await ada.invite
        ended = await asyncio.gather(inviting, ben.joining(text), return_exceptions=True)
    assert between.seen == 1
    assert [type(error) for error in ended] == [TrustError, PairingEndedError]
    assert ada.words == []
    assert ada.space is ben.space is None


async def test_an_invite_is_good_for_one(relay):
    ada, ben, eve = Side("ada", relay), Side("ben", relay), Side("eve", relay)
    async with asyncio.timeout(10):
        inviting = asyncio.create_task(ada.inviting())
        text = await ada.invite
        joining = asyncio.create_task(ben.joining(text))
        await ben.asked.wait()
        with pytest.raises((InviteUsedError, InviteUnknownError)):
            await eve.joining(text)
        await asyncio.gather(inviting, joining)
        with pytest.raises(InviteUnknownError):
            await eve.joining(text)
    assert eve.space is None


async def test_somebody_who_was_first_is_named(relay):
    ada, ben, eve = Side("ada", relay), Side("ben", relay), Side("eve", relay)
    gate = asyncio.Event()

    async def slow(words):
        await gate.wait()
        return False

    eve.confirm = slow
    async with asyncio.timeout(10):
        inviting = asyncio.create_task(ada.inviting())
        text = await ada.invite
        first = asyncio.create_task(eve.joining(text))
        await ada.asked.wait()
        with pytest.raises(InviteUsedError) as caught:
            await ben.joining(text)
        gate.set()
        await asyncio.gather(inviting, first, return_exceptions=True)
    assert "new invite" in caught.value.next_step


async def test_an_invite_runs_out(relay):
    ada = Side("ada", relay)
    async with asyncio.timeout(10):
        with pytest.raises(InviteExpiredError):
            await ada.inviting(seconds=1)
        ben = Side("ben", relay)
        ben.drift_s = 2
        with pytest.raises(InviteExpiredError):
            await ben.joining(await ada.invite)
        # A clock that is slow here does not help: the relay has dropped the mailbox.
        slow = Side("ben", relay, drift_s=-60)
        with pytest.raises((InviteExpiredError, InviteUnknownError)):
            await slow.joining(await ada.invite)


DECADE_S = 315_576_000


@pytest.mark.parametrize(
    "off",
    [
        (0, 7200),
        (-DECADE_S, DECADE_S),
        *(
            pytest.param(off, marks=pytest.mark.long)
            for off in ((0, DECADE_S), (0, -DECADE_S), (DECADE_S, -DECADE_S))
        ),
    ],
)
async def test_clocks_that_are_years_apart_keep_nobody_from_pairing(relay, off):
    """Nor does one that is set right while the two compare the words."""
    ada, ben = Side("ada", relay, drift_s=off[0]), Side("ben", relay, drift_s=off[1])

    async def set_right(words):
        ada.drift_s, ben.drift_s = ben.drift_s, 0.0
        return await ben.agree(words)

    ben.confirm = set_right
    hers, his = await pair(ada, ben)
    assert hers.settled
    assert his.settled
    assert ada.space == ben.space is not None


async def test_with_a_wrong_clock_one_still_hears_why_it_ended(relay):
    ada, ben = Side("ada", relay, says=False), Side("ben", relay, drift_s=DECADE_S)
    declined, ended = await pair(ada, ben)
    assert type(declined) is NotConfirmedError
    assert type(ended) is PairingEndedError


async def test_an_invite_that_the_relay_never_saw(relay):
    ben = Side("ben", relay)
    invite = Invite(relay.url, bytes(16), bytes(32), int(time.time()) + 60)
    with pytest.raises(InviteUnknownError):
        await ben.joining(invite.to_text())
    with pytest.raises(LocalProtocolError):
        read_invite("inglenook:1:AAAA")
    with pytest.raises(LocalProtocolError):
        read_invite("hello")


@pytest.mark.parametrize("origin", ["http://relay.example", "https://Relay.Example", "file:///x"])
def test_an_invite_to_a_place_that_can_not_be_used(origin):
    invite = Invite(origin, bytes(16), bytes(32), 60)
    with pytest.raises(RelayAddressError):
        read_invite(invite.to_text())


async def test_nobody_pairs_with_themselves(relay):
    ada, again = Side("ada", relay), Side("ada", relay)
    hers, his = await pair(ada, again)
    assert type(his) is TrustError
    assert "itself" in his.next_step
    assert isinstance(hers, PairingEndedError | TrustError)
    assert ada.space is again.space is None


async def test_inviting_needs_the_right_to_register(relay):
    ada = Side("ada", relay)
    with pytest.raises(RegistrationNeededError):
        await ada.inviting(token="not this one")
    with pytest.raises(LocalProtocolError):
        await ada.inviting(seconds=10**7)


async def test_an_inviter_who_stops_waiting_closes_the_mailbox(relay):
    ada, ben = Side("ada", relay), Side("ben", relay)
    async with asyncio.timeout(10):
        inviting = asyncio.create_task(ada.inviting())
        text = await ada.invite
        inviting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await inviting
        with pytest.raises(InviteUnknownError):
            await ben.joining(text)


class Dropping:
    """A transport whose calls all reach the relay, and whose answers get lost every time but
    the last."""

    def __init__(self, transport):
        self._transport = transport
        self.origin = transport.origin
        self.lost = 0
        self._seen = set()

    def __getattr__(self, name):
        real = getattr(self._transport, name)

        async def call(*args):
            answer = await real(*args)
            if name in ("put_mail", "get_mail") and (name, args) not in self._seen:
                self._seen.add((name, args))
                self.lost += 1
                raise RelayUnreachableError("lost")
            return answer

        return call


async def test_answers_that_get_lost_are_asked_for_again(relay):
    ada, ben = Side("ada", relay), Side("ben", relay)
    async with asyncio.timeout(10):
        through = Dropping(ada.transport), Dropping(ben.transport)
        inviting = asyncio.create_task(ada.inviting(transport=through[0]))
        text = await ada.invite
        hers, his = await asyncio.gather(inviting, ben.joining(text, transport=through[1]))
    assert hers.genesis == his.genesis
    assert hers.settled
    assert his.settled
    assert all(transport.lost >= 6 for transport in through)


class Breaking:
    """A transport that loses the network for good at one call."""

    def __init__(self, transport, at):
        self._transport = transport
        self.origin = transport.origin
        self.at = at

    def __getattr__(self, name):
        real = getattr(self._transport, name)

        async def call(*args):
            if self.at(name, args):
                raise RelayUnreachableError("gone")
            return await real(*args)

        return call


async def test_what_is_stored_stays_when_the_network_goes_after_it(relay):
    """The next sync finishes it (SPEC 16.5)."""
    ada, ben = Side("ada", relay), Side("ben", relay)
    async with asyncio.timeout(10):
        broken = Breaking(ada.transport, lambda name, args: name == "register")
        inviting = asyncio.create_task(ada.inviting(transport=broken))
        joining = asyncio.create_task(ben.joining(await ada.invite))
        hers = await inviting
        assert not hers.settled
        assert ada.space == hers.genesis.space_id
        assert ben.space == ada.space
        joining.cancel()
        await asyncio.gather(joining, return_exceptions=True)


async def test_a_joiner_takes_the_space_back_when_the_inviter_went_before_it_counted(relay):
    ada, ben = Side("ada", relay), Side("ben", relay)
    store = ben.store_space

    async def store_slowly(genesis, statements):
        await store(genesis, statements)
        inviting.cancel()
        await asyncio.gather(inviting, return_exceptions=True)

    ben.store_space = store_slowly
    async with asyncio.timeout(10):
        inviting = asyncio.create_task(ada.inviting())
        with pytest.raises(PairingEndedError):
            await ben.joining(await ada.invite)
    assert ben.log == ["stored", "forgotten"]
    assert ben.space is None


@pytest.mark.parametrize("drift_s", [0.0, 100.0])
async def test_a_joiner_keeps_the_space_when_the_answer_to_its_last_word_was_lost(relay, drift_s):
    """Slot 5 had arrived, and the mailbox was gone before anybody could say so: the inviter stood
    in a space from which the joiner had gone. By its clock the invite (60 s) ran out, or not."""
    ada, ben = Side("ada", relay), Side("ben", relay)
    said: list[object] = []

    class Lossy(Breaking):
        def __getattr__(self, name):
            real = getattr(self._transport, name)

            async def call(*args):
                if name != "put_mail" or args[3] != 5:
                    return await real(*args)
                if said:
                    raise InviteUnknownError
                said.append(await real(*args))
                ben.drift_s = drift_s
                raise RelayUnreachableError("gone")

            return call

    lossy = Lossy(ben.transport, None)
    hers, his = await pair(ada, ben, transport=lossy)
    assert ada.space == hers.genesis.space_id
    assert not his.settled
    assert ben.log == ["stored"]
    assert ben.space == ada.space


async def test_a_joiner_takes_the_space_back_when_the_invite_ran_out_before_its_last_word(relay):
    ada, ben = Side("ada", relay), Side("ben", relay)

    class Late(Breaking):
        def __getattr__(self, name):
            real = getattr(self._transport, name)

            async def call(*args):
                if name == "put_mail" and args[3] == 5:
                    raise InviteExpiredError
                return await real(*args)

            return call

    async with asyncio.timeout(10):
        inviting = asyncio.create_task(ada.inviting())
        with pytest.raises(InviteExpiredError):
            await ben.joining(await ada.invite, transport=Late(ben.transport, None))
        inviting.cancel()
        await asyncio.gather(inviting, return_exceptions=True)
    assert ben.log == ["stored", "forgotten"]
    assert ada.space is None
