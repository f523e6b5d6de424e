"""Two people who are paired once, and handed out as copies: pairing takes long."""

import asyncio
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from inglenook_client.journal.state import RELAY_ORIGIN
from inglenook_harness.nook import Person
from inglenook_harness.paired import open_journal, pair_people
from inglenook_harness.relay import RelayProcess


class Once(NamedTuple):
    """What all copies are made of. No relay runs."""

    folder: Path
    token: str
    phrase: list[str]
    other_phrase: list[str]


@pytest.fixture(scope="session")
def paired_once(tmp_path_factory):
    """Ana and Ben, who hold the same: two entries of hers, one of his."""
    folder = tmp_path_factory.mktemp("couple")
    with RelayProcess(folder / "relay") as relay:
        ana, ben = pair_people(folder, relay.url, relay.token)
        ana("write", "a walk by the river", "--share")
        ana("write", "a tender word", "--share")
        ben("write", "and a bridge", "--share")
        for person in (ana, ben, ana):
            person("sync")
        relay.stop()
    return Once(folder, relay.token, ana.phrase, ben.phrase)


@pytest.fixture
def couple(paired_once, tmp_path):
    """Copies of the two. Their relay is not there."""
    people = []
    for name in ("Ana", "Ben"):
        person = Person(tmp_path / name.lower(), name)
        shutil.copytree(paired_once.folder / name.lower() / "home", person.home)
        people.append(person)
    people[0].phrase = paired_once.phrase
    people[1].phrase = paired_once.other_phrase
    return people


@pytest.fixture
def relay(paired_once, couple, tmp_path):
    """A copy of their relay, which they know where to find."""
    shutil.copytree(paired_once.folder / "relay", tmp_path / "relay")
    with RelayProcess(tmp_path / "relay") as relay:
        relay.token = paired_once.token
        asyncio.run(_find(couple, relay.url))
        yield relay


async def _find(people, url):
    for person in people:
        async with await open_journal(person) as journal:
            # Not a move: it is the relay that they settled with, all of it.
            await journal._state.set({RELAY_ORIGIN: url.encode()})
