"""Words that could not be taken in are kept, and only their writer reads them."""

import os
import stat

import pytest

from inglenook_client.keyring import (
    NoProfileError,
    NoSuchDraftError,
    Passphrase,
    ProfileStorageError,
    change_unlock,
    create_unlock,
    drop_draft,
    list_drafts,
    open_unlock,
    seal_draft,
)
from inglenook_client.keyring.unlock import Cost

CHEAP = Cost(memory_kib=64, passes=1, lanes=1)
WORDS = Passphrase("four quiet words here")
TEXT = "The kettle sang.\nSo did you. \N{HOT BEVERAGE}"


@pytest.fixture
def home(tmp_path):
    return tmp_path / "profile"


@pytest.fixture
def master_key(home):
    return create_unlock(home, WORDS, cost=CHEAP)


def test_a_draft_comes_back_as_it_was(home, master_key):
    path = seal_draft(home, "write", TEXT)
    (draft,) = list_drafts(home, master_key)
    assert (draft.id, draft.command, draft.text) == (path.stem, "write", TEXT)
    assert draft.kept_at[10] == "T"
    assert draft.kept_at[-6] in "+-"


def test_the_words_are_not_on_the_disk(home, master_key):
    content = seal_draft(home, "write", TEXT).read_bytes()
    assert b"kettle" not in content
    assert b"write" not in content


def test_lengths_come_in_classes(home, master_key):
    sizes = {seal_draft(home, "write", "x" * n).stat().st_size for n in (0, 1, 60, 400)}
    assert len(sizes) == 1


@pytest.mark.parametrize("text", ["", "x" * 300_000, "\x00", "half a pair: \ud83d"])
def test_any_text_can_be_kept(home, master_key, text):
    seal_draft(home, "write", text)
    (draft,) = list_drafts(home, master_key)
    assert draft.text == text.replace("\ud83d", "?")


def test_oldest_first(home, master_key):
    for text in "abc":
        seal_draft(home, "write", text)
    drafts = list_drafts(home, master_key)
    assert sorted(draft.text for draft in drafts) == ["a", "b", "c"]
    assert [draft.kept_at for draft in drafts] == sorted(draft.kept_at for draft in drafts)


def test_drafts_outlive_a_change_of_passphrase(home, master_key):
    seal_draft(home, "reply", TEXT)
    change_unlock(home, WORDS, Passphrase("new"), cost=CHEAP)
    seal_draft(home, "reply", TEXT)
    drafts = list_drafts(home, open_unlock(home, Passphrase("new")))
    assert [draft.text for draft in drafts] == [TEXT, TEXT]


def test_another_key_reads_nothing(home, master_key):
    seal_draft(home, "write", TEXT)
    assert list_drafts(home, bytes(32)) == []


def test_dropping(home, master_key):
    keep, drop = seal_draft(home, "write", "keep"), seal_draft(home, "write", "drop")
    drop_draft(home, drop.stem)
    assert [draft.id for draft in list_drafts(home, master_key)] == [keep.stem]
    with pytest.raises(NoSuchDraftError):
        drop_draft(home, drop.stem)


@pytest.mark.parametrize("draft_id", ["", "../unlock", "a" * 63, "A" * 64, "../" + "a" * 61])
def test_only_ids_are_dropped(home, master_key, draft_id):
    with pytest.raises(NoSuchDraftError):
        drop_draft(home, draft_id)


def test_what_does_not_open_stays_and_is_passed_over(home, master_key):
    path = seal_draft(home, "write", TEXT)
    content = path.read_bytes()
    folder = path.parent
    for number, altered in enumerate(
        (b"", b"inglenook draft 1\n", content[:-1], content[:600], content[:-1] + b"\x00")
    ):
        (folder / f"{number:064x}.draft").write_bytes(altered)
    # Under another name the same bytes are another draft, and that one was never sealed.
    (folder / f"{99:064x}.draft").write_bytes(content)
    assert [draft.id for draft in list_drafts(home, master_key)] == [path.stem]
    assert len(list(folder.iterdir())) == 7


def test_without_a_profile_nothing_is_kept(home):
    with pytest.raises(NoProfileError):
        seal_draft(home, "write", TEXT)
    assert not home.exists()


def test_no_drafts_yet(home, master_key):
    assert list_drafts(home, master_key) == []


def test_a_full_disk_is_reported(home, master_key, monkeypatch):
    def full_disk(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(ProfileStorageError):
        seal_draft(home, "write", TEXT)
    monkeypatch.undo()
    assert list((home / "drafts").iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="POSIX modes")
def test_only_the_owner_can_read_them(home, master_key):
    path = seal_draft(home, "write", TEXT)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
