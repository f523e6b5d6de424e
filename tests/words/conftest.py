"""What the tests of words share: the source, gathered once, and a language that nobody speaks."""

import pytest

from inglenook_client import language
from inglenook_harness.catalogues import template_of
from inglenook_harness.gathering import gather
from inglenook_harness.pseudo import pseudo_catalogue


@pytest.fixture(scope="session")
def gathered():
    return gather()


@pytest.fixture(scope="session")
def template(gathered):
    return template_of(gathered.texts)


@pytest.fixture(scope="session")
def nobodys(template, tmp_path_factory):
    """The path of the pseudo-language's catalogue: it can be spoken as it is."""
    return str(pseudo_catalogue(template, tmp_path_factory.mktemp("language") / "nobodys.po"))


@pytest.fixture(autouse=True)
def _english_again():
    yield
    language.speak(language.ENGLISH)
