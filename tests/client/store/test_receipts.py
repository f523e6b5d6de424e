"""What is known of what became of withdrawn words, and from whom (SPEC 12.5)."""

from inglenook_harness.stores import hand_over, make_couple
from inglenook_protocol.codec import encode
from inglenook_protocol.kinds import EntryWritten
from inglenook_protocol.messages import Page


def moment(text):
    return EntryWritten("moment", text, "2026-09-21", [], None)


def says(erasures_hash):
    """A page of a relay that holds these erasures, and sends nothing."""
    return encode(Page([], [], [], False, bytes(32), erasures_hash))


async def test_asked_confirmed_and_received(tmp_path):
    couple = await make_couple(tmp_path, (2, 1))
    try:
        ana, tablet, ben = couple.devices
        entry = await ana.store.append(moment("words"), ana.now())
        for device in (tablet, ben):
            await hand_over(ana, device, couple)
            device.clock.ms = ana.clock.ms + 1000

        async def receipt():
            (found,) = await ana.store.erasures.receipts([entry])
            return None if found is None else (found.relay, found.received)

        assert await receipt() is None
        await ana.store.redact(entry, "entry.written", "2026-09-21", ana.now())
        assert await receipt() == ("asked", False)

        # The relay: only the hash of all that is held here is its word, and it can take it back.
        held = await ana.store._read(lambda conn, state: state.book.erasures_hash)
        for named, known in ((bytes(32), "asked"), (held, "confirmed"), (bytes(32), "asked")):
            await ana.store.admit_page(says(named))
            assert await receipt() == (known, False)

        async def told(device):
            await hand_over(device, ana, couple)
            await ana.store.admit_page(says(held))
            return await receipt()

        # Written later than the request, and before it came: Ben had seen the words alone.
        await ben.store.append(moment("not told yet"), ben.now())
        assert await told(ben) == ("confirmed", False)
        # One's own other device is not the other person.
        await hand_over(ana, tablet, couple)
        await tablet.store.append(moment("told"), tablet.now())
        assert await told(tablet) == ("confirmed", False)
        await hand_over(ana, ben, couple)
        await ben.store.append(moment("told"), ben.now())
        assert await told(ben) == ("confirmed", True)
    finally:
        await couple.close()
