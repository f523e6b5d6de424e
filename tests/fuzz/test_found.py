"""What the fuzzer found, each by itself."""

import time
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from inglenook_client.cli.render import dates
from inglenook_client.core.views import iso_moment
from inglenook_client.journal.keeping import _unpack
from inglenook_client.keyring import (
    BackupDamagedError,
    Passphrase,
    ProfileDamagedError,
    UnlockNeededError,
    backup_file,
    drafts,
    unlock,
)
from inglenook_fuzz import admission, kept
from inglenook_fuzz.admission import event
from inglenook_protocol.codec import encode
from inglenook_protocol.keys import hpke_wrap
from inglenook_protocol.kinds import EntryWritten
from inglenook_protocol.limits import MAX_SEQ
from inglenook_protocol.padding import pad
from inglenook_protocol.sealing import Sealer

NOW = date(2026, 11, 27)


@pytest.fixture(params=["Etc/GMT+12", "Etc/GMT-14"])
def _zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("_zone")
@pytest.mark.parametrize("ms", [MAX_SEQ, 253_402_300_799_999, 0])
def test_a_moment_at_a_border_of_the_calendar_is_shown_everywhere(ms: int) -> None:
    """A partner's app states the moment; ``nook show`` ended where the reader lived east of it."""
    for offset in (-1080, 0, 1080):
        moment = iso_moment(ms, offset)
        assert dates.moment(moment, NOW)
        assert isinstance(dates.days_since(moment, NOW), int)
        dates.clock(moment)
    first = "0001-01-01T00:00:00+00:00"
    assert dates.moment(first, NOW)
    assert isinstance(dates.days_since(first, NOW), int)


@pytest.mark.usefixtures("_zone")
def test_a_draft_at_a_border_of_the_calendar_hides_no_other(tmp_path: Path) -> None:
    """Anybody who can write into the folder can seal one; all drafts were gone with it."""
    master = unlock.create_unlock(tmp_path, Passphrase("words"), cost=unlock.Cost(64, 1, 1))
    drafts.seal_draft(tmp_path, "write", "of today")
    for number, at in enumerate(("0001-01-01", "9999-12-31T23:59:59.999")):
        path = drafts.seal_draft(tmp_path, "write", "x")
        plain = encode([at, "write", str(number)])
        id_ = path.stem
        key = bytes(32)
        sealed = Sealer(key).seal(bytes(12), pad(plain), drafts._bound(id_))
        public = unlock.read_unlock_file(tmp_path).draft_key
        wrap = hpke_wrap(public, key, drafts._info(id_))
        path.write_bytes(drafts._MAGIC + wrap + sealed)
    assert {d.text for d in drafts.list_drafts(tmp_path, master)} == {"of today", "0", "1"}


NO_TEXT = b'"\xff"'


def test_files_whose_text_is_no_text_are_damaged_in_plain_words(tmp_path: Path) -> None:
    """What is no UTF-8 is another error of msgspec's than what is no JSON."""
    for content in (NO_TEXT, b"[" * 100_000, b'{"format":"\xed\xa0"}'):
        (tmp_path / unlock.UNLOCK_FILE).write_bytes(content)
        with pytest.raises(ProfileDamagedError):
            unlock.read_unlock_file(tmp_path)
    path = tmp_path / "backup"
    for header in (NO_TEXT, b"[" * 4_000):
        path.write_bytes(kept._header_bytes(header))
        with pytest.raises(BackupDamagedError):
            next(backup_file.read(path, Passphrase("a few words")))
    for index in (b"\x95\x01\xa1\xff", b"\x91" * 100_000):
        path.write_bytes(kept._sealed(len(index).to_bytes(4, "big") + index))
        with pytest.raises(BackupDamagedError):
            _unpack(path, Passphrase("a few words"), tmp_path)


def test_a_backup_that_names_a_part_twice_is_damaged(tmp_path: Path) -> None:
    part = ["private.db", 0, sha256(b"").digest()]
    index = encode([1, "Ada", "2026-09-21", bytes(32), [part, part]])
    path = tmp_path / "backup"
    path.write_bytes(kept._sealed(len(index).to_bytes(4, "big") + index))
    with pytest.raises(BackupDamagedError):
        _unpack(path, Passphrase("a few words"), tmp_path)


def test_an_unlock_that_no_computer_can_pay_for_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    class Costly:
        def __init__(self, **_: object) -> None:
            raise MemoryError

    monkeypatch.setattr(unlock, "Argon2id", Costly)
    with pytest.raises(UnlockNeededError) as caught:
        unlock.stretch(b"words", unlock.Cost(4_194_304, 64, 16), bytes(16))
    assert caught.value.next_step
    monkeypatch.undo()
    with pytest.raises(UnlockNeededError):
        # Fewer KiB than eight for each lane: the bounds of the file's fields alone allow it.
        unlock.stretch(b"words", unlock.Cost(64, 1, 16), bytes(16))


def test_words_withdrawn_before_another_history_came_leave_no_place_behind() -> None:
    """Of a device restored from a backup: its unsent rows make way, and those whose bodies were
    gone already stayed named in their entity, where another envelope stood later; the digest was
    another one until everything was folded anew."""
    steps = [
        ["act", 0], ["act", 1, 0],  # written and withdrawn, and never sent
        ["epoch", 0], event(0, EntryWritten("moment", "sent before", "2026-09-21", [], None)),
    ]  # fmt: skip
    admission.one(encode(steps))
