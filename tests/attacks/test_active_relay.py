"""A real relay, real clients, and somebody in between who lies; `make attacks` prints the table.

Each attack is detected and named, or harmless; and once the relay is honest again, both sides
come to the same and nothing stays odd (``inglenook_attacks.registry.carry_out``).
"""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-incomplete-defs

import pytest

from inglenook_attacks.everything import ATTACKS
from inglenook_attacks.registry import carry_out
from inglenook_attacks.scene import Scenes
from inglenook_harness.tone import unkind_words


@pytest.fixture(scope="module")
def scenes(tmp_path_factory):
    made = Scenes(tmp_path_factory.mktemp("scenes"))
    yield made
    made.close()


def each(quick):
    """Those that need a scene of their own come last: the others share one."""
    names = [name for name, attack in ATTACKS.items() if attack.quick is quick]
    return sorted(names, key=lambda name: (ATTACKS[name].fresh, name))


def check(scenes, name):
    seen = carry_out(ATTACKS[name], scenes.get())
    assert not unkind_words(seen.reads)
    assert len(seen.reads) > (20 if ATTACKS[name].noticed else 0)


@pytest.mark.parametrize("name", each(quick=True))
def test_is_noticed_and_overcome(scenes, name):
    check(scenes, name)


@pytest.mark.long
@pytest.mark.parametrize("name", each(quick=False))
def test_is_noticed_and_overcome_too(scenes, name):
    check(scenes, name)
