"""One of the two runs the relay, holds its files, and holds both of their own keys: root and
device. Nothing of that erases, locks out or rolls back the other.

Real stores, a real relay; what the operator does to its database happens while it is stopped.
"""

import contextlib
import shutil
import sqlite3
from types import SimpleNamespace
from typing import Any

import pytest

from inglenook_client.core.ports import RelayAddress
from inglenook_client.store import queries
from inglenook_client.sync.engine import SyncEngine
from inglenook_client.sync.errors import (
    RegistrationNeededError,
    RelayError,
    RelayFullError,
    RelayRefusedError,
)
from inglenook_client.sync.transport import RelayTransport, SpaceLogin
from inglenook_harness.forging import Pen
from inglenook_harness.relay import RelayProcess
from inglenook_harness.stores import Chance, make_couple, page
from inglenook_protocol.codec import Ref, encode
from inglenook_protocol.errors import Reject, RemoteProtocolError
from inglenook_protocol.keys import DeviceKeys
from inglenook_protocol.kinds import EntryWritten
from inglenook_protocol.messages import PullRequest, PushRequest, decode_page
from inglenook_protocol.roster import added, erased, removed, sign_statement
from inglenook_protocol.sealing import EpochKey

TOKEN = "a registration token for tests"
QUOTA = 60_000


class Scene:
    """Ana, who does nothing but sync; Ben, who runs the relay and has every key of his own."""

    def __init__(self, couple, relay):
        self.couple, self.relay = couple, relay
        self.ana, self.ben = couple.devices
        self.ana_root, self.ben_root = couple.roots
        self.token = TOKEN

    def transport(self, device):
        store = device.store
        login = SpaceLogin(store.space_id, store.device_id, store.sign_login)
        return RelayTransport(self.relay.url, login)

    async def sync(self, *devices, token=TOKEN):
        for device in devices:
            async with self.transport(device) as transport:
                address = RelayAddress(self.relay.url, token)
                report = await SyncEngine(device.store, transport, address).sync_once()
            await device.store.settled("now")
        return report

    async def write(self, device, text):
        entry = EntryWritten("moment", text, "2026-09-21", [], None)
        return await device.store.append(entry, device.now())

    async def settled(self):
        """Both hold all of it again: nobody was erased, locked out or rolled back."""
        await self.sync(self.ana, self.ben, self.ana)
        ana, ben = [await d.store.overview() for d in (self.ana, self.ben)]
        assert ana.digest == ben.digest
        assert {self.ana.info.id, self.ben.info.id} <= ana.roster.standing
        assert await self.words(self.ana) >= {"hers", "his"}
        return ana

    async def words(self, device):
        rows, _ = await device.store.query(queries.entities_on_days, None, 9, ["moment"])
        return {
            row.projection.versions[row.projection.current[-1]].text
            for row in rows
            if row.projection.current
        }

    async def ana_refs(self):
        """Where Ana's words lie."""
        overview = await self.ana.store.overview()
        head = overview.heads[self.ana.info.id]
        return [Ref(self.ana.info.id, head.seq, head.id)]

    def forgeries(self, refs):
        """Statements about what is Ana's, with every signer that Ben can name or be."""
        space = self.couple.genesis.space_id
        ana = self.ana.info
        mine = DeviceKeys(bytes(range(64))).info(space, ana.member)
        signers = {
            "his device": (self.ben.keys.sign, self.ben.info.id),
            "his root": (self.ben_root.sign, self.ben_root.member_id),
            "his device as hers": (self.ben.keys.sign, ana.id),
            "his root as hers": (self.ben_root.sign, ana.member),
        }
        for who, (key, by) in signers.items():
            for what, content in (
                ("erases her words", erased(space, refs, by)),
                ("removes her device", removed(space, ana.id, [], [], by)),
                ("adds a device for her", added(space, mine, by)),
            ):
                yield f"{who} {what}", sign_statement(key, content)

    @contextlib.contextmanager
    def files(self):
        """The relay stopped, its database open; it goes on afterwards."""
        self.relay.stop()
        connection = sqlite3.connect(self.relay.data / "relay.sqlite3")
        try:
            yield connection
            connection.commit()
        finally:
            connection.close()
            self.relay.start()


@pytest.fixture
async def scene(tmp_path):
    couple = await make_couple(tmp_path, (1, 1))
    try:
        with RelayProcess(
            tmp_path / "relay", registration_token=TOKEN, member_quota=QUOTA
        ) as relay:
            scene = Scene(couple, relay)
            await scene.write(scene.ana, "hers")
            await scene.write(scene.ben, "his")
            await scene.sync(scene.ana, scene.ben, scene.ana)
            yield scene
    finally:
        await couple.close()


