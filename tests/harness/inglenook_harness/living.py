"""Two open journals, and something of every practice in them: ``await live(ana, ben)``.

The two hand each other what they share without a relay (``paired.meet``).
"""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-incomplete-defs

from inglenook_client.journal.revealing import open_due
from inglenook_client.journal.state import now
from inglenook_harness.paired import meet


async def tell(journal, practice, answers, about=None):
    return await journal.drafting.keep(practice, answers, about)


async def confide(journal, text, **more):
    draft = await journal.disclosing.draft(text, "comfort", **more)
    return await journal.disclosing.share(draft.id)


async def review(journal, practice, answers, **more):
    await journal.revealing.draft(practice, answers, **more)
    await journal.revealing.ready(practice, **more)


async def open_to_both(ana, ben):
    await meet(ana, ben)
    for journal in (ana, ben):
        await open_due(journal._state)
    await meet(ana, ben)


async def talk(ana, ben, about=None):
    """A conversation from its proposal to its end; the entity's id."""
    view = await ana.talking.propose("Our evenings", now().wall_ms, 30, note="no hurry")
    await meet(ana, ben)
    await ben.talking.accept()
    await meet(ana, ben)
    await ana.talking.open()
    draft = await ana.talking.draft({"observation": "We sat apart", "feeling": "alone"})
    await ana.talking.share(draft.id)
    await meet(ana, ben)
    await ben.talking.hear("You were alone beside me")
    await meet(ana, ben)
    await ana.talking.confirm()
    await meet(ana, ben)
    await ben.talking.answer("I was tired")
    await ben.talking.acknowledge("The phone came first")
    goal = await ben.goals.name("One evening without phones", conversation=view.id)
    await ben.pausing.call(20, plan="after tea", conversation=view.id)
    await ben.pausing.resume()
    await meet(ana, ben)
    await ana.goals.agree_to(goal.id)
    await ana.talking.close(thanks="You listened", next_step="Thursday", settled=True)
    await meet(ana, ben)
    return view.id


async def live(ana, ben):
    """Something of every kind."""
    await ana.revealing.set_zone("Europe/Vienna")
    await ana.write("A sign that it goes well", visibility="shared", form="progress")
    await ben.appreciate("You made tea", effect="I was warm")
    await ben.check_in(feelings=["calm"], energy=4)
    await talk(ana, ben)
    await ana.rules.write(["We let each other finish"])
    await ana.looking_back.propose(["journal"])
    await ana.treasuring.write_commitment("We come back to each other")
    draft = await tell(ana, "need", {"need": "A quiet hour", "why": "I find my feet"})
    need = await ana.needing.share(draft.id)
    step = await ana.stepping.propose("Tea at eight", "daily", enough="half an hour", need=need.id)
    await meet(ana, ben)
    await ben.rules.agree_to()
    await ben.looking_back.agree_to()
    await ben.treasuring.agree_to()
    await ben.needing.hear("An hour of silence")
    await ben.stepping.agree_to(step.id)
    await ben.tending.define_ritual("Coffee", "daily", at="07:30")
    await ben.tending.keep_ritual("coffee", note="with cinnamon")
    await ben.tending.plan_couple_time(now().wall_ms - 60_000, 90, boundary="We are out")
    await ben.tending.keep_couple_time(note="the small place")
    await ben.tending.park("The dentist")
    await ben.tending.offer("A hard day")
    await ben.tending.note_affection("in the hall")
    activity = await ben.doing.imagine("A bird house", note="wood is there")
    await ben.doing.done(activity.id, memory="A crooked roof")
    await ben.treasuring.celebrate("We came back to each other")
    await ben.treasuring.pin("The blue cup", form="symbol")
    await confide(ben, "I was afraid of the winter", look_back=True)
    await meet(ana, ben)
    for journal in (ana, ben):
        await review(journal, "week-review", {"appreciated": f"what {journal.name} did"})
        await review(journal, "step-review", {"effort": "easier", "wish": "keep"}, step=step.id)
    await open_to_both(ana, ben)
    await ana.inward.write_inventory(losses="the evenings", feelings=["tired"])
    await ana.inward.write_reflection("Two tired people", own_part="I was first")
    await ana.inward.note_idea("His soup")
    await ana.treasuring.pin("A shell", visibility="private")
    await tell(ana, "need", {"need": "To be asked first"})
    await ana.looking_back.hide(activity.id)
    await review(ana, "setback", {"happened": "Thursday went by"})
    await meet(ana, ben)
