"""A relay whose database is damaged in one page: it says so in its own words, or serves on, and
whatever it still hands out is held against its signatures by those who get it."""

import asyncio
import os
import shutil
from collections import Counter

import pytest
from click.testing import CliRunner

from inglenook_harness.relay import TOKEN, Answered
from inglenook_harness.tone import unkind_words
from inglenook_harness.wire import Couple, Reader
from inglenook_protocol.errors import InglenookError, RemoteProtocolError
from inglenook_protocol.messages import STATUS_BY_CODE
from inglenook_server.__main__ import main
from inglenook_server.storage.sqlite import DATABASE_NAME, SqliteStorage

PAGE_BYTES = 16_384
HARMS = {
    "turned over": lambda page: bytes(byte ^ 0xFF for byte in page),
    "zeros": lambda page: bytes(len(page)),
    "a few bytes": lambda page: page[:60] + bytes(b ^ 0x55 for b in page[60:90]) + page[90:],
}


def _said(data, *arguments):
    outside = {name: None for name in os.environ if name.startswith("NOOK_")}
    done = CliRunner().invoke(main, [*arguments, "--data", str(data)], env=outside)
    assert done.exit_code in (0, 1), (arguments, done.output)
    assert done.exception is None or isinstance(done.exception, SystemExit), arguments
    assert not unkind_words(done.output)
    return done.exit_code


async def _tried(what):
    """How one question ended: the relay's code, or what its reader made of the answer."""
    try:
        await what
    except Answered as answered:
        return answered.error.code
    except RemoteProtocolError:
        return "seen by its reader"
    except ValueError as error:
        if "does not hold" not in str(error):
            raise
        return "seen by its reader"
    return "well"


async def _read(client, couple):
    reader = Reader(couple)
    for _ in range(20):
        page = await client.pull(reader.request())
        reader.take(page)
        if not page.more:
            return
    raise AssertionError("a pull without an end")


@pytest.mark.long
@pytest.mark.parametrize("harm", HARMS)
async def test_any_damaged_page_is_told_or_harmless(make_host, tmp_path, harm):
    couple = Couple(devices_each=1)
    one, two = couple.devices
    one.append(60, 900)
    two.append(40, 900)
    whole = tmp_path / "whole"
    host = await make_host(SqliteStorage(whole))
    client = await host.member(couple)
    await client.push([*one.runs(items=20), *two.runs(items=20)], [couple.erase(one, [7])])
    await host.relay.close()
    (whole / f"{DATABASE_NAME}-wal").unlink(missing_ok=True)
    content = (whole / DATABASE_NAME).read_bytes()
    pages = len(content) // PAGE_BYTES
    assert pages > 12
    one.append(2)
    ended: Counter[str] = Counter()
    for page in range(pages):
        data = tmp_path / f"page {page}"
        shutil.copytree(whole, data)
        at = page * PAGE_BYTES
        hurt = HARMS[harm](content[at : at + PAGE_BYTES])
        (data / DATABASE_NAME).write_bytes(content[:at] + hurt + content[at + PAGE_BYTES :])
        checked = await asyncio.to_thread(_said, data, "check")
        for command in ("status", "holds"):
            await asyncio.to_thread(_said, data, command)
        ended[f"check {checked}"] += 1
        try:
            host = await make_host(SqliteStorage(data))
        except InglenookError:
            ended["does not start"] += 1
            continue
        client = host.client()
        for what in (
            client.register(couple, TOKEN),
            client.login(one),
            _read(client, couple),
            client.push(one.runs(60)),
            _read(client, couple),
        ):
            ended[await _tried(what)] += 1
        await host.relay.close()
    assert ended["well"] > 0
    assert ended["check 1"] > 4
    assert ended.keys() - {"well", "check 0", "check 1"}, "nothing was in the way anywhere"
    assert ended.keys() <= {
        "well", "check 0", "check 1", "does not start", "seen by its reader", *STATUS_BY_CODE,
    }  # fmt: skip
    print(dict(ended))
