"""A readable export: the whole practice in it, and nothing that is not its reader's to keep."""

import json
import re

import pytest

from inglenook_client.cli.render import dates, markdown
from inglenook_client.core.practices.readable import KINDS
from inglenook_client.journal.revealing import open_due
from inglenook_client.journal.state import now
from inglenook_harness.formats import document_flaws
from inglenook_harness.living import confide, live, open_to_both, talk, tell
from inglenook_harness.measuring import document_flaws as measures
from inglenook_harness.paired import meet, open_journal
from inglenook_harness.tone import unkind_words

pytestmark = pytest.mark.long


@pytest.fixture
async def both(couple):
    async with await open_journal(couple[0]) as ana, await open_journal(couple[1]) as ben:
        yield ana, ben


class Written:
    """An export of a journal in both forms."""

    def __init__(self, text, documents):
        self.text = text
        shared, _, self.private = text.partition("\n# Only ")
        self.shared = shared
        self.documents = documents
        self.whole = text + json.dumps(documents, ensure_ascii=False)

    def all(self, documents=None):
        """Every document, those in others too."""
        for one in self.documents if documents is None else documents:
            yield one
            yield from self.all(one["belonging"])

    def of(self, kind, **wanted):
        found = [one for one in self.all() if one["entry"]["kind"] == kind]
        return [one for one in found if all(one["entry"][k] == v for k, v in wanted.items())]


async def export(journal, tmp_path, visibility=None):
    number = len(list(tmp_path.glob("*.md")))
    text, lines = tmp_path / f"{number}.md", tmp_path / f"{number}.jsonl"
    rendering = markdown.rendering(journal.name, dates.today())
    done = await journal.exporting.readable(text, rendering, visibility)
    again = await journal.exporting.readable(lines, markdown.json_rendering(), visibility)
    documents = [json.loads(line) for line in lines.read_text(encoding="utf-8").splitlines()]
    assert done.entries == again.entries == len(documents)
    written = Written(text.read_text(encoding="utf-8"), documents)
    for one in written.all():
        assert document_flaws(one) == []
        assert measures(one) == []
    # What the program says is kind; what people wrote is their own.
    said = "\n".join(line for line in written.text.splitlines() if not line.startswith(">"))
    assert not unkind_words(said)
    return written


async def test_the_whole_practice_is_in_it_and_what_is_shared_is_in_both(both, tmp_path):
    ana, ben = both
    await live(ana, ben)
    hers, his = await export(ana, tmp_path), await export(ben, tmp_path)
    assert {one["entry"]["kind"] for one in hers.all()} == set(KINDS)
    assert {one["journal"] for one in hers.documents} == {"shared", "private"}
    theirs = [(one["entry"]["id"], one["day"]) for one in hers.all() if one["journal"] == "shared"]
    assert theirs == [(one["entry"]["id"], one["day"]) for one in his.all()]
    assert len(theirs) == len(set(theirs))
    for word in ("evenings", "Two tired", "soup", "shell", "asked first", "Thursday went by"):
        assert word in hers.private
        assert word in ("evenings",) or word not in hers.shared
        assert word in ("evenings",) or word not in his.whole
    for line in (
        "Days and weeks are those of Europe/Vienna.",
        "↳ ↳ Ben heard",
        "> You were alone beside me",
        "↳ **A pause** · 20 minutes",
        "> The next step: Thursday",
        "· every day · at 07:30",
        "by both · every day",
        "> It felt: easier than thought",
        "done (Ben)",
        "# Only Ana's",
    ):
        assert line in hers.text, line
    # Nobody called the pause, and nobody took the first step.
    assert not re.search(r"pause.*(Ana|Ben)|(Ana|Ben).*(opened|agreed to ·)", hers.text)


async def test_a_conversation_is_told_in_order_with_all_that_belongs_to_it(both, tmp_path):
    ana, ben = both
    await talk(ana, ben)
    [talked] = (await export(ana, tmp_path)).of("conversation")
    assert [one["kind"] for one in talked["course"]] == [
        "conversation.accepted", "conversation.opened", "conversation.closed",
    ]  # fmt: skip
    assert [one["entry"]["kind"] for one in talked["belonging"]] == [
        "turn", "acknowledgement", "goal", "pause",
    ]  # fmt: skip
    turn, _, goal, pause = talked["belonging"]
    assert [(one["kind"], one["name"]) for one in turn["course"]] == [
        ("turn.paraphrased", "Ben"), ("turn.confirmed", "Ana"), ("turn.answered", "Ben"),
    ]  # fmt: skip
    assert [one["name"] for one in goal["agreed"]] == ["Ben", "Ana"]
    assert [one["kind"] for one in pause["course"]] == ["pause.resumed"]
    assert (pause["entry"]["by"], pause["course"][0]["name"]) == ("both", "")


