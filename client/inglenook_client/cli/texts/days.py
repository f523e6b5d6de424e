"""The day, the week, and what is coming up."""

from typing import Final

WELCOME: Final = "Good to see you."
NOTHING_TODAY: Final = "Nothing is planned for today. That is a plan too."
PAUSE_NOT_TODAY: Final = "A pause stands: not today."
PAUSE_UNTIL: Final = "A pause stands until {time}."
PAUSE_PLAN: Final = "Then: {plan}"
WINDOW: Final = "{when}  a conversation: {topic}"
TIME_FOR_TWO: Final = "{when}  time for two, {length}"
RITUAL_AT: Final = "{time}  {name}"
RITUAL_HAPPENED: Final = "noted"
ACTIVITY: Final = "planned: {idea}"
ACTIVITY_AT: Final = "{time}  planned: {idea}"
TOGETHER: Final = "Together: {words}"
TOPICS: Final = "Parked for later"
WORDS: Final = "Short words"

WEEK: Final = "Week of {first} to {last}"
INVITATIONS: Final = {
    "conversation": "one real conversation",
    "activity": "one thing done together",
    "affection": "one moment of affection",
}
INVITATION_STATES: Final = {
    "happened": "happened",
    "moved": "moved to a later week",
    "open": "there is room for it",
    "not-this-week": "not this week",
}
INVITED: Final = "Three invitations"
STEPS: Final = "What you agreed on"
STEP: Final = {
    "me": "{me}: {what}, {often}",
    "partner": "{partner}: {what}, {often}",
    "both": "both of you: {what}, {often}",
}
STEP_ENOUGH: Final = "Enough is: {enough}"
NEXT: Final = "What comes next"
NOTHING_NEXT: Final = (
    "Nothing is booked. There is room for something small: nook time plan fri 20:00"
)
ZONE: Final = "Days and weeks are those of {zone}."
ZONE_UNSET: Final = "Days and weeks are counted in UTC so far. To choose your own: nook zone {zone}"
ZONE_EXAMPLE: Final = "Europe/Vienna"
ZONE_SET: Final = "From now on your days and weeks are those of {zone}, for both of you."
NOT_A_WEEK: Final = "“{given}” is not a week."
NOT_A_WEEK_STEP: Final = "Write it as 2026-W48, or as last."
SAID_LAST: Final = "last"

# Translators: neutral titles that can stand in a calendar at work: they tell nobody anything.
NEUTRAL_TITLES: Final = {
    "couple-time": "Reserved",
    "conversation": "Reserved",
    "ritual": "Note to self",
    "activity": "Reserved",
    "step-review": "Note to self",
}
REMINDERS: Final = {
    "couple-time": "time for two",
    "conversation": "a conversation",
    "ritual": "a ritual",
    "activity": "something planned together",
    "step-review": "a look at a step: nook step-review",
}
NO_REMINDERS: Final = "Nothing is coming up."
REMINDERS_QUIET_HOURS: Final = "These are your quiet hours, until {time}."
QUIET_HOURS_SET: Final = "No reminders from {begins} to {ends}, on this computer."
QUIET_HOURS_OFF: Final = "No quiet hours on this computer from now on."
SAID_OFF: Final = "off"
ICS_OR_JSON: Final = "Choose one: --ics or --json."
