"""What is stated of a practice beside its words, as parts of a line: when, how often, for whom."""

from __future__ import annotations

from datetime import date

from inglenook_client.cli.render import dates
from inglenook_client.cli.render.counts import counted
from inglenook_client.cli.render.looking import named
from inglenook_client.cli.render.rhythm import rhythm
from inglenook_client.cli.texts import doing, exporting, needing, reading, talking
from inglenook_client.core.model import PartView
from inglenook_client.core.practices.looking_back import choices

People = dict[str, str]
"""``me`` and ``partner``, as they are called."""
_DAYS = ("date", "begins", "review", "until")


def facts(stated: list[PartView], people: People) -> list[str]:
    """Each as a few words."""
    return [said for part in stated if (said := _fact(part, people))]


def _fact(part: PartView, people: People) -> str:
    text = part.text
    if part.name in ("practice", "week"):
        return ""  # the heading says it
    if part.name in _DAYS:
        text = dates.plain_day(text)
    elif part.name == "starts_at":
        text = dates.moment(text, date.min)
    elif part.name == "minutes":
        not_today = text == "not-today"
        return exporting.FACTS[text] if not_today else counted(talking.MINUTES, int(text))
    elif part.name == "mode":
        return talking.MODES.get(text, text)
    elif part.name == "cadence":
        return rhythm(text)
    elif part.name == "form":
        return doing.FORMS.get(text, text)
    elif part.name == "who":
        return exporting.WHO[text].format(name=people.get(text, ""))
    elif part.name == "wanted":
        text = needing.WANTED.get(text, text)
    return exporting.FACTS.get(part.name, "{text}").format(text=text)


def part_of(part: PartView) -> str:
    """A field in which somebody wrote, with what it is where that is not plain."""
    text = part.text
    if part.name == "rules":
        return "\n".join(f"· {rule}" for rule in text.split("\n"))
    if part.name == "practices":
        return named([one for one in text.split("\n") if one in choices()])
    if part.name == "wanted":
        return exporting.FACTS["wanted"].format(text=needing.WANTED.get(text, text))
    pattern = exporting.PARTS.get(part.name) or reading.PARTS.get(part.name, "{text}")
    return pattern.format(text=text)
