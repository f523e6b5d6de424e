"""Two people live one month, by ``nook`` commands alone, offline and online in turn.

    played = play(folder, relay, say=print)      # every command in a process of its own
    played.commands, played.digests, played.weeks

The clock of each command is moved to its day and hour, so that days, weeks and rhythms go by. The
relay is a real one, away for some of the days.
"""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-incomplete-defs

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from inglenook_harness.clocks import run_at
from inglenook_harness.formats import document_flaws
from inglenook_harness.paired import pair_people

WEEKS = 4
OFFLINE = 7
"""What ``nook sync`` ends with when the relay can't be reached."""


@dataclass
class Played:
    """How a month came out."""

    commands: int = 0
    kinds: set[str] = field(default_factory=set)
    """Which commands were used: the first two words of each."""
    digests: dict[str, str] = field(default_factory=dict)
    waiting: dict[str, int] = field(default_factory=dict)
    weeks: dict[str, str] = field(default_factory=dict)
    """By person: the last week as a person reads it."""
    week_documents: dict[str, Any] = field(default_factory=dict)
    looks_back: dict[str, str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    """All that was printed for people."""


class Month:
    """The stage: whose turn it is, and when."""

    def __init__(self, folder, relay, say):
        self.relay = relay
        self.say = say
        self.played = Played()
        self.people = pair_people(folder, relay.url, relay.token)
        # The first Monday to come, so that weeks are whole.
        now = datetime.now().astimezone()
        monday = now + timedelta(days=7 - now.weekday())
        self._begins = monday.replace(hour=0, minute=0, second=0, microsecond=0)
        self._now = now
        self.moment = self._begins

    def at(self, week, weekday, clock):
        """Go on to a weekday (0 is Monday) of a week (0 is the first)."""
        hour, minute = map(int, clock.split(":"))
        moment = self._begins + timedelta(days=7 * week + weekday, hours=hour, minutes=minute)
        if moment < self.moment:
            raise ValueError(f"{moment} is before {self.moment}")
        self.moment = moment
        self.say(f"\n{moment:%A %d %B, %H:%M}")

    def day(self, ahead=0):
        return (self.moment + timedelta(days=ahead)).date().isoformat()

    def run(self, person, *arguments):
        """One command, at this moment; what it ended with."""
        ahead = int((self.moment - self._now).total_seconds())
        self.moment += timedelta(minutes=1)
        self.played.commands += 1
        self.played.kinds.add(" ".join(a for a in arguments[:2] if a.replace("-", "").isalpha()))
        shown = " ".join(f'"{a}"' if " " in a else a for a in arguments if a != "--json")
        self.say(f"  {person.name}: nook {shown}")
        return run_at(person, ahead, *arguments)

    def do(self, person, *arguments):
        """A command that must succeed; its document."""
        ended = self.run(person, *arguments, "--json")
        if ended.code:
            raise AssertionError(f"nook {' '.join(arguments)} ended with {ended.code}: {ended.err}")
        document = json.loads(ended.out)
        if flaws := document_flaws(document):
            raise AssertionError(f"nook {' '.join(arguments)}: {flaws}")
        return document

    def shown(self, person, *arguments):
        """What a person reads."""
        ended = self.run(person, *arguments)
        if ended.code:
            raise AssertionError(f"nook {' '.join(arguments)} ended with {ended.code}: {ended.err}")
        self.played.said.append(ended.out)
        return ended.out

    def meet(self):
        """Both sync, and the first once more: each has what the other wrote."""
        ana, ben = self.people
        for person in (ana, ben, ana):
            self.do(person, "sync")


def ident(document):
    """The id of what a command made, wherever its document has it."""
    for value in document.values():
        if isinstance(value, dict) and "id" in value:
            return value["id"]
    return document["id"]


def spoken(document):
    """The turn that was said last in a conversation."""
    return document["conversation"]["turns"][-1]["id"]


def play(folder, relay, say=lambda line: None):
    """The month."""
    month = Month(folder, relay, say)
    for week in (_first_week, _second_week, _third_week, _fourth_week):
        week(month, *month.people)
    played = month.played
    for person in month.people:
        spaces = month.do(person, "status")["spaces"]
        shared = next(space for space in spaces if space["kind"] == "shared")
        played.digests[person.name] = shared["digest"]
        played.waiting[person.name] = shared["waiting"]
        played.weeks[person.name] = month.shown(person, "week")
        played.week_documents[person.name] = month.do(person, "week")
        played.looks_back[person.name] = month.shown(person, "look-back")
    for person in month.people:
        say(f"\nThe week, as {person.name} reads it\n{played.weeks[person.name]}")
        say(f"{person.name}: {played.digests[person.name]}")
    return played


def _first_week(m, ana, ben):
    m.at(0, 0, "19:00")
    m.do(ana, "zone", "Europe/Vienna")
    m.do(ana, "write", "--share", "--tag", "walk", "We walked along the river. Neither hurried.")
    m.do(ana, "inventory", "--lost", "our evenings", "--feeling", "tired", "--needs", "quiet",
         "--curious", "what Ben looks forward to")  # fmt: skip
    m.meet()
    m.at(0, 0, "21:00")
    m.do(ben, "check-in", "calm", "--energy", "4")
    m.do(ben, "thank", "You asked how the day was", "--did", "I felt seen")
    m.do(ben, "rules", "write", "No interrupting", "One example at a time", "Either may pause")
    coffee = ident(m.do(ana, "ritual", "new", "Coffee", "daily", "--at", "07:30"))
    m.do(ana, "look-back", "propose", "journal", "kindness", "milestone")
    m.meet()
    m.at(0, 1, "07:40")
    m.do(ana, "ritual", "kept", coffee, "by the window")
    m.do(ana, "rules", "agree")
    m.do(ben, "look-back", "agree")
    m.do(ben, "ritual", "kept", coffee)
    m.do(ben, "park", "The dentist for Mia")
    m.at(0, 2, "20:00")
    m.do(ben, "affection", "a long hug in the hall")
    m.do(ana, "check-in", "hopeful", "--energy", "3", "--helps", "a slow morning")
    m.do(ana, "kindness", "idea", "his grandmother's soup")
    talk = ident(m.do(ana, "talk", "propose", "Our evenings", "--at", "fri 19:30", "--for", "30"))
    m.meet()
    m.at(0, 3, "12:00")
    m.do(ben, "talk", "accept", talk)
    m.do(ben, "time", "plan", "sat", "20:00", "--boundary", "We are out until ten",
         "--fallback", "a walk around the house")  # fmt: skip
    m.meet()
    m.at(0, 4, "19:30")
    m.do(ana, "talk", "open", talk)
    draft = ident(m.do(ana, "talk", "say", "On Tuesday we both sat with our phones",
                       "--feel", "lonely", "--wish", "one evening without them"))  # fmt: skip
    turn = spoken(m.do(ana, "share", draft, "--yes"))
    m.meet()
    m.do(ben, "talk", "hear", turn, "You were lonely beside me on Tuesday")
    m.meet()
    m.do(ana, "talk", "confirm", turn)
    m.meet()
    m.do(ben, "talk", "validate", turn, "I can see that")
    m.do(ben, "talk", "answer", turn, "I was tired, and I would like that evening too")
    m.do(ben, "talk", "point", "The phones came first for me as well")
    goal = ident(m.do(ben, "talk", "goal", "One evening a week without phones"))
    m.meet()
    m.do(ana, "talk", "agree", goal)
    m.do(ana, "talk", "close", talk, "--thanks", "that you listened", "--next", "Thursday evening",
         "--settled")  # fmt: skip
    m.meet()
    m.at(0, 5, "22:30")
    m.do(ben, "time", "kept", "the small Italian place")
    m.at(0, 6, "18:00")
    m.do(ana, "review", "write", "You heard me on Friday", "--helped", "the rules")
    m.do(ana, "review", "ready")
    m.do(ben, "review", "write", "You asked for an evening", "--hindered", "late shifts")
    m.do(ben, "review", "ready")
    m.meet()
    m.do(ben, "sync")
    m.shown(ana, "review")
    m.shown(ben, "week")


def _second_week(m, ana, ben):
    """The relay is away: both write, partly about the same."""
    m.relay.stop()
    m.at(1, 0, "20:00")
    ended = m.run(ana, "sync")
    if ended.code != OFFLINE:
        raise AssertionError(f"without a relay, sync ended with {ended.code}")
    need = ident(m.do(ana, "need", "state", "Quiet before talking", "--why", "I arrive slowly"))
    m.do(ana, "share", need, "--yes")
    m.do(ana, "word", "Hard day. Thinking of you.")
    idea = ident(m.do(ben, "activity", "idea", "Build the bird house", "--note", "wood is there"))
    m.do(ben, "activity", "plan", idea, "sat", "--at", "10:00", "--together", "Ana paints")
    m.at(1, 1, "21:10")
    m.do(ana, "pause", "20", "--plan", "tea first")
    m.do(ben, "pause", "10")
    m.shown(ben, "pause", "show")
    m.do(ana, "reflect", "Two tired people spoke at once", "--part", "I did not ask first")
    m.do(ben, "rules", "write", "No interrupting", "One example at a time", "Either may pause",
         "No phones")  # fmt: skip
    m.do(ana, "rules", "write", "No interrupting", "One example at a time", "Tea first")
    m.at(1, 3, "20:30")
    mine = ident(m.do(ben, "write", "--share", "The bird house plan lies on the table."))
    m.do(ben, "edit", mine, "The bird house plan lies on the kitchen table.")
    slip = ident(m.do(ana, "write", "--share", "Half a thought."))
    m.do(ana, "redact", slip, "--yes")
    m.do(ben, "park", "The winter tyres")
    m.shown(ana, "timeline")
    m.relay.start()
    m.at(1, 4, "18:00")
    m.meet()
    m.shown(ana, "today")
    m.do(ben, "rules", "agree")
    m.do(ben, "reply", mine, "And the paint is blue.")
    m.do(ana, "react", mine, "smile")
    m.do(ana, "pause", "resume")
    m.do(ben, "need", "hear", "Some quiet when you come in, before we talk")
    m.meet()
    m.do(ana, "need", "confirm")
    m.at(1, 5, "16:00")
    m.do(ben, "activity", "done", idea, "Blue, with a crooked roof")
    m.do(ana, "activity", "done", idea, "We laughed about the roof")
    m.do(ana, "celebrate", "We paused in time, and came back", "--about", mine)
    m.meet()
    m.at(1, 6, "17:00")
    m.do(ben, "setback", "write", "The phones were back on Thursday", "--helped", "saying so")
    m.do(ben, "setback", "ready")
    m.do(ana, "setback", "write", "Thursday evening went by", "--adjust", "a basket at the door")
    m.do(ana, "setback", "ready")
    m.meet()
    m.do(ben, "sync")
    m.shown(ana, "setback")


def _third_week(m, ana, ben):
    m.at(2, 0, "19:00")
    proposed = m.do(ana, "step", "propose", "Phones in the basket at eight", "--every", "daily",
                    "--who", "both", "--enough", "half an hour", "--review", m.day(6))  # fmt: skip
    step = ident(proposed)
    m.meet()
    m.do(ben, "step", "agree", step)
    m.do(ben, "topics")
    m.do(ben, "keepsake", "pin", "The crooked roof", "--symbol")
    m.at(2, 1, "21:00")
    tender = ident(m.do(ben, "tender", "tell", "I am afraid of the winter", "--wants", "listen"))
    tender = ident(m.do(ben, "share", tender, "--yes"))
    m.meet()
    m.do(ana, "tender", "received", tender)
    m.do(ana, "thank", "You told me of the winter", "--did", "I could come closer")
    m.at(2, 3, "20:00")
    m.do(ana, "time", "plan", "sat", "19:00")
    m.meet()
    m.do(ben, "time", "move", "sun", "19:00")
    m.do(ben, "commitment", "write", "We come back to each other")
    m.meet()
    m.do(ana, "commitment", "agree")
    m.do(ana, "affection", "--date", m.day(-1))
    m.do(ana, "ritual", "kept", "Coffee")
    m.at(2, 5, "09:00")
    parked = m.do(ana, "topics")["topics"]
    m.do(ana, "topics", "done", parked[0]["id"])
    m.do(ben, "topics", "done", parked[0]["id"])
    m.at(2, 6, "21:30")
    m.do(ben, "time", "kept")
    m.do(ana, "step-review", "write", step, "easier", "--wish", "keep")
    m.do(ana, "step-review", "ready", step)
    m.do(ben, "step-review", "write", step, "same", "--wish", "shrink")
    m.do(ben, "step-review", "ready", step)
    m.meet()
    m.do(ben, "sync")
    m.shown(ben, "step-review", "show", step)
    m.shown(ana, "reminders", "--days", "7")


def _fourth_week(m, ana, ben):
    m.at(3, 0, "19:30")
    m.do(ana, "check-in", "glad", "--energy", "4")
    m.do(ben, "write", "For my own pages: the evenings are softer.")
    talk = ident(m.do(ben, "talk", "propose", "The winter", "--at", "wed 20:00"))
    m.meet()
    m.do(ana, "talk", "counter", talk, "--at", "thu 20:00")
    m.meet()
    m.do(ben, "talk", "accept", talk)
    m.meet()
    m.at(3, 3, "20:00")
    m.do(ben, "talk", "open", talk)
    draft = ident(m.do(ben, "talk", "say", "When it gets dark I grow silent", "--feel", "low"))
    turn = spoken(m.do(ben, "share", draft, "--yes"))
    m.meet()
    m.do(ana, "talk", "hear", turn, "The dark makes you silent, and low")
    m.meet()
    m.do(ben, "talk", "confirm", turn)
    m.meet()
    m.do(ana, "talk", "answer", turn, "Then we light the stove early")
    m.do(ana, "talk", "close", talk, "--thanks", "your trust")
    m.do(ana, "celebrate", "The second evening without phones")
    m.meet()
    m.at(3, 5, "15:00")
    m.do(ana, "affection")
    m.do(ben, "ritual", "kept", "Coffee", "with cinnamon")
    m.do(ben, "time", "plan", "sun", "20:00")
    m.meet()
    m.shown(ana, "search", "phones")
    m.shown(ben, "trends")
    m.at(3, 6, "18:00")
    m.do(ana, "review", "write", "You told me of the winter")
    m.do(ben, "review", "write", "You lit the stove")
    m.do(ben, "review", "ready")
    m.do(ana, "review", "ready")
    m.meet()
    m.do(ben, "sync")
    m.shown(ben, "review")
