"""Adding and removing own devices in one space: which words count, for everybody (SPEC 7.3, 11.3,
17.5, 17.6)."""

import random

import pytest

from inglenook_client.store.appending import Entropy
from inglenook_client.store.devices import (
    NEW_FOR_MS,
    new_devices,
    own_devices,
    remove_device,
    settle_known,
    sign_added,
    take_in,
)
from inglenook_client.store.queries import timeline_digest
from inglenook_client.store.space import SpaceStore
from inglenook_harness.stores import (
    Chance,
    Clock,
    Device,
    everything,
    make_couple,
    page,
    settle,
)
from inglenook_protocol.errors import LocalProtocolError
from inglenook_protocol.keys import DeviceKeys, hpke_wrap
from inglenook_protocol.kinds import EntryWritten
from inglenook_protocol.roster import Removed, decode_content

DAY = "2026-09-21"


@pytest.fixture
async def couple(tmp_path):
    """Ada with one device, Ben with one."""
    couple = await make_couple(tmp_path, (1, 1))
    yield couple
    await couple.close()


async def write(device, text):
    return await device.store.append(EntryWritten("moment", text, DAY, [], None), device.now())


async def added_by(device, couple, tmp_path, name):
    """A further device of the same member: a store that pulls from nobody by itself."""
    seeds = Chance(name)(64)
    keys = DeviceKeys(seeds)
    member = device.store.member
    info = keys.info(couple.genesis.space_id, member)
    statement = await device.store.look(lambda conn, state, _: sign_added(state, info))
    await device.store.change_devices(
        lambda conn, state, ms: take_in(conn, state, statement, device.store._entropy, ms)
    )
    statements, _ = await everything(device, [])
    clock = Clock()
    clock.ms = device.clock.ms
    store = await SpaceStore.create(
        tmp_path / f"{name}.db",
        bytes(32),
        genesis=couple.genesis,
        member=member,
        seeds=seeds,
        statements=statements,
        entropy=Entropy(Chance("entropy " + name), hpke_wrap),
        wall_ms=clock,
    )
    new = Device(name, store, keys, info, clock, tmp_path / f"{name}.db", bytes(32))
    couple.devices.append(new)
    return new


async def remove(remover, removed, **choices):
    await remover.store.change_devices(
        lambda conn, state, ms: remove_device(
            conn,
            state,
            removed.info.id,
            remover.store._entropy,
            ms,
            **{"with_added": False, **choices},
        )
    )


async def standing(device):
    return (await device.store.overview()).roster.standing


async def same_everywhere(couple, *, apart=()):
    digests = {await d.store.query(timeline_digest) for d in couple.devices if d not in apart}
    assert len(digests) == 1
    return digests.pop()


async def readable(device):
    from inglenook_client.store.queries import entities_on_days

    rows, _ = await device.store.query(entities_on_days, None, 99, ["moment"])
    return {row.projection.versions[0].text for row in rows}


async def test_what_was_written_before_the_removal_counts_and_what_came_late_does_not(
    couple, tmp_path
):
    ada, ben = couple.devices
    laptop = await added_by(ada, couple, tmp_path, "laptop")
    await write(laptop, "before")
    await settle(couple)
    await write(laptop, "before, and held by Ben alone")
    await hand(laptop, ben, couple)
    await write(ben, "Ben has seen it")
    await remove(ada, laptop)
    await write(laptop, "late")
    await settle(couple)
    # Ada's removal names the head that she held. What Ben cites, having held it, counts too.
    for device in (ada, ben):
        texts = await readable(device)
        assert {"before", "Ben has seen it", "before, and held by Ben alone"} <= texts
        assert "late" not in texts
    await same_everywhere(couple)


async def hand(source, target, couple):
    statements, runs = await everything(source, couple.devices)
    await target.store.admit_page(page(runs, statements))


async def test_a_removed_device_gets_no_key_of_what_is_sealed_by_one_that_knows(couple, tmp_path):
    ada, ben = couple.devices
    laptop = await added_by(ada, couple, tmp_path, "laptop")
    await settle(couple)
    await remove(ada, laptop)
    await write(ada, "by one that knows")
    await settle(couple)
    await write(ben, "by another that knows")
    await settle(couple)
    assert not await readable(laptop) & {"by one that knows", "by another that knows"}
    assert {"by one that knows", "by another that knows"} <= await readable(ben)
    # All of it is in its hands, sealed.
    assert (await laptop.store.overview()).unreadable.get("no-key", 0) >= 2
    await same_everywhere(couple, apart=[laptop])
    with pytest.raises(LocalProtocolError, match="removed"):
        await write(laptop, "after it heard of it")
    with pytest.raises(LocalProtocolError, match="removed"):
        await remove(laptop, ada)