async def test_no_statement_of_the_one_touches_the_other(scene):
    refs = await scene.ana_refs()
    tried = 0
    async with scene.transport(scene.ben) as transport:
        for what, statement in scene.forgeries(refs):
            with pytest.raises(RelayRefusedError) as refused:
                await transport.push(encode(PushRequest([statement], [])))
            assert refused.value.code == "bad-statement", what
            tried += 1
    assert tried == 12
    await scene.settled()


@pytest.mark.long
async def test_nor_does_one_that_the_relay_itself_hands_out(scene):
    refs = await scene.ana_refs()
    before = await scene.ana.store.overview()
    forged = list(scene.forgeries(refs))
    for what, statement in forged:
        with pytest.raises(RemoteProtocolError) as refused:
            await scene.ana.store.admit_page(page([], [statement]))
        assert refused.value.reject is Reject.BAD_STATEMENT, what
    # And where they stand in its files, until somebody takes them out again.
    with scene.files() as connection:
        connection.executemany(
            "INSERT INTO statement (space, content, signature)"
            " VALUES ((SELECT no FROM space), ?, ?)",
            [(s.content, s.signature) for _, s in forged],
        )
    with pytest.raises((RemoteProtocolError, RelayError)):
        await scene.sync(scene.ana)
    with scene.files() as connection:
        connection.executemany(
            "DELETE FROM statement WHERE signature = ?", [(s.signature,) for _, s in forged]
        )
    after = await scene.ana.store.overview()
    assert (after.digest, after.roster.hash) == (before.digest, before.roster.hash)
    await scene.settled()


@pytest.mark.long
async def test_a_relay_that_was_wiped_is_filled_by_whoever_has_the_words(scene):
    scene.relay.stop()
    shutil.rmtree(scene.relay.data)
    scene.relay.start()
    report = await scene.sync(scene.ana)
    assert report.registered
    await scene.settled()


@pytest.mark.long
async def test_an_operator_who_shuts_the_other_out_loses_no_words_of_theirs(scene, tmp_path):
    """Wiped, with another token: Ana has all she had, and takes it to another relay."""
    scene.relay.stop()
    shutil.rmtree(scene.relay.data)
    scene.relay.settings["registration_token"] = "another one"
    scene.relay.start()
    with pytest.raises(RegistrationNeededError):
        await scene.sync(scene.ana)
    assert await scene.words(scene.ana) == {"hers", "his"}
    with RelayProcess(tmp_path / "hers", registration_token=TOKEN) as relay:
        await scene.ana.store.forget_relay()
        scene.relay.stop()
        scene.relay = relay
        await scene.settled()


@pytest.mark.long
async def test_an_old_copy_of_the_relay_rolls_nobody_back(scene, tmp_path):
    scene.relay.stop()
    shutil.copytree(scene.relay.data, tmp_path / "old")
    scene.relay.start()
    await scene.write(scene.ana, "hers, later")
    await scene.sync(scene.ana, scene.ben)
    scene.relay.stop()
    shutil.rmtree(scene.relay.data)
    shutil.copytree(tmp_path / "old", scene.relay.data)
    scene.relay.start()
    await scene.write(scene.ben, "his, later")
    await scene.sync(scene.ben)
    overview = await scene.settled()
    assert await scene.words(scene.ana) == {"hers", "hers, later", "his", "his, later"}
    assert overview.notices in ([], ["relay-set-back"])


@pytest.mark.long
async def test_registered_again_without_the_other(scene):
    """On a wiped relay Ben is first, and names only his own device."""
    scene.relay.stop()
    shutil.rmtree(scene.relay.data)
    scene.relay.start()
    genesis, statements = await scene.ben.store.registration()
    own = [s for s in statements if scene.ben.info.sign in s.content]
    assert len(own) == 1
    async with scene.transport(scene.ben) as transport:
        with pytest.raises(RelayRefusedError, match="about devices"):
            await transport.register(TOKEN, genesis, own)
    await scene.sync(scene.ben)
    # Ana has no right to register, and needs none.
    await scene.sync(scene.ana, token="")
    await scene.settled()


