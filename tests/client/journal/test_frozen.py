"""Profiles that older programs made open, fold, export and go on (SPEC 13.13; frozen/README.md)."""

import json
import shutil
from pathlib import Path

import pytest

from inglenook_client.store.rebuilding import FOLD_VERSION
from inglenook_harness.nook import Person
from inglenook_harness.paired import open_journal
from inglenook_protocol.kinds import EntryEditedV1, EntryWrittenV1

FROZEN = Path(__file__).with_name("frozen")
OLD = sorted(path.name for path in FROZEN.iterdir() if path.is_dir())


@pytest.fixture(params=OLD)
def old(request, tmp_path):
    """Ana, with a copy of a profile that an older program left, and what it showed."""
    folder = FROZEN / request.param
    ana = Person(tmp_path / "ana", "Ana")
    ana.home.mkdir(mode=0o700)
    for name in ("private.db", "shared.db", "unlock.json"):
        shutil.copy(folder / name, ana.home / name)
    shutil.copy(folder / "passphrase", ana.passphrase_file)
    return ana, json.loads((folder / "seen.json").read_text(encoding="utf-8"))


def lacks(new, old):
    """What an old document says that the new one does not say: newer ones may say more."""
    if isinstance(old, dict):
        return [
            f"{key}: {each}" if key in new else key
            for key, value in old.items()
            for each in (lacks(new[key], value) if key in new else [""])
        ]
    if isinstance(old, list):
        if len(new) != len(old):
            return [f"{len(new)} instead of {len(old)}"]
        return [each for one, other in zip(new, old, strict=True) for each in lacks(one, other)]
    return [] if new == old else [f"{new!r} instead of {old!r}"]


def digests(ana):
    return {space["kind"]: space["digest"] for space in ana("status")["spaces"]}


def test_two_older_versions_are_kept():
    assert len(OLD) >= 2


def test_a_profile_of_an_older_program_opens_and_shows_the_same(old):
    ana, seen = old
    assert not lacks(ana("timeline", "--days", "99"), seen["timeline"])
    assert digests(ana) == seen["digests"]
    hits = ana("search", "nobody hurried")["hits"]
    assert [hit["entry"]["edited"] for hit in hits] == [True]
    assert ana("today")["date"]
    assert ana("week")["invitations"]


async def test_what_lies_in_it_is_of_old_versions_and_is_folded_as_new(old):
    ana, _ = old
    async with await open_journal(ana) as journal:
        for store, _ in journal._state.stores():
            kept = await store._read(_kinds)
            assert {("entry.written", 1), ("entry.edited", 1)} <= kept
            assert not {kind for kind in kept if kind[1] != 1}
            version = await store._read(lambda conn, _: _setting(conn))
            assert version == FOLD_VERSION


def test_it_exports_and_goes_on_in_new_versions(old, tmp_path):
    ana, seen = old
    before = digests(ana)
    entry = next(
        entry
        for day in seen["timeline"]["days"]
        for entry in day["entries"]
        if entry["visibility"] == "shared" and entry["by"] == "me" and entry["edited"]
    )
    again = ana("edit", entry["id"], "We walked by the river, and nobody hurried home.")["entry"]
    texts = [words["text"] for words in again["history"]]
    assert texts == [*(w["text"] for w in entry["history"]), again["current"]["text"]]
    assert digests(ana)["private"] == before["private"]
    assert digests(ana)["shared"] != before["shared"]

    readable = tmp_path / "readable.jsonl"
    ana("export", str(readable), "--readable")
    lines = readable.read_text(encoding="utf-8")
    for words in ("nobody hurried home", "The heron was there again", "and why."):
        assert words in lines
    sealed = tmp_path / "sealed.export"
    assert ana("export", str(sealed))
    assert sealed.stat().st_size > 10_000


def _kinds(conn, state):
    from inglenook_client.core.opening import Opened, open_envelope
    from inglenook_client.store.envelopes import read_rows

    kinds = set()
    for log in state.log_by_number.values():
        member = state.book.device(log.device).member
        for branch in log.branches:
            for envelope in read_rows(conn, state, log, branch, 1, branch.head_seq):
                if envelope.is_key or envelope.body is None:
                    continue
                opened = open_envelope(state.space_id, member, envelope, state.held)
                assert isinstance(opened, Opened)
                assert opened.event.payload is not None
                assert not isinstance(opened.event.payload, EntryWrittenV1 | EntryEditedV1)
                kinds.add((opened.event.kind, opened.event.kind_version))
    return kinds


def _setting(conn):
    (value,) = conn.execute("SELECT value FROM setting WHERE name = 'fold_version'").fetchone()
    return int.from_bytes(value, "big")
