"""Mailboxes (SPEC 14.8): single use, expiry, slots, waiting, all across a restart."""

import asyncio

import pytest

from inglenook_harness.relay import TOKEN, Answered
from inglenook_harness.wire import derived
from inglenook_protocol import labels, messages
from inglenook_protocol.hashing import h
from inglenook_protocol.limits import MAX_INVITE_SECONDS, MAX_MAIL_BYTES, MAX_MAIL_SLOTS
from inglenook_protocol.messages import (
    CloseMailbox,
    EnterMailbox,
    GetMail,
    OpenMailbox,
    PutMail,
)
from inglenook_server.core.mailbox import REMEMBER_SECONDS
from inglenook_server.storage.sqlite import SqliteStorage

OWNER, READER = derived("owner"), derived("reader")
BOX = derived("box", 16)
CLAIM, OTHER_CLAIM = derived("claim", 16), derived("other claim", 16)
PATH = f"/v1/mailboxes/{BOX.hex()}"


def opening(seconds=600, token=TOKEN, mailbox=BOX, owner=OWNER):
    hashes = (h(labels.INVITE_OWNER, owner), h(labels.INVITE_OWNER, READER))
    return OpenMailbox(token, mailbox, hashes[0], hashes[1], seconds)


class Guest:
    """One side of a pairing."""

    def __init__(self, client, capability, claim):
        self.client, self.capability, self.claim = client, capability, claim

    async def enter(self):
        await self.client.post(f"{PATH}/enter", EnterMailbox(self.capability, self.claim))

    async def put(self, slot, message):
        put = PutMail(self.capability, self.claim, slot, message)
        await self.client.post(f"{PATH}/put", put)

    async def get(self, slot, wait=0):
        get = GetMail(self.capability, self.claim, slot, wait)
        return (await self.client.ask(f"{PATH}/get", get, messages.decode_mail)).message

    async def close(self):
        await self.client.post(f"{PATH}/close", CloseMailbox(self.capability, self.claim))


@pytest.fixture(params=["memory", "sqlite"])
async def host(request, make_host, tmp_path):
    return await make_host(SqliteStorage(tmp_path / "data") if request.param == "sqlite" else None)


@pytest.fixture
async def sides(host):
    owner = Guest(host.client(), OWNER, b"")
    await owner.client.post("/v1/mailboxes", opening())
    return owner, Guest(host.client(), READER, CLAIM)


async def code_of(call):
    """The code that a call is answered with; None if it goes through."""
    try:
        await call
    except Answered as answered:
        return answered.code
    return None


async def test_messages_go_both_ways(sides):
    owner, reader = sides
    await reader.enter()
    await reader.put(1, b"one")
    assert await owner.get(1) == b"one"
    await owner.put(2, b"two")
    assert await reader.get(2) == b"two"
    assert await reader.get(4) is None


async def test_it_is_entered_once(sides):
    _, reader = sides
    late = Guest(reader.client, READER, OTHER_CLAIM)
    await reader.enter()
    await reader.enter()
    assert await code_of(late.enter()) == "invite-used"
    assert await code_of(late.put(1, b"x")) == "invite-used"
    assert await code_of(late.get(2)) == "invite-used"
    assert await code_of(late.close()) == "invite-used"
    assert await code_of(reader.put(1, b"mine")) is None


async def test_of_two_at_once_one_comes_in(sides):
    _, reader = sides
    guests = [Guest(reader.client, READER, derived(("claim", n), 16)) for n in range(8)]
    codes = await asyncio.gather(*(code_of(guest.enter()) for guest in guests))
    assert sorted(codes, key=str) == [None] + ["invite-used"] * 7


async def test_nobody_else_learns_that_it_is_there(sides):
    owner, reader = sides
    stranger = Guest(owner.client, derived("stranger"), CLAIM)
    for call in (stranger.enter(), stranger.put(1, b""), stranger.get(1), stranger.close()):
        assert await code_of(call) == "unknown-invite"
    assert await code_of(reader.enter()) is None


async def test_roles_are_kept_apart(sides):
    owner, reader = sides
    assert await code_of(reader.put(1, b"x")) == "conflict", "enter first"
    await reader.enter()
    assert await code_of(Guest(owner.client, OWNER, CLAIM).enter()) == "malformed"
    assert await code_of(owner.put(1, b"x")) == "malformed"
    assert await code_of(reader.put(2, b"x")) == "malformed"
    assert await code_of(Guest(owner.client, OWNER, CLAIM).put(2, b"x")) == "malformed"
    assert await code_of(Guest(reader.client, READER, b"").get(2)) == "invite-used"


async def test_a_slot_is_written_once(sides):
    owner, reader = sides
    await reader.enter()
    await reader.put(1, b"one")
    await reader.put(1, b"one")
    assert await code_of(reader.put(1, b"other")) == "conflict"
    assert await owner.get(1) == b"one"
    for slot in range(1, MAX_MAIL_SLOTS + 1):
        await (owner if slot % 2 == 0 else reader).put(slot, b"one")
    assert await code_of(reader.put(MAX_MAIL_SLOTS + 1, b"x")) == "malformed"
    assert await code_of(owner.put(0, b"x")) == "malformed"


