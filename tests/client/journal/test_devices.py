"""A second computer of one's own, over a real relay process (SPEC 16.6, 17.5 to 17.7)."""

from inglenook_harness.linked import link_computer
from inglenook_harness.paired import shared


def private(person):
    return next(s for s in person("status")["spaces"] if s["kind"] == "private")


def sync_all(*people, rounds=2):
    for _ in range(rounds):
        for person in people:
            person("sync")


def test_both_journals_come_along_and_go_on(couple, relay, tmp_path):
    ana, ben = couple
    ana("write", "only for me")
    laptop = link_computer(ana, tmp_path / "laptop", private=relay.url)
    assert laptop.digest() == ana.digest()
    assert private(laptop)["digest"] == private(ana)["digest"]
    assert set(laptop.texts()) == set(ana.texts())
    laptop("write", "from the laptop", "--share")
    laptop("write", "for me, from the laptop")
    sync_all(laptop, ben, ana)
    assert {"from the laptop", "for me, from the laptop"} < set(ana.texts())
    assert ana.digest() == ben.digest() == laptop.digest()
    assert private(ana)["digest"] == private(laptop)["digest"]
    assert shared(ben)["notices"] == []
    assert "only for me" not in str(ben.seen)