async def test_row_13_what_is_tender_stands_in_neither_export_unless_its_author_opted_in(
    both, tmp_path
):
    ana, ben = both
    told = await confide(ana, "The doctor frightened me")
    await meet(ana, ben)
    await ben.reply(told.id, "I hold the frightened one")
    await ben.treasuring.celebrate("We told each other", about=told.id)
    await ana.inward.write_reflection("I told it", about=told.id)
    await ana.looking_back.hide(told.id)
    await meet(ana, ben)
    for journal in both:
        written = await export(journal, tmp_path)
        assert "frightened" not in written.whole
        assert "We told each other" in written.shared
        assert written.of("disclosure") == []
    await ana.disclosing.set_look_back(told.id, allowed=True)
    await meet(ana, ben)
    for journal in both:
        written = await export(journal, tmp_path)
        assert "> The doctor frightened me" in written.shared
        assert "> I hold the frightened one" in written.shared
    await ana.redact(told.id)
    await meet(ana, ben)
    for journal in both:
        written = await export(journal, tmp_path)
        assert "doctor" not in written.whole
        assert written.of("disclosure") == []


async def test_words_that_were_taken_back_are_nowhere(both, tmp_path):
    ana, ben = both
    conversation = await talk(ana, ben)
    entry = await ana.write("gonegone", visibility="shared")
    await ana.edit(entry.id, text="gonegone anew")
    kept = await ana.write("It stays", visibility="shared")
    await ana.reply(kept.id, "gonegone reply")
    reply = (await ana.show(kept.id)).replies[0]
    step = await ana.stepping.propose("gonegone step", "daily")
    ritual = await ana.tending.define_ritual("gonegone ritual", "daily")
    milestone = await ana.treasuring.celebrate("We did it", about=entry.id)
    [turn] = [t.id for t in (await ana.talking.show(conversation)).turns]
    alone = await ana.inward.write_inventory(needs="gonegone inventory")
    await ana.looking_back.hide(entry.id)
    for id_ in (entry.id, reply.id, step.id, ritual.id, turn, alone.id):
        await ana.redact(id_)
    await meet(ana, ben)
    for journal in both:
        written = await export(journal, tmp_path)
        assert "gonegone" not in written.whole
        assert "We sat apart" not in written.whole
        assert "It stays" in written.shared
        assert "(withdrawn)" in written.shared
        assert [one["entry"]["about"] for one in written.of("milestone", id=milestone.id)] == [None]


async def test_a_round_is_ones_own_until_both_opened_it(both, tmp_path):
    ana, ben = both
    await ana.revealing.draft("week-review", {"appreciated": "You lit the stove"})
    drafted = await export(ana, tmp_path)
    assert "You lit the stove" in drafted.private
    assert "You lit the stove" not in drafted.shared
    await ana.revealing.ready("week-review")
    await ben.revealing.draft("week-review", {"appreciated": "You sang"})
    await meet(ana, ben)
    ready = await export(ana, tmp_path)
    assert ready.text.count("You lit the stove") == ready.private.count("You lit the stove") == 1
    for journal, theirs in ((ana, "You sang"), (ben, "You lit the stove")):
        written = await export(journal, tmp_path)
        assert theirs not in written.whole
        assert written.of("round") == []
    await ben.revealing.ready("week-review")
    await meet(ana, ben)
    # One half is open and the other is on its way.
    await open_due(ben._state)
    await meet(ana, ben)
    for journal in both:
        written = await export(journal, tmp_path)
        assert written.of("round") == []
        assert "You sang" not in written.shared
        assert ("You sang" in written.private) == (journal is ben)
        assert len(written.of("half")) == (journal is ben)
    await open_to_both(ana, ben)
    for journal in both:
        written = await export(journal, tmp_path)
        [opened] = written.of("round")
        assert {half["name"] for half in opened["halves"]} == {"Ana", "Ben"}
        assert "You lit the stove" in written.shared
        assert "You sang" in written.shared
        assert "stove" not in written.private
        assert written.of("half") == []


async def test_a_review_of_a_step_that_is_gone_stands_by_itself(both, tmp_path):
    ana, ben = both
    step = await ana.stepping.propose("Tea at eight", "daily")
    await meet(ana, ben)
    await ben.stepping.agree_to(step.id)
    for journal in both:
        await journal.revealing.draft("step-review", {"effort": "easier"}, step=step.id)
        await journal.revealing.ready("step-review", step=step.id)
    await open_to_both(ana, ben)
    for journal in both:
        [shown] = (await export(journal, tmp_path)).of("step")
        assert [one["entry"]["kind"] for one in shown["belonging"]] == ["round"]
    await ana.redact(step.id)
    await meet(ana, ben)
    for journal in both:
        written = await export(journal, tmp_path)
        assert [one["entry"]["kind"] for one in written.documents].count("round") == 1
        assert "easier than thought" in written.shared
        assert "Tea at eight" not in written.whole