async def test_messages_have_a_size(sides):
    owner, _ = sides
    await owner.put(2, bytes(MAX_MAIL_BYTES))
    assert await code_of(owner.put(4, bytes(MAX_MAIL_BYTES + 1))) == "malformed"
    assert await code_of(owner.put(4, bytes(2 * MAX_MAIL_BYTES))) == "too-large"


async def test_opening(host):
    client = host.client()
    ask = client.post
    assert await code_of(ask("/v1/mailboxes", opening(token="guess"))) == "registration"
    assert await code_of(ask("/v1/mailboxes", opening(seconds=0))) == "malformed"
    late = opening(seconds=MAX_INVITE_SECONDS + 1)
    assert await code_of(ask("/v1/mailboxes", late)) == "malformed"
    assert await code_of(ask("/v1/mailboxes", opening())) is None
    assert await code_of(ask("/v1/mailboxes", opening())) is None
    other = opening(owner=derived("somebody else"))
    assert await code_of(ask("/v1/mailboxes", other)) == "conflict"


async def test_it_ends_with_its_time(host, sides):
    owner, reader = sides
    await reader.enter()
    await reader.put(1, b"one")
    host.clock.now += 599
    assert await owner.get(1) == b"one"
    host.clock.now += 1
    for call in (owner.get(1), owner.put(2, b""), reader.enter(), reader.close()):
        assert await code_of(call) == "invite-expired"
    host.clock.now += 1
    await host.relay.mailboxes.sweep()
    assert await code_of(owner.get(1)) == "invite-expired"
    held = await host.relay.storage.read(lambda s: s.message(BOX, 1))
    assert held is None, "messages go when it expires"
    host.clock.now += REMEMBER_SECONDS
    await host.relay.mailboxes.sweep()
    assert await code_of(owner.get(1)) == "unknown-invite"


async def test_closing_deletes_it(host, sides):
    owner, reader = sides
    await reader.enter()
    await reader.put(1, b"one")
    await owner.close()
    assert await code_of(owner.get(1)) == "unknown-invite"
    assert await code_of(reader.get(1)) == "unknown-invite"
    assert await host.relay.storage.read(lambda s: s.message(BOX, 1)) is None


async def test_waiting_ends_with_the_message(sides):
    owner, reader = sides
    await reader.enter()
    waiting = [asyncio.ensure_future(owner.get(1, 20)) for _ in range(3)]
    await asyncio.sleep(0.05)
    assert not any(task.done() for task in waiting)
    await reader.put(1, b"here")
    async with asyncio.timeout(3):
        assert await asyncio.gather(*waiting) == [b"here"] * 3
        assert await owner.get(3, 1) is None


async def test_waiting_ends_with_the_mailbox_and_the_relay(host, sides):
    owner, reader = sides
    await reader.enter()
    waiting = asyncio.ensure_future(code_of(owner.get(1, 20)))
    await asyncio.sleep(0.05)
    await reader.close()
    async with asyncio.timeout(3):
        assert await waiting == "unknown-invite"
    await owner.client.post("/v1/mailboxes", opening())
    waiting = asyncio.ensure_future(code_of(owner.get(1, 20)))
    await asyncio.sleep(0.05)
    host.relay.mailboxes.stop()
    async with asyncio.timeout(3):
        assert await waiting == "stopping"
    assert host.relay.mailboxes._waiting == {}


async def test_waiting_is_bounded(host, sides, monkeypatch):
    owner, _ = sides
    monkeypatch.setattr("inglenook_server.mailboxes.MAX_WAITING", 1)
    waiting = asyncio.ensure_future(owner.get(1, 2))
    await asyncio.sleep(0.05)
    assert await code_of(owner.get(1, 2)) == "slow-down"
    assert await owner.get(1) is None
    host.relay.mailboxes.stop()
    assert await code_of(waiting) == "stopping"


async def test_mailboxes_are_bounded(make_host):
    host = await make_host(max_mailboxes=2)
    client = host.client()
    for n in range(2):
        await client.post("/v1/mailboxes", opening(mailbox=derived(n, 16), seconds=60))
    third = opening(mailbox=derived(3, 16))
    assert await code_of(client.post("/v1/mailboxes", third)) == "slow-down"
    host.clock.now += 61 + REMEMBER_SECONDS
    assert await code_of(client.post("/v1/mailboxes", third)) is None


async def test_all_of_it_holds_across_a_restart(make_host, tmp_path):
    first = await make_host(SqliteStorage(tmp_path / "data"))
    owner, reader = Guest(first.client(), OWNER, b""), Guest(first.client(), READER, CLAIM)
    await owner.client.post("/v1/mailboxes", opening())
    await reader.enter()
    await reader.put(1, b"one")
    await first.relay.close()
    second = await make_host(SqliteStorage(tmp_path / "data"))
    owner.client = reader.client = second.client()
    late = Guest(second.client(), READER, OTHER_CLAIM)
    assert await code_of(late.enter()) == "invite-used"
    assert await owner.get(1) == b"one"
    assert await code_of(reader.put(1, b"other")) == "conflict"
    second.clock.now += 600
    assert await code_of(owner.get(1)) == "invite-expired"
