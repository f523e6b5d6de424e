"""Leaving out what was said: by an edit, on both sides, also while apart."""

import pytest

from inglenook_client.core.practices.errors import ChoiceError, NothingNewError, NothingSaidError
from inglenook_client.journal.state import now
from inglenook_harness.living import tell
from inglenook_harness.paired import meet, open_journal
from inglenook_protocol.errors import LocalProtocolError

pytestmark = pytest.mark.long


@pytest.fixture
async def both(couple):
    async with await open_journal(couple[0]) as ana, await open_journal(couple[1]) as ben:
        yield ana, ben


async def test_what_was_left_out_is_gone_on_both_sides(both):
    ana, ben = both
    step = await ana.stepping.propose("Tea", "daily", enough="a cup", review="2026-12-01")
    ritual = await ana.tending.define_ritual("Coffee", "daily", text="by the window", at="07:30")
    activity = await ana.doing.imagine("A bird house", note="wood is there")
    keepsake = await ana.treasuring.pin("The blue cup", text="from Lisbon")
    need = await ana.needing.share((await tell(ana, "need", {"need": "Quiet", "why": "rest"})).id)
    talk = await ana.talking.propose("The winter", now().wall_ms, 20, note="no hurry")
    await ana.stepping.edit(step.id, without=["enough", "review"])
    await ana.tending.edit_ritual(ritual.id, without=["at", "words"])
    await ana.doing.edit(activity.id, without=["note"])
    await ana.treasuring.edit_keepsake(keepsake.id, without=["text"])
    await ana.needing.edit(need.id, None, without=["why"])
    await ana.talking.counter(talk.id, without=["note"])
    await meet(ana, ben)
    for journal in both:
        words = (await journal.stepping.show(step.id)).standing[-1]
        assert (words.what, words.enough, words.review) == ("Tea", "", None)
        shown = await journal.tending.show_ritual(ritual.id)
        assert (shown.name, shown.words, shown.at) == ("Coffee", "", None)
        assert (await journal.doing.show(activity.id)).note == ""
        assert (await journal.treasuring.show_keepsake(keepsake.id)).text == ""
        assert (await journal.needing.show(need.id)).why == ""
        assert (await journal.talking.show(talk.id)).note == ""
    with pytest.raises(NothingNewError):
        await ana.tending.edit_ritual(ritual.id, without=["at"])
    with pytest.raises(ChoiceError):
        await ana.tending.edit_ritual(ritual.id, without=["name"])


async def test_left_out_on_one_side_and_changed_on_the_other_both_stand(both):
    ana, ben = both
    ritual = await ana.tending.define_ritual("Coffee", "daily", at="07:30")
    await meet(ana, ben)
    await ana.tending.edit_ritual(ritual.id, without=["at"])
    await ben.tending.edit_ritual(ritual.id, at="08:00")
    await meet(ana, ben)
    for journal in both:
        shown = await journal.tending.show_ritual(ritual.id)
        assert {shown.at, *(other.at for other in shown.others)} == {None, "08:00"}
    assert (await ana.status()).spaces[1].digest == (await ben.status()).spaces[1].digest


async def test_of_ones_own_pages_and_entries_too(both):
    ana, _ = both
    inventory = await ana.inward.write_inventory(losses="evenings", feelings=["tired"])
    edited = await ana.inward.edit_inventory(inventory.id, ["feelings"])
    assert [part.name for part in edited.current.parts] == ["losses"]
    with pytest.raises(NothingSaidError):
        await ana.inward.edit_inventory(inventory.id, ["losses"])
    reflection = await ana.inward.write_reflection("Two tired people", own_part="I was first")
    edited = await ana.inward.edit_reflection(reflection.id, ["own_part"])
    assert [part.name for part in edited.current.parts] == ["happened"]
    draft = await tell(ana, "need", {"need": "Quiet", "why": "rest"})
    assert [p.name for p in (await ana.drafting.edit(draft.id, {}, ["why"])).parts] == ["need"]

    said = await ana.check_in(feelings=["calm"], energy=4, note="a walk", would_help="tea")
    for field in ("energy", "feelings", "text"):
        said = await ana.edit(said.id, without=[field])
    version = said.current
    assert (version.feelings, version.energy, version.note) == ([], None, "")
    assert version.would_help == "tea"
    with pytest.raises(LocalProtocolError):
        await ana.edit(said.id, without=["would_help"])
    thanks = await ana.appreciate("You made tea", effect="I was warm")
    assert (await ana.edit(thanks.id, without=["effect"])).current.effect == ""
    with pytest.raises(LocalProtocolError):
        await ana.edit(thanks.id, without=["text"])
    with pytest.raises(LocalProtocolError):
        await ana.edit(thanks.id, without=["tags"])


def test_the_commands_say_it_with_one_option(couple):
    ana, _ = couple
    step = ana("step", "propose", "Tea", "--every", "daily", "--enough", "a cup")["step"]["id"]
    edited = ana("step", "edit", step, "--without", "enough")["step"]
    assert edited["standing"][-1]["enough"] == ""
    ana("ritual", "new", "Coffee", "daily", "--at", "07:30", "--words", "by the window")
    ritual = ana("ritual", "edit", "coffee", "--without", "at", "--without", "words")["ritual"]
    assert (ritual["at"], ritual["words"]) == (None, "")
    activity = ana("activity", "idea", "A shelf", "--note", "of oak")["activity"]["id"]
    assert ana("activity", "edit", activity, "--without", "note")["activity"]["note"] == ""
    pinned = ana("keepsake", "pin", "The cup", "--text", "blue")["keepsake"]["id"]
    assert ana("keepsake", "edit", pinned, "--without", "text")["keepsake"]["text"] == ""
    talk = ana("talk", "propose", "Winter", "--at", "23:59", "--note", "a word")["conversation"]
    assert ana("talk", "counter", talk["id"], "--without", "note")["conversation"]["note"] == ""
    draft = ana("need", "state", "Quiet", "--why", "rest")["draft"]["id"]
    changed = ana("need", "state", "--change", draft, "--without", "why")["draft"]
    assert [part["name"] for part in changed["parts"]] == ["need"]
    ana("need", "state", "--change", draft, "--why", "rest")
    need = ana("share", draft, "--yes")["need"]["id"]
    assert ana("need", "edit", need, "--without", "why")["need"]["why"] == ""
    inventory = ana("inventory", "--lost", "evenings", "--feeling", "tired")["entry"]["id"]
    kept = ana("inventory", "--change", inventory, "--without", "feeling")["entry"]
    assert [part["name"] for part in kept["current"]["parts"]] == ["losses"]
    reflection = ana("reflect", "Two tired people", "--part", "mine")["entry"]["id"]
    kept = ana("reflect", "--change", reflection, "--without", "part")["entry"]
    assert [part["name"] for part in kept["current"]["parts"]] == ["happened"]
    entry = ana("check-in", "calm", "--energy", "4", "--private")["entry"]["id"]
    assert "energy" not in ana("edit", entry, "--without", "energy")["entry"]["current"]
    tagged = ana("write", "A walk", "--tag", "walks")["entry"]["id"]
    assert "tags" not in ana("edit", tagged, "--without", "tags")["entry"]["current"]
    both = ana.run("ritual", "edit", "coffee", "--at", "08:00", "--without", "at")
    assert (both.code, "not both" in both.err) == (2, True)