async def test_the_rest_keep_what_the_removed_one_added_unless_it_is_to_fall_too(couple, tmp_path):
    ada, _ = couple.devices
    laptop = await added_by(ada, couple, tmp_path, "laptop")
    await settle(couple)
    phone = await added_by(laptop, couple, tmp_path, "phone")
    await settle(couple)
    tablet = await added_by(phone, couple, tmp_path, "tablet")
    await settle(couple)
    told = await ada.store.look(lambda conn, state, _: own_devices(conn, state))
    assert {d.id: d.added_by for d in told}[phone.info.id] == {laptop.info.id}
    await remove(ada, laptop)
    await settle(couple)
    assert {phone.info.id, tablet.info.id, ada.info.id} <= await standing(ada)
    # From below: the way to the root stays, whatever else falls.
    other = await added_by(phone, couple, tmp_path, "other")
    await settle(couple)
    await remove(tablet, phone, with_added=True)
    await settle(couple)
    now = await standing(ada)
    assert tablet.info.id in now
    assert not {phone.info.id, other.info.id, laptop.info.id} & now
    for device in couple.devices:
        assert await standing(device) == now
    await same_everywhere(couple, apart=[laptop, phone, other])


async def test_two_that_remove_each_other_both_fall_with_one_digest_everywhere(couple, tmp_path):
    ada, ben = couple.devices
    laptop = await added_by(ada, couple, tmp_path, "laptop")
    await write(laptop, "from the laptop")
    await settle(couple)
    await remove(ada, laptop)
    await remove(laptop, ada)
    await write(ada, "sealed by Ada")
    await write(laptop, "sealed by the laptop")
    await settle(couple)
    assert await standing(ben) == {ben.info.id}
    for device in couple.devices:
        assert await standing(device) == {ben.info.id}
    await same_everywhere(couple)
    assert "from the laptop" in await readable(ben)


@pytest.mark.parametrize(
    "seed", [*range(4), *(pytest.param(n, marks=pytest.mark.long) for n in range(4, 40))]
)
async def test_in_whatever_order_it_all_arrives(couple, tmp_path, seed):
    """Devices that add, write and remove at once; pages in any order, cut anywhere."""
    rng = random.Random(seed)
    _, ben = couple.devices
    for number in range(3):
        await added_by(
            rng.choice([d for d in couple.devices if d is not ben]), couple, tmp_path, f"d{number}"
        )
        await settle(couple, rounds=1)
    for _ in range(12):
        device = rng.choice(couple.devices)
        others = [d for d in couple.devices if d not in (device, ben)]
        try:
            if rng.random() < 0.2 and device is not ben:
                await remove(device, rng.choice(others), with_added=rng.random() < 0.5)
            else:
                await write(device, f"{device.name} {rng.random()}")
        except LocalProtocolError:
            continue  # it knows that it was removed, or would remove itself
        if rng.random() < 0.5:
            await hand(device, rng.choice([d for d in couple.devices if d is not device]), couple)
    await settle(couple, rounds=3)
    at_the_end = await standing(ben)
    readers = [d for d in couple.devices if d.info.id in at_the_end]
    assert ben in readers
    for device in couple.devices:
        assert await standing(device) == at_the_end
    await same_everywhere(couple, apart=[d for d in couple.devices if d not in readers])


async def test_a_new_device_is_told_of_for_seven_days_by_the_own_clock(couple, tmp_path):
    ada, ben = couple.devices
    laptop = await added_by(ada, couple, tmp_path, "laptop")
    await settle(couple)

    async def new(device):
        return [d.id for d in await device.store.look(new_devices)]

    assert await new(ada) == [laptop.info.id]  # the one that added it, too
    assert await new(ben) == []
    await laptop.store.change_devices(lambda conn, state, _: settle_known(conn, state))
    assert await new(laptop) == []
    phone = await added_by(laptop, couple, tmp_path, "phone")
    ada.clock.ms += NEW_FOR_MS // 2
    await settle(couple)
    assert set(await new(ada)) == {laptop.info.id, phone.info.id}
    ada.clock.ms += NEW_FOR_MS // 2
    assert await new(ada) == [phone.info.id]
    ada.clock.ms += NEW_FOR_MS
    assert await new(ada) == []
    ada.clock.ms -= 2 * NEW_FOR_MS
    assert phone.info.id in await new(ada)
    await remove(ada, phone)
    assert phone.info.id not in await new(ada)


async def test_a_device_is_never_added_twice_nor_after_its_removal(couple, tmp_path):
    ada, _ = couple.devices
    laptop = await added_by(ada, couple, tmp_path, "laptop")
    again = await ada.store.look(lambda conn, state, _: sign_added(state, laptop.info))
    assert again is None
    await remove(ada, laptop)
    await remove(ada, laptop)  # once more changes nothing
    removals = [
        content
        for statement in (await ada.store.registration())[1]
        if isinstance(content := decode_content(statement.content), Removed)
    ]
    assert len(removals) == 1
    with pytest.raises(LocalProtocolError, match="for good"):
        await ada.store.look(lambda conn, state, _: sign_added(state, laptop.info))
    with pytest.raises(LocalProtocolError, match="at"):
        await remove(ada, ada)