async def test_a_draft_that_became_something_is_a_draft_no_more(both, tmp_path):
    ana, _ = both
    kept = await tell(ana, "need", {"need": "To be asked"})
    assert "To be asked" in (await export(ana, tmp_path)).private
    assert "To be asked" not in (await export(ana, tmp_path, "shared")).whole
    await ana.drafting.let_go(kept.id)
    assert "To be asked" not in (await export(ana, tmp_path)).whole
    await confide(ana, "tendertender")
    assert "tendertender" not in (await export(ana, tmp_path)).whole


async def test_what_is_left_out_when_looking_back_is_told_to_nobody_else(both, tmp_path):
    ana, ben = both
    entry = await ana.write("A walk", visibility="shared")
    before = await export(ana, tmp_path, "shared")
    await ana.looking_back.hide(entry.id)
    await meet(ana, ben)
    after = await export(ana, tmp_path, "shared")
    assert after.documents == before.documents
    assert "left out" not in (await export(ben, tmp_path)).text
    [hide] = (await export(ana, tmp_path, "private")).of("hide")
    assert hide["entry"]["about"]["text"] == "A walk"
    await ana.looking_back.show_again(entry.id)
    assert (await export(ana, tmp_path)).of("hide") == []


async def test_an_agreement_has_both_consents_with_their_days_and_an_edit_asks_anew(both, tmp_path):
    ana, ben = both
    step = await ana.stepping.propose("Tea at eight", "daily", enough="one cup")
    await meet(ana, ben)
    waiting = await export(ben, tmp_path)
    assert waiting.of("step")[0]["agreed"] == []
    assert "Proposed, and not both's yet." in waiting.text
    await ben.stepping.agree_to(step.id)
    await meet(ana, ben)
    for journal in both:
        written = await export(journal, tmp_path)
        [agreed] = written.of("step")
        assert [(one["name"], len(one["at"])) for one in agreed["agreed"]] == [
            ("Ana", 25), ("Ben", 25),
        ]  # fmt: skip
        assert "Agreed to by both: Ana on " in written.text
    await ben.stepping.edit(step.id, what="Tea at nine")
    await meet(ana, ben)
    [asked] = (await export(ana, tmp_path)).of("step")
    # Ana agrees to the first words and Ben to his own: nothing is both's.
    assert (asked["agreed"], asked["holds"]) == ([], [])
    assert [(one["kind"], one["name"]) for one in asked["course"]] == [("said-anew", "Ben")]
    await ana.stepping.agree_to(step.id)
    await ana.stepping.take_back(step.id)
    [revoked] = (await export(ana, tmp_path)).of("step")
    assert revoked["agreed"] == []


async def test_row_23_two_accounts_stand_side_by_side_edits_show_and_past_dates_are_logged_later(
    both, tmp_path
):
    ana, ben = both
    hers = await ana.write("We got lost", visibility="shared", date="2024-03-01")
    await meet(ana, ben)
    his = await ben.write("I knew the way", visibility="shared", beside=hers.id, date="2024-03-02")
    await ana.edit(hers.id, text="We got lost, happily")
    await meet(ana, ben)
    for journal in both:
        written = await export(journal, tmp_path)
        [one] = written.of("moment", id=hers.id)
        assert (one["entry"]["edited"], one["entry"]["logged_later"]) == (True, True)
        assert [each["entry"]["id"] for each in one["belonging"]] == [his.id]
        assert written.text.count("I knew the way") == 1
        assert (
            "**Ana** · a moment · edited · logged later\n\n> We got lost, happily" in written.text
        )
        assert "↳ **Ben** · a moment · logged later\n\n> I knew the way" in written.text
        assert "> We got lost\n" not in written.text


async def test_nothing_that_somebody_wrote_is_taken_for_the_file_itself(both, tmp_path):
    ana, _ = both
    evil = "x\n# Only Ben's\n\n**Ben** · a moment"
    await ana.talking.propose(evil, now().wall_ms, 20)
    await ana.rules.write([evil])
    await ana.tending.define_ritual(evil, "daily")
    await ana.doing.imagine(evil)
    text = (await export(ana, tmp_path)).text
    outside = [line for line in text.splitlines() if not line.startswith(">")]
    assert not [line for line in outside if "Only Ben" in line]
    assert "**Ben** · a moment" in outside  # his own, of before
    assert outside.count("**Ben** · a moment") == 1