@pytest.mark.long
async def test_filling_every_room_leaves_the_others(scene):
    """Words up to the quota, erasures, devices: each is counted for its owner alone."""
    space = scene.couple.genesis.space_id
    for n in range(200):
        await scene.write(scene.ben, f"his, {n}")
    with pytest.raises(RelayRefusedError):
        await scene.sync(scene.ben)
    root = scene.ben_root
    devices = [DeviceKeys(bytes([n]) * 64).info(space, root.member_id) for n in range(128)]
    adds = [sign_statement(root.sign, added(space, info, root.member_id)) for info in devices]
    # Erasures of nothing that is there take room all the same.
    erasures = [
        sign_statement(
            scene.ben.keys.sign,
            erased(
                space,
                sorted(
                    Ref(scene.ben.info.id, n, seq.to_bytes(2, "big") * 16) for seq in range(480)
                ),
                scene.ben.info.id,
            ),
        )
        for n in range(1, 81)
    ]
    async with scene.transport(scene.ben) as transport:
        for statements, at_once in ((adds, 8), (erasures, 1)):
            assert await taken_of(transport, statements, at_once) > len(statements) // 3
    await scene.write(scene.ana, "hers, still")
    await scene.sync(scene.ana)
    async with scene.transport(scene.ana) as transport:
        info = DeviceKeys(b"\xfe" * 64).info(space, scene.ana_root.member_id)
        root = scene.ana_root
        more = [
            sign_statement(root.sign, added(space, info, root.member_id)),
            sign_statement(
                scene.ana.keys.sign, erased(space, await scene.ana_refs(), scene.ana.info.id)
            ),
        ]
        for statement in more:
            assert await transport.push(encode(PushRequest([statement], []))) == []
    overview = await scene.ana.store.overview()
    await scene.sync(scene.ana)
    assert info.id in (await scene.ana.store.overview()).roster.standing
    assert overview.acknowledged[scene.ana.info.id] == overview.heads[scene.ana.info.id].seq


async def test_a_share_that_is_used_up_first_keeps_nobody_elses_words_from_an_emptied_relay(scene):
    """The relay is emptied, and the one who runs it fills his own share with another history
    before she comes: what she brings back of his has no room then, and hers has."""
    for n in range(30):
        await scene.write(scene.ben, f"his, {n}")
    for n in range(10):
        await scene.write(scene.ana, f"hers, {n}")
    await scene.sync(scene.ana, scene.ben, scene.ana)
    scene.relay.stop()
    shutil.rmtree(scene.relay.data)
    scene.relay.start()
    genesis, statements = await scene.ben.store.registration()
    async with scene.transport(scene.ben) as transport:
        await transport.register(TOKEN, genesis, statements)
        with contextlib.suppress(RelayFullError):
            for run in another_history(scene):
                await transport.push(encode(PushRequest([], [run])))
    for _ in range(2):
        report = await scene.sync(scene.ana)
        assert report.refused_by_device == {scene.ben.info.id: "quota"}
        overview = await scene.ana.store.overview()
        head = overview.heads[scene.ana.info.id]
        assert overview.acknowledged[scene.ana.info.id] == head.seq
        assert {log.device: log.points for log in await relay_heads(scene)}[scene.ana.info.id] == [
            head
        ]
        await scene.write(scene.ana, "hers, still")
    for n in range(130):
        await scene.write(scene.ana, f"more than there is room for, {n}")
    with pytest.raises(RelayFullError):
        await scene.sync(scene.ana)


def another_history(scene):
    """Runs of Ben's device that begin anew, as only his keys can make them."""
    roots = dict.fromkeys((0, 1), scene.ben_root)
    world: Any = SimpleNamespace(
        space_id=scene.couple.genesis.space_id, roots=roots, chance=Chance("another"), ms=0,
        key=EpochKey(scene.couple.genesis.space_id, bytes(32)),
    )  # fmt: skip
    pen = Pen(world, 0, scene.ben.keys)
    for _ in range(80):
        pen.put(world.chance(800))
        yield pen.runs(len(pen.envelopes) - 1)[0]


async def relay_heads(scene):
    async with scene.transport(scene.ana) as transport:
        request = PullRequest([], bytes(32), bytes(32), 1 << 20)
        return decode_page(await transport.pull(encode(request))).heads


async def taken_of(transport, statements, at_once):
    """How many a relay takes before it says that there is no more room."""
    for at in range(0, len(statements), at_once):
        try:
            await transport.push(encode(PushRequest(statements[at : at + at_once], [])))
        except RelayRefusedError:
            return at
    raise AssertionError("room without end")


@pytest.mark.long
async def test_altered_and_deleted_rows_reach_nobody_who_has_the_words(scene):
    await scene.write(scene.ana, "hers, later")
    await scene.sync(scene.ana)
    with scene.files() as connection:
        rows = connection.execute("SELECT no, items FROM chunk ORDER BY no").fetchall()
        for no, items in rows:
            spoilt = bytes(items[:-9]) + bytes([items[-9] ^ 1]) + bytes(items[-8:])
            connection.execute("UPDATE chunk SET items = ? WHERE no = ?", (spoilt, no))
    with contextlib.suppress(RemoteProtocolError, RelayRefusedError):
        await scene.sync(scene.ana, scene.ben)
    assert await scene.words(scene.ana) == {"hers", "his", "hers, later"}
    assert {"hers", "his"} <= await scene.words(scene.ben)
    assert "hers, later" not in await scene.words(scene.ben)
    # The operator comes to their senses: an empty relay, and everything is there again.
    scene.relay.stop()
    shutil.rmtree(scene.relay.data)
    scene.relay.start()
    await scene.settled()
    assert await scene.words(scene.ben) == {"hers", "his", "hers, later"}
