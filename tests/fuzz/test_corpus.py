"""Every input that the fuzzer's corpus keeps, and every seed: nothing but typed errors."""

from collections.abc import Iterator

import pytest

from inglenook_fuzz import kept, targets
from inglenook_fuzz.admission import loop
from inglenook_fuzz.target import Broken


@pytest.fixture(scope="module", autouse=True)
def _left_tidy() -> Iterator[None]:
    yield
    kept.tidy()
    loop().close()
    loop.cache_clear()


@pytest.mark.parametrize("name", targets.NAMES)
def test_a_kept_input_leads_to_nothing_untyped(name: str) -> None:
    target = targets.load(name)
    files = targets.kept_inputs(name)
    assert files, "the corpus of this target is empty"
    for path in files:
        try:
            target.one(path.read_bytes())
        except Exception as error:
            raise Broken(f"{path.name} of {name}") from error


@pytest.mark.parametrize("name", targets.NAMES)
def test_the_corpus_stays_small(name: str) -> None:
    sizes = [path.stat().st_size for path in targets.kept_inputs(name)]
    assert sum(sizes) <= 100_000
    assert max(sizes) <= targets.load(name).max_bytes
